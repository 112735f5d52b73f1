/* Income of the month by class (LAS § 68 a, § 69 j(5)-(11); law section 5): which class a row is of, which
 * part of it counts, and the sums. */
#include "engine/work.h"

#include <assert.h>
#include <string.h>

/* From this month the part of a pay period outside of every course does not count. */
#define PERIOD_RULE_FIRST_MONTH ((Month){2016 * 12})

static bool is_own_benefit(const Indkomst *row, const Deltager *deltager) {
    Text payer = row->arbejdsgiver_se, own = deltager->se_nummer;
    bool type_of_benefit = row->indkomsttype == 4 || row->indkomsttype == 6 || row->indkomsttype == 7;
    return type_of_benefit && payer.size_bytes > 0 && payer.size_bytes == own.size_bytes &&
           memcmp(payer.bytes, own.bytes, own.size_bytes) == 0;
}

/* By indkomsttype, when no case worker has judged the row. */
static RowClass class_by_type(int32_t indkomsttype) {
    switch (indkomsttype) {
    case 0:
    case 2:
    case 3:
    case 8:
    case 10:
    case 11:
        return (RowClass){KLASSE_LOEN, KLASSE_ANDEN};
    case 1:
    case 4:
    case 5:
    case 7:
    case 20:
    case 24:
        return (RowClass){KLASSE_ANDEN, KLASSE_ANDEN};
    default: /* 06, 09, 26; the list is closed, the reader rejects every other type */
        return (RowClass){KLASSE_IGNORER, KLASSE_IGNORER};
    }
}

RowClass row_class(const Indkomst *row, const Deltager *deltager) {
    if (row->klasse != KLASSE_NONE) {
        return (RowClass){row->klasse, row->klasse};
    }
    if (is_own_benefit(row, deltager)) {
        return (RowClass){KLASSE_IGNORER, KLASSE_IGNORER};
    }
    return class_by_type(row->indkomsttype);
}

/* The part of a row that counts, as a fraction of days; 0/1 when nothing does. */
typedef struct {
    int32_t inside;
    int32_t all;
    RuleId rule;
} Part;

/* The period rule begins with a year, so the earlier months of a year have the month's own rule. */
static Part row_part(const Work *work, const Indkomst *row, const ActiveDays *days) {
    bool period_rule = work->law->rules_month.index >= PERIOD_RULE_FIRST_MONTH.index;
    if (period_rule && date_given(row->loenperiode_start)) {
        return (Part){course_days(work->facts, row->loenperiode_start, row->loenperiode_slut, false),
                      date_count(row->loenperiode_start, row->loenperiode_slut), RULE_INDKOMST_LOENPERIODE};
    }
    bool paid_before =
        days->active != 0 && row->dispositionsdato.day < days->first.day + day_first(days->active);
    return (Part){paid_before ? 0 : 1, 1, RULE_INDKOMST_UDBETALT};
}

static void sum_add(IncomeSums *sums, Klasse klasse, Money amount) {
    Money *sum = NULL;
    switch (klasse) {
    case KLASSE_LOEN:
        sum = &sums->loen;
        break;
    case KLASSE_LOEN_SYGDOM:
        sum = &sums->sygdom;
        break;
    case KLASSE_TILBUD:
        sum = &sums->tilbud;
        break;
    case KLASSE_FRIKORT:
        sum = &sums->frikort;
        break;
    case KLASSE_FLEKSTILSKUD:
        sum = &sums->fleks;
        break;
    case KLASSE_OVERSKUD:
        sum = &sums->overskud;
        break;
    case KLASSE_ANDEN:
        sum = &sums->anden;
        break;
    case KLASSE_IGNORER:
    case KLASSE_NONE:
        return;
    }
    *sum = money_add(*sum, amount);
}

static const char *klasse_name(Klasse klasse) {
    static const char *const names[] = {"LOEN",         "LOEN_SYGDOM", "TILBUD", "FRIKORT",
                                        "FLEKSTILSKUD", "OVERSKUD",    "ANDEN",  "IGNORER"};
    assert(klasse != KLASSE_NONE); /* row_class gives every row a class */
    return names[klasse];
}

/* Cuts one amount of a row by the period rule and adds it to its class. */
static void amount_count(const Work *work, const Indkomst *row, Part part, Klasse klasse, Money amount,
                         bool report, IncomeSums *sums) {
    bool cut = part.rule == RULE_INDKOMST_LOENPERIODE;
    Money counted = cut ? work_round(work, (Wide)amount.oere * part.inside, part.all)
                        : (Money){amount.oere * part.inside};
    sum_add(sums, klasse, counted);
    if (!report || !work_is_traced(work)) {
        return;
    }
    Step step = {.rule = part.rule,
                 .note = klasse_name(klasse),
                 .amount = counted,
                 .factor = {{FACTOR_KRONER, amount.oere, 1}, {FACTOR_SHARE, part.inside, part.all}},
                 .first = row->dispositionsdato,
                 .last = row->dispositionsdato,
                 .row = &row->source};
    if (cut) {
        step.factor[1].kind = FACTOR_DAYS;
        step.unit_oere = work_unit(work);
        step.first = row->loenperiode_start;
        step.last = row->loenperiode_slut;
    }
    work_step(work, &step);
}

static Money loen_of(const Indkomst *row) {
    /* Pension counts as wage; holiday pay taxed when earned (0198) counts when the holiday is held. */
    Money wage = money_subtract(row->felt_0013, row->felt_0198);
    return money_add(wage, money_add(row->felt_0147, row->felt_0148));
}

static Money andet_of(const Indkomst *row) {
    return money_add(row->felt_0014, money_add(row->felt_0036, row->felt_0038));
}

static void row_count(Work *work, const Indkomst *row, const ActiveDays *days, bool report,
                      IncomeSums *sums) {
    RowClass class = row_class(row, work->facts->deltager);
    Part part = row_part(work, row, days);
    if (class.loen == class.andet) {
        amount_count(work, row, part, class.loen, money_add(loen_of(row), andet_of(row)), report, sums);
    } else {
        amount_count(work, row, part, class.loen, loen_of(row), report, sums);
        if (andet_of(row).oere != 0) {
            amount_count(work, row, part, class.andet, andet_of(row), report, sums);
        }
    }
    if (class.loen == KLASSE_TILBUD && part.inside != 0) {
        sums->timer_hundredths += row->felt_0200_hundredths;
    }
    bool unjudged_wage = row->klasse == KLASSE_NONE && class.loen == KLASSE_LOEN;
    if (report && unjudged_wage && work->ordning == ORDNING_JA) {
        work_finding(work, FINDING_LOEN_UNDER_SYGDOM, &row->source);
    }
}

void offer_hours_explain(const Work *work) {
    for (int32_t i = 0; i < work->facts->indkomst_count; i++) {
        const Indkomst *row = &work->facts->indkomst[i];
        bool offer =
            row->klasse == KLASSE_TILBUD && work_mask(work, row->dispositionsdato, row->dispositionsdato);
        if (offer && row_part(work, row, &work->days).inside != 0) {
            work_row(work, RULE_TILBUD, klasse_name(row->klasse), 0, &row->source);
        }
    }
}

void income_sums(Work *work, const ActiveDays *days, bool report, IncomeSums *sums) {
    *sums = (IncomeSums){0};
    for (int32_t i = 0; i < work->facts->indkomst_count; i++) {
        const Indkomst *row = &work->facts->indkomst[i];
        if (day_mask(days->first, days->length, row->dispositionsdato, row->dispositionsdato) != 0) {
            row_count(work, row, days, report, sums);
        }
    }
}
