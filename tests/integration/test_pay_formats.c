/* One batch, one format: pain.001.001.03 and CSV beside pain.001.001.09. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/pay/payment_check.h"
#include "tests/integration/pay_fixture.h"

TestSuite(pay_formats, .init = begin_month, .fini = end_month);

static Process emit_format(const char *batch, const char *format, const char *path) {
    const char *const arguments[] = {"emit", batch, "--format", format, "--output", path, NULL};
    return run_as(approver, TODAY, arguments);
}

static int xmllint(const char *schema, const char *path) {
    const char *const arguments[] = {"xmllint", "--noout", "--nonet", "--schema", schema, path, NULL};
    Process process = process_run(arguments, NULL, NULL);
    const int exit_code = process.exit_code;
    if (exit_code != 0)
        fprintf(stderr, "%s", process.err);
    process_free(&process);
    return exit_code;
}

static void expect_valid(const char *format, const char *path) {
    char schema[4096];
    const char *folder = getenv("YDELSE_ISO20022");
    snprintf(schema, sizeof schema, "config/pain/ydelse-%s.xsd", format);
    cr_expect_eq(xmllint(schema, path), 0, "our own schema of %s", format);
    snprintf(schema, sizeof schema, "%s/%s.xsd",
             folder == NULL || folder[0] == '\0' ? "../shared/iso20022" : folder, format);
    if (access(schema, R_OK) == 0)
        cr_expect_eq(xmllint(schema, path), 0, "the official schema of %s", format);
    else
        fprintf(stderr, "note: the official schema was not checked: set YDELSE_ISO20022 to its folder\n");
}

static void expect_sums(const char *path, const char *batch, PaymentFormat format) {
    char sql[200];
    size_t size;
    PaymentFileSums sums;
    Error error = {.status = STATUS_OK};
    struct stat info;
    char *bytes = read_whole_file(path, &size);
    cr_assert_eq(payment_file_check(format, bytes, size, &sums, &error), STATUS_OK, "%s %s", error.message,
                 error.detail);
    snprintf(sql, sizeof sql, "SELECT sum(amount_oere) FROM ydelse.payment WHERE batch_id = %s", batch);
    expect_number(sql, sums.total.oere);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ydelse.payment WHERE batch_id = %s", batch);
    expect_number(sql, sums.payment_count);
    cr_expect_eq(stat(path, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600, "only the owner may read it");
    free(bytes);
}

static void expect_same_bytes(const char *first, const char *second) {
    size_t sizes[2];
    char *bytes[2] = {read_whole_file(first, &sizes[0]), read_whole_file(second, &sizes[1])};
    cr_expect(sizes[0] == sizes[1] && memcmp(bytes[0], bytes[1], sizes[0]) == 0, "the same bytes");
    free(bytes[0]);
    free(bytes[1]);
}

static void expect_verify(int exit_code, const char *part) {
    const char *const arguments[] = {"verify", NULL};
    Process process = ydelse_run(arguments, NULL);
    expect_part(process.out, part);
    cr_expect(exit_code < 0 || process.exit_code == exit_code, "verify: %d\n%s", process.exit_code,
              process.out);
    process_free(&process);
}

static void ready_batch(void) {
    three_people();
    test_sql(owner, "SELECT fixture.person('" DAN "', '0101', '=HYPERLINK(\"x\");1', NULL);"
                    "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 1000000, 2024-03 " BO
                    " 1000000, 2024-03 " CARLA " 234567, 2024-03 " DAN " 1234')");
    pay_as(maker, "--allow-replacement-cpr", 0);
    approve_as(approver, "1", 0);
    approve_as(approver, "2", 0);
}

Test(pay_formats, each_format_is_valid_and_given_again) {
    char *folder = temporary_folder();
    ready_batch();
    static const struct {
        const char *batch, *format, *other;
        PaymentFormat number;
    } cases[] = {{"1", "csv", "pain.001.001.09", PAYMENT_CSV},
                 {"2", "pain.001.001.03", "csv", PAYMENT_PAIN_03}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char first[4096], second[4096];
        snprintf(first, sizeof first, "%s/first-%zu", folder, i);
        snprintf(second, sizeof second, "%s/second-%zu", folder, i);
        Process process = emit_format(cases[i].batch, cases[i].format, first);
        expect_exit(&process, 0, cases[i].format);
        expect_no_cpr(process.err, "emit");
        process_free(&process);
        expect_sums(first, cases[i].batch, cases[i].number);
        if (cases[i].number != PAYMENT_CSV)
            expect_valid(cases[i].format, first);
        process = emit_format(cases[i].batch, cases[i].format, second);
        expect_exit(&process, 0, "again");
        process_free(&process);
        expect_same_bytes(first, second);
        process = emit_as(approver, TODAY, cases[i].batch, second); /* pain.001 is .09 */
        expect_exit(&process, 77, "another format");
        process_free(&process);
        process = emit_format(cases[i].batch, cases[i].other, second);
        expect_exit(&process, 77, "another format");
        expect_part(process.err, "would be paid twice");
        process_free(&process);
        expect_same_bytes(first, second);
        const char *const arguments[] = {"emit", cases[i].batch, "--output", second, NULL};
        process = run_as(approver, TODAY, arguments);
        expect_exit(&process, 0, "without a format: the one it has");
        process_free(&process);
        expect_same_bytes(first, second);
    }
    expect_number("SELECT count(*) FROM ydelse.payment_file", 2);
    expect_number("SELECT count(*) FROM ydelse.batch_event WHERE event = 'emitted_again'", 4);
    temporary_folder_remove(folder);
}

