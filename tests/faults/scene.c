#include "tests/faults/scene.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/pg/pg.h"
#include "tests/faults/scene_table.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define TODAY "2024-03-20"
#define STDERR_SIZE 16384
#define NAME_SIZE 64
#define PLACE "sted" /* what is written, file or folder */

static char stage_names[STAGE_COUNT][NAME_SIZE];
static char work_name[NAME_SIZE];
static char users[SCENE_APPROVER + 1][NAME_SIZE];
static char *folder;
static char answers_path[512], doubt_path[512], late_path[512], many_path[512], past_path[512];
static char output_folder[512], output_path[600];
static char rejected_id[NAME_SIZE], payee[NAME_SIZE], plan_number[NAME_SIZE];

/* What undisturbed commands come to. */
static struct { char *before, *after, *end, *digest; } undisturbed[SCENE_COMMANDS_MAX];

/* --- Databases --------------------------------------------------------------------------------------------------- */

static Pg *connect_to(const char *database) {
    char dsn[128];
    Error error = {.status = STATUS_OK};
    Pg *pg = NULL;
    snprintf(dsn, sizeof dsn, "dbname=%s", database);
    for (int i = 0; i < 100 && pg_connect(dsn, &pg, &error) != STATUS_OK; i++)
        pause_ms(100); /* a server that has just crashed is not there at once */
    cr_assert_not_null(pg, "%s", error.message);
    return pg;
}

static Pg *kept; /* a session of work_name, whose caches are warm; NULL: none */

static void let_go(void) {
    pg_close(kept);
    kept = NULL;
}

/* Asks the database in which commands are given. A session of before the server was stopped is of no use. */
static char *ask(const char *sql) {
    Error error;
    if (kept != NULL && pg_query(kept, "SELECT 1", 0, NULL, NULL, &error) != STATUS_OK)
        let_go();
    if (kept == NULL)
        kept = connect_to(work_name);
    return test_sql_text(kept, sql);
}

/* The session of a client that was killed may still be about to end. */
static void copy_database(const char *from, const char *to) {
    char sql[256];
    Error error = {.status = STATUS_OK};
    let_go();
    Pg *pg = connect_to("postgres");
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", to);
    for (int i = 0; i < 100 && pg_query(pg, sql, 0, NULL, NULL, &error) != STATUS_OK; i++)
        pause_ms(20);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", to, from);
    for (int i = 0; i < 100 && pg_query(pg, sql, 0, NULL, NULL, &error) != STATUS_OK; i++)
        pause_ms(20);
    cr_assert_eq(error.status, STATUS_OK, "%s: %s", sql, error.message);
    pg_close(pg);
}

static void drop_database(const char *name) {
    char sql[128];
    Error ignored;
    Pg *pg = connect_to("postgres");
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    for (int i = 0; i < 100 && pg_query(pg, sql, 0, NULL, NULL, &ignored) != STATUS_OK; i++)
        pause_ms(20);
    pg_close(pg);
}

