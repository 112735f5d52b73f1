/* Reading one file: header, trailer, broken rows, what the sink gets, and the list of files. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/intake/intake.h"
#include "tests/support/intake_log.h"
#include "tests/support/process.h"

/* --- Header ------------------------------------------------------------------------------------------------- */

Test(intake, header) {
    check_intake(KIND_DELTAGERE, "kommunekode;cpr_nummer\n0101;7001801001\n", "row 2 N 7001801001\n1=1+0");
    check_intake(KIND_DELTAGERE, "\n\n \"kommunekode\" ; cpr_nummer \r\n0101;7001801001",
                 "row 4 N 7001801001\n1=1+0");
    check_intake(KIND_DELTAGERE,
                 "\xEF\xBB\xBF"
                 "cpr_nummer;kommunekode\n",
                 "0=0+0");
    check_intake(KIND_DELTAGERE, "",
                 "file 0 FIL_UDEN_HOVED (0) <> <a header row with column names>\nfile rejected\n0=0+0");
    check_intake(KIND_DELTAGERE, "\n \n",
                 "file 2 FIL_UDEN_HOVED (0) <> <a header row with column names>\nfile rejected\n0=0+0");
    check_intake(
        KIND_DELTAGERE, "7001801001;0101\n7002801001;0101\n",
        "file 1 FIL_UDEN_HOVED (0) <700180****;0101> <a header row with column names>\nfile rejected\n1=0+1");
    check_intake(
        KIND_DELTAGERE, "#SLUT;0;\n",
        "file 1 FIL_UDEN_HOVED (0) <#SLUT;0;> <a header row with column names>\nfile rejected\n0=0+0");
    check_intake(
        KIND_DELTAGERE, "cpr_nummer;kommunekode;alder\n7001801001;0101;7\n",
        "file 1 FIL_UKENDT_KOLONNE alder(3) <alder> <posttype, indberettet, cpr_nummer, kommunekode, navn, "
        "foedse>\n"
        "file rejected\n1=0+1");
    check_intake(KIND_DELTAGERE, "cpr_nummer;Kommunekode\n7001801001;0101\n",
                 "file 1 FIL_UKENDT_KOLONNE Kommunekode(2) <Kommunekode> "
                 "<posttype, indberettet, cpr_nummer, kommunekode, navn, foedse>\n"
                 "file 1 FIL_MANGLER_KOLONNE kommunekode(0) <> <kommunekode>\nfile rejected\n1=0+1");
    check_intake(
        KIND_DELTAGERE, "cpr_nummer;kommunekode;\n7001801001;0101;\n",
        "file 1 FIL_UKENDT_KOLONNE (3) <> <posttype, indberettet, cpr_nummer, kommunekode, navn, foedse>\n"
        "file rejected\n1=0+1");
    check_intake(KIND_DELTAGERE, "cpr_nummer;navn;kommunekode;navn\n7001801001;a;0101;b\n",
                 "file 1 FIL_GENTAGEN_KOLONNE navn(4) <navn> <each column once>\nfile rejected\n1=0+1");
    check_intake(
        KIND_DELTAGERE, "cpr_nummer;navn\n7001801001;a\n\"\n",
        "file 1 FIL_MANGLER_KOLONNE kommunekode(0) <> <kommunekode>\n"
        "file 3 FIL_UAFSLUTTET_CITAT (0) <\"> <a quote that ends in the file>\nfile rejected\n2=0+2");
    check_intake(
        KIND_DELTAGERE, "cpr_nummer;\"kommunekode\"x\n7001801001;0101\n",
        "file 1 FIL_UDEN_HOVED (0) <cpr_nummer;\"kommunekode\"x> <a header row with column names>\nfile "
        "rejected\n1=0+1");
    check_intake(
        KIND_DELTAGERE, "cpr_nummer;\"kommunekode\n7001801001;0101\n",
        "file 1 FIL_UAFSLUTTET_CITAT (0) <\"> <a quote that ends in the file>\nfile rejected\n0=0+0");
}

/* --- Trailer ------------------------------------------------------------------------------------------------- */

#define ROWS_AB "row 2 N F-1\nreject 3 NEGATIVT_BELOEB ugebeloeb(6) <-0,50> <>= 0>\n"

