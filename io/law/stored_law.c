#include "io/law/stored_law.h"

#include <stdio.h>
#include <string.h>

/* Policies as a run stores them: key=value a line, every key. */
static Status policy_parse(const char *content, Policy *policy, Error *error) {
    *policy = policy_default();
    for (const char *line = content; *line != '\0'; line = strchr(line, '\n') + 1) {
        char key[64], value[POLICY_TEXT_SIZE];
        if (sscanf(line, "%63[^=\n]=%23[^\n]", key, value) != 2 || strchr(line, '\n') == NULL ||
            policy_set(policy, key, value) != POLICY_SET)
            return error_set(error, STATUS_INTERNAL, "a stored policy is unknown to this program: %.60s",
                             line);
    }
    return STATUS_OK;
}

Status stored_law_parse(const char *satser, const char *politik, StoredLaw *law, Error *error) {
    *law = (StoredLaw){.rates = {.memory = NULL}};
    const Status status = rate_set_load_canonical("law_set", satser, &law->rates, error);
    return status == STATUS_OK ? policy_parse(politik, &law->policy, error) : status;
}

static Status law_asked(Pg *pg, const char *query, const PgParameter *parameter, const char *none,
                        StoredLaw *law, Error *error) {
    PgRows *rows = NULL;
    *law = (StoredLaw){.rates = {.memory = NULL}};
    Status status = pg_query_file(pg, query, 1, parameter, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) == 0)
        status = error_set(error, STATUS_NO_INPUT, "%s: %.60s", none, parameter->value);
    if (status == STATUS_OK)
        status = stored_law_parse(pg_text(rows, 0, 0), pg_text(rows, 0, 1), law, error);
    pg_rows_free(rows);
    return status;
}

Status stored_law_of_run(Pg *pg, int32_t run_id, StoredLaw *law, Error *error) {
    char run[16];
    snprintf(run, sizeof run, "%d", run_id);
    return law_asked(pg, "stored_law", &(PgParameter){"run", run}, "there is no run of this number", law,
                     error);
}

Status stored_law_as_of(Pg *pg, const char *time, StoredLaw *law, Error *error) {
    return law_asked(pg, "stored_law_as_of", &(PgParameter){"time", time}, "no law was stored by this time",
                     law, error);
}

void stored_law_free(StoredLaw *law) {
    rate_set_free(&law->rates);
    *law = (StoredLaw){.rates = {.memory = NULL}};
}

Status stored_law_month(const StoredLaw *stored, Month month, MonthLaw *law, Error *error) {
    return month_law_for(&stored->rates.table, &stored->policy, month, law, error);
}
