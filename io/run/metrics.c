#include "io/run/metrics.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "io/base/embedded.h"
#include "io/base/output_file.h"

#define LINE_SIZE 512
#define PATH_SIZE 64
#define VALUE_SIZE 32

typedef enum { VALUE, EACH } MetricSource;
typedef enum { ONE, DAYS, MS, OERE } MetricUnit;

typedef struct {
    const char *name, *type;
    MetricSource source;
    const char *path, *label, *member;
    MetricUnit unit;
    const char *help;
} Metric;

static const Metric metrics[] = {
#define METRIC(name, type, source, path, label, member, unit, help)                                          \
    {name, type, source, path, label, member, unit, help},
#include "io/run/metrics.def"
#undef METRIC
};

/* --- How commands ended --------------------------------------------------------------------------------------------- */

static CommandEnd *end_of(CommandEnds *ends, const char *command) {
    for (int32_t i = 0; i < ends->count; i++)
        if (strcmp(ends->ends[i].command, command) == 0)
            return &ends->ends[i];
    if (ends->count == METRICS_COMMANDS_MAX)
        return NULL;
    CommandEnd *end = &ends->ends[ends->count++];
    *end = (CommandEnd){.exit_code = 0};
    snprintf(end->command, sizeof end->command, "%s", command);
    return end;
}

void command_ends_put(CommandEnds *ends, const CommandEnd *end) {
    CommandEnd *place = end_of(ends, end->command);
    if (place != NULL)
        *place = *end;
}

/* ydelse_command_exit_code{command="run"} 65 */
static void read_line(const char *line, CommandEnds *ends) {
    char name[32];
    char command[METRICS_COMMAND_SIZE];
    int64_t whole;
    int64_t thousandths = 0;
    if (sscanf(line, "ydelse_command_%31[a-z_]{command=\"%23[a-z]\"} %" SCNd64 ".%3" SCNd64, name, command,
               &whole, &thousandths) < 3)
        return;
    CommandEnd *end = end_of(ends, command);
    if (end == NULL)
        return;
    if (strcmp(name, "exit_code") == 0)
        end->exit_code = (int)whole;
    else if (strcmp(name, "end_timestamp_seconds") == 0)
        end->end_seconds = whole;
    else if (strcmp(name, "duration_seconds") == 0)
        end->duration_ms = whole * 1000 + thousandths;
}

void command_ends_read(const char *path, CommandEnds *ends) {
    char line[LINE_SIZE];
    *ends = (CommandEnds){.count = 0};
    FILE *file = path == NULL ? NULL : fopen(path, "re");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL)
        read_line(line, ends);
    fclose(file);
}

/* --- Printing ----------------------------------------------------------------------------------------------------------- */

static void put_header(FILE *out, const char *name, const char *type, const char *help) {
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* The escapes of the format: backslash, quote and newline. */
static void put_label(FILE *out, const char *label, const char *value) {
    fprintf(out, "{%s=\"", label);
    for (; *value != '\0'; value++)
        if (*value == '\n')
            fputs("\\n", out);
        else if (*value == '"' || *value == '\\')
            fprintf(out, "\\%c", *value);
        else
            fputc(*value, out);
    fputs("\"}", out);
}

/* Exactly, without floating point: -1234 oere are -12.34. */
static void format_parts(int64_t value, int64_t per_unit, int digits, char text[VALUE_SIZE]) {
    const uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    snprintf(text, VALUE_SIZE, "%s%" PRIu64 ".%0*" PRIu64, value < 0 ? "-" : "", size / (uint64_t)per_unit,
             digits, size % (uint64_t)per_unit);
}

static void format_value(int64_t value, MetricUnit unit, char text[VALUE_SIZE]) {
    switch (unit) {
    case ONE:
        snprintf(text, VALUE_SIZE, "%" PRId64, value);
        return;
    case DAYS:
        snprintf(text, VALUE_SIZE, "%" PRId64, value * 86400);
        return;
    case MS:
        format_parts(value, 1000, 3, text);
        return;
    case OERE:
        format_parts(value, 100, 2, text);
        return;
    }
}

static void put_value(FILE *out, const Metric *metric, const char *label, const json_t *number) {
    char text[VALUE_SIZE];
    if (!json_is_integer(number))
        return;
    format_value(json_integer_value(number), metric->unit, text);
    fputs(metric->name, out);
    if (label != NULL)
        put_label(out, metric->label, label);
    fprintf(out, " %s\n", text);
}

/* "watch.rows.read" in the document, or NULL. */
static json_t *find(const json_t *status, const char *path) {
    json_t *at = NULL;
    for (size_t size; *path != '\0'; path += size + (path[size] == '.')) {
        char key[PATH_SIZE];
        size = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)size, path);
        at = json_object_get(at == NULL ? status : at, key);
        if (at == NULL)
            return NULL;
    }
    return at;
}

