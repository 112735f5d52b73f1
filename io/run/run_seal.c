#include "io/run/run_seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/explain/explanation.h"
#include "io/pg/refusal.h"
#include "io/run/news.h"

static const Refusal refusals[] = {
    {"YD061", STATUS_DATA, ""},
    {"YD062", STATUS_TRY_AGAIN, ""},
    {"YD063", STATUS_TRY_AGAIN, ""},
    {NULL, STATUS_OK, NULL},
};

Status run_seal(Pg *pg, int32_t run_id, Error *error) {
    char run[16];
    snprintf(run, sizeof run, "%d", run_id);
    const char *const values[] = {run};
    const Status status = pg_query(pg, "SELECT ydelse.run_seal($1)", 1, values, NULL, error);
    return status != STATUS_OK ? refusal_translate(refusals, error) : news_note_held(pg, run_id, error);
}

Status run_clean_up(Pg *pg, int32_t *count, Error *error) {
    PgRows *rows = NULL;
    const Status status = pg_query(pg, "SELECT ydelse.run_clean_up()", 0, NULL, &rows, error);
    *count = status == STATUS_OK ? (int32_t)pg_integer(rows, 0, 0) : 0;
    pg_rows_free(rows);
    return status == STATUS_OK ? status : refusal_translate(refusals, error);
}

Status run_abandon(Pg *pg, int32_t run_id, const char *reason, Error *error) {
    char run[16];
    snprintf(run, sizeof run, "%d", run_id);
    const char *const values[] = {run, reason};
    const Status status = pg_query(pg, "SELECT ydelse.run_abandon($1, $2)", 2, values, NULL, error);
    return status == STATUS_OK ? status : refusal_translate(refusals, error);
}

/* --- Summary ----------------------------------------------------------------------------------------------------- */

typedef enum {
    LABEL_COMPUTED,
    LABEL_PAID,
    LABEL_ZERO,
    LABEL_PENSION,
    LABEL_HELD,
    LABEL_AMOUNT,
    LABEL_NOTHING_OWED,
    LABEL_HEADER,
    LABEL_DRY_RUN,
    LABEL_COUNT,
} Label;

static const char *const labels[LABEL_COUNT][2] = {
    [LABEL_COMPUTED] = {"results", "resultater"},
    [LABEL_PAID] = {"paid", "udbetales"},
    [LABEL_ZERO] = {"computed to zero", "beregnet til nul"},
    [LABEL_PENSION] = {"keep a disability pension", "beholder førtidspension"},
    [LABEL_HELD] = {"held", "tilbageholdt"},
    [LABEL_AMOUNT] = {"to be paid, kr.", "til udbetaling, kr."},
    [LABEL_NOTHING_OWED] = {"nothing new is owed\n", "intet nyt er skyldigt\n"},
    [LABEL_HEADER] = {"municipality      results         paid    to be paid, kr.    newly owed, kr.\n",
                      "kommune        resultater    udbetales  til udbetaling, kr.  nyt skyldigt, kr.\n"},
    [LABEL_DRY_RUN] = {"dry run: nothing was stored\n", "prøvekørsel: intet er gemt\n"},
};

typedef struct {
    bool danish;
} Printer;

static const char *label(const Printer *printer, Label id) {
    return labels[id][printer->danish ? 1 : 0];
}

static void print_count(const Printer *printer, Label id, const char *value) {
    printf("  %-28s %16s\n", label(printer, id), value);
}

static void print_totals(const Printer *printer, const PgRows *rows) {
    char amount[KRONER_TEXT_SIZE];
    printf(printer->danish ? "kørsel %s for %s, data til og med leverance %s\n"
                           : "run %s for %s, data as of delivery %s\n",
           pg_text(rows, 0, 0), pg_text(rows, 0, 1), pg_text(rows, 0, 3));
    printf(printer->danish ? "måneder set efter: %s (skyldes fra %s)\n"
                           : "months looked at: %s (owed from %s)\n",
           pg_text(rows, 0, 5), pg_text(rows, 0, 4));
    print_count(printer, LABEL_COMPUTED, pg_text(rows, 0, 6));
    print_count(printer, LABEL_PAID, pg_text(rows, 0, 7));
    print_count(printer, LABEL_ZERO, pg_text(rows, 0, 8));
    print_count(printer, LABEL_PENSION, pg_text(rows, 0, 9));
    print_count(printer, LABEL_HELD, pg_text(rows, 0, 10));
    kroner_format((Money){pg_integer(rows, 0, 11)}, printer->danish, amount);
    print_count(printer, LABEL_AMOUNT, amount);
}

static Status print_municipalities(Pg *pg, const Printer *printer, const char *run, Error *error) {
    PgRows *rows = NULL;
    const PgParameter parameters[] = {{"run", run}};
    const Status status = pg_query_file(pg, "run_municipalities", 1, parameters, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) > 0)
        fputs(label(printer, LABEL_HEADER), stdout);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(rows); i++) {
        char paid[KRONER_TEXT_SIZE];
        char owed[KRONER_TEXT_SIZE];
        kroner_format((Money){pg_integer(rows, i, 3)}, printer->danish, paid);
        kroner_format((Money){pg_integer(rows, i, 4)}, printer->danish, owed);
        printf("%-12s %12s %12s %20s %18s\n", pg_text(rows, i, 0), pg_text(rows, i, 1), pg_text(rows, i, 2),
               paid, owed);
    }
    pg_rows_free(rows);
    return status;
}

static void print_owed(const Printer *printer, const PgRows *rows) {
    char amount[KRONER_TEXT_SIZE];
    kroner_format((Money){pg_integer(rows, 0, 14)}, printer->danish, amount);
    if (pg_integer(rows, 0, 13) == 0)
        fputs(label(printer, LABEL_NOTHING_OWED), stdout);
    else
        printf(printer->danish ? "nyt skyldigt: %s %s, til deltagerne %s kr.\n"
                               : "newly owed: %s %s, to participants %s kr.\n",
               pg_text(rows, 0, 13),
               pg_integer(rows, 0, 13) == 1 ? (printer->danish ? "linje" : "line")
                                            : (printer->danish ? "linjer" : "lines"),
               amount);
    if (pg_integer(rows, 0, 15) > 0)
        printf("%s %s\n", pg_text(rows, 0, 15),
               pg_integer(rows, 0, 15) == 1
                   ? (printer->danish ? "måned, der havde et beløb, har ikke længere et resultat"
                                      : "month that had an amount has no result any more")
                   : (printer->danish ? "måneder, der havde et beløb, har ikke længere et resultat"
                                      : "months that had an amount have no result any more"));
}

Status run_summary_print(Pg *pg, int32_t run_id, bool danish, bool dry_run, Error *error) {
    char run[16];
    PgRows *rows = NULL;
    const Printer printer = {danish};
    snprintf(run, sizeof run, "%d", run_id);
    const PgParameter parameters[] = {{"run", run}};
    Status status = pg_query_file(pg, "run_summary", 1, parameters, &rows, error);
    if (status == STATUS_OK) {
        print_totals(&printer, rows);
        status = print_municipalities(pg, &printer, run, error);
    }
    if (status == STATUS_OK) {
        print_owed(&printer, rows);
        if (dry_run)
            fputs(label(&printer, LABEL_DRY_RUN), stdout);
        else
            printf("%s %s\n%s %s\n", danish ? "resultaternes hash" : "result digest", pg_text(rows, 0, 16),
                   danish ? "segl" : "seal", pg_text(rows, 0, 17));
    }
    pg_rows_free(rows);
    return status;
}
