/* Workers: however a run is shared out, and whatever becomes of those who compute it, it seals the same results.
 *
 * The short table of shards x workers x order of the input is a part of every test run; YDELSE_WORKERS=1 plays the
 * whole of it (make workers).
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/stop_point.h"
#include "tests/integration/night.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

TestSuite(workers, .init = night_begin, .fini = night_end);

#define MONTH "2024-03"

/* --- What came of a run ------------------------------------------------------------------------------------------ */

static char *result_dump(int64_t run) {
    char sql[256];
    snprintf(
        sql, sizeof sql,
        "SELECT md5(coalesce(string_agg((to_jsonb(r) - 'run_id')::text, '' ORDER BY month, cpr), '')) FROM "
        "ydelse.result r WHERE run_id = %lld",
        (long long)run);
    return test_sql_text(night_pg, sql);
}

static char *last_digest(void) {
    return test_sql_text(night_pg,
                         "SELECT encode(result_digest, 'hex') FROM ydelse.run WHERE state = 'sealed' "
                         "ORDER BY run_id DESC LIMIT 1");
}

static int64_t last_run(void) {
    return test_sql_int64(night_pg, "SELECT max(run_id) FROM ydelse.run");
}

/* Tables of attempts that were neither attached nor dropped. */
static void expect_no_orphans(void) {
    night_expect_number("SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'ydelse'::regnamespace AND "
                        "c.relkind = 'r' AND c.relname ~ 'attempt_'",
                        0);
}

/* What the scripts below share. `await COMMAND` tries again and again, for half a minute at most. */
static const char prelude[] = "YDELSE_PROGRAM=$(realpath $YDELSE_PROGRAM); cd %s; "
                              "await() { tries=0; until \"$@\"; do tries=$((tries + 1)); [ $tries -lt 1500 ] "
                              "|| exit 9; sleep 0.02; done; }; "
                              "stands() { grep -q '^State:.T' /proc/$1/status 2>/dev/null; }; "
                              "gone() { [ ! -e /proc/$1 ] || grep -q '^State:.Z' /proc/$1/status; }; "
                              "standing() { n=0; for c in $(cat /proc/$1/task/$1/children); do stands $c && "
                              "n=$((n + 1)); done; [ $n -eq $2 ]; }; "
                              "%s";

/* Runs a shell script in the folder of the test; what it prints is freed by the caller. */
static char *script(const char *text) {
    char command[8192];
    snprintf(command, sizeof command, prelude, night_folder, text);
    Process process = shell_run(command);
    cr_expect_neq(process.exit_code, 9, "nothing came of waiting: %s", text);
    char *out = strdup(process.out);
    process_free(&process);
    return out;
}

static char *told(const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", night_folder, name);
    return read_whole_file(path, NULL);
}

static void expect_told(const char *name, const char *text) {
    char *all = told(name);
    cr_expect_not_null(strstr(all, text), "%s: '%s' is not in\n%s", name, text, all);
    free(all);
}

/* --- The table ------------------------------------------------------------------------------------------------------ */

typedef struct {
    const char *people, *seed;
    bool whole;
} Table;

static const char *const shard_counts[] = {"1", "16", "256"};
static const char *const worker_counts[] = {"1", "2", "4"};

/* Rows of a file in another order; those of one id keep theirs, which is that of the file. The trailer stays last. */
static const char shuffle_sh[] = "for f in in/*.csv; do (head -n 1 $f; tail -n +2 $f | awk -F ';' -v "
                                 "OFS='\t' '/^#/ { print 9999999, NR, $0; next } "
                                 "{ h = 7; for (i = 1; i <= length($2); i++) h = (h * 31 + "
                                 "index(\"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-\", "
                                 "substr($2, i, 1))) % 1000003; print h, NR, $0 }' | sort -n -k1,1 -k2,2 | "
                                 "cut -f 3-) > mixed/${f#in/}; done";

