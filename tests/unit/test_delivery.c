/* A delivery in memory: fates across files, and the stream of facts. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/intake/stream_memory.h"
#include "tests/support/process.h"

static const Dialect dialect = {CHARSET_UTF8, ','};

typedef struct {
    char text[8192];
    size_t used;
} Log;

__attribute__((format(printf, 2, 3))) static void add(Log *log, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    log->used += (size_t)vsnprintf(log->text + log->used, sizeof log->text - log->used, format, arguments);
    va_end(arguments);
    cr_assert_lt(log->used, sizeof log->text);
}

static void take_finding(void *context, const InputFinding *finding) {
    add(context, "%s:%d %s(%d) %s <%s>\n", finding->file->name, finding->line, finding->column,
        finding->field_number, finding_table[finding->code].code, finding->found);
}

static void take_file(void *context, const InputFile *file, const FileAccount *account) {
    if (file == NULL)
        return;
    add(context, "%s %lld=%lld+%lld+%lld%s\n", file->name, (long long)account->rows_read,
        (long long)account->rows_stored, (long long)account->rows_duplicate,
        (long long)account->rows_rejected, account->file_rejected ? " file" : "");
    cr_expect_eq(account->rows_read, account->rows_stored + account->rows_duplicate + account->rows_rejected);
}

/* A folder with the files given as name, text, ..., NULL. */
static char *delivery_folder(const char *const *files) {
    char *folder = temporary_folder();
    for (; files[0] != NULL; files += 2) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, files[0]);
        write_text_file(path, files[1]);
    }
    return folder;
}

static void check_log(const char *const *files, const char *expected) {
    char *folder = delivery_folder(files);
    char *paths[] = {folder};
    Log *log = calloc(1, sizeof *log);
    const DeliverySink sink = {take_finding, take_file, log};
    Delivery *delivery;
    Error error;
    for (int keep = 0; keep < 2; keep++) {
        memset(log, 0, sizeof *log);
        cr_assert_eq(delivery_read(paths, 1, &dialect, keep == 1, &sink, &delivery, &error), STATUS_OK, "%s",
                     error.message);
        cr_expect_str_eq(log->text, expected, "%s", log->text);
        delivery_free(delivery);
    }
    temporary_folder_remove(folder);
    free(log);
}

#define DELTAGERE "cpr_nummer;kommunekode\n7001801001;0101\n7002801001;0101\n"
#define FORLOEB_HEAD "posttype;forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\n"
#define COURSE(posttype, id, cpr, start) posttype ";" id ";" cpr ";RF;" start ";INGEN\n"

Test(delivery, fates) {
    check_log((const char *const[]){"deltagere.csv", DELTAGERE, "forloeb.csv",
                                    FORLOEB_HEAD COURSE("N", "F-1", "7001801001", "2024-01-01")
                                        COURSE("N", "F-1", "7001801001", "2024-01-01")
                                            COURSE("N", "F-1", "7001801001", "2024-01-02")
                                                COURSE("N", "F-2", "7003801001", "2024-01-01")
                                                    COURSE("R", "F-3", "7002801001", "2024-01-01") COURSE(
                                                        "R", "F-1", "7001801001", "2024-01-03") "T;F-1;;;;\n"
                                                                                                "T;F-1;;;;\n"
                                                                                                "T;F-9;;;;\n",
                                    NULL},
              "deltagere.csv 2=2+0+0\n"
              "forloeb.csv:4 forloeb_id(2) ID_ANDET_INDHOLD <F-1>\n"
              "forloeb.csv:5 cpr_nummer(3) DELTAGER_UKENDT <700380****>\n"
              "forloeb.csv:6 forloeb_id(2) R_UDEN_RAEKKE <F-3>\n"
              "forloeb.csv:9 forloeb_id(2) TRUKKET_UDEN_RAEKKE <F-1>\n"
              "forloeb.csv:10 forloeb_id(2) TRUKKET_UDEN_RAEKKE <F-9>\n"
              "forloeb.csv 9=4+1+4\n");
}

