#include "io/base/settings.h"

#include <assert.h>
#include <ctype.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/money.h"
#include "io/base/embedded.h"

#define SETTINGS_MAX 256
#define SETTING_NAME_SIZE 48
#define CONFIG_LINE_SIZE 180 /* inih reads lines of 200 bytes; longer ones would be cut in two */

extern char **environ;

typedef enum {
    TYPE_POLICY,   /* checked by policy_set */
    TYPE_MONTH,    /* YYYY-MM */
    TYPE_DATE,     /* YYYY-MM-DD */
    TYPE_CODE,     /* one to four capital letters or digits: an ISO 20022 code */
    TYPE_NUMBER,   /* 0 to 100 */
    TYPE_WORKERS,  /* 1 to 64 */
    TYPE_SHARDS,   /* 0 to 256 */
    TYPE_SECONDS,  /* 1 to 3600 */
    TYPE_KRONER,   /* an amount, 60000,00 */
    TYPE_YES_NO,   /* ja, nej */
    TYPE_LANGUAGE, /* da, en */
    TYPE_PATH,     /* a file; not empty */
    TYPE_ABSOLUTE, /* a file, from the root: a service has no folder of its own */
    TYPE_FORMAT,   /* of messages */
} SettingType;

typedef struct {
    SettingDefinition definition;
    SettingType type;
} KnownSetting;

static const KnownSetting known_settings[] = {
    {{"cutover", "alle", "første måned, som motoren betaler, for alle kommuner (ÅÅÅÅ-MM)"}, TYPE_MONTH},
    {{"cutover", "*", "første måned for den kommune, hvis kode er nøglen (ÅÅÅÅ-MM)"}, TYPE_MONTH},
    {{"betaling", "servicekode", "SvcLvl/Cd i betalingsfilen"}, TYPE_CODE},
    {{"betaling", "kategorikode", "CtgyPurp/Cd i betalingsfilen"}, TYPE_CODE},
    {{"betaling", "formaalskode", "Purp/Cd i betalingsfilen"}, TYPE_CODE},
    {{"betaling", "translitterer", "skriv ae, oe, aa i navne (ja, nej)"}, TYPE_YES_NO},
    {{"betaling", "frist_bankdage", "bankdage, som filen skal være hos banken før"}, TYPE_NUMBER},
    {{"betaling", "foraeldelse_aar", "ældre måneder end så mange år betales ikke af sig selv"}, TYPE_NUMBER},
    {{"betaling", "graense_procent",
      "så mange procent over måneden før kræver en ekstra begrundelse (0-100)"},
     TYPE_NUMBER},
    {{"betaling", "graense_enkelt", "en betaling over så mange kroner kræver en ekstra begrundelse"},
     TYPE_KRONER},
    {{"betaling", "graense_igen", "mere end så mange kroner endnu en gang for en betalt måned kræver en"},
     TYPE_KRONER},
    {{"betaling", "betalere", "fil med kommunernes konti; ellers den indbyggede config/betalere.csv"},
     TYPE_PATH},
    {{"betaling", "kontoplan", "fil med regnskabets konti; ellers den indbyggede config/kontoplan.csv"},
     TYPE_PATH},
    {{"betaling", "sendt", "liste over sendte betalingsfiler, uden for databasen (absolut sti)"},
     TYPE_ABSOLUTE},
    {{"drift", "forventet", "fil med de filer, som en natlig kørsel venter på; ellers config/forventet.csv"},
     TYPE_PATH},
    {{"drift", "idag", "dags dato til forevisning og prøver (ÅÅÅÅ-MM-DD)"}, TYPE_DATE},
    {{"drift", "vent_sekunder", "så længe ventes der på en anden indlæsning eller kørsel (0-100)"},
     TYPE_NUMBER},
    {{"drift", "logformat", "beskeder på stderr (auto, text, json, journal)"}, TYPE_FORMAT},
    {{"drift", "metrikfil", "fil til node_exporter, skrevet efter hver kørsel (absolut sti)"}, TYPE_ABSOLUTE},
    {{"drift", "ved_fejl", "program, som startes, når load eller run fejler (absolut sti)"}, TYPE_ABSOLUTE},
    {{"drift", "ved_fejl_sekunder", "så længe må det program køre, før det stoppes (0-100)"}, TYPE_NUMBER},
    {{"drift", "arbejdere", "så mange processer beregner en kørsel (1-64)"}, TYPE_WORKERS},
    {{"drift", "delmaengder", "så mange delmængder deles en kørsel i (1-256; 0: efter antal personer)"},
     TYPE_SHARDS},
    {{"drift", "leje_sekunder", "så længe har en arbejder en delmængde, før en anden må tage den (1-3600)"},
     TYPE_SECONDS},
    {{"drift", "forsoeg", "så mange gange må en delmængde påbegyndes (1-64)"}, TYPE_WORKERS},
    {{"opbevaring", "aar", "så mange år beholdes efter årets udgang, før noget kan slettes (5-100)"},
     TYPE_NUMBER},
    {{"udskrift", "sprog", "sprog i tekster til mennesker (da, en)"}, TYPE_LANGUAGE},
};
#define KNOWN_COUNT ((int32_t)(sizeof known_settings / sizeof known_settings[0]))
static const KnownSetting policy_setting = {{"policy", "", "hvor loven tier"}, TYPE_POLICY};

