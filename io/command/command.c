#include "io/command/command.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/base/embedded.h"
#include "io/base/log.h"
#include "io/base/mask.h"
#include "io/base/progress.h"
#include "io/command/option_kind.h"
#include "io/pg/migrate.h"
#include "io/pg/pg.h"
#include "io/run/nightly.h"

#define OPTIONS_MAX 40
#define WORD_SIZE_MAX 32 /* names longer than this get no suggestion */
#define MISTAKES_MAX 2

const Option common_options[] = {
    {"config", "F", "settings file (default: $YDELSE_CONFIG, config/ydelse.ini, /etc/ydelse/ydelse.ini)",
     false, false},
    {"dsn", "D", "database, as libpq conninfo (default: the PG* variables)", false, false},
    {"set", "SECTION.KEY=VALUE", "one setting, e.g. drift.idag=2024-03-20", false, true},
    {"lang", "da|en", "language of texts for people (default: setting udskrift.sprog)", false, false},
    {"log-format", "text|json|journal", "messages on stderr (default: setting drift.logformat)", false,
     false},
    {"quiet", NULL, "only warnings and errors on stderr (-q)", false, false},
    {"verbose", NULL, "more detail on stderr (-v)", false, false},
    {"help", NULL, "this help (-h)", false, false},
    {NULL, NULL, NULL, false, false},
};

/* --- What a command asks of its invocation ------------------------------------------------------------- */

const char *option_value(const Invocation *invocation, const char *name) {
    for (int i = invocation->option_count - 1; i >= 0; i--)
        if (strcmp(invocation->options[i].name, name) == 0)
            return invocation->options[i].value;
    return NULL;
}

bool option_given(const Invocation *invocation, const char *name) {
    return option_value(invocation, name) != NULL;
}

const char *command_dsn(const Invocation *invocation) {
    return option_value(invocation, "dsn");
}

bool command_danish(const Invocation *invocation) {
    const char *language = setting_get(invocation->settings, "udskrift", "sprog");
    return language == NULL || strcmp(language, "en") != 0;
}

/* --- Suggestions --------------------------------------------------------------------------------------- */

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/* Characters changed, left out, added, or swapped with their neighbour (Damerau and Levenshtein); WORD_SIZE_MAX when a
 * word is too long to compare. */
