/* Rejects against a real server: what closes them, what does not, and how they are shown. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(rejects, .init = night_begin, .fini = night_end);

#define DELTAGERE "cpr_nummer;kommunekode\n"
#define PERIODER "posttype;post_id;cpr_nummer;art;foerste_dag;sidste_dag\n"
#define INDKOMST "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
#define ANNA "6101011001"
#define BO "6201011002"

#define OPEN "SELECT count(*) FROM ydelse.reject_open"
#define CORRECTED "SELECT count(*) FROM ydelse.reject_resolved WHERE outcome = 'corrected'"

Test(rejects, a_corrected_row_closes_the_reject_of_its_id) {
    night_load_text("deltagere.csv", DELTAGERE ANNA ";0101\n", 0);
    night_load_text("perioder.csv",
                    PERIODER "N;P1;" ANNA ";FERIE;2024-13-01;\nN;P2;" ANNA ";FERIE;2024-03-01;\n"
                             "N;P2;" ANNA ";FERIE;2024-03-09;\nN;P3;" ANNA ";FERI;2024-03-01;\n",
                    1);
    night_expect_number(OPEN, 3);
    night_load_text("perioder-2.csv", PERIODER "N;P1;" ANNA ";FERIE;2024-03-01;\n", 0);
    night_expect_number(OPEN, 2);
    night_load_text("perioder-3.csv",
                    PERIODER "R;P2;" ANNA ";FERIE;2024-03-09;\nN;P3;" ANNA ";FER;2024-03-01;\n", 1);
    night_expect_number(OPEN " WHERE post_id = 'P2'", 0);
    night_expect_number(OPEN " WHERE post_id = 'P3'", 2);
    night_load_text("perioder-4.csv", PERIODER "R;P3;" ANNA ";FERIE;2024-03-01;\n", 0);
    night_expect_number(OPEN, 0);
    night_expect_number(CORRECTED, 4);
    night_load_text("perioder.csv",
                    PERIODER "N;P1;" ANNA ";FERIE;2024-13-01;\nN;P2;" ANNA ";FERIE;2024-03-01;\n"
                             "N;P2;" ANNA ";FERIE;2024-03-09;\nN;P3;" ANNA ";FERI;2024-03-01;\n",
                    0);
    night_expect_number("SELECT count(*) FROM ydelse.delivery", 5);
}

/* What a sender wrote must not move the cursor of who looks at it. */
Test(rejects, a_row_is_shown_without_what_a_terminal_obeys) {
    night_load_text("deltagere.csv", DELTAGERE ANNA ";=\033[2J\a0101\n", 1);
    char *shown = night_program(1, "rejects", "--raw", NULL, NULL, NULL, NULL, NULL);
    cr_expect(strstr(shown, ANNA ";=?[2J?0101\n") != NULL && strpbrk(shown, "\033\a") == NULL, "%s", shown);
    free(shown);
}

