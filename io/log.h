/* Messages for people on stderr: what a command does, at three levels of detail.
 *
 * Errors are not logged here: they travel as Error and are printed once (io/error.h). No message may carry a
 * CPR number.
 */
#ifndef YDELSE_IO_LOG_H
#define YDELSE_IO_LOG_H

typedef enum {
    LOG_QUIET,  /* -q: warnings only */
    LOG_NORMAL, /* one line per stage */
    LOG_DETAIL, /* -v: also what each stage does */
} LogLevel;

void log_level_set(LogLevel level);
LogLevel log_level(void);

__attribute__((format(printf, 1, 2))) void log_warning(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_info(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_detail(const char *format, ...);

#endif
