#include "io/run/run_shard.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/base/log.h"
#include "io/pg/pg_array.h"
#include "io/pg/refusal.h"

#define NUMBER_SIZE 24
#define LEASE_SIZE 32

static const Refusal refusals[] = {
    {"YD060", STATUS_TRY_AGAIN, ""},
    {"YD061", STATUS_TRY_AGAIN, ""},
    {NULL, STATUS_OK, NULL},
};

ShardRules shard_rules(const Settings *settings, int32_t run_id) {
    return (ShardRules){
        .run_id = run_id,
        .lease_seconds = settings_number(settings, "drift", "leje_sekunder"),
        .attempts_max = settings_number(settings, "drift", "forsoeg"),
    };
}

void worker_name(pid_t pid, const char *label, char name[WORKER_NAME_SIZE]) {
    char host[80] = "";
    (void)gethostname(host, sizeof host - 1);
    snprintf(name, WORKER_NAME_SIZE, "%.64s/%ld%s%.*s", host, (long)pid, label == NULL ? "" : "/",
             WORKER_LABEL_SIZE - 1, label == NULL ? "" : label);
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void number_text(int64_t number, char text[NUMBER_SIZE]) {
    snprintf(text, NUMBER_SIZE, "%lld", (long long)number);
}

/* The first three parameters of whatever a worker says about its shard. */
typedef struct {
    char run[NUMBER_SIZE], shard[NUMBER_SIZE], token[NUMBER_SIZE];
} ClaimText;

static ClaimText claim_text(const ShardClaim *claim) {
    ClaimText text;
    number_text(claim->rules->run_id, text.run);
    number_text(claim->shard, text.shard);
    number_text(claim->token, text.token);
    return text;
}

static void lease_text(const ShardRules *rules, char text[LEASE_SIZE]) {
    snprintf(text, LEASE_SIZE, "%d seconds", rules->lease_seconds);
}

/* --- The claim ------------------------------------------------------------------------------------------------------- */

Status shard_claim(Pg *pg, const ShardRules *rules, const char *worker, ShardClaim *claim, Error *error) {
    char run[NUMBER_SIZE], lease[LEASE_SIZE], attempts[NUMBER_SIZE];
    PgRows *rows = NULL;
    *claim = (ShardClaim){.pg = pg, .rules = rules, .renewed_ms = now_ms()};
    number_text(rules->run_id, run);
    lease_text(rules, lease);
    number_text(rules->attempts_max, attempts);
    const char *const values[] = {run, worker, lease, attempts};
    const Status status =
        pg_query(pg,
                 "SELECT shard, first_bucket, last_bucket, fencing_token, worker_before FROM "
                 "ydelse.shard_claim($1, $2, $3, $4)",
                 4, values, &rows, error);
    if (status == STATUS_OK && pg_row_count(rows) > 0) {
        claim->held = true;
        claim->shard = (int16_t)pg_integer(rows, 0, 0);
        claim->first_bucket = (int16_t)pg_integer(rows, 0, 1);
        claim->last_bucket = (int16_t)pg_integer(rows, 0, 2);
        claim->token = (int32_t)pg_integer(rows, 0, 3);
        assert(claim->first_bucket >= 0 && claim->last_bucket < BUCKET_COUNT);
        if (claim->token > 1)
            log_warning("shard %d of run %d is claimed again, attempt %d: %s did not finish it", claim->shard,
                        rules->run_id, claim->token, pg_text(rows, 0, 4));
    }
    pg_rows_free(rows);
    return status;
}

Status shard_keep(ShardClaim *claim, Error *error) {
    char lease[LEASE_SIZE];
    PgRows *rows = NULL;
    const int64_t now = now_ms();
    if (now - claim->renewed_ms < (int64_t)claim->rules->lease_seconds * 1000 / 3)
        return STATUS_OK;
    const ClaimText text = claim_text(claim);
    lease_text(claim->rules, lease);
    const char *const values[] = {text.run, text.shard, text.token, lease};
    Status status = pg_query(claim->pg, "SELECT ydelse.shard_renew($1, $2, $3, $4)", 4, values, &rows, error);
    if (status == STATUS_OK && pg_text(rows, 0, 0)[0] != 't') {
        status = error_set(error, STATUS_TRY_AGAIN, "shard %d of run %d was taken over by another worker",
                           claim->shard, claim->rules->run_id);
        snprintf(error->sqlstate, sizeof error->sqlstate, "YD060");
    }
    if (status == STATUS_OK) {
        log_detail("run: lease of shard %d renewed", claim->shard);
        claim->renewed_ms = now;
    }
    pg_rows_free(rows);
    return status;
}

Status shard_release(Pg *pg, int32_t run_id, const char *worker, int32_t *count, Error *error) {
    char run[NUMBER_SIZE];
    PgRows *rows = NULL;
    number_text(run_id, run);
    const char *const values[] = {run, worker};
    const Status status = pg_query(pg, "SELECT ydelse.shard_release($1, $2)", 2, values, &rows, error);
    *count = status == STATUS_OK ? (int32_t)pg_integer(rows, 0, 0) : 0;
    pg_rows_free(rows);
    return status;
}

bool shard_is_lost(const Error *error) {
    return strcmp(error->sqlstate, "YD060") == 0 || strcmp(error->sqlstate, "YD061") == 0;
}

/* --- The attempt ------------------------------------------------------------------------------------------------------ */

Status attempt_create(Pg *pg, const ShardClaim *claim, char table_name[64], Error *error) {
    const ClaimText text = claim_text(claim);
    const char *const values[] = {text.run, text.shard, text.token};
    PgRows *rows = NULL;
    const Status status = pg_query(pg, "SELECT ydelse.attempt_create($1, $2, $3)", 3, values, &rows, error);
    if (status == STATUS_OK)
        snprintf(table_name, 64, "%s", pg_text(rows, 0, 0));
    pg_rows_free(rows);
    return status == STATUS_OK ? status : refusal_translate(refusals, error);
}

Status attempt_finish(Pg *pg, const ShardClaim *claim, Error *error) {
    const ClaimText text = claim_text(claim);
    const char *const values[] = {text.run, text.shard, text.token};
    return pg_query(pg, "SELECT ydelse.attempt_finish($1, $2, $3)", 3, values, NULL, error);
}

static bool add_number(PgArray *array, int64_t value) {
    char text[NUMBER_SIZE];
    number_text(value, text);
    return pg_array_add(array, (Text){text, (uint32_t)strlen(text)});
}

Status shard_done(Pg *pg, const ShardClaim *claim, bool has_results, const BucketTotal *totals,
                  Error *error) {
    PgArray columns[3] = {{0}}; /* rows, til_udbetaling, digest */
    bool enough = true;
    for (int32_t b = claim->first_bucket; b <= claim->last_bucket && enough; b++) {
        char digest[SHA256_HEX_SIZE + 2] = "\\x";
        sha256_hex(totals[b].digest, digest + 2);
        enough = add_number(&columns[0], totals[b].rows) &&
                 add_number(&columns[1], totals[b].til_udbetaling_oere) &&
                 pg_array_add(&columns[2], (Text){digest, (uint32_t)strlen(digest)});
    }
    const ClaimText text = claim_text(claim);
    const char *const values[] = {text.run,
                                  text.shard,
                                  text.token,
                                  has_results ? "t" : "f",
                                  pg_array_text(&columns[0]),
                                  pg_array_text(&columns[1]),
                                  pg_array_text(&columns[2])};
    const Status status =
        enough ? pg_query(pg, "SELECT ydelse.shard_done($1, $2, $3, $4, $5, $6, $7)", 7, values, NULL, error)
               : error_no_memory(error);
    for (int i = 0; i < 3; i++)
        pg_array_free(&columns[i]);
    return status == STATUS_OK ? status : refusal_translate(refusals, error);
}

/* --- The run ---------------------------------------------------------------------------------------------------------- */

Status shard_progress(Pg *pg, const ShardRules *rules, ShardProgress *progress, Error *error) {
    char run[NUMBER_SIZE], attempts[NUMBER_SIZE];
    PgRows *rows = NULL;
    number_text(rules->run_id, run);
    number_text(rules->attempts_max, attempts);
    const char *const values[] = {run, attempts};
    Status status = pg_query(
        pg,
        "SELECT state, shards, done, poisoned, poisoned_worker, launched FROM ydelse.shard_progress($1, $2)",
        2, values, &rows, error);
    if (status == STATUS_OK && (pg_row_count(rows) == 0 || pg_is_null(rows, 0, 0)))
        status = error_set(error, STATUS_DATA, "there is no run %d", rules->run_id);
    if (status == STATUS_OK) {
        snprintf(progress->state, sizeof progress->state, "%s", pg_text(rows, 0, 0));
        progress->shards = (int32_t)pg_integer(rows, 0, 1);
        progress->done = (int32_t)pg_integer(rows, 0, 2);
        progress->poisoned = pg_is_null(rows, 0, 3) ? -1 : (int32_t)pg_integer(rows, 0, 3);
        progress->apart = strcmp(pg_text(rows, 0, 5), "apart") == 0;
        snprintf(progress->poisoned_worker, sizeof progress->poisoned_worker, "%s", pg_text(rows, 0, 4));
    }
    pg_rows_free(rows);
    return status;
}

Status shard_poisoned(const ShardRules *rules, const ShardProgress *progress, Error *error) {
    error_set(error, STATUS_INTERNAL, "shard %d of run %d was claimed %d times and never finished",
              progress->poisoned, rules->run_id, rules->attempts_max);
    error_hint(error,
               "its last worker was %s: see what it printed; more attempts are allowed by setting "
               "drift.forsoeg",
               progress->poisoned_worker);
    return STATUS_INTERNAL;
}
