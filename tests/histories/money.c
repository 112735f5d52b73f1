#include "tests/histories/money.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/bankday.h"
#include "tests/histories/purse.h"
#include "tests/property/person.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define ARGUMENTS_MAX 12
#define NO_POINT STOP_POINT_COUNT
#define KILLED (-SIGKILL)
#define LATEST_ROUNDS 4

static void begin(Play *play) {
    if (play->purse != NULL)
        return;
    play->purse = calloc(1, sizeof *play->purse);
    cr_assert_not_null(play->purse);
    play->purse->model = play->model;
    play->purse->state = play->story->seed ^ UINT64_C(0x9E3779B97F4A7C15);
    play->purse->folder = temporary_folder();
    test_role_create(play->pg, "inge", "ydelse_finance", play->purse->users[0]);
    test_role_create(play->pg, "jens", "ydelse_finance", play->purse->users[1]);
}

void money_free(Play *play) {
    if (play->purse == NULL)
        return;
    play_wait_for_others(play);
    temporary_folder_remove(play->purse->folder);
    free(play->purse);
    play->purse = NULL;
}

/* --- Commands ---------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *words[ARGUMENTS_MAX]; /* ended by NULL */
    int user;
    Date today;
    StopPoint points[3]; /* where it may be killed; NO_POINT: nowhere */
} Order;

static int run_order(const Play *play, const Order *order, StopPoint point, char **said) {
    char user[80], today[64], stop[64], day[DATE_TEXT_SIZE];
    const char *const environment[] = {user, today, stop, "YDELSE_DRIFT_VENT_SEKUNDER=60", NULL};
    date_format(order->today, day);
    snprintf(user, sizeof user, "PGUSER=%s", play->purse->users[order->user]);
    snprintf(today, sizeof today, "YDELSE_DRIFT_IDAG=%s", day);
    snprintf(stop, sizeof stop, "YDELSE_STOP_AT=%s", point == NO_POINT ? "" : stop_point_name[point]);
    Process process = ydelse_run(order->words, environment);
    const int exit_code = process.signal == 0 ? process.exit_code : -process.signal;
    *said = strdup(process.err);
    process_free(&process);
    return exit_code;
}

/* Gives the order, now and then killed before, and expects an exit code; 0 is 1, too. */
static bool give(Play *play, Order *order, int expected) {
    Purse *purse = play->purse;
    char *said = NULL;
    if (order->today.day < purse->today.day)
        tally_add(play->tally, TALLY_CLOCK_BACK);
    purse->today = order->today;
    if (order->points[0] != NO_POINT && expected == 0 && chance(&purse->state, 20)) {
        const StopPoint point = order->points[random_below(&purse->state, 3)];
        const int exit_code = run_order(play, order, point, &said);
        if (exit_code != KILLED)
            play_fail(play, "%s told to die at %s: exit %d\n%s", order->words[0], stop_point_name[point],
                      exit_code, said);
        free(said);
        tally_add(play->tally, TALLY_KILL_MONEY);
    }
    const int exit_code = run_order(play, order, NO_POINT, &said);
    if (exit_code != expected && !(expected == 0 && exit_code == 1))
        play_fail(play, "%s %s: exit %d, expected %d\n%s", order->words[0], order->words[1], exit_code,
                  expected, said);
    free(said);
    return !play_failed(play);
}

static bool order_and_expect(Play *play, int expected, int user, Date today, StopPoint before,
                             StopPoint after, const char *const *words) {
    Order order = {.user = user, .today = today, .points = {before, after, after}};
    for (int i = 0; words[i] != NULL; i++)
        order.words[i] = words[i];
    return give(play, &order, expected);
}
#define ORDER(play, expected, user, today, before, after, ...)                                               \
    order_and_expect(play, expected, user, today, before, after, (const char *const[]){__VA_ARGS__, NULL})

static const char *number_text(int32_t number, char text[16]) {
    snprintf(text, 16, "%d", number);
    return text;
}

static bool is(Purse *purse, int32_t percent) {
    return chance(&purse->state, percent);
}

