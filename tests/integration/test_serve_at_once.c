/* The console asked by several people at the same time, who share nothing but the server, or a session: everybody is
 * answered, with what is their own. Run under ThreadSanitizer, too (make sanitize-threads). */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/console.h"

TestSuite(serve_at_once, .init = console_begin, .fini = console_end);

/* The last one uses the session of the one before it. */
enum { BOUND, FREE, FREE_TOO, AUDITOR, SHARED, BROWSERS };
#define ROUNDS 4
#define ASKED_MAX 64

static Browser browsers[BROWSERS];

/* What is under way, in the order in which it was sent. */
typedef struct {
    int connection;
    int browser;
    const char *path;
} Asked;
static Asked asked[ASKED_MAX];
static int asked_count;

static const char *user_of(int browser) {
    return browser == BOUND ? finance : browser == FREE || browser == FREE_TOO ? second_finance : auditor;
}

static void ask(int browser, const char *path) {
    cr_assert_lt(asked_count, ASKED_MAX);
    asked[asked_count++] = (Asked){web_send_get(&browsers[browser], path), browser, path};
}

static void ask_form(int browser, const char *path, const char *form) {
    cr_assert_lt(asked_count, ASKED_MAX);
    asked[asked_count++] = (Asked){web_send_post(&browsers[browser], path, form), browser, path};
}

/* Every answer is whole, of the expected status, for the one who asked and about what the one who asked may see. */
static void expect_answers(int status, int other_status) {
    for (int i = 0; i < asked_count; i++) {
        WebAnswer answer = web_receive(&browsers[asked[i].browser], asked[i].connection);
        cr_expect(answer.status == status || answer.status == other_status, "%s %s: %d\n%.2000s",
                  user_of(asked[i].browser), asked[i].path, answer.status, answer.text);
        if (answer.status == 200 && strstr(answer.text, "text/html") != NULL) {
            char who[100];
            snprintf(who, sizeof who, "<strong>%s</strong>", user_of(asked[i].browser));
            cr_expect(strstr(answer.body, "</html>") != NULL, "%s is cut off", asked[i].path);
            cr_expect(strstr(answer.body, who) != NULL, "%s is of somebody else than %s", asked[i].path, who);
            cr_expect(asked[i].browser != BOUND || strstr(answer.body, "0101 København") == NULL,
                      "%s shows another municipality", asked[i].path);
        }
        web_free(&answer);
    }
    asked_count = 0;
}

/* The first page of each for its token, then all the passwords at once. */
static void log_in_at_once(int count) {
    char forms[BROWSERS][256];
    for (int i = 0; i < count; i++) {
        WebAnswer page = web_get(&browsers[i], "/login");
        const char *token = strstr(page.body, "name=\"token\" value=\"");
        cr_assert_not_null(token);
        snprintf(forms[i], sizeof forms[i], "token=%.64s&lang=da&user=%s&password=" PASSWORD, token + 20,
                 user_of(i));
        web_free(&page);
    }
    for (int i = 0; i < count; i++)
        ask_form(i, "/login", forms[i]);
    expect_answers(303, 303);
}

static void begin(void) {
    char sql[200], path[300];
    snprintf(sql, sizeof sql, "INSERT INTO ydelse.finance_municipality VALUES ('%s', '0461')", finance);
    test_sql(owner, sql);
    pay_as(finance, "--allow-replacement-cpr", 0);
    approve_as(second_finance, "1", 0);
    snprintf(path, sizeof path, "%s/betaling.xml", console_folder);
    Process process = emit_as(second_finance, TODAY, "1", path);
    expect_exit(&process, 0, "emit");
    process_free(&process);
    for (int i = 0; i < BROWSERS; i++)
        browsers[i] = (Browser){.server = &console_server};
    log_in_at_once(SHARED);
    memcpy(browsers[SHARED].cookies, browsers[AUDITOR].cookies, sizeof browsers[SHARED].cookies);
}

Test(serve_at_once, everybody_gets_the_own_answer) {
    static const char *const pages[] = {"/runs",    "/runs/1", "/rejects", "/held",
                                        "/batches", "/rates",  "/person",  "/differences?before=1&after=1"};
    begin();
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t page = 0; page < sizeof pages / sizeof pages[0]; page++)
            for (int i = 0; i < BROWSERS; i++)
                ask(i, pages[page]);
        expect_answers(200, 200);
        for (int i = 0; i < BROWSERS; i++) {
            ask_form(i, "/person", "cpr=" CARLA);
            ask_form(i, "/language", round % 2 == 0 ? "language=en" : "language=da");
        }
        expect_answers(303, 303);
        for (int i = 0; i < ROUNDS; i++) {
            ask_form(FREE, "/batches/1/file", "");
            ask_form(FREE_TOO, "/batches/1/file", "");
        }
        expect_answers(200, 200);
    }
    expect_number("SELECT count(*) FROM ydelse.batch_event WHERE event = 'emitted_again'",
                  2 * ROUNDS * ROUNDS);
}

/* Whoever asks while the session ends gets the page or is sent to the door; afterwards it is over for everybody. */
Test(serve_at_once, logging_out_beside_other_requests) {
    begin();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < BROWSERS; i++) {
            WebAnswer answer = web_get(&browsers[i], "/runs");
            web_free(&answer);
        }
        for (int i = 0; i < BROWSERS; i++) {
            ask(i, "/runs/1");
            ask_form(i, "/logout", "");
            ask(i, "/batches");
        }
        Browser before[BROWSERS];
        memcpy(before, browsers, sizeof before);
        expect_answers(200, 303);
        for (int i = 0; i < BROWSERS; i++) {
            memcpy(browsers[i].cookies, before[i].cookies, sizeof before[i].cookies);
            ask(i, "/runs");
        }
        expect_answers(303, 303);
        log_in_at_once(SHARED);
        memcpy(browsers[SHARED].cookies, browsers[AUDITOR].cookies, sizeof browsers[SHARED].cookies);
    }
}
