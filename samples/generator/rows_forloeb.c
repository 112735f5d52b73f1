/* forloeb.csv: one course. It runs in the month, or ends in it, and is never longer than the act allows. */
#include "samples/generator/rows.h"

#include <string.h>

static void write_course_level(Delivery *delivery, Random *random, const char *former, bool is_ja) {
    Writer *writer = &delivery->writers[FILE_FORLOEB];
    bool is_syg = !is_ja && strcmp(former, "SYGEDAGPENGE") == 0;
    bool is_led = !is_ja && strcmp(former, "LEDIGHEDSYDELSE") == 0;
    if (is_syg || is_led)
        field_control_amount(writer, (int64_t)random_between(random, 2800, 4900) * 100);
    else
        field_empty(writer);
    int32_t level_last = random_permille(random, 150) ? random_day_in_month(random, delivery)
                                                      : delivery->last + random_between(random, -200, 300);
    field_date_or_empty(writer, is_syg, level_last);
}

void write_forloeb(Delivery *delivery, Random *random, const Person *person) {
    static const Choice FORMER_RF[] = {
        {"KONTANTHJAELP", 560},  {"UDDANNELSESHJAELP", 150}, {"SYGEDAGPENGE", 120}, {"INGEN", 60},
        {"LEDIGHEDSYDELSE", 40}, {"REVALIDERING", 35},       {"SHYDELSE", 30},      {"FOERTIDSPENSION", 5},
    };
    static const Choice FORMER_JA[] = {{"SYGEDAGPENGE", 940}, {"INGEN", 60}};
    Writer *writer = &delivery->writers[FILE_FORLOEB];
    const char *former = random_choice(random, person->is_ja ? FORMER_JA : FORMER_RF);
    int32_t length_days = person->is_ja ? 729 : random_between(random, 730, 1094);
    int32_t last = person->course_first + length_days;
    if (random_permille(random, 40))
        last = random_between(random, person->course_first, delivery->last);
    if (last < delivery->first)
        last = delivery->last;
    row_begin(writer);
    field_id(writer, "F");
    field_text(writer, person->cpr.text);
    field_text(writer, person->is_ja ? "JA" : "RF");
    field_date(writer, person->course_first);
    field_date_or_empty(writer, random_permille(random, 600), last);
    field_empty(writer);
    field_text(writer, former);
    write_course_level(delivery, random, former, person->is_ja);
    field_decision(writer, "AF-", true);
    row_end(writer);
}
