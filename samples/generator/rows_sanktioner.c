/* sanktioner.csv: sanctions of a few, most with a decision. */
#include "samples/generator/rows.h"

#include <string.h>

void write_sanktioner(Delivery *delivery, Random *random, const Person *person) {
    static const Choice ARTER[] = {{"PERIODE", 450}, {"PUNKT", 350}, {"TREDJEDEL", 200}};
    if (!random_permille(random, 12))
        return;
    Writer *writer = &delivery->writers[FILE_SANKTIONER];
    const char *art = random_choice(random, ARTER);
    bool is_days = strcmp(art, "PERIODE") == 0;
    bool is_third = strcmp(art, "TREDJEDEL") == 0;
    int32_t event = random_day_in_month(random, delivery);
    row_begin(writer);
    field_id(writer, "X");
    field_text(writer, person->cpr.text);
    field_text(writer, art);
    field_date(writer, is_third ? event : event - random_below(random, 60));
    if (is_days)
        field_number(writer, random_between(random, 1, 5), 1);
    else
        field_empty(writer);
    if (is_third)
        field_empty(writer);
    else
        field_month(writer, delivery->first);
    field_date_or_empty(writer, is_third, event);
    field_date_or_empty(writer, is_third, event + random_below(random, 60));
    field_decision(writer, "AS-", random_permille(random, 850));
    row_end(writer);
}
