#include "tests/histories/play.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/bankday.h"
#include "tests/histories/money.h"
#include "tests/histories/play_internal.h"
#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define ARGUMENTS_MAX 24
#define ROLE_SIZE 64

typedef struct {
    const char *at[ARGUMENTS_MAX];
    int count;
    char month[DATE_TEXT_SIZE];
    char cutover[2][40];
} Arguments;

void play_fail(Play *play, const char *format, ...) {
    va_list values;
    if (play->failure[0] != '\0')
        return;
    const int size = snprintf(play->failure, FAILURE_SIZE, "night %d: ", play->night);
    va_start(values, format);
    vsnprintf(play->failure + size, FAILURE_SIZE - (size_t)size, format, values);
    va_end(values);
}

bool play_failed(const Play *play) {
    return play->failure[0] != '\0';
}

/* --- Running ------------------------------------------------------------------------------------------------------- */

static void add(Arguments *arguments, const char *text) {
    cr_assert_lt(arguments->count, ARGUMENTS_MAX - 1);
    arguments->at[arguments->count++] = text;
}

/* The cut-over is told now and then only: what is not told stays as the last sealed run had it. */
static void add_cutover(const Play *play, Arguments *arguments) {
    char month[DATE_TEXT_SIZE];
    if (play->model->newest_run >= 0 && play->night % 3 == 1)
        return;
    month_format(story_month(play->story, play->story->cutover), month);
    snprintf(arguments->cutover[0], sizeof arguments->cutover[0], "cutover.alle=%s", month);
    month_format(story_month(play->story, play->story->cutover_odense), month);
    snprintf(arguments->cutover[1], sizeof arguments->cutover[1], "cutover.0461=%s", month);
    for (int i = 0; i < 2; i++) {
        add(arguments, "--set");
        add(arguments, arguments->cutover[i]);
    }
}

static void run_arguments(const Play *play, int32_t month, const char *input, const char *option,
                          Arguments *arguments) {
    *arguments = (Arguments){.count = 0};
    month_format(story_month(play->story, month), arguments->month);
    add(arguments, "run");
    add(arguments, "--month");
    add(arguments, arguments->month);
    if (input != NULL) {
        add(arguments, "--input");
        add(arguments, input);
    }
    if (option != NULL)
        add(arguments, option);
    add(arguments, "--policy");
    add(arguments, play->story->tax ? "skat=ja" : "skat=nej");
    add(arguments, "--set");
    add(arguments, "drift.vent_sekunder=60"); /* the server notices a killed client when it next looks */
    add_cutover(play, arguments);
}

/* Runs the program, told to kill itself at a point (STOP_POINT_COUNT: not). Returns whether it was killed. */
static bool run_program(Play *play, const Arguments *arguments, StopPoint point) {
    char variable[64];
    const char *environment[] = {variable, NULL};
    snprintf(variable, sizeof variable, "YDELSE_STOP_AT=%s",
             point == STOP_POINT_COUNT ? "" : stop_point_name[point]);
    Process process = ydelse_run(arguments->at, environment);
    const bool killed = process.signal == SIGKILL && point != STOP_POINT_COUNT;
    if (!killed && process.exit_code != 0 && process.exit_code != 1)
        play_fail(play, "%s %s: exit %d, signal %d\n%s", arguments->at[0], arguments->at[2],
                  process.exit_code, process.signal, process.err);
    process_free(&process);
    return killed;
}

/* What the model learns of a program that came as far as the point, or to its end. */
static void reached(Play *play, bool loads, bool runs, bool killed, StopPoint point) {
    if (loads && (!killed || point >= STOP_LOAD_COMMITTED))
        model_load(play->model, play->night);
    if (runs && (!killed || point >= STOP_RUN_SEALED))
        model_run(play->model, play->story->nights[play->night].month);
    if (killed)
        tally_add(play->tally, point <= STOP_LOAD_COMMITTED ? TALLY_KILL_LOAD : TALLY_KILL_RUN);
}

