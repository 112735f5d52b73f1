#include "io/load/expected_check.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/log.h"
#include "io/pay/payment_db.h"
#include "io/run/run_plan.h"

static const char *const problem_names[] = {
    [MISSING_ABSENT] = "absent", [MISSING_REJECTED] = "rejected", [MISSING_FEW_ROWS] = "few_rows"};

/* --- Asking ------------------------------------------------------------------------------------------------------ */

typedef enum { FOUND_ROWS, FOUND_LAST_ROWS, FOUND_REJECTED, FOUND_KNOWN_ABSENT, FOUND_KNOWN_FEW } FoundField;

static bool has_few_rows(const ExpectedFile *file, int64_t rows, int64_t last_rows) {
    return rows * 100 < last_rows * file->mindst_procent;
}

/* Whether something is missing; fills missing. */
static bool judge(const ExpectedFile *file, const PgRows *found, MissingFile *missing) {
    *missing = (MissingFile){.file = file};
    if (pg_is_null(found, 0, FOUND_ROWS)) {
        const char *name = pg_text(found, 0, FOUND_REJECTED);
        missing->problem = name[0] == '\0' ? MISSING_ABSENT : MISSING_REJECTED;
        snprintf(missing->name, sizeof missing->name, "%s", name);
        missing->known_run = (int32_t)pg_integer(found, 0, FOUND_KNOWN_ABSENT);
        return true;
    }
    missing->problem = MISSING_FEW_ROWS;
    missing->rows = pg_integer(found, 0, FOUND_ROWS);
    missing->last_rows = pg_integer(found, 0, FOUND_LAST_ROWS);
    missing->known_run = (int32_t)pg_integer(found, 0, FOUND_KNOWN_FEW);
    return has_few_rows(file, missing->rows, missing->last_rows);
}

static Status check_file(Pg *pg, const ExpectedFile *file, Date today, MissingFiles *missing, Error *error) {
    char like[EXPECTED_LIKE_SIZE];
    char due_text[DATE_TEXT_SIZE];
    char before_text[DATE_TEXT_SIZE];
    PgRows *found = NULL;
    const Date due = expected_due(file, today);
    if (!date_given(due))
        return STATUS_OK;
    const Date before = expected_due(file, (Date){due.day - 1});
    expected_like(file, like);
    date_format(due, due_text);
    date_format(date_given(before) ? before : due, before_text);
    const PgParameter parameters[] = {
        {"pattern", file->filnavn}, {"like", like}, {"due", due_text}, {"before", before_text}};
    const Status status = pg_query_file(pg, "expected_find", 4, parameters, &found, error);
    if (status != STATUS_OK)
        return status;
    MissingFile *place = &missing->files[missing->count];
    if (judge(file, found, place)) {
        place->due = due;
        missing->count++;
        missing->unknown += place->known_run == 0 ? 1 : 0;
    }
    pg_rows_free(found);
    return STATUS_OK;
}

Status expected_check(Pg *pg, const Expected *expected, Date today, MissingFiles *missing, Error *error) {
    Status status = STATUS_OK;
    *missing = (MissingFiles){.files = calloc((size_t)expected->count + 1, sizeof missing->files[0])};
    if (missing->files == NULL)
        return error_no_memory(error);
    for (int32_t i = 0; i < expected->count && status == STATUS_OK; i++)
        status = check_file(pg, &expected->files[i], today, missing, error);
    return status;
}

void missing_free(MissingFiles *missing) {
    free(missing->files);
    *missing = (MissingFiles){.files = NULL};
}

#define LINE_SIZE 1024

/* --- Telling ----------------------------------------------------------------------------------------------------- */

/* "indkomst-0101-*.csv (kommune 0101), ventet 2024-03-20 (bankdag)" */
static void put_expected(FILE *out, const MissingFile *missing, bool danish) {
    char due[DATE_TEXT_SIZE];
    char calendar[EXPECTED_CALENDAR_SIZE];
    const ExpectedFile *file = missing->file;
    date_format(missing->due, due);
    expected_calendar_format(file, calendar);
    fputs(file->filnavn, out);
    if (file->kommunekode[0] != '\0')
        fprintf(out, danish ? " (kommune %s)" : " (municipality %s)", file->kommunekode);
    fprintf(out, danish ? ", ventet %s (%s)" : ", expected on %s (%s)", due, calendar);
}

