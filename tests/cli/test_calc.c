/* ydelse calc: output, exit codes, and what goes where. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/process.h"

#define HEADER                                                                                               \
    "cpr_nummer;maaned;udfald;aktive_dage;brutto;fradrag_loen;fradrag_sygeloen;fradrag_tilbud;fradrag_"      \
    "anden;"                                                                                                 \
    "fradrag_ferie;efter_indkomst;sanktion;ydelse;atp_egen;atp_kommune;pension;skat;til_udbetaling;fund\n"
#define RESULT                                                                                               \
    "7001801001;2024-03;BETALES;31;12326,00;0,00;0,00;0,00;0,00;0,00;12326,00;0,00;12326,00;99,00;198,00;"   \
    "183,00;0,00;"                                                                                           \
    "12227,00;\n"

static void write_in(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    write_text_file(path, text);
}

static char *one_person(void) {
    char *folder = temporary_folder();
    write_in(folder, "deltagere.csv", "cpr_nummer;kommunekode\n7001801001;0101\n");
    write_in(folder, "forloeb.csv",
             "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\nF;7001801001;RF;2024-01-01;INGEN\n");
    return folder;
}

static Process calc(const char *month, const char *folder, const char *option, const char *value) {
    return ydelse_run((const char *const[]){"calc", "--lang", "en", "--month", month, "--input", folder,
                                            option, value, NULL},
                      NULL);
}

Test(cli_calc, results_go_to_stdout_and_the_account_to_stderr) {
    char *folder = one_person();
    Process process = calc("2024-03", folder, NULL, NULL);
    cr_expect_eq(process.exit_code, 0);
    cr_expect_str_eq(process.out, HEADER RESULT);
    cr_expect_str_eq(
        process.err,
        "ydelse: 2024-03: rows read 2, stored 2, duplicate 0, rejected 0; participants 1, paid 1, "
        "zero 0, førtidspension 0, held 0\n");
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(cli_calc, rejects_are_told_and_exit_1) {
    char *folder = one_person();
    write_in(folder, "indkomst.csv",
             "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\nI;7001801001;00;2024-03-01;x\n");
    Process process = calc("2024-03", folder, NULL, NULL);
    cr_expect_eq(process.exit_code, 1);
    cr_expect_str_eq(process.out, HEADER RESULT);
    cr_expect_not_null(
        strstr(process.err, "indkomst.csv:2: reject ULAESELIGT_BELOEB: felt_0013 (field 5): "));
    cr_expect_not_null(strstr(process.err, "rows read 3, stored 2, duplicate 0, rejected 1;"));
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(cli_calc, the_same_warning_is_not_told_a_thousand_times) {
    char *folder = one_person();
    char text[5000] = "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0200\n";
    for (int i = 0; i < 25; i++) {
        char row[100];
        snprintf(row, sizeof row, "I-%d;7001801001;00;2023-03-01;1000\n", i);
        strcat(text, row);
    }
    write_in(folder, "indkomst.csv", text);
    Process process = calc("2024-03", folder, NULL, NULL);
    cr_expect_eq(process.exit_code, 0, "warnings are no rejects");
    int count = 0;
    for (const char *at = process.err; (at = strstr(at, "TIMER_OVER_744: felt")) != NULL; at++)
        count++;
    cr_expect_eq(count, 10);
    cr_expect_not_null(
        strstr(process.err, "indkomst.csv: warning TIMER_OVER_744: more of the same kind: 15\n"));
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(cli_calc, exit_codes) {
    char *folder = one_person();
    char *empty = temporary_folder();
    char *unusable = temporary_folder();
    char rates[512];
    write_in(unusable, "deltagere.csv", "x;y\n");
    write_in(empty, "rates.txt", "x;y\n");
    snprintf(rates, sizeof rates, "%s/rates.txt", empty);
    const struct {
        const char *month, *folder, *option, *value;
        int exit_code;
    } cases[] = {
        {"2024-3", folder, NULL, NULL, 64},
        {"2024-13", folder, NULL, NULL, 64},
        {"2012-12", folder, NULL, NULL, 64},
        {"2013-01", folder, NULL, NULL, 0},
        {"2026-12", folder, NULL, NULL, 0},
        {"2027-01", folder, NULL, NULL, 78},
        {"2024-03", "/nowhere", NULL, NULL, 66},
        {"2024-03", empty, NULL, NULL, 66},
        {"2024-03", unusable, NULL, NULL, 65},
        {"2024-03", folder, "--policy", "skat=ja", 0},
        {"2024-03", folder, "--policy", "skat=maaske", 64},
        {"2024-03", folder, "--policy", "skatter=ja", 64},
        {"2024-03", folder, "--policy", "skat", 64},
        {"2024-03", folder, "--rates", "/nowhere", 66},
        {"2024-03", folder, "--rates", rates, 78},
        {"2024-03", folder, "--output", "/nowhere/x.csv", 73},
        {"2024-03", folder, "--output", "/dev/full", 74},
        {"2024-03", folder, "--output", "/dev/null", 0},
        {"2024-03", folder, "extra", NULL, 64},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = calc(cases[i].month, cases[i].folder, cases[i].option, cases[i].value);
        cr_expect_eq(process.exit_code, cases[i].exit_code, "case %zu: %d %s", i, process.exit_code,
                     process.err);
        process_free(&process);
    }
    Process process = ydelse_run((const char *const[]){"calc", "--input", folder, NULL}, NULL);
    cr_expect_eq(process.exit_code, 64);
    process_free(&process);
    process =
        shell_run("\"$YDELSE_PROGRAM\" calc --month 2024-03 --input samples/lille > /dev/full 2>/dev/null");
    cr_expect_eq(process.exit_code, 74);
    process_free(&process);
    temporary_folder_remove(folder);
    temporary_folder_remove(empty);
    temporary_folder_remove(unusable);
}

Test(cli_calc, an_output_file_is_there_whole_or_not_at_all) {
    char *folder = one_person();
    char path[512];
    char command[1200];
    size_t size;
    snprintf(path, sizeof path, "%s/resultat", folder);
    write_text_file(path, "before");
    Process process = calc("2027-01", folder, "--output", path);
    char *kept = read_whole_file(path, &size);
    cr_expect_str_eq(kept, "before");
    free(kept);
    process_free(&process);
    process = calc("2024-03", folder, "--output", path);
    cr_expect_eq(process.exit_code, 0);
    cr_expect_str_eq(process.out, "");
    kept = read_whole_file(path, &size);
    cr_expect_str_eq(kept, HEADER RESULT);
    free(kept);
    process_free(&process);
    snprintf(command, sizeof command, "ls '%s' | wc -l", folder);
    process = shell_run(command);
    cr_expect_eq(atoi(process.out), 3, "nothing else is left: %s", process.out);
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(cli_calc, explain_writes_one_object_per_line) {
    char *folder = one_person();
    Process process = calc("2024-03", folder, "--explain", NULL);
    cr_expect_eq(process.exit_code, 0);
    cr_expect_eq(process.out[0], '{');
    cr_expect_eq(strchr(process.out, '\n') - process.out, (ptrdiff_t)process.out_size - 1);
    cr_expect_not_null(strstr(process.out, "7001801001"));
    process_free(&process);
    temporary_folder_remove(folder);
}

/* Files, columns and rows of different ids in another order: the same bytes. */
Test(cli_calc, order_does_not_matter) {
    char *folder = temporary_folder();
    char *other = temporary_folder();
    write_in(folder, "deltagere.csv", "cpr_nummer;kommunekode;navn\n7001801001;0101;a\n7002801001;0101;b\n");
    write_in(folder, "forloeb.csv",
             "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\n"
             "F-1;7001801001;RF;2024-01-01;INGEN\nF-2;7002801001;RF;2024-01-01;INGEN\n");
    write_in(folder, "indkomst.csv",
             "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
             "I-1;7001801001;00;2024-03-01;1000,00\nI-2;7001801001;05;2024-03-02;33,33\n");
    write_in(other, "deltagere_1.csv", "kommunekode;cpr_nummer\n0101;7002801001\n");
    write_in(other, "deltagere_2.csv", "cpr_nummer;navn;kommunekode\n7001801001;x;0101\n");
    write_in(other, "forloeb.csv",
             "tidligere_ydelse;forloeb_id;cpr_nummer;startdato;ordning\n"
             "INGEN;F-2;7002801001;2024-01-01;RF\nINGEN;F-1;7001801001;2024-01-01;RF\n");
    write_in(
        other, "indkomst_b.csv",
        "felt_0013;post_id;cpr_nummer;indkomsttype;dispositionsdato\n1000,00;I-1;7001801001;00;2024-03-01\n");
    write_in(
        other, "indkomst_a.csv",
        "felt_0013;post_id;cpr_nummer;indkomsttype;dispositionsdato\n33,33;I-2;7001801001;05;2024-03-02\n");
    Process first = calc("2024-03", folder, NULL, NULL);
    Process second = calc("2024-03", other, NULL, NULL);
    cr_expect_eq(first.exit_code, 0);
    cr_expect_str_eq(first.out, second.out);
    process_free(&first);
    process_free(&second);
    temporary_folder_remove(folder);
    temporary_folder_remove(other);
}

/* So many that several threads share them: as when each half, which one thread computes, is computed alone. */
Test(cli_calc, side_by_side_as_one_after_another) {
    char *folder = temporary_folder();
    char command[2048];
    snprintf(
        command, sizeof command,
        "ydelse=$(realpath \"$YDELSE_PROGRAM\") && "
        "build/generate --people 3000 --month 2024-03 --output '%s/all' >/dev/null && cd '%s' && "
        "for half in 0 1; do cp -r all half$half && rm half$half/deltagere.csv && "
        "awk -v half=$half '/^#/ { exit } NR == 1 || NR %% 2 == half' all/deltagere.csv > "
        "half$half/deltagere.csv || exit; done && "
        "for of in all half0 half1; do \"$ydelse\" calc --month 2024-03 --input $of --output "
        "$of.csv 2>$of.log || [ $? -eq 1 ] || exit; done && "
        "tail -q -n +2 half0.csv half1.csv | LC_ALL=C sort > halves && tail -n +2 all.csv | cmp - halves && "
        "wc -l < halves",
        folder, folder);
    Process process = shell_run(command);
    cr_expect(atoi(process.out) > 2048, "%s%s", process.out, process.err);
    process_free(&process);
    temporary_folder_remove(folder);
}