Test(pay_formats, verify_reads_every_format) {
    static const struct {
        const char *sql, *expected;
    } manipulations[] = {
        {"replace(t, '1000000,', '2')", ""}, /* nothing there: the file stays */
        {"replace(t, '10000,00;2024', '10000,01;2024')", "bunke 1 betaling 1"},
        {"replace(t, '" BO "', '" DAN "')", "bunke 1 betaling 2"},
        {"regexp_replace(t, '#SLUT;3', '#SLUT;4')", "bunke 1 #SLUT"},
        {"regexp_replace(t, '#SLUT.*', '')", "FIL_ULAESELIG"},
        {"t || 'x'", "FIL_ULAESELIG"},
        {"regexp_replace(t, '^[^\\n]*\\n', 'x' || E'\\n')", "bunke 1 linje 1"},
        {"regexp_replace(t, '\\nYD[^\\n]*DAN[^\\n]*|\\nYD[^\\n]*HYPERLINK[^\\n]*', '')", "FIL_BETALING"},
    };
    char *folder = temporary_folder();
    char path[4096];
    ready_batch();
    snprintf(path, sizeof path, "%s/a", folder);
    Process process = emit_format("1", "csv", path);
    expect_exit(&process, 0, "csv");
    process_free(&process);
    size_t size;
    char *bytes = read_whole_file(path, &size);
    expect_part(bytes, ";\"'=HYPERLINK(\"\"x\"\");1\"\n#SLUT;3;20012,34\n");
    free(bytes);
    process = emit_format("2", "pain.001.001.03", path);
    expect_exit(&process, 0, "pain.001.001.03");
    process_free(&process);
    expect_verify(-1, "betalingsfiler");
    Pg *superuser = connect_as(getenv("YDELSE_TEST_SUPERUSER"));
    test_sql(superuser,
             "SET session_replication_role = replica; ALTER TABLE ydelse.payment_file DROP CONSTRAINT "
             "payment_file_sha256; CREATE TABLE fixture.kept AS SELECT * FROM ydelse.payment_file");
    for (size_t i = 0; i < sizeof manipulations / sizeof manipulations[0]; i++) {
        char sql[1024];
        snprintf(sql, sizeof sql,
                 "UPDATE ydelse.payment_file f SET bytes = (SELECT convert_to(%s, 'UTF8') FROM (SELECT "
                 "convert_from(k.bytes, 'UTF8') AS t FROM fixture.kept k WHERE k.batch_id = 1) x) WHERE "
                 "batch_id = 1",
                 manipulations[i].sql);
        test_sql(superuser, sql);
        expect_verify(-1, manipulations[i].expected);
    }
    /* What is stored is not what was sent: it does not leave as if it were. */
    process = emit_format("1", "csv", path);
    expect_exit(&process, 70, "changed bytes");
    expect_part(process.err, "is not the one that is stored");
    process_free(&process);
    pg_close(superuser);
    temporary_folder_remove(folder);
}

Test(pay_formats, unknown_formats) {
    static const char *const formats[] = {"pain.001.001.08", "CSV", "", "xml"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const char *const arguments[] = {"emit", "1", "--format", formats[i], NULL};
        Process process = run_as(approver, TODAY, arguments);
        expect_exit(&process, 64, formats[i]);
        process_free(&process);
    }
}

