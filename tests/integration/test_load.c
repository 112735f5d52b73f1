/* ydelse load against a real server: accounting, repetition, rejects that wait, and what the tables refuse. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(load, .init = night_begin, .fini = night_end);

#define DELTAGERE_RAW "cpr_nummer;kommunekode;navn\n"
#define DELTAGERE "cpr_nummer;kommunekode\n"
#define PERIODER "posttype;post_id;cpr_nummer;art;foerste_dag;sidste_dag\n"

/* Loads one file with the given text; returns stdout, which the caller frees. */
static char *load_text(const char *name, const char *text, int exit_code) {
    char path[4096];
    night_file(night_folder, name, text);
    snprintf(path, sizeof path, "%s/%s", night_folder, name);
    return night_program(exit_code, "load", path, NULL, NULL, NULL, NULL, NULL);
}

static void load_quietly(const char *name, const char *text, int exit_code) {
    free(load_text(name, text, exit_code));
}

static int64_t live(const char *kind) {
    char sql[512];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM ydelse.fact_%s f WHERE posttype <> 'T' AND NOT EXISTS (SELECT FROM "
             "ydelse.fact_ended e "
             "WHERE e.bucket = f.bucket AND e.file_id = f.file_id AND e.line = f.line)",
             kind);
    return test_sql_int64(night_pg, sql);
}

static void expect_account(const char *name, int64_t stored, int64_t duplicate, int64_t rejected) {
    char sql[512];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM ydelse.input_file WHERE file_id = (SELECT max(file_id) FROM "
             "ydelse.input_file) AND "
             "name = '%s' AND rows_stored = %lld AND rows_duplicate = %lld AND rows_rejected = %lld",
             name, (long long)stored, (long long)duplicate, (long long)rejected);
    if (test_sql_int64(night_pg, sql) == 1)
        return;
    char *got = test_sql_text(
        night_pg, "SELECT concat_ws(' ', name, rows_read, rows_stored, rows_duplicate, rows_rejected) "
                  "FROM ydelse.input_file ORDER BY file_id DESC LIMIT 1");
    cr_expect(false, "expected %s %lld %lld %lld, got %s", name, (long long)stored, (long long)duplicate,
              (long long)rejected, got);
    free(got);
}

static int64_t open_rejects(const char *code) {
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ydelse.reject_open WHERE code = '%s'", code);
    return test_sql_int64(night_pg, sql);
}

Test(load, the_sample_delivery_adds_up_and_twice_is_once) {
    char *first = night_program(1, "load", "samples/lille", NULL, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(first, "gemt som leverance 1"), "%s", first);
    const char *const sum = "SELECT count(*) FROM ydelse.input_file WHERE rows_read <> rows_stored + "
                            "rows_duplicate + rows_rejected";
    cr_expect_eq(test_sql_int64(night_pg, sum), 0);
    const int64_t rejects = test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.reject");
    cr_expect_eq(rejects, test_sql_int64(night_pg, "SELECT sum(rows_rejected) FROM ydelse.input_file"));
    night_expect_number(
        "SELECT count(*) - count(DISTINCT salt) FROM (SELECT salt FROM ydelse.fact_boern UNION ALL "
        "SELECT salt FROM ydelse.fact_indkomst UNION ALL SELECT salt FROM ydelse.reject) r",
        0);
    char *second = night_program(1, "load", "samples/lille", NULL, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(second, "intet nyt"), "%s", second);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.delivery"), 1);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.reject"), rejects);
    free(first);
    free(second);
}

Test(load, every_faulty_file_is_accounted_for) {
    night_load("samples/fejl", 1);
    cr_expect_eq(test_sql_int64(
                     night_pg,
                     "SELECT count(*) FROM ydelse.input_file f WHERE rows_rejected <> (SELECT count(*) FROM "
                     "ydelse.reject r WHERE r.file_id = f.file_id AND NOT r.whole_file)"),
                 0);
    cr_expect_gt(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.input_file WHERE file_rejected"), 5);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.reject WHERE found ~ '[0-9]{10}'"), 0,
                 "what was found is masked");
    char *again = night_program(1, "load", "samples/fejl", NULL, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(again, "intet nyt"), "%s", again);
    free(again);
}

Test(load, duplicates_corrections_and_withdrawals) {
    load_quietly("deltagere.csv", DELTAGERE "6101011001;0101\n6101011001;0101\n6101011001;0461\n", 1);
    expect_account("deltagere.csv", 1, 1, 1);
    load_quietly("perioder.csv",
                 PERIODER "N;P1;6101011001;FERIE;2024-03-01;\nN;P1;6101011001;FERIE;2024-03-01;\n"
                          "R;P1;6101011001;FERIE;2024-03-02;\nT;P1;;;;\nN;P1;6101011001;FERIE;2024-03-02;\n"
                          "T;P1;;;;\nT;P2;;;;\nR;P3;6101011001;FERIE;2024-03-02;\n",
                 1);
    expect_account("perioder.csv", 4, 2, 2);
    cr_expect_eq(live("perioder"), 1);
    load_quietly("perioder-2.csv", PERIODER "R;P1;6101011001;FERIE;2024-03-05;\nT;P3;;;;\n", 0);
    expect_account("perioder-2.csv", 2, 0, 0);
    cr_expect_eq(live("perioder"), 1);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.fact_ended"), 3);
}

