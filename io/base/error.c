#include "io/base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "io/base/mask.h"

void error_fill(Error *error, Status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    error->status = status;
    error->sqlstate[0] = '\0';
    error->detail[0] = '\0';
    error->hint[0] = '\0';
}

void error_detail(Error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->detail, sizeof error->detail, format, arguments);
    va_end(arguments);
}

void error_hint(Error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
}

void error_shown(const Error *error, Error *shown) {
    char *const texts[] = {shown->message, shown->detail, shown->hint};
    *shown = *error;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mask_message(texts[i]);
        mask_unprintable(texts[i]);
    }
}
