/* indkomst.csv: wages and other income of the month, 2.2 rows on average. */
#include "samples/generator/rows.h"

#include <string.h>

typedef struct IncomeRow {
    const char *type;
    const char *klasse;
    const char *payer_se;
    bool has_pay_period;
    int32_t period_first, period_last;
    int32_t paid;
    int64_t wage_oere;    /* felt_0013 */
    int64_t other_oere;   /* felt_0014 */
    int64_t b_oere;       /* felt_0036 */
    int64_t pension_oere; /* felt_0147 */
    int64_t hours_hundredths;
} IncomeRow;

static void write_indkomst_row(Delivery *delivery, const Person *person, const IncomeRow *row) {
    Writer *writer = &delivery->writers[FILE_INDKOMST];
    int64_t am_oere = row->wage_oere > 0 ? row->wage_oere * 8 / 10000 * 100 : 0;
    int64_t tax_oere = (row->wage_oere > 0 ? row->wage_oere - am_oere : 0) * 37 / 10000 * 100;
    row_begin(writer);
    field_id(writer, "I");
    field_text(writer, person->cpr.text);
    field_text(writer, row->payer_se);
    field_text(writer, row->type);
    field_text(writer, row->klasse);
    field_date_or_empty(writer, row->has_pay_period, row->period_first);
    field_date_or_empty(writer, row->has_pay_period, row->period_last);
    field_date(writer, row->paid);
    field_control_amount(writer, row->wage_oere);
    field_amount(writer, row->other_oere);
    field_amount(writer, tax_oere);
    field_amount(writer, am_oere);
    field_amount(writer, row->b_oere);
    field_amount(writer, row->pension_oere);
    if (row->hours_hundredths > 0)
        field_hundredths(writer, row->hours_hundredths);
    else
        field_empty(writer);
    row_end(writer);
}

/* Many small jobs, a group around the wage limit, and some well above it. */
static int64_t random_wage(Random *random) {
    int32_t kind = random_below(random, 100);
    if (kind < 70)
        return random_between(random, 20000, 800000);
    if (kind < 90)
        return random_between(random, 1300000, 1800000);
    return random_between(random, 1800000, 3000000);
}

/* The calendar month, fourteen days before pay, or thirty days that cross into the month. */
static void pay_period_set(const Delivery *delivery, Random *random, IncomeRow *row) {
    row->has_pay_period = true;
    row->period_first = delivery->first;
    row->period_last = delivery->last;
    row->paid = delivery->last - random_below(random, 4);
    int32_t kind = random_below(random, 10);
    if (kind == 0) {
        row->paid = random_day_in_month(random, delivery);
        row->period_last = row->paid - 3;
        row->period_first = row->period_last - 13;
    } else if (kind == 1) {
        row->period_first = delivery->first - 15;
        row->period_last = delivery->first + 14;
    }
}

static void income_wage_set(Random *random, IncomeRow *row, bool is_ja) {
    static const Choice KLASSE_RF[] = {{"", 900},       {"TILBUD", 40},       {"LOEN_SYGDOM", 10},
                                       {"FRIKORT", 30}, {"FLEKSTILSKUD", 10}, {"LOEN", 10}};
    static const Choice KLASSE_JA[] = {{"", 820},       {"TILBUD", 30},       {"LOEN_SYGDOM", 100},
                                       {"FRIKORT", 20}, {"FLEKSTILSKUD", 20}, {"LOEN", 10}};
    row->type = "00";
    row->klasse = random_choice(random, is_ja ? KLASSE_JA : KLASSE_RF);
    row->wage_oere = random_wage(random);
    row->hours_hundredths = row->wage_oere / 150;
    if (random_permille(random, 300))
        row->pension_oere = row->wage_oere / 25;
    if (random_permille(random, 8))
        row->wage_oere = -row->wage_oere / 4;
    if (row->wage_oere < 0)
        row->hours_hundredths = row->pension_oere = 0;
}

static void income_other_set(const Delivery *delivery, Random *random, const Person *person, IncomeRow *row) {
    static const Choice TYPES[] = {{"04", 430}, {"05", 200}, {"06", 180},
                                   {"07", 100}, {"24", 50},  {"09", 40}};
    int64_t amount_oere = random_between(random, 10000, 600000);
    row->type = random_choice(random, TYPES);
    row->has_pay_period = row->has_pay_period && random_permille(random, 300);
    if (strcmp(row->type, "05") == 0) {
        row->b_oere = amount_oere;
        row->klasse = random_permille(random, 100) ? "OVERSKUD" : "";
    } else {
        row->other_oere = amount_oere;
    }
    /* Half of these are the benefit itself, come back from the income register. */
    if (strcmp(row->type, "04") == 0 && random_permille(random, 500))
        row->payer_se = delivery->kommune_units[person->kommune].text;
}

void write_indkomst(Delivery *delivery, Random *random, const Person *person) {
    static const int32_t ROWS_OF_TEN[10] = {0, 0, 1, 1, 2, 2, 3, 3, 4, 6}; /* 2.2 on average */
    int32_t count = ROWS_OF_TEN[random_below(random, 10)];
    for (int32_t i = 0; i < count; i++) {
        IncomeRow row = {.type = "", .klasse = ""};
        row.payer_se = delivery->employers[random_below(random, EMPLOYER_COUNT)].text;
        pay_period_set(delivery, random, &row);
        if (random_permille(random, 650))
            income_wage_set(random, &row, person->is_ja);
        else
            income_other_set(delivery, random, person, &row);
        write_indkomst_row(delivery, person, &row);
    }
}
