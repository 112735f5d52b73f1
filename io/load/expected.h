/* Which files a nightly run expects: from whom, on which days, and how many rows at least (config/forventet.csv).
 *
 *     filnavn         a pattern of file names, * for any text and ? for one character; its leading letters are the kind
 *     kommunekode     whose it is, for the messages; or empty
 *     kalender, dage  when it is due:
 *         dag                    every day
 *         bankdag                every banking day
 *         ugedag          1,4    on these days of the week, 1 is Monday
 *         maanedsdag      5,20   on these days of the month; past its end, the last one
 *         maanedsbankdag  1,-3   on these banking days of the month, negative from its end
 *     mindst_procent  the least share of the rows of the last such delivery, 0 to 100; 0: any number
 *     bemaerkning     for people
 * Lines that begin with # are comments. The built-in file expects nothing; setting drift.forventet names another.
 * This part is pure; what was found is asked for by io/load/expected_check.h.
 */
#ifndef YDELSE_IO_LOAD_EXPECTED_H
#define YDELSE_IO_LOAD_EXPECTED_H

#include "engine/date.h"
#include "io/base/error.h"

#define EXPECTED_MAX 1000
#define EXPECTED_NAME_SIZE 96
#define EXPECTED_DAYS_MAX 31

typedef enum {
    CALENDAR_DAG,
    CALENDAR_BANKDAG,
    CALENDAR_UGEDAG,
    CALENDAR_MAANEDSDAG,
    CALENDAR_MAANEDSBANKDAG,
    CALENDAR_COUNT,
} Calendar;

typedef struct {
    char filnavn[EXPECTED_NAME_SIZE];
    char kommunekode[5]; /* "" when not given */
    Calendar calendar;
    int8_t days[EXPECTED_DAYS_MAX];
    int32_t day_count;
    int32_t mindst_procent;
} ExpectedFile;

typedef struct {
    ExpectedFile files[EXPECTED_MAX];
    int32_t count;
} Expected;

/* path NULL: the built-in table. Every field is checked: STATUS_CONFIG with file and line. */
Status expected_load(const char *path, Expected *expected, Error *error);

/* The last day on or before the date on which the file was due, or DATE_NONE when there was none in a year. */
Date expected_due(const ExpectedFile *file, Date date);

/* "bankdag", "ugedag 1,4": as it stands in the table. */
#define EXPECTED_CALENDAR_SIZE 160
void expected_calendar_format(const ExpectedFile *file, char text[EXPECTED_CALENDAR_SIZE]);

/* The pattern as SQL's LIKE takes it, escaped by a backslash. */
#define EXPECTED_LIKE_SIZE (2 * EXPECTED_NAME_SIZE)
void expected_like(const ExpectedFile *file, char text[EXPECTED_LIKE_SIZE]);

#endif