Test(delivery, fates_across_files) {
    check_log(
        (const char *const[]){
            "forloeb_2.csv",
            FORLOEB_HEAD COURSE("R", "F-1", "7001801001", "2024-02-01")
                COURSE("N", "F-2", "7001801001", "2024-01-01"),
            "forloeb_1.csv", FORLOEB_HEAD COURSE("N", "F-1", "7001801001", "2024-01-01"), "forloeb_3.csv",
            FORLOEB_HEAD COURSE("N", "F-1", "7001801001", "2024-01-01") "T;F-2;;;;\n", "deltagere-b.csv",
            "cpr_nummer;kommunekode;navn;posttype\n7001801001;0101;x;N\n"
            "7001801001;0101;x;T\n7002801001;0751;y;R\n",
            "deltagere-a.csv", DELTAGERE, NULL},
        "deltagere-a.csv 2=2+0+0\n"
        "deltagere-b.csv:2 cpr_nummer(1) ID_ANDET_INDHOLD <700180****>\n"
        "deltagere-b.csv:3 cpr_nummer(1) DELTAGER_KAN_IKKE_TRAEKKES <700180****>\n"
        "deltagere-b.csv 3=1+0+2\n"
        "forloeb_1.csv 1=1+0+0\n"
        "forloeb_2.csv 2=2+0+0\n"
        "forloeb_3.csv 2=1+1+0\n");
}

/* A rejected file leaves nothing: its ids are free, its participants are not there. */
Test(delivery, a_rejected_file_leaves_nothing) {
    check_log((const char *const[]){"deltagere-a.csv", DELTAGERE, "deltagere-b.csv",
                                    "cpr_nummer;kommunekode\n7003801001;0101\n#SLUT;2;\n", "forloeb_1.csv",
                                    FORLOEB_HEAD COURSE("N", "F-1", "7001801001", "2024-01-01") "#SLUT;9;\n",
                                    "forloeb_2.csv",
                                    FORLOEB_HEAD COURSE("N", "F-1", "7001801001", "2024-02-01")
                                        COURSE("N", "F-2", "7003801001", "2024-01-01"),
                                    NULL},
              "deltagere-a.csv 2=2+0+0\n"
              "deltagere-b.csv:3 (0) FIL_SLUTPOST <#SLUT;2;>\n"
              "deltagere-b.csv 1=0+0+1 file\n"
              "forloeb_1.csv:3 (0) FIL_SLUTPOST <#SLUT;9;>\n"
              "forloeb_1.csv 1=0+0+1 file\n"
              "forloeb_2.csv:3 cpr_nummer(3) DELTAGER_UKENDT <700380****>\n"
              "forloeb_2.csv 2=1+0+1\n");
}

Test(delivery, without_participants_everything_is_rejected) {
    check_log((const char *const[]){"forloeb.csv",
                                    FORLOEB_HEAD COURSE("N", "F-1", "7001801001", "2024-01-01"), NULL},
              "forloeb.csv:2 cpr_nummer(3) DELTAGER_UKENDT <700180****>\nforloeb.csv 1=0+0+1\n");
}

/* --- The stream ---------------------------------------------------------------------------------------------------- */

static void add_ids(Log *log, const Facts *facts) {
    char cpr[CPR_TEXT_SIZE];
    cpr_format(facts->deltager->cpr, cpr);
    add(log, "%s %d", cpr, facts->deltager->kommunekode);
    for (int32_t i = 0; i < facts->forloeb_count; i++)
        add(log, " F:%.*s@%d:%d", (int)facts->forloeb[i].forloeb_id.size_bytes,
            facts->forloeb[i].forloeb_id.bytes, facts->forloeb[i].source.file, facts->forloeb[i].source.line);
    for (int32_t i = 0; i < facts->boern_count; i++)
        add(log, " B:%.*s", (int)facts->boern[i].post_id.size_bytes, facts->boern[i].post_id.bytes);
    for (int32_t i = 0; i < facts->indkomst_count; i++)
        add(log, " I:%.*s/%.*s", (int)facts->indkomst[i].post_id.size_bytes, facts->indkomst[i].post_id.bytes,
            (int)facts->indkomst[i].arbejdsgiver_se.size_bytes, facts->indkomst[i].arbejdsgiver_se.bytes);
    add(log, " %d %d %d %d\n", facts->perioder_count, facts->feriepenge_count, facts->sanktioner_count,
        facts->skattekort_count);
}

