#include "engine/cause.h"

#include <assert.h>
#include <string.h>

#include "engine/cause_carry.h"

const char *const cause_name[CAUSE_COUNT] = {
#define X(id, name) name,
    CAUSE_LIST(X)
#undef X
};

/* --- Which rows belong to which exchange ----------------------------------------------------------------------- */

static uint32_t bit(Cause cause) {
    return UINT32_C(1) << cause;
}

uint32_t cause_of_periode(const Periode *row) {
    switch (row->art) {
    case PERIODE_OPHOER:
    case PERIODE_UDLAND:
    case PERIODE_FAENGSEL:
        return bit(CAUSE_DAGE);
    case PERIODE_HJEMMEBOENDE:
        return bit(CAUSE_BARN_ALDER);
    case PERIODE_SELVSTAENDIG_KVART:
    case PERIODE_SELVSTAENDIG_HALV:
    case PERIODE_MINDSTESATS:
        return bit(CAUSE_NIVEAU);
    case PERIODE_FERIE:
    case PERIODE_SPAERRING:
        break;
    }
    return 0;
}

static uint32_t cause_of_klasse(Klasse klasse) {
    switch (klasse) {
    case KLASSE_LOEN:
    case KLASSE_LOEN_SYGDOM:
    case KLASSE_TILBUD:
    case KLASSE_FRIKORT:
        return bit(CAUSE_LOEN);
    case KLASSE_FLEKSTILSKUD:
    case KLASSE_OVERSKUD:
    case KLASSE_ANDEN:
        return bit(CAUSE_ANDEN_INDKOMST);
    case KLASSE_IGNORER:
    case KLASSE_NONE:
        break;
    }
    return 0;
}

static bool has_other_amounts(const Indkomst *row) {
    return row->felt_0014.oere != 0 || row->felt_0036.oere != 0 || row->felt_0038.oere != 0;
}

uint32_t cause_of_indkomst(const Indkomst *row, const Deltager *deltager) {
    const RowClass class = row_class(row, deltager);
    if (class.loen == class.andet || !has_other_amounts(row)) {
        return cause_of_klasse(class.loen);
    }
    return cause_of_klasse(class.loen) | cause_of_klasse(class.andet);
}

/* The part of a row that belongs to the exchange of wages, or of other income. */
static bool income_part(const Indkomst *row, const Deltager *deltager, Cause cause, Indkomst *part) {
    const uint32_t causes = cause_of_indkomst(row, deltager);
    if ((causes & bit(cause)) == 0) {
        return false;
    }
    *part = *row;
    if ((causes & ~bit(cause)) == 0) {
        return true;
    }
    if (cause == CAUSE_LOEN) {
        part->felt_0014 = part->felt_0036 = part->felt_0038 = MONEY_ZERO;
    } else {
        part->felt_0013 = part->felt_0147 = part->felt_0148 = part->felt_0198 = MONEY_ZERO;
    }
    return true;
}

/* --- A state between the two ------------------------------------------------------------------------------------- */

/* Rows of its own, in the caller's memory. */
typedef struct {
    Deltager deltager;
    Forloeb *forloeb;
    Barn *boern;
    Periode *perioder;
    Indkomst *indkomst;
    Feriepenge *feriepenge;
    Sanktion *sanktioner;
    Skattekort *skattekort;
    Facts facts;
} Mixed;

typedef struct {
    const CauseState *before, *after;
    bool two_months;
    Carry carry;
    const Forloeb *former[DAYS_PER_MONTH_MAX]; /* the courses that counted before */
    int32_t former_count;
    MonthLaw law; /* the later law on the days of the earlier month */
    Mixed mixed;
} Exchange;

static const Facts *facts_of(const Exchange *exchange, Cause cause, Cause done) {
    return cause <= done ? exchange->after->facts : exchange->before->facts;
}

/* Not exchanged yet, in another month's calendar. */
static bool is_carried(const Exchange *exchange, Cause cause, Cause done) {
    return exchange->two_months && done >= CAUSE_DAGE && cause > done;
}