Test(load, a_row_waits_for_its_participant_and_keeps_its_place) {
    load_quietly("perioder.csv",
                 PERIODER "N;P1;6101011001;FERIE;2024-03-01;\nT;P1;;;;\nN;P2;6101011001;FERIE;2024-03-01;\n"
                          "R;P2;6101011001;FERIE;2024-03-03;\n",
                 1);
    cr_expect_eq(open_rejects("DELTAGER_UKENDT"), 3);
    cr_expect_eq(open_rejects("TRUKKET_UDEN_RAEKKE"), 1);
    load_quietly("deltagere.csv", DELTAGERE "6101011001;0101\n", 0);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.reject_open"), 0);
    cr_expect_eq(
        test_sql_int64(night_pg,
                       "SELECT count(*) FROM ydelse.fact_perioder WHERE delivery_id = 2 AND file_id = 1"),
        4, "known from the delivery that made them count, with the place they came from");
    cr_expect_eq(live("perioder"), 1);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT line FROM ydelse.fact_perioder f WHERE posttype = 'R'"), 5);
}

Test(load, a_late_participant_displaces_a_later_row_with_other_content) {
    load_quietly("deltagere.csv", DELTAGERE "6101011001;0101\n", 0);
    load_quietly("perioder.csv", PERIODER "N;P1;6201011002;FERIE;2024-03-01;\n", 1);
    load_quietly("perioder-2.csv", PERIODER "N;P1;6101011001;FERIE;2024-03-01;\n", 0);
    cr_expect_eq(live("perioder"), 1);
    load_quietly("deltagere-2.csv", DELTAGERE "6201011002;0101\n", 0);
    char *cpr =
        test_sql_text(night_pg, "SELECT cpr_nummer FROM ydelse.fact_perioder f WHERE NOT EXISTS (SELECT FROM "
                                "ydelse.fact_ended e WHERE e.file_id = f.file_id AND e.line = f.line)");
    cr_expect_str_eq(cpr, "6201011002");
    cr_expect_eq(open_rejects("ID_ANDET_INDHOLD"), 1);
    free(cpr);
}

Test(load, the_same_file_tries_its_rejected_rows_again) {
    load_quietly("deltagere.csv", DELTAGERE "6101011001;0101\n", 0);
    const char *withdrawal = PERIODER "T;P1;;;;\nN;P2;6101011001;FERIE;2024-03-01;\n";
    load_quietly("perioder-b.csv", withdrawal, 1);
    load_quietly("perioder-a.csv", PERIODER "N;P1;6101011001;FERIE;2024-03-01;\n", 0);
    cr_expect_eq(live("perioder"), 2);
    load_quietly("perioder-b.csv", withdrawal, 0);
    expect_account("perioder-b.csv", 1, 1, 0);
    cr_expect_eq(live("perioder"), 1);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.reject_open"), 0);
    char *again = load_text("perioder-b.csv", withdrawal, 0);
    cr_expect_not_null(strstr(again, "intet nyt"), "%s", again);
    free(again);
}

/* The participant's arrival accepts the withdrawal at its first place; the repeated file must not withdraw once more. */
Test(load, a_row_that_counts_at_its_first_place_is_not_tried_again_in_the_same_load) {
    char path[4096];
    const char *withdrawal = PERIODER "T;P1;;;;\n";
    load_quietly("perioder-a.csv", PERIODER "N;P1;6201011002;FERIE;2024-03-01;\n", 1);
    load_quietly("perioder-b.csv", withdrawal, 1);
    load_quietly("perioder-c.csv", PERIODER "R;P1;6201011002;FERIE;2024-03-03;\n", 1);
    snprintf(path, sizeof path, "%s/night", night_folder);
    cr_assert_eq(mkdir(path, 0777), 0);
    night_file(path, "deltagere.csv", DELTAGERE "6201011002;0101\n");
    night_file(path, "perioder-b.csv", withdrawal);
    night_load(path, 0);
    cr_expect_eq(live("perioder"), 1, "the replacement counts");
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.fact_perioder"), 3);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.reject_open"), 0);
}

