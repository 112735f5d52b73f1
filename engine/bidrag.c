/* Contributions and tax (LAS §§ 79-80 c, KSL § 48; law section 7), and what is paid out. */
#include "engine/work.h"

#define PENSION_FIRST_MONTH ((Month){2020 * 12})
#define PERCENT_WITHOUT_CARD_HUNDREDTHS 5500

/* What a segment would give at the full rate of its group. */
static Money full_benefit(Work *work, const Segment *segment) {
    RateId id = segment->terms.gruppe == GRUPPE_FORS ? RATE_YDELSE_FORS : RATE_YDELSE_IKKE;
    const RateRow *rate = work_rate(work, id, work->last_active);
    int32_t days = date_count(segment->first, segment->last);
    Money part = work_round(work, (Wide)rate_value(rate) * days, work->days.length);
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_ATP,
                                .note = "fuld_ydelse",
                                .amount = part,
                                .factor = {{FACTOR_KRONER, rate_value(rate), 1},
                                           {FACTOR_DAYS, days, work->days.length}},
                                .unit_oere = work_unit(work),
                                .first = segment->first,
                                .last = segment->last,
                                .rate = {rate}});
    }
    return part;
}

static void threshold_explain(const Work *work, const Money *parts, Money sum) {
    Step total = {.rule = RULE_ATP, .note = "fuld_i_alt", .amount = sum, STEP_NO_DAYS};
    for (int32_t i = 0; i < work->segment_count; i++) {
        segment_term(work, &total, parts[i]);
    }
    work_step(work, &total);
}

/* The unreduced benefit: ATP is due only when this is reached. */
static Money atp_threshold(Work *work) {
    Money sum = MONEY_ZERO;
    Money parts[DAYS_PER_MONTH_MAX];
    for (int32_t i = 0; i < work->segment_count; i++) {
        parts[i] = full_benefit(work, &work->segment[i]);
        sum = money_add(sum, parts[i]);
    }
    if (work->segment_count > 1 && work_is_traced(work)) {
        threshold_explain(work, parts, sum);
    }
    return sum;
}

static void atp_steps(const Work *work, const RateRow *rate) {
    if (!work_is_traced(work)) {
        return;
    }
    const Money *amount = work->result->amount;
    Step step = {.rule = RULE_ATP,
                 .note = "egen",
                 .adds_to = STEP_ADDS_TO(atp_egen),
                 .amount = amount[AMOUNT_atp_egen],
                 .factor = {{FACTOR_KRONER, rate_value(rate), 1},
                            {FACTOR_DAYS, work->active_count, work->days.length},
                            {FACTOR_SHARE, 1, 3}},
                 .unit_oere = OERE_PER_KRONE,
                 STEP_NO_DAYS,
                 .rate = {rate}};
    work_step(work, &step);
    step.note = "kommune";
    step.adds_to = STEP_ADDS_TO(atp_kommune);
    step.amount = amount[AMOUNT_atp_kommune];
    step.factor[2].numerator = 2;
    work_step(work, &step);
}

static void atp_compute(Work *work, Money ydelse) {
    Money *amount = work->result->amount;
    bool by_ydelse = work_policy(work, POLICY_SANKTION_FJERNER_ATP) == VALG_JA;
    Money tested = by_ydelse ? ydelse : work->after;
    Money threshold = atp_threshold(work);
    if (tested.oere < threshold.oere) {
        if (work_is_traced(work)) {
            work_step(
                work,
                &(Step){.rule = RULE_ATP, .note = "ingen", .adds_to = STEP_ADDS_TO(atp_egen), STEP_NO_DAYS});
        }
        return;
    }
    const RateRow *rate = work_rate(work, RATE_ATP_SAMLET, work->last_active);
    Wide numerator = (Wide)rate_value(rate) * work->active_count;
    Wide denominator = (Wide)work->days.length * 3;
    amount[AMOUNT_atp_egen] = money_min(round_krone(numerator, denominator), ydelse);
    amount[AMOUNT_atp_kommune] = round_krone(numerator * 2, denominator);
    atp_steps(work, rate);
}

static void pension_compute(Work *work, Money basis) {
    if (work->law->rules_month.index < PENSION_FIRST_MONTH.index) {
        return;
    }
    const RateRow *rate = work_rate(work, RATE_OBLIGATORISK_PENSION, work->last_active);
    Money pension = round_krone((Wide)rate_value(rate) * basis.oere, PERCENT_DENOMINATOR);
    work->result->amount[AMOUNT_pension] = pension;
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_PENSION,
                                .adds_to = STEP_ADDS_TO(pension),
                                .amount = pension,
                                .factor = {{FACTOR_KRONER, basis.oere, 1},
                                           {FACTOR_PERCENT, rate_value(rate), PERCENT_DENOMINATOR}},
                                .unit_oere = OERE_PER_KRONE,
                                STEP_NO_DAYS,
                                .rate = {rate}});
    }
}