static void check_trailer(const char *trailer, const char *finding) {
    char text[1000];
    char expected[1000];
    snprintf(text, sizeof text, FORLOEB_HEAD FORLOEB_A FORLOEB_B "%s", trailer);
    if (finding == NULL)
        snprintf(expected, sizeof expected, ROWS_AB "2=1+1");
    else
        snprintf(expected, sizeof expected, ROWS_AB "%s\nfile rejected\n2=0+2", finding);
    check_intake(KIND_FORLOEB, text, expected);
}

Test(intake, trailer) {
    check_trailer("", NULL);
    check_trailer("#SLUT;2;99,50", NULL);
    check_trailer("#SLUT;2;99,5\r\n\r\n", NULL);
    check_trailer("  #SLUT ; 2 ; 99,50\n", NULL);
    check_trailer("#SLUT;0002;0099,50\n", NULL);
    check_trailer("#SLUT;3;99,50\n", "file 4 FIL_SLUTPOST (0) <#SLUT;3;99,50> <#SLUT;2;99,50>");
    check_trailer("#SLUT;2;99,51\n", "file 4 FIL_SLUTPOST (0) <#SLUT;2;99,51> <#SLUT;2;99,50>");
    check_trailer("#SLUT;2;100,00\n", "file 4 FIL_SLUTPOST (0) <#SLUT;2;100,00> <#SLUT;2;99,50>");
    check_trailer("#SLUT;2;99.50\n", "file 4 FIL_SLUTPOST (0) <#SLUT;2;99.50> <#SLUT;2;99,50>");
    check_trailer("#SLUT;2;\n", "file 4 FIL_SLUTPOST (0) <#SLUT;2;> <#SLUT;2;99,50>");
    check_trailer("#SLUT;2\n", "file 4 FIL_SLUTPOST (0) <#SLUT;2> <#SLUT;2;99,50>");
    check_trailer("#SLUT\n", "file 4 FIL_SLUTPOST (0) <#SLUT> <#SLUT;2;99,50>");
    check_trailer("#SLUT;2;99,50;\n", "file 4 FIL_SLUTPOST (0) <#SLUT;2;99,50;> <#SLUT;2;99,50>");
    check_trailer("#SLUT;-2;99,50\n", "file 4 FIL_SLUTPOST (0) <#SLUT;-2;99,50> <#SLUT;2;99,50>");
    check_trailer("#SLUT;;99,50\n", "file 4 FIL_SLUTPOST (0) <#SLUT;;99,50> <#SLUT;2;99,50>");
    check_trailer("#SLUT;2;99,500\n", "file 4 FIL_SLUTPOST (0) <#SLUT;2;99,500> <#SLUT;2;99,50>");
    check_trailer("#SLUT;2;9\"9,50\n", "file 4 FIL_SLUTPOST (0) <#SLUT;2;9\"9,50> <#SLUT;2;99,50>");
}

Test(intake, what_only_looks_like_a_trailer) {
    check_intake(KIND_FORLOEB, FORLOEB_HEAD "#SLUTNING;1;2\n", "reject 2 FELTANTAL (0) <3> <6>\n1=0+1");
    check_intake(KIND_FORLOEB, FORLOEB_HEAD "\"#SLUT\";7001801001;RF;2024-01-01;INGEN;\n",
                 "row 2 N #SLUT\n1=1+0");
}

Test(intake, trailer_is_last) {
    check_intake(KIND_FORLOEB, FORLOEB_HEAD "#SLUT;1;100,00\n" FORLOEB_A,
                 "row 3 N F-1\nfile 3 FIL_SLUTPOST (0) <#SLUT;1;100,00> <nothing after the trailer>\nfile "
                 "rejected\n1=0+1");
    check_intake(
        KIND_FORLOEB, FORLOEB_HEAD FORLOEB_A "#SLUT;1;100,00\n#SLUT;1;100,00\n",
        "row 2 N F-1\nreject 4 FELTANTAL (0) <3> <6>\n"
        "file 4 FIL_SLUTPOST (0) <#SLUT;1;100,00> <nothing after the trailer>\nfile rejected\n2=0+2");
}