static void mix_person(Exchange *exchange, Cause done) {
    Deltager *deltager = &exchange->mixed.deltager;
    *deltager = *facts_of(exchange, CAUSE_PERSON, done)->deltager;
    deltager->foedselsdato = facts_of(exchange, CAUSE_BARN_ALDER, done)->deltager->foedselsdato;
    deltager->se_nummer = facts_of(exchange, CAUSE_ANDEN_INDKOMST, done)->deltager->se_nummer;
    if (is_carried(exchange, CAUSE_BARN_ALDER, done)) {
        /* The days at home are clipped to the age before they are carried. */
        deltager->foedselsdato = date_from_ymd(month_year(exchange->carry.to) - 20, 1, 1);
    }
    if (is_carried(exchange, CAUSE_PERSON, done) && date_given(deltager->doedsdato)) {
        deltager->doedsdato = carry_last_day(&exchange->carry, deltager->doedsdato);
    }
}

/* The course whose level a course takes over until levels are exchanged: itself as it counted before, else the one
 * that counted last. */
static const Forloeb *level_donor(const Exchange *exchange, const Forloeb *forloeb) {
    for (int32_t i = 0; i < exchange->former_count; i++) {
        if (text_compare(exchange->former[i]->forloeb_id, forloeb->forloeb_id) == 0) {
            return exchange->former[i];
        }
    }
    return exchange->former[0];
}

static void level_keep(const Exchange *exchange, Forloeb *forloeb) {
    const Forloeb *donor = level_donor(exchange, forloeb);
    forloeb->tidligere_ydelse = donor->tidligere_ydelse;
    forloeb->ugebeloeb = donor->ugebeloeb;
    forloeb->niveau_slutdato = donor->niveau_slutdato;
    if (exchange->two_months && date_given(donor->niveau_slutdato)) {
        forloeb->niveau_slutdato = carry_last_day(&exchange->carry, donor->niveau_slutdato);
    }
}

static void mix_courses(Exchange *exchange, Cause done) {
    Mixed *mixed = &exchange->mixed;
    const Facts *source = facts_of(exchange, CAUSE_DAGE, done);
    mixed->facts.forloeb_count = source->forloeb_count;
    for (int32_t i = 0; i < source->forloeb_count; i++) {
        mixed->forloeb[i] = source->forloeb[i];
    }
    if (done < CAUSE_DAGE || done >= CAUSE_NIVEAU) {
        return;
    }
    ActiveDays days; /* only the courses that count have a level */
    active_days_fill(&mixed->facts, &exchange->after->law->policy, exchange->after->law->month, NULL, &days);
    for (int32_t i = 0; i < days.course_count; i++) {
        level_keep(exchange, &mixed->forloeb[days.course[i].forloeb - mixed->forloeb]);
    }
}

static void mix_children(Exchange *exchange, Cause done) {
    Mixed *mixed = &exchange->mixed;
    const Facts *source = facts_of(exchange, CAUSE_BARN_ALDER, done);
    if (is_carried(exchange, CAUSE_BARN_ALDER, done)) {
        mixed->facts.boern_count = carry_boern(&exchange->carry, source, mixed->boern);
        return;
    }
    mixed->facts.boern_count = source->boern_count;
    for (int32_t i = 0; i < source->boern_count; i++) {
        mixed->boern[i] = source->boern[i];
    }
}

static void periods_add(Mixed *mixed, const Facts *source, Cause cause) {
    for (int32_t i = 0; i < source->perioder_count; i++) {
        if (cause_of_periode(&source->perioder[i]) == bit(cause)) {
            mixed->perioder[mixed->facts.perioder_count++] = source->perioder[i];
        }
    }
}

static void mix_periods(Exchange *exchange, Cause done) {
    Mixed *mixed = &exchange->mixed;
    int32_t *count = &mixed->facts.perioder_count;
    *count = 0;
    periods_add(mixed, facts_of(exchange, CAUSE_DAGE, done), CAUSE_DAGE);
    const Facts *at_home = facts_of(exchange, CAUSE_BARN_ALDER, done);
    if (is_carried(exchange, CAUSE_BARN_ALDER, done)) {
        *count += carry_at_home(&exchange->carry, at_home, mixed->perioder + *count);
    } else {
        periods_add(mixed, at_home, CAUSE_BARN_ALDER);
    }
    const Facts *reductions = facts_of(exchange, CAUSE_NIVEAU, done);
    if (is_carried(exchange, CAUSE_NIVEAU, done)) {
        *count += carry_reductions(&exchange->carry, reductions, mixed->perioder + *count);
    } else {
        periods_add(mixed, reductions, CAUSE_NIVEAU);
    }
}