/* Two of the same at once: one waits for the other, and finds nothing new. */
static void run_twice(Play *play, const Arguments *arguments, bool loads, bool runs) {
    int status = 0;
    fflush(NULL);
    const pid_t other = fork();
    if (other == 0) {
        const Process process = ydelse_run(arguments->at, NULL);
        _exit(process.signal != 0 ? 128 : process.exit_code);
    }
    run_program(play, arguments, STOP_POINT_COUNT);
    waitpid(other, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        play_fail(play, "the second %s at once: status %d", arguments->at[0], status);
    for (int i = 0; i < 2 && !play_failed(play); i++)
        reached(play, loads, runs, false, STOP_POINT_COUNT);
    tally_add(play->tally, loads ? TALLY_LOAD_TWICE : TALLY_RUN_TWICE);
}

/* The same command until it comes to its end. */
static void run_to_the_end(Play *play, const Arguments *arguments, bool loads, bool runs) {
    const StoryNight *night = &play->story->nights[play->night];
    int32_t kills = 0;
    if (play->story->money && night->kills == 0 && loads != runs) {
        run_twice(play, arguments, loads, runs);
        return;
    }
    for (int32_t i = 0; i < night->kills && !play_failed(play); i++)
        if (run_program(play, arguments, night->kill_at[i])) {
            reached(play, loads, runs, true, night->kill_at[i]);
            kills++;
        } else if (!play_failed(play)) {
            reached(play, loads, runs, false, STOP_POINT_COUNT);
        }
    if (kills > 1)
        tally_add(play->tally, TALLY_KILL_TWICE);
    if (play_failed(play))
        return;
    run_program(play, arguments, STOP_POINT_COUNT);
    if (!play_failed(play))
        reached(play, loads, runs, false, STOP_POINT_COUNT);
}

/* --- Comparing ----------------------------------------------------------------------------------------------------- */

void play_expect_same(Play *play, const char *what, const char *found, const char *expected) {
    const char *line = found, *other = expected;
    if (strcmp(found, expected) == 0)
        return;
    while (*line != '\0' && *other != '\0' && strcspn(line, "\n") == strcspn(other, "\n") &&
           strncmp(line, other, strcspn(line, "\n")) == 0) {
        line += strcspn(line, "\n") + 1;
        other += strcspn(other, "\n") + 1;
    }
    play_fail(play, "%s:\n  found    %.*s\n  expected %.*s", what, (int)strcspn(line, "\n"), line,
              (int)strcspn(other, "\n"), other);
}

static void expect_number(Play *play, const char *what, const char *sql, int64_t expected) {
    const int64_t found = test_sql_int64(play->pg, sql);
    if (found != expected)
        play_fail(play, "%s: found %lld, expected %lld", what, (long long)found, (long long)expected);
}

/* The amounts are the sums of the delta lines, not what stands in the newest revision. */
static const char owed_sql[] =
    "SELECT coalesce(string_agg(line, '' ORDER BY line), '') FROM (SELECT format(E'%s %s: til_udbetaling %s, "
    "atp %s "
    "%s, skat %s, pension %s, revision %s, kommune %s\\n', cpr, to_char(month, 'YYYY-MM'), "
    "coalesce(sum(amount_oere) FILTER (WHERE component = 'til_udbetaling'), 0), "
    "coalesce(sum(amount_oere) FILTER (WHERE component = 'atp_egen'), 0), "
    "coalesce(sum(amount_oere) FILTER (WHERE component = 'atp_kommune'), 0), "
    "coalesce(sum(amount_oere) FILTER (WHERE component = 'skat'), 0), "
    "coalesce(sum(amount_oere) FILTER (WHERE component = 'pension'), 0), l.revision, l.kommunekode) AS line "
    "FROM ydelse.entitlement_latest l LEFT JOIN ydelse.delta_line d USING (cpr, month) "
    "WHERE d.kommunekode IS NULL OR d.kommunekode = l.kommunekode GROUP BY cpr, month, l.revision, "
    "l.kommunekode) o";

static const char open_delta_sql[] =
    "SELECT count(*) FROM (SELECT l.til_udbetaling, l.atp_egen, l.atp_kommune, l.skat, l.pension, "
    "coalesce(sum(amount_oere), 0) AS sum FROM ydelse.entitlement_latest l LEFT JOIN ydelse.delta_line d "
    "USING (cpr, month) GROUP BY cpr, month, 1, 2, 3, 4, 5) s "
    "WHERE sum <> til_udbetaling + atp_egen + atp_kommune + skat + pension";

/* What was paid and is open adds up to what is owed; nobody was ever sent more than was owed when it was sent. */
static const char unpaid_sql[] =
    "SELECT count(*) FROM ydelse.entitlement_latest l "
    "LEFT JOIN (SELECT cpr, month, sum(amount_oere) AS paid FROM ydelse.payment WHERE state NOT IN "
    "('cancelled', 'rejected') GROUP BY 1, "
    "2) p USING (cpr, month) LEFT JOIN (SELECT cpr, month, sum(net_oere) AS open FROM ydelse.owed_open GROUP "
    "BY 1, 2) "
    "o USING (cpr, month) LEFT JOIN (SELECT cpr, month, sum(d.amount_oere) AS repaid FROM ydelse.claim_part "
    "JOIN "
    "ydelse.delta_line d USING (line_id) GROUP BY 1, 2) r USING (cpr, month) "
    "WHERE coalesce(paid, 0) + coalesce(open, 0) + coalesce(repaid, 0) <> til_udbetaling";

static const char orphans_sql[] = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = "
                                  "c.relnamespace WHERE n.nspname = 'ydelse' "
                                  "AND c.relkind = 'r' AND c.relname ~ '^result_.*attempt' AND NOT EXISTS "
                                  "(SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)";

static const char claims_sql[] = "SELECT coalesce(string_agg(line, '' ORDER BY line), '') FROM (SELECT "
                                 "format(E'%s %s: %s\\n', cpr, to_char(month, "
                                 "'YYYY-MM'), amount_oere) AS line FROM ydelse.claim_open) c";

static int by_text(const void *a, const void *b) {
    return strcmp(a, b);
}

/* A claim is what was paid beyond what is owed, and nothing else is one. */
static void compare_claims(Play *play) {
    static char lines[PEOPLE_MAX * MONTHS][80];
    char text[sizeof lines + 1] = "";
    int32_t count = 0;
    for (int32_t person = 0; person < 2 * play->story->life_count; person++)
        for (int32_t m = 0; m < MONTHS; m++) {
            const Owed *owed = &play->model->owed[person][m];
            char cpr[16], month[DATE_TEXT_SIZE];
            if (owed->paid <= owed->amount[0] || owed->unsent)
                continue;
            story_cpr(play->story, person, cpr);
            month_format(story_month(play->story, m), month);
            snprintf(lines[count++], sizeof lines[0], "%s %s: %lld\n", cpr, month,
                     (long long)(owed->paid - owed->amount[0]));
            tally_add(play->tally, TALLY_CLAIM);
        }
    qsort(lines, (size_t)count, sizeof lines[0], by_text);
    for (int32_t i = 0, size = 0; i < count; i++)
        size += sprintf(text + size, "%s", lines[i]);
    char *found = test_sql_text(play->pg, claims_sql);
    play_expect_same(play, "claims", found, text);
    free(found);
}

static void compare_results(Play *play) {
    for (int32_t m = 0; m < MONTHS && !play_failed(play); m++) {
        char month[DATE_TEXT_SIZE];
        if (play->model->results[m] == NULL)
            continue;
        month_format(story_month(play->story, m), month);
        char *found = night_results(play->pg, month);
        play_expect_same(play, "results (found: database; expected: calc)", found, play->model->results[m]);
        free(found);
    }
}

static void compare(Play *play) {
    char *found = test_sql_text(play->pg, owed_sql);
    char *expected = model_owed_text(play->model);
    play_expect_same(play, "owed", found, expected);
    free(found);
    free(expected);
    expect_number(play, "months whose delta lines are not what is owed", open_delta_sql, 0);
    expect_number(play, "months whose payments and open lines are not what is owed", unpaid_sql, 0);
    expect_number(play, "tables that a killed run left", orphans_sql, 0);
    compare_results(play);
    compare_claims(play);
}

/* --- Paying -------------------------------------------------------------------------------------------------------- */

static char *finance(Play *play, const char *role, const char *today, const char *const *arguments) {
    char user[ROLE_SIZE + 8];
    char day[64];
    snprintf(user, sizeof user, "PGUSER=%s", role);
    snprintf(day, sizeof day, "YDELSE_DRIFT_IDAG=%s", today);
    const char *const environment[] = {user, day, NULL};
    Process process = ydelse_run(arguments, environment);
    if (process.exit_code != 0 && process.exit_code != 1)
        play_fail(play, "%s: exit %d\n%s%s", arguments[0], process.exit_code, process.out, process.err);
    char *out = strdup(process.out);
    process_free(&process);
    return out;
}

/* What was sent must be all that was owed and not sent before, or nothing. */
static void read_payments(Play *play) {
    Error error;
    PgRows *rows = NULL;
    cr_assert_eq(pg_query(play->pg,
                          "SELECT cpr, (extract(year FROM month) * 12 + extract(month FROM month) - 1)::int, "
                          "sum(amount_oere) FROM ydelse.payment WHERE state <> 'cancelled' GROUP BY 1, 2",
                          0, NULL, &rows, &error),
                 STATUS_OK);
    for (int i = 0; i < pg_row_count(rows); i++) {
        const int32_t person = story_person(play->story, pg_text(rows, i, 0));
        const int64_t month = pg_integer(rows, i, 1) - play->story->first_month.index;
        if (person == NOBODY || month < 0 || month >= MONTHS) {
            play_fail(play, "a payment to nobody of the story");
            break;
        }
        Owed *owed = &play->model->owed[person][month];
        const int64_t paid = pg_integer(rows, i, 2);
        if (paid != owed->amount[0])
            play_fail(play, "%lld oere are paid, %lld are owed", (long long)paid, (long long)owed->amount[0]);
        owed->paid = paid;
        tally_add(play->tally, TALLY_PAID);
    }
    pg_rows_free(rows);
}

void play_wait_for_others(Play *play) {
    const struct timespec pause = {.tv_nsec = 5000000};
    for (int i = 0; i < 1000; i++) {
        if (test_sql_int64(play->pg,
                           "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                           "AND pid <> pg_backend_pid()") == 0)
            return;
        nanosleep(&pause, NULL);
    }
}

/* Everything that is owed and may be paid goes out, by two people. */
static void pay(Play *play) {
    char maker[ROLE_SIZE], approver[ROLE_SIZE], due[DATE_TEXT_SIZE], today[DATE_TEXT_SIZE];
    const Date day = bankday_last_of_month(story_month(play->story, play->model->newest_run));
    date_format(day, due);
    date_format((Date){day.day - 10}, today);
    test_role_create(play->pg, "maker", "ydelse_finance", maker);
    test_role_create(play->pg, "approver", "ydelse_finance", approver);
    const char *const arguments[] = {"pay", "--due", due, "--allow-replacement-cpr", NULL};
    free(finance(play, maker, today, arguments));
    const int64_t batches = test_sql_int64(play->pg, "SELECT coalesce(max(batch_id), 0) FROM ydelse.batch");
    for (int64_t i = 1; i <= batches && !play_failed(play); i++) {
        char batch[24];
        snprintf(batch, sizeof batch, "%lld", (long long)i);
        const char *const approve[] = {"approve", batch, "--despite-limits", "historie", NULL};
        const char *const emit[] = {"emit", batch, "--format", "pain.001", NULL};
        free(finance(play, approver, today, approve));
        free(finance(play, approver, today, emit));
    }
    read_payments(play);
    play_wait_for_others(play);
}

/* --- Nights -------------------------------------------------------------------------------------------------------- */

/* A full run and a second run find nothing: no line, no other result. */
static void check_again(Play *play, bool full) {
    Arguments arguments;
    run_arguments(play, play->story->nights[play->night].month, NULL, full ? "--full" : NULL, &arguments);
    run_program(play, &arguments, STOP_POINT_COUNT);
    if (play_failed(play))
        return;
    expect_number(play, full ? "lines that a full run adds" : "lines that a second run adds",
                  "SELECT delta_lines FROM ydelse.run ORDER BY run_id DESC LIMIT 1", 0);
    if (!full)
        expect_number(play, "people whom a second run computes",
                      "SELECT people FROM ydelse.run ORDER BY run_id DESC LIMIT 1", 0);
    compare(play);
    tally_add(play->tally, full ? TALLY_MONTH_FULL : TALLY_MONTH_AGAIN);
}

/* Some months that were run before are computed again on purpose, from what was loaded just now. */
static void reprocess(Play *play) {
    const StoryNight *night = &play->story->nights[play->night];
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE], cpr[16];
    int32_t from = night->month;
    if (play->model->results[from] == NULL ||
        (night->reprocess_person != NOBODY && !model_knows(play->model, night->reprocess_person)))
        return;
    while (from > 0 && play->model->results[from - 1] != NULL && from + 2 > night->month)
        from--;
    month_format(story_month(play->story, from), first);
    month_format(story_month(play->story, night->month), last);
    Arguments arguments = {.at = {"reprocess", "--month", first, "--to", last, "--reason", "prøve",
                                  "--policy", play->story->tax ? "skat=ja" : "skat=nej"},
                           .count = 9};
    if (night->reprocess_person != NOBODY) {
        story_cpr(play->story, night->reprocess_person, cpr);
        add(&arguments, "--cpr");
        add(&arguments, cpr);
    }
    run_program(play, &arguments, STOP_POINT_COUNT);
    if (play_failed(play))
        return;
    model_reprocess(play->model, from, night->month, night->reprocess_person);
    compare(play);
}

static void play_night(Play *play) {
    const StoryNight *night = &play->story->nights[play->night];
    Arguments arguments;
    if (night->file_count == 0 && play->model->count == 0)
        return; /* a run of nothing at all is refused */
    char *folder = temporary_folder();
    story_write_night(play->story, play->night, folder);
    const bool loads = night->file_count > 0;
    if (loads && night->load_apart) {
        arguments = (Arguments){.at = {"load", folder, "--set", "drift.vent_sekunder=60"}, .count = 4};
        run_to_the_end(play, &arguments, true, false);
        if (!play_failed(play) && night->reprocess)
            reprocess(play);
        run_arguments(play, night->month, NULL, NULL, &arguments);
        if (!play_failed(play))
            run_to_the_end(play, &arguments, false, true);
    } else {
        run_arguments(play, night->month, loads ? folder : NULL, NULL, &arguments);
        run_to_the_end(play, &arguments, loads, true);
    }
    temporary_folder_remove(folder);
    tally_add(play->tally, TALLY_NIGHT);
    if (!play_failed(play))
        compare(play);
    if (!play_failed(play) && night->check_again)
        check_again(play, false);
    if (!play_failed(play) && night->check_full)
        check_again(play, true);
    if (!play_failed(play) && play->story->money) {
        money_after_night(play);
        if (!play_failed(play))
            compare(play);
    } else if (!play_failed(play) && play->night == play->story->pay_after) {
        pay(play);
    }
}

bool play_story(const Story *story, Tally *tally, Model **model, char failure[FAILURE_SIZE]) {
    Play play = {.story = story, .tally = tally, .failure = failure};
    failure[0] = '\0';
    test_database_create();
    play.pg = test_database_connect();
    play.model = model_begin(story, tally);
    for (; play.night < story->night_count && !play_failed(&play); play.night++)
        play_night(&play);
    if (!play_failed(&play) && story->money) {
        money_at_last(&play);
        if (!play_failed(&play))
            compare(&play);
    }
    money_free(&play);
    pg_close(play.pg);
    test_database_drop();
    if (model != NULL)
        *model = play.model;
    else
        model_free(play.model);
    return !play_failed(&play);
}

/* The months that both told in the end: the model says what calc says of the rows that count, so that comparing the
 * two models compares the two databases. */
static bool same_end(const Model *one, const Model *other, char failure[FAILURE_SIZE]) {
    Play play = {.failure = failure};
    for (int32_t m = 0; m < MONTHS; m++)
        if (one->results[m] != NULL && other->results[m] != NULL && m >= model_first_month(one->story))
            play_expect_same(&play, "results in another order", other->results[m], one->results[m]);
    return !play_failed(&play);
}

bool play_life(uint64_t seed, int32_t life_count, Tally *tally, char failure[FAILURE_SIZE]) {
    Story *story = story_make(seed, life_count, (UINT64_C(1) << life_count) - 1, true);
    const bool good = play_story(story, tally, NULL, failure);
    free(story);
    return good;
}

bool play_history(uint64_t seed, int32_t life_count, uint64_t lives, Tally *tally,
                  char failure[FAILURE_SIZE]) {
    Model *model = NULL, *other_model = NULL;
    Story *story = story_make(seed, life_count, lives, false);
    bool good = play_story(story, tally, &model, failure);
    if (good) {
        const Told *arrived[TOLD_MAX];
        const int32_t count = model_arrived(model, arrived);
        Tally ignored = {{0}};
        Story *other = story_shuffle(story, arrived, count);
        good = play_story(other, &ignored, &other_model, failure) && same_end(model, other_model, failure);
        model_free(other_model);
        free(other);
        tally->count[TALLY_SHUFFLED] += life_count;
    }
    model_free(model);
    free(story);
    return good;
}
