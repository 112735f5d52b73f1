#include "io/intake/code_list.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/csv/csv_reader.h"

#define KOMMUNE_DIGITS 4
#define KOMMUNE_MAX 9999
#define INDKOMSTTYPE_DIGITS 2
#define INDKOMSTTYPE_MAX 99
#define EXPECTED_SIZE 200
#define CODES_COUNT (CODES_KORTTYPE + 1)
#define CODES_PER_LIST_MAX 10

/* In the order of the engine's enums; name is the one in config/koder/koder.csv. */
typedef struct {
    const char *name;
    const char *codes[CODES_PER_LIST_MAX]; /* NULL-padded */
} SmallList;

static const SmallList small_lists[CODES_COUNT] = {
    [CODES_POSTTYPE] = {"posttype", {"N", "R", "T"}},
    [CODES_ORDNING] = {"ordning", {"RF", "JA"}},
    [CODES_TIDLIGERE_YDELSE] = {"tidligere_ydelse",
                                {"KONTANTHJAELP", "UDDANNELSESHJAELP", "SYGEDAGPENGE", "LEDIGHEDSYDELSE",
                                 "FOERTIDSPENSION", "REVALIDERING", "SHYDELSE", "INGEN"}},
    [CODES_FORHOLD] = {"forhold", {"FORSOERGER", "BIDRAG"}},
    [CODES_PERIODEART] = {"periodeart",
                          {"HJEMMEBOENDE", "SELVSTAENDIG_KVART", "SELVSTAENDIG_HALV", "MINDSTESATS", "FERIE",
                           "UDLAND", "FAENGSEL", "OPHOER", "SPAERRING"}},
    [CODES_KLASSE] = {"klasse",
                      {"LOEN", "LOEN_SYGDOM", "TILBUD", "FRIKORT", "FLEKSTILSKUD", "OVERSKUD", "ANDEN",
                       "IGNORER"}},
    [CODES_FERIEKILDE] = {"feriekilde", {"FK", "KASSE", "ARB", "BORGER"}},
    [CODES_FERIEART] = {"ferieart", {"FG", "FT", "FF"}},
    [CODES_UDBETALINGSTYPE] = {"udbetalingstype", {"UDB1", "UDB2", "UDB3", "UDB4"}},
    [CODES_SANKTIONSART] = {"sanktionsart", {"PERIODE", "PUNKT", "TREDJEDEL"}},
    [CODES_KORTTYPE] = {"korttype", {"HOVED", "FRI", "BI"}},
};

/* Filled once by code_lists_load. */
static bool is_loaded;
static char kommune_text[KOMMUNE_MAX + 1][KOMMUNE_DIGITS + 1];
static char indkomsttype_text[INDKOMSTTYPE_MAX + 1][INDKOMSTTYPE_DIGITS + 1];
static char expected_text[CODES_COUNT][EXPECTED_SIZE];

static bool text_is(Text text, const char *literal) {
    return text.size_bytes == strlen(literal) && memcmp(text.bytes, literal, text.size_bytes) == 0;
}

/* Exactly so many digits, or -1. */
static int32_t digits_value(Text text, uint32_t digits) {
    int32_t value = 0;
    if (text.size_bytes != digits)
        return -1;
    for (uint32_t i = 0; i < digits; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return -1;
        value = value * 10 + (text.bytes[i] - '0');
    }
    return value;
}

static bool find_small(CodeListId list, Text code, int64_t *number) {
    const char *const *codes = small_lists[list].codes;
    for (int32_t i = 0; i < CODES_PER_LIST_MAX && codes[i] != NULL; i++) {
        if (text_is(code, codes[i])) {
            *number = i;
            return true;
        }
    }
    return false;
}

bool code_list_find(CodeListId list, Text code, int64_t *number) {
    assert(is_loaded && list != CODES_NONE);
    if (list == CODES_KOMMUNE) {
        const int32_t value = digits_value(code, KOMMUNE_DIGITS);
        *number = value;
        return value >= 0 && kommune_text[value][0] != '\0';
    }
    if (list == CODES_INDKOMSTTYPE) {
        const int32_t value = digits_value(code, INDKOMSTTYPE_DIGITS);
        *number = value;
        return value >= 0 && indkomsttype_text[value][0] != '\0';
    }
    return find_small(list, code, number);
}

Text code_list_text(CodeListId list, int64_t number) {
    assert(is_loaded && list != CODES_NONE);
    const char *text = NULL;
    if (number >= 0) {
        if (list == CODES_KOMMUNE)
            text = number <= KOMMUNE_MAX ? kommune_text[number] : NULL;
        else if (list == CODES_INDKOMSTTYPE)
            text = number <= INDKOMSTTYPE_MAX ? indkomsttype_text[number] : NULL;
        else if (number < CODES_PER_LIST_MAX)
            text = small_lists[list].codes[number];
    }
    return text == NULL ? (Text){"", 0} : (Text){text, (uint32_t)strlen(text)};
}

const char *code_list_expected(CodeListId list) {
    assert(is_loaded && list != CODES_NONE);
    return expected_text[list];
}

