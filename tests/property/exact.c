/* Sections 4, 6 and 7: segments and gross, sanctions, contributions, tax. */
#include "tests/property/exact.h"

#include <stdio.h>
#include <string.h>

static int32_t policy(const Exact *exact, PolicyKey key) {
    return exact->person->policy.value[key];
}

static bool same_terms(const ExactDay *a, const ExactDay *b) {
    return a->course == b->course && a->group == b->group && a->level == b->level && a->base == b->base &&
           a->week == b->week && a->share == b->share && a->cap == b->cap;
}

/* The last day of the segment that begins on day i. */
static int32_t segment_end(const Exact *exact, int32_t i) {
    while (i + 1 < exact->length && exact->is_active[i + 1] &&
           same_terms(&exact->day[i], &exact->day[i + 1])) {
        i++;
    }
    return i;
}

/* g of a segment from day a to day b. */
static Ratio segment_amount(const Exact *exact, int32_t a, int32_t b) {
    const ExactDay *terms = &exact->day[a];
    Ratio part = ratio(b - a + 1, exact->length);
    Ratio share = ratio(terms->level == 'B' ? terms->share : 10000, 10000);
    Ratio g = exact_round(exact, times(times(whole(terms->base), share), part));
    if (terms->level != 'B') {
        int32_t weekdays = 0;
        for (int32_t i = a; i <= b; i++) {
            weekdays += date_weekday((Date){exact->first.day + i}) < 5 ? 1 : 0;
        }
        Ratio weeks = policy(exact, POLICY_SYG_MAANED) == SYG_MAANED_HVERDAGE ? ratio(weekdays, 5)
                                                                              : times(ratio(52, 12), part);
        g = greatest(g, exact_round(exact, times(whole(terms->week), weeks)));
    }
    return terms->cap < 0 ? g : least(g, exact_round(exact, times(whole(terms->cap), part)));
}

static void gross_and_scheme(Exact *exact) {
    int32_t days_ja = 0;
    bool last_is_ja = false;
    exact->gross = whole(0);
    for (int32_t i = 0; i < exact->length; i++) {
        if (!exact->is_active[i]) {
            continue;
        }
        last_is_ja = exact->person->forloeb[exact->day[i].course].ordning == ORDNING_JA;
        days_ja += last_is_ja ? 1 : 0;
    }
    for (int32_t i = 0; i < exact->length; i++) {
        if (exact->is_active[i]) {
            int32_t end = segment_end(exact, i);
            exact->gross = plus(exact->gross, segment_amount(exact, i, end));
            i = end;
        }
    }
    exact->judged_ja = 2 * days_ja == exact->active ? last_is_ja : 2 * days_ja > exact->active;
}

/* --- Section 6 --------------------------------------------------------------------------------------------------------- */

static bool third_covers(const Sanktion *row, Date day) {
    return row->foerste_dag.day <= day.day && day.day <= row->sidste_dag.day;
}

/* Has the row to do with this month, and does it count? */
static bool sanction_counts(Exact *exact, const Sanktion *row, bool low_rate) {
    static const PolicyKey settings[] = {POLICY_BRUG_SANKTION_PERIODE, POLICY_BRUG_SANKTION_PUNKT,
                                         POLICY_BRUG_SANKTION_TREDJEDEL};
    bool third = row->art == SANKTION_TREDJEDEL, concerns = false;
    for (int32_t i = 0; third && i < exact->length; i++) {
        concerns = concerns || (exact->is_active[i] && third_covers(row, (Date){exact->first.day + i}));
    }
    if (third ? !concerns : row->virkningsmaaned.index != exact->person->month.index) {
        return false;
    }
    int32_t months = row->virkningsmaaned.index - month_of(row->haendelsesdato).index;
    if (!row->afgoerelse) {
        exact_finding(exact, FINDING_AFGOERELSE_MANGLER);
    } else if (policy(exact, settings[row->art]) != 0) {
        exact_finding(exact, FINDING_AUTOMATIK_SLUKKET);
    } else if (!third && (months < 0 || months > 3)) {
        exact_finding(exact, FINDING_SANKTION_FOR_SEN);
    } else if (third && low_rate) {
        exact_finding(exact, FINDING_TREDJEDEL_LAV_SATS);
    } else {
        return true;
    }
    return false;
}

