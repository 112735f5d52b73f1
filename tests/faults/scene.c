#include "tests/faults/scene.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/pg/pg.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

#define TODAY "2024-03-20"
#define DUE "2024-03-27"
#define STDERR_SIZE 16384
#define NAME_SIZE 64

/* The first stage in which a command can be given. */
enum { EMPTY, LOADED, RUN, PAID, APPROVED, EMITTED, SETTLED, CORRECTED, CLAIMED, STAGE_COUNT };

/* OUTPUT, ANSWERS, LATE, REJECTED and PAYEE are put in when the command is given. */
#define OUTPUT "{output}"
#define ANSWERS "{answers}"
#define LATE "{late}"
#define REJECTED "{rejected}"
#define PAYEE "{payee}"
#define REASON "--reason", "prøve"

const SceneCommand scene_commands[] = {
    {"load", EMPTY, SCENE_OWNER, {"load", "samples/lille"}},
    {"run", LOADED, SCENE_OWNER, {"run", "--month", "2024-03"}},
    {"pay", RUN, SCENE_MAKER, {"pay", "--due", DUE, "--allow-replacement-cpr"}},
    {"approve", PAID, SCENE_APPROVER, {"approve", "1"}},
    {"emit", APPROVED, SCENE_APPROVER, {"emit", "1", "--output", OUTPUT}},
    {"settle", EMITTED, SCENE_MAKER, {"settle", ANSWERS}},
    {"load again", SETTLED, SCENE_OWNER, {"load", LATE}},
    {"run again", CORRECTED, SCENE_OWNER, {"run", "--month", "2024-03"}},
    {"cancel", PAID, SCENE_MAKER, {"cancel", "1", REASON}},
    {"pay --again", SETTLED, SCENE_MAKER, {"pay", "--again", REJECTED, REASON}},
    {"claims", CLAIMED, SCENE_MAKER, {"claims", "decide", "1", "--decision", "A-1", "--outcome", "frafald"}},
    {"reprocess", RUN, SCENE_OWNER, {"reprocess", "--month", "2024-03", "--policy", "skat=ja", REASON}},
    {"check", EMPTY, SCENE_OWNER, {"check", "samples/lille"}},
    {"calc", EMPTY, SCENE_OWNER, {"calc", "--month", "2024-03", "--input", "samples/lille"}},
    {"explain", CLAIMED, SCENE_OWNER, {"explain", "--cpr", PAYEE, "--month", "2024-03"}},
    {"verify", CLAIMED, SCENE_OWNER, {"verify"}},
};
const int scene_command_count = sizeof scene_commands / sizeof scene_commands[0];

static char stage_names[STAGE_COUNT][NAME_SIZE];
static char work_name[NAME_SIZE];
static char users[SCENE_APPROVER + 1][NAME_SIZE];
static char *folder;
static char answers_path[512], late_path[512], output_folder[512], output_path[600];
static char rejected_id[NAME_SIZE], payee[NAME_SIZE];
static char *before[sizeof scene_commands / sizeof scene_commands[0]];
static char *after[sizeof scene_commands / sizeof scene_commands[0]];

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

static char *ask(const char *database, const char *sql) {
    Pg *pg = connect_to(database);
    char *text = test_sql_text(pg, sql);
    pg_close(pg);
    return text;
}