/* --- Reading the tables ----------------------------------------------------------------------------------- */

static void add_expected(CodeListId list, const char *code) {
    char *text = expected_text[list];
    const size_t used = strlen(text);
    const int written = snprintf(text + used, EXPECTED_SIZE - used, "%s%s", used == 0 ? "" : ", ", code);
    assert(written > 0 && (size_t)written < EXPECTED_SIZE - used);
}

static Status bad_row(const char *name, int32_t line, const char *what, Error *error) {
    return error_set(error, STATUS_CONFIG, "%s:%d: %s", name, line, what);
}

typedef Status TakeRow(const CsvRow *row, const char *name, void *context, Error *error);

/* Calls take for each row after the header. */
static Status read_table(const char *name, int32_t columns_min, TakeRow *take, void *context, Error *error) {
    const EmbeddedFile *file = embedded_find(name);
    CsvReader *reader = NULL;
    CsvRow row;
    if (file == NULL)
        return error_set(error, STATUS_CONFIG, "%s is not in the program", name);
    Status status = csv_reader_open_memory(name, file->bytes, file->size_bytes, &reader, error);
    bool is_header = true;
    while (status == STATUS_OK) {
        status = csv_reader_next(reader, &row, error);
        if (status != STATUS_OK || row.event == CSV_EVENT_END)
            break;
        if (row.event != CSV_EVENT_ROW || row.field_count < columns_min)
            status = bad_row(name, row.line, "not a row of the table", error);
        else if (!is_header)
            status = take(&row, name, context, error);
        is_header = false;
    }
    csv_reader_close(reader);
    return status;
}

static Status take_kommune(const CsvRow *row, const char *name, void *context, Error *error) {
    (void)context;
    const int32_t code = digits_value(row->fields[0], KOMMUNE_DIGITS);
    if (code < 0 || kommune_text[code][0] != '\0')
        return bad_row(name, row->line, "a new code of four digits was expected", error);
    memcpy(kommune_text[code], row->fields[0].bytes, KOMMUNE_DIGITS);
    return STATUS_OK;
}

static Status take_indkomsttype(const CsvRow *row, const char *name, void *context, Error *error) {
    (void)context;
    const int32_t code = digits_value(row->fields[0], INDKOMSTTYPE_DIGITS);
    if (code < 0 || indkomsttype_text[code][0] != '\0')
        return bad_row(name, row->line, "a new code of two digits was expected", error);
    memcpy(indkomsttype_text[code], row->fields[0].bytes, INDKOMSTTYPE_DIGITS);
    add_expected(CODES_INDKOMSTTYPE, indkomsttype_text[code]);
    return STATUS_OK;
}

typedef struct {
    bool seen[CODES_COUNT][CODES_PER_LIST_MAX];
} SeenCodes;

/* A code that the engine has no enumerator for would be accepted and then mean nothing. */
static Status take_small(const CsvRow *row, const char *name, void *context, Error *error) {
    SeenCodes *seen = context;
    for (int32_t list = 0; list < CODES_COUNT; list++) {
        int64_t number;
        if (small_lists[list].name == NULL || !text_is(row->fields[0], small_lists[list].name))
            continue;
        if (!find_small((CodeListId)list, row->fields[1], &number) || seen->seen[list][number])
            return bad_row(name, row->line, "the code is unknown to the program or stands twice", error);
        seen->seen[list][number] = true;
        add_expected((CodeListId)list, small_lists[list].codes[number]);
        return STATUS_OK;
    }
    return bad_row(name, row->line, "the list is unknown to the program", error);
}

static Status check_complete(const SeenCodes *seen, Error *error) {
    for (int32_t list = 0; list < CODES_COUNT; list++)
        for (int32_t i = 0; i < CODES_PER_LIST_MAX; i++)
            if (small_lists[list].name != NULL && small_lists[list].codes[i] != NULL && !seen->seen[list][i])
                return error_set(error, STATUS_CONFIG, "config/koder/koder.csv: %s %s is missing",
                                 small_lists[list].name, small_lists[list].codes[i]);
    return STATUS_OK;
}

Status code_lists_load(Error *error) {
    SeenCodes seen = {0};
    if (is_loaded)
        return STATUS_OK;
    memset(kommune_text, 0, sizeof kommune_text);
    memset(indkomsttype_text, 0, sizeof indkomsttype_text);
    memset(expected_text, 0, sizeof expected_text);
    add_expected(CODES_KOMMUNE, "a municipality code of config/koder/kommuner.csv");
    Status status = read_table("config/koder/kommuner.csv", 2, take_kommune, NULL, error);
    if (status == STATUS_OK)
        status = read_table("config/koder/indkomsttyper.csv", 5, take_indkomsttype, NULL, error);
    if (status == STATUS_OK)
        status = read_table("config/koder/koder.csv", 4, take_small, &seen, error);
    if (status == STATUS_OK)
        status = check_complete(&seen, error);
    is_loaded = status == STATUS_OK;
    return status;
}