/* Withdrawals and rows of any fate are counted; sums go beyond what one amount may be. */
Test(intake, trailer_counts_every_row) {
    check_intake(
        KIND_FORLOEB,
        FORLOEB_HEAD "F-1;9999999999;RF;2024-01-01;INGEN;9999999999,99\n"
                     "F-1;7001801001;RF;2024-01-01;INGEN;9999999999,99\n"
                     "F-1;7001801001;RF;2024-01-01;INGEN;99999999999,99\n"
                     "#SLUT;3;19999999999,98\n",
        "reject 2 ULAESELIGT_CPR cpr_nummer(2) <999999****> <ten digits that begin with a date>\nrow 3 N "
        "F-1\n"
        "reject 4 ULAESELIGT_BELOEB ugebeloeb(6) <999999*****,99> <at most ten digits before the decimal "
        "sign>\n3=1+2");
    check_intake(KIND_FORLOEB,
                 "posttype;" FORLOEB_HEAD
                 "T;F-1;;;;;5,00\n;F-2;7001801001;RF;2024-01-01;INGEN;1,00\n#SLUT;2;6,00",
                 "row 2 T F-1\nrow 3 N F-2\n2=2+0");
    check_intake(KIND_SANKTIONER, "sanktion_id;cpr_nummer;art;haendelsesdato\n#SLUT;0;", "0=0+0");
    check_intake(KIND_SANKTIONER, "sanktion_id;cpr_nummer;art;haendelsesdato\n#SLUT;0;0,00", "0=0+0");
    check_intake(KIND_SANKTIONER, "sanktion_id;cpr_nummer;art;haendelsesdato\n#SLUT;0;1,00",
                 "file 2 FIL_SLUTPOST (0) <#SLUT;0;1,00> <#SLUT;0;>\nfile rejected\n0=0+0");
    /* Nothing to sum: no amount is given, or the column is not in the file. */
    check_intake(KIND_FORLOEB, FORLOEB_HEAD "F-1;7001801001;RF;2024-01-01;INGEN;\n#SLUT;1;\n",
                 "row 2 N F-1\n1=1+0");
    check_intake(KIND_FORLOEB, FORLOEB_HEAD "F-1;7001801001;RF;2024-01-01;INGEN;\n#SLUT;1;0,00\n",
                 "row 2 N F-1\n1=1+0");
    check_intake(KIND_FORLOEB, FORLOEB_HEAD "F-1;7001801001;RF;2024-01-01;INGEN;0\n#SLUT;1;\n",
                 "row 2 N F-1\nfile 3 FIL_SLUTPOST (0) <#SLUT;1;> <#SLUT;1;0,00>\nfile rejected\n1=0+1");
    check_intake(
        KIND_FORLOEB,
        "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\nF-1;7001801001;RF;2024-01-01;INGEN\n"
        "#SLUT;1;\n",
        "row 2 N F-1\n1=1+0");
}