static void run_full(const char *shards, const char *workers) {
    char setting[64];
    snprintf(setting, sizeof setting, "drift.delmaengder=%s", shards);
    const char *const arguments[] = {"run",   "--month", MONTH,   "--full", "--jobs",
                                     workers, "--set",   setting, NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_assert(process.exit_code == 0 || process.exit_code == 1, "%s shards, %s workers: exit %d\n%s", shards,
              workers, process.exit_code, process.err);
    process_free(&process);
}

/* Every combination of shards and workers; the short table takes those of the diagonal. */
static void play(const Table *table, char **digest, char **dump) {
    for (int s = 0; s < 3; s++)
        for (int w = 0; w < 3; w++) {
            if (!table->whole && s != w)
                continue;
            run_full(shard_counts[s], worker_counts[w]);
            char *new_digest = last_digest();
            char *new_dump = result_dump(last_run());
            if (*digest == NULL) {
                *digest = strdup(new_digest);
                *dump = strdup(new_dump);
            }
            if (table->whole)
                fprintf(stderr, "%3s shards  %s workers  digest %.16s  dump %.16s\n", shard_counts[s],
                        worker_counts[w], new_digest, new_dump);
            cr_expect_str_eq(new_digest, *digest, "%s shards, %s workers", shard_counts[s], worker_counts[w]);
            cr_expect_str_eq(new_dump, *dump, "%s shards, %s workers", shard_counts[s], worker_counts[w]);
            free(new_digest);
            free(new_dump);
        }
}

static void load_folder(const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", night_folder, name);
    night_load(path, 0);
}

static void make_inputs(const Table *table) {
    char command[8192];
    snprintf(command, sizeof command,
             "build/generate --people %s --month " MONTH
             " --seed %s --output %s/in >/dev/null && cd %s && mkdir "
             "mixed && %s && cmp -s in/indkomst.csv mixed/indkomst.csv || echo mixed",
             table->people, table->seed, night_folder, night_folder, shuffle_sh);
    Process process = shell_run(command);
    cr_assert_str_eq(process.out, "mixed\n", "%s%s", process.out, process.err);
    process_free(&process);
}

Test(workers, any_number_of_shards_and_workers_and_any_order_give_the_same) {
    const char *wanted = getenv("YDELSE_WORKERS");
    const Table table = {wanted == NULL ? "300" : "3000", "11", wanted != NULL};
    char *digest = NULL;
    char *dump = NULL;
    make_inputs(&table);
    load_folder("in");
    if (table.whole)
        fprintf(stderr, "as generated:\n");
    play(&table, &digest, &dump);
    night_expect_number("SELECT count(*) FROM ydelse.entitlement WHERE revision > 1", 0);
    night_expect_number("SELECT count(*) FROM ydelse.run_shard s JOIN ydelse.run r USING (run_id) WHERE "
                        "r.state = 'sealed' AND s.state <> 'done'",
                        0);
    cr_expect_gt(test_sql_int64(night_pg,
                                "SELECT count(DISTINCT worker) FROM ydelse.run_shard WHERE run_id = "
                                "(SELECT max(run_id) FROM ydelse.run)"),
                 1, "several workers took part");
    expect_no_orphans();
    pg_close(night_pg);
    test_database_drop();
    test_database_create();
    night_pg = test_database_connect();
    load_folder("mixed");
    if (table.whole)
        fprintf(stderr, "rows in another order:\n");
    play(&table, &digest, &dump);
    free(digest);
    free(dump);
}

/* --- Results of many shards --------------------------------------------------------------------------------------- */

/* As if a few hundred results were too many to copy together. */
static void lower_the_limit(const char *old, const char *new) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "DO $x$ BEGIN EXECUTE replace(pg_get_functiondef('ydelse.run_join_results'::regproc), 'bigint "
             ":= %s', "
             "'bigint := %s'); END $x$",
             old, new);
    test_sql(night_pg, sql);
}

Test(workers, many_results_stay_in_the_tables_of_their_shards) {
    night_load("samples/lille", 1);
    run_full("1", "1");
    char *whole = result_dump(1);
    lower_the_limit("8192 *", "1 *");
    run_full("4", "2");
    lower_the_limit("1 *", "8192 *");
    char *split = result_dump(2);
    cr_expect_str_eq(split, whole);
    night_expect_number("SELECT count(*) FROM pg_partition_tree('ydelse.result_2') WHERE isleaf", 4);
    cr_expect_str_eq(test_sql_sqlstate(night_pg, "DELETE FROM ydelse.result_2_1"), "42501");
    cr_expect_str_eq(test_sql_sqlstate(night_pg, "DELETE FROM ydelse.result_2"), "42501");
    expect_no_orphans();
    free(night_program(0, "verify", NULL, NULL, NULL, NULL, NULL, NULL));
    free(night_program(0, "replay", "--run", "2", NULL, NULL, NULL, NULL));
    free(whole);
    free(split);
}