/* Everything that money, books and later nights rest on, but for ids, users and times. */
static const char outcome_sql[] =
    "SELECT concat_ws(E'\\n', "
    "(SELECT 'leverancer ' || count(*) FROM ydelse.delivery), "
    "(SELECT 'filer ' || string_agg(concat_ws(' ', name, rows_read, rows_stored, rows_rejected), ',' ORDER "
    "BY "
    "name, file_id) FROM ydelse.input_file), "
    "(SELECT 'rejects ' || count(*) FROM ydelse.reject_open), "
    "(SELECT 'facts ' || count(*) FROM ydelse.fact_indkomst), "
    "(SELECT 'digest ' || encode(result_digest, 'hex') FROM ydelse.run WHERE state = 'sealed' AND "
    "delta_lines > 0 ORDER BY run_id DESC LIMIT 1), "
    "(SELECT 'results ' || md5(string_agg(md5((to_jsonb(r) - 'run_id')::text), ',' ORDER BY month, cpr)) "
    "FROM "
    "ydelse.result_current r), "
    "(SELECT 'owed ' || md5(string_agg(concat_ws(' ', cpr, month, revision, til_udbetaling, atp_egen, "
    "atp_kommune, skat, pension), ',' ORDER BY month, cpr, revision)) FROM ydelse.entitlement), "
    "(SELECT 'lines ' || md5(string_agg(concat_ws(' ', cpr, month, component, revision, amount_oere), ',' "
    "ORDER BY month, cpr, component, revision)) FROM ydelse.delta_line), "
    "(SELECT 'batches ' || string_agg(concat_ws(' ', kommunekode, due_date, state, payment_count, "
    "total_oere), ',' ORDER BY kommunekode, batch_id) FROM ydelse.batch), "
    "(SELECT 'payments ' || md5(string_agg(concat_ws(' ', cpr, month, amount_oere, attempt, state), ',' "
    "ORDER "
    "BY month, cpr, payment_id)) FROM ydelse.payment), "
    "(SELECT 'events ' || string_agg(concat_ws(' ', event, old_state, new_state), ',' ORDER BY event, "
    "old_state) FROM ydelse.batch_event WHERE event <> 'emitted_again'), "
    "(SELECT 'files ' || string_agg(concat_ws(' ', format, payment_count, control_sum_oere), ',') FROM "
    "ydelse.payment_file), "
    "(SELECT 'answers ' || string_agg(concat_ws(' ', end_to_end_id, code, effect), ',' ORDER BY "
    "answer_file_id, number) FROM ydelse.payment_answer), "
    "(SELECT 'released ' || count(*) FROM ydelse.payment_release), "
    "(SELECT 'claims ' || string_agg(concat_ws(' ', state, amount_oere, outcome), ',') FROM ydelse.claim), "
    "(SELECT 'claim events ' || string_agg(event, ',' ORDER BY event_id) FROM ydelse.claim_event), "
    "(SELECT 'resolved ' || string_agg(concat_ws(' ', outcome, confirms IS NULL), ',' ORDER BY event_id) "
    "FROM ydelse.payment_resolution), "
    "(SELECT 'planned ' || count(DISTINCT run_id) || ' done ' || count(*) FILTER (WHERE s.state = 'done') "
    "FROM ydelse.run r JOIN ydelse.run_shard s USING (run_id) WHERE r.launched = 'apart' AND r.state IN "
    "('planned', "
    "'computing')), "
    "(SELECT 'orders ' || count(*) FROM ydelse.erasure_order), "
    "(SELECT 'erased ' || count(*) FROM ydelse.erasure), "
    "(SELECT 'units ' || string_agg(concat_ws(' ', relation, number), ',' ORDER BY relation, number) FROM "
    "ydelse.erased_unit), "
    "(SELECT 'people ' || count(*) FROM ydelse.fact_deltagere), "
    "(SELECT 'schema ' || count(*) FROM ydelse.migration))";

/* Before there is a schema. */
static const char bare_sql[] =
    "SELECT 'schema ' || CASE WHEN to_regclass('ydelse.migration') IS NULL THEN '0' ELSE "
    "(xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ydelse.migration', false, true, "
    "'')))[1]::text END";

/* Of the newest results that changed what is owed. */
static const char digest_sql[] =
    "SELECT coalesce((SELECT encode(result_digest, 'hex') FROM ydelse.run WHERE state = 'sealed' AND "
    "delta_lines > 0 ORDER BY run_id DESC LIMIT 1), '')";

/* The files in their place, and what is in them; the caller frees it. */
static char *written(void) {
    char command[1024];
    snprintf(command, sizeof command,
             "cd '%s' && [ ! -e " PLACE " ] || find " PLACE
             " -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum",
             output_folder);
    Process process = shell_run(command);
    char *text = strdup(process.out);
    process_free(&process);
    return text;
}

/* The caller frees it. */
static char *outcome(const SceneCommand *command) {
    if (command->stage == BARE)
        return ask(bare_sql);
    char *text = ask(outcome_sql);
    if (command->kind == SCENE_WRITES_FILE) {
        char *files = written();
        const size_t size = strlen(text) + strlen(files) + 2;
        text = realloc(text, size);
        cr_assert_not_null(text);
        snprintf(text + strlen(text), size - strlen(text), "\n%s", files);
        free(files);
    }
    return text;
}

/* --- Programs ---------------------------------------------------------------------------------------------------- */

