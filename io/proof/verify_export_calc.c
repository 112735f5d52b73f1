/* Everything of an export computed again, from its facts with its law, and compared with its results byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "io/intake/stream_memory.h"
#include "io/law/stored_law.h"
#include "io/proof/verify_export_internal.h"
#include "io/run/result_digest.h"

typedef struct {
    ExportCheck *check;
    StoredLaw law;
    const Delivery *delivery;
    ExportLines results, scope;
} Calc;

/* --- Facts and law ---------------------------------------------------------------------------------------------------------- */

static void on_finding(void *context, const InputFinding *finding) {
    ExportCheck *check = context;
    char name[64];
    if (finding->file == NULL || finding_table[finding->code].severity != SEVERITY_REJECT)
        return;
    snprintf(name, sizeof name, "facts/%.50s", finding->file->name);
    export_problem(check, name, finding->line, "%s: %s", "%s: %s", finding_table[finding->code].code,
                   finding->column);
}

static void on_file_done(void *context, const InputFile *file, const FileAccount *account) {
    ExportCheck *check = context;
    if (file == NULL)
        return;
    const ExportFileId id = export_facts_file(file->kind);
    if (account->rows_stored != check->rows[id])
        export_problem(check, export_file_name[id], 0,
                       "filen har %lld rækker, der tæller, manifestet siger %lld",
                       "the file has %lld rows that count, the manifest says %lld",
                       (long long)account->rows_stored, (long long)check->rows[id]);
}

static Status read_facts(Calc *calc, FactStream **owner, Error *error) {
    char path[EXPORT_PATH_SIZE];
    char *paths[] = {path};
    const Dialect dialect = {.charset = CHARSET_UTF8, .decimal_sign = ','};
    const DeliverySink sink = {on_finding, on_file_done, calc->check};
    export_path(calc->check, "facts", path);
    return memory_stream_open(paths, 1, &dialect, &sink, owner, &calc->delivery, error);
}

static Status read_law(Calc *calc, Error *error) {
    char *satser = NULL, *politik = NULL;
    Status status = export_law_content(calc->check, EXPORT_LAW_SATSER, &satser, error);
    if (status == STATUS_OK)
        status = export_law_content(calc->check, EXPORT_LAW_POLITIK, &politik, error);
    if (status == STATUS_OK)
        status = stored_law_parse(satser, politik, &calc->law, error);
    free(satser);
    free(politik);
    return status;
}

/* --- Comparing ---------------------------------------------------------------------------------------------------------------- */

/* Month, then CPR number, of a row of results ("cpr;month;...") and a person-month. */
static int compare_place(const char *line, Month month, const char *cpr) {
    char text[DATE_TEXT_SIZE];
    if (strlen(line) < CPR_DIGITS + 8)
        return -1;
    month_format(month, text);
    const int compared = strncmp(line + CPR_DIGITS + 1, text, 7);
    return compared != 0 ? compared : strncmp(line, cpr, CPR_DIGITS);
}

static void tell_fields(Calc *calc, const char *stored, const char *computed) {
    for (size_t field = 0; field < RESULT_DIGEST_FIELD_COUNT; field++) {
        const int stored_size = (int)strcspn(stored, ";\n"), computed_size = (int)strcspn(computed, ";\n");
        if (stored_size != computed_size || strncmp(stored, computed, (size_t)stored_size) != 0)
            export_problem(calc->check, export_file_name[EXPORT_RESULTS], calc->results.number,
                           "%s er %.*s, beregnet %.*s", "%s is %.*s, computed %.*s",
                           result_digest_fields[field], stored_size, stored, computed_size, computed);
        stored += stored_size + (stored[stored_size] == ';' ? 1 : 0);
        computed += computed_size + (computed[computed_size] == ';' ? 1 : 0);
    }
}

static Status skip_result(Calc *calc, Error *error) {
    export_problem(calc->check, export_file_name[EXPORT_RESULTS], calc->results.number,
                   "facts og law giver ikke denne række", "facts and law do not make this row");
    return export_lines_next(&calc->results, error);
}

