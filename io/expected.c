#include "io/expected.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bankday.h"
#include "io/csv_reader.h"
#include "io/embedded.h"
#include "io/kind.h"

#define BUILT_IN "config/forventet.csv"
#define DIGITS "0123456789"
/* So far back a due day is looked for: every calendar has one in a year. */
#define DUE_DAYS_BACK_MAX 366
#define DAYS_TEXT_SIZE 128
#define PERCENT_MAX 100
#define BANKDAYS_PER_MONTH_MAX 23

typedef enum {
    FIELD_FILNAVN,
    FIELD_KOMMUNEKODE,
    FIELD_KALENDER,
    FIELD_DAGE,
    FIELD_MINDST_PROCENT,
    FIELD_BEMAERKNING,
    FIELD_COUNT,
} FieldId;

static const char *const field_names[FIELD_COUNT] = {"filnavn", "kommunekode",    "kalender",
                                                     "dage",    "mindst_procent", "bemaerkning"};

typedef struct {
    const char *name;
    int32_t day_min, day_max; /* 0, 0: no days are given */
} CalendarDefinition;

static const CalendarDefinition calendars[CALENDAR_COUNT] = {
    [CALENDAR_DAG] = {"dag", 0, 0},
    [CALENDAR_BANKDAG] = {"bankdag", 0, 0},
    [CALENDAR_UGEDAG] = {"ugedag", 1, 7},
    [CALENDAR_MAANEDSDAG] = {"maanedsdag", 1, DAYS_PER_MONTH_MAX},
    [CALENDAR_MAANEDSBANKDAG] = {"maanedsbankdag", -BANKDAYS_PER_MONTH_MAX, BANKDAYS_PER_MONTH_MAX},
};

typedef struct {
    const char *name;
    CsvReader *csv;
    bool header_read;
    Expected *expected;
} Reading;

/* --- Reading ----------------------------------------------------------------------------------------------------- */

static Status refuse(const Reading *reading, int32_t line, const char *what, Error *error) {
    return error_set(error, STATUS_CONFIG, "%.200s:%d: %s", reading->name, line, what);
}

static Status take_header(const Reading *reading, const CsvRow *row, Error *error) {
    bool good = row->field_count == FIELD_COUNT;
    for (int32_t i = 0; i < FIELD_COUNT && good; i++)
        good = row->fields[i].size_bytes == strlen(field_names[i]) &&
               memcmp(row->fields[i].bytes, field_names[i], row->fields[i].size_bytes) == 0;
    return good ? STATUS_OK
                : refuse(reading, row->line,
                         "expected the header "
                         "filnavn;kommunekode;kalender;dage;mindst_procent;bemaerkning",
                         error);
}

/* False when it does not fit, so that nothing is ever cut. */
static bool copy_field(const CsvRow *row, FieldId field, char *place, size_t size_bytes) {
    const Text text = row->fields[field];
    if (text.size_bytes >= size_bytes)
        return false;
    memcpy(place, text.bytes, text.size_bytes);
    place[text.size_bytes] = '\0';
    return true;
}