static void check_stream(const char *const *files, const char *expected) {
    char *folder = delivery_folder(files);
    char *paths[] = {folder};
    Log *log = calloc(1, sizeof *log);
    Log *ignored = calloc(1, sizeof *ignored);
    const DeliverySink sink = {take_finding, take_file, ignored};
    FactStream *stream;
    const Delivery *delivery;
    Facts facts;
    bool more;
    Error error;
    cr_assert_eq(memory_stream_open(paths, 1, &dialect, &sink, &stream, &delivery, &error), STATUS_OK, "%s",
                 error.message);
    for (;;) {
        cr_assert_eq(stream->next(stream, &facts, &more, &error), STATUS_OK);
        if (!more)
            break;
        add_ids(log, &facts);
    }
    cr_assert_eq(stream->next(stream, &facts, &more, &error), STATUS_OK);
    cr_expect_not(more);
    cr_expect_str_eq(log->text, expected, "%s", log->text);
    stream->close(stream);
    temporary_folder_remove(folder);
    free(log);
    free(ignored);
}

Test(delivery, stream_yields_participants_and_rows_in_order) {
    check_stream(
        (const char *const[]){
            "deltagere.csv",
            "cpr_nummer;kommunekode\n9101901001;0751\n7001801001;0101\n6112704001;0147\n7001801000;0151\n",
            "forloeb.csv",
            FORLOEB_HEAD COURSE("N", "F-2", "7001801001", "2024-02-01")
                COURSE("N", "F-3", "7001801001", "2024-01-01") COURSE("N", "F-1", "7001801001", "2024-02-01")
                    COURSE("N", "F-9", "9101901001", "2024-02-01"),
            "indkomst.csv",
            "post_id;cpr_nummer;indkomsttype;dispositionsdato;arbejdsgiver_se\n"
            "I-10;7001801001;00;2024-01-01;00200018\n"
            "I-9;7001801001;00;2024-01-01;\n"
            "I-1;9101901001;00;2024-01-01;\n"
            "I-1 ;9101901001;00;2024-01-01;\n"
            "i-1;7001801001;00;2024-01-01;\n"
            "I-100;7001801001;00;2024-01-01;\n",
            NULL},
        "6112704001 147 0 0 0 0\n"
        "7001801000 151 0 0 0 0\n"
        "7001801001 101 F:F-3@1:3 F:F-1@1:4 F:F-2@1:2 I:I-10/00200018 I:I-100/ I:I-9/ I:i-1/ 0 0 0 0\n"
        "9101901001 751 F:F-9@1:5 I:I-1/ 0 0 0 0\n");
}

Test(delivery, stream_has_only_what_counts) {
    check_stream(
        (const char *const[]){"deltagere.csv", DELTAGERE, "deltagere_2.csv",
                              "cpr_nummer;kommunekode;posttype\n7001801001;0751;R\n", "forloeb.csv",
                              FORLOEB_HEAD COURSE("N", "F-1", "7001801001", "2024-01-01")
                                  COURSE("N", "F-2", "7001801001", "2024-01-02") "T;F-1;;;;\n" COURSE(
                                      "R", "F-2", "7002801001", "2024-01-03"),
                              NULL},
        "7001801001 751 0 0 0 0\n"
        "7002801001 101 F:F-2@2:5 0 0 0 0\n");
    check_stream((const char *const[]){"forloeb.csv", FORLOEB_HEAD, NULL}, "");
}