static void put_each(FILE *out, const Metric *metric, json_t *all) {
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *one = json_array_get(all, i);
        const char *label = json_string_value(json_object_get(one, metric->label));
        if (label != NULL)
            put_value(out, metric, label, json_object_get(one, metric->member));
    }
    for (void *at = json_object_iter(all); at != NULL; at = json_object_iter_next(all, at)) {
        const json_t *one = json_object_iter_value(at);
        put_value(out, metric, json_object_iter_key(at),
                  metric->member[0] == '\0' ? one : json_object_get(one, metric->member));
    }
}

static void put_program(FILE *out, bool database) {
    put_header(out, "ydelse_build_info", "gauge", "The program: its version and the SHA-256 of its sources.");
    fprintf(out, "ydelse_build_info{version=\"%s\",sources=\"%s\"} 1\n", program_version,
            program_sources_sha256);
    put_header(out, "ydelse_database_up", "gauge",
               "Whether the database answered; 0: its figures are left out.");
    fprintf(out, "ydelse_database_up %d\n", database);
}

static void put_commands(FILE *out, const CommandEnds *ends) {
    char seconds[VALUE_SIZE];
    put_header(out, "ydelse_command_exit_code", "gauge", "How a nightly command ended the last time.");
    for (int32_t i = 0; i < ends->count; i++)
        fprintf(out, "ydelse_command_exit_code{command=\"%s\"} %d\n", ends->ends[i].command,
                ends->ends[i].exit_code);
    put_header(out, "ydelse_command_end_timestamp_seconds", "gauge", "When.");
    for (int32_t i = 0; i < ends->count; i++)
        fprintf(out, "ydelse_command_end_timestamp_seconds{command=\"%s\"} %" PRId64 "\n",
                ends->ends[i].command, ends->ends[i].end_seconds);
    put_header(out, "ydelse_command_duration_seconds", "gauge", "How long it took.");
    for (int32_t i = 0; i < ends->count; i++) {
        format_value(ends->ends[i].duration_ms, MS, seconds);
        fprintf(out, "ydelse_command_duration_seconds{command=\"%s\"} %s\n", ends->ends[i].command, seconds);
    }
}

void metrics_print(FILE *out, const json_t *status, const CommandEnds *ends) {
    put_program(out, status != NULL);
    put_commands(out, ends);
    for (size_t i = 0; status != NULL && i < sizeof metrics / sizeof metrics[0]; i++) {
        const Metric *metric = &metrics[i];
        json_t *found = find(status, metric->path);
        put_header(out, metric->name, metric->type, metric->help);
        if (metric->source == EACH)
            put_each(out, metric, found);
        else
            put_value(out, metric, NULL, found);
    }
}

Status metrics_write(const char *path, const json_t *status, const CommandEnds *ends, Error *error) {
    OutputFile output;
    const Status opened = output_file_open(path, &output, error);
    if (opened != STATUS_OK)
        return opened;
    metrics_print(output.stream, status, ends);
    /* Whoever collects it is another user, whatever the service's umask is. */
    if (output.temporary_path != NULL)
        (void)fchmod(fileno(output.stream), 0644);
    return output_file_finish(&output, error);
}