/* More than are fetched at once. */
Test(rejects, all_of_many_are_listed) {
    enum { MANY = 9000 };
    char *text = malloc(MANY * 40);
    size_t size = (size_t)sprintf(text, DELTAGERE);
    for (int i = 0; i < MANY; i++)
        size += (size_t)sprintf(text + size, ANNA ";%04d-\n", i);
    night_load_text("deltagere.csv", text, 1);
    free(text);
    char *shown = night_program(1, "rejects", "--format", "csv", NULL, NULL, NULL, NULL);
    int lines = 0;
    for (const char *at = shown; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    cr_expect_eq(lines, MANY + 1);
    cr_expect_not_null(strstr(shown, ";8999-;"), "the last one");
    free(shown);
    shown = night_program(1, "rejects", "--lang", "en", NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(shown, "UKENDT_KODE: rows: 9000, oldest: "), "%.2000s", shown);
    free(shown);
}

Test(rejects, an_earlier_row_of_the_same_delivery_closes_nothing) {
    night_load_text("deltagere.csv", DELTAGERE ANNA ";0101\n", 0);
    night_load_text("perioder.csv",
                    PERIODER "N;P1;" ANNA ";FERIE;2024-03-01;\nR;P1;" ANNA ";FERIE;2024-03-41;\n", 1);
    night_expect_number(OPEN, 1);
    night_load_text("perioder-2.csv",
                    PERIODER "R;P1;" ANNA ";FERIE;2024-03-41;\nR;P1;" ANNA ";FERIE;2024-03-04;\n", 1);
    night_expect_number(OPEN, 0);
}

Test(rejects, a_row_without_a_readable_id_is_closed_by_the_one_that_fits) {
    night_load_text("deltagere.csv", DELTAGERE ANNA ";0101\n" BO ";0101\n", 0);
    night_load_text("indkomst.csv",
                    INDKOMST ";" ANNA ";00;2024-03-15;100,00\n;" ANNA ";00;2024-03-20;100,00\n"
                             ";" BO ";00;2024-03-15;100,00\n;" BO ";00;2024-03-15;200,00\n",
                    1);
    night_expect_number(OPEN, 4);
    night_load_text("indkomst-2.csv",
                    INDKOMST "I1;" ANNA ";00;2024-03-15;100,00\nI2;" BO ";00;2024-03-15;100,00\n", 0);
    night_expect_number(CORRECTED, 1);
    night_expect_number(OPEN " WHERE cpr = '" BO "'", 2);
    night_expect_number(OPEN " WHERE line = 3", 1);
}

Test(rejects, a_row_that_waits_is_closed_by_its_correction_and_still_folded) {
    night_load_text("deltagere.csv", DELTAGERE ANNA ";0101\n", 0);
    night_load_text("perioder.csv", PERIODER "N;P1;" BO ";FERIE;2024-03-01;\n", 1);
    night_load_text("perioder-2.csv", PERIODER "N;P1;" ANNA ";FERIE;2024-03-01;\n", 0);
    night_expect_number(OPEN, 0);
    night_load_text("deltagere-2.csv", DELTAGERE BO ";0101\n", 0);
    char *cpr =
        test_sql_text(night_pg, "SELECT cpr_nummer FROM ydelse.fact_perioder f WHERE NOT EXISTS (SELECT FROM "
                                "ydelse.fact_ended e WHERE e.file_id = f.file_id AND e.line = f.line)");
    cr_expect_str_eq(cpr, BO, "the order of deliveries does not matter");
    free(cpr);
    night_expect_number(OPEN " WHERE code = 'ID_ANDET_INDHOLD'", 1);
}

/* The row that replaces it counts, as it does when each file is a delivery of its own. */
Test(rejects, a_withdrawal_done_by_another_file_of_the_delivery_is_not_tried_again) {
    static const char withdrawal[] = PERIODER "T;P1;" ANNA ";;;\n";
    night_load_text("deltagere.csv", DELTAGERE ANNA ";0101\n", 0);
    night_load_text("perioder.csv", withdrawal, 1);
    night_load_text("perioder-2.csv", PERIODER "N;P1;" ANNA ";FERIE;2024-03-01;\n", 0);
    night_expect_number(OPEN " WHERE code = 'TRUKKET_UDEN_RAEKKE'", 1);
    char *folder = temporary_folder();
    night_file(folder, "perioder-3.csv", PERIODER "T;P1;" ANNA ";;;\nR;P1;" ANNA ";FERIE;2024-03-05;\n");
    night_file(folder, "perioder-4.csv", withdrawal);
    night_load(folder, 0);
    temporary_folder_remove(folder);
    night_expect_number(OPEN, 0);
    night_expect_number("SELECT count(*) FROM ydelse.fact_perioder f WHERE posttype <> 'T' AND NOT EXISTS "
                        "(SELECT FROM ydelse.fact_ended e WHERE e.file_id = f.file_id AND e.line = f.line)",
                        1);
}

Test(rejects, a_rejected_file_names_its_line_and_is_closed_by_the_mended_one) {
    night_load_text("deltagere.csv", DELTAGERE ANNA ";0101\n", 0);
    night_load_text("perioder.csv", PERIODER "N;P1;" ANNA ";FERIE;2024-03-01;\n", 0);
    static const struct {
        const char *name, *broken, *mended, *code;
        int line;
    } cases[] = {
        {"perioder-a.csv",
         PERIODER "N;P1;" ANNA ";FERIE;2024-03-01;\nN;A1;" ANNA ";FERI;2024-13-02;\n#SLUT;7;\n",
         PERIODER "N;P1;" ANNA ";FERIE;2024-03-01;\nN;A1;" ANNA ";FERIE;2024-03-02;\n#SLUT;2;\n",
         "FIL_SLUTPOST", 4},
        {"perioder-b.csv", "post_id;cpr_nummer;art;foerste_dag;hvad\nB1;" ANNA ";FERIE;2024-03-03;\n",
         "post_id;cpr_nummer;art;foerste_dag\nB1;" ANNA ";FERIE;2024-03-03\n", "FIL_UKENDT_KOLONNE", 1},
        {"perioder-c.csv", "C1;" ANNA ";FERIE;2024-03-04\nC2;" ANNA ";FERIE;2024-03-05\n",
         "post_id;cpr_nummer;art;foerste_dag\nC1;" ANNA ";FERIE;2024-03-04\nC2;" ANNA ";FERIE;2024-03-05\n",
         "FIL_UDEN_HOVED", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sql[256];
        night_load_text(cases[i].name, cases[i].broken, 65);
        snprintf(sql, sizeof sql, OPEN " WHERE whole_file AND code = '%s' AND line = %d", cases[i].code,
                 cases[i].line);
        night_expect_number(sql, 1);
        night_load_text("perioder-x.csv",
                        i == 0 ? PERIODER "N;X1;" ANNA ";FERIE;2024-03-29;\n" : PERIODER "T;X1;;;;\n", 0);
        if (i < 2)
            night_expect_number(OPEN " WHERE whole_file", 1);
        night_load_text(cases[i].name, cases[i].mended, 0);
        night_expect_number(OPEN " WHERE whole_file OR post_id <> 'X1'", 0);
    }
}

Test(rejects, they_are_shown_in_danish_with_age_and_advice) {
    night_load_text("deltagere.csv", DELTAGERE ANNA ";0101\n", 0);
    night_load_text("indkomst.csv", INDKOMST "I1;" ANNA ";00;2024-03-15;x\nI2;" ANNA ";;2024-03-15;1,00\n",
                    1);
    char today[32];
    char *later = test_sql_text(night_pg, "SELECT current_date + 41");
    snprintf(today, sizeof today, "drift.idag=%s", later);
    char *text = night_program(1, "rejects", "--set", today, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(text, "fundet") == NULL ? strstr(text, "ventet: et tal som 1234,56; siden ")
                                                      : NULL,
                       "%s", text);
    cr_expect_not_null(strstr(text, "(41 dage)"), "%s", text);
    cr_expect_not_null(strstr(text, "indkomsttype: intet; ventet: en v\xC3\xA6rdi;"), "%s", text);
    cr_expect_not_null(
        strstr(
            text,
            "VAERDI_MANGLER: r\xC3\xA6kker: 1, \xC3\xA6ldste: 41 dage. Udfyld feltet, og send r\xC3\xA6kken "
            "igen."),
        "%s", text);
    free(text);
    text = night_program(1, "rejects", "--lang", "en", "--format", "csv", NULL, NULL);
    cr_expect_not_null(strstr(text, ";x;a number like 1234,56;"), "%s", text);
    cr_expect_not_null(strstr(text, ";0;N;Write kroner with"), "%s", text);
    free(text);
    text = night_program(1, "rejects", "--lang", "en", "--format", "json", NULL, NULL);
    cr_expect_not_null(strstr(text, "\"ventet\": \"a number like 1234,56\", "), "%s", text);
    cr_expect_not_null(strstr(text, "\"alder_dage\": 0, \"hele_filen\": \"N\", "), "%s", text);
    free(text);
    free(later);
}