/* One file or the same rows in two, files and kinds and different ids in any order: the same facts. */
Test(delivery, the_order_of_different_ids_does_not_matter) {
    enum { PEOPLE = 40, ROWS = 400 };
    char expected[sizeof(Log)] = "";
    for (int32_t round = 0; round < 3; round++) {
        char *folder = temporary_folder();
        char path[512];
        Log *log = calloc(1, sizeof *log);
        Log *ignored = calloc(1, sizeof *ignored);
        snprintf(path, sizeof path, "%s/deltagere.csv", folder);
        FILE *file = fopen(path, "w");
        cr_assert_not_null(file);
        fprintf(file, "cpr_nummer;kommunekode\n");
        for (int32_t i = 0; i < PEOPLE; i++)
            fprintf(file, "70018%02d001;0101\n", round == 1 ? PEOPLE - 1 - i : i);
        fclose(file);
        for (int32_t part = 0; part < (round == 2 ? 2 : 1); part++) {
            snprintf(path, sizeof path, "%s/boern_%d.csv", folder, part);
            file = fopen(path, "w");
            cr_assert_not_null(file);
            fprintf(file, "post_id;cpr_nummer;forhold;barn_foedselsdato\n");
            for (int32_t i = 0; i < ROWS; i++) {
                const int32_t row = round == 1 ? (i * 7) % ROWS : i;
                if (round != 2 || (row < ROWS / 2) == (part == 0))
                    fprintf(file, "B-%d;70018%02d001;BIDRAG;2020-01-01\n", row, (row * 3) % PEOPLE);
            }
            fclose(file);
        }
        char *paths[] = {folder};
        const DeliverySink sink = {take_finding, take_file, ignored};
        FactStream *stream;
        const Delivery *delivery;
        Facts facts;
        bool more = true;
        Error error;
        cr_assert_eq(memory_stream_open(paths, 1, &dialect, &sink, &stream, &delivery, &error), STATUS_OK);
        cr_expect_eq(delivery_total(delivery).rows_stored, PEOPLE + ROWS);
        while (more) {
            cr_assert_eq(stream->next(stream, &facts, &more, &error), STATUS_OK);
            if (more)
                add_ids(log, &facts);
        }
        stream->close(stream);
        if (round == 0)
            strcpy(expected, log->text);
        cr_expect_str_eq(log->text, expected);
        temporary_folder_remove(folder);
        free(log);
        free(ignored);
    }
}

/* Many versions and many ids: the tables grow. */
Test(delivery, grows) {
    enum { IDS = 20000 };
    char *folder = temporary_folder();
    char path[512];
    Log *log = calloc(1, sizeof *log);
    snprintf(path, sizeof path, "%s/deltagere.csv", folder);
    write_text_file(path, DELTAGERE);
    snprintf(path, sizeof path, "%s/boern.csv", folder);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fprintf(file, "posttype;post_id;cpr_nummer;forhold;barn_foedselsdato\n");
    for (int32_t i = 0; i < IDS; i++)
        fprintf(file, "N;B-%d;7001801001;BIDRAG;2020-01-01\n", i);
    for (int32_t i = 0; i < IDS; i++)
        fprintf(file, "R;B-1;7001801001;BIDRAG;20%02d-01-01\n", 10 + i % 10);
    fclose(file);
    char *paths[] = {folder};
    const DeliverySink sink = {take_finding, take_file, log};
    Delivery *delivery;
    Error error;
    cr_assert_eq(delivery_read(paths, 1, &dialect, true, &sink, &delivery, &error), STATUS_OK);
    cr_expect_eq(delivery_total(delivery).rows_stored, 2 + 2 * IDS);
    cr_expect_eq(delivery_participant_count(delivery), 2);
    delivery_free(delivery);
    delivery_free(NULL);
    temporary_folder_remove(folder);
    free(log);
}