/* A row that cannot be cut into its fields counts as a row; its amount may be in the sender's sum or not. */
Test(intake, trailer_beside_malformed_rows) {
    static const char rows[] = FORLOEB_HEAD FORLOEB_A "F-2;7001801001;RF;2024-01-01;INGEN;7,00;x\n"
                                                      "F-3;\"7\"001801001;RF;2024-01-01;INGEN;0,30\n";
    static const char rejects[] = "row 2 N F-1\nreject 3 FELTANTAL (0) <7> <6>\n"
                                  "reject 4 ANFOERSELSTEGN (0) <\" (byte 8)> "
                                  "<a quote only around a whole field, doubled inside it>\n";
    static const struct {
        const char *trailer;
        bool fits;
    } cases[] = {
        {"#SLUT;3;100,00\n", true}, {"#SLUT;3;107,00\n", true},  {"#SLUT;3;100,30\n", true},
        {"#SLUT;3;107,30\n", true}, {"#SLUT;3;107,31\n", false}, {"#SLUT;2;100,00\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1000];
        char expected[1000];
        snprintf(text, sizeof text, "%s%s", rows, cases[i].trailer);
        if (cases[i].fits)
            snprintf(expected, sizeof expected, "%s3=1+2", rejects);
        else
            snprintf(expected, sizeof expected,
                     "%sfile 5 FIL_SLUTPOST (0) <%.14s> <#SLUT;3;100,00>\nfile rejected\n3=0+3", rejects,
                     cases[i].trailer);
        check_intake(KIND_FORLOEB, text, expected);
    }
}

/* --- Rows ------------------------------------------------------------------------------------------------------ */

Test(intake, broken_rows) {
    static const char head[] = "cpr_nummer;kommunekode;navn\n";
    static const struct {
        const char *rows;
        const char *expected;
    } cases[] = {
        {"7001801001;0101\n", "reject 2 FELTANTAL (0) <2> <3>\n1=0+1"},
        {"7001801001;0101;a;\n", "reject 2 FELTANTAL (0) <4> <3>\n1=0+1"},
        {"7001801001\n", "reject 2 FELTANTAL (0) <1> <3>\n1=0+1"},
        {"\"\"\n", "reject 2 FELTANTAL (0) <1> <3>\n1=0+1"},
        {"7001801001;0101;\xE6\n", "reject 2 TEGNSAET (0) <0xE6 (byte 17)> <UTF-8>\n1=0+1"},
        {"\n7001801001;0101;\"a\n\xE6\"\n7001801001;0101;\n",
         "reject 3 TEGNSAET (0) <0xE6 (byte 20)> <UTF-8>\nrow 5 N 7001801001\n2=1+1"},
        {"7001801001;0101;\"a\"b\n7001801001;0101;c\n",
         "reject 2 ANFOERSELSTEGN (0) <\" (byte 20)> <a quote only around a whole field, doubled inside it>\n"
         "row 3 N 7001801001\n2=1+1"},
        {"7001801001;0101;a\n7001801001;0101;\"b\n",
         "row 2 N 7001801001\nfile 3 FIL_UAFSLUTTET_CITAT (0) <\"> <a quote that ends in the file>\nfile "
         "rejected\n2=0+2"},
        {" 7001801001 ;\t0101 ; a b \n", "row 2 N 7001801001\n1=1+0"},
        {"7001801001;\" 0101\";\n", "reject 2 UKENDT_KODE kommunekode(2) < 0101> <a municipality code of "
                                    "config/koder/kommuner.csv>\n1=0+1"},
        {"7001801001;0101;\"a\nb\"\n7002801001;0101;\n", "row 2 N 7001801001\nrow 4 N 7002801001\n2=2+0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[500];
        snprintf(text, sizeof text, "%s%s", head, cases[i].rows);
        check_intake(KIND_DELTAGERE, text, cases[i].expected);
    }
}

Test(intake, a_row_too_long_is_one_reject) {
    const size_t size = 3 * (size_t)ROW_SIZE_MAX;
    static const char head[] =
        "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;afgoerelse_id;ugebeloeb\n";
    char *text = malloc(size + 500);
    IntakeLog *log = intake_log_begin();
    IntakeOutcome outcome;
    const IntakeSink sink = intake_log_sink(log);
    cr_assert_not_null(text);
    sprintf(text, "%sF-1;7001801001;RF;2024-01-01;INGEN;", head);
    const size_t at = strlen(text);
    memset(text + at, 'x', size);
    strcpy(text + at + size, ";5,00\nF-2;7001801001;RF;2024-01-01;INGEN;;1,00\n#SLUT;2;6,00\n");
    intake_read_bytes(KIND_FORLOEB, text, strlen(text), &utf8_comma, &sink, &outcome);
    cr_expect_str_eq(intake_log_text(log),
                     "reject 2 RAEKKE_FOR_LANG (0) <> 65536 bytes> <<= 65536 bytes>\nrow 3 N F-2\n");
    cr_expect(outcome.rows_read == 2 && outcome.rows_rejected == 1 && !outcome.file_rejected);
    free(text);
    free(log);
}

/* --- What the sink gets ------------------------------------------------------------------------------------------ */

typedef struct {
    ContentHash content[8];
    int32_t count;
    char raw[8][200];
    char id[8][80];
    char cpr[8][20];
    int32_t rejects; /* calls of reject */
    int32_t further; /* calls of finding */
} Kept;

static void keep_row(void *context, const InputRow *row) {
    Kept *kept = context;
    kept->content[kept->count] = row->content;
    snprintf(kept->raw[kept->count], 200, "%.*s", (int)row->raw.size_bytes, row->raw.bytes);
    kept->count++;
}

static void keep_reject(void *context, const InputFinding *finding, Text raw, Text id, Text cpr) {
    Kept *kept = context;
    (void)finding;
    snprintf(kept->raw[kept->count], 200, "%.*s", (int)raw.size_bytes, raw.bytes);
    snprintf(kept->id[kept->count], 80, "%.*s", (int)id.size_bytes, id.bytes);
    snprintf(kept->cpr[kept->count], 20, "%.*s", (int)cpr.size_bytes, cpr.bytes);
    kept->count++;
    kept->rejects++;
}

static void count_finding(void *context, const InputFinding *finding) {
    Kept *kept = context;
    (void)finding;
    kept->further++;
}

static void file_rejected_nothing(void *context, const InputFile *file) {
    (void)context;
    (void)file;
}

static bool same_content(const Kept *kept, int32_t a, int32_t b) {
    return kept->content[a].low == kept->content[b].low && kept->content[a].high == kept->content[b].high;
}

static Kept keep(KindId kind, const char *text, const Dialect *dialect) {
    Kept kept = {.count = 0};
    IntakeOutcome outcome;
    const IntakeSink sink = {keep_row, keep_reject, count_finding, file_rejected_nothing, &kept};
    intake_read_bytes(kind, text, strlen(text), dialect, &sink, &outcome);
    return kept;
}

Test(intake, content_is_all_columns_but_posttype_and_indberettet) {
    const Kept kept =
        keep(KIND_PERIODER,
             "posttype;indberettet;post_id;cpr_nummer;art;foerste_dag;sidste_dag;beloeb;afgoerelse_id\n"
             "N;2024-01-01;P;7001801001;FERIE;2024-01-01;;1,00;\n"
             "R;;P;7001801001;FERIE; 2024-01-01 ;;\"1,00\";\n"
             ";;P;7001801001;FERIE;2024-01-01;;1,0;\n"
             ";;P;7001801001;FERIE;2024-01-01;2024-01-01;;\n"
             ";;P;7001801001;FERIE;2024-01-01;;1,00;x\n",
             &utf8_comma);
    cr_assert_eq(kept.count, 5);
    cr_expect(same_content(&kept, 0, 1), "posttype, indberettet, blanks and quotes do not matter");
    cr_expect_not(same_content(&kept, 0, 2), "compared as text");
    cr_expect_not(same_content(&kept, 0, 3));
    cr_expect_not(same_content(&kept, 0, 4));
    /* Another order of columns, absent ones, another charset. */
    static const Dialect latin1 = {CHARSET_LATIN1, ','};
    const Kept a =
        keep(KIND_PERIODER, "beloeb;art;post_id;cpr_nummer;foerste_dag\n1,00;FERIE;P;7001801001;2024-01-01\n",
             &utf8_comma);
    const Kept b =
        keep(KIND_PERIODER,
             "post_id;cpr_nummer;art;foerste_dag;afgoerelse_id\n\xC3\x98;7001801001;FERIE;2024-01-01;\n",
             &utf8_comma);
    const Kept c = keep(KIND_PERIODER,
                        "post_id;cpr_nummer;art;foerste_dag\n\xD8;7001801001;FERIE;2024-01-01\n", &latin1);
    cr_expect_eq(a.content[0].low, kept.content[0].low);
    cr_expect_eq(b.content[0].low, c.content[0].low);
    cr_expect_neq(b.content[0].low, a.content[0].low);
}

/* Moving text from one cell to the next is other content. */
Test(intake, content_knows_where_cells_end) {
    const Kept kept = keep(KIND_INDKOMST,
                           "post_id;cpr_nummer;indkomsttype;dispositionsdato;arbejdsgiver_se;"
                           "produktionsenhed;medarbejder_nummer\n"
                           "I;7001801001;00;2024-01-01;ab;c;\n"
                           "I;7001801001;00;2024-01-01;a;bc;\n"
                           "I;7001801001;00;2024-01-01;;ab;c\n",
                           &utf8_comma);
    cr_assert_eq(kept.count, 3);
    cr_expect_not(same_content(&kept, 0, 1));
    cr_expect_not(same_content(&kept, 0, 2));
    cr_expect_not(same_content(&kept, 1, 2));
}

Test(intake, rejects_carry_the_row_as_it_stands) {
    const Kept kept = keep(KIND_FORLOEB,
                           FORLOEB_HEAD "F-1 ;7001801001;XX;2024-01-01;INGEN;\r\n"
                                        "F-2;\"7001801001\";RF;2024-01-01\n"
                                        "\"F-3\";7001801001;R\"F;2024-01-01;INGEN;\n"
                                        "F-\xE6;7001801001;RF;2024-01-01;INGEN;\n"
                                        "F-5;700180-1001;RF;2024-01-01;INGEN;\n",
                           &utf8_comma);
    cr_assert_eq(kept.count, 5);
    cr_expect_str_eq(kept.raw[0], "F-1 ;7001801001;XX;2024-01-01;INGEN;");
    cr_expect_str_eq(kept.id[0], "F-1");
    cr_expect_str_eq(kept.cpr[0], "7001801001");
    cr_expect_str_eq(kept.raw[1], "F-2;\"7001801001\";RF;2024-01-01");
    cr_expect_str_eq(kept.id[1], "F-2");
    cr_expect_str_eq(kept.cpr[1], "7001801001");
    cr_expect_str_eq(kept.id[2], "F-3");
    cr_expect_str_eq(kept.cpr[2], "7001801001");
    cr_expect_str_eq(kept.raw[3], "F-\xE6;7001801001;RF;2024-01-01;INGEN;");
    cr_expect_str_eq(kept.id[3], "");
    cr_expect_str_eq(kept.cpr[4], "");
}

/* One reject with the row, then its further defects; the amount counts in the trailer all the same. */
Test(intake, a_row_with_several_defects_is_one_reject) {
    static const char text[] = FORLOEB_HEAD "F-1;7001801001;XX;2024-02-30;INGEN;-1,00\n" FORLOEB_A;
    const Kept kept = keep(KIND_FORLOEB, text, &utf8_comma);
    cr_expect_eq(kept.rejects, 1);
    cr_expect_eq(kept.further, 2);
    cr_expect_eq(kept.count, 2);
    cr_expect_str_eq(kept.raw[0], "F-1;7001801001;XX;2024-02-30;INGEN;-1,00");
    cr_expect_str_eq(kept.id[0], "F-1");
    cr_expect_str_eq(kept.cpr[0], "7001801001");
    check_intake(KIND_FORLOEB, FORLOEB_HEAD "F-1;7001801001;XX;2024-02-30;INGEN;-1,00\n#SLUT;1;1,00\n",
                 "reject 2 UKENDT_KODE ordning(3) <XX> <RF, JA>\n"
                 "also 2 ULAESELIG_DATO startdato(4) <2024-02-30> <a date YYYY-MM-DD>\n"
                 "also 2 NEGATIVT_BELOEB ugebeloeb(6) <-1,00> <>= 0>\n"
                 "file 3 FIL_SLUTPOST (0) <#SLUT;1;1,00> <#SLUT;1;-1,00>\nfile rejected\n1=0+1");
}

Test(intake, a_rejected_file_can_be_read_again_as_rejects) {
    static const char text[] = FORLOEB_HEAD FORLOEB_A "F-2;x\n#SLUT;3;100,00\n";
    char *folder = temporary_folder();
    char path[512];
    Kept kept = {.count = 0};
    IntakeLog *log = intake_log_begin();
    IntakeOutcome outcome;
    Error error;
    snprintf(path, sizeof path, "%s/x.csv", folder);
    write_text_file(path, text);
    const InputFile file = {.path = path, .name = "x.csv", .kind = KIND_FORLOEB};
    const InputFinding finding = {.code = FINDING_FIL_SLUTPOST,
                                  .file = &file,
                                  .line = 4,
                                  .column = "",
                                  .found = "#SLUT;3;100,00",
                                  .expected = "#SLUT;2;100,00"};
    const IntakeSink sink = {keep_row, keep_reject, count_finding, file_rejected_nothing, &kept};
    const IntakeSink log_sink = intake_log_sink(log);
    cr_assert_eq(intake_reject_all(&file, &utf8_comma, &finding, &sink, &outcome, &error), STATUS_OK);
    cr_assert_eq(kept.count, 2);
    cr_expect_str_eq(kept.id[0], "F-1");
    cr_expect_str_eq(kept.cpr[0], "7001801001");
    cr_expect_str_eq(kept.raw[1], "F-2;x");
    cr_expect(outcome.rows_read == 2 && outcome.rows_rejected == 2 && outcome.file_rejected);
    cr_assert_eq(intake_reject_all(&file, &utf8_comma, &finding, &log_sink, &outcome, &error), STATUS_OK);
    cr_expect_str_eq(intake_log_text(log), "reject 2 FIL_SLUTPOST (0) <#SLUT;3;100,00> <#SLUT;2;100,00>\n"
                                           "reject 3 FIL_SLUTPOST (0) <#SLUT;3;100,00> <#SLUT;2;100,00>\n");
    temporary_folder_remove(folder);
    free(log);
}

/* A file that is still being written while it is read. */
typedef struct {
    const char *path;
    IntakeLog *log;
} Writer;

static void write_more(void *context, const InputRow *row) {
    (void)row;
    const Writer *writer = context;
    FILE *file = fopen(writer->path, "a");
    cr_assert_not_null(file);
    fputs(FORLOEB_A, file);
    fclose(file);
}

static void pass_finding(void *context, const InputFinding *finding) {
    const Writer *writer = context;
    const IntakeSink sink = intake_log_sink(writer->log);
    sink.finding(sink.context, finding);
}

Test(intake, a_file_that_is_being_written_is_rejected) {
    char *folder = temporary_folder();
    char path[512];
    snprintf(path, sizeof path, "%s/x.csv", folder);
    write_text_file(path, FORLOEB_HEAD FORLOEB_A);
    const InputFile file = {.path = path, .name = "x.csv", .kind = KIND_FORLOEB};
    Writer writer = {path, intake_log_begin()};
    const IntakeSink sink = {write_more, keep_reject, pass_finding, file_rejected_nothing, &writer};
    IntakeOutcome outcome;
    Error error;
    cr_assert_eq(intake_read(&file, &utf8_comma, &sink, &outcome, &error), STATUS_OK);
    cr_expect(outcome.file_rejected);
    cr_expect_str_eq(intake_log_text(writer.log),
                     "file 0 FIL_AENDRET (0) <151 bytes> <the same file from beginning to end>\n");
    temporary_folder_remove(folder);
    free(writer.log);
}

/* --- Lists ------------------------------------------------------------------------------------------------------- */

static void write_in(const char *folder, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    write_text_file(path, "x\n");
}

Test(intake, list_of_a_folder) {
    static const char *const names[] = {"indkomst_2.csv",
                                        "indkomst-2024-03.csv",
                                        "indkomst.csv",
                                        "deltagere.csv",
                                        "skattekort2024.csv",
                                        "forloeb.csv.bak",
                                        "noter.txt",
                                        "andet.csv",
                                        "indkomstx.csv",
                                        "Indkomst.csv",
                                        "indkomst\xC3\xB8.csv",
                                        "deltagere.CSV"};
    char *folder = temporary_folder();
    char below[512];
    IntakeLog *log = intake_log_begin();
    const IntakeSink sink = intake_log_sink(log);
    char *paths[] = {folder};
    InputList list;
    Error error;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        write_in(folder, names[i]);
    snprintf(below, sizeof below, "mkdir %s/boern.csv && touch %s/boern.csv/boern.csv", folder, folder);
    Process made = shell_run(below);
    process_free(&made);
    cr_assert_eq(input_list(paths, 1, &sink, &list, &error), STATUS_OK, "%s", error.message);
    cr_expect_eq(list.unknown_count, 4); /* a folder called like a file is no file */
    static const char *const expected[] = {"deltagere.csv", "indkomst-2024-03.csv", "indkomst.csv",
                                           "indkomst_2.csv", "skattekort2024.csv"};
    cr_assert_eq(list.count, 5);
    for (int32_t i = 0; i < list.count; i++) {
        cr_expect_str_eq(list.files[i].name, expected[i]);
        cr_expect_eq(list.files[i].number, i);
    }
    input_list_free(&list);
    temporary_folder_remove(folder);
    free(log);
}

Test(intake, list_of_arguments) {
    char *folder = temporary_folder();
    char a[512];
    char b[512];
    char c[512];
    IntakeLog *log = intake_log_begin();
    const IntakeSink sink = intake_log_sink(log);
    InputList list;
    Error error;
    write_in(folder, "indkomst_b.csv");
    write_in(folder, "indkomst_a.csv");
    write_in(folder, "deltagere.txt");
    snprintf(a, sizeof a, "%s/indkomst_a.csv", folder);
    snprintf(b, sizeof b, "%s/indkomst_b.csv", folder);
    snprintf(c, sizeof c, "%s/deltagere.txt", folder);
    char *given[] = {b, a, c, b, folder};
    cr_assert_eq(input_list(given, 5, &sink, &list, &error), STATUS_OK);
    cr_assert_eq(list.count, 3);
    cr_expect_str_eq(list.files[0].name, "deltagere.txt");
    cr_expect_str_eq(list.files[1].name, "indkomst_a.csv");
    cr_expect_str_eq(list.files[2].name, "indkomst_b.csv");
    input_list_free(&list);
    char nowhere[] = "/nowhere";
    char *missing[] = {a, nowhere};
    cr_expect_eq(input_list(missing, 2, &sink, &list, &error), STATUS_NO_INPUT);
    write_in(folder, "noter.csv");
    snprintf(a, sizeof a, "%s/noter.csv", folder);
    char *unknown[] = {a};
    cr_expect_eq(input_list(unknown, 1, &sink, &list, &error), STATUS_NO_INPUT);
    cr_expect_str_eq(intake_log_text(log),
                     "warning 0 FIL_UKENDT (0) <noter.csv> "
                     "<deltagere, forloeb, boern, perioder, indkomst, feriepenge, s>\n");
    temporary_folder_remove(folder);
    free(log);
}

/* --- Sentences ----------------------------------------------------------------------------------------------------- */

Test(intake, sentences) {
    InputFile file = {.kind = KIND_INDKOMST};
    mask_text((Text){"indkomst-7001801001.csv", 23}, file.name);
    char text[FINDING_LINE_SIZE];
    InputFinding finding = {.code = FINDING_ULAESELIGT_BELOEB,
                            .file = &file,
                            .line = 17,
                            .column = "felt_0013",
                            .field_number = 11,
                            .found = "1.250,00",
                            .expected = "a number like 1234,56"};
    input_finding_format(&finding, false, text);
    cr_expect_str_eq(text, "indkomst-700180****.csv:17: reject ULAESELIGT_BELOEB: felt_0013 (field 11): "
                           "The amount cannot be read: 1.250,00; expected: a number like 1234,56.");
    input_finding_format(&finding, true, text);
    cr_expect_str_eq(text, "indkomst-700180****.csv:17: reject ULAESELIGT_BELOEB: felt_0013 (felt 11): "
                           "Beløbet kan ikke læses: 1.250,00; ventet: et tal som 1234,56.");
    finding = (InputFinding){.code = FINDING_VAERDI_MANGLER,
                             .file = &file,
                             .line = 2,
                             .column = "art",
                             .found = "",
                             .expected = "a value"};
    input_finding_format(&finding, true, text);
    cr_expect_str_eq(text, "indkomst-700180****.csv:2: reject VAERDI_MANGLER: art: "
                           "En krævet værdi mangler: intet; ventet: en værdi.");
    finding = (InputFinding){
        .code = FINDING_FIL_UDEN_HOVED, .file = &file, .column = "", .found = "", .expected = "x"};
    input_finding_format(&finding, false, text);
    cr_expect_str_eq(
        text,
        "indkomst-700180****.csv: reject FIL_UDEN_HOVED: The file has no header row: nothing; expected: x.");
}

/* No sentence of an input finding is longer than its buffer, whatever stands in it. */
Test(intake, sentences_fit) {
    const InputFile file = {.name = "x.csv", .kind = KIND_INDKOMST};
    char text[FINDING_LINE_SIZE];
    char expected[700];
    memset(expected, 'x', sizeof expected);
    expected[sizeof expected - 1] = '\0';
    for (int32_t code = 0; code < FINDING_COUNT; code++) {
        const InputFinding finding = {.code = (FindingCode)code,
                                      .file = &file,
                                      .line = INT32_MAX,
                                      .column = "felt_0013",
                                      .field_number = 23,
                                      .found = expected,
                                      .expected = expected};
        input_finding_format(&finding, true, text);
        cr_expect_lt(strlen(text), FINDING_LINE_SIZE);
        input_finding_format(&finding, false, text);
        cr_expect_lt(strlen(text), FINDING_LINE_SIZE);
    }
}
