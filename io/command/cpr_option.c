#include "io/command/cpr_option.h"

#include <stdio.h>
#include <string.h>

Status cpr_from_option(const Invocation *invocation, Cpr *cpr, Error *error) {
    char line[64];
    const char *option = option_value(invocation, "cpr");
    if (option == NULL)
        return error_set(error, STATUS_USAGE, "--cpr is required");
    if (strcmp(option, "-") == 0) {
        if (fgets(line, sizeof line, stdin) == NULL)
            return error_set(error, STATUS_USAGE, "--cpr -: no number on stdin");
        line[strcspn(line, "\r\n")] = '\0';
        option = line;
    }
    if (!cpr_parse(option, (uint32_t)strlen(option), cpr))
        return error_set(error, STATUS_USAGE, "--cpr: expected ten digits with a valid date");
    return STATUS_OK;
}