static int edit_distance(const char *a, const char *b) {
    const size_t a_size = strlen(a);
    const size_t b_size = strlen(b);
    int distance[WORD_SIZE_MAX + 1][WORD_SIZE_MAX + 1];
    if (a_size > WORD_SIZE_MAX || b_size > WORD_SIZE_MAX)
        return WORD_SIZE_MAX;
    for (size_t j = 0; j <= b_size; j++)
        distance[0][j] = (int)j;
    for (size_t i = 1; i <= a_size; i++) {
        distance[i][0] = (int)i;
        for (size_t j = 1; j <= b_size; j++) {
            const int changed = distance[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            const int added = smaller(distance[i - 1][j], distance[i][j - 1]) + 1;
            distance[i][j] = smaller(changed, added);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                distance[i][j] = smaller(distance[i][j], distance[i - 2][j - 2] + 1);
        }
    }
    return distance[a_size][b_size];
}

typedef struct {
    const char *word;
    const char *nearest;
    int distance;
} Suggestion;

/* Near is two mistakes at most, and no more than half of the word wrong. */
static void suggest(Suggestion *suggestion, const char *candidate) {
    const int limit = smaller(MISTAKES_MAX, (int)strlen(candidate) / 2);
    const int distance = edit_distance(suggestion->word, candidate);
    if (distance <= limit && (suggestion->nearest == NULL || distance < suggestion->distance)) {
        suggestion->nearest = candidate;
        suggestion->distance = distance;
    }
}

/* --- Parsing --------------------------------------------------------------------------------------------- */

typedef struct {
    const Option *known[OPTIONS_MAX];
    struct option longs[OPTIONS_MAX + 1];
    int count;
} OptionTable;

static void option_table_add(OptionTable *table, const Option *options) {
    for (const Option *option = options; option->name != NULL; option++) {
        assert(table->count < OPTIONS_MAX);
        table->known[table->count] = option;
        table->longs[table->count] = (struct option){
            .name = option->name,
            .has_arg = option->argument == NULL ? no_argument : required_argument,
        };
        table->count++;
    }
}

static Status unknown_option(const Command *command, const OptionTable *table, const char *given,
                             Error *error) {
    char word[WORD_SIZE_MAX + 2];
    snprintf(word, sizeof word, "%s", strncmp(given, "--", 2) == 0 ? given + 2 : given);
    word[strcspn(word, "=")] = '\0';
    Suggestion suggestion = {.word = word};
    for (int i = 0; i < table->count; i++)
        suggest(&suggestion, table->known[i]->name);
    error_set(error, STATUS_USAGE, "%s: unknown option %.60s", command->name, given);
    if (suggestion.nearest != NULL)
        error_hint(error, "did you mean --%s?", suggestion.nearest);
    else
        error_hint(error, "see `ydelse %s --help`", command->name);
    return STATUS_USAGE;
}

static Status add_option(Invocation *invocation, const char *name, const char *value, Error *error) {
    if (invocation->option_count == OPTION_VALUES_MAX)
        return error_set(error, STATUS_USAGE, "more than %d options", OPTION_VALUES_MAX);
    invocation->options[invocation->option_count++] = (OptionValue){name, value == NULL ? "" : value};
    return STATUS_OK;
}

/* Fills options and operands. getopt_long sorts the operands to the end of argv. */
static Status parse_options(Invocation *invocation, int argc, char **argv, Error *error) {
    const Command *command = invocation->command;
    OptionTable table = {.count = 0};
    option_table_add(&table, command->options);
    option_table_add(&table, common_options);
    opterr = 0;
    optind = 0;
    for (;;) {
        int index = -1;
        optopt = 0;
        const int got = getopt_long(argc, argv, ":hqv", table.longs, &index);
        if (got == -1)
            break;
        Status status = STATUS_OK;
        if (got == 0)
            status = add_option(invocation, table.known[index]->name, optarg, error);
        else if (got == 'h')
            status = add_option(invocation, "help", NULL, error);
        else if (got == 'q')
            status = add_option(invocation, "quiet", NULL, error);
        else if (got == 'v')
            status = add_option(invocation, "verbose", NULL, error);
        else if (got == ':')
            status = error_set(error, STATUS_USAGE, "%s: option %.60s needs a value", command->name,
                               argv[optind - 1]);
        else
            status = unknown_option(command, &table, argv[optind > 1 ? optind - 1 : 1], error);
        if (status != STATUS_OK)
            return status;
    }
    invocation->operands = argv + optind;
    invocation->operand_count = argc - optind;
    return STATUS_OK;
}

static Status check_values(const Invocation *invocation, Error *error) {
    for (const Option *option = invocation->command->options; option->name != NULL; option++)
        for (int i = 0; i < invocation->option_count; i++)
            if (strcmp(invocation->options[i].name, option->name) == 0) {
                const Status status = option_check(option, invocation->options[i].value, error);
                if (status != STATUS_OK)
                    return status;
            }
    return STATUS_OK;
}

static Status check_complete(const Invocation *invocation, Error *error) {
    const Command *command = invocation->command;
    for (const Option *option = command->options; option->name != NULL; option++)
        if (option->required && !option_given(invocation, option->name)) {
            error_set(error, STATUS_USAGE, "%s: --%s %s is required", command->name, option->name,
                      option->argument == NULL ? "" : option->argument);
            error_hint(error, "see `ydelse %s --help`", command->name);
            return STATUS_USAGE;
        }
    if (invocation->operand_count < command->operands_min) {
        if (invocation->operand_count == 0)
            error_set(error, STATUS_USAGE, "%s: %s is missing", command->name, command->operands);
        else
            error_set(error, STATUS_USAGE, "%s: expected %s, found only %.60s", command->name,
                      command->operands, invocation->operands[0]);
        error_hint(error, "see `ydelse %s --help`", command->name);
        return STATUS_USAGE;
    }
    if (command->operands_max >= 0 && invocation->operand_count > command->operands_max)
        return error_set(error, STATUS_USAGE, "%s: unexpected argument %.60s", command->name,
                         invocation->operands[command->operands_max]);
    return check_values(invocation, error);
}

/* --- Settings from options -------------------------------------------------------------------------------- */

/* Splits "key=value" at the first '='. False when there is none or the key does not fit. */
static bool split_pair(const char *pair, char *key, size_t key_size, const char **value) {
    const char *equals = strchr(pair, '=');
    if (equals == NULL || (size_t)(equals - pair) >= key_size)
        return false;
    memcpy(key, pair, (size_t)(equals - pair));
    key[equals - pair] = '\0';
    *value = equals + 1;
    return true;
}

static Status apply_set(Settings *settings, const char *text, Error *error) {
    char name[96];
    const char *value;
    if (!split_pair(text, name, sizeof name, &value) || strchr(name, '.') == NULL)
        return error_set(error, STATUS_USAGE, "--set %.80s: expected SECTION.KEY=VALUE", text);
    char *dot = strchr(name, '.');
    *dot = '\0';
    return setting_set(settings, name, dot + 1, value, error);
}

static Status apply_policy(Settings *settings, const char *text, Error *error) {
    char key[48];
    const char *value;
    if (!split_pair(text, key, sizeof key, &value))
        return error_set(error, STATUS_USAGE, "--policy %.80s: expected KEY=VALUE", text);
    return setting_set(settings, "policy", key, value, error);
}

/* A wrong value on the command line is wrong usage, not wrong configuration. */
static Status apply_options(Invocation *invocation, Error *error) {
    for (int i = 0; i < invocation->option_count; i++) {
        const OptionValue *option = &invocation->options[i];
        Status status = STATUS_OK;
        if (strcmp(option->name, "set") == 0)
            status = apply_set(invocation->settings, option->value, error);
        else if (strcmp(option->name, "policy") == 0)
            status = apply_policy(invocation->settings, option->value, error);
        else if (strcmp(option->name, "lang") == 0)
            status = setting_set(invocation->settings, "udskrift", "sprog", option->value, error);
        else if (strcmp(option->name, "log-format") == 0)
            status = setting_set(invocation->settings, "drift", "logformat", option->value, error);
        if (status == STATUS_CONFIG)
            status = error->status = STATUS_USAGE;
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* Before the settings are read: trouble with them is told in the format that was asked for. */
static void set_log(const Invocation *invocation) {
    const char *format = option_value(invocation, "log-format");
    log_command_set(invocation->command->name);
    if (format != NULL)
        (void)log_format_set(format); /* a wrong one is refused with the settings */
    if (option_given(invocation, "quiet"))
        log_level_set(LOG_QUIET);
    else if (option_given(invocation, "verbose"))
        log_level_set(LOG_DETAIL);
}

/* From here on every setting is known. */
static Status run_command(Invocation *invocation, Error *error) {
    Pg *connection = NULL;
    const char *format = setting_get(invocation->settings, "drift", "logformat");
    if (format != NULL)
        (void)log_format_set(format);
    progress_language(command_danish(invocation));
    const int64_t began_ms = nightly_clock_ms();
    invocation->connection = &connection;
    const Status status = invocation->command->run(invocation, error);
    invocation->connection = NULL;
    pg_close(connection);
    progress_end();
    if (invocation->command->nightly)
        nightly_end(invocation, began_ms, status, error);
    return status;
}

Status command_invoke(const Command *command, int argc, char **argv, Error *error) {
    Invocation invocation = {.command = command};
    Status status = parse_options(&invocation, argc, argv, error);
    set_log(&invocation);
    if (status != STATUS_OK)
        return status;
    if (option_given(&invocation, "help")) {
        command_print_help(command);
        return STATUS_OK;
    }
    status = check_complete(&invocation, error);
    if (status != STATUS_OK)
        return status;
    status = settings_load(option_value(&invocation, "config"), &invocation.settings, error);
    if (status == STATUS_OK)
        status = apply_options(&invocation, error);
    if (status == STATUS_OK)
        status = settings_check_today(invocation.settings, error);
    if (status == STATUS_OK)
        status = run_command(&invocation, error);
    settings_free(invocation.settings);
    return status;
}

/* --- The program -------------------------------------------------------------------------------------------- */

/* With a standard stream closed, the next file opened would become it and be written over. A read-only
 * stand-in for stdout makes writing fail as it should. */
static void keep_standard_streams(void) {
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF)
            (void)open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
}

static bool stdout_reader_gone(void) {
    struct pollfd stream = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&stream, 1, 0) == 1 && (stream.revents & POLLERR) != 0;
}

/* What was printed must have arrived. A reader that has gone (`| head`) is told by the code alone. */
static Status close_stdout(Status status) {
    const bool failed = ferror(stdout) != 0;
    const bool reader_gone = stdout_reader_gone();
    const bool unflushed = fclose(stdout) != 0;
    const int number = errno;
    if (!failed && !unflushed)
        return status;
    if (!reader_gone) {
        Error error;
        error_set(&error, STATUS_IO, "cannot write standard output: %s",
                  unflushed ? strerror(number) : "an earlier write failed");
        log_error(&error);
    }
    return status == STATUS_OK || status == STATUS_FINDINGS ? STATUS_IO : status;
}

static const Command *const *known_commands;

const Command *const *command_table(void) {
    return known_commands;
}

Status command_find(const char *name, const Command **command, Error *error) {
    Suggestion suggestion = {.word = name};
    for (const Command *const *known = known_commands; *known != NULL; known++) {
        *command = *known;
        if (strcmp((*known)->name, name) == 0)
            return STATUS_OK;
        suggest(&suggestion, (*known)->name);
    }
    error_set(error, STATUS_USAGE, "unknown %s %.60s", name[0] == '-' ? "option" : "command", name);
    if (suggestion.nearest != NULL)
        error_hint(error, "did you mean `ydelse %s`?", suggestion.nearest);
    else
        error_hint(error, "see `ydelse --help`");
    return STATUS_USAGE;
}

static Status dispatch(int argc, char **argv, Error *error) {
    if (argc < 2) {
        error_set(error, STATUS_USAGE, "a command is missing");
        error_hint(error, "see `ydelse --help`");
        return STATUS_USAGE;
    }
    const char *first = argv[1];
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        command_print_help_all(known_commands);
        return STATUS_OK;
    }
    if (strcmp(first, "--version") == 0) {
        printf("ydelse %s\nsources %s\nschema %04d\n", program_version, program_sources_sha256,
               (int)migrate_known());
        return STATUS_OK;
    }
    const Command *command = NULL;
    const Status status = command_find(first, &command, error);
    return status == STATUS_OK ? command_invoke(command, argc - 1, argv + 1, error) : status;
}

