#include "io/command/dialect.h"

#include <string.h>

Status dialect_from_options(const Invocation *invocation, Dialect *dialect, Error *error) {
    const char *charset = option_value(invocation, "charset");
    const char *decimal = option_value(invocation, "decimal");
    *dialect = (Dialect){.charset = CHARSET_UTF8, .decimal_sign = ','};
    if (charset != NULL && strcmp(charset, "latin1") == 0)
        dialect->charset = CHARSET_LATIN1;
    else if (charset != NULL && strcmp(charset, "utf8") != 0)
        return error_set(error, STATUS_USAGE, "--charset %.40s: expected utf8 or latin1", charset);
    if (decimal != NULL && strcmp(decimal, ".") == 0)
        dialect->decimal_sign = '.';
    else if (decimal != NULL && strcmp(decimal, ",") != 0)
        return error_set(error, STATUS_USAGE, "--decimal %.40s: expected , or .", decimal);
    return STATUS_OK;
}