typedef struct {
    char section[SETTING_NAME_SIZE];
    char key[SETTING_NAME_SIZE];
    char value[SETTING_VALUE_SIZE];
    int32_t source; /* 0 built-in, 1 file, 2 set later: the same key twice in one source is a mistake */
} Setting;

struct Settings {
    Setting entries[SETTINGS_MAX]; /* sorted by section, then key */
    int32_t count;
    int32_t source;
};

/* --- What is known, and what a value may be ----------------------------------------------------------- */

static bool is_four_digits(const char *text) {
    return strlen(text) == 4 && strspn(text, "0123456789") == 4;
}

static bool policy_key_known(const char *key) {
    for (int32_t k = 0; k < POLICY_COUNT; k++)
        if (strcmp(policy_table[k].key, key) == 0)
            return true;
    return false;
}

/* The definition of a setting; *section_known tells which of the two names is wrong when there is none. */
static const KnownSetting *find_known(const char *section, const char *key, bool *section_known) {
    *section_known = strcmp(section, "policy") == 0;
    if (*section_known)
        return policy_key_known(key) ? &policy_setting : NULL;
    for (int32_t i = 0; i < KNOWN_COUNT; i++) {
        const SettingDefinition *definition = &known_settings[i].definition;
        if (strcmp(definition->section, section) != 0)
            continue;
        *section_known = true;
        if (strcmp(definition->key, key) == 0 || (strcmp(definition->key, "*") == 0 && is_four_digits(key)))
            return &known_settings[i];
    }
    return NULL;
}

static bool is_code(const char *value) {
    const size_t size = strlen(value);
    return size >= 1 && size <= 4 && strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == size;
}

static bool is_number(const char *value, long min, long max) {
    const size_t size = strlen(value);
    return size >= 1 && size <= 4 && strspn(value, "0123456789") == size && strtol(value, NULL, 10) >= min &&
           strtol(value, NULL, 10) <= max;
}

static bool is_one_of(const char *value, const char *const *words) {
    for (; *words != NULL; words++)
        if (strcmp(*words, value) == 0)
            return true;
    return false;
}

/* NULL when the value fits, else what was expected. */
static const char *value_expected(const KnownSetting *known, const char *key, const char *value) {
    const uint32_t size = (uint32_t)strlen(value);
    static const char *const log_formats[] = {"auto", "text", "json", "journal", NULL};
    Policy policy = policy_default();
    Money amount;
    Month month;
    Date date;
    switch (known->type) {
    case TYPE_POLICY:
        return policy_set(&policy, key, value) == POLICY_SET ? NULL : "one of the values of that policy";
    case TYPE_MONTH:
        return month_parse(value, size, &month) ? NULL : "a month, YYYY-MM";
    case TYPE_DATE:
        return date_parse(value, size, &date) ? NULL : "a date, YYYY-MM-DD";
    case TYPE_CODE:
        return is_code(value) ? NULL : "a code of one to four capital letters or digits";
    case TYPE_NUMBER:
        return is_number(value, 0, 100) ? NULL : "a whole number from 0 to 100";
    case TYPE_WORKERS:
        return is_number(value, 1, 64) ? NULL : "a whole number from 1 to 64";
    case TYPE_SHARDS:
        return is_number(value, 0, 256) ? NULL : "a whole number from 0 to 256";
    case TYPE_SECONDS:
        return is_number(value, 1, 3600) ? NULL : "a whole number from 1 to 3600";
    case TYPE_KRONER:
        return money_parse(value, size, ',', &amount) && amount.oere >= 0 ? NULL
                                                                          : "an amount in kroner, 60000,00";
    case TYPE_YES_NO:
        return strcmp(value, "ja") == 0 || strcmp(value, "nej") == 0 ? NULL : "ja or nej";
    case TYPE_LANGUAGE:
        return strcmp(value, "da") == 0 || strcmp(value, "en") == 0 ? NULL : "da or en";
    case TYPE_PATH:
        return value[0] != '\0' ? NULL : "the path of a file";
    case TYPE_ABSOLUTE:
        return value[0] == '/' ? NULL : "a path that begins with /";
    case TYPE_FORMAT:
        return is_one_of(value, log_formats) ? NULL : "auto, text, json or journal";
    }
    return "a known type";
}