static void put_found(FILE *out, const MissingFile *missing, bool danish) {
    const int64_t least = (missing->last_rows * missing->file->mindst_procent + 99) / 100;
    switch (missing->problem) {
    case MISSING_ABSENT:
        fputs(danish ? ": ingen leverance har bragt den" : ": no delivery brought it", out);
        return;
    case MISSING_REJECTED:
        fprintf(out, danish ? ": %s kom, men er afvist som helhed" : ": %s came, but is rejected as a whole",
                missing->name);
        return;
    case MISSING_FEW_ROWS:
        fprintf(out,
                danish ? ": %lld rækker, ventet mindst %lld (%d %% af sidst, %lld)"
                       : ": %lld rows, expected at least %lld (%d %% of the last, %lld)",
                (long long)missing->rows, (long long)least, missing->file->mindst_procent,
                (long long)missing->last_rows);
        return;
    }
}

/* A line of the log is written at once, so it is put together first. */
static void print_missing(const MissingFile *one, bool danish) {
    char line[LINE_SIZE];
    FILE *out = fmemopen(line, sizeof line, "w");
    if (out == NULL)
        return; /* the caller says how many are missing, and ends with an error */
    fputs(danish ? "mangler: " : "missing: ", out);
    put_expected(out, one, danish);
    put_found(out, one, danish);
    if (one->known_run != 0)
        fprintf(out, danish ? "; tilsidesat ved kørsel %d" : "; overridden at run %d", one->known_run);
    (void)fclose(out);
    line[sizeof line - 1] = '\0';
    log_line(line);
}

void missing_print(const MissingFiles *missing, bool danish) {
    for (int32_t i = 0; i < missing->count; i++)
        print_missing(&missing->files[i], danish);
}

#define TAIL_SIZE_MAX 40

static void put_missing(FILE *out, const MissingFiles *missing, const char *reason, int32_t named) {
    fprintf(out, "%s; mangler", reason);
    for (int32_t i = 0; i < named; i++) {
        fputs(i == 0 ? ": " : "; ", out);
        put_expected(out, &missing->files[i], true);
        put_found(out, &missing->files[i], true);
    }
    if (named < missing->count)
        fprintf(out, named == 0 ? " %d filer" : "; og %d til", missing->count - named);
}

static char *reason_with(const MissingFiles *missing, const char *reason, int32_t named) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    put_missing(out, missing, reason, named);
    const bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

char *missing_reason(const MissingFiles *missing, const char *reason) {
    static_assert(OVERRIDE_SIZE_MAX + TAIL_SIZE_MAX <= RUN_REASON_SIZE_MAX,
                  "a reason that names none must fit");
    for (int32_t named = missing->count;; named--) {
        char *text = reason_with(missing, reason, named);
        if (text == NULL || named == 0 || text_width(text) <= RUN_REASON_SIZE_MAX)
            return text;
        free(text);
    }
}

/* --- Noting ------------------------------------------------------------------------------------------------------ */

static Status note_file(Pg *pg, const char *run, const MissingFile *missing, Error *error) {
    char due[DATE_TEXT_SIZE];
    char rows[24];
    char last_rows[24];
    const bool few = missing->problem == MISSING_FEW_ROWS;
    date_format(missing->due, due);
    snprintf(rows, sizeof rows, "%lld", (long long)missing->rows);
    snprintf(last_rows, sizeof last_rows, "%lld", (long long)missing->last_rows);
    const char *const values[] = {run,
                                  missing->file->filnavn,
                                  missing->file->kommunekode,
                                  due,
                                  problem_names[missing->problem],
                                  few ? rows : NULL,
                                  few ? last_rows : NULL};
    return pg_query(pg, "SELECT ydelse.run_note_missing($1, $2, $3, $4, $5, $6, $7)", 7, values, NULL, error);
}

Status missing_note(Pg *pg, int32_t run_id, const Expected *expected, Date today, const MissingFiles *missing,
                    Error *error) {
    char run[16];
    char day[DATE_TEXT_SIZE];
    char count[16];
    snprintf(run, sizeof run, "%d", run_id);
    snprintf(count, sizeof count, "%d", expected->count);
    date_format(today, day);
    const char *const values[] = {run, day, count};
    Status status = pg_query(pg, "SELECT ydelse.run_note_input($1, $2, $3)", 3, values, NULL, error);
    for (int32_t i = 0; i < missing->count && status == STATUS_OK; i++)
        status = note_file(pg, run, &missing->files[i], error);
    return status;
}