static void income_add(Mixed *mixed, const Facts *source, Cause cause) {
    for (int32_t i = 0; i < source->indkomst_count; i++) {
        Indkomst *part = &mixed->indkomst[mixed->facts.indkomst_count];
        if (income_part(&source->indkomst[i], source->deltager, cause, part)) {
            mixed->facts.indkomst_count++;
        }
    }
}

static void mix_income(Exchange *exchange, Cause done) {
    Mixed *mixed = &exchange->mixed;
    int32_t *count = &mixed->facts.indkomst_count;
    *count = 0;
    if (is_carried(exchange, CAUSE_LOEN, done)) {
        *count += carry_wage(&exchange->carry, mixed->indkomst);
    } else {
        income_add(mixed, facts_of(exchange, CAUSE_LOEN, done), CAUSE_LOEN);
    }
    if (is_carried(exchange, CAUSE_ANDEN_INDKOMST, done)) {
        *count += carry_other_income(&exchange->carry, mixed->indkomst + *count);
    } else {
        income_add(mixed, facts_of(exchange, CAUSE_ANDEN_INDKOMST, done), CAUSE_ANDEN_INDKOMST);
    }
}

static void mix_holiday(Exchange *exchange, Cause done) {
    Mixed *mixed = &exchange->mixed;
    const Facts *source = facts_of(exchange, CAUSE_FERIE, done);
    if (is_carried(exchange, CAUSE_FERIE, done)) {
        mixed->facts.feriepenge_count = carry_holiday(&exchange->carry, &mixed->facts, mixed->feriepenge);
        return;
    }
    mixed->facts.feriepenge_count = source->feriepenge_count;
    for (int32_t i = 0; i < source->feriepenge_count; i++) {
        mixed->feriepenge[i] = source->feriepenge[i];
    }
}

static void mix_sanctions(Exchange *exchange, Cause done) {
    Mixed *mixed = &exchange->mixed;
    const Facts *source = facts_of(exchange, CAUSE_SANKTION, done);
    if (is_carried(exchange, CAUSE_SANKTION, done)) {
        mixed->facts.sanktioner_count = carry_sanctions(&exchange->carry, source, mixed->sanktioner);
        return;
    }
    mixed->facts.sanktioner_count = source->sanktioner_count;
    for (int32_t i = 0; i < source->sanktioner_count; i++) {
        mixed->sanktioner[i] = source->sanktioner[i];
    }
}

static void mix_tax_cards(Exchange *exchange, Cause done) {
    Mixed *mixed = &exchange->mixed;
    const Facts *source = facts_of(exchange, CAUSE_SKAT, done);
    if (is_carried(exchange, CAUSE_SKAT, done)) {
        mixed->facts.skattekort_count = carry_tax_cards(&exchange->carry, source, mixed->skattekort);
        return;
    }
    mixed->facts.skattekort_count = source->skattekort_count;
    for (int32_t i = 0; i < source->skattekort_count; i++) {
        mixed->skattekort[i] = source->skattekort[i];
    }
}

/* The state after the exchanges up to and including `done`, which is CAUSE_DAGE or later. */
static void mix(Exchange *exchange, Cause done) {
    mix_person(exchange, done);
    mix_periods(exchange, done); /* before the courses: they ask which days are stopped */
    mix_courses(exchange, done);
    mix_children(exchange, done);
    mix_income(exchange, done);
    mix_holiday(exchange, done);
    mix_sanctions(exchange, done);
    mix_tax_cards(exchange, done);
}

/* --- Memory -------------------------------------------------------------------------------------------------------- */

/* Room for the rows of either state, and a few carried ones. */
static void room(const CauseState *before, const CauseState *after, int32_t count[7]) {
    const CauseState *const states[] = {before, after};
    memset(count, 0, 7 * sizeof count[0]);
    for (int32_t i = 0; i < 2; i++) {
        const Facts *facts = states[i]->facts;
        if (facts == NULL) {
            continue;
        }
        const int32_t counts[7] = {facts->forloeb_count,   facts->boern_count,      facts->perioder_count,
                                   facts->indkomst_count,  facts->feriepenge_count, facts->sanktioner_count,
                                   facts->skattekort_count};
        for (int32_t kind = 0; kind < 7; kind++) {
            count[kind] += counts[kind];
        }
    }
    count[3] += CARRY_INCOME_ROWS_MAX; /* either exchange takes its rows from one of the two */
    count[3] += count[3];
    count[4] += CARRY_HOLIDAY_ROWS_MAX;
}