/* Of several cards HOVED before FRI before BI, then the one that began last; rows come sorted by id. */
static bool card_is_better(const Skattekort *card, const Skattekort *than) {
    if (than == NULL || card->korttype != than->korttype) {
        return than == NULL || card->korttype < than->korttype;
    }
    return card->foerste_dag.day > than->foerste_dag.day;
}

static const Skattekort *tax_card(const Work *work) {
    Date last = month_last(work->law->month);
    const Skattekort *best = NULL;
    for (int32_t i = 0; i < work->facts->skattekort_count; i++) {
        const Skattekort *card = &work->facts->skattekort[i];
        bool covers = card->foerste_dag.day <= last.day && last.day <= date_or_last(card->sidste_dag).day;
        if (covers && card_is_better(card, best)) {
            best = card;
        }
    }
    return best;
}

/* What is taxed: the basis less what the card leaves free. */
static Money taxed_amount(const Work *work, const Skattekort *card, Money basis) {
    static const char *const notes[] = {[KORT_HOVED] = "HOVED", [KORT_FRI] = "FRI", [KORT_BI] = "BI"};
    Money free = MONEY_ZERO;
    if (card != NULL && card->korttype == KORT_HOVED) {
        free = money_or_zero(card->maanedsfradrag);
    }
    if (card != NULL && card->korttype == KORT_FRI) {
        /* No limit given: everything is free. */
        free = money_given(card->frikort_graense) ? card->frikort_graense : basis;
    }
    Money taxed = money_floor_zero(money_subtract(basis, free));
    if (!work_is_traced(work)) {
        return taxed;
    }
    Step step = {.rule = RULE_SKAT,
                 .note = card == NULL ? "intet_kort" : notes[card->korttype],
                 .amount = taxed,
                 STEP_NO_DAYS,
                 .row = card == NULL ? NULL : &card->source};
    step_term(&step, basis);
    step_term(&step, money_subtract(MONEY_ZERO, free));
    work_step(work, &step);
    return taxed;
}

static void tax_compute(Work *work, Money basis) {
    if (work_policy(work, POLICY_SKAT) == VALG_NEJ) {
        return;
    }
    const Skattekort *card = tax_card(work);
    if (card == NULL) {
        work_finding(work, FINDING_SKATTEKORT_MANGLER, NULL);
    }
    Money whole_kroner = money_round_down(basis.oere, 1, OERE_PER_KRONE);
    bool no_percentage = card == NULL || card->traekprocent_hundredths < 0;
    int64_t percentage = no_percentage ? PERCENT_WITHOUT_CARD_HUNDREDTHS : card->traekprocent_hundredths;
    Money taxed = taxed_amount(work, card, whole_kroner);
    Money tax = money_round_down((Wide)taxed.oere * percentage, PERCENT_DENOMINATOR, OERE_PER_KRONE);
    tax = money_min(tax, whole_kroner); /* whatever a card says, nobody is taxed of more than there is */
    work->result->amount[AMOUNT_skat] = tax;
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_SKAT,
                                .adds_to = STEP_ADDS_TO(skat),
                                .amount = tax,
                                .factor = {{FACTOR_KRONER, taxed.oere, 1},
                                           {FACTOR_PERCENT, percentage, PERCENT_DENOMINATOR}},
                                .unit_oere = OERE_PER_KRONE,
                                .rounded_down = true,
                                STEP_NO_DAYS,
                                .row = card == NULL ? NULL : &card->source});
    }
}

void bidrag_compute(Work *work) {
    Money *amount = work->result->amount;
    Money ydelse = amount[AMOUNT_ydelse];
    atp_compute(work, ydelse);
    Money basis = money_subtract(ydelse, amount[AMOUNT_atp_egen]);
    pension_compute(work, basis);
    tax_compute(work, basis);
    amount[AMOUNT_til_udbetaling] = money_subtract(basis, amount[AMOUNT_skat]);
    if (!work_is_traced(work)) {
        return;
    }
    Step step = {.rule = RULE_TIL_UDBETALING,
                 .adds_to = STEP_ADDS_TO(til_udbetaling),
                 .amount = amount[AMOUNT_til_udbetaling],
                 STEP_NO_DAYS};
    step_term(&step, ydelse);
    step_term(&step, money_subtract(MONEY_ZERO, amount[AMOUNT_atp_egen]));
    step_term(&step, money_subtract(MONEY_ZERO, amount[AMOUNT_skat]));
    work_step(work, &step);
}
