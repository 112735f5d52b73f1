/* Names, ids and options that are there to be taken for SQL, HTML or a formula: through the database and out again. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/command/command.h"
#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(hostile_texts, .init = night_begin, .fini = night_end);

#define EVIL "'); DROP TABLE ydelse.run; --"
#define MARKUP "<script>alert(1)</script>&amp;]]>"

/* Every free text that is stored begins as a formula does, or is SQL or markup. */
static void load_month(void) {
    night_load_text("deltagere=1.csv",
                    "cpr_nummer;kommunekode;navn\n"
                    "7001801001;0101;=cmd|'/C calc'!A0\n7002801001;0101;\"" EVIL
                    "\"\n7003801001;0101;\"" MARKUP "\"\n"
                    "7004801001;0461;@SUM(1)\n7005801001;=1+1;-2\n7006801001;0101;\"\t=1\"\n",
                    1);
    night_load_text(
        "forloeb+1.csv",
        "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;afgoerelse_id\n"
        "=F1;7001801001;RF;2024-01-01;INGEN;=1+1\n+F2;7002801001;RF;2024-01-01;INGEN;\"" EVIL "\"\n"
        "-F3;7003801001;RF;2024-01-01;INGEN;\"" MARKUP "\"\n@F4;7004801001;RF;2024-01-01;INGEN;@A1\n"
        "=F5;7004801001;=RF;2024-01-01;INGEN;\n=F6;7099801001;RF;2024-01-01;INGEN;\n",
        1);
    night_load_text(
        "indkomst@2.csv",
        "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013;arbejdsgiver_se;medarbejder_nummer;"
        "produktionsenhed\n=I1;7001801001;00;2024-03-15;1000,00;=1234567;@m;-1\n"
        "=I2;7001801001;00;2024-03-15;=1+1;;;\n\"" EVIL "\";7002801001;00;2024-03-15;-100,00;;;\n"
        "\"'; SELECT pg_sleep(9); --\";7003801001;00;2024-03-15;5,00;\"" MARKUP "\";;\n",
        1);
    night_load_text(
        "perioder-3.csv",
        "post_id;cpr_nummer;art;foerste_dag;afgoerelse_id\n=P1;7003801001;SPAERRING;2024-03-01;=A1\n"
        "@P2;7003801001;=ART;2024-03-01;\n",
        1);
    free(night_program(1, "run", "--month", "2024-03", NULL, NULL, NULL, NULL));
}

/* Whether a spreadsheet would compute this cell; a number is none, and neither is a formula that an apostrophe stops. */
static bool is_formula(const char *cell, size_t size) {
    size_t digits = 0;
    if (size == 0 || strchr("=+-@\t\r", cell[0]) == NULL)
        return false;
    while (1 + digits < size && strchr("0123456789.,", cell[1 + digits]) != NULL)
        digits++;
    return cell[0] != '-' || digits == 0 || 1 + digits != size;
}

static void expect_no_formula(const char *csv, const char *what) {
    for (const char *at = csv; *at != '\0';) {
        const bool quoted = *at == '"';
        const char *cell = quoted ? at + 1 : at;
        const char *end = cell;
        while (*end != '\0' && (quoted ? *end != '"' || end[1] == '"' : strchr(";\n", *end) == NULL))
            end += quoted && *end == '"' ? 2 : 1;
        cr_expect_not(is_formula(cell, (size_t)(end - cell)), "%s: %.*s\n%s", what, (int)(end - cell), cell,
                      csv);
        at = quoted && *end == '"' ? end + 1 : end;
        at += *at == '\0' ? 0 : 1;
    }
}

Test(hostile_texts, nothing_that_leaves_as_csv_is_a_formula) {
    static const char *const commands[] = {
        "rejects --raw --format csv",
        "rejects --format csv",
        "held --format csv",
        "status --format csv",
        "claims --format csv",
        "rejected --format csv",
        "control --format csv",
        "verify --format csv",
        "diff 1 2 --format csv",
        "replay --month 2024-03 --format csv",
        "access --cpr 7001801001 --format csv",
        "access --user \"$PGUSER\" --format csv",
        "creditors --month 2024-03 --format csv",
        "refusion --from 2024-03 --to 2024-03 --format csv",
        "reprocess --month 2024-03 --reason '=1+1' --dry-run --format csv",
        "simulate --rates config/satser --format csv",
        "rates list --month 2024-03 --format csv",
        "erase --dry-run --reason '=1+1' --format csv",
        "postings --run 1",
        "extract --run 1",
        "calc --month 2024-03 --input \"$FOLDER\"",
        "check --format csv \"$FOLDER\"",
    };
    int with_formulas = 0;
    load_month();
    free(night_program(0, "reprocess", "--month", "2024-03", "--reason", "=1+1", NULL, NULL));
    free(night_program(0, "explain", "--cpr", "7001801001", "--month", "2024-03", NULL, NULL));
    setenv("FOLDER", night_folder, 1);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        char command[512];
        snprintf(command, sizeof command, "\"$YDELSE_PROGRAM\" %s", commands[i]);
        Process process = shell_run(command);
        cr_expect(process.exit_code == 0 || process.exit_code == 1, "%s: %d %s", command, process.exit_code,
                  process.err);
        cr_expect_gt(process.out_size, 10, "%s: %s", command, process.out);
        expect_no_formula(process.out, command);
        with_formulas += strstr(process.out, "\"'=") != NULL ? 1 : 0;
        process_free(&process);
    }
    cr_expect_geq(with_formulas, 3, "no formula was stopped: the test shows nothing");
}

