/* Rates (satser): dated values with unit, legal basis, source and status (config/satser/).
 *
 * A RateTable is caller-owned rows sorted by (name, group, first). MonthRates is what one month uses:
 * for each series and day of the month the row whose interval contains it, or NULL.
 * Values are hundredths of the unit: øre for kroner, 1/100 per cent for pct, 1/100 hour for hours.
 */
#ifndef YDELSE_ENGINE_RATE_H
#define YDELSE_ENGINE_RATE_H

#include "engine/facts.h"

/* One entry for each (sats, gruppe) pair there is; unknown pairs in a file are errors. */
#define RATE_SERIES(X)                                                                                       \
    X(ATP_EGEN, "atp", "EGEN", "kr/maaned")                                                                  \
    X(ATP_KOMMUNE, "atp", "KOMMUNE", "kr/maaned")                                                            \
    X(ATP_SAMLET, "atp", "SAMLET", "kr/maaned")                                                              \
    X(BIDRAGSTILLAEG, "bidragstillaeg", "ALLE", "kr/barn/maaned")                                            \
    X(FRIKORT, "frikort", "ALLE", "kr/aar")                                                                  \
    X(LEDIGHEDSYDELSE_MAX, "ledighedsydelse_max", "ALLE", "kr/uge")                                          \
    X(LOENFRADRAG_OVER_JA, "loenfradrag_over", "JA", "pct")                                                  \
    X(LOENFRADRAG_OVER_RF, "loenfradrag_over", "RF", "pct")                                                  \
    X(LOENFRADRAG_UNDER_JA, "loenfradrag_under", "JA", "pct")                                                \
    X(LOENFRADRAG_UNDER_RF, "loenfradrag_under", "RF", "pct")                                                \
    X(LOENGRAENSE_JA, "loengraense", "JA", "kr/maaned")                                                      \
    X(LOENGRAENSE_RF, "loengraense", "RF", "kr/maaned")                                                      \
    X(OBLIGATORISK_PENSION, "obligatorisk_pension", "ALLE", "pct")                                           \
    X(PUNKTSANKTION_HOEJ, "punktsanktion", "HOEJ", "kr/gang")                                                \
    X(PUNKTSANKTION_LAV, "punktsanktion", "LAV", "kr/gang")                                                  \
    X(SELVSTAENDIG_HALV, "selvstaendig", "HALV", "pct")                                                      \
    X(SELVSTAENDIG_KVART, "selvstaendig", "KVART", "pct")                                                    \
    X(SYGEDAGPENGE_MAX, "sygedagpenge_max", "ALLE", "kr/uge")                                                \
    X(TIMEFRADRAG, "timefradrag", "ALLE", "kr/time")                                                         \
    X(TIMEFRADRAG_MAX, "timefradrag_max", "ALLE", "timer/maaned")                                            \
    X(YDELSE_FORS, "ydelse", "FORS", "kr/maaned")                                                            \
    X(YDELSE_HJ25, "ydelse", "HJ25", "kr/maaned")                                                            \
    X(YDELSE_IKKE, "ydelse", "IKKE", "kr/maaned")

typedef enum {
#define X(id, name, group, unit) RATE_##id,
    RATE_SERIES(X)
#undef X
        RATE_COUNT
} RateId;

typedef struct {
    const char *name;
    const char *group;
    const char *unit;
} RateSeries;

extern const RateSeries rate_series[RATE_COUNT];

typedef enum { RATE_PUBLISHED, RATE_SINGLE, RATE_DERIVED, RATE_STATUS_COUNT } RateStatus;

/* As the files spell them. */
extern const char *const rate_status_name[RATE_STATUS_COUNT];

typedef struct {
    RateId id;
    Date first;
    Date last; /* DATE_NONE: still in force */
    int64_t value_hundredths;
    RateStatus status;
    const char *legal_basis; /* NUL-terminated, borrowed */
    const char *source_text;
    Source source;
} RateRow;

typedef struct {
    const RateRow *rows; /* sorted by (id, first) */
    int32_t count;
} RateTable;

typedef struct {
    Month month;
    const RateRow *on_day[RATE_COUNT][DAYS_PER_MONTH_MAX]; /* [series][day of month - 1] */
    uint32_t changes[RATE_COUNT]; /* bit d: the row of day d + 1 is another than that of day d */
} MonthRates;

/* False when the text pair is no known series. */
bool rate_series_find(Text name, Text group, RateId *id);

/* The row of a series that contains the day, or NULL. */
const RateRow *rate_on(const RateTable *table, RateId id, Date day);

void month_rates_fill(const RateTable *table, Month month, MonthRates *rates);
/* On the days that a row of the table covers, it takes the place of what was there. */
void month_rates_lay_over(const RateTable *table, MonthRates *rates);

/* The last day of the last row of `ydelse` (any group); DATE_LAST when one is open; DATE_NONE: no row. */
Date rate_table_last_day(const RateTable *table);

#endif
