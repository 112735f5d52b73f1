/* ydelse refusion: a person's weeks by hand, the sums of everybody, who may see them, and that nothing is written. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/integration/pay_fixture.h"

#define PERSON "7001801001"

/* A person from Monday 18 March on, beside the sample people, who are there all months. */
static void begin(void) {
    begin_month();
    night_folder = temporary_folder();
    night_load("samples/lille", 1);
    char *delivery = temporary_folder();
    night_file(delivery, "deltagere.csv", "cpr_nummer;kommunekode;navn\n" PERSON ";0461;Test\n");
    night_file(delivery, "forloeb.csv",
               "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;afgoerelse_id\n"
               "FR1;" PERSON ";RF;2024-03-18;KONTANTHJAELP;A1\n");
    night_load(delivery, 0);
    temporary_folder_remove(delivery);
    night_run("2024-03", 1);
    night_run("2024-04", 0);
}

static void stop(void) {
    temporary_folder_remove(night_folder);
    night_folder = NULL;
    end_month();
}

TestSuite(refusion_estimate, .init = begin, .fini = stop);

static char *refusion(const char *user, int exit_code, const char *arguments) {
    char command[512];
    snprintf(command, sizeof command, "%s%s%s\"$YDELSE_PROGRAM\" refusion --from 2024-03 --to 2024-04 %s",
             user == NULL ? "" : "PGUSER=", user == NULL ? "" : user, user == NULL ? "" : " ", arguments);
    Process process = shell_run(command);
    expect_exit(&process, exit_code, command);
    expect_no_cpr(process.err, command);
    char *out = strdup(process.out);
    process_free(&process);
    return out;
}

static void opening(const char *text) {
    night_file(night_folder, "uger.csv", text);
    setenv("OPENING", night_folder, 1);
}

static int64_t oere_of(const char *text) {
    const int64_t kroner = strtoll(text, NULL, 10);
    return kroner * 100 + strtoll(strchr(text, ',') + 1, NULL, 10);
}

static const char *field(const char *line, int number) {
    for (; number > 0; number--)
        line = strchr(line, ';') + 1;
    return line;
}

/* The lines of the list that are the person's. */
static void expect_person(const char *list, const char *const *lines, int count) {
    int seen = 0;
    for (const char *line = list; *line != '\0'; line = strchr(line, '\n') + 1) {
        if (strncmp(line, PERSON, 10) != 0)
            continue;
        cr_assert_lt(seen, count);
        cr_expect_eq(strncmp(line + 11, lines[seen], strlen(lines[seen])), 0, "%.80s, expected %s", line + 11,
                     lines[seen]);
        seen++;
    }
    cr_expect_eq(seen, count);
}

/* 14 days of March for 5566,58: 556658 = 14 * 39761 + 4, so the first four days cost 397,62 and the others 397,61:
 * W12 4 * 397,62 + 3 * 397,61 = 2783,31; W13 7 * 397,61 = 2783,27.
 * April 12326,00: 1232600 = 30 * 41086 + 20: W14 and W15 7 * 410,87 = 2876,09; W16 (15 to 21 April) 2876,08;
 * W17 7 * 410,86 = 2876,02; W18 (29 and 30 April) 821,72. */
Test(refusion_estimate, a_person_by_hand) {
    static const char *const new_person[] = {
        "0461;2024-03;2024-W12;7;1;80;2783,31;2226,65\n", "0461;2024-03;2024-W13;7;2;80;2783,27;2226,62\n",
        "0461;2024-04;2024-W14;7;3;80;2876,09;2300,87\n", "0461;2024-04;2024-W15;7;4;80;2876,09;2300,87\n",
        "0461;2024-04;2024-W16;7;5;40;2876,08;1150,43\n", "0461;2024-04;2024-W17;7;6;40;2876,02;1150,41\n",
        "0461;2024-04;2024-W18;2;7;40;821,72;328,69\n",
    };
    static const char *const known_person[] = {
        "0461;2024-03;2024-W12;7;51;30;2783,31;834,99\n", "0461;2024-03;2024-W13;7;52;30;2783,27;834,98\n",
        "0461;2024-04;2024-W14;7;53;20;2876,09;575,22\n", "0461;2024-04;2024-W15;7;54;20;2876,09;575,22\n",
        "0461;2024-04;2024-W16;7;55;20;2876,08;575,22\n", "0461;2024-04;2024-W17;7;56;20;2876,02;575,20\n",
        "0461;2024-04;2024-W18;2;57;20;821,72;164,34\n",
    };
    char *list = refusion(NULL, 0, "--list --format csv");
    expect_person(list, new_person, 7);
    free(list);
    opening("cpr_nummer;uger;sidste_uge\n" PERSON ";50;2024-W11\n");
    list = refusion(NULL, 0, "--list --format csv --opening $OPENING/uger.csv");
    expect_person(list, known_person, 7);
    free(list);
}