Test(hostile_texts, no_name_or_id_becomes_markup) {
    static const char *const commands[] = {
        "report 1 --html /dev/stdout",
        "explain --cpr 7003801001 --month 2024-03 --format html",
        "statement --cpr 7003801001 --month 2024-03 --format html",
    };
    load_month();
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        char command[512];
        snprintf(command, sizeof command, "\"$YDELSE_PROGRAM\" %s", commands[i]);
        Process process = shell_run(command);
        cr_expect(process.exit_code == 0 || process.exit_code == 1, "%s: %d %s", command, process.exit_code,
                  process.err);
        cr_expect(process.out_size > 500 && strstr(process.out, "<script") == NULL &&
                      strstr(process.out, "]]>") == NULL,
                  "%s:\n%s", command, process.out);
        process_free(&process);
    }
}

/* --- SQL in every option ---------------------------------------------------------------------------------------- */

#define COMMAND(name) extern const Command command_##name;
#include "io/command/command.def"
#undef COMMAND

static const Command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "io/command/command.def"
#undef COMMAND
};

/* What an option takes that is not the one that is tried. */
static const char *harmless(const char *name) {
    static const char *const values[][2] = {
        {"month", "2024-03"}, {"from", "2024-03"},   {"to", "2024-03"},          {"against", "2024-02"},
        {"run", "1"},         {"cpr", "7001801001"}, {"due", "2024-03-27"},      {"reason", "x"},
        {"format", "csv"},    {"input", "."},        {"rates", "config/satser"}, {"outcome", "made"},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (strcmp(values[i][0], name) == 0)
            return values[i][1];
    return "1";
}

/* One command whose option, or whose operands (option NULL), hold SQL. */
static void try_command(const Command *command, const Option *tried) {
    static char evil[] = EVIL "\"$1 %s%n \\ ../../x";
    const char *arguments[64] = {command->name};
    char names[16][64];
    int count = 1, named = 0;
    for (const Option *option = command->options; option != NULL && option->name != NULL; option++) {
        if (option != tried && !option->required)
            continue;
        snprintf(names[named], sizeof names[0], "--%s", option->name);
        arguments[count++] = names[named++];
        if (option->argument != NULL)
            arguments[count++] = option == tried ? evil : harmless(option->name);
    }
    arguments[count++] = "--";
    for (int i = 0; i < command->operands_min || (tried == NULL && i == 0 && command->operands_max != 0); i++)
        arguments[count++] = tried == NULL ? evil : "1";
    arguments[count] = NULL;
    Process process = ydelse_run(arguments, NULL);
    const int code = process.exit_code;
    cr_expect(code == 0 || code == 1 || (code >= 64 && code <= 78 && code != 70), "%s --%s: exit %d\n%s",
              command->name, tried == NULL ? "" : tried->name, code, process.err);
    cr_expect(strstr(process.err, "syntax error") == NULL && strstr(process.out, "syntax error") == NULL,
              "%s --%s: %s", command->name, tried == NULL ? "" : tried->name, process.err);
    process_free(&process);
}

Test(hostile_texts, no_option_is_sql) {
    int tried = 0;
    load_month();
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i]->name, "serve") == 0) /* does not end by itself */
            continue;
        if (commands[i]->operands_max != 0)
            try_command(commands[i], NULL);
        for (const Option *option = commands[i]->options; option != NULL && option->name != NULL; option++) {
            if (option->argument != NULL) {
                try_command(commands[i], option);
                tried++;
            }
        }
    }
    cr_expect_gt(tried, 80);
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE state = 'sealed' AND run_id = 1", 1);
    free(night_program(0, "verify", NULL, NULL, NULL, NULL, NULL, NULL));
}

Test(hostile_texts, no_name_of_a_file_moves_the_terminal_or_tells_a_number) {
    night_file(night_folder, "deltagere_7001801001\033[2J\n\377.csv",
               "cpr_nummer;kommunekode;navn\n7001801001;0101;A\n");
    for (int times = 0; times < 2; times++) { /* the second time it is known */
        char *out = night_program(0, "load", night_folder, NULL, NULL, NULL, NULL, NULL);
        cr_expect_not_null(strstr(out, "deltagere_700180****?[2J??.csv "), "%s", out);
        free(out);
    }
    night_expect_text("SELECT string_agg(name, ',') FROM ydelse.input_file",
                      "deltagere_700180****?[2J??.csv");
}
