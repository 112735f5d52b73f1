/* Sessions of the console, and how often a login may fail. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "io/console/login_limit.h"
#include "io/console/session.h"

Test(login_limit, a_name_waits_until_its_window_is_over) {
    static LoginLimit limit;
    for (int i = 0; i < LOGIN_FAILURES_MAX; i++) {
        cr_expect_eq(login_limit_wait(&limit, "anna", 1000 + i), 0);
        login_limit_failed(&limit, "anna", 1000 + i);
    }
    cr_expect_eq(login_limit_wait(&limit, "anna", 1010), LOGIN_WINDOW_SECONDS - 10);
    cr_expect_eq(login_limit_wait(&limit, "bo", 1010), 0);
    cr_expect_eq(login_limit_wait(&limit, "anna", 1000 + LOGIN_WINDOW_SECONDS), 0);
    login_limit_failed(&limit, "anna", 1000 + LOGIN_WINDOW_SECONDS);
    cr_expect_eq(login_limit_wait(&limit, "anna", 1001 + LOGIN_WINDOW_SECONDS), 0, "a new window begins");
}

Test(login_limit, who_gets_in_begins_anew) {
    static LoginLimit limit;
    for (int i = 0; i < LOGIN_FAILURES_MAX - 1; i++)
        login_limit_failed(&limit, "anna", 1000);
    login_limit_succeeded(&limit, "anna");
    login_limit_failed(&limit, "anna", 1001);
    cr_expect_eq(login_limit_wait(&limit, "anna", 1002), 0);
}

Test(login_limit, many_names_are_one_guesser) {
    static LoginLimit limit;
    char name[8];
    for (int i = 0; i < LOGIN_FAILURES_ALL_MAX; i++) {
        snprintf(name, sizeof name, "n%d", i);
        login_limit_failed(&limit, name, 1000);
    }
    cr_expect_gt(login_limit_wait(&limit, "anna", 1001), 0);
    cr_expect_eq(login_limit_wait(&limit, "anna", 1000 + LOGIN_WINDOW_SECONDS), 0);
    /* So many that the oldest is forgotten. */
    for (int i = 0; i < 2 * LOGIN_NAMES_MAX; i++) {
        snprintf(name, sizeof name, "m%d", i);
        login_limit_failed(&limit, name, 5000 + i);
    }
}

static Sessions *begin(int64_t idle_seconds) {
    Sessions *sessions = NULL;
    Error error;
    cr_assert_eq(sessions_create(idle_seconds, &sessions, &error), STATUS_OK);
    return sessions;
}

static Status log_in(Sessions *sessions, const char *user, int64_t now, char token[SESSION_TOKEN_SIZE]) {
    Error error;
    return session_begin(sessions, user, true, NULL, now, token, &error);
}

/* Whether the token finds a session. */
static bool is_in(Sessions *sessions, const char *token, int64_t now) {
    Session *session = session_acquire(sessions, token, now);
    if (session != NULL)
        session_release(sessions, session);
    return session != NULL;
}

Test(session, it_ends_when_nobody_uses_it_and_when_the_day_is_over) {
    char token[SESSION_TOKEN_SIZE], other[SESSION_TOKEN_SIZE];
    Sessions *sessions = begin(600);
    cr_assert_eq(log_in(sessions, "anna", 0, token), STATUS_OK);
    cr_expect(!is_in(sessions, "", 0) && !is_in(sessions, "x", 0));
    memcpy(other, token, sizeof other);
    other[0] = other[0] == 'a' ? 'b' : 'a';
    cr_expect(!is_in(sessions, other, 0));
    cr_expect(is_in(sessions, token, 600));
    cr_expect(!is_in(sessions, token, 1201), "601 seconds after it was used");
    cr_assert_eq(log_in(sessions, "anna", 2000, token), STATUS_OK);
    for (int64_t now = 2000; now <= 2000 + SESSION_HOURS_MAX * 3600; now += 500)
        cr_expect(is_in(sessions, token, now));
    cr_expect(!is_in(sessions, token, 2001 + SESSION_HOURS_MAX * 3600), "however much it is used");
    sessions_sweep(sessions, 2001 + SESSION_HOURS_MAX * 3600);
    cr_expect_eq(sessions_count(sessions), 0);
    sessions_free(sessions);
}

Test(session, a_user_keeps_the_newest_and_all_have_a_limit) {
    char tokens[SESSIONS_PER_USER_MAX + 1][SESSION_TOKEN_SIZE], token[SESSION_TOKEN_SIZE], user[16];
    Sessions *sessions = begin(600);
    for (int i = 0; i <= SESSIONS_PER_USER_MAX; i++)
        cr_assert_eq(log_in(sessions, "anna", i, tokens[i]), STATUS_OK);
    cr_expect(!is_in(sessions, tokens[0], 10));
    cr_expect(is_in(sessions, tokens[1], 10) && is_in(sessions, tokens[SESSIONS_PER_USER_MAX], 10));
    for (int i = SESSIONS_PER_USER_MAX; i < SESSIONS_MAX; i++) {
        snprintf(user, sizeof user, "user%d", i);
        cr_assert_eq(log_in(sessions, user, 10, token), STATUS_OK);
    }
    cr_expect_eq(log_in(sessions, "one_more", 10, token), STATUS_TRY_AGAIN);
    cr_expect_eq(log_in(sessions, "one_more", 700, token), STATUS_OK, "the others are over");
    sessions_free(sessions);
}

Test(session, logging_out_ends_it_at_once) {
    char token[SESSION_TOKEN_SIZE];
    Sessions *sessions = begin(600);
    cr_assert_eq(log_in(sessions, "anna", 0, token), STATUS_OK);
    Session *session = session_acquire(sessions, token, 1);
    session_end(sessions, session);
    session_release(sessions, session);
    cr_expect(!is_in(sessions, token, 1));
    cr_expect_eq(sessions_count(sessions), 0);
    sessions_free(sessions);
}

Test(session, a_handle_names_a_person_in_its_session_alone) {
    char tokens[2][SESSION_TOKEN_SIZE], first[SESSION_HANDLE_SIZE], again[SESSION_HANDLE_SIZE];
    Sessions *sessions = begin(600);
    cr_assert_eq(log_in(sessions, "anna", 0, tokens[0]), STATUS_OK);
    cr_assert_eq(log_in(sessions, "bo", 0, tokens[1]), STATUS_OK);
    Session *anna = session_acquire(sessions, tokens[0], 1), *bo = session_acquire(sessions, tokens[1], 1);
    Cpr cpr;
    cr_assert(session_person_handle(anna, (Cpr){7001801001}, first));
    cr_assert(session_person_handle(anna, (Cpr){7001801001}, again));
    cr_expect_str_eq(first, again);
    cr_expect(session_person_find(anna, first, &cpr) && cpr.number == 7001801001);
    cr_expect(!session_person_find(bo, first, &cpr), "another session");
    static const char *const wrong[] = {"", "1", "-1", "abcdefgh-1", "abcdefgh-99999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_expect(!session_person_find(anna, wrong[i], &cpr), "%s", wrong[i]);
    /* The oldest are given away. */
    for (uint64_t i = 1; i <= SESSION_PEOPLE_MAX; i++)
        cr_assert(session_person_handle(anna, (Cpr){7001801001 + i}, again));
    cr_expect(!session_person_find(anna, first, &cpr));
    cr_expect(session_person_find(anna, again, &cpr) && cpr.number == 7001801001 + SESSION_PEOPLE_MAX);
    session_release(sessions, anna);
    session_release(sessions, bo);
    sessions_free(sessions);
}