/* --- Comparing --------------------------------------------------------------------------------------------------- */

static void compare_payments(Play *play) {
    char *found =
        test_sql_text(play->pg, "SELECT coalesce(string_agg(line, '' ORDER BY line), '') FROM (SELECT "
                                "format(E'%s: %s %s\\n', end_to_end_id, amount_oere, state) FROM "
                                "ydelse.payment) p (line)");
    char *expected = purse_text(play->purse);
    play_expect_same(play, "payments", found, expected);
    free(found);
    free(expected);
    purse_tell(play->purse, play->model);
}

/* --- Collecting -------------------------------------------------------------------------------------------------- */

static void count_equals(Play *play, const Paid *new) {
    bool more = false, equal = false, others = false, again = false;
    for (const Paid *paid = play->purse->paid; paid < new; paid++) {
        const bool same_month = paid->month == new->month && paid->person == new->person;
        more = more || (same_month && paid->state == PAID_ACCEPTED);
        again = again || (same_month && paid->state == PAID_RELEASED);
        equal =
            equal || (paid->person == new->person && paid->month != new->month && paid->oere == new->oere);
        others = others || (paid->person != new->person && paid->oere == new->oere);
    }
    play->tally->count[TALLY_PAY_MORE] += more;
    play->tally->count[TALLY_PAID_AGAIN] += again;
    play->tally->count[TALLY_PAY_EQUAL] += equal;
    play->tally->count[TALLY_PAY_EQUAL_OTHERS] += others;
}

/* What the database knows of a person and month, for whoever looks for the cause. */
static void tell_about(Play *play, int32_t person, int32_t month) {
    char cpr[16], text[DATE_TEXT_SIZE], sql[1024];
    story_cpr(play->story, person, cpr);
    month_format(story_month(play->story, month), text);
    snprintf(sql, sizeof sql,
             "SELECT concat_ws(E'\\n', (SELECT string_agg(concat_ws(' ', 'payment', end_to_end_id, "
             "amount_oere, state), "
             "E'\\n' ORDER BY payment_id) FROM ydelse.payment WHERE cpr = p.cpr AND month = p.month), "
             "(SELECT string_agg(concat_ws(' ', 'line', line_id, amount_oere, state, claim_id), E'\\n' ORDER "
             "BY line_id) "
             "FROM ydelse.payment_line_state WHERE cpr = p.cpr AND month = p.month), "
             "(SELECT string_agg(concat_ws(' ', 'claim', claim_id, state, amount_oere), E'\\n' ORDER BY "
             "claim_id) FROM "
             "ydelse.claim WHERE cpr = p.cpr AND month = p.month), (SELECT string_agg('rejected ' || "
             "end_to_end_id, "
             "E'\\n') FROM ydelse.payment_rejected_open WHERE cpr = p.cpr AND month = p.month)) "
             "FROM (VALUES ('%s', '%s-01'::date)) p (cpr, month)",
             cpr, text);
    char *known = test_sql_text(play->pg, sql);
    fprintf(stderr, "person %d, month %d:\n%s\n", person, month, known);
    free(known);
}