/* 52 weeks and more after the opening: the count begins again. */
Test(refusion_estimate, an_old_opening_is_forgotten) {
    static const char *const lines[] = {"0461;2024-03;2024-W12;7;1;80;", "0461;2024-03;2024-W13;7;2;80;",
                                        "0461;2024-04;2024-W14;7;3;80;", "0461;2024-04;2024-W15;7;4;80;",
                                        "0461;2024-04;2024-W16;7;5;40;", "0461;2024-04;2024-W17;7;6;40;",
                                        "0461;2024-04;2024-W18;2;7;40;"};
    opening("cpr_nummer;uger;sidste_uge\n" PERSON ";50;2023-W11\n");
    char *list = refusion(NULL, 0, "--list --format csv --opening $OPENING/uger.csv");
    expect_person(list, lines, 7);
    free(list);
}

Test(refusion_estimate, the_weeks_add_up_to_the_months) {
    char *sums = refusion(NULL, 0, "--format csv");
    int64_t cost = 0, all = 0;
    for (const char *line = strchr(sums, '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1) {
        int64_t steps = 0;
        for (int i = 5; i < 9; i++)
            steps += oere_of(field(line, i));
        cr_expect_eq(steps, oere_of(field(line, 9)));
        cost += oere_of(field(line, 4));
        all += steps;
    }
    free(sums);
    cr_expect_eq(cost, test_sql_int64(owner, "SELECT sum(ydelse) FROM ydelse.result_current"));
    cr_expect_gt(all * 100, cost * 20 - 100000);
    cr_expect_lt(all * 100, cost * 80 + 100000);
    char *list = refusion(NULL, 0, "--format csv --list");
    for (const char *line = strchr(list, '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1) {
        cost -= oere_of(field(line, 7));
        all -= oere_of(field(line, 8));
    }
    free(list);
    cr_expect_eq(cost, 0, "the sums are those of the list");
    cr_expect_eq(all, 0);
}

Test(refusion_estimate, looks_are_logged_and_nothing_is_written) {
    char auditor[64];
    test_role_create(owner, "rev", "ydelse_auditor", auditor);
    char *seen = refusion(NULL, 0, "--list --format csv");
    char *audited = refusion(auditor, 0, "--list --format csv");
    cr_expect_str_eq(seen, audited);
    free(seen);
    free(audited);
    free(refusion(maker, 77, ""));
    expect_number(
        "SELECT count(*) FROM ydelse.access_log WHERE command = 'refusion' AND scope = 'alle' AND detail = "
        "'2024-03 2024-04 --list'",
        2);
    char *text = refusion(NULL, 0, "");
    expect_part(text, "skøn");
    expect_no_cpr(text, "the sums");
    free(text);
}

Test(refusion_estimate, a_wrong_opening_is_refused) {
    static const char *const wrong[] = {
        "",
        "cpr_nummer;uger\n",
        "cpr_nummer;uger;sidste_uge\n" PERSON ";0;2024-W11\n",
        "cpr_nummer;uger;sidste_uge\n" PERSON ";5;2024-W53\n",
        "cpr_nummer;uger;sidste_uge\n7099801001;5;2024-W11\n",
        "cpr_nummer;uger;sidste_uge\n" PERSON ";5;2024-W11;\n",
        "cpr_nummer;uger;sidste_uge\n" PERSON ";5;2024-W11\n" PERSON ";6;2024-W11\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        opening(wrong[i]);
        free(refusion(NULL, 65, "--opening $OPENING/uger.csv"));
    }
    free(refusion(NULL, 64, "--to 2024-02"));
}

/* A run for one person alone knows that the course of another was taken back, and does not compute it. */
Test(refusion_estimate, days_that_are_no_longer_known_are_told) {
    char *delivery = temporary_folder();
    night_file(delivery, "forloeb.csv",
               "posttype;forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\nT;FR1;;;;\n");
    night_load(delivery, 0);
    temporary_folder_remove(delivery);
    Process process =
        shell_run("echo 7405851002 | \"$YDELSE_PROGRAM\" reprocess --month 2024-03 --cpr - --reason test");
    expect_exit(&process, 0, "reprocess");
    process_free(&process);
    free(refusion(NULL, 1, "--format csv"));
}