/* K(b0 x 12 / 260) */
static Ratio rate_of_day(const ExactDay *first) {
    Ratio own = times(whole(first->base), ratio(first->share, 10000));
    own = first->cap < 0 ? own : least(own, whole(first->cap));
    return rounded(times(own, ratio(12, 260)), 100);
}

static bool is_before(const Sanktion *a, const Sanktion *b) {
    return a->haendelsesdato.day < b->haendelsesdato.day ||
           (a->haendelsesdato.day == b->haendelsesdato.day &&
            text_compare(a->sanktion_id, b->sanktion_id) < 0);
}

static void exact_sanctions(Exact *exact) {
    const ExactDay *first = &exact->day[exact->first_active.day - exact->first.day];
    bool low_group = first->group == 'H' || first->group == 'B', low_rate = low_group && first->level == 'B';
    bool none = sign(exact->gross) == 0, covered[DAYS_PER_MONTH_MAX] = {false};
    Ratio left = none ? whole(0) : over(exact->after, exact->gross), cut = whole(0);
    const Sanktion *single = NULL;
    for (int32_t i = 0; i < exact->person->count[5]; i++) {
        const Sanktion *row = &exact->person->sanktioner[i];
        if (!sanction_counts(exact, row, low_rate)) {
            continue;
        }
        if (row->art == SANKTION_PERIODE) {
            cut = plus(cut, exact_round(exact, times(times(whole(row->dage), rate_of_day(first)), left)));
        } else if (row->art == SANKTION_PUNKT) {
            if (single != NULL) {
                exact_finding(exact, FINDING_PUNKT_FLERE);
            }
            single = single == NULL || is_before(row, single) ? row : single;
        }
        for (int32_t d = 0; row->art == SANKTION_TREDJEDEL && d < exact->length; d++) {
            covered[d] = covered[d] || third_covers(row, (Date){exact->first.day + d});
        }
    }
    if (single != NULL) {
        int64_t amount = exact_rate(exact, low_rate ? RATE_PUNKTSANKTION_LAV : RATE_PUNKTSANKTION_HOEJ,
                                    exact->last_active);
        cut = plus(cut, exact_round(exact, times(whole(amount), left)));
    }
    int32_t days = 0;
    for (int32_t d = 0; d < exact->length; d++) {
        days += covered[d] && exact->is_active[d] ? 1 : 0;
    }
    Ratio rest = none ? whole(0) : not_below_zero(minus(exact->after, cut));
    exact->sanctions = plus(cut, rounded(over(times(rest, ratio(days, exact->active)), whole(3)), 100));
}

/* --- Section 7 --------------------------------------------------------------------------------------------------------- */

static bool atp_is_due(Exact *exact, Ratio ydelse) {
    Ratio threshold = whole(0);
    for (int32_t i = 0; i < exact->length; i++) {
        if (exact->is_active[i]) {
            int32_t end = segment_end(exact, i);
            RateId id = exact->day[i].group == 'F' ? RATE_YDELSE_FORS : RATE_YDELSE_IKKE;
            Ratio part = ratio(end - i + 1, exact->length);
            threshold = plus(
                threshold, exact_round(exact, times(whole(exact_rate(exact, id, exact->last_active)), part)));
            i = end;
        }
    }
    return !is_less(policy(exact, POLICY_SANKTION_FJERNER_ATP) == VALG_JA ? ydelse : exact->after, threshold);
}

static bool is_better_card(const Skattekort *a, const Skattekort *b) {
    static const int32_t order[] = {[KORT_HOVED] = 0, [KORT_FRI] = 1, [KORT_BI] = 2};
    if (order[a->korttype] != order[b->korttype]) {
        return order[a->korttype] < order[b->korttype];
    }
    if (a->foerste_dag.day != b->foerste_dag.day) {
        return a->foerste_dag.day > b->foerste_dag.day;
    }
    return text_compare(a->post_id, b->post_id) < 0;
}