/* The session of a client that was killed may still be about to end. */
static void copy_database(const char *from, const char *to) {
    char sql[256];
    Error error = {.status = STATUS_OK};
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
    "(SELECT 'claim events ' || string_agg(event, ',' ORDER BY event_id) FROM ydelse.claim_event))";

static char *outcome(const char *database) {
    return ask(database, outcome_sql);
}

/* --- Programs ---------------------------------------------------------------------------------------------------- */

static const char *filled_in(const char *argument) {
    if (strcmp(argument, OUTPUT) == 0)
        return output_path;
    if (strcmp(argument, ANSWERS) == 0)
        return answers_path;
    if (strcmp(argument, LATE) == 0)
        return late_path;
    if (strcmp(argument, PAYEE) == 0)
        return payee;
    return strcmp(argument, REJECTED) == 0 ? rejected_id : argument;
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
    setenv("YDELSE_DRIFT_IDAG", TODAY, 1);
    setenv("YDELSE_DRIFT_VENT_SEKUNDER", "20", 1); /* a server looks after its dead clients in its own time */
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

pid_t scene_start(const char *program, const SceneCommand *command, const char *const *arguments,
                  const char *const *extra) {
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
    static const char before_it[] = "ydelse: error: ";
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

const SceneCommand *scene_command(const char *name) {
    for (int i = 0; i < scene_command_count; i++)
        if (strcmp(scene_commands[i].name, name) == 0)
            return &scene_commands[i];
    cr_assert(false, "no command %s", name);
    return NULL;
}

/* The last payee of the batch is rejected, the others are accepted; then the first had more income than was known. */
static void write_inputs(void) {
    char *answers = ask(
        work_name, "SELECT E'end_to_end_id;svar;tidspunkt\\n' || string_agg(end_to_end_id || CASE WHEN cpr = "
                   "(SELECT max(cpr) FROM ydelse.payment WHERE batch_id = 1) THEN ';7' ELSE ';8' END || "
                   "E';2024-03-28\\n', '' ORDER BY payment_id) FROM ydelse.payment WHERE batch_id = 1");
    char *late =
        ask(work_name, "SELECT E'post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\\nSEN-1;' || "
                       "min(cpr) || E';01;2024-03-15;1500,00\\n' FROM ydelse.payment WHERE batch_id = 1");
    char *rejected =
        ask(work_name, "SELECT end_to_end_id FROM ydelse.payment WHERE batch_id = 1 ORDER BY cpr DESC");
    char *first = ask(work_name, "SELECT min(cpr) FROM ydelse.payment WHERE batch_id = 1");
    snprintf(rejected_id, sizeof rejected_id, "%s", rejected);
    snprintf(payee, sizeof payee, "%s", first);
    free(first);
    write_text_file(answers_path, answers);
    write_text_file(late_path, late);
    free(answers);
    free(late);
    free(rejected);
}

static int stages_made; /* the first so many stages are there */

static void make_stages(int newest) {
    static const char *const steps[STAGE_COUNT] = {
        [LOADED] = "load",          [RUN] = "run",          [PAID] = "pay",
        [APPROVED] = "approve",     [EMITTED] = "emit",     [SETTLED] = "settle",
        [CORRECTED] = "load again", [CLAIMED] = "run again"};
    if (stages_made == 0) {
        copy_database(getenv("YDELSE_TEST_TEMPLATE"), stage_names[EMPTY]);
        stages_made = 1;
    }
    if (stages_made <= newest)
        copy_database(stage_names[stages_made - 1], work_name);
    for (; stages_made <= newest; stages_made++) {
        play(scene_command(steps[stages_made]), NULL);
        if (stages_made == EMITTED)
            write_inputs();
        copy_database(work_name, stage_names[stages_made]);
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

static void clear_output(void) {
    DIR *listing = opendir(output_folder);
    struct dirent *entry;
    char path[1024];
    while (listing != NULL && (entry = readdir(listing)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", output_folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    if (listing != NULL)
        closedir(listing);
}

void scene_begin(void) {
    if (getenv("YDELSE_TEST_TEMPLATE") == NULL)
        cr_skip_test("run the tests by `make test`");
    folder = temporary_folder();
    snprintf(work_name, sizeof work_name, "fejl_%ld", (long)getpid());
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        snprintf(stage_names[stage], NAME_SIZE, "fejl_%ld_%d", (long)getpid(), stage);
    snprintf(answers_path, sizeof answers_path, "%s/svar.csv", folder);
    snprintf(late_path, sizeof late_path, "%s/indkomst-sen.csv", folder);
    /* On the small disk when there is one: it is full together with the server's. */
    const char *disk = getenv("YDELSE_TEST_DISK");
    snprintf(output_folder, sizeof output_folder, "%.400s/ud", disk == NULL ? folder : disk);
    snprintf(output_path, sizeof output_path, "%s/betaling.xml", output_folder);
    cr_assert_eq(mkdir(output_folder, 0700), 0);
    make_users();
}

void scene_end(void) {
    for (int i = 0; i < scene_command_count; i++) {
        free(before[i]);
        free(after[i]);
    }
    drop_database(work_name);
    for (int stage = 0; stage < stages_made; stage++)
        drop_database(stage_names[stage]);
    test_database_drop();
    temporary_folder_remove(folder);
}

static void set(const SceneCommand *command) {
    clear_output();
    copy_database(stage_names[command->stage], work_name);
}

void scene_set(const SceneCommand *command) {
    const long number = command - scene_commands;
    make_stages(command->stage);
    set(command);
    if (before[number] != NULL)
        return;
    before[number] = outcome(work_name);
    play(command, NULL);
    after[number] = outcome(work_name);
    set(command);
}

/* --- What came of it --------------------------------------------------------------------------------------------- */

const char *scene_road(void) {
    return folder;
}

static bool payment_file_is_the_stored_one(void) {
    size_t size;
    if (access(output_path, F_OK) != 0)
        return true;
    char *bytes = read_whole_file(output_path, &size);
    char *stored =
        ask(work_name, "SELECT coalesce((SELECT convert_from(bytes, 'UTF8') FROM ydelse.payment_file "
                       "WHERE batch_id = 1), '')");
    const bool same = strcmp(bytes, stored) == 0;
    free(bytes);
    free(stored);
    return same;
}

char scene_state(const SceneCommand *command) {
    const long number = command - scene_commands;
    char *now = outcome(work_name);
    char state = '?';
    if (strcmp(now, after[number]) == 0)
        state = '+';
    else if (strcmp(now, before[number]) == 0)
        state = '-';
    else
        fprintf(stderr, "%s: found\n%s\nbefore\n%s\nafter\n%s\n", command->name, now, before[number],
                after[number]);
    free(now);
    return payment_file_is_the_stored_one() ? state : '?';
}

bool scene_reads(const SceneCommand *command) {
    const long number = command - scene_commands;
    return strcmp(before[number], after[number]) == 0;
}

static long files_left(void) {
    long count = 0;
    DIR *listing = opendir(output_folder);
    struct dirent *entry;
    while (listing != NULL && (entry = readdir(listing)) != NULL)
        count += entry->d_name[0] != '.' && strcmp(entry->d_name, "betaling.xml") != 0;
    if (listing != NULL)
        closedir(listing);
    return count;
}

long scene_leftovers(void) {
    Pg *pg = connect_to(work_name);
    const long count = (long)test_sql_int64(
        pg, "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
            "'ydelse' AND c.relkind = 'r' AND c.relname ~ '^result_.*attempt' AND NOT EXISTS (SELECT FROM "
            "pg_inherits i WHERE i.inhrelid = c.oid)");
    pg_close(pg);
    return count + files_left();
}

bool scene_is_sound(void) {
    static const char *const verify[] = {"verify", NULL};
    return scene_run(NULL, NULL, verify, NULL) == 0;
}
