#include "io/base/log.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/base/mask.h"

#define MESSAGE_SIZE 1024
#define LINE_SIZE (MESSAGE_SIZE + 256)

/* The numbers are syslog's, which the journal takes. */
typedef enum { PRIORITY_ERROR = 3, PRIORITY_WARNING = 4, PRIORITY_INFO = 6, PRIORITY_DETAIL = 7 } Priority;

static LogLevel current_level = LOG_NORMAL;
static LogFormat current_format = LOG_TEXT;
static const char *current_command;
static const char *current_stage;
static int32_t current_run;
static const char *current_worker = "";
static void (*clear_line)(void);

void log_level_set(LogLevel level) {
    current_level = level;
}

LogLevel log_level(void) {
    return current_level;
}

void log_command_set(const char *command) {
    current_command = command;
}

void log_stage_set(const char *stage) {
    current_stage = stage;
}

void log_run_set(int32_t run_id) {
    current_run = run_id;
}

void log_worker_set(const char *name) {
    current_worker = name;
}

void log_before(void (*clear)(void)) {
    clear_line = clear;
}

/* --- The format -------------------------------------------------------------------------------------------------------- */

/* $JOURNAL_STREAM is "device:inode" of the stream that the service manager connected to the journal; whoever redirected
 * stderr since then does not want priorities in a file. */
static bool is_journal(void) {
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat info;
    char own[64];
    if (stream == NULL || fstat(STDERR_FILENO, &info) != 0)
        return false;
    snprintf(own, sizeof own, "%ju:%ju", (uintmax_t)info.st_dev, (uintmax_t)info.st_ino);
    return strcmp(own, stream) == 0;
}

bool log_format_set(const char *name) {
    static const char *const names[] = {[LOG_TEXT] = "text", [LOG_JSON] = "json", [LOG_JOURNAL] = "journal"};
    if (strcmp(name, "auto") == 0) {
        current_format = is_journal() ? LOG_JOURNAL : LOG_TEXT;
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0) {
            current_format = (LogFormat)i;
            return true;
        }
    return false;
}

LogFormat log_format(void) {
    return current_format;
}

bool log_terminal(void) {
    const char *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && terminal != NULL && terminal[0] != '\0' &&
           strcmp(terminal, "dumb") != 0;
}

/* https://no-color.org: any value but the empty one. */
static bool is_coloured(void) {
    const char *no_color = getenv("NO_COLOR");
    return current_format == LOG_TEXT && log_terminal() && (no_color == NULL || no_color[0] == '\0');
}

/* --- Lines --------------------------------------------------------------------------------------------------------------- */

/* One write per line, so that lines of several processes do not mix: stderr has no buffer, and what is given to fwrite at
 * once is written at once. */
static void put_line(char *line, size_t size) {
    line[size++] = '\n';
    (void)fwrite(line, 1, size, stderr);
}

/* "<4>ydelse: warning: message"; the word alone has a colour. */
static void put_text(Priority priority, const char *name, const char *word, const char *message) {
    char line[LINE_SIZE];
    const char *colour = "";
    const char *plain = "";
    if (word[0] != '\0' && is_coloured()) {
        colour = priority == PRIORITY_ERROR ? "\033[1;31m" : "\033[33m";
        plain = "\033[0m";
    }
    int size = 0;
    if (current_format == LOG_JOURNAL)
        size = snprintf(line, sizeof line, "<%d>", (int)priority);
    const bool is_worker = current_worker[0] != '\0';
    size += snprintf(line + size, sizeof line - (size_t)size - 1, "%s%s%s%s%s%s%s%s", name,
                     is_worker ? "worker " : "", current_worker, is_worker ? ": " : "", colour, word, plain,
                     message);
    put_line(line, (size_t)size < sizeof line - 1 ? (size_t)size : sizeof line - 2);
}

