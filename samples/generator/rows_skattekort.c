/* skattekort.csv: a tax card for the year, of a fifth. */
#include "samples/generator/rows.h"

#include <string.h>

#include "samples/generator/calendar.h"

void write_skattekort(Delivery *delivery, Random *random, const Person *person) {
    static const Choice TYPES[] = {{"HOVED", 820}, {"BI", 110}, {"FRI", 70}};
    if (!random_permille(random, 200))
        return;
    Writer *writer = &delivery->writers[FILE_SKATTEKORT];
    const char *type = random_choice(random, TYPES);
    bool is_main = strcmp(type, "HOVED") == 0;
    bool is_free = strcmp(type, "FRI") == 0;
    row_begin(writer);
    field_id(writer, "S");
    field_text(writer, person->cpr.text);
    field_date(writer, day_of(delivery->options.year, 1, 1));
    field_date(writer, day_of(delivery->options.year, 12, 31));
    field_text(writer, type);
    if (is_free)
        field_empty(writer);
    else
        field_number(writer, random_between(random, 35, 42), 1);
    field_amount(writer, is_main ? random_hundreds(random, 3500, 7500) : 0);
    field_amount(writer, is_free ? random_hundreds(random, 1000, 40000) : 0);
    row_end(writer);
}
