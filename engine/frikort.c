/* Social frikort (lov 689/2018; law section 5, step 3): a yearly sum of income that does not count. */
#include "engine/work.h"

/* Whether there are any; names them, as what has been used rests on them. */
static bool has_frikort_row_before(const Work *work) {
    Date year_first = date_from_ymd(month_year(work->law->month), 1, 1);
    bool any = false;
    for (int32_t i = 0; i < work->facts->indkomst_count; i++) {
        const Indkomst *row = &work->facts->indkomst[i];
        if (row->klasse == KLASSE_FRIKORT && year_first.day <= row->dispositionsdato.day &&
            row->dispositionsdato.day < work->days.first.day) {
            work_row(work, RULE_FRIKORT, "FRIKORT", 0, &row->source);
            any = true;
        }
    }
    return any;
}

/* What the earlier months of the year have used, each computed as the month itself is. */
static Money frikort_used(Work *work) {
    Money used = MONEY_ZERO;
    if (!has_frikort_row_before(work)) {
        return used;
    }
    Month month = {month_year(work->law->month) * 12};
    for (; month.index < work->law->month.index; month.index++) {
        ActiveDays days;
        IncomeSums sums;
        active_days_fill(work->facts, &work->law->policy, month, NULL, &days);
        income_sums(work, &days, false, &sums);
        used = money_add(used, money_floor_zero(sums.frikort));
    }
    return used;
}

Money frikort_free(Work *work, Money frikort_income) {
    /* No row means no social frikort yet: a limit of 0, not a missing rate. */
    const RateRow *limit = work->law->rates.on_day[RATE_FRIKORT][work->last_active];
    if (frikort_income.oere == 0 || limit == NULL) {
        return MONEY_ZERO;
    }
    Money used = frikort_used(work);
    Money yearly = {rate_value(limit)};
    Money left = money_floor_zero(money_subtract(yearly, used));
    Money free = money_min(left, frikort_income);
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_FRIKORT, .note = "brugt", .amount = used, STEP_NO_DAYS});
    }
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_FRIKORT,
                                .note = "tilbage",
                                .amount = left,
                                .term_count = 2,
                                STEP_NO_DAYS,
                                .term = {yearly, money_subtract(MONEY_ZERO, used)},
                                .rate = {limit}});
    }
    if (work_is_traced(work)) {
        work_step(work, &(Step){.rule = RULE_FRIKORT,
                                .note = "fri",
                                .amount = free,
                                STEP_NO_DAYS,
                                .term = {frikort_income},
                                .term_count = 1});
    }
    return free;
}