/* Takes the payments that are new in the database, and whether each is one of those that had to be made. */
static void take_payments(Play *play, int64_t expected[PEOPLE_MAX][MONTHS], Date due, int maker) {
    Purse *purse = play->purse;
    Error error;
    PgRows *rows = NULL;
    char sql[512];
    snprintf(
        sql, sizeof sql,
        "SELECT cpr, (extract(year FROM month) * 12 + extract(month FROM month) - 1)::int, amount_oere, "
        "batch_id, end_to_end_id, b.kommunekode FROM ydelse.payment JOIN ydelse.batch b USING (batch_id) "
        "WHERE batch_id > %d ORDER BY payment_id",
        purse->batch_count);
    cr_assert_eq(pg_query(play->pg, sql, 0, NULL, &rows, &error), STATUS_OK, "%s", error.message);
    for (int i = 0; i < pg_row_count(rows) && !play_failed(play); i++) {
        cr_assert_lt(purse->count, PAID_MAX);
        Paid *paid = &purse->paid[purse->count];
        *paid = (Paid){.person = story_person(play->story, pg_text(rows, i, 0)),
                       .month = (int32_t)(pg_integer(rows, i, 1) - play->story->first_month.index),
                       .oere = pg_integer(rows, i, 2),
                       .batch = (int32_t)pg_integer(rows, i, 3)};
        snprintf(paid->id, sizeof paid->id, "%s", pg_text(rows, i, 4));
        cr_assert(paid->person != NOBODY && paid->month >= 0 && paid->month < MONTHS);
        if (expected[paid->person][paid->month] != paid->oere)
            play_fail(play, "person %d is paid %lld for month %d, and %lld is to be paid", paid->person,
                      (long long)paid->oere, paid->month, (long long)expected[paid->person][paid->month]);
        if (strcmp(pg_text(rows, i, 5), play->model->owed[paid->person][paid->month].kommunekode) != 0)
            play_fail(play, "person %d is paid by %s", paid->person, pg_text(rows, i, 5));
        expected[paid->person][paid->month] = 0;
        count_equals(play, paid);
        cr_assert_leq(paid->batch, BATCHES_MAX);
        purse->batches[paid->batch] = (Batch){BATCH_DRAFT, due, maker};
        purse->count++;
    }
    pg_rows_free(rows);
    if (purse->count > 0 && purse->paid[purse->count - 1].batch > purse->batch_count)
        purse->batch_count = purse->paid[purse->count - 1].batch;
}

/* What must be paid for the months up to the newest that is due. */
static bool expect_payments(Play *play, int32_t newest, Date due, Date today,
                            int64_t expected[PEOPLE_MAX][MONTHS]) {
    bool any = false;
    memset(expected, 0, sizeof(int64_t[PEOPLE_MAX][MONTHS]));
    for (int32_t person = 0; person < 2 * play->story->life_count; person++)
        for (int32_t month = 0; month <= newest && month < MONTHS; month++) {
            const int64_t net = purse_net(play->purse, person, month);
            if (net <= 0)
                continue;
            const TallyId reason = purse_left_out(play->purse, person, month, due, today);
            tally_add(play->tally, reason);
            if (reason == TALLY_PAY)
                expected[person][month] = net;
            any = any || reason == TALLY_PAY;
        }
    return any;
}

/* Another process gives the same order at the same time. */
static pid_t twin(const Play *play, const char *due, int user, Date today) {
    fflush(NULL);
    const pid_t child = fork();
    if (child != 0)
        return child;
    const Order order = {
        .words = {"pay", "--due", due, "--allow-replacement-cpr"}, .user = user, .today = today};
    char *said = NULL;
    const int exit_code = run_order(play, &order, NO_POINT, &said);
    _exit(exit_code < 0 ? 128 : exit_code);
}

static void expect_twin(Play *play, pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        play_fail(play, "the second of two at once: status %d", status);
}

static void collect_until(Play *play, int32_t newest, Date due, Date today) {
    static int64_t expected[PEOPLE_MAX][MONTHS];
    Purse *purse = play->purse;
    char day[DATE_TEXT_SIZE];
    const int maker = random_below(&purse->state, 2);
    const bool twice = is(purse, 10);
    date_format(due, day);
    if (!expect_payments(play, newest, due, today, expected))
        tally_add(play->tally, TALLY_PAY_NOTHING);
    const pid_t other = twice ? twin(play, day, maker, today) : 0;
    ORDER(play, 0, maker, today, STOP_PAY_BEGUN, STOP_PAY_MADE, "pay", "--due", day,
          "--allow-replacement-cpr");
    if (twice) {
        expect_twin(play, other);
        tally_add(play->tally, TALLY_PAY_TWICE);
    }
    take_payments(play, expected, due, maker);
    for (int32_t person = 0; person < PEOPLE_MAX; person++)
        for (int32_t month = 0; month < MONTHS; month++)
            if (expected[person][month] != 0 && !play_failed(play)) {
                tell_about(play, person, month);
                play_fail(play, "person %d is not paid %lld for month %d", person,
                          (long long)expected[person][month], month);
            }
}

