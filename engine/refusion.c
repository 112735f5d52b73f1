#include "engine/refusion.h"

#include <assert.h>
#include <string.h>

#include "engine/work.h"

#define DAYS_PER_WEEK 7
#define MONDAY_DAY (-3) /* 1969-12-29 */

const int32_t refusion_percent[REFUSION_STEP_COUNT] = {0, 80, 40, 30, 20};

/* --- Weeks --- */

Week week_of(Date date) {
    const int32_t days = date.day - MONDAY_DAY;
    return (Week){(days - date_weekday(date)) / DAYS_PER_WEEK};
}

Date week_first(Week week) {
    return (Date){week.index * DAYS_PER_WEEK + MONDAY_DAY};
}

/* A week belongs to the year of its Thursday. */
static int32_t week_year_and_number(Week week, int32_t *number) {
    const Date thursday = {week_first(week).day + 3};
    int32_t year, month, day;
    date_to_ymd(thursday, &year, &month, &day);
    *number = (thursday.day - date_from_ymd(year, 1, 1).day) / DAYS_PER_WEEK + 1;
    return year;
}

static void put_digits(char *text, int32_t value, int32_t digits) {
    for (int32_t i = digits - 1; i >= 0; i--, value /= 10) {
        text[i] = (char)('0' + value % 10);
    }
}

void week_format(Week week, char *text) {
    int32_t number;
    const int32_t year = week_year_and_number(week, &number);
    memcpy(text, "0000-W00", sizeof "0000-W00");
    put_digits(text, year, 4);
    put_digits(text + 6, number, 2);
}

static bool read_digits(const char *text, int32_t digits, int32_t *value) {
    *value = 0;
    for (int32_t i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

bool week_parse(const char *text, uint32_t size_bytes, Week *week) {
    int32_t year, number, found;
    if (size_bytes != 8 || text[4] != '-' || text[5] != 'W' || !read_digits(text, 4, &year) ||
        !read_digits(text + 6, 2, &number) || year < 1900 || year > 9998) {
        return false;
    }
    /* 4 January is always in week 1. */
    *week = (Week){week_of(date_from_ymd(year, 1, 4)).index + number - 1};
    return number > 0 && week_year_and_number(*week, &found) == year && found == number;
}

/* --- A month's benefit over its weeks --- */

uint32_t refusion_active_days(const Facts *facts, const Policy *policy, Month month) {
    ActiveDays days;
    active_days_fill(facts, policy, month, NULL, &days);
    return days.active;
}

int32_t refusion_spread(Money amount, Month month, uint32_t days, RefusionPart part[REFUSION_WEEKS_MAX]) {
    const Date first = month_first(month);
    const int32_t day_total = day_count(days);
    const Date counted_first = date_from_ymd(2014, 7, 1);
    int32_t count = 0, seen = 0;
    int64_t spread_oere = 0;
    assert(amount.oere >= 0 && days != 0 && day_last(days) < month_days(month));
    for (int32_t day = 0; day < month_days(month); day++) {
        if ((days >> day & 1) == 0) {
            continue;
        }
        const Date date = {first.day + day};
        const Week week = week_of(date);
        if (count == 0 || part[count - 1].week.index != week.index) {
            assert(count < REFUSION_WEEKS_MAX);
            part[count++] = (RefusionPart){.week = week};
        }
        RefusionPart *one = &part[count - 1];
        const int64_t cost_oere = amount.oere / day_total + (seen < amount.oere % day_total);
        one->days++;
        one->counts = one->counts || date.day >= counted_first.day;
        one->cost = money_add(one->cost, (Money){cost_oere});
        spread_oere += cost_oere;
        seen++;
    }
    assert(spread_oere == amount.oere);
    return count;
}

/* --- Which week it is for a person --- */

static void begin_again(RefusionLedger *ledger) {
    memset(ledger->without, 0, sizeof ledger->without);
    ledger->without_count = 0;
    ledger->count = 0;
}

/* One more week behind the others, and the one that falls out of the window. */
static void remember(RefusionLedger *ledger, Week week, bool without) {
    bool *place = &ledger->without[week.index % REFUSION_WINDOW_WEEKS];
    ledger->without_count += (int32_t)without - (int32_t)*place;
    *place = without;
    assert(ledger->without_count >= 0 && ledger->without_count <= REFUSION_RESTART_WEEKS);
}

void refusion_open(RefusionLedger *ledger, int32_t weeks, Week last) {
    assert(weeks > 0 && !ledger->begun && last.index >= 0);
    *ledger = (RefusionLedger){.count = weeks, .last = last, .begun = true};
}

int32_t refusion_week_number(RefusionLedger *ledger, Week week) {
    assert(week.index >= 0);
    if (ledger->begun && week.index <= ledger->last.index) {
        return ledger->count;
    }
    if (ledger->begun) {
        for (int32_t i = ledger->last.index + 1; i < week.index; i++) {
            remember(ledger, (Week){i}, true);
            if (ledger->without_count == REFUSION_RESTART_WEEKS) {
                /* However long it still is until the next benefit, a count of 0 begins there. */
                begin_again(ledger);
                break;
            }
        }
    }
    remember(ledger, week, false);
    ledger->begun = true;
    ledger->last = week;
    return ++ledger->count;
}

/* --- What the state pays of it --- */

RefusionStep refusion_step(Week week, int32_t number) {
    assert(number >= 0);
    if (week_first(week).day < date_from_ymd(2016, 1, 4).day) {
        return REFUSION_NONE;
    }
    return number <= 4 ? REFUSION_80 : number <= 26 ? REFUSION_40 : number <= 52 ? REFUSION_30 : REFUSION_20;
}

Money refusion_of(Money cost, RefusionStep step) {
    assert(cost.oere >= 0);
    return money_round((Wide)cost.oere * refusion_percent[step], 100, 1);
}