/* The time, with milliseconds, in UTC. */
static void time_text(char text[32]) {
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    if (gmtime_r(&now.tv_sec, &utc) == NULL)
        utc = (struct tm){.tm_mday = 1, .tm_year = 70};
    const size_t size = strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + size, 32 - size, ".%03ldZ", now.tv_nsec / 1000000);
}

static void add_text(json_t *object, const char *name, const char *text) {
    if (text != NULL && text[0] != '\0')
        json_object_set_new(object, name, json_string(text)); /* UTF-8, since what is none is masked */
}

static void put_json(Priority priority, const char *message, const Error *error) {
    static const char *const levels[] = {[PRIORITY_ERROR] = "error",
                                         [PRIORITY_WARNING] = "warning",
                                         [PRIORITY_INFO] = "info",
                                         [PRIORITY_DETAIL] = "detail"};
    char now[32];
    json_t *object = json_object();
    time_text(now);
    add_text(object, "time", now);
    add_text(object, "level", levels[priority]);
    add_text(object, "command", current_command);
    if (current_run != 0)
        json_object_set_new(object, "run", json_integer(current_run));
    add_text(object, "worker", current_worker);
    add_text(object, "stage", current_stage);
    add_text(object, "message", message);
    if (error != NULL) {
        add_text(object, "detail", error->detail);
        add_text(object, "hint", error->hint);
        add_text(object, "sqlstate", error->sqlstate);
        json_object_set_new(object, "exit_code", json_integer(error->status));
    }
    char *line = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (line == NULL) {
        char memory[] = "{\"level\":\"error\",\"message\":\"out of memory\"}";
        put_line(memory, sizeof memory - 1);
        return;
    }
    put_line(line, strlen(line)); /* the newline takes the place of its NUL */
    free(line);
}

/* A name with a line feed in it must not look like two messages. */
static void mask_line(char *message) {
    mask_message(message);
    mask_unprintable(message);
}

static void put_message(Priority priority, const char *word, char *message) {
    mask_line(message);
    if (clear_line != NULL)
        clear_line();
    if (current_format == LOG_JSON)
        put_json(priority, message, NULL);
    else
        put_text(priority, "ydelse: ", word, message);
}

/* --- Messages -------------------------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 0))) static void put_formatted(Priority priority, const char *word,
                                                                const char *format, va_list arguments) {
    char message[MESSAGE_SIZE];
    vsnprintf(message, sizeof message, format, arguments);
    put_message(priority, word, message);
}

void log_warning(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    put_formatted(PRIORITY_WARNING, "warning: ", format, arguments);
    va_end(arguments);
}

void log_info(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (current_level >= LOG_NORMAL)
        put_formatted(PRIORITY_INFO, "", format, arguments);
    va_end(arguments);
}

void log_detail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (current_level >= LOG_DETAIL)
        put_formatted(PRIORITY_DETAIL, "", format, arguments);
    va_end(arguments);
}

void log_line(const char *line) {
    char copy[MESSAGE_SIZE];
    snprintf(copy, sizeof copy, "%s", line);
    mask_line(copy);
    if (clear_line != NULL)
        clear_line();
    if (current_format == LOG_JSON)
        put_json(PRIORITY_WARNING, copy, NULL);
    else
        put_text(PRIORITY_WARNING, "", "", copy);
}

void log_error(const Error *error) {
    Error shown;
    error_shown(error, &shown);
    if (clear_line != NULL)
        clear_line();
    if (current_format == LOG_JSON) {
        put_json(PRIORITY_ERROR, shown.message, &shown);
        return;
    }
    put_text(PRIORITY_ERROR, "ydelse: ", "error: ", shown.message);
    if (shown.detail[0] != '\0')
        put_text(PRIORITY_ERROR, "  detail: ", "", shown.detail);
    if (shown.hint[0] != '\0')
        put_text(PRIORITY_ERROR, "  hint: ", "", shown.hint);
}