static void collect(Play *play) {
    const int32_t newest = play->model->newest_run;
    const int32_t month = is(play->purse, 70) ? newest : random_below(&play->purse->state, newest + 1);
    const Date due = bankday_last_of_month(story_month(play->story, month));
    if (!is(play->purse, 6)) {
        collect_until(play, month, due, (Date){due.day - 10});
        return;
    }
    /* Years later: nothing of all this is paid by itself any more. */
    const Date far = {bankday_last_of_month(story_month(play->story, MONTHS)).day + 3 * 366};
    tally_add(play->tally, TALLY_CLOCK_FAR);
    collect_until(play, MONTHS - 1, bankday_on_or_after((Date){far.day + 20}), far);
}

/* --- Batches ----------------------------------------------------------------------------------------------------- */

/* One in the state, or 0. */
static int32_t some_batch(Purse *purse, BatchState state) {
    const int32_t start = purse->batch_count == 0 ? 0 : random_below(&purse->state, purse->batch_count);
    for (int32_t i = 0; i < purse->batch_count; i++) {
        const int32_t number = 1 + (start + i) % purse->batch_count;
        if (purse->batches[number].state == state && purse->batches[number].due.day != 0)
            return number;
    }
    return 0;
}

static Date before_due(const Purse *purse, int32_t batch, int32_t days) {
    return (Date){purse->batches[batch].due.day - days};
}

static void approve(Play *play, int32_t number) {
    Purse *purse = play->purse;
    Batch *batch = &purse->batches[number];
    char text[16];
    number_text(number, text);
    if (is(purse, 20) && ORDER(play, 77, batch->maker, before_due(purse, number, 9), NO_POINT, NO_POINT,
                               "approve", text, "--despite-limits", "set"))
        tally_add(play->tally, TALLY_APPROVE_REFUSED);
    if (!ORDER(play, 0, 1 - batch->maker, before_due(purse, number, 9), STOP_APPROVE_BEGUN,
               STOP_APPROVE_APPROVED, "approve", text, "--despite-limits", "set"))
        return;
    batch->state = BATCH_APPROVED;
    tally_add(play->tally, TALLY_APPROVED);
}

static void expect_same_file(Play *play, const char *first, const char *second) {
    char *one = read_whole_file(first, NULL);
    char *other = read_whole_file(second, NULL);
    if (strcmp(one, other) != 0)
        play_fail(play, "a batch was emitted with other bytes than before");
    free(one);
    free(other);
}

/* Returns whether it went out. */
static bool emit(Play *play, int32_t number, Date today) {
    Purse *purse = play->purse;
    Batch *batch = &purse->batches[number];
    char text[16], first[512], second[512];
    const bool late = today.day > batch->due.day - 2;
    const bool blocked = purse_blocked(purse, number, today);
    const int expected = batch->state == BATCH_DRAFT ? 77 : late ? 64 : blocked ? 65 : 0;
    const int user = random_below(&purse->state, 2);
    snprintf(first, sizeof first, "%s/%d.xml", purse->folder, number);
    snprintf(second, sizeof second, "%s/%d-igen.xml", purse->folder, number);
    number_text(number, text);
    Order order = {.words = {"emit", text, "--output", first},
                   .user = user,
                   .today = today,
                   .points = {STOP_EMIT_FORMED, STOP_EMIT_STORED, STOP_EMIT_EMITTED}};
    if (!give(play, &order, expected))
        return false;
    tally_add(play->tally, expected == 77   ? TALLY_EMIT_DRAFT
                           : expected == 64 ? TALLY_EMIT_LATE
                           : expected == 65 ? TALLY_EMIT_BLOCKED
                                            : TALLY_EMITTED);
    if (expected != 0)
        return false;
    batch->state = BATCH_OUT;
    purse_move(purse, number, PAID_IN_BATCH, PAID_SENT);
    if (is(purse, 30) &&
        ORDER(play, 0, 1 - user, today, NO_POINT, NO_POINT, "emit", text, "--output", second)) {
        expect_same_file(play, first, second);
        tally_add(play->tally, TALLY_EMITTED_AGAIN);
    }
    return true;
}