Test(load, a_rejected_file_counts_when_it_is_read_rightly) {
    char path[4096];
    load_quietly("deltagere.csv", DELTAGERE "6101011001;0101\n", 0);
    night_file(night_folder, "forloeb.csv",
               "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;ugebeloeb\n"
               "F1;6101011001;RF;2024-01-01;INGEN;100.50\n#SLUT;1;100.50\n");
    snprintf(path, sizeof path, "%s/forloeb.csv", night_folder);
    free(night_program(65, "load", path, NULL, NULL, NULL, NULL, NULL));
    expect_account("forloeb.csv", 0, 0, 1);
    free(night_program(0, "load", "--decimal", ".", path, NULL, NULL, NULL));
    expect_account("forloeb.csv", 1, 0, 0);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.reject_open"), 0);
    cr_expect_eq(test_sql_int64(night_pg, "SELECT ugebeloeb FROM ydelse.fact_forloeb"), 10050);
}

/* Rejected rows of a stored file are tried again by another dialect, by which the file is none: nothing changes. */
Test(load, a_stored_file_that_is_read_wrongly_later_stays) {
    char path[4096];
    load_quietly("deltagere.csv", DELTAGERE "6101011001;0101\n", 0);
    const char *const header = "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;ugebeloeb\n";
    char text[1024];
    snprintf(text, sizeof text,
             "%sF1;6101011001;RF;2024-01-01;INGEN;100,50\nF2;6101011001;RF;2024-13-01;INGEN;0,50\n"
             "#SLUT;2;101,00\n",
             header);
    load_quietly("forloeb.csv", text, 1);
    expect_account("forloeb.csv", 1, 0, 1);
    snprintf(path, sizeof path, "%s/forloeb.csv", night_folder);
    free(night_program(1, "load", "--decimal", ".", path, NULL, NULL, NULL));
    expect_account("forloeb.csv", 1, 0, 1);
    night_expect_number("SELECT count(*) FROM ydelse.delivery", 2);
    night_expect_number("SELECT ugebeloeb FROM ydelse.fact_forloeb", 10050);
    night_expect_number("SELECT count(*) FROM ydelse.reject_open", 1);
    night_expect_number("SELECT count(*) FROM ydelse.reject", 1);
}

/* The participants of a large delivery are remembered from the database; who is not among them is still unknown. */
Test(load, a_large_delivery_knows_the_same_participants) {
    load_quietly("deltagere.csv", DELTAGERE "6101011001;0101\n6201011002;0461\n", 0);
    char path[4096];
    snprintf(path, sizeof path, "%s/night", night_folder);
    cr_assert_eq(mkdir(path, 0777), 0);
    night_file(path, "perioder.csv",
               PERIODER "N;P1;6101011001;FERIE;2024-03-01;\nN;P2;6301011003;FERIE;2024-03-01;\n"
                        "N;P3;6201011002;FERIE;2024-03-01;\n");
    snprintf(path, sizeof path, "%s/night/skattekort.csv", night_folder);
    const size_t row = 17 << 20; /* of one row, which is too long */
    char *large = malloc(row + 1);
    cr_assert_not_null(large);
    memset(large, 'x', row);
    memcpy(large, "post_id;cpr_nummer;foerste_dag;korttype\n", 40);
    large[row - 1] = '\n';
    large[row] = '\0';
    write_text_file(path, large);
    free(large);
    snprintf(path, sizeof path, "%s/night", night_folder);
    night_load(path, 1);
    cr_expect_eq(live("perioder"), 2);
    cr_expect_eq(open_rejects("DELTAGER_UKENDT"), 1);
    cr_expect_eq(open_rejects("RAEKKE_FOR_LANG"), 1);
}

/* The indexes of deltagere are made while forloeb is read, which comes to nothing. */
Test(load, a_rejected_file_takes_no_index_of_the_kind_before_with_it) {
    night_file(night_folder, "deltagere.csv", DELTAGERE "6101011001;0101\n");
    night_file(night_folder, "forloeb.csv",
               "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\n"
               "F1;6101011001;RF;2024-01-01;INGEN\n#SLUT;2;0,00\n");
    night_file(night_folder, "skattekort.csv",
               "post_id;cpr_nummer;foerste_dag;korttype\nS1;6101011001;2024-01-01;FRI\n");
    free(night_program(1, "load", night_folder, NULL, NULL, NULL, NULL, NULL));
    cr_expect_eq(live("deltagere"), 1);
    cr_expect_eq(live("forloeb"), 0);
    cr_expect_eq(live("skattekort"), 1);
    night_expect_number("SELECT count(*) FROM pg_indexes WHERE schemaname = 'ydelse' AND tablename IN "
                        "('fact_deltagere', 'fact_forloeb', 'fact_skattekort')",
                        9);
}

