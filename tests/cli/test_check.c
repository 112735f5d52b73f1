/* ydelse check: findings, accounts, exit codes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/process.h"

#define DELTAGERE "cpr_nummer;kommunekode;navn\n7001801001;0101;Å\n"

static void write_in(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    write_text_file(path, text);
}

static Process check(const char *first, const char *second, const char *third) {
    return ydelse_run((const char *const[]){"check", "--lang", "en", first, second, third, NULL}, NULL);
}

Test(cli_check, a_good_delivery) {
    char *folder = temporary_folder();
    write_in(folder, "deltagere.csv", DELTAGERE "#SLUT;1;\n");
    Process process = check(folder, NULL, NULL);
    cr_expect_eq(process.exit_code, 0, "%s", process.err);
    cr_expect_str_eq(process.out, "file                 read      stored   duplicate    rejected\n"
                                  "deltagere.csv           1           1           0           0\n"
                                  "total                   1           1           0           0\n");
    cr_expect_str_eq(process.err, "");
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(cli_check, findings_come_by_file_and_line) {
    char *folder = temporary_folder();
    write_in(folder, "deltagere.csv", DELTAGERE);
    write_in(folder, "boern.csv",
             "post_id;cpr_nummer;forhold;barn_foedselsdato;posttype\n"
             "B-1;7001801001;BIDRAG;2020-01-01;R\n"
             "B-2;7001801001;BIDRAG;2020-01-01;N\n"
             "B-2;7001801001;BIDRAG;2020-01-02;N\n"
             "B-3;7001801001;XX;2020-01-01;N\n"
             "B-2;7001801001;BIDRAG;2020-01-01;N\n"
             "B-4;7003801001;BIDRAG;2020-01-01;N\n");
    write_in(folder, "noter.csv", "x\n");
    Process process = check(folder, NULL, NULL);
    cr_expect_eq(process.exit_code, 1);
    cr_expect_str_eq(process.out, "noter.csv: warning FIL_UKENDT: The kind of file is unknown, it is not "
                                  "read: noter.csv; expected: deltagere, "
                                  "forloeb, boern, perioder, indkomst, feriepenge, sanktioner, skattekort.\n"
                                  "boern.csv:2: warning R_UDEN_RAEKKE: post_id (field 1): A replacement (R) "
                                  "without an earlier row is taken as new: "
                                  "B-1; expected: an earlier row with this id.\n"
                                  "boern.csv:4: reject ID_ANDET_INDHOLD: post_id (field 1): The id is in use "
                                  "with other content: B-2; expected: "
                                  "posttype R, a new id, or the same content.\n"
                                  "boern.csv:5: reject UKENDT_KODE: forhold (field 3): The code is unknown: "
                                  "XX; expected: FORSOERGER, BIDRAG.\n"
                                  "boern.csv:7: reject DELTAGER_UKENDT: cpr_nummer (field 2): The "
                                  "participant is not in deltagere: 700380****; "
                                  "expected: the row's participant in deltagere.\n"
                                  "\n"
                                  "file                 read      stored   duplicate    rejected\n"
                                  "deltagere.csv           1           1           0           0\n"
                                  "boern.csv               6           2           1           3\n"
                                  "total                   7           3           1           3\n");
    process_free(&process);
    temporary_folder_remove(folder);
}

/* Four defects of one row are four findings and one rejected row. */
Test(cli_check, every_defect_of_a_row_is_told) {
    char *folder = temporary_folder();
    write_in(folder, "deltagere.csv", DELTAGERE);
    write_in(folder, "forloeb.csv",
             "forloeb_id;cpr_nummer;ordning;startdato;slutdato;tidligere_ydelse;ugebeloeb\n"
             "F-1;7001801001;XX;2024-01-02;2024-01-01;;10000000000,00\n"
             "F-2;7001801001;RF;1799-01-01;;INGEN;-1\n");
    Process process = check(folder, NULL, NULL);
    cr_expect_eq(process.exit_code, 1);
    cr_expect_str_eq(
        process.out,
        "forloeb.csv:2: reject UKENDT_KODE: ordning (field 3): The code is unknown: XX; expected: RF, JA.\n"
        "forloeb.csv:2: reject SLUT_FOER_START: slutdato (field 5): The end lies before the start: "
        "2024-01-01; expected: >= 2024-01-02.\n"
        "forloeb.csv:2: reject VAERDI_MANGLER: tidligere_ydelse (field 6): A required value is missing: "
        "nothing; expected: a value.\n"
        "forloeb.csv:2: reject ULAESELIGT_BELOEB: ugebeloeb (field 7): The amount cannot be read: "
        "100000*****,00; expected: at most ten digits before the decimal sign.\n"
        "forloeb.csv:3: reject ULAESELIG_DATO: startdato (field 4): The date cannot be read: 1799-01-01; "
        "expected: a date YYYY-MM-DD from 1800-01-01.\n"
        "forloeb.csv:3: reject NEGATIVT_BELOEB: ugebeloeb (field 7): The amount must not be negative: -1; "
        "expected: >= 0.\n"
        "\n"
        "file                 read      stored   duplicate    rejected\n"
        "deltagere.csv           1           1           0           0\n"
        "forloeb.csv             2           0           0           2\n"
        "total                   3           1           0           2\n");
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(cli_check, csv_for_programs) {
    char *folder = temporary_folder();
    write_in(folder, "deltagere.csv", "cpr_nummer;kommunekode\n7001801001;0411\n");
    Process process =
        ydelse_run((const char *const[]){"check", "--format", "csv", "--lang", "en", folder, NULL}, NULL);
    cr_expect_eq(process.exit_code, 1);
    cr_expect_str_eq(
        process.out,
        "record;file;line;severity;code;column;field;found;expected;message;read;stored;duplicate;rejected\n"
        "finding;deltagere.csv;2;reject;UKENDT_KODE;kommunekode;2;0411;a municipality code of "
        "config/koder/kommuner.csv;"
        "\"The code is unknown: 0411; expected: a municipality code of config/koder/kommuner.csv.\";;;;\n"
        "file;deltagere.csv;;;;;;;;;1;0;0;1\n"
        "total;;;;;;;;;;1;0;0;1\n");
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(cli_check, json_for_programs) {
    char *folder = temporary_folder();
    write_in(folder, "deltagere.csv", "cpr_nummer;kommunekode\n7001801001;0411\n");
    Process process =
        ydelse_run((const char *const[]){"check", "--format", "json", "--lang", "en", folder, NULL}, NULL);
    cr_expect_eq(process.exit_code, 1);
    cr_expect_str_eq(
        process.out,
        "[\n"
        "{\"record\":\"finding\",\"file\":\"deltagere.csv\",\"severity\":\"reject\",\"code\":\"UKENDT_KODE\","
        "\"found\":\"0411\",\"expected\":\"a municipality code of config/koder/kommuner.csv\","
        "\"message\":\"The code is unknown: 0411; expected: a municipality code of "
        "config/koder/kommuner.csv.\",\"line\":2,\"column\":\"kommunekode\",\"field\":2},\n"
        "{\"record\":\"file\",\"read\":1,\"stored\":0,\"duplicate\":0,\"rejected\":1,\"file\":\"deltagere."
        "csv\","
        "\"file_rejected\":false},\n"
        "{\"record\":\"total\",\"read\":1,\"stored\":0,\"duplicate\":0,\"rejected\":1}\n"
        "]\n");
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(cli_check, exit_codes) {
    char *folder = temporary_folder();
    char good[512];
    char bad[512];
    write_in(folder, "deltagere.csv", DELTAGERE);
    write_in(folder, "forloeb.csv", "x;y\n1;2\n");
    snprintf(good, sizeof good, "%s/deltagere.csv", folder);
    snprintf(bad, sizeof bad, "%s/forloeb.csv", folder);
    const struct {
        const char *first, *second, *third;
        int exit_code;
    } cases[] = {
        {good, NULL, NULL, 0},         {folder, NULL, NULL, 1},           {bad, NULL, NULL, 65},
        {good, bad, NULL, 1},          {"/nowhere", NULL, NULL, 66},      {good, "/nowhere", NULL, 66},
        {NULL, NULL, NULL, 64},        {"--charset", "ebcdic", good, 64}, {"--decimal", ";", good, 64},
        {"--format", "xml", good, 64}, {"--charset", "latin1", good, 0},  {"--decimal", ".", good, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = check(cases[i].first, cases[i].second, cases[i].third);
        cr_expect_eq(process.exit_code, cases[i].exit_code, "case %zu: %d %s", i, process.exit_code,
                     process.err);
        process_free(&process);
    }
    temporary_folder_remove(folder);
}

/* Whatever the defect, the ten digits are not in what is printed. */
Test(cli_check, no_cpr_number_is_printed) {
    static const char *const languages[] = {"da", "en"};
    static const char *const formats[] = {"text", "csv", "json"};
    char *folder = temporary_folder();
    write_in(folder, "deltagere.csv",
             "cpr_nummer;kommunekode;navn\n7001801001;7001801001;a\n7001801001;0101;b\n"
             "7001801001;0101;c\n7001801001;0101;\"7001801001\nd\n7001801001;\"0101\"x;e\n"
             "7001801001;0101\n7001801001;0101;\xE6\n 7001801001x;0101;f\n");
    write_in(folder, "deltagere_2.csv", "7001801001;0101\n");
    write_in(folder, "deltagere_3.csv", "cpr_nummer;kommunekode;7001801001\n");
    write_in(folder, "boern-7001801001.csv",
             "post_id;cpr_nummer;forhold;barn_cpr\n7001801001;7001801001;700180-1001;\n"
             "7001801001;7001801002;BIDRAG;7001801001\n"
             "7001801001;7001801002x;7001801001;700180 1001\n");
    write_in(folder, "7001801001.csv", "x\n");
    for (int i = 0; i < 6; i++) {
        Process process = ydelse_run((const char *const[]){"check", "--lang", languages[i % 2], "--format",
                                                           formats[i / 2], folder, NULL},
                                     NULL);
        cr_expect_null(strstr(process.out, "1001"), "%s", process.out);
        cr_expect_null(strstr(process.err, "1001"), "%s", process.err);
        cr_expect_null(strstr(process.out, "1002"));
        process_free(&process);
    }
    temporary_folder_remove(folder);
}