void settings_known(void (*visit)(void *context, const SettingDefinition *definition), void *context) {
    for (int32_t i = 0; i < KNOWN_COUNT; i++)
        visit(context, &known_settings[i].definition);
    for (int32_t k = 0; k < POLICY_COUNT; k++) {
        const SettingDefinition definition = {"policy", policy_table[k].key, "hvor loven tier"};
        visit(context, &definition);
    }
}

/* --- The sorted list ---------------------------------------------------------------------------------- */

static int compare_names(const Setting *setting, const char *section, const char *key) {
    const int order = strcmp(setting->section, section);
    return order != 0 ? order : strcmp(setting->key, key);
}

/* The place of a setting, or where it would stand. */
static int32_t find_place(const Settings *settings, const char *section, const char *key, bool *found) {
    int32_t place = 0;
    while (place < settings->count && compare_names(&settings->entries[place], section, key) < 0)
        place++;
    *found = place < settings->count && compare_names(&settings->entries[place], section, key) == 0;
    return place;
}

const char *setting_get(const Settings *settings, const char *section, const char *key) {
    bool found;
    const int32_t place = find_place(settings, section, key, &found);
    return found ? settings->entries[place].value : NULL;
}

static Status check_setting(const char *section, const char *key, const char *value, Error *error) {
    bool section_known;
    const KnownSetting *known = find_known(section, key, &section_known);
    if (!section_known)
        return error_set(error, STATUS_CONFIG, "unknown section [%.40s]", section);
    if (known == NULL)
        return error_set(error, STATUS_CONFIG, "unknown setting %.40s.%.40s", section, key);
    if (strlen(value) >= SETTING_VALUE_SIZE)
        return error_set(error, STATUS_CONFIG, "the value of %.40s.%.40s is too long", section, key);
    const char *expected = value_expected(known, key, value);
    if (expected != NULL)
        return error_set(error, STATUS_CONFIG, "%s.%s = %.60s: expected %s", section, key, value, expected);
    return STATUS_OK;
}

Status setting_set(Settings *settings, const char *section, const char *key, const char *value,
                   Error *error) {
    const Status status = check_setting(section, key, value, error);
    if (status != STATUS_OK)
        return status;
    bool found;
    const int32_t place = find_place(settings, section, key, &found);
    Setting *entry = &settings->entries[place];
    if (!found) {
        if (settings->count == SETTINGS_MAX)
            return error_set(error, STATUS_CONFIG, "more than %d settings", SETTINGS_MAX);
        memmove(entry + 1, entry, (size_t)(settings->count - place) * sizeof *entry);
        settings->count++;
        memset(entry, 0, sizeof *entry);
        snprintf(entry->section, sizeof entry->section, "%s", section);
        snprintf(entry->key, sizeof entry->key, "%s", key);
    }
    snprintf(entry->value, sizeof entry->value, "%s", value);
    entry->source = settings->source;
    return STATUS_OK;
}

void setting_each(const Settings *settings, const char *section,
                  void (*visit)(void *context, const char *key, const char *value), void *context) {
    for (int32_t i = 0; i < settings->count; i++)
        if (strcmp(settings->entries[i].section, section) == 0)
            visit(context, settings->entries[i].key, settings->entries[i].value);
}

/* --- Reading a file ----------------------------------------------------------------------------------- */

typedef struct {
    Settings *settings;
    const char *name;
    FILE *file;       /* NULL: the embedded text */
    const char *text; /* what is left of it */
    int32_t line;
    bool line_bad; /* too long, or with a NUL */
    int32_t line_of_error;
    Status status;
    Error *error;
} ConfigReader;

