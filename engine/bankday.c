#include "engine/bankday.h"

#include <assert.h>
#include <stddef.h>

Date easter_sunday(int32_t year) {
    /* The anonymous Gregorian computus (Meeus, "Astronomical Algorithms", chapter 8), its letters kept. */
    const int32_t a = year % 19;
    const int32_t b = year / 100;
    const int32_t c = year % 100;
    const int32_t d = b / 4;
    const int32_t e = b % 4;
    const int32_t f = (b + 8) / 25;
    const int32_t g = (b - f + 1) / 3;
    const int32_t h = (19 * a + b - d - g + 15) % 30;
    const int32_t i = c / 4;
    const int32_t k = c % 4;
    const int32_t l = (32 + 2 * e + 2 * i - h - k) % 7;
    const int32_t m = (a + 11 * h + 22 * l) / 451;
    const int32_t month = (h + l - 7 * m + 114) / 31;
    const int32_t day = (h + l - 7 * m + 114) % 31 + 1;
    return date_from_ymd(year, month, day);
}

/* Closed weekdays, as days from Easter Sunday. */
typedef struct {
    int32_t days_from_easter;
    int32_t last_year;
} MovableHoliday;

static const MovableHoliday movable_holidays[] = {
    {-3, 9999},                           /* Maundy Thursday */
    {-2, 9999},                           /* Good Friday */
    {0, 9999},                            /* Easter Sunday */
    {1, 9999},                            /* Easter Monday */
    {26, BANKDAY_GREAT_PRAYER_LAST_YEAR}, /* Great Prayer Day */
    {39, 9999},                           /* Ascension Day */
    {40, 9999},                           /* the banks' own closing day after it */
    {49, 9999},                           /* Whit Sunday */
    {50, 9999},                           /* Whit Monday */
};

/* Closed days of every year, as month * 100 + day. */
static const int32_t fixed_holidays[] = {101, 605, 1224, 1225, 1226, 1231};

bool bankday_is(Date date) {
    if (date_weekday(date) >= 5)
        return false;
    int32_t year, month, day_of_month;
    date_to_ymd(date, &year, &month, &day_of_month);
    for (size_t i = 0; i < sizeof fixed_holidays / sizeof fixed_holidays[0]; i++)
        if (fixed_holidays[i] == month * 100 + day_of_month)
            return false;
    const int32_t days_from_easter = date.day - easter_sunday(year).day;
    for (size_t i = 0; i < sizeof movable_holidays / sizeof movable_holidays[0]; i++)
        if (movable_holidays[i].days_from_easter == days_from_easter && year <= movable_holidays[i].last_year)
            return false;
    return true;
}

Date bankday_on_or_after(Date date) {
    while (date.day < DATE_MAX_DAY && !bankday_is(date))
        date.day++;
    return date;
}

Date bankday_on_or_before(Date date) {
    while (date.day > DATE_MIN_DAY && !bankday_is(date))
        date.day--;
    return date;
}

Date bankday_add(Date date, int32_t count) {
    assert(count >= 0);
    for (int32_t i = 0; i < count && date.day < DATE_MAX_DAY; i++)
        date = bankday_on_or_after((Date){date.day + 1});
    return date;
}

Date bankday_first_of_month(Month month) {
    return bankday_on_or_after(month_first(month));
}

Date bankday_last_of_month(Month month) {
    return bankday_on_or_before(month_last(month));
}

Date bankday_earliest_execution(Date today, int32_t lead_days) {
    return bankday_on_or_after(bankday_add(today, lead_days));
}

Date bankday_disposition(Month month, Betalingsdag policy) {
    switch (policy) {
    case BETALINGSDAG_SIDSTE_BANKDAG:
        return bankday_last_of_month(month);
    case BETALINGSDAG_FOERSTE_BANKDAG:
        return bankday_first_of_month((Month){month.index + 1});
    }
    assert(false);
    return DATE_NONE;
}

Month bankday_newest_due_month(Date date, Betalingsdag policy) {
    Month month = month_of(date);
    while (bankday_disposition(month, policy).day > date.day)
        month.index--;
    return month;
}

Month bankday_oldest_month(Date today, int32_t years, Betalingsdag policy) {
    assert(years >= 0);
    const Month newest = bankday_newest_due_month(today, policy);
    Month month = {newest.index - 12 * years - 1};
    while (date_birthday(bankday_disposition(month, policy), years).day < today.day)
        month.index++;
    return month;
}
