#include "engine/work.h"

DayMask day_mask_after(Date month_first, int32_t length, Date start, int32_t months) {
    /* A year has 365 or 366 days and a month 28 to 31: the calendar is asked only when that day may lie in the month. */
    const int32_t years = months / 12, rest = months % 12;
    if (month_first.day + length <= start.day + years * 365 + rest * 28) {
        return 0;
    }
    if (start.day + years * 366 + rest * 31 <= month_first.day) {
        return day_mask(month_first, length, month_first, DATE_LAST);
    }
    return day_mask(month_first, length, date_add_months(start, months), DATE_LAST);
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

void work_rate_missing(Work *work) {
    if (!finding_set_has(&work->result->findings, FINDING_SATS_MANGLER)) {
        work_hold(work, FINDING_SATS_MANGLER, NULL);
    }
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
