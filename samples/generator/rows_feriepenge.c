/* feriepenge.csv: holiday pay of some: with dates, without, and frozen. */
#include "samples/generator/rows.h"

#include <assert.h>
#include <string.h>

#include "samples/generator/calendar.h"

/* The last weekday of a holiday of so many weekdays, the first of which is a Monday. */
static int32_t holiday_last(int32_t monday, int32_t weekdays) {
    assert(weekday_of(monday) == 0 && weekdays > 0);
    return monday + (weekdays - 1) / 5 * 7 + (weekdays - 1) % 5;
}

void write_feriepenge(Delivery *delivery, Random *random, const Person *person) {
    static const Choice ARTER[] = {{"FG", 750}, {"FT", 150}, {"FF", 100}};
    static const Choice KILDER[] = {{"FK", 700}, {"KASSE", 150}, {"ARB", 140}, {"BORGER", 10}};
    if (!random_permille(random, 90))
        return;
    Writer *writer = &delivery->writers[FILE_FERIEPENGE];
    const char *art = random_choice(random, ARTER);
    bool is_held = strcmp(art, "FG") == 0 && random_permille(random, 930);
    bool is_undated = strcmp(art, "FG") == 0 && !is_held;
    bool is_frozen = is_undated && random_permille(random, 300);
    int32_t day = random_day_in_month(random, delivery);
    int32_t monday = day - weekday_of(day);
    int32_t weekdays = random_between(random, 1, 15);
    row_begin(writer);
    field_id(writer, "H");
    field_text(writer, random_choice(random, KILDER));
    field_text(writer, person->cpr.text);
    field_text(writer, art);
    field_text(writer, is_undated ? "UDB2" : "UDB1");
    field_number(writer, is_frozen ? 9999 : delivery->options.year - 1, 4);
    field_date_or_empty(writer, is_held, monday);
    field_date_or_empty(writer, is_held, holiday_last(monday, weekdays));
    if (is_held)
        field_number(writer, weekdays, 1);
    else
        field_empty(writer);
    field_control_amount(writer, (int64_t)weekdays * random_between(random, 30000, 90000));
    field_text(writer, random_permille(random, 800) ? "J" : "N");
    field_date(writer, is_held ? monday - 4 : day);
    row_end(writer);
}
