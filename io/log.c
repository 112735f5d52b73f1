#include "io/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "io/mask.h"

static LogLevel current_level = LOG_NORMAL;

void log_level_set(LogLevel level) {
    current_level = level;
}

LogLevel log_level(void) {
    return current_level;
}

/* One write per message, so that lines of several processes do not mix. */
__attribute__((format(printf, 2, 0))) static void print_line(const char *prefix, const char *format,
                                                             va_list arguments) {
    char line[1024];
    vsnprintf(line, sizeof line, format, arguments);
    mask_unprintable(line); /* a name with a line feed in it must not look like two messages */
    fprintf(stderr, "ydelse: %s%s\n", prefix, line);
}

void log_warning(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_line("warning: ", format, arguments);
    va_end(arguments);
}

void log_info(const char *format, ...) {
    if (current_level < LOG_NORMAL)
        return;
    va_list arguments;
    va_start(arguments, format);
    print_line("", format, arguments);
    va_end(arguments);
}

void log_detail(const char *format, ...) {
    if (current_level < LOG_DETAIL)
        return;
    va_list arguments;
    va_start(arguments, format);
    print_line("", format, arguments);
    va_end(arguments);
}