/* --- Losing workers ------------------------------------------------------------------------------------------------ */

static char *undisturbed_digest(void) {
    night_load("samples/lille", 1);
    run_full("1", "1");
    return last_digest();
}

static void expect_digest(const char *expected, const char *what) {
    char *digest = last_digest();
    cr_expect_str_eq(digest, expected, "%s", what);
    free(digest);
    expect_no_orphans();
}

Test(workers, a_killed_worker_is_replaced) {
    char *digest = undisturbed_digest();
    static const StopPoint points[] = {STOP_WORK_CLAIMED, STOP_RUN_WORKING, STOP_WORK_COMPUTED};
    for (int i = 0; i < 3; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "YDELSE_STOP_AT=%s YDELSE_STOP_ONCE=once.%d $YDELSE_PROGRAM run --month " MONTH
                 " --full --jobs 2 --set drift.delmaengder=4 >/dev/null 2>log; echo $?",
                 stop_point_name[points[i]], i);
        char *out = script(text);
        cr_expect(strcmp(out, "0\n") == 0 || strcmp(out, "1\n") == 0, "%s: %s", stop_point_name[points[i]],
                  out);
        expect_told("log", "was ended by signal 9");
        expect_told("log", "is claimed again, attempt 2");
        expect_digest(digest, stop_point_name[points[i]]);
        free(out);
    }
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE state = 'sealed'", 4);
    free(digest);
}

Test(workers, a_shard_that_kills_every_worker_fails_the_run) {
    char *digest = undisturbed_digest();
    char *out =
        script("YDELSE_STOP_AT=work-claimed $YDELSE_PROGRAM run --month " MONTH
               " --full --jobs 2 --set drift.delmaengder=4 --set drift.forsoeg=2 >/dev/null 2>log; echo $?");
    cr_expect_str_eq(out, "70\n");
    expect_told("log", "was claimed 2 times and never finished");
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE state = 'failed'", 1);
    expect_digest(digest, "nothing new is sealed");
    run_full("4", "2");
    expect_digest(digest, "the next run");
    free(digest);
    free(out);
}

/* A worker waits at a point, and the server ends its connection. Prints the exit code of the run. */
static char *cut_a_worker(const char *attempts) {
    char text[2048];
    snprintf(text, sizeof text,
             "YDELSE_PAUSE_AT=work-computed YDELSE_STOP_ONCE=once $YDELSE_PROGRAM run --month " MONTH
             " --full --jobs 2 --set drift.delmaengder=4 --set drift.forsoeg=%s >/dev/null 2>log & run=$!; "
             "await standing $run 1; "
             "for c in $(cat /proc/$run/task/$run/children); do stands $c && stopped=$c; done; "
             "cut() { [ \"$(psql -X -q -At -c \"SELECT count(pg_terminate_backend(pid)) FROM "
             "pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND "
             "state_change < clock_timestamp() - interval '0.5 s'\")\" = 1 ]; }; "
             "await cut; kill -CONT $stopped; wait $run; echo $?",
             attempts);
    return script(text);
}

/* The other one does its work. */
Test(workers, a_failing_worker_leaves_its_shard_to_the_others) {
    char *digest = undisturbed_digest();
    char *out = cut_a_worker("3");
    cr_expect(strcmp(out, "0\n") == 0 || strcmp(out, "1\n") == 0, "%s", out);
    expect_told("log", "ended with exit code 69");
    expect_digest(digest, "the others finished");
    free(out);
    free(digest);
}

/* It was the last attempt: the exit code is that of the trouble, not of a mistake of the program. */
Test(workers, the_last_attempt_says_what_was_wrong) {
    char *digest = undisturbed_digest();
    char *out = cut_a_worker("1");
    cr_expect_str_eq(out, "69\n");
    expect_told("log", "was claimed 1 times and never finished");
    expect_digest(digest, "nothing new is sealed");
    run_full("4", "2");
    expect_digest(digest, "the next run");
    free(digest);
    free(out);
}