static const size_t row_size[7] = {sizeof(Forloeb),    sizeof(Barn),     sizeof(Periode),   sizeof(Indkomst),
                                   sizeof(Feriepenge), sizeof(Sanktion), sizeof(Skattekort)};

#define MEMORY_ALIGNMENT 16

static size_t aligned(size_t size_bytes) {
    return (size_bytes + MEMORY_ALIGNMENT - 1) / MEMORY_ALIGNMENT * MEMORY_ALIGNMENT;
}

size_t cause_memory_size(const CauseState *before, const CauseState *after) {
    int32_t count[7];
    size_t size_bytes = 0;
    room(before, after, count);
    for (int32_t kind = 0; kind < 7; kind++) {
        size_bytes += aligned((size_t)count[kind] * row_size[kind]);
    }
    return size_bytes;
}

static void mixed_begin(const CauseState *before, const CauseState *after, char *memory, Mixed *mixed) {
    int32_t count[7];
    void *rows[7];
    room(before, after, count);
    for (int32_t kind = 0; kind < 7; kind++) {
        rows[kind] = memory;
        memory += aligned((size_t)count[kind] * row_size[kind]);
    }
    mixed->forloeb = rows[0];
    mixed->boern = rows[1];
    mixed->perioder = rows[2];
    mixed->indkomst = rows[3];
    mixed->feriepenge = rows[4];
    mixed->sanktioner = rows[5];
    mixed->skattekort = rows[6];
    mixed->facts = (Facts){.deltager = &mixed->deltager,
                           .forloeb = mixed->forloeb,
                           .boern = mixed->boern,
                           .perioder = mixed->perioder,
                           .indkomst = mixed->indkomst,
                           .feriepenge = mixed->feriepenge,
                           .sanktioner = mixed->sanktioner,
                           .skattekort = mixed->skattekort};
}

/* --- The exchanges -------------------------------------------------------------------------------------------------- */

/* The later law with its rates laid on the days of the earlier month. */
static void law_on_days_of(const MonthLaw *later, Month month, MonthLaw *law) {
    const int32_t days = month_days(month), later_days = month_days(later->month);
    *law = *later;
    if (month.index == later->month.index) {
        return;
    }
    month_law_begin(law, month);
    law->rates.month = month;
    for (int32_t id = 0; id < RATE_COUNT; id++) {
        law->rates.changes[id] = 0;
        for (int32_t day = 0; day < DAYS_PER_MONTH_MAX; day++) {
            const int32_t later_day = day < later_days ? day : later_days - 1;
            law->rates.on_day[id][day] = day < days ? later->rates.on_day[id][later_day] : NULL;
            if (day > 0 && day < days && law->rates.on_day[id][day] != law->rates.on_day[id][day - 1]) {
                law->rates.changes[id] |= UINT32_C(1) << day;
            }
        }
    }
}

static void former_courses(Exchange *exchange, const Work *work) {
    for (int32_t i = 0; i < work->days.course_count; i++) { /* the latest comes first */
        exchange->former[exchange->former_count++] = work->days.course[i].forloeb;
    }
}

/* Rates first, where everything is still as it was; what counted under them is what is carried. */
static bool exchange_law(Exchange *exchange, Result *result) {
    Work work;
    law_on_days_of(exchange->after->law, exchange->before->law->month, &exchange->law);
    work_month(&exchange->law, exchange->before->facts, NULL, result, &work);
    const bool computed = result->udfald != UDFALD_TILBAGEHOLDT;
    if (!computed) { /* the later law has no rate for this: what counted under the earlier one is carried */
        Result earlier;
        work_month(exchange->before->law, exchange->before->facts, NULL, &earlier, &work);
        former_courses(exchange, &work);
        carry_begin(&work, exchange->after->law->month, &exchange->carry);
        return false;
    }
    former_courses(exchange, &work);
    carry_begin(&work, exchange->after->law->month, &exchange->carry);
    return true;
}

