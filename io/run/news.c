#include "io/run/news.h"

#include <stdio.h>
#include <string.h>

#include "engine/finding.h"
#include "io/pg/pg_array.h"

static bool held_codes(PgArray *codes) {
    for (int32_t i = 0; i < FINDING_COUNT; i++) {
        const char *code = finding_table[i].code;
        if (finding_table[i].severity == SEVERITY_HELD &&
            !pg_array_add(codes, (Text){code, (uint32_t)strlen(code)}))
            return false;
    }
    return true;
}

Status news_note_held(Pg *pg, int32_t run_id, Error *error) {
    char run[16];
    PgArray codes = {0};
    snprintf(run, sizeof run, "%d", run_id);
    Status status = held_codes(&codes) ? STATUS_OK : error_no_memory(error);
    if (status == STATUS_OK) {
        const char *const values[] = {run, pg_array_text(&codes)};
        status = pg_query(pg, "SELECT ydelse.run_note_held($1, $2)", 2, values, NULL, error);
    }
    pg_array_free(&codes);
    return status;
}

/* --- Printing -------------------------------------------------------------------------------------------------- */

typedef enum { NEWS_SUBJECT, NEWS_CODE, NEWS_IS_NEW, NEWS_NUMBER, NEWS_DAYS } NewsField;

typedef struct {
    const char *subject;
    const char *danish;
    const char *english;
} SubjectWords;

static const SubjectWords subjects[] = {
    {"file", "filer afvist som helhed", "files rejected as a whole"},
    {"held", "tilbageholdte personer", "held persons"},
    {"reject", "afviste rækker", "rejected rows"},
};

static const char *subject_words(const char *subject, bool danish) {
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        if (strcmp(subjects[i].subject, subject) == 0)
            return danish ? subjects[i].danish : subjects[i].english;
    return subject;
}

static void print_new(const PgRows *rows, int row, bool danish) {
    const FindingDefinition *definition = finding_find(pg_text(rows, row, NEWS_CODE));
    printf("  %s, %s: %s", subject_words(pg_text(rows, row, NEWS_SUBJECT), danish),
           pg_text(rows, row, NEWS_CODE), pg_text(rows, row, NEWS_NUMBER));
    if (definition != NULL)
        printf(". %s", danish ? definition->advice_da : definition->advice_en);
    putchar('\n');
}

static void print_known(const PgRows *rows, int row, bool danish) {
    printf(danish ? "  kendte %s: %s, ældste %s dage\n" : "  known %s: %s, oldest %s days\n",
           subject_words(pg_text(rows, row, NEWS_SUBJECT), danish), pg_text(rows, row, NEWS_NUMBER),
           pg_text(rows, row, NEWS_DAYS));
}

Status news_print(Pg *pg, int32_t run_id, Date today, bool danish, bool *has_news, Error *error) {
    char run[16];
    char day[DATE_TEXT_SIZE];
    PgRows *rows = NULL;
    snprintf(run, sizeof run, "%d", run_id);
    date_format(today, day);
    const PgParameter parameters[] = {{"run", run}, {"today", day}};
    const Status status = pg_query_file(pg, "run_news", 2, parameters, &rows, error);
    if (status != STATUS_OK)
        return status;
    *has_news = pg_row_count(rows) > 0 && pg_text(rows, 0, NEWS_IS_NEW)[0] == 't';
    if (*has_news)
        puts(danish ? "nyt siden den forrige natlige kørsel:" : "new since the nightly run before:");
    else
        puts(danish ? "ingen nye afvisninger eller tilbageholdte personer"
                    : "no new rejects or held persons");
    for (int i = 0; i < pg_row_count(rows); i++) {
        if (pg_text(rows, i, NEWS_IS_NEW)[0] == 't')
            print_new(rows, i, danish);
        else
            print_known(rows, i, danish);
    }
    pg_rows_free(rows);
    return STATUS_OK;
}