static void cancel(Play *play, int32_t number) {
    Purse *purse = play->purse;
    char text[16];
    if (!ORDER(play, 0, random_below(&purse->state, 2), before_due(purse, number, 7), STOP_CANCEL_BEGUN,
               STOP_CANCEL_CANCELLED, "cancel", number_text(number, text), "--reason", "set"))
        return;
    purse->batches[number].state = BATCH_CANCELLED;
    purse_move(purse, number, PAID_IN_BATCH, PAID_CANCELLED);
    tally_add(play->tally, TALLY_CANCELLED);
}

static void cancel_sent(Play *play, int32_t number) {
    char text[16];
    if (ORDER(play, 77, 0, before_due(play->purse, number, 7), NO_POINT, NO_POINT, "cancel",
              number_text(number, text), "--reason", "set"))
        tally_add(play->tally, TALLY_CANCEL_REFUSED);
}

/* One payment is taken out of a batch that keeps others. */
static void take_out(Play *play, int32_t number) {
    Purse *purse = play->purse;
    Paid *chosen = NULL;
    int32_t count = 0;
    char text[16];
    for (int32_t i = 0; i < purse->count; i++)
        if (purse->paid[i].batch == number && purse->paid[i].state == PAID_IN_BATCH &&
            random_below(&purse->state, ++count) == 0)
            chosen = &purse->paid[i];
    if (count < 2 || !ORDER(play, 0, random_below(&purse->state, 2), before_due(purse, number, 8),
                            STOP_CANCEL_BEGUN, STOP_CANCEL_CANCELLED, "cancel", number_text(number, text),
                            "--payment", chosen->id, "--reason", "set"))
        return;
    chosen->state = PAID_CANCELLED;
    purse->batches[number].state = BATCH_DRAFT;
    tally_add(play->tally, TALLY_TAKEN_OUT);
}

/* --- Answers ----------------------------------------------------------------------------------------------------- */

/* What a bank may say of a payment, or NULL; *after: what becomes of it, *what: as it is counted. */
static const char *some_answer(Purse *purse, const Paid *paid, bool kind, PaidState *after, TallyId *what) {
    static const char *const no[] = {"7", "9", "DOEDSFALD"};
    *after = paid->state;
    if (paid->state == PAID_SENT && (kind || is(purse, 70))) {
        const bool accepted = kind || is(purse, 75);
        *after = accepted ? PAID_ACCEPTED : PAID_REJECTED;
        *what = accepted ? TALLY_ACCEPTED : TALLY_REJECTED;
        return !accepted ? no[random_below(&purse->state, 3)] : is(purse, 90) ? "8" : "MODREGNET";
    }
    if (paid->state == PAID_ACCEPTED && !kind && is(purse, 6)) {
        *after = PAID_REJECTED;
        *what = TALLY_RETURNED;
        return no[random_below(&purse->state, 3)];
    }
    if ((paid->state == PAID_REJECTED || paid->state == PAID_RELEASED) && !kind && is(purse, 5)) {
        *what = TALLY_CONTRADICTED;
        return "8";
    }
    return NULL;
}

