#include "io/load/expected.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bankday.h"
#include "io/csv/csv_table.h"
#include "io/intake/kind.h"

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

/* --- Reading ----------------------------------------------------------------------------------------------------- */

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
        if (text_is(text, calendars[i].name)) {
            *calendar = (Calendar)i;
            return true;
        }
    return false;
}

/* What is wrong with a row, or NULL. */
static const char *read_file_row(const Text *fields, ExpectedFile *file) {
    char days[DAYS_TEXT_SIZE];
    char percent[8];
    char *end;
    if (!text_copy(fields[FIELD_FILNAVN], file->filnavn, sizeof file->filnavn))
        return "filnavn: too long";
    if (!names_a_kind(file->filnavn))
        return "filnavn: expected a pattern that begins with a kind of file, e.g. indkomst-0101-*.csv";
    if (!text_copy(fields[FIELD_KOMMUNEKODE], file->kommunekode, sizeof file->kommunekode) ||
        (file->kommunekode[0] != '\0' && strspn(file->kommunekode, DIGITS) != 4))
        return "kommunekode: expected four digits or nothing";
    if (!parse_calendar(fields[FIELD_KALENDER], &file->calendar))
        return "kalender: expected dag, bankdag, ugedag, maanedsdag or maanedsbankdag";
    if (!text_copy(fields[FIELD_DAGE], days, sizeof days) || !parse_days(days, file))
        return "dage: expected days that fit the calendar, e.g. 1,15";
    if (!text_copy(fields[FIELD_MINDST_PROCENT], percent, sizeof percent) ||
        !parse_number(percent, &end, 0, PERCENT_MAX, &file->mindst_procent) || *end != '\0')
        return "mindst_procent: expected a whole number from 0 to 100";
    return NULL;
}

static Status take_row(void *context, const CsvTableRow *row, Error *error) {
    Expected *expected = context;
    if (expected->count == EXPECTED_MAX)
        return csv_table_refuse(row, "there are too many rows", error);
    ExpectedFile *file = &expected->files[expected->count];
    *file = (ExpectedFile){.day_count = 0};
    const char *fault = read_file_row(row->fields, file);
    for (int32_t i = 0; i < expected->count && fault == NULL; i++)
        if (strcmp(expected->files[i].filnavn, file->filnavn) == 0)
            fault = "filnavn: this pattern has a row already";
    if (fault != NULL)
        return csv_table_refuse(row, fault, error);
    expected->count++;
    return STATUS_OK;
}

Status expected_load(const char *path, Expected *expected, Error *error) {
    const CsvTable table = {.built_in = "config/forventet.csv",
                            .columns = field_names,
                            .column_count = FIELD_COUNT,
                            .comments = true,
                            .fault = STATUS_CONFIG,
                            .take = take_row,
                            .context = expected};
    expected->count = 0;
    return csv_table_read(path, &table, error);
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
