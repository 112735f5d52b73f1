#include "io/command/kommune_option.h"

#include <string.h>

#include "io/intake/code_list.h"

Status kommune_check(const char *kommune, Error *error) {
    int64_t number;
    const Status status = kommune == NULL ? STATUS_OK : code_lists_load(error);
    if (kommune == NULL || status != STATUS_OK ||
        code_list_find(CODES_KOMMUNE, (Text){kommune, (uint32_t)strlen(kommune)}, &number))
        return status;
    return error_set(error, STATUS_USAGE, "--kommune %.20s: there is no such municipality", kommune);
}