/* kind: everything that was sent is accepted. */
static void settle(Play *play, bool kind) {
    Purse *purse = play->purse;
    char path[512], day[DATE_TEXT_SIZE];
    int32_t count = 0;
    const Date today = {purse->today.day + 2};
    snprintf(path, sizeof path, "%s/svar-%d.csv", purse->folder, ++purse->files);
    date_format((Date){month_first(play->story->first_month).day + purse->files},
                day); /* no two files alike */
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs("end_to_end_id;svar;tidspunkt\n", file);
    for (int32_t i = 0; i < purse->count; i++) {
        TallyId what = TALLY_ACCEPTED;
        PaidState after;
        const char *answer = some_answer(purse, &purse->paid[i], kind, &after, &what);
        if (answer == NULL)
            continue;
        fprintf(file, "%s;%s;%s\n", purse->paid[i].id, answer, day);
        purse->paid[i].state = after;
        purse->paid[i].contradicted = purse->paid[i].contradicted || what == TALLY_CONTRADICTED;
        tally_add(play->tally, what);
        count++;
    }
    fclose(file);
    if (count == 0)
        return;
    Order order = {.words = {"settle", path},
                   .user = random_below(&purse->state, 2),
                   .today = today,
                   .points = {STOP_SETTLE_READ, STOP_SETTLE_MOVED, STOP_SETTLE_SETTLED}};
    if (give(play, &order, 0) && is(purse, 25) &&
        ORDER(play, 0, 1 - order.user, today, NO_POINT, NO_POINT, "settle", path))
        tally_add(play->tally, TALLY_ANSWERED_AGAIN);
}

static bool is_releasable(const Paid *paid) {
    return paid->state == PAID_REJECTED && !paid->contradicted;
}

/* All that was rejected, or one of them. */
static void release(Play *play, bool all) {
    Purse *purse = play->purse;
    Paid *chosen = NULL;
    int32_t count = 0;
    for (int32_t i = 0; i < purse->count; i++)
        if (is_releasable(&purse->paid[i]) && random_below(&purse->state, ++count) == 0)
            chosen = &purse->paid[i];
    if (chosen == NULL ||
        !ORDER(play, 0, random_below(&purse->state, 2), purse->today, STOP_AGAIN_BEGUN, STOP_AGAIN_RELEASED,
               "pay", "--again", all ? "all" : chosen->id, "--reason", "set"))
        return;
    for (int32_t i = 0; i < purse->count; i++)
        if (is_releasable(&purse->paid[i]) && (all || &purse->paid[i] == chosen)) {
            purse->paid[i].state = PAID_RELEASED;
            tally_add(play->tally, TALLY_RELEASED);
        }
}

/* What the bank contradicted: it cannot be released, until two people have said what is right. What was released, or
 * taken by a claim, is not paid as it was. */
static void resolve(Play *play, Paid *paid) {
    Purse *purse = play->purse;
    const bool stands = paid->state == PAID_REJECTED && is(purse, 50);
    const char *outcome = stands ? "betalt" : "ikke_betalt";
    const int user = random_below(&purse->state, 2);
    if (paid->state == PAID_REJECTED && is(purse, 30) &&
        ORDER(play, 77, user, purse->today, NO_POINT, NO_POINT, "pay", "--again", paid->id, "--reason",
              "set"))
        tally_add(play->tally, TALLY_RELEASE_REFUSED);
    for (int i = 0; i < 3 && !play_failed(play); i++) /* the first says it twice: that is not enough */
        ORDER(play, 0, i < 2 ? user : 1 - user, purse->today, NO_POINT, NO_POINT, "resolve", paid->id,
              "--outcome", outcome, "--reason", "set");
    paid->contradicted = false;
    if (stands)
        paid->state = PAID_ACCEPTED;
    tally_add(play->tally, stands ? TALLY_RESOLVED_PAID : TALLY_RESOLVED_NOT);
}

static void resolve_some(Play *play, bool all) {
    for (int32_t i = 0; i < play->purse->count && !play_failed(play); i++)
        if (play->purse->paid[i].contradicted) {
            resolve(play, &play->purse->paid[i]);
            if (!all)
                return;
        }
}

/* --- Claims ------------------------------------------------------------------------------------------------------ */

