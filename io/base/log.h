/* Messages for people and for what watches the program, on stderr: what a command does, at three levels of detail.
 *
 * text     "ydelse: message", "ydelse: warning: message"; the words in colour on a terminal (not with NO_COLOR)
 * json     one object a line: time, level, command, run, worker and stage when known, message; of an error also detail, hint,
 *          sqlstate and exit_code
 * journal  as text, each line after "<N>", its priority, as systemd's journal takes it (sd-daemon(3))
 *
 * Errors travel as Error and are printed once, by log_error. What looks like a CPR number is masked here, whoever
 * wrote the message.
 */
#ifndef YDELSE_IO_BASE_LOG_H
#define YDELSE_IO_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "io/base/error.h"

typedef enum {
    LOG_QUIET,  /* -q: warnings only */
    LOG_NORMAL, /* one line per stage */
    LOG_DETAIL, /* -v: also what each stage does */
} LogLevel;

void log_level_set(LogLevel level);
LogLevel log_level(void);

typedef enum { LOG_TEXT, LOG_JSON, LOG_JOURNAL } LogFormat;

/* "text", "json", "journal", or "auto": journal where stderr is the stream that $JOURNAL_STREAM names, else text.
 * False, and nothing changed, for another word. Before the first call: text. */
bool log_format_set(const char *name);
LogFormat log_format(void);

/* What the messages from now on are about. command is borrowed for good; stage is a word, or NULL; run 0: none. */
void log_command_set(const char *command);
void log_stage_set(const char *stage);
void log_run_set(int32_t run_id);
/* Which worker speaks, also in errors; borrowed for good. */
void log_worker_set(const char *name);

/* Called before something is printed, to take away what stands in the line, e.g. a bar. NULL: nothing. */
void log_before(void (*clear)(void));

/* Whether stderr is a terminal on which a line can be drawn over itself. */
bool log_terminal(void);

__attribute__((format(printf, 1, 2))) void log_warning(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_info(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_detail(const char *format, ...);

/* A line that says by itself what it is, e.g. a finding: as it stands in text, a warning in the other formats.
 * Printed at every level. */
void log_line(const char *line);

/* "ydelse: error: message", "  detail: ...", "  hint: ..." */
void log_error(const Error *error);

#endif