static Ratio exact_tax(Exact *exact, Ratio basis) {
    if (policy(exact, POLICY_SKAT) == VALG_NEJ) {
        return whole(0);
    }
    const Skattekort *card = NULL;
    for (int32_t i = 0; i < exact->person->count[6]; i++) {
        const Skattekort *row = &exact->person->skattekort[i];
        bool ended = date_given(row->sidste_dag) && row->sidste_dag.day < exact->last.day;
        if (row->foerste_dag.day <= exact->last.day && !ended &&
            (card == NULL || is_better_card(row, card))) {
            card = row;
        }
    }
    Ratio t = rounded_down(basis, 100), percentage = ratio(55, 100);
    if (card == NULL) {
        exact_finding(exact, FINDING_SKATTEKORT_MANGLER);
    } else if (card->traekprocent_hundredths >= 0) {
        percentage = ratio(card->traekprocent_hundredths, 10000);
    }
    if (card != NULL && card->korttype == KORT_HOVED && money_given(card->maanedsfradrag)) {
        t = not_below_zero(minus(t, whole(card->maanedsfradrag.oere)));
    }
    if (card != NULL && card->korttype == KORT_FRI) {
        t = money_given(card->frikort_graense) ? not_below_zero(minus(t, whole(card->frikort_graense.oere)))
                                               : whole(0);
    }
    return rounded_down(times(t, percentage), 100);
}

static void exact_contributions(Exact *exact) {
    int64_t *amount = exact->result->amount_oere;
    Ratio ydelse = not_below_zero(minus(exact->after, exact->sanctions)), own = whole(0);
    if (policy(exact, POLICY_AFRUNDING) == AFRUNDING_KRONE_RESULTAT) {
        ydelse = rounded(ydelse, 100);
    }
    if (atp_is_due(exact, ydelse)) {
        Ratio atp = times(whole(exact_rate(exact, RATE_ATP_SAMLET, exact->last_active)),
                          ratio(exact->active, exact->length));
        own = least(rounded(over(atp, whole(3)), 100), ydelse);
        amount[AMOUNT_atp_kommune] = whole_number(rounded(times(atp, ratio(2, 3)), 100));
    }
    Ratio basis = minus(ydelse, own);
    if (month_year(exact->person->month) >= 2020) {
        Ratio share = ratio(exact_rate(exact, RATE_OBLIGATORISK_PENSION, exact->last_active), 10000);
        amount[AMOUNT_pension] = whole_number(rounded(times(share, basis), 100));
    }
    Ratio tax = exact_tax(exact, basis);
    amount[AMOUNT_ydelse] = whole_number(ydelse);
    amount[AMOUNT_atp_egen] = whole_number(own);
    amount[AMOUNT_skat] = whole_number(tax);
    amount[AMOUNT_til_udbetaling] = whole_number(minus(basis, tax));
}

ExactResult exact_month(const RateTable *rates, const Person *person) {
    ExactResult result = {.udfald = UDFALD_INTET};
    Exact exact = {.rates = rates, .person = person, .result = &result, .first = month_first(person->month)};
    exact.last = month_last(person->month);
    exact.length = month_days(person->month);
    if (exact_days(&exact)) {
        gross_and_scheme(&exact);
        exact_income(&exact);
        exact_sanctions(&exact);
        result.aktive_dage = exact.active;
        result.amount_oere[AMOUNT_brutto] = whole_number(exact.gross);
        result.amount_oere[AMOUNT_efter_indkomst] = whole_number(exact.after);
        result.amount_oere[AMOUNT_sanktion] = whole_number(exact.sanctions);
        exact_contributions(&exact);
        result.udfald = result.amount_oere[AMOUNT_til_udbetaling] > 0 ? UDFALD_BETALES : UDFALD_NUL;
    }
    ratio_free_all();
    if (exact.held) {
        result = (ExactResult){.udfald = UDFALD_TILBAGEHOLDT, .findings = result.findings};
    }
    return result;
}

bool exact_is(const ExactResult *exact, const Result *result) {
    bool same = result->udfald == exact->udfald && result->aktive_dage == exact->aktive_dage &&
                memcmp(&result->findings, &exact->findings, sizeof exact->findings) == 0;
    for (int32_t i = 0; i < AMOUNT_COUNT; i++) {
        same = same && result->amount[i].oere == exact->amount_oere[i];
    }
    return same;
}

void exact_print(const ExactResult *exact, const Result *result) {
    Result shown = *result;
    char line[RESULT_LINE_SIZE];
    result_format(&shown, line);
    fprintf(stderr, "engine: %s", line);
    shown.udfald = exact->udfald;
    shown.aktive_dage = exact->aktive_dage;
    shown.findings = exact->findings;
    for (int32_t i = 0; i < AMOUNT_COUNT; i++) {
        shown.amount[i].oere = exact->amount_oere[i];
    }
    result_format(&shown, line);
    fprintf(stderr, "exact:  %s", line);
}
