#include "io/law/law_notice.h"

#include <stdio.h>
#include <string.h>

#include "engine/date.h"

/* The columns of sql/queries/run_law_outdated.sql. */
enum { MONTH, RUN_ID, CAUSE };

static int32_t row_month_index(const PgRows *rows, int row) {
    Month month = {0};
    (void)month_parse(pg_text(rows, row, MONTH), 7, &month);
    return month.index;
}

/* The last row of the months in a row that begin with `first` and have the same cause. */
static int last_of_range(const PgRows *rows, int first) {
    int last = first;
    while (last + 1 < pg_row_count(rows) &&
           row_month_index(rows, last + 1) == row_month_index(rows, last) + 1 &&
           strcmp(pg_text(rows, last + 1, CAUSE), pg_text(rows, first, CAUSE)) == 0)
        last++;
    return last;
}

static void print_range(const PgRows *rows, int first, int last, bool danish) {
    printf("  %s", pg_text(rows, first, MONTH));
    if (last > first)
        printf(" %s %s", danish ? "til" : "to", pg_text(rows, last, MONTH));
    printf(" (%s): ydelse reprocess --month %s", pg_text(rows, first, CAUSE), pg_text(rows, first, MONTH));
    if (last > first)
        printf(" --to %s", pg_text(rows, last, MONTH));
    puts(danish ? " --reason TEKST --dry-run" : " --reason TEXT --dry-run");
}

Status law_notice_print(Pg *pg, int32_t run_id, bool danish, Error *error) {
    char run[16];
    PgRows *rows = NULL;
    snprintf(run, sizeof run, "%d", run_id);
    const PgParameter parameters[] = {{"run", run}};
    const Status status = pg_query_file(pg, "run_law_outdated", 1, parameters, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) > 0) {
        puts(danish ? "andre måneder er sidst beregnet efter en anden lov end denne kørsels:"
                    : "other months were computed last by another law than this run's:");
        for (int first = 0, last; first < pg_row_count(rows); first = last + 1) {
            last = last_of_range(rows, first);
            print_range(rows, first, last, danish);
        }
    }
    pg_rows_free(rows);
    return status;
}
