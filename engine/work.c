#include "engine/work.h"

DayMask day_mask(Date month_first, int32_t length, Date first, Date last) {
    int32_t from = first.day - month_first.day;
    int32_t until = last.day - month_first.day;
    if (from < 0) {
        from = 0;
    }
    if (until >= length) {
        until = length - 1;
    }
    if (until < from) {
        return 0;
    }
    return (DayMask)(((UINT64_C(1) << (until + 1)) - 1) & ~((UINT64_C(1) << from) - 1));
}

void work_finding(Work *work, FindingCode code, const Source *row) {
    finding_set_add(&work->result->findings, code);
    if (work->trace != NULL) {
        work->trace->finding(work->trace->context, code, row);
    }
}

void work_hold(Work *work, FindingCode code, const Source *row) {
    work->held = true;
    work_finding(work, code, row);
}

const RateRow *work_rate(Work *work, RateId id, int32_t day) {
    const RateRow *row = work->law->rates.on_day[id][day];
    if (row == NULL && !finding_set_has(&work->result->findings, FINDING_SATS_MANGLER)) {
        work_hold(work, FINDING_SATS_MANGLER, NULL);
    }
    return row;
}

const char *ordning_name(Ordning ordning) {
    return ordning == ORDNING_RF ? "RF" : "JA";
}

const char *periode_art_name(PeriodeArt art) {
    static const char *const names[] = {
        [PERIODE_HJEMMEBOENDE] = "HJEMMEBOENDE",
        [PERIODE_SELVSTAENDIG_KVART] = "SELVSTAENDIG_KVART",
        [PERIODE_SELVSTAENDIG_HALV] = "SELVSTAENDIG_HALV",
        [PERIODE_MINDSTESATS] = "MINDSTESATS",
        [PERIODE_FERIE] = "FERIE",
        [PERIODE_UDLAND] = "UDLAND",
        [PERIODE_FAENGSEL] = "FAENGSEL",
        [PERIODE_OPHOER] = "OPHOER",
        [PERIODE_SPAERRING] = "SPAERRING",
    };
    return names[art];
}

void work_row(const Work *work, RuleId rule, const char *note, DayMask days, const Source *row) {
    if (!work_is_traced(work)) {
        return;
    }
    Step step = {.rule = rule, .note = note, .only_row = true, STEP_NO_DAYS, .row = row};
    if (days != 0) {
        step.first = (Date){work->days.first.day + day_first(days)};
        step.last = (Date){work->days.first.day + day_last(days)};
    }
    work_step(work, &step);
}

int64_t work_unit(const Work *work) {
    return work_policy(work, POLICY_AFRUNDING) == AFRUNDING_KRONE_LINJE ? OERE_PER_KRONE : 1;
}

Money work_round(const Work *work, Wide numerator, Wide denominator) {
    return money_round(numerator, denominator, work_unit(work));
}

Money round_krone(Wide numerator, Wide denominator) {
    return money_round(numerator, denominator, OERE_PER_KRONE);
}