/* A claim was paid back: the books of its month are even, whatever was rejected before. */
static void close_claim(Play *play) {
    Purse *purse = play->purse;
    Error error;
    PgRows *rows = NULL;
    char decision[32];
    cr_assert_eq(
        pg_query(play->pg,
                 "SELECT claim_id, cpr, (extract(year FROM month) * 12 + extract(month FROM month) - 1)::int "
                 "FROM ydelse.claim WHERE state = 'AFVENTER_AFGOERELSE' ORDER BY claim_id",
                 0, NULL, &rows, &error),
        STATUS_OK);
    if (pg_row_count(rows) > 0) {
        const int row = random_below(&purse->state, pg_row_count(rows));
        const char *claim = pg_text(rows, row, 0);
        const int32_t person = story_person(play->story, pg_text(rows, row, 1));
        const int64_t month = pg_integer(rows, row, 2) - play->story->first_month.index;
        snprintf(decision, sizeof decision, "AFG-%s", claim);
        if (ORDER(play, 0, 0, purse->today, STOP_CLAIM_BEGUN, STOP_CLAIM_DECIDED, "claims", "decide", claim,
                  "--decision", decision, "--outcome", "tilbagebetaling") &&
            ORDER(play, 0, 1, purse->today, NO_POINT, NO_POINT, "claims", "close", claim, "--reason",
                  "betalt")) {
            purse->repaid[person][month] -= purse_net(purse, person, (int32_t)month);
            for (int32_t i = 0; i < purse->count; i++)
                if (purse->paid[i].person == person && purse->paid[i].month == month &&
                    purse->paid[i].state == PAID_REJECTED)
                    purse->paid[i].state = PAID_RELEASED;
            tally_add(play->tally, TALLY_CLAIM_REPAID);
        }
    }
    pg_rows_free(rows);
}

/* --- A day ------------------------------------------------------------------------------------------------------- */

static void do_something(Play *play) {
    Purse *purse = play->purse;
    const int32_t draft = some_batch(purse, BATCH_DRAFT);
    const int32_t approved = some_batch(purse, BATCH_APPROVED);
    const int32_t out = some_batch(purse, BATCH_OUT);
    const int32_t dice = random_below(&purse->state, 100);
    if (dice < 25)
        collect(play);
    else if (dice < 45 && draft > 0)
        approve(play, draft);
    else if (dice < 47 && draft > 0)
        emit(play, draft, before_due(purse, draft, 8));
    else if (dice < 62 && approved > 0)
        emit(play, approved, before_due(purse, approved, is(purse, 85) ? 8 : 1));
    else if (dice < 66 && draft > 0)
        cancel(play, draft);
    else if (dice < 69 && approved > 0)
        cancel(play, approved);
    else if (dice < 73 && approved > 0)
        take_out(play, approved);
    else if (dice < 75 && out > 0)
        cancel_sent(play, out);
    else if (dice < 88)
        settle(play, false);
    else if (dice < 93)
        release(play, is(purse, 40));
    else if (dice < 96)
        resolve_some(play, false);
    else
        close_claim(play);
}

void money_after_night(Play *play) {
    begin(play);
    if (play->model->newest_run < 0)
        return;
    const int32_t count = 4 + random_below(&play->purse->state, 9);
    for (int32_t i = 0; i < count && !play_failed(play); i++) {
        do_something(play);
        if (!play_failed(play))
            compare_payments(play);
    }
}

/* Whatever is in a batch goes out, or back. */
static void empty_batches(Play *play) {
    for (int32_t number = 1; number <= play->purse->batch_count && !play_failed(play); number++) {
        const Batch *batch = &play->purse->batches[number];
        if (batch->due.day == 0)
            continue;
        if (batch->state == BATCH_DRAFT)
            approve(play, number);
        if (!play_failed(play) && batch->state == BATCH_APPROVED &&
            !emit(play, number, before_due(play->purse, number, 8)) && !play_failed(play))
            cancel(play, number);
    }
    if (!play_failed(play))
        settle(play, true);
    if (!play_failed(play))
        resolve_some(play, true);
    if (!play_failed(play))
        release(play, true);
}

void money_at_last(Play *play) {
    begin(play);
    if (play->model->newest_run < 0)
        return;
    const Date due = bankday_last_of_month(story_month(play->story, play->model->newest_run));
    for (int i = 0; i < 2 && !play_failed(play); i++) {
        empty_batches(play);
        if (!play_failed(play))
            collect_until(play, play->model->newest_run, due, (Date){due.day - 10});
    }
    if (!play_failed(play))
        empty_batches(play);
    if (!play_failed(play))
        compare_payments(play);
}