static Status compare(Calc *calc, const Facts *facts, const Result *result, Error *error) {
    char line[RESULT_DIGEST_LINE_SIZE], month[DATE_TEXT_SIZE];
    Status status = STATUS_OK;
    const int size = result_digest_line(result, line) - 1;
    line[size] = '\0';
    while (status == STATUS_OK && calc->results.text != NULL &&
           compare_place(calc->results.text, result->month, line) < 0)
        status = skip_result(calc, error);
    if (status != STATUS_OK)
        return status;
    if (calc->results.text == NULL || compare_place(calc->results.text, result->month, line) > 0) {
        month_format(result->month, month);
        export_problem(calc->check, export_file_name[EXPORT_FACTS_DELTAGERE], facts->deltager->source.line,
                       "resultatet for %s mangler i results.csv",
                       "the result of %s is missing from results.csv", month);
        return STATUS_OK;
    }
    if (strcmp(calc->results.text, line) != 0)
        tell_fields(calc, calc->results.text, line);
    return export_lines_next(&calc->results, error);
}

/* --- Walking -------------------------------------------------------------------------------------------------------------------- */

/* "month;cpr" of the scope, in the order of the walk. */
static Status in_scope(Calc *calc, Month month, const char *cpr, bool *is_there, Error *error) {
    char place[32], text[DATE_TEXT_SIZE];
    Status status = STATUS_OK;
    month_format(month, text);
    snprintf(place, sizeof place, "%s;%s", text, cpr);
    while (status == STATUS_OK && calc->scope.text != NULL && strcmp(calc->scope.text, place) < 0)
        status = export_lines_next(&calc->scope, error);
    *is_there = status == STATUS_OK && calc->scope.text != NULL && strcmp(calc->scope.text, place) == 0;
    return status;
}

static Status walk_month(Calc *calc, const CheckedMonth *month, Error *error) {
    FactStream *stream = NULL;
    MonthLaw law;
    Facts facts;
    Result result;
    bool more = true;
    Status status = stored_law_month(&calc->law, month->month, &law, error);
    if (status == STATUS_OK)
        status = memory_stream_begin(calc->delivery, &stream, error);
    while (status == STATUS_OK) {
        char cpr[CPR_TEXT_SIZE];
        bool asked = month->everyone;
        status = stream->next(stream, &facts, &more, error);
        if (status != STATUS_OK || !more)
            break;
        cpr_format(facts.deltager->cpr, cpr);
        if (!asked)
            status = in_scope(calc, month->month, cpr, &asked, error);
        if (status != STATUS_OK || !asked)
            continue;
        calc_month(&law, &facts, NULL, &result);
        calc->check->computed++;
        if (result.udfald != UDFALD_INTET)
            status = compare(calc, &facts, &result, error);
    }
    if (stream != NULL)
        stream->close(stream);
    return status;
}

static Status walk(Calc *calc, Error *error) {
    ExportCheck *check = calc->check;
    Status status = export_lines_open(check, EXPORT_RESULTS, export_results_header, &calc->results, error);
    if (status == STATUS_OK)
        status = export_lines_open(check, EXPORT_SCOPE, export_scope_header, &calc->scope, error);
    for (int32_t i = 0; i < check->month_count && status == STATUS_OK; i++)
        status = walk_month(calc, &check->months[i], error);
    while (status == STATUS_OK && calc->results.text != NULL)
        status = skip_result(calc, error);
    export_lines_close(&calc->results);
    export_lines_close(&calc->scope);
    return status;
}

/* What cannot be computed with is told before: a file that is missing, or is not the one under the seal. */
static bool can_compute(const ExportCheck *check) {
    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (!check->is_there[export_facts_file((KindId)kind)])
            return false;
    return check->is_there[EXPORT_LAW_SATSER] && check->is_there[EXPORT_LAW_POLITIK] &&
           check->is_there[EXPORT_RESULTS] && check->is_there[EXPORT_SCOPE] && check->month_count > 0;
}

Status export_check_calc(ExportCheck *check, Error *error) {
    Calc calc = {.check = check};
    FactStream *owner = NULL;
    if (!can_compute(check))
        return STATUS_OK;
    Status status = read_law(&calc, error);
    if (status != STATUS_OK && status != STATUS_IO && check->problems > 0) {
        /* Changed rates or policies that are none: nothing can be computed with them, and that is told. */
        export_problem(check, "law", 0, "kan ikke beregnes med: %s", "cannot be computed with: %s",
                       error->message);
        stored_law_free(&calc.law);
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = read_facts(&calc, &owner, error);
    if (status == STATUS_OK)
        status = walk(&calc, error);
    if (owner != NULL)
        owner->close(owner);
    stored_law_free(&calc.law);
    return status;
}