static const char *filled_in(const char *argument) {
    const struct {
        const char *name, *value;
    } values[] = {{OUTPUT, output_path}, {ANSWERS, answers_path}, {DOUBT, doubt_path},
                  {LATE, late_path},     {MANY, many_path},       {PAST, past_path},
                  {PAYEE, payee},        {REJECTED, rejected_id}, {PLAN, plan_number}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (strcmp(argument, values[i].name) == 0)
            return values[i].value;
    return argument;
}

static char *stderr_path(void) {
    static char path[600];
    snprintf(path, sizeof path, "%s/stderr", folder);
    return path;
}

/* The child's side. */
static void become(const char *program, const SceneCommand *command, const char *const *arguments,
                   const char *const *extra) {
    const char *argv[SCENE_ARGUMENTS_MAX + 2] = {program == NULL ? ydelse_program() : program};
    char *words[SCENE_ARGUMENTS_MAX + 2];
    const int out = open("/dev/null", O_RDWR);
    const int err = open(stderr_path(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int count = 1;
    const char *const *from = command == NULL ? arguments : command->arguments;
    for (int i = 0; i < SCENE_ARGUMENTS_MAX && from[i] != NULL; i++)
        argv[count++] = filled_in(from[i]);
    for (int i = 0; i < count; i++)
        words[i] = strdup(argv[i]);
    words[count] = NULL;
    dup2(out, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    setenv("PGDATABASE", work_name, 1);
    setenv("YDELSE_DRIFT_IDAG", command == NULL || command->today == NULL ? TODAY : command->today, 1);
    setenv("YDELSE_DRIFT_VENT_SEKUNDER", "20", 1); /* a server looks after its dead clients in its own time */
    setenv("YDELSE_DRIFT_LEJE_SEKUNDER", "2", 1);
    if (command != NULL && command->user != SCENE_OWNER)
        setenv("PGUSER", users[command->user], 1);
    for (; extra != NULL && *extra != NULL; extra++) {
        char *copy = strdup(*extra);
        char *equals = strchr(copy, '=');
        *equals = '\0';
        setenv(copy, equals + 1, 1);
    }
    execv(words[0], words);
    _exit(127);
}

/* The run that waits for workers has another number when it was planned again. */
static void find_plan(const SceneCommand *command) {
    if (command == NULL || command->arguments[1] == NULL || strcmp(command->arguments[1], PLAN) != 0)
        return;
    char *number = ask("SELECT coalesce(max(run_id), 0) FROM ydelse.run");
    snprintf(plan_number, sizeof plan_number, "%s", number);
    free(number);
}

pid_t scene_start(const char *program, const SceneCommand *command, const char *const *arguments,
                  const char *const *extra) {
    find_plan(command);
    fflush(NULL);
    const pid_t child = fork();
    cr_assert(child >= 0, "cannot fork");
    if (child == 0)
        become(program, command, arguments, extra);
    return child;
}

int scene_wait(pid_t process, bool *stopped) {
    int status = 0;
    waitpid(process, &status, WUNTRACED);
    *stopped = WIFSTOPPED(status);
    return status;
}

/* Whether a process stands still. */
static bool stands(pid_t process) {
    char path[64], line[128];
    bool stopped = false;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)process);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        stopped = stopped || strncmp(line, "State:\tT", 8) == 0;
    if (file != NULL)
        fclose(file);
    return stopped;
}

static pid_t standing_child(pid_t process) {
    char path[96], word[32];
    pid_t found = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)process, (long)process);
    FILE *file = fopen(path, "r");
    while (file != NULL && found == 0 && fscanf(file, "%31s", word) == 1)
        if (stands((pid_t)strtol(word, NULL, 10)))
            found = (pid_t)strtol(word, NULL, 10);
    if (file != NULL)
        fclose(file);
    return found;
}

pid_t scene_wait_for_worker(pid_t process, int *status) {
    for (;;) {
        const pid_t worker = standing_child(process);
        if (worker != 0)
            return worker;
        if (waitpid(process, status, WNOHANG) == process)
            return 0;
        pause_ms(2);
    }
}