/* fgets for both sources. */
static char *next_line(ConfigReader *reader, char *line, int size) {
    if (reader->file != NULL)
        return fgets(line, size, reader->file);
    if (reader->text[0] == '\0')
        return NULL;
    size_t length = strcspn(reader->text, "\n");
    if (reader->text[length] == '\n')
        length++;
    if (length > (size_t)size - 1)
        length = (size_t)size - 1;
    memcpy(line, reader->text, length);
    line[length] = '\0';
    reader->text += length;
    return line;
}

/* What inih reads by. Blanks at the start of a line are dropped: inih would take such a line as one more
 * value of the key before it. A line it could not hold as a whole ends the reading. */
static char *read_line(char *line, int size, void *context) {
    ConfigReader *reader = context;
    if (reader->status != STATUS_OK || reader->line_bad)
        return NULL;
    if (next_line(reader, line, size < CONFIG_LINE_SIZE ? size : CONFIG_LINE_SIZE) == NULL)
        return NULL;
    reader->line++;
    const size_t length = strlen(line);
    const bool complete = length > 0 && line[length - 1] == '\n';
    const bool at_end = reader->file != NULL ? feof(reader->file) != 0 : reader->text[0] == '\0';
    if (!complete && !at_end) {
        reader->line_bad = true;
        return NULL;
    }
    const size_t blanks = strspn(line, " \t");
    memmove(line, line + blanks, length - blanks + 1);
    return line;
}

/* "file:line: " before the message of an error. */
static void add_place(ConfigReader *reader) {
    char message[ERROR_TEXT_SIZE];
    snprintf(message, sizeof message, "%s", reader->error->message);
    error_set(reader->error, STATUS_CONFIG, "%.200s:%d: %.280s", reader->name, reader->line, message);
    reader->status = STATUS_CONFIG;
    reader->line_of_error = reader->line;
}

static int take_setting(void *context, const char *section, const char *key, const char *value) {
    ConfigReader *reader = context;
    if (reader->status != STATUS_OK)
        return 0;
    bool found;
    const int32_t place = find_place(reader->settings, section, key, &found);
    if (found && reader->settings->entries[place].source == reader->settings->source) {
        error_set(reader->error, STATUS_CONFIG, "setting %.40s.%.40s is given twice", section, key);
        add_place(reader);
        return 0;
    }
    if (setting_set(reader->settings, section, key, value, reader->error) != STATUS_OK) {
        add_place(reader);
        return 0;
    }
    return 1;
}

/* Reads the whole text and turns inih's own complaints into ours. */
static Status read_config(ConfigReader *reader) {
    reader->settings->source++;
    const int bad_line = ini_parse_stream(read_line, reader, take_setting, reader);
    /* inih goes on after a line it cannot read and returns the first such line; ours may come after it. */
    if (reader->status != STATUS_OK && bad_line == reader->line_of_error)
        return reader->status;
    if (reader->line_bad)
        return error_set(reader->error, STATUS_CONFIG,
                         "%.200s:%d: the line is longer than %d bytes or holds a NUL", reader->name,
                         reader->line, CONFIG_LINE_SIZE - 2);
    if (reader->file != NULL && ferror(reader->file))
        return error_errno(reader->error, STATUS_CONFIG, "read", reader->name);
    if (bad_line > 0)
        return error_set(reader->error, STATUS_CONFIG,
                         "%.200s:%d: expected [section], key = value, or a comment", reader->name, bad_line);
    if (bad_line < 0)
        return error_no_memory(reader->error);
    return STATUS_OK;
}

static Status read_config_file(Settings *settings, const char *path, Error *error) {
    ConfigReader reader = {.settings = settings, .name = path, .text = "", .error = error};
    reader.file = fopen(path, "re");
    if (reader.file == NULL)
        return error_errno(error, STATUS_CONFIG, "read the settings", path);
    const Status status = read_config(&reader);
    fclose(reader.file);
    return status;
}

/* --- The environment: YDELSE_<SECTION>_<KEY> ------------------------------------------------------------ */

static Status take_variable(Settings *settings, const char *section, const char *variable, size_t prefix_size,
                            Error *error) {
    const char *equals = strchr(variable, '=');
    const size_t key_size = (size_t)(equals - variable) - prefix_size;
    char key[SETTING_NAME_SIZE];
    if (key_size >= sizeof key)
        return error_set(error, STATUS_CONFIG, "unknown setting in the environment: %.80s", variable);
    for (size_t i = 0; i < key_size; i++)
        key[i] = (char)tolower((unsigned char)variable[prefix_size + i]);
    key[key_size] = '\0';
    const Status status = setting_set(settings, section, key, equals + 1, error);
    if (status != STATUS_OK)
        error_detail(error, "from the environment: %.*s", (int)(equals - variable), variable);
    return status;
}