/* The leading letters are a kind: other files are never read. */
static bool names_a_kind(const char *pattern) {
    const size_t size = strspn(pattern, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (int32_t kind = 0; kind < KIND_COUNT; kind++)
        if (strlen(kind_table[kind].name) == size && memcmp(kind_table[kind].name, pattern, size) == 0)
            return true;
    return false;
}

static bool parse_number(const char *text, char **end, int32_t min, int32_t max, int32_t *number) {
    const char *digits = text[0] == '-' ? text + 1 : text;
    const size_t size = strspn(digits, DIGITS);
    if (size < 1 || size > 3)
        return false;
    *number = (int32_t)strtol(text, end, 10);
    return *number >= min && *number <= max;
}

/* The days of a list, each once; none where the calendar has none. */
static bool parse_days(const char *text, ExpectedFile *file) {
    const CalendarDefinition *calendar = &calendars[file->calendar];
    if (calendar->day_max == 0)
        return text[0] == '\0';
    for (;;) {
        int32_t day;
        char *end;
        if (file->day_count == EXPECTED_DAYS_MAX ||
            !parse_number(text, &end, calendar->day_min, calendar->day_max, &day) || day == 0)
            return false;
        for (int32_t i = 0; i < file->day_count; i++)
            if (file->days[i] == day)
                return false;
        file->days[file->day_count++] = (int8_t)day;
        if (*end == '\0')
            return true;
        if (*end != ',')
            return false;
        text = end + 1;
    }
}

static bool parse_calendar(Text text, Calendar *calendar) {
    for (int32_t i = 0; i < CALENDAR_COUNT; i++)
        if (strlen(calendars[i].name) == text.size_bytes &&
            memcmp(calendars[i].name, text.bytes, text.size_bytes) == 0) {
            *calendar = (Calendar)i;
            return true;
        }
    return false;
}

/* What is wrong with a row, or NULL. */
static const char *read_file_row(const CsvRow *row, ExpectedFile *file) {
    char days[DAYS_TEXT_SIZE];
    char percent[8];
    char *end;
    if (!copy_field(row, FIELD_FILNAVN, file->filnavn, sizeof file->filnavn))
        return "filnavn: too long";
    if (!names_a_kind(file->filnavn))
        return "filnavn: expected a pattern that begins with a kind of file, e.g. indkomst-0101-*.csv";
    if (!copy_field(row, FIELD_KOMMUNEKODE, file->kommunekode, sizeof file->kommunekode) ||
        (file->kommunekode[0] != '\0' && strspn(file->kommunekode, DIGITS) != 4))
        return "kommunekode: expected four digits or nothing";
    if (!parse_calendar(row->fields[FIELD_KALENDER], &file->calendar))
        return "kalender: expected dag, bankdag, ugedag, maanedsdag or maanedsbankdag";
    if (!copy_field(row, FIELD_DAGE, days, sizeof days) || !parse_days(days, file))
        return "dage: expected days that fit the calendar, e.g. 1,15";
    if (!copy_field(row, FIELD_MINDST_PROCENT, percent, sizeof percent) ||
        !parse_number(percent, &end, 0, PERCENT_MAX, &file->mindst_procent) || *end != '\0')
        return "mindst_procent: expected a whole number from 0 to 100";
    return NULL;
}

static Status take_row(Reading *reading, const CsvRow *row, Error *error) {
    Expected *expected = reading->expected;
    if (row->field_count != FIELD_COUNT)
        return refuse(reading, row->line, "the row has another number of fields than the header", error);
    if (expected->count == EXPECTED_MAX)
        return refuse(reading, row->line, "there are too many rows", error);
    ExpectedFile *file = &expected->files[expected->count];
    *file = (ExpectedFile){.day_count = 0};
    const char *fault = read_file_row(row, file);
    for (int32_t i = 0; i < expected->count && fault == NULL; i++)
        if (strcmp(expected->files[i].filnavn, file->filnavn) == 0)
            fault = "filnavn: this pattern has a row already";
    if (fault != NULL)
        return refuse(reading, row->line, fault, error);
    expected->count++;
    return STATUS_OK;
}

static Status read_rows(Reading *reading, Error *error) {
    for (;;) {
        CsvRow row;
        Status status = csv_reader_next(reading->csv, &row, error);
        if (status != STATUS_OK)
            return status;
        if (row.event == CSV_EVENT_END)
            return reading->header_read ? STATUS_OK : refuse(reading, 1, "there is no header", error);
        if (row.raw.size_bytes > 0 && row.raw.bytes[0] == '#')
            continue;
        if (row.event != CSV_EVENT_ROW || row.bad_byte >= 0)
            return refuse(reading, row.line, "the row is no CSV in UTF-8", error);
        status = reading->header_read ? take_row(reading, &row, error) : take_header(reading, &row, error);
        if (status != STATUS_OK)
            return status;
        reading->header_read = true;
    }
}

Status expected_load(const char *path, Expected *expected, Error *error) {
    Reading reading = {.name = path == NULL ? BUILT_IN : path, .expected = expected};
    const EmbeddedFile *built_in = embedded_find(BUILT_IN);
    Status status;
    expected->count = 0;
    if (path != NULL)
        status = csv_reader_open(path, path, false, &reading.csv, error);
    else if (built_in == NULL)
        return error_set(error, STATUS_INTERNAL, "%s is not part of this program", BUILT_IN);
    else
        status = csv_reader_open_memory(BUILT_IN, built_in->bytes, built_in->size_bytes, &reading.csv, error);
    if (status != STATUS_OK)
        return status;
    status = read_rows(&reading, error);
    csv_reader_close(reading.csv);
    return status;
}

/* --- Days -------------------------------------------------------------------------------------------------------- */

/* The date's place among the banking days of its month, from 1, and from its end, from -1. */
static void bankday_places(Date date, int32_t *from_first, int32_t *from_last) {
    const Month month = month_of(date);
    *from_first = 0;
    *from_last = 0;
    for (Date day = month_first(month); day.day <= date.day; day.day++)
        *from_first += bankday_is(day) ? 1 : 0;
    for (Date day = month_last(month); day.day >= date.day; day.day--)
        *from_last -= bankday_is(day) ? 1 : 0;
}

static bool is_due(const ExpectedFile *file, Date date) {
    int32_t year, month, day, from_first, from_last;
    const int32_t days_in_month = month_days(month_of(date));
    date_to_ymd(date, &year, &month, &day);
    if (file->calendar == CALENDAR_DAG)
        return true;
    const bool bankday = bankday_is(date);
    if (file->calendar == CALENDAR_BANKDAG)
        return bankday;
    if (file->calendar == CALENDAR_MAANEDSBANKDAG && !bankday)
        return false;
    bankday_places(date, &from_first, &from_last);
    for (int32_t i = 0; i < file->day_count; i++) {
        const int32_t wanted = file->days[i];
        if (file->calendar == CALENDAR_UGEDAG && wanted == date_weekday(date) + 1)
            return true;
        if (file->calendar == CALENDAR_MAANEDSDAG && (wanted > days_in_month ? days_in_month : wanted) == day)
            return true;
        if (file->calendar == CALENDAR_MAANEDSBANKDAG && (wanted == from_first || wanted == from_last))
            return true;
    }
    return false;
}

Date expected_due(const ExpectedFile *file, Date date) {
    for (int32_t back = 0; back < DUE_DAYS_BACK_MAX; back++) {
        const Date day = {date.day - back};
        if (is_due(file, day))
            return day;
    }
    return DATE_NONE;
}

/* --- Texts ------------------------------------------------------------------------------------------------------- */

void expected_calendar_format(const ExpectedFile *file, char text[EXPECTED_CALENDAR_SIZE]) {
    int used = snprintf(text, EXPECTED_CALENDAR_SIZE, "%s", calendars[file->calendar].name);
    for (int32_t i = 0; i < file->day_count; i++)
        used += snprintf(text + used, (size_t)(EXPECTED_CALENDAR_SIZE - used), "%s%d", i == 0 ? " " : ",",
                         file->days[i]);
}

void expected_like(const ExpectedFile *file, char text[EXPECTED_LIKE_SIZE]) {
    size_t used = 0;
    for (const char *c = file->filnavn; *c != '\0'; c++) {
        if (*c == '%' || *c == '_' || *c == '\\')
            text[used++] = '\\';
        text[used++] = (char)(*c == '*' ? '%' : *c == '?' ? '_' : *c);
    }
    text[used] = '\0';
}