static void free_arguments(char **copies) {
    for (int i = 0; copies != NULL && copies[i] != NULL; i++)
        free(copies[i]);
    free(copies);
}

/* Everybody on the machine can read what a process was started with. The command works on a copy, and CPR numbers in
 * the arguments themselves are masked. NULL without memory; free_arguments frees it. */
static char **copy_arguments(int argc, char **argv) {
    char **copies = calloc((size_t)argc + 1, sizeof copies[0]);
    bool complete = copies != NULL;
    for (int i = 0; complete && i < argc; i++)
        complete = (copies[i] = strdup(argv[i])) != NULL;
    for (int i = 0; complete && i < argc; i++)
        mask_message(argv[i]);
    if (complete)
        return copies;
    free_arguments(copies);
    return NULL;
}

/* The database names what was refused, not who may. */
static void lacking_right(Error *error) {
    if (strcmp(error->sqlstate, "42501") == 0 && error->hint[0] == '\0')
        error_hint(error,
                   "the user lacks a right: members of ydelse_batch load and run, those of ydelse_finance "
                   "pay, those of ydelse_auditor only read; the owner may all");
}

int command_line(const Command *const *commands, int argc, char **argv) {
    known_commands = commands;
    keep_standard_streams();
    (void)log_format_set("auto");
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL); /* a file that may not grow further is a failed write like others */
    Error error = {.status = STATUS_OK};
    char **copies = copy_arguments(argc, argv);
    Status status = copies == NULL ? error_no_memory(&error) : dispatch(argc, copies, &error);
    lacking_right(&error);
    /* A write that failed because the reader has gone needs no words. */
    const bool quiet = status == STATUS_IO && stdout_reader_gone();
    if (status != STATUS_OK && error.status != STATUS_OK && error.message[0] != '\0' && !quiet)
        log_error(&error);
    free_arguments(copies);
    return (int)close_stdout(status);
}
