/* perioder.csv: living at home, self-employment, and the rarer circumstances. */
#include "samples/generator/rows.h"

#include <string.h>

typedef struct PeriodRow {
    const char *art;
    int32_t first;
    bool has_last;
    int32_t last;
    int64_t amount_oere;
    bool has_decision;
} PeriodRow;

static void write_periode(Delivery *delivery, const Person *person, const PeriodRow *row) {
    Writer *writer = &delivery->writers[FILE_PERIODER];
    row_begin(writer);
    field_id(writer, "P");
    field_text(writer, person->cpr.text);
    field_text(writer, row->art);
    field_date(writer, row->first);
    field_date_or_empty(writer, row->has_last, row->last);
    field_control_amount(writer, row->amount_oere);
    field_decision(writer, "AP-", row->has_decision);
    row_end(writer);
}

static void write_living_at_home(Delivery *delivery, Random *random, const Person *person) {
    int32_t last = random_day_in_month(random, delivery);
    bool moves_out = random_permille(random, 60);
    PeriodRow row = {"HJEMMEBOENDE", person->birth + 16 * 366, moves_out, last, 0, false};
    write_periode(delivery, person, &row);
}

/* One of the rarer kinds. Some have no decision, so that they are computed but not applied. */
static void write_rare_periode(Delivery *delivery, Random *random, const Person *person) {
    static const Choice RARE[] = {{"FERIE", 500},   {"UDLAND", 150},    {"OPHOER", 100},
                                  {"FAENGSEL", 50}, {"SPAERRING", 100}, {"MINDSTESATS", 100}};
    const char *art = random_choice(random, RARE);
    int32_t first = random_day_in_month(random, delivery);
    bool is_open = strcmp(art, "OPHOER") == 0;
    bool is_reduced = strcmp(art, "MINDSTESATS") == 0;
    bool needs_none = strcmp(art, "FERIE") == 0 || strcmp(art, "SPAERRING") == 0;
    int64_t amount_oere = is_reduced ? random_hundreds(random, 5000, 11000) : 0;
    int32_t last = first + random_below(random, 21);
    bool has_decision = !needs_none && random_permille(random, 900);
    PeriodRow row = {art, first, !is_open, last, amount_oere, has_decision};
    write_periode(delivery, person, &row);
}

void write_perioder(Delivery *delivery, Random *random, const Person *person) {
    bool is_young = delivery->first - person->birth < 25 * 365;
    if (is_young && random_permille(random, 350))
        write_living_at_home(delivery, random, person);
    if (person->is_ja && random_permille(random, 30)) {
        const char *art = random_permille(random, 500) ? "SELVSTAENDIG_KVART" : "SELVSTAENDIG_HALV";
        PeriodRow row = {art, person->course_first, false, 0, 0, false};
        write_periode(delivery, person, &row);
    }
    if (random_permille(random, 30))
        write_rare_periode(delivery, random, person);
}
