/* Rate tables from the program, a file, and a folder. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "io/law/rate_file.h"
#include "tests/support/process.h"

#define HEAD "sats;gruppe;gaelder_fra;gaelder_til;vaerdi;enhed;lovhenvisning;kilde;status\n"
#define ROW_2023 "ydelse;FORS;2023-01-01;2023-12-31;15874,00;kr/maaned;LAS;bm.dk;published\n"
#define ROW_2024 "ydelse;FORS;2024-01-01;;16382,00;kr/maaned;LAS;bm.dk;single\n"

Test(rate_file, embedded_rates) {
    RateSet set;
    Error error;
    cr_assert_eq(rate_set_load(NULL, &set, &error), STATUS_OK, "%s", error.message);
    cr_expect_eq(set.table.count, 177);
    const RateRow *row = rate_on(&set.table, RATE_YDELSE_FORS, date_from_ymd(2024, 3, 15));
    cr_assert_not_null(row);
    cr_expect_eq(row->value_hundredths, 1638200);
    cr_expect_eq(row->status, RATE_PUBLISHED);
    cr_expect_str_eq(row->source_text, "bm.dk satser 2024 ressourceforloebsydelse");
    for (int32_t i = 1; i < set.table.count; i++) {
        const RateRow *a = &set.table.rows[i - 1];
        const RateRow *b = &set.table.rows[i];
        cr_expect(a->id < b->id || (a->id == b->id && a->first.day < b->first.day));
    }
    rate_set_free(&set);
}

static void write_rates(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    write_text_file(path, text);
}

/* However the rows are spread and ordered, the set is the same. */
Test(rate_file, the_canonical_text_is_of_the_rows) {
    char *folder = temporary_folder();
    char path[512];
    RateSet from_folder;
    RateSet from_file;
    Error error;
    write_rates(folder, "b.csv", HEAD ROW_2024);
    write_rates(folder, "a.csv",
                "gruppe;sats;gaelder_fra;gaelder_til;vaerdi;enhed;lovhenvisning;status;kilde\n"
                "FORS;ydelse;2023-01-01;2023-12-31;15874,0;kr/maaned;\"LAS\";published;bm.dk\n");
    write_rates(folder, "regulering.csv", "not;rates\n");
    write_rates(folder, "README.md", "not rates\n");
    cr_assert_eq(rate_set_load(folder, &from_folder, &error), STATUS_OK, "%s", error.message);
    write_rates(folder, "all.txt", "\xEF\xBB\xBF" HEAD "\n" ROW_2024 ROW_2023);
    snprintf(path, sizeof path, "%s/all.txt", folder);
    cr_assert_eq(rate_set_load(path, &from_file, &error), STATUS_OK, "%s", error.message);
    cr_expect_str_eq(from_folder.canonical_text, ROW_2023 ROW_2024);
    cr_expect_str_eq(from_file.canonical_text, ROW_2023 ROW_2024);
    cr_expect_eq(memcmp(from_file.sha256, from_folder.sha256, 32), 0);
    cr_expect_eq(rate_table_last_day(&from_file.table).day, DATE_LAST.day);
    rate_set_free(&from_folder);
    rate_set_free(&from_file);
    rate_set_free(&from_file);
    temporary_folder_remove(folder);
}

Test(rate_file, bad_rates_are_named) {
    static const struct {
        const char *text;
        const char *place; /* what the message has after the file's name */
    } cases[] = {
        {"", ":0: the file has no header row"},
        {"sats;gruppe\n", ":1: the column gaelder_fra is missing"},
        {"sats;gruppe;sats\n", ":1: field 3: the column \"sats\" is there twice"},
        {"sats;x\n", ":1: field 2: the column \"x\" is unknown"},
        {HEAD "ydelse;FORS;2023-01-01\n", ":2: a row with another number of fields than the header"},
        {HEAD "ydelse;FORS;2023-01-01;;1,00;kr/maaned;\"L\"x;b;single\n", ":2: a misplaced quote"},
        {HEAD "\nydelse;FORS;2023-01-01;;1,00;kr/maaned;\"L;b;single\n", ":3: a quote that never ends"},
        {HEAD "ydelse;FORS;2023-01-01;;1,00;kr/maaned;\xE6;b;single\n", ":2: bytes that are no UTF-8"},
        {HEAD "ydelser;FORS;2023-01-01;;1,00;kr/maaned;L;b;single\n",
         ":2: sats (field 1): found \"ydelser\""},
        {HEAD "ydelse;ALLE;2023-01-01;;1,00;kr/maaned;L;b;single\n", ":2: sats (field 1): found \"ydelse\""},
        {HEAD "ydelse;FORS;2023-01-01;;1,00;kr/uge;L;b;single\n",
         ":2: enhed (field 6): found \"kr/uge\", expected kr/maaned"},
        {HEAD "ydelse;FORS;2023-02-29;;1,00;kr/maaned;L;b;single\n",
         ":2: gaelder_fra (field 3): found \"2023-02-29\""},
        {HEAD "ydelse;FORS;;;1,00;kr/maaned;L;b;single\n", ":2: gaelder_fra (field 3): found \"\""},
        {HEAD "ydelse;FORS;2023-01-01;x;1,00;kr/maaned;L;b;single\n",
         ":2: gaelder_til (field 4): found \"x\""},
        {HEAD "ydelse;FORS;2023-01-02;2023-01-01;1,00;kr/maaned;L;b;single\n",
         ":2: gaelder_til (field 4): found \"2023-01-01\""},
        {HEAD "ydelse;FORS;2023-01-01;;1.00;kr/maaned;L;b;single\n", ":2: vaerdi (field 5): found \"1.00\""},
        {HEAD "ydelse;FORS;2023-01-01;;;kr/maaned;L;b;single\n", ":2: vaerdi (field 5): found \"\""},
        {HEAD "ydelse;FORS;2023-01-01;;-1,00;kr/maaned;L;b;single\n",
         ":2: vaerdi (field 5): found \"-1,00\""},
        {HEAD "ydelse;FORS;2023-01-01;;1,00;kr/maaned;L;b;guess\n", ":2: status (field 9): found \"guess\""},
        {HEAD ROW_2024 "ydelse;FORS;2024-06-01;;1,00;kr/maaned;L;b;single\n",
         ":3: gaelder_fra: ydelse FORS already has a value"},
        {HEAD ROW_2024 ROW_2024, "gaelder_fra: ydelse FORS already has a value"},
    };
    char *folder = temporary_folder();
    char path[512];
    snprintf(path, sizeof path, "%s/rates.csv", folder);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        RateSet set;
        Error error;
        write_text_file(path, cases[i].text);
        cr_expect_eq(rate_set_load(path, &set, &error), STATUS_CONFIG, "case %zu", i);
        cr_expect_not_null(strstr(error.message, cases[i].place), "case %zu: %s", i, error.message);
        cr_expect_not_null(strstr(error.message, "rates.csv:"), "%s", error.message);
        cr_expect_null(set.memory);
    }
    temporary_folder_remove(folder);
}

Test(rate_file, missing_rates_are_missing_input) {
    RateSet set;
    Error error;
    cr_expect_eq(rate_set_load("/nowhere", &set, &error), STATUS_NO_INPUT);
}