int scene_run(const char *program, const SceneCommand *command, const char *const *arguments,
              const char *const *extra) {
    bool stopped;
    const int status = scene_wait(scene_start(program, command, arguments, extra), &stopped);
    cr_assert(!stopped, "it waits where it was not told to");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

const char *scene_stderr(void) {
    static char text[STDERR_SIZE];
    FILE *file = fopen(stderr_path(), "r");
    size_t size = 0;
    if (file != NULL) {
        size = fread(text, 1, sizeof text - 1, file);
        fclose(file);
    }
    text[size] = '\0';
    return text;
}

bool scene_shows_cpr(void) {
    for (const char *text = scene_stderr(), *c = text; *c != '\0'; c++)
        if (strspn(c, "0123456789") == 10 && (c == text || isalnum((unsigned char)c[-1]) == 0) &&
            isalnum((unsigned char)c[10]) == 0)
            return true;
    return false;
}

const char *scene_message(char line[SCENE_MESSAGE_SIZE]) {
    static const char before_it[] = "error: "; /* a worker says its name first */
    const char *found = strstr(scene_stderr(), before_it);
    snprintf(line, SCENE_MESSAGE_SIZE, "%s", found == NULL ? "" : found + strlen(before_it));
    line[strcspn(line, "\n")] = '\0';
    return line;
}

/* --- The stages -------------------------------------------------------------------------------------------------- */

static void play(const SceneCommand *command, const char *const *arguments) {
    const int exit_code = scene_run(NULL, command, arguments, NULL);
    cr_assert(exit_code == 0 || exit_code == 1, "%s: exit %d\n%s",
              command == NULL ? arguments[0] : command->name, exit_code, scene_stderr());
}

/* Writes what a query says to a file. */
static void write_asked(const char *path, const char *sql) {
    char *text = ask(sql);
    write_text_file(path, text);
    free(text);
}

#define ANSWERED "SELECT E'end_to_end_id;svar;tidspunkt\\n' || string_agg(end_to_end_id || "
#define BY_PAYMENT "'' ORDER BY payment_id) FROM ydelse.payment WHERE batch_id = 1"
#define LAST_PAYEE "(SELECT max(cpr) FROM ydelse.payment WHERE batch_id = 1)"

/* The last payee of the batch is rejected, the others are accepted; then he is accepted, too; then the first had more
 * income than was known. */
static void write_inputs(void) {
    write_asked(answers_path, ANSWERED "CASE WHEN cpr = " LAST_PAYEE
                                       " THEN ';7' ELSE ';8' END || E';2024-03-28\\n', " BY_PAYMENT);
    write_asked(doubt_path, ANSWERED "E';8;2024-03-29\\n', " BY_PAYMENT " AND cpr = " LAST_PAYEE);
    write_asked(late_path, "SELECT E'post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\\nSEN-1;' || "
                           "min(cpr) || E';01;2024-03-15;1500,00\\n' FROM ydelse.payment WHERE batch_id = 1");
    char *rejected = ask("SELECT end_to_end_id FROM ydelse.payment WHERE batch_id = 1 ORDER BY cpr DESC");
    char *first = ask("SELECT min(cpr) FROM ydelse.payment WHERE batch_id = 1");
    snprintf(rejected_id, sizeof rejected_id, "%s", rejected);
    snprintf(payee, sizeof payee, "%s", first);
    free(first);
    free(rejected);
}

/* The sample with a file for every row of the participants and the income. */
static void write_many(void) {
    char command[2048];
    snprintf(
        command, sizeof command,
        "mkdir '%s' && cp samples/lille/*.csv '%s' && cd '%s' && for kind in deltagere indkomst; do "
        "grep -v '^#' $kind.csv | tail -n +2 | { n=100; while IFS= read -r row; do n=$((n + 1)); { head -n 1 "
        "$kind.csv; printf '%%s\\n' \"$row\"; } >$kind-$n.csv; done; }; rm $kind.csv; done",
        many_path, many_path, many_path);
    Process process = shell_run(command);
    cr_assert_eq(process.exit_code, 0, "%s", process.err);
    process_free(&process);
}

/* Somebody left in January 2020, somebody else did not. */
static void write_past(void) {
    char path[600];
    cr_assert_eq(mkdir(past_path, 0700), 0);
    snprintf(path, sizeof path, "%s/deltagere.csv", past_path);
    write_text_file(path, "cpr_nummer;kommunekode;navn\n7001801001;0101;Gået\n7101811004;0101;Bliver\n");
    snprintf(path, sizeof path, "%s/forloeb.csv", past_path);
    write_text_file(path, "forloeb_id;cpr_nummer;ordning;startdato;slutdato;tidligere_ydelse\n"
                          "F1;7001801001;RF;2020-01-01;2020-01-20;KONTANTHJAELP\n"
                          "F2;7101811004;RF;2020-02-01;;KONTANTHJAELP\n");
    snprintf(path, sizeof path, "%s/indkomst.csv", past_path);
    write_text_file(path, "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\n"
                          "I1;7001801001;01;2020-01-15;1500,00\n");
}

static bool stage_is_made[STAGE_COUNT];

static void make_stage(int stage) {
    copy_database(stage_names[scene_stages[stage].from], work_name);
    for (int i = 0; i < SCENE_STEPS_MAX && scene_stages[stage].steps[i] != NULL; i++)
        play(scene_command(scene_stages[stage].steps[i]), NULL);
    if (stage == EMITTED)
        write_inputs();
    copy_database(work_name, stage_names[stage]);
    stage_is_made[stage] = true;
}

/* A stage and those that it is made from, the first of them first. */
static void make_stages(int newest) {
    if (!stage_is_made[EMPTY]) {
        copy_database("template0", stage_names[BARE]);
        copy_database(getenv("YDELSE_TEST_TEMPLATE"), stage_names[EMPTY]);
        stage_is_made[BARE] = stage_is_made[EMPTY] = true;
    }
    while (!stage_is_made[newest]) {
        int next = newest;
        while (!stage_is_made[scene_stages[next].from])
            next = scene_stages[next].from;
        make_stage(next);
    }
}

static void make_users(void) {
    Pg *pg = connect_to("postgres");
    const char *owner = getenv("PGUSER");
    snprintf(users[SCENE_OWNER], NAME_SIZE, "%s", owner == NULL ? "" : owner);
    test_role_create(pg, "fejl_maker", "ydelse_finance", users[SCENE_MAKER]);
    test_role_create(pg, "fejl_approver", "ydelse_finance", users[SCENE_APPROVER]);
    pg_close(pg);
}

/* How many names are in the folder. */
static long files_written(void) {
    long count = 0;
    DIR *listing = opendir(output_folder);
    struct dirent *entry;
    while (listing != NULL && (entry = readdir(listing)) != NULL)
        count += entry->d_name[0] != '.';
    if (listing != NULL)
        closedir(listing);
    return count;
}

static void clear_output(void) {
    char command[1024];
    if (files_written() == 0)
        return;
    snprintf(command, sizeof command, "rm -rf '%s'/*", output_folder);
    Process process = shell_run(command);
    process_free(&process);
}

void scene_begin(void) {
    if (getenv("YDELSE_TEST_TEMPLATE") == NULL)
        cr_skip_test("run the tests by `make test`");
    folder = temporary_folder();
    snprintf(work_name, sizeof work_name, "fejl_%ld", (long)getpid());
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        snprintf(stage_names[stage], NAME_SIZE, "fejl_%ld_%d", (long)getpid(), stage);
    snprintf(answers_path, sizeof answers_path, "%s/svar.csv", folder);
    snprintf(doubt_path, sizeof doubt_path, "%s/svar-senere.csv", folder);
    snprintf(late_path, sizeof late_path, "%s/indkomst-sen.csv", folder);
    snprintf(many_path, sizeof many_path, "%s/mange", folder);
    snprintf(past_path, sizeof past_path, "%s/gammel", folder);
    /* On a disk of its own when there is one, which can be filled. */
    const char *disk = getenv("YDELSE_TEST_OUTPUT");
    snprintf(output_folder, sizeof output_folder, "%.400s/ud", disk == NULL ? folder : disk);
    snprintf(output_path, sizeof output_path, "%s/" PLACE, output_folder);
    cr_assert(mkdir(output_folder, 0700) == 0 || errno == EEXIST);
    clear_output();
    write_past();
    make_users();
}

void scene_end(void) {
    for (int i = 0; i < scene_command_count; i++) {
        free(undisturbed[i].before);
        free(undisturbed[i].after);
        free(undisturbed[i].end);
        free(undisturbed[i].digest);
    }
    let_go();
    drop_database(work_name);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        if (stage_is_made[stage])
            drop_database(stage_names[stage]);
    test_database_drop();
    temporary_folder_remove(folder);
}

static void set(const SceneCommand *command) {
    clear_output();
    copy_database(stage_names[command->stage], work_name);
}

static void play_followers(const SceneCommand *command) {
    for (int i = 0; i < SCENE_FOLLOWERS_MAX && command->followed_by[i] != NULL; i++)
        play(scene_command(command->followed_by[i]), NULL);
}

static char *digest(void) {
    return ask(digest_sql);
}

void scene_set(const SceneCommand *command) {
    const long number = command - scene_commands;
    if (strcmp(command->arguments[1] == NULL ? "" : command->arguments[1], MANY) == 0 &&
        access(many_path, F_OK) != 0)
        write_many();
    make_stages(command->stage);
    set(command);
    if (undisturbed[number].before != NULL)
        return;
    undisturbed[number].before = outcome(command);
    play(command, NULL);
    undisturbed[number].after = outcome(command);
    play_followers(command);
    undisturbed[number].end = outcome(command);
    undisturbed[number].digest = digest();
    set(command);
}

/* --- What came of it --------------------------------------------------------------------------------------------- */

const char *scene_folder(void) {
    return folder;
}

const char *scene_output_folder(void) {
    return output_folder;
}

/* Of a command that writes no file of its own. */
static bool payment_file_is_the_stored_one(void) {
    size_t size;
    if (access(output_path, F_OK) != 0)
        return true;
    char *bytes = read_whole_file(output_path, &size);
    char *stored = ask("SELECT coalesce((SELECT convert_from(bytes, 'UTF8') FROM ydelse.payment_file "
                       "WHERE batch_id = 1), '')");
    const bool same = strcmp(bytes, stored) == 0;
    free(bytes);
    free(stored);
    return same;
}

static void tell_outcome(const SceneCommand *command, const char *now) {
    const long number = command - scene_commands;
    fprintf(stderr, "%s: found\n%s\nbefore\n%s\nafter\n%s\nin the end\n%s\n", command->name, now,
            undisturbed[number].before, undisturbed[number].after, undisturbed[number].end);
}

char scene_state(const SceneCommand *command) {
    const long number = command - scene_commands;
    char *now = outcome(command);
    char state = command->kind == SCENE_BY_STEPS ? '~' : '?';
    if (strcmp(now, undisturbed[number].after) == 0)
        state = '+';
    else if (strcmp(now, undisturbed[number].before) == 0)
        state = '-';
    else if (state == '?')
        tell_outcome(command, now);
    free(now);
    return command->kind == SCENE_WRITES_FILE || payment_file_is_the_stored_one() ? state : '?';
}

bool scene_ends_well(const SceneCommand *command) {
    const long number = command - scene_commands;
    if (command->followed_by[0] == NULL)
        return scene_state(command) == '+';
    play_followers(command);
    char *now = outcome(command);
    const bool same = strcmp(now, undisturbed[number].end) == 0;
    if (!same)
        tell_outcome(command, now);
    free(now);
    return same;
}

bool scene_reads(const SceneCommand *command) {
    const long number = command - scene_commands;
    return strcmp(undisturbed[number].before, undisturbed[number].after) == 0;
}

bool scene_is_exit_again(const SceneCommand *command, char state, int exit_code) {
    return state == '+' && command->exit_when_done != 0 ? exit_code == command->exit_when_done
                                                        : exit_code == 0 || exit_code == 1;
}

bool scene_has_digest(const SceneCommand *command) {
    char *now = digest();
    const bool same = strcmp(now, undisturbed[command - scene_commands].digest) == 0;
    free(now);
    return same;
}

/* What was owed at any time: a payment that a correction made too large is a claim, and not paid twice. */
bool scene_paid_once(void) {
    char *twice =
        ask("SELECT (SELECT count(*) FROM (SELECT FROM ydelse.payment p WHERE p.state IN ('in_batch', "
            "'sent', 'accepted') GROUP BY p.cpr, p.month HAVING sum(p.amount_oere) > coalesce((SELECT "
            "max(e.til_udbetaling) FROM ydelse.entitlement e WHERE e.cpr = p.cpr AND e.month = "
            "p.month), 0)) x) + (SELECT count(*) FROM (SELECT FROM ydelse.payment_file GROUP BY "
            "batch_id HAVING count(*) > 1) y)");
    const bool once = strcmp(twice, "0") == 0;
    free(twice);
    return once;
}

long scene_leftovers(void) {
    char *tables =
        ask("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
            "'ydelse' AND c.relkind = 'r' AND c.relname ~ '^result_.*attempt' AND NOT EXISTS (SELECT FROM "
            "pg_inherits i WHERE i.inhrelid = c.oid)");
    const long count = strtol(tables, NULL, 10);
    free(tables);
    return count + files_written() - (access(output_path, F_OK) == 0);
}

bool scene_is_sound(void) {
    static const char *const verify[] = {"verify", NULL};
    return scene_run(NULL, NULL, verify, NULL) == 0;
}