Test(workers, workers_do_not_outlive_the_program_that_started_them) {
    night_load("samples/lille", 1);
    char *out =
        script("YDELSE_PAUSE_AT=work-claimed $YDELSE_PROGRAM run --month " MONTH
               " --jobs 2 --set drift.delmaengder=4 >/dev/null 2>log & run=$!; await standing $run 2; "
               "pids=$(cat /proc/$run/task/$run/children); kill -KILL $run; "
               "for c in $pids; do await gone $c; done; echo gone");
    cr_expect_str_eq(out, "gone\n", "%s", out);
    free(out);
    const char *const arguments[] = {"run", "--month", MONTH, "--set", "drift.vent_sekunder=20", NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, 1, "%s", process.err);
    process_free(&process);
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE state = 'failed'", 1);
    expect_no_orphans();
}

/* --- Launched apart ------------------------------------------------------------------------------------------------- */

static void plan_apart(const char *shards) {
    char setting[64];
    snprintf(setting, sizeof setting, "drift.delmaengder=%s", shards);
    const char *const arguments[] = {"run",         "--month", MONTH,   "--full",
                                     "--plan-only", "--set",   setting, NULL};
    char number[32];
    Process process = ydelse_run(arguments, NULL);
    snprintf(number, sizeof number, "%lld\n", (long long)last_run());
    cr_assert_eq(process.exit_code, 0, "%s", process.err);
    cr_assert_str_eq(process.out, number);
    process_free(&process);
}

Test(workers, a_run_that_is_planned_apart_stays_open_until_it_is_sealed_or_given_up) {
    char *digest = undisturbed_digest();
    plan_apart("4");
    night_run(MONTH, 75);
    free(night_program(75, "run", "--month", MONTH, "--plan-only", NULL, NULL, NULL));
    free(night_program(75, "seal", "2", NULL, NULL, NULL, NULL, NULL));
    free(night_program(65, "work", "9", NULL, NULL, NULL, NULL, NULL));
    free(night_program(64, "work", "x", NULL, NULL, NULL, NULL, NULL));
    free(night_program(64, "seal", "2", "--abandon", " ", NULL, NULL, NULL));
    free(night_program(64, "run", "--month", MONTH, "--plan-only", "--dry-run", NULL, NULL));
    free(night_program(0, "work", "2", "--label", "one", "--no-wait", NULL, NULL));
    free(night_program(0, "work", "2", NULL, NULL, NULL, NULL, NULL));
    night_expect_text(
        "SELECT string_agg(DISTINCT split_part(worker, '/', 3), '') FROM ydelse.run_shard WHERE run_id "
        "= 2",
        "one");
    char *first = night_program(0, "seal", "2", NULL, NULL, NULL, NULL, NULL);
    char *again = night_program(0, "seal", "2", NULL, NULL, NULL, NULL, NULL);
    cr_expect_str_eq(first, again);
    free(first);
    free(again);
    free(night_program(0, "work", "2", NULL, NULL, NULL, NULL, NULL));
    expect_digest(digest, "computed by one worker that was started by hand");
    plan_apart("4");
    free(night_program(0, "seal", "3", "--abandon", "wrong rates", NULL, NULL, NULL));
    free(night_program(65, "seal", "3", NULL, NULL, NULL, NULL, NULL));
    free(night_program(65, "work", "3", NULL, NULL, NULL, NULL, NULL));
    night_expect_text("SELECT failure FROM ydelse.run WHERE run_id = 3", "abandoned: wrong rates");
    night_run(MONTH, 0);
    free(night_program(0, "verify", NULL, NULL, NULL, NULL, NULL, NULL));
    free(digest);
}

/* Another build could compute by other rules: it computes nothing of a run that it did not plan. */
Test(workers, a_worker_of_another_build_is_refused) {
    night_load("samples/lille", 1);
    plan_apart("2");
    Process process = shell_run(
        "psql -qX -v ON_ERROR_STOP=1 -U \"$YDELSE_TEST_SUPERUSER\" -c \"SET session_replication_role = "
        "replica; "
        "UPDATE ydelse.run SET program_id = ydelse.law_set_store('program', E'version=0\\nsources=0\\n')\"");
    cr_assert_eq(process.exit_code, 0, "%s", process.err);
    process_free(&process);
    free(night_program(78, "work", "1", NULL, NULL, NULL, NULL, NULL));
    night_expect_number("SELECT count(*) FROM ydelse.run_attempt", 0);
}