Test(load, many_rows_go_through_several_chunks) {
    char path[4096];
    snprintf(path, sizeof path, "%s/deltagere.csv", night_folder);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(DELTAGERE, file);
    const int people = 40000;
    for (int i = 0; i < people; i++)
        fprintf(file, "%02d%02d%02d1%03d;0101\n", 61 + i % 28, 1 + i / 28 % 12, 50 + i / 336 % 50,
                i / 16800 % 10);
    fclose(file);
    free(night_program(0, "load", path, NULL, NULL, NULL, NULL, NULL));
    cr_expect_eq(live("deltagere"), people);
    for (int round = 0; round < 2; round++) {
        char name[64];
        snprintf(name, sizeof name, "deltagere-%d.csv", round);
        snprintf(path, sizeof path, "%s/%s", night_folder, name);
        file = fopen(path, "w");
        fputs("posttype;cpr_nummer;kommunekode\n", file);
        for (int i = 0; i < people; i++)
            fprintf(file, "R;%02d%02d%02d1%03d;%s\n", 61 + i % 28, 1 + i / 28 % 12, 50 + i / 336 % 50,
                    i / 16800 % 10, round == 0 ? "0461" : "0751");
        fclose(file);
        free(night_program(0, "load", path, NULL, NULL, NULL, NULL, NULL));
        cr_expect_eq(live("deltagere"), people);
    }
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.fact_ended"), 2 * people);
    cr_expect_eq(test_sql_int64(night_pg,
                                "SELECT count(*) FROM pg_indexes WHERE schemaname = 'ydelse' AND tablename = "
                                "'fact_deltagere'"),
                 3);
}

Test(load, input_that_is_not_there_and_nothing_usable) {
    free(night_program(66, "load", "/nonexistent", NULL, NULL, NULL, NULL, NULL));
    free(night_program(66, "load", night_folder, NULL, NULL, NULL, NULL, NULL));
    free(night_program(64, "load", NULL, NULL, NULL, NULL, NULL, NULL));
    free(night_program(64, "load", "--charset", "ebcdic", "samples/lille", NULL, NULL, NULL));
    cr_expect_eq(test_sql_int64(night_pg, "SELECT count(*) FROM ydelse.delivery"), 0);
}

Test(load, a_second_load_waits_and_gives_up) {
    Error error;
    cr_assert_eq(pg_lock(night_pg, PG_LOCK_LOAD, 1, &error), STATUS_OK);
    free(night_program(75, "load", "--set", "drift.vent_sekunder=1", "samples/lille", NULL, NULL, NULL));
    cr_assert_eq(pg_unlock(night_pg, PG_LOCK_LOAD, &error), STATUS_OK);
    night_load("samples/lille", 1);
}

Test(load, what_is_stored_cannot_be_changed) {
    static const char *const tables[] = {
        "delivery",        "input_file",      "reject",        "reject_resolved", "fact_deltagere",
        "fact_forloeb",    "fact_boern",      "fact_perioder", "fact_indkomst",   "fact_feriepenge",
        "fact_sanktioner", "fact_skattekort", "fact_ended",    "waiting_forloeb", "law_set"};
    night_load("samples/lille", 1);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "DELETE FROM ydelse.%s", tables[i]);
        cr_expect_str_eq(test_sql_sqlstate(night_pg, sql), "42501", "%s", sql);
        snprintf(sql, sizeof sql, "TRUNCATE ydelse.%s CASCADE", tables[i]);
        cr_expect_str_eq(test_sql_sqlstate(night_pg, sql), "42501", "%s", sql);
    }
    cr_expect_str_eq(test_sql_sqlstate(night_pg, "UPDATE ydelse.fact_deltagere SET kommunekode = '0101'"),
                     "42501");
    cr_expect_str_eq(test_sql_sqlstate(night_pg, "UPDATE ydelse.input_file SET rows_stored = 0"), "42501");
    cr_expect_str_eq(
        test_sql_sqlstate(
            night_pg, "INSERT INTO ydelse.delivery (delivery_id, loaded_at, program) VALUES (7, now(), 'x')"),
        "P0001");
}

Test(load, a_rejected_row_is_exported_as_it_stood) {
    load_quietly("deltagere.csv", DELTAGERE_RAW "6601851006;9999;J\xC3\xB8rgen \xC3\x86\xC3\xB8\xC3\xA5\n",
                 1);
    load_quietly("deltagere-2.csv", DELTAGERE_RAW "6701851006;9999;J\xF8rgen\n", 1);
    char *rejects = night_program(1, "rejects", "--raw", NULL, NULL, NULL, NULL, NULL);
    cr_expect_not_null(strstr(rejects, "6601851006;9999;J\xC3\xB8rgen \xC3\x86\xC3\xB8\xC3\xA5"), "%s",
                       rejects);
    cr_expect_not_null(strstr(rejects, "\\x363730313835313030363b393939393b4af8"), "%s", rejects);
    free(rejects);
}