/* No file leaves that the list of sent files does not name: a restored database would pay it again. */
Test(pay_formats, without_its_list_no_file_leaves) {
    char *folder = temporary_folder();
    char list[4096], path[4096], text[8192];
    ready_batch();
    snprintf(path, sizeof path, "%s/a", folder);
    snprintf(list, sizeof list, "%s/missing/list", folder);
    setenv("YDELSE_BETALING_SENDT", list, 1);
    Process process = emit_format("1", "csv", path);
    expect_exit(&process, 73, "a list that cannot be written");
    process_free(&process);
    cr_expect_neq(access(path, F_OK), 0, "the file has left");
    process = emit_format("2", "csv", path);
    expect_exit(&process, 77, "stored by now, and the list is not there");
    process_free(&process);
    snprintf(list, sizeof list, "%s/list", folder);
    setenv("YDELSE_BETALING_SENDT", list, 1);
    write_text_file(list, "");
    process = emit_format("1", "csv", path);
    expect_exit(&process, 0, "again, with a list");
    process_free(&process);
    size_t size;
    char *named = read_whole_file(list, &size);
    expect_part(named, ";0101;2024-03-27;3;20012,34;");
    snprintf(text, sizeof text, "%.*s", (int)size - 2, named); /* cut short */
    write_text_file(list, text);
    process = emit_format("2", "csv", path);
    expect_exit(&process, 78, "a line cut short");
    expect_part(process.err, "no list of sent files");
    process_free(&process);
    free(named);
    unsetenv("YDELSE_BETALING_SENDT");
    temporary_folder_remove(folder);
}

static void expect_csv(const char *text, Status expected) {
    PaymentFileSums sums;
    Error error = {.status = STATUS_OK};
    cr_expect_eq(payment_file_check(PAYMENT_CSV, text, strlen(text), &sums, &error), expected, "%s\n%s",
                 error.message, text);
    expect_no_cpr(error.message, "the refusal");
}

/* What another program may make of the file on its way. */
Test(pay_formats, damaged_csv_is_refused) {
    static const char *const header =
        "betalings_id;cpr_nummer;beloeb;dispositionsdato;kommunekode;betaler_cvr;betaler_konto;betaler_bic;"
        "besked_id;navn\n";
    static const struct {
        const char *rows;
        Status status;
    } cases[] = {
        {"YD11-1;" ANNA ";1,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-1;A\n#SLUT;1;1,00\n",
         STATUS_OK},
        {"", STATUS_INTERNAL},
        {"#SLUT;0;0,00\n", STATUS_INTERNAL},
        {"YD11-1;" ANNA ";1,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-1;A\n",
         STATUS_INTERNAL},
        {"YD11-1;" ANNA ";1,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-1;A\n#SLUT;1;1,01\n",
         STATUS_INTERNAL},
        {"YD11-1;" ANNA ";0,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-1;A\n#SLUT;1;0,00\n",
         STATUS_INTERNAL},
        {"YD11-1;" ANNA ";1,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-1;=A\n#SLUT;1;1,00\n",
         STATUS_INTERNAL},
        {"YD11-1;123;1,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-1;A\n#SLUT;1;1,00\n",
         STATUS_INTERNAL},
        {"YD11-1;" ANNA ";1,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-1;A\n"
         "YD11-1;" BO ";1,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-1;A\n#SLUT;2;2,00\n",
         STATUS_INTERNAL},
        {"YD11-1;" ANNA ";1,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-1;A\n"
         "YD21-1;" BO ";1,00;2024-03-27;0101;00010103;DK9399990000000101;FIKTDKK0;M-2;A\n#SLUT;2;2,00\n",
         STATUS_INTERNAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        snprintf(text, sizeof text, "%s%s", header, cases[i].rows);
        expect_csv(text, cases[i].status);
    }
    /* One field after the other, of a row that is right. */
    static const char *const right[] = {
        "YD11-1",   ANNA,  "1,00", "2024-03-27", "0101", "00010103", "DK9399990000000101",
        "FIKTDKK0", "M-1", "A"};
    static const char *const wrong[] = {"XX11-1",  "6113010001", "1,0x",    "2024-02-30", "101",
                                        "1010103", "DK93",       "FIKTDKK", "",           ""};
    for (size_t bad = 0; bad <= sizeof right / sizeof right[0]; bad++) {
        char text[1024];
        size_t length = (size_t)snprintf(text, sizeof text, "%s", header);
        for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", i == 0 ? "" : ";",
                                       i == bad ? wrong[i] : right[i]);
        snprintf(text + length, sizeof text - length, "\n#SLUT;1;1,00\n");
        expect_csv(text, bad == sizeof right / sizeof right[0] ? STATUS_OK : STATUS_INTERNAL);
        strcat(text, "#SLUT;1;1,00\n"); /* and nothing may follow the end */
        expect_csv(text, STATUS_INTERNAL);
    }
}
