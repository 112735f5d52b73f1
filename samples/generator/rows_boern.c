/* boern.csv: one or two children of some. */
#include "samples/generator/rows.h"

#include "samples/generator/calendar.h"

/* Some are born in the month, some turn 18 in it; parents are at least 18 years older. */
static int32_t child_birth_of(const Delivery *delivery, Random *random, int32_t parent_birth) {
    int32_t turns_18 = month_first(delivery->options.year - AGE_MIN_YEARS, delivery->options.month - 1);
    int32_t earliest = parent_birth + AGE_MIN_YEARS * 366;
    if (random_permille(random, 30) || earliest >= delivery->first)
        return random_day_in_month(random, delivery);
    if (earliest <= turns_18 && random_permille(random, 30))
        return turns_18 + random_below(random, 28);
    if (earliest < turns_18 + 31)
        earliest = turns_18 + 31;
    return random_between(random, earliest, delivery->first - 1);
}

static void write_barn(Delivery *delivery, Random *random, const Person *person) {
    Writer *writer = &delivery->writers[FILE_BOERN];
    bool pays_support = random_permille(random, 150);
    bool has_number = random_permille(random, 500);
    int32_t birth = child_birth_of(delivery, random, person->birth);
    Cpr child = cpr_of(&delivery->serials, birth, random_below(random, 500));
    row_begin(writer);
    field_id(writer, "B");
    field_text(writer, person->cpr.text);
    field_text(writer, has_number ? child.text : "");
    field_date_or_empty(writer, !has_number, birth);
    field_text(writer, pays_support ? "BIDRAG" : "FORSOERGER");
    field_text(writer, random_permille(random, 20) ? "N" : "");
    field_control_amount(writer, pays_support ? random_hundreds(random, 800, 1500) : 0);
    row_end(writer);
}

void write_boern(Delivery *delivery, Random *random, const Person *person) {
    bool is_over_30 = delivery->first - person->birth > 30 * 366;
    if (!random_permille(random, is_over_30 ? 180 : 60))
        return;
    int32_t count = 1 + random_below(random, 2);
    for (int32_t i = 0; i < count; i++)
        write_barn(delivery, random, person);
}