static Status read_environment_section(Settings *settings, const char *section, Error *error) {
    char prefix[SETTING_NAME_SIZE + 16];
    snprintf(prefix, sizeof prefix, "YDELSE_%s_", section);
    for (char *c = prefix; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    const size_t prefix_size = strlen(prefix);
    for (char **variable = environ; variable != NULL && *variable != NULL; variable++) {
        if (strncmp(*variable, prefix, prefix_size) != 0 || strchr(*variable, '=') == NULL)
            continue;
        const Status status = take_variable(settings, section, *variable, prefix_size, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static Status read_environment(Settings *settings, Error *error) {
    Status status = read_environment_section(settings, "policy", error);
    for (int32_t i = 0; i < KNOWN_COUNT && status == STATUS_OK; i++)
        if (i == 0 ||
            strcmp(known_settings[i].definition.section, known_settings[i - 1].definition.section) != 0)
            status = read_environment_section(settings, known_settings[i].definition.section, error);
    return status;
}

/* --- All together --------------------------------------------------------------------------------------- */

/* The file to read when none is named: the first that is there. */
static const char *default_config_path(void) {
    static const char *const places[] = {"config/ydelse.ini", "/etc/ydelse/ydelse.ini"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (access(places[i], F_OK) == 0)
            return places[i];
    return NULL;
}

Status settings_load(const char *config_path, Settings **settings, Error *error) {
    Settings *loaded = calloc(1, sizeof *loaded);
    if (loaded == NULL)
        return error_no_memory(error);
    ConfigReader builtin = {.settings = loaded, .name = "built-in config/ydelse.ini", .error = error};
    const EmbeddedFile *embedded = embedded_find("config/ydelse.ini");
    builtin.text = embedded == NULL ? "" : embedded->bytes;
    Status status = read_config(&builtin);
    if (status != STATUS_OK)
        goto out;
    const char *path = config_path;
    if (path == NULL)
        path = getenv("YDELSE_CONFIG");
    if (path == NULL || path[0] == '\0')
        path = default_config_path();
    if (path != NULL)
        status = read_config_file(loaded, path, error);
    loaded->source++;
    if (status == STATUS_OK)
        status = read_environment(loaded, error);
out:
    if (status != STATUS_OK) {
        settings_free(loaded);
        loaded = NULL;
    }
    *settings = loaded;
    return status;
}

void settings_free(Settings *settings) {
    free(settings);
}

Policy settings_policy(const Settings *settings) {
    Policy policy = policy_default();
    for (int32_t k = 0; k < POLICY_COUNT; k++) {
        const char *value = setting_get(settings, "policy", policy_table[k].key);
        if (value != NULL)
            policy_set(&policy, policy_table[k].key, value);
    }
    return policy;
}

#define YEAR_OF_TM 1900

bool settings_day_of(time_t now, Date *day) {
    struct tm local;
    if (localtime_r(&now, &local) == NULL || local.tm_year > 9999 - YEAR_OF_TM ||
        !date_is_valid_ymd(local.tm_year + YEAR_OF_TM, local.tm_mon + 1, local.tm_mday))
        return false;
    *day = date_from_ymd(local.tm_year + YEAR_OF_TM, local.tm_mon + 1, local.tm_mday);
    return true;
}

static bool find_today(const Settings *settings, Date *today) {
    const char *given = setting_get(settings, "drift", "idag");
    return (given != NULL && date_parse(given, (uint32_t)strlen(given), today)) ||
           settings_day_of(time(NULL), today);
}

Status settings_check_today(const Settings *settings, Error *error) {
    Date ignored;
    return find_today(settings, &ignored)
               ? STATUS_OK
               : error_set(error, STATUS_CONFIG, "the clock of this machine is before 1800 or after 9999");
}

Date settings_today(const Settings *settings) {
    Date today;
    const bool found = find_today(settings, &today);
    assert(found); /* settings_check_today */
    (void)found;
    return today;
}

int settings_number(const Settings *settings, const char *section, const char *key) {
    const char *text = setting_get(settings, section, key);
    return text == NULL ? 0 : (int)strtol(text, NULL, 10);
}

int settings_wait_seconds(const Settings *settings) {
    return settings_number(settings, "drift", "vent_sekunder");
}

int settings_hook_seconds(const Settings *settings) {
    return settings_number(settings, "drift", "ved_fejl_sekunder");
}