/* A stands still beyond its lease with its results computed; B takes the shard over; A goes on and is refused. */
static void stop_and_continue(const char *between, const char *expected) {
    char text[2048];
    snprintf(text, sizeof text,
             "rm -f once; YDELSE_PAUSE_AT=work-computed YDELSE_STOP_ONCE=once "
             "$YDELSE_PROGRAM work %lld --label A --set drift.leje_sekunder=3 2>A & a=$!; "
             "await stands $a; "
             "$YDELSE_PROGRAM work %lld --label B 2>B; echo B $?; %s kill -CONT $a; wait $a; echo A $?",
             (long long)last_run(), (long long)last_run(), between);
    char *out = script(text);
    cr_expect_str_eq(out, expected, "%s", out);
    free(out);
    expect_told("B", "is claimed again, attempt 2");
}

Test(workers, a_late_worker_is_refused_by_the_database) {
    char *digest = undisturbed_digest();
    plan_apart("3");
    stop_and_continue("", "B 0\nA 0\n");
    expect_told("A", "was taken over by another worker; what this worker computed of it is dropped");
    night_expect_text(
        "SELECT string_agg(DISTINCT split_part(worker, '/', 3), '') FROM ydelse.run_attempt WHERE "
        "run_id = 2",
        "B");
    free(night_program(0, "seal", "2", NULL, NULL, NULL, NULL, NULL));
    expect_digest(digest, "a late worker, then the seal");
    plan_apart("3");
    stop_and_continue("$YDELSE_PROGRAM seal 3 >/dev/null 2>&1; echo seal $?;", "B 0\nseal 0\nA 0\n");
    expect_digest(digest, "the seal, then a late worker");
    expect_told("A", "run 3 is not open");
    free(night_program(0, "verify", NULL, NULL, NULL, NULL, NULL, NULL));
    free(digest);
}

Test(workers, two_seals_at_once_make_one) {
    char *digest = undisturbed_digest();
    plan_apart("2");
    char *out = script("$YDELSE_PROGRAM work 2 2>/dev/null & $YDELSE_PROGRAM work 2 2>/dev/null; wait; "
                       "($YDELSE_PROGRAM seal 2 >1 2>&1; echo $? >1.code) & $YDELSE_PROGRAM seal 2 >2 2>&1; "
                       "echo $? >2.code; wait; cat 1.code 2.code | sort -u | tr '\\n' ' '");
    cr_expect(strcmp(out, "0 ") == 0 || strcmp(out, "0 75 ") == 0, "%s", out);
    night_expect_number("SELECT count(*) FROM ydelse.run WHERE state = 'sealed'", 2);
    expect_digest(digest, "sealed once");
    free(out);
    free(digest);
}

Test(workers, what_says_who_may_work) {
    char role[64];
    char dsn[128];
    night_load("samples/lille", 1);
    test_role_create(night_pg, "night", "ydelse_batch", role);
    snprintf(dsn, sizeof dsn, "user=%s", role);
    const char *const arguments[] = {"run",   "--month", MONTH, "--jobs", "2", "--set", "drift.delmaengder=3",
                                     "--dsn", dsn,       NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_expect_eq(process.exit_code, 1, "%s", process.err);
    process_free(&process);
    const char *const again[] = {
        "reprocess",           "--month", MONTH, "--reason", "test", "--jobs", "2", "--dsn", dsn, "--set",
        "drift.delmaengder=3", NULL};
    process = ydelse_run(again, NULL);
    cr_expect(process.exit_code == 0 || process.exit_code == 1, "%d\n%s", process.exit_code, process.err);
    cr_expect_not_null(strstr(process.err, "worker 2: run 2: "), "%s", process.err);
    process_free(&process);
    night_expect_number("SELECT count(DISTINCT result_digest) FROM ydelse.run WHERE state = 'sealed'", 1);
    free(night_program(0, "verify", NULL, NULL, NULL, NULL, NULL, NULL)); /* no rights are left on results */
    test_role_create(night_pg, "auditor", "ydelse_auditor", role);
    snprintf(dsn, sizeof dsn, "user=%s", role);
    plan_apart("2");
    free(night_program(77, "work", "3", "--dsn", dsn, NULL, NULL, NULL));
    free(night_program(77, "seal", "3", "--abandon", "x", "--dsn", dsn, NULL));
}
