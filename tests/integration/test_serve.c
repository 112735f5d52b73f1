/* The console: the way in and out, what it refuses, what its answers carry. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/base/mask.h"
#include "tests/integration/console.h"
#include "tests/integration/night.h"

TestSuite(serve, .init = console_begin, .fini = console_end);

/* The part must be in the answer's head or body. */
static void expect_in(const WebAnswer *answer, const char *part) {
    cr_expect(strstr(answer->text, part) != NULL, "no \"%s\" in\n%.3000s", part, answer->text);
}

static void expect_status(WebAnswer answer, int status, const char *what) {
    cr_expect_eq(answer.status, status, "%s: %d\n%.2000s", what, answer.status, answer.text);
    web_free(&answer);
}

Test(serve, only_who_knows_the_password_gets_in) {
    Browser browser = {.server = &console_server};
    WebAnswer answer = web_get(&browser, "/runs");
    cr_expect_eq(answer.status, 303);
    cr_expect_str_eq(answer.location, "/login");
    web_free(&answer);
    answer = web_get(&browser, "/login");
    expect_in(&answer, "Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; "
                       "frame-ancestors 'none'; base-uri 'none'\r\n");
    expect_in(&answer, "X-Content-Type-Options: nosniff\r\n");
    expect_in(&answer, "Referrer-Policy: no-referrer\r\n");
    expect_in(&answer, "Cache-Control: no-store\r\n");
    expect_in(&answer, "; Path=/; HttpOnly; SameSite=Strict\r\n");
    web_free(&answer);
    cr_expect_eq(web_login(&browser, finance, "forkert"), 403);
    cr_expect_eq(web_login(&browser, "findes_ikke", PASSWORD), 403);
    cr_expect_eq(web_login(&browser, nobody, PASSWORD), 403, "a user without a role");
    /* The owner is trusted by this cluster: the server asks for no password, so what was typed proves nothing. */
    cr_expect_eq(web_login(&browser, getenv("PGUSER"), PASSWORD), 503);
    cr_expect_eq(web_login(&browser, finance, PASSWORD), 303);
    answer = web_get(&browser, "/runs");
    cr_expect_eq(answer.status, 200);
    expect_in(&answer, "Hvor det står");
    web_free(&answer);
    char *log = read_whole_file(console_server.log_path, NULL);
    cr_expect(strstr(log, "findes_ikke: login failed") != NULL, "%s", log);
    cr_expect(strstr(log, PASSWORD) == NULL && strstr(log, "forkert") == NULL);
    free(log);
}

Test(serve, guessing_is_slow) {
    Browser browser = {.server = &console_server}, other = {.server = &console_server};
    for (int i = 0; i < 5; i++)
        cr_expect_eq(web_login(&browser, finance, "forkert"), 403);
    cr_expect_eq(web_login(&browser, finance, PASSWORD), 429, "the right one, too late");
    cr_expect_eq(web_login(&other, auditor, PASSWORD), 303, "another user");
    /* What somebody typed as a user may be a CPR number. */
    cr_expect_eq(web_login(&other, ANNA, "forkert"), 403);
    char *log = read_whole_file(console_server.log_path, NULL);
    expect_no_cpr(log, "the log");
    free(log);
}

Test(serve, a_form_from_elsewhere_is_refused) {
    Browser browser = {.server = &console_server};
    char form[256];
    cr_assert_eq(web_login(&browser, finance, PASSWORD), 303);
    WebAnswer answer = web_post(&browser, "/language", "language=en");
    expect_in(&answer, "403 Forbidden"); /* no page was read yet: no token */
    web_free(&answer);
    answer = web_get(&browser, "/runs");
    web_free(&answer);
    snprintf(browser.csrf, sizeof browser.csrf, "%064d", 0);
    expect_status(web_post(&browser, "/language", "language=en"), 403, "another token");
    answer = web_get(&browser, "/runs");
    expect_in(&answer, "lang=\"da\"");
    web_free(&answer);
    expect_status(web_post(&browser, "/language", "language=en"), 303, "the token of the page");
    answer = web_get(&browser, "/runs");
    expect_in(&answer, "Where things stand");
    web_free(&answer);
    /* The right token, sent by a page of another site. */
    snprintf(
        form, sizeof form,
        "POST /logout HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nSec-Fetch-Site: cross-site\r\n"
        "Cookie: %.100s\r\n",
        console_server.port, browser.cookies[0]);
    char request[1024];
    snprintf(request, sizeof request,
             "%sContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 69\r\n\r\ncsrf=%.64s",
             form, browser.csrf);
    answer = web_raw(&browser, request);
    cr_expect(answer.status == 403 || answer.status == 303);
    web_free(&answer);
    expect_status(web_get(&browser, "/runs"), 200, "still logged in");
    /* A login form needs the cookie of its page. */
    Browser thief = {.server = &console_server};
    snprintf(form, sizeof form, "token=%064d&user=%s&password=%s", 0, finance, PASSWORD);
    expect_status(web_post(&thief, "/login", form), 403, "a login form of another page");
}