static void part_put(CauseSplit *split, Cause cause, const Result *from, const Result *to) {
    const CausePart part = {
        cause,
        money_subtract(to->amount[AMOUNT_ydelse], from->amount[AMOUNT_ydelse]),
        money_subtract(to->amount[AMOUNT_til_udbetaling], from->amount[AMOUNT_til_udbetaling]),
    };
    if (part.ydelse.oere != 0 || part.til_udbetaling.oere != 0) {
        split->part[split->part_count++] = part;
    }
}

static void exchange_all(const CauseState *before, const CauseState *after, void *memory, CauseSplit *split) {
    Exchange exchange = {.before = before, .after = after};
    Result reached = split->before, next;
    exchange.two_months = before->law->month.index != after->law->month.index;
    mixed_begin(before, after, memory, &exchange.mixed);
    if (exchange_law(&exchange, &next)) {
        part_put(split, CAUSE_SATSER, &reached, &next);
        reached = next;
    }
    for (int32_t cause = CAUSE_DAGE; cause < CAUSE_PERSON; cause++) {
        mix(&exchange, (Cause)cause);
        calc_month(after->law, &exchange.mixed.facts, NULL, &next);
        if (next.udfald != UDFALD_TILBAGEHOLDT) {
            part_put(split, (Cause)cause, &reached, &next);
            reached = next;
        }
    }
    part_put(split, CAUSE_PERSON, &reached, &split->after);
}

static void state_calc(const CauseState *state, Result *result) {
    if (state->facts != NULL) {
        calc_month(state->law, state->facts, NULL, result);
    } else {
        *result = (Result){.month = state->law->month, .udfald = UDFALD_INTET};
    }
}

/* The one part of a difference that is no matter of amounts; CAUSE_COUNT: there is none such. */
static Cause only_cause(const CauseSplit *split) {
    const Udfald before = split->before.udfald, after = split->after.udfald;
    if (before == after && (before == UDFALD_INTET || before == UDFALD_TILBAGEHOLDT)) {
        return CAUSE_COUNT;
    }
    if (before == UDFALD_TILBAGEHOLDT || after == UDFALD_TILBAGEHOLDT) {
        return CAUSE_TILBAGEHOLDT;
    }
    if (before == UDFALD_INTET) {
        return CAUSE_BEGYNDER;
    }
    return after == UDFALD_INTET ? CAUSE_OPHOERER : CAUSE_COUNT;
}

static void sum_check(const CauseSplit *split) {
    Money ydelse = MONEY_ZERO, til_udbetaling = MONEY_ZERO;
    for (int32_t i = 0; i < split->part_count; i++) {
        ydelse = money_add(ydelse, split->part[i].ydelse);
        til_udbetaling = money_add(til_udbetaling, split->part[i].til_udbetaling);
    }
    assert(ydelse.oere == split->ydelse.oere && til_udbetaling.oere == split->til_udbetaling.oere);
}

void cause_split(const CauseState *before, const CauseState *after, void *memory, CauseSplit *split) {
    memset(split, 0, sizeof *split);
    state_calc(before, &split->before);
    state_calc(after, &split->after);
    const Money *from = split->before.amount, *to = split->after.amount;
    split->ydelse = money_subtract(to[AMOUNT_ydelse], from[AMOUNT_ydelse]);
    split->til_udbetaling = money_subtract(to[AMOUNT_til_udbetaling], from[AMOUNT_til_udbetaling]);
    const Cause only = only_cause(split);
    if (only != CAUSE_COUNT) {
        split->part[split->part_count++] = (CausePart){only, split->ydelse, split->til_udbetaling};
    } else if (split->before.udfald != UDFALD_INTET && split->before.udfald != UDFALD_TILBAGEHOLDT) {
        exchange_all(before, after, memory, split);
    }
    sum_check(split);
}

void cause_part_add(CauseSplit *split, Cause cause, Money ydelse, Money til_udbetaling) {
    assert(split->part_count < CAUSE_COUNT);
    split->part[split->part_count++] = (CausePart){cause, ydelse, til_udbetaling};
    split->ydelse = money_add(split->ydelse, ydelse);
    split->til_udbetaling = money_add(split->til_udbetaling, til_udbetaling);
    sum_check(split);
}
