/* Hostile input: files, names and values that are there to break something. Each has its exit code and says what is wrong. The
 * same files a thousand times as large: make hostile. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/csv/csv_charset.h"
#include "tests/support/process.h"

#define HEAD "cpr_nummer;kommunekode;navn\n"
#define ROW "7001801001;0101;A\n"

/* Runs `ydelse check --lang en` with what the shell makes of the arguments, in the folder. */
static Process check_in(const char *folder, const char *arguments) {
    char command[2048];
    snprintf(command, sizeof command,
             "case $YDELSE_PROGRAM in /*) ;; *) YDELSE_PROGRAM=$PWD/$YDELSE_PROGRAM;; esac; cd '%s' && "
             "timeout 60 \"$YDELSE_PROGRAM\" check --lang en %s",
             folder, arguments);
    return shell_run(command);
}

/* In the folder of the case, files are made by `make`; check of "." must end so and say this. */
static void expect_told(const char *make, const char *arguments, int exit_code, const char *told) {
    char *folder = temporary_folder();
    char command[2048];
    snprintf(command, sizeof command, "cd '%s' && ROW='" HEAD ROW "' && %s", folder, make);
    Process made = shell_run(command);
    cr_assert_eq(made.exit_code, 0, "%s: %s", make, made.err);
    Process process = check_in(folder, arguments);
    cr_expect_eq(process.exit_code, exit_code, "%s: exit %d\n%s%s", make, process.exit_code, process.out,
                 process.err);
    cr_expect(strstr(process.out, told) != NULL || strstr(process.err, told) != NULL,
              "%s: not told: %s\n%s%s", make, told, process.out, process.err);
    cr_expect(utf8_bad_byte(process.out, process.out_size) < 0 &&
                  utf8_bad_byte(process.err, process.err_size) < 0,
              "%s: no UTF-8", make);
    cr_expect(strpbrk(process.out, "\x1B\x07\r\t") == NULL && strpbrk(process.err, "\x1B\x07\r\t") == NULL,
              "%s: a control character", make);
    process_free(&made);
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(hostile, names_of_files) {
    static const struct {
        const char *make, *arguments;
        int exit_code;
        const char *told;
    } cases[] = {
        {"printf '%s' \"$ROW\" > 'deltagere\nydelse: error.csv'", ".", 0, "\ndeltagere?ydelse: error.csv "},
        {"printf '%s' \"$ROW\" > \"$(printf 'deltagere-\\033[2J.csv')\"", ".", 0, "deltagere-?[2J.csv"},
        {"printf '%s' \"$ROW\" > \"$(printf 'deltagere-\\377\\376.csv')\"", ".", 0, "deltagere-??.csv"},
        {"printf '%s' \"$ROW\" > \"deltagere$(printf '\\377').csv\"", ".", 66, "FIL_UKENDT"},
        {"printf '%s' \"$ROW\" > deltagere-$(printf '%0240d' 0).csv", ".", 0, "deltagere-000000"},
        {"printf '%s' \"$ROW\" > deltagere-7001801001.csv", ".", 0, "deltagere-700180****.csv"},
        {"printf '%s' \"$ROW\" > \"deltagere'; DROP TABLE run; --.csv\"", ".", 0, "DROP TABLE run; --.csv"},
        {"printf '%s' \"$ROW\" > 'deltagere-%s%n%d.csv'", ".", 0, "deltagere-%s%n%d.csv"},
        {"printf '%s' \"$ROW\" > ./-deltagere.csv", "-deltagere.csv", 64, "unknown option"},
        {"mkdir ./-d && printf '%s' \"$ROW\" > ./-d/deltagere.csv", "-- -d", 0, "deltagere.csv"},
        {"mkdir -p a/b && printf '%s' \"$ROW\" > deltagere.csv", "a/b/../../deltagere.csv", 0,
         "deltagere.csv"},
        {"mkdir deltagere.csv", ".", 66, "no file of a known kind"},
        {"mkfifo deltagere.csv", ".", 66, "deltagere.csv: warning FIL_IKKE_ALMINDELIG"},
        {"ln -s /dev/zero deltagere.csv", ".", 66, "FIL_IKKE_ALMINDELIG"},
        {"ln -s deltagere.csv deltagere.csv", ".", 74, "cannot open"},
        {"ln -s nowhere deltagere.csv", ".", 66, "cannot open"},
        {"printf '%s' \"$ROW\" > x.csv && ln -s x.csv deltagere.csv && rm -f nothing", "deltagere.csv", 0,
         "deltagere.csv"},
        {"printf '%s' \"$ROW\" > 'deltagere.csv '", ".", 66, "no file of a known kind"},
        {"true", "/proc/self/mem", 66, "FIL_UKENDT"},
        {"true", "''", 66, "cannot open"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_told(cases[i].make, cases[i].arguments, cases[i].exit_code, cases[i].told);
}

/* The explanation of a result names the files it rests on. */
Test(hostile, names_of_files_in_explanations) {
    static const char *const commands[] = {
        "explain --lang en --cpr 8412821018 --month 2024-03 --input .",
        "explain --cpr 8412821018 --month 2024-03 --input . --format json",
        "explain --cpr 8412821018 --month 2024-03 --input . --format html",
        "calc --explain --month 2024-03 --input .",
    };
    char *folder = temporary_folder();
    char command[2048];
    snprintf(command, sizeof command,
             "for file in samples/lille/*.csv; do name=${file##*/}; "
             "cp \"$file\" \"%s/$(printf '%%s_7001801001\\033[2J\\n\\377.csv' \"${name%%.csv}\")\" || exit "
             "1; done",
             folder);
    Process made = shell_run(command);
    cr_assert_eq(made.exit_code, 0, "%s", made.err);
    process_free(&made);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        snprintf(command, sizeof command,
                 "case $YDELSE_PROGRAM in /*) ;; *) YDELSE_PROGRAM=$PWD/$YDELSE_PROGRAM;; esac; cd '%s' && "
                 "\"$YDELSE_PROGRAM\" %s",
                 folder, commands[i]);
        Process process = shell_run(command);
        cr_expect_leq(process.exit_code, 1, "%s: exit %d %s", commands[i], process.exit_code, process.err);
        cr_expect_not_null(strstr(process.out, "indkomst_700180****?[2J??.csv"), "%s: no file is named\n%s",
                           commands[i], process.out);
        cr_expect_null(strstr(process.out, "7001801001\033"), "%s: a name is shown as it stands",
                       commands[i]);
        cr_expect_lt(utf8_bad_byte(process.out, process.out_size), 0, "%s: no UTF-8", commands[i]);
        process_free(&process);
    }
    temporary_folder_remove(folder);
}

/* Another user who may write into the folder must not have us read what only we may. */
Test(hostile, a_link_of_somebody_else_is_not_followed) {
    if (geteuid() != 0)
        cr_skip_test("only root can make files of others");
    char *folder = temporary_folder();
    char path[512];
    snprintf(path, sizeof path, "%s/ours", folder);
    write_text_file(path, HEAD ROW);
    cr_assert_eq(chmod(path, 0600), 0);
    char link[512];
    snprintf(link, sizeof link, "%s/deltagere.csv", folder);
    cr_assert_eq(symlink(path, link), 0);
    Process process = check_in(folder, ".");
    cr_expect_eq(process.exit_code, 0, "our own link is followed: %s", process.err);
    process_free(&process);
    cr_assert_eq(lchown(link, 65534, 65534), 0);
    process = check_in(folder, ".");
    cr_expect_eq(process.exit_code, 66, "%s", process.err);
    cr_expect_not_null(strstr(process.out, "FIL_IKKE_ALMINDELIG"), "%s", process.out);
    process_free(&process);
    cr_assert_eq(chown(path, 65534, 65534), 0);
    process = check_in(folder, ".");
    cr_expect_eq(process.exit_code, 0, "one to a file of its owner is: %s", process.err);
    process_free(&process);
    temporary_folder_remove(folder);
}

Test(hostile, headers) {
    static const struct {
        const char *make;
        int exit_code;
        const char *told;
    } cases[] = {
        {": > deltagere.csv", 65, "FIL_UDEN_HOVED"},
        {"printf '\\357\\273\\277' > deltagere.csv", 65, "FIL_UDEN_HOVED"},
        {"printf '\\357\\273\\277\\357\\273\\277%s' \"$ROW\" > deltagere.csv", 65, "FIL_UKENDT_KOLONNE"},
        {"printf 'cpr_nummer;kommunekode;navn;navn\\n' > deltagere.csv", 65, "FIL_GENTAGEN_KOLONNE"},
        {"printf 'cpr_nummer;CPR_NUMMER;kommunekode\\n' > deltagere.csv", 65, "FIL_UKENDT_KOLONNE"},
        {"printf 'cpr_nummer;kommunekode;\\n' > deltagere.csv", 65, "FIL_UKENDT_KOLONNE"},
        {"printf 'cpr_nummer\\000;kommunekode\\n' > deltagere.csv", 65, "FIL_"},
        {"printf 'cpr_nummer;kommunekode;n\\303vn\\n' > deltagere.csv", 65, "FIL_"},
        {"printf '\\376\\377\\000c\\000p\\000r' > deltagere.csv", 65, "FIL_"},
        {"printf '\"cpr_nummer;kommunekode\\n' > deltagere.csv", 65, "FIL_UAFSLUTTET_CITAT"},
        {"{ printf 'cpr_nummer'; yes ';x' | head -n 5000 | tr -d '\\n'; echo; } > deltagere.csv", 65, "FIL_"},
        {"printf 'cpr_nummer,kommunekode,navn\\n' > deltagere.csv", 65, "FIL_"},
        {"printf '7001801001;0101;A\\n' > deltagere.csv", 65, "FIL_"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_told(cases[i].make, ".", cases[i].exit_code, cases[i].told);
}

#define INCOME "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013;felt_0200\n"
#define INCOME_OF(date, amount, hours)                                                                       \
    "printf '%s' \"$ROW\" > deltagere.csv; printf '" INCOME "I;7001801001;00;" date ";" amount ";" hours     \
    "\n' > indkomst.csv"

Test(hostile, numbers_at_their_limits) {
    static const struct {
        const char *make;
        int exit_code;
        const char *told;
    } cases[] = {
        {INCOME_OF("2024-03-01", "9999999999,99", "-9999999999,99"), 0, "indkomst.csv"},
        {INCOME_OF("2024-03-01", "10000000000,00", ""), 1, "ULAESELIGT_BELOEB"},
        {INCOME_OF("2024-03-01", "-10000000000", ""), 1, "ULAESELIGT_BELOEB"},
        {INCOME_OF("2024-03-01", "99999999999999999999999999999999999999999999", ""), 1, "ULAESELIGT_BELOEB"},
        {INCOME_OF("2024-03-01", "000000000000000000000000000000000000000,01", ""), 0, "indkomst.csv"},
        {INCOME_OF("2024-03-01", "1e9", ""), 1, "ULAESELIGT_BELOEB"},
        {INCOME_OF("2024-03-01", "0x10", ""), 1, "ULAESELIGT_BELOEB"},
        {INCOME_OF("2024-03-01", "NaN", ""), 1, "ULAESELIGT_BELOEB"},
        {INCOME_OF("9999-12-31", "1", ""), 0, "indkomst.csv"},
        {INCOME_OF("1800-01-01", "1", ""), 0, "indkomst.csv"},
        {INCOME_OF("1799-12-31", "1", ""), 1, "ULAESELIG_DATO"},
        {INCOME_OF("10000-01-01", "1", ""), 1, "ULAESELIG_DATO"},
        {INCOME_OF("2100-02-29", "1", ""), 1, "ULAESELIG_DATO"},
        {"printf '%s#SLUT;9223372036854775808;0\n' \"$ROW\" > deltagere.csv", 65, "FIL_SLUTPOST"},
        {"printf '%s#SLUT;-1;\n' \"$ROW\" > deltagere.csv", 65, "FIL_SLUTPOST"},
        {"printf '%s#SLUT;1;99999999999999999999999999,00\n' \"$ROW\" > deltagere.csv", 65, "FIL_SLUTPOST"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_told(cases[i].make, ".", cases[i].exit_code, cases[i].told);
}

/* A spreadsheet must not run what somebody wrote into a file or its name. */
Test(hostile, no_formula_in_a_list) {
    char *folder = temporary_folder();
    char path[512];
    snprintf(path, sizeof path, "%s/deltagere.csv", folder);
    write_text_file(path, HEAD "7001801001;=1+1;A\n7002801001;@SUM(A1);B\n7003801001;+1;\n7004801001;-1;\n"
                               "\"7005801001\";\"\t=1\";x\n");
    Process process = check_in(folder, "--format csv .");
    cr_expect_eq(process.exit_code, 1);
    static const char *const guarded[] = {";\"'=1+1\";", ";\"'@SUM(A1)\";", ";\"'+1\";", ";\"'-1\";"};
    for (size_t i = 0; i < sizeof guarded / sizeof guarded[0]; i++)
        cr_expect_not_null(strstr(process.out, guarded[i]), "%s is not in\n%s", guarded[i], process.out);
    for (const char *at = process.out; *at != '\0'; at++)
        cr_expect(
            !((at == process.out || at[-1] == ';' || at[-1] == '\n') && strchr("=+-@\t\r", *at) != NULL),
            "a cell begins with %c:\n%s", *at, process.out);
    process_free(&process);
    temporary_folder_remove(folder);
}

/* The file grows as long as it is read. */
Test(hostile, a_file_that_changes_while_it_is_read) {
    expect_told(
        "{ printf '" HEAD "'; yes '7001801001;0101;A' | head -n 300000; } > deltagere.csv; "
        "( i=0; while [ $i -lt 300 ] && [ -f deltagere.csv ]; do echo '7002801001;0101;B' >> deltagere.csv; "
        "i=$((i+1)); sleep 0.01; done ) >/dev/null 2>&1 &",
        ".", 65, "FIL_AENDRET");
}

/* The same that becomes smaller. */
Test(hostile, a_file_that_shrinks_while_it_is_read) {
    expect_told("{ printf '" HEAD "'; yes '7001801001;0101;A' | head -n 300000; } > deltagere.csv; "
                "( i=0; while [ $i -lt 300 ] && [ -f deltagere.csv ]; do truncate -s -9000 deltagere.csv; "
                "i=$((i+1)); sleep 0.01; done ) >/dev/null 2>&1 &",
                ".", 65, "FIL_AENDRET");
}

/* The first file of a kind is a pipe that says nothing for a while, so that the second, which was looked at, is opened later:
 * there is time to put another one in its place. */
#define MEANWHILE(change)                                                                                    \
    "mkfifo forloeb_1.csv; printf 'forloeb_id\\n' > forloeb_2.csv; printf 'hemmelig' > secret; mkfifo "      \
    "pipe; "                                                                                                 \
    "( (sleep 0.3; " change "; printf 'forloeb_id\\n') > forloeb_1.csv ) >/dev/null 2>&1 &"

Test(hostile, a_file_that_is_replaced_before_it_is_read) {
    static const struct {
        const char *make;
        int exit_code;
        const char *told;
    } cases[] = {
        {MEANWHILE("ln -sf secret forloeb_2.csv"), 75,
         "forloeb_2.csv was replaced while the delivery was read"},
        {MEANWHILE("mv pipe forloeb_2.csv"), 75, "forloeb_2.csv was replaced"},
        {MEANWHILE("cp forloeb_2.csv x; mv x forloeb_2.csv"), 75, "forloeb_2.csv was replaced"},
        {MEANWHILE("rm forloeb_2.csv; mkdir forloeb_2.csv"), 75, "forloeb_2.csv was replaced"},
        {MEANWHILE("ln -sf /dev/zero forloeb_2.csv"), 75, "forloeb_2.csv was replaced"},
        {MEANWHILE("rm forloeb_2.csv"), 66, "cannot open forloeb_2.csv"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_told(cases[i].make, "forloeb_1.csv forloeb_2.csv", cases[i].exit_code, cases[i].told);
}

/* deltagere.csv is a pipe that says nothing for a while: what the files beside it have to say has to wait. */
#define SLOW_DELTAGERE                                                                                       \
    "mkfifo deltagere.csv; { printf 'forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\\n'; "         \
    "yes 'F-1;7001801001;RF;2024-13-01;INGEN' | head -n 20000; } > forloeb.csv; "                            \
    "( (sleep 1; printf '%s' \"$ROW\") > deltagere.csv ) >/dev/null 2>&1 &"

Test(hostile, findings_that_wait_need_a_disk) {
    expect_told(SLOW_DELTAGERE, "deltagere.csv forloeb.csv", 1, "forloeb.csv:20001: reject ULAESELIG_DATO");
}

/* A temporary folder that is not there, or has no room: the exit code says that something is missing. */
Test(hostile, no_room_for_findings_that_wait) {
    static const struct {
        const char *before;
        int exit_code;
        const char *told;
    } cases[] = {
        {"export TMPDIR=/nonexistent", 73, "cannot create a temporary file in /nonexistent"},
        {"ulimit -f 64", 74, "cannot write the findings to a temporary file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char command[2048];
        char *folder = temporary_folder();
        snprintf(
            command, sizeof command,
            "case $YDELSE_PROGRAM in /*) ;; *) YDELSE_PROGRAM=$PWD/$YDELSE_PROGRAM;; esac; ROW='" HEAD ROW
            "'; cd '%s' && %s %s; timeout 60 \"$YDELSE_PROGRAM\" check --lang en "
            "deltagere.csv forloeb.csv",
            folder, SLOW_DELTAGERE, cases[i].before);
        Process process = shell_run(command);
        cr_expect_eq(process.exit_code, cases[i].exit_code, "%s: exit %d", cases[i].before,
                     process.exit_code);
        cr_expect_not_null(strstr(process.err, cases[i].told), "%s: %s", cases[i].before, process.err);
        process_free(&process);
        temporary_folder_remove(folder);
    }
}

Test(hostile, large_files_in_little_memory) {
    Process process = shell_run("tests/hostile/hostile.sh \"$YDELSE_PROGRAM\" build/bench/measure "
                                "build/hostile-generate 3000000 3000 "
                                "200000");
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    process_free(&process);
}