Test(serve, logging_out_is_for_good) {
    Browser browser = {.server = &console_server};
    char kept[256];
    cr_assert_eq(web_login(&browser, finance, PASSWORD), 303);
    WebAnswer answer = web_get(&browser, "/runs");
    web_free(&answer);
    memcpy(kept, browser.cookies, sizeof kept);
    char before[sizeof browser.cookies];
    memcpy(before, browser.cookies, sizeof before);
    expect_status(web_post(&browser, "/logout", ""), 303, "log out");
    memcpy(browser.cookies, before, sizeof before);
    answer = web_get(&browser, "/runs");
    cr_expect_eq(answer.status, 303, "the old cookie");
    cr_expect_str_eq(answer.location, "/login?over=1");
    web_free(&answer);
    /* The server notices a moment later that the connection is gone. */
    static const char connections[] = "SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                                      "'ydelse serve' AND datname = current_database()";
    const struct timespec pause = {.tv_nsec = 5000000};
    for (int i = 0; i < 1000 && test_sql_int64(owner, connections) > 0; i++)
        nanosleep(&pause, NULL);
    expect_number(connections, 0);
}

Test(serve, what_no_browser_sends_is_refused) {
    Browser browser = {.server = &console_server};
    char long_path[600], request[1024], form[9000];
    cr_assert_eq(web_login(&browser, finance, PASSWORD), 303);
    expect_status(web_get(&browser, "/nothing"), 404, "no page");
    expect_status(web_get(&browser, "/runs/99"), 404, "no run");
    expect_status(web_get(&browser, "/runs/1;DROP"), 404, "no number");
    expect_status(web_get(&browser, "/runs/%3Cscript%3E"), 404, "no number");
    expect_status(web_get(&browser, "/runs?fra=%FF"), 400, "no UTF-8");
    expect_status(web_get(&browser, "/runs/%00"), 400, "a NUL");
    expect_status(web_get(&browser, "/../../etc/passwd"), 404, "no file");
    memset(long_path, 'a', sizeof long_path);
    long_path[0] = '/';
    long_path[sizeof long_path - 1] = '\0';
    expect_status(web_get(&browser, long_path), 414, "a long path");
    memset(form, 'a', sizeof form);
    form[sizeof form - 1] = '\0';
    expect_status(web_post(&browser, "/language", form), 413, "a long form");
    snprintf(request, sizeof request, "PUT /runs HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n",
             console_server.port);
    expect_status(web_raw(&browser, request), 405, "PUT");
    expect_status(web_raw(&browser, "GET /login HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
                  421, "another host");
    WebAnswer answer = web_get(&browser, "/runs/%3Cb%3E");
    cr_expect(strstr(answer.body, "<b>") == NULL);
    web_free(&answer);
    expect_status(web_get(&browser, "/console.css"), 200, "the stylesheet");
}

Test(serve, the_run_page_and_the_report_are_one) {
    Browser browser = {.server = &console_server};
    char path[300];
    cr_assert_eq(web_login(&browser, auditor, PASSWORD), 303);
    WebAnswer answer = web_get(&browser, "/runs/1");
    expect_in(&answer, "Kørsel 1: marts 2024");
    expect_in(&answer, "0101 København");
    expect_in(&answer, "0461 Odense");
    expect_in(&answer, "22.345,67");
    expect_in(&answer, "<svg class=\"chart\"");
    expect_no_cpr(answer.text, "the page of a run");
    web_free(&answer);
    snprintf(path, sizeof path, "%s/report.html", console_folder);
    const char *const arguments[] = {"report", "1", "--html", path, NULL};
    Process process = run_as(auditor, TODAY, arguments);
    expect_exit(&process, 0, "report");
    process_free(&process);
    char *report = read_whole_file(path, NULL);
    cr_expect(strstr(report, "22.345,67") != NULL && strstr(report, "http://www.w3.org/2000/svg") != NULL);
    cr_expect(strstr(report, "href=") == NULL && strstr(report, "src=") == NULL &&
              strstr(report, "<script") == NULL);
    expect_no_cpr(report, "the report");
    free(report);
    char command[400];
    snprintf(command, sizeof command, "stat -c %%a %s && xmllint --noout %s", path, path);
    process = shell_run(command);
    cr_expect_str_eq(process.out, "600\n", "%s%s", process.out, process.err);
    process_free(&process);
    const char *const missing[] = {"report", "99", "--html", path, NULL};
    process = run_as(auditor, TODAY, missing);
    expect_exit(&process, 66, "no such run");
    process_free(&process);
}

Test(serve, who_is_bound_sees_the_own_municipality) {
    Browser browser = {.server = &console_server};
    char sql[200];
    snprintf(sql, sizeof sql, "INSERT INTO ydelse.finance_municipality VALUES ('%s', '0461')", finance);
    test_sql(owner, sql);
    cr_assert_eq(web_login(&browser, finance, PASSWORD), 303);
    WebAnswer answer = web_get(&browser, "/runs/1");
    expect_in(&answer, "0461 Odense");
    cr_expect(strstr(answer.body, "0101 København") == NULL);
    web_free(&answer);
}

/* The address of the first link whose text is this. */
static void link_of(const WebAnswer *answer, const char *text, char address[200]) {
    char end[100];
    address[0] = '\0';
    snprintf(end, sizeof end, "\">%s</a>", text);
    const char *at = strstr(answer->body, end);
    cr_assert_not_null(at, "no link \"%s\" in\n%.3000s", text, answer->body);
    const char *start = at;
    while (start > answer->body && start[-1] != '"')
        start--;
    snprintf(address, 200, "%.*s", (int)(at - start), start);
}

Test(serve, people_are_found_without_their_number_in_an_address) {
    Browser browser = {.server = &console_server};
    char address[200];
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    cr_assert_eq(web_login(&browser, finance, PASSWORD), 303);
    expect_status(web_get(&browser, "/person"), 200, "the search");
    expect_status(web_post(&browser, "/person", "cpr=12"), 400, "no number");
    expect_status(web_post(&browser, "/person", "cpr=9999999999"), 400, "no date");
    WebAnswer answer = web_post(&browser, "/person", "cpr=611288-1008");
    cr_assert_eq(answer.status, 303);
    snprintf(address, sizeof address, "%s", answer.location);
    web_free(&answer);
    answer = web_get(&browser, address);
    expect_in(&answer, "marts 2024");
    link_of(&answer, "marts 2024", address);
    web_free(&answer);
    answer = web_get(&browser, address);
    cr_expect_eq(answer.status, 200);
    expect_in(&answer, "Cpr-nummer 611288-1008, marts 2024");
    expect_in(&answer, "Beregningen, trin for trin");
    expect_in(&answer, "Måneden før er ikke beregnet for personen");
    expect_in(&answer, "<title>marts 2024 – ydelse</title>"); /* the browser remembers it */
    web_free(&answer);
    expect_status(web_get(&browser, "/rejects"), 200, "rejects");
    answer = web_get(&browser, "/held");
    expect_in(&answer, "/person/");
    web_free(&answer);
    expect_status(web_get(&browser, "/runs/2/findings/AFGOERELSE_MANGLER"), 200, "whom a finding is about");
    expect_text(
        "SELECT string_agg(concat_ws(';', command, scope, month, detail), ' ' ORDER BY access_id) FROM "
        "ydelse.access_log WHERE command <> 'pay'",
        "explain;person;months explain;person;2024-03-01; explain;person;2024-03-01;--against "
        "rejects;liste; held;liste; report;liste;2 AFGOERELSE_MANGLER");
    expect_number("SELECT count(*) FROM ydelse.access_log WHERE cpr = '6112881008'", 3);
    /* The address means nothing in another session. */
    Browser other = {.server = &console_server};
    cr_assert_eq(web_login(&other, auditor, PASSWORD), 303);
    expect_status(web_get(&other, address), 404, "another session's address");
    cr_expect(!mask_is_needed(browser.seen), "%s", browser.seen);
    char *log = read_whole_file(console_server.log_path, NULL);
    cr_expect(!mask_is_needed(log), "%s", log);
    free(log);
}

Test(serve, the_database_decides_whom_one_sees) {
    Browser browser = {.server = &console_server};
    char sql[200];
    snprintf(sql, sizeof sql, "INSERT INTO ydelse.finance_municipality VALUES ('%s', '0461')", finance);
    test_sql(owner, sql);
    cr_assert_eq(web_login(&browser, finance, PASSWORD), 303);
    expect_status(web_get(&browser, "/person"), 200, "the search");
    WebAnswer answer = web_post(&browser, "/person", "cpr=" ANNA);
    cr_assert_eq(answer.status, 303);
    char address[200];
    snprintf(address, sizeof address, "%s", answer.location);
    web_free(&answer);
    expect_status(web_get(&browser, address), 403, "a person of another municipality");
    answer = web_get(&browser, address);
    expect_in(&answer, "Databasen siger nej");
    web_free(&answer);
    Browser other = {.server = &console_server};
    cr_assert_eq(web_login(&other, auditor, PASSWORD), 303);
    answer = web_get(&other, "/differences?before=1&after=1");
    cr_expect_eq(answer.status, 200);
    expect_in(&answer, "Der er ingen forskelle");
    web_free(&answer);
    expect_number("SELECT count(*) FROM ydelse.access_log WHERE command = 'diff' AND scope = 'alle'", 1);
}

/* Pages beside the runs: the rates of a month, and the rejected rows of a code, which name people and are logged. */
Test(serve, rates_and_rejected_rows_are_pages) {
    Browser browser = {.server = &console_server};
    char address[100];
    free(night_program(1, "load", "samples/lille", NULL, NULL, NULL, NULL, NULL));
    char *code = test_sql_text(owner, "SELECT min(code) FROM ydelse.reject_open");
    cr_assert_eq(web_login(&browser, auditor, PASSWORD), 303);
    WebAnswer answer = web_get(&browser, "/rejects");
    expect_in(&answer, code);
    web_free(&answer);
    snprintf(address, sizeof address, "/rejects/%s", code);
    answer = web_get(&browser, address);
    cr_expect_eq(answer.status, 200);
    expect_in(&answer, "Alle afviste rækker");
    expect_in(&answer, ".csv");
    web_free(&answer);
    snprintf(address, sizeof address, "/rejects/%s?fra=1000", code);
    expect_status(web_get(&browser, address), 303, "beyond the last row");
    expect_status(web_get(&browser, "/rejects/INGEN_KODE"), 404, "no code");
    cr_expect_gt(test_sql_int64(owner, "SELECT count(*) FROM ydelse.access_log WHERE command = 'rejects'"),
                 0);
    free(code);
    answer = web_get(&browser, "/rates?month=2024-03");
    cr_expect_eq(answer.status, 200);
    expect_in(&answer, "Satser for marts 2024");
    expect_in(&answer, "ydelse IKKE");
    web_free(&answer);
    answer = web_get(&browser, "/rates?month=1900-01");
    expect_in(&answer, "Ingen sats dækker måneden.");
    web_free(&answer);
    expect_status(web_get(&browser, "/rates?month=2024-13"), 400, "no month");
}

/* Finance sees why two runs differ, in the own municipality, as a list that is logged. */
Test(serve, a_difference_is_a_list_of_the_own_municipality) {
    Browser browser = {.server = &console_server}, other = {.server = &console_server};
    char sql[200];
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    snprintf(sql, sizeof sql, "INSERT INTO ydelse.finance_municipality VALUES ('%s', '0461')", finance);
    test_sql(owner, sql);
    cr_assert_eq(web_login(&browser, finance, PASSWORD), 303);
    WebAnswer answer = web_get(&browser, "/differences?before=1&after=2");
    cr_expect_eq(answer.status, 200);
    expect_in(&answer, "0461 Odense");
    cr_expect(strstr(answer.body, "0101 København") == NULL, "%s", answer.body);
    web_free(&answer);
    cr_assert_eq(web_login(&other, second_finance, PASSWORD), 303);
    answer = web_get(&other, "/differences?before=1&after=2");
    expect_in(&answer, "0461 Odense");
    expect_in(&answer, "0101 København");
    web_free(&answer);
    expect_text(
        "SELECT string_agg(concat_ws(';', scope, detail, kommunekoder::text), ' ' ORDER BY access_id) "
        "FROM ydelse.access_log WHERE command = 'diff'",
        "liste;1 2;{0461} liste;1 2");
}

Test(serve, a_batch_takes_two_people) {
    Browser first = {.server = &console_server}, second = {.server = &console_server},
            third = {.server = &console_server};
    size_t size;
    pay_as(finance, "--allow-replacement-cpr", 0);
    cr_assert_eq(web_login(&first, finance, PASSWORD), 303);
    WebAnswer answer = web_get(&first, "/batches/1");
    expect_in(&answer, "Du har selv samlet bunken. En anden skal godkende den.");
    cr_expect(strstr(answer.body, "/batches/1/approve") == NULL);
    web_free(&answer);
    /* Who sends the form all the same is refused by the database. */
    expect_status(web_post(&first, "/batches/1/approve", ""), 303, "by its maker");
    answer = web_get(&first, "/batches/1");
    expect_in(&answer, "class=\"message bad\" role=\"alert\"><p>Du har selv samlet bunken");
    web_free(&answer);
    expect_number("SELECT count(*) FROM ydelse.batch WHERE state = 'approved'", 0);

    cr_assert_eq(web_login(&third, auditor, PASSWORD), 303);
    answer = web_get(&third, "/batches/1");
    cr_expect(strstr(answer.body, "<form class=\"panel\"") == NULL, "an auditor has no forms");
    web_free(&answer);
    expect_status(web_post(&third, "/batches/1/approve", ""), 303, "by an auditor");
    expect_number("SELECT count(*) FROM ydelse.batch WHERE state = 'approved'", 0);

    cr_assert_eq(web_login(&second, second_finance, PASSWORD), 303);
    answer = web_get(&second, "/batches/1");
    expect_in(&answer, "Godkend bunken");
    web_free(&answer);
    expect_status(web_post(&second, "/batches/1/approve", ""), 303, "by another person");
    answer = web_get(&second, "/batches/1");
    expect_in(&answer, "Bunke 1 er godkendt.");
    web_free(&answer);
    expect_status(web_post(&second, "/batches/1/file", ""), 404, "a file that was not sent");
    expect_status(web_post(&second, "/batches/2/cancel", "reason="), 303, "no reason");
    expect_status(web_post(&second, "/batches/2/cancel", "reason=" ANNA), 303, "a CPR number as a reason");
    expect_number("SELECT count(*) FROM ydelse.batch WHERE state = 'cancelled'", 0);
    expect_status(web_post(&second, "/batches/2/cancel", "reason=forkert+dag"), 303, "a reason");
    expect_text("SELECT cancel_reason FROM ydelse.batch WHERE batch_id = 2", "forkert dag");

    char path[300];
    snprintf(path, sizeof path, "%s/betaling.xml", console_folder);
    Process process = emit_as(second_finance, TODAY, "1", path);
    expect_exit(&process, 0, "emit");
    process_free(&process);
    char *file = read_whole_file(path, &size);
    answer = web_post(&first, "/batches/1/file", "");
    cr_expect_eq(answer.status, 200);
    expect_in(&answer, "Content-Disposition: attachment; filename=\"betaling-1.xml\"\r\n");
    cr_expect(answer.body_size == size && memcmp(answer.body, file, size) == 0, "the file as it was sent");
    web_free(&answer);
    free(file);
    expect_number("SELECT count(*) FROM ydelse.access_log WHERE command = 'emit' AND detail = '1'", 2);
    expect_number("SELECT count(*) FROM ydelse.batch_event WHERE event = 'emitted_again'", 1);
    expect_status(web_get(&first, "/batches/99"), 404, "no batch");
}

/* What is over a limit is approved in the browser as at the shell: by another person, with a reason that is kept. */
Test(serve, a_batch_over_a_limit_takes_a_reason) {
    Browser browser = {.server = &console_server};
    test_sql(owner, "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 6000001, 2024-03 " BO
                    " 1000000, 2024-03 " CARLA " 234567')");
    pay_as(finance, "--allow-replacement-cpr", 1);
    cr_assert_eq(web_login(&browser, second_finance, PASSWORD), 303);
    WebAnswer answer = web_get(&browser, "/batches");
    expect_in(&answer, "<a href=\"/batches/1\">");
    expect_in(&answer, "70.000,01");
    web_free(&answer);
    answer = web_get(&browser, "/batches/1");
    expect_in(&answer, "største betaling: 60.000,01 kr. (");
    expect_in(&answer, "name=\"despite_limits\"");
    web_free(&answer);
    static const char *const reasons[] = {"", "despite_limits=", "despite_limits=+", "despite_limits=" ANNA};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        expect_status(web_post(&browser, "/batches/1/approve", reasons[i]), 303, reasons[i]);
        expect_text("SELECT state FROM ydelse.batch WHERE batch_id = 1", "draft");
    }
    answer = web_get(&browser, "/batches/1");
    expect_in(&answer, "class=\"message bad\" role=\"alert\"><p>");
    web_free(&answer);
    expect_status(web_post(&browser, "/batches/1/approve", "despite_limits=efterbetaling"), 303, "a reason");
    expect_text("SELECT state FROM ydelse.batch WHERE batch_id = 1", "approved");
    expect_text("SELECT detail FROM ydelse.batch_event WHERE batch_id = 1 AND event = 'approved'",
                "efterbetaling");
}
