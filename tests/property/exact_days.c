/* Sections 1 to 3: which days are active, and what each of them is worth. */
#include "tests/property/exact.h"

void exact_finding(Exact *exact, FindingCode code) {
    finding_set_add(&exact->result->findings, code);
}

static void hold(Exact *exact, FindingCode code) {
    exact->held = true;
    exact_finding(exact, code);
}

int64_t exact_rate(Exact *exact, RateId id, Date day) {
    for (int32_t i = 0; i < exact->rates->count; i++) {
        const RateRow *row = &exact->rates->rows[i];
        bool ended = date_given(row->last) && row->last.day < day.day;
        if (row->id == id && row->first.day <= day.day && !ended) {
            return row->value_hundredths;
        }
    }
    hold(exact, FINDING_SATS_MANGLER);
    return 0;
}

Ratio exact_round(const Exact *exact, Ratio value) {
    return rounded(value, exact->person->policy.value[POLICY_AFRUNDING] == AFRUNDING_KRONE_LINJE ? 100 : 1);
}

static bool between(Date first, Date day, Date last_or_none) {
    return first.day <= day.day && (!date_given(last_or_none) || day.day <= last_or_none.day);
}

static bool course_covers(const Person *person, int32_t i, Date day) {
    Date death = person->deltager.doedsdato;
    return between(person->forloeb[i].startdato, day, person->forloeb[i].slutdato) &&
           (!date_given(death) || day.day <= death.day);
}

int32_t exact_course_on(const Person *person, Date day) {
    int32_t best = -1;
    for (int32_t i = 0; i < person->count[0]; i++) {
        if (!course_covers(person, i, day)) {
            continue;
        }
        const Forloeb *row = &person->forloeb[i], *than = best < 0 ? NULL : &person->forloeb[best];
        if (than == NULL || row->startdato.day > than->startdato.day ||
            (row->startdato.day == than->startdato.day &&
             text_compare(row->forloeb_id, than->forloeb_id) > 0)) {
            best = i;
        }
    }
    return best;
}

static bool period_covers(const Periode *row, Date day) {
    return between(row->foerste_dag, day, row->sidste_dag);
}

bool exact_covered_by_period(const Person *person, PeriodeArt art, Date day) {
    for (int32_t i = 0; i < person->count[2]; i++) {
        if (person->perioder[i].art == art && period_covers(&person->perioder[i], day)) {
            return true;
        }
    }
    return false;
}

/* The setting that switches a kind of stop off, or -1 for a kind that stops nothing. */
static int32_t stop_setting(PeriodeArt art) {
    return art == PERIODE_OPHOER     ? POLICY_BRUG_OPHOER
           : art == PERIODE_UDLAND   ? POLICY_BRUG_UDLAND
           : art == PERIODE_FAENGSEL ? POLICY_BRUG_FAENGSEL
                                     : -1;
}

static bool is_stopped(const Person *person, Date day) {
    for (int32_t i = 0; i < person->count[2]; i++) {
        const Periode *row = &person->perioder[i];
        int32_t setting = stop_setting(row->art);
        if (setting >= 0 && row->afgoerelse && person->policy.value[setting] == 0 &&
            period_covers(row, day)) {
            return true;
        }
    }
    return false;
}

static bool on_pension(const Person *person, Date day) {
    return person->forloeb[exact_course_on(person, day)].tidligere_ydelse == TIDLIGERE_FOERTIDSPENSION;
}

bool exact_is_active(const Person *person, Date day) {
    return exact_course_on(person, day) >= 0 && !is_stopped(person, day) && !on_pension(person, day);
}

/* --- The tests of section 1 ----------------------------------------------------------------------------------------- */

static Date pension_age_reached(Date birth) {
    int32_t year, month, day;
    date_to_ymd(birth, &year, &month, &day);
    int32_t half = year * 2 + (month > 6 ? 1 : 0);
    int32_t half_years = half < 1954 * 2        ? 130
                         : half == 1954 * 2     ? 131
                         : half == 1954 * 2 + 1 ? 132
                         : half == 1955 * 2     ? 133
                         : half < 1963 * 2      ? 134
                         : half < 1967 * 2      ? 136
                         : half < 1971 * 2      ? 138
                                                : 140;
    return date_add_months(birth, half_years * 6);
}

static void course_day_tests(Exact *exact, const Forloeb *row, Date day) {
    int32_t year, month, day_of_month;
    date_to_ymd(day, &year, &month, &day_of_month);
    if (year < 2013 || (row->ordning == ORDNING_JA && (year < 2014 || (year == 2014 && month < 7)))) {
        hold(exact, FINDING_FORLOEB_FOER_LOVEN);
    }
    if (row->ordning == ORDNING_RF && row->bevilget_dato.day >= date_from_ymd(2026, 2, 1).day) {
        hold(exact, FINDING_RF_LUKKET);
    }
    int32_t years = row->ordning == ORDNING_JA                               ? 2
                    : row->bevilget_dato.day < date_from_ymd(2022, 1, 1).day ? 5
                                                                             : 3;
    if (day.day >= date_birthday(row->startdato, years).day) {
        exact_finding(exact, FINDING_VARIGHED_OVER_LOVENS);
    }
}

static void day_tests(Exact *exact, Date day) {
    const Person *person = exact->person;
    for (int32_t i = 0; i < person->count[0]; i++) {
        for (int32_t j = 0; j < i; j++) {
            if (!course_covers(person, i, day) || !course_covers(person, j, day)) {
                continue;
            }
            exact_finding(exact, FINDING_FORLOEB_OVERLAPPER);
            if (person->forloeb[i].startdato.day == person->forloeb[j].startdato.day) {
                hold(exact, FINDING_FORLOEB_SAMME_START);
            }
        }
    }
    course_day_tests(exact, &person->forloeb[exact_course_on(person, day)], day);
    if (day.day >= pension_age_reached(person->deltager.foedselsdato).day) {
        exact_finding(exact, FINDING_FOLKEPENSIONSALDER);
    }
    for (int32_t i = 0; i < person->count[2]; i++) {
        const Periode *row = &person->perioder[i];
        int32_t setting = stop_setting(row->art);
        if (setting < 0 || !period_covers(row, day)) {
            continue;
        }
        if (!row->afgoerelse) {
            exact_finding(exact, FINDING_AFGOERELSE_MANGLER);
        } else if (person->policy.value[setting] != 0) {
            exact_finding(exact, FINDING_AUTOMATIK_SLUKKET);
        }
    }
    exact_finding(exact, FINDING_ERSTATNINGSNUMMER); /* every random person has such a number */
}

/* --- Group, level, share, reduced level of a day -------------------------------------------------------------------- */

static bool child_counts(const Barn *row, Forhold forhold, Date day) {
    return row->forhold == forhold && row->i_riget && row->foedselsdato.day <= day.day &&
           day.day < date_birthday(row->foedselsdato, 18).day &&
           (!date_given(row->forsoergelse_fra) || row->forsoergelse_fra.day <= day.day) &&
           (!date_given(row->forsoergelse_til) || day.day <= row->forsoergelse_til.day);
}

static int32_t children(const Person *person, Forhold forhold, Date day) {
    int32_t count = 0;
    for (int32_t i = 0; i < person->count[1]; i++) {
        count += child_counts(&person->boern[i], forhold, day) ? 1 : 0;
    }
    return count;
}

static int32_t group_on(const Person *person, Date day) {
    bool under_25 = day.day < date_birthday(person->deltager.foedselsdato, 25).day;
    bool supports = children(person, FORHOLD_BIDRAG, day) > 0;
    if (children(person, FORHOLD_FORSOERGER, day) > 0) {
        return 'F';
    }
    if (under_25 && exact_covered_by_period(person, PERIODE_HJEMMEBOENDE, day)) {
        return supports ? 'B' : 'H';
    }
    return supports ? 'F' : 'I';
}

/* HJ25 and what the children add, never above FORS. */
static int64_t base_with_support(Exact *exact, Date day, Date group_day) {
    const Person *person = exact->person;
    int64_t base = exact_rate(exact, RATE_YDELSE_HJ25, day);
    if (day.day >= date_from_ymd(2025, 7, 1).day) {
        base += children(person, FORHOLD_BIDRAG, group_day) * exact_rate(exact, RATE_BIDRAGSTILLAEG, day);
    } else {
        for (int32_t i = 0; i < person->count[1]; i++) {
            if (!child_counts(&person->boern[i], FORHOLD_BIDRAG, group_day)) {
                continue;
            }
            if (money_given(person->boern[i].bidrag_beloeb)) {
                base += person->boern[i].bidrag_beloeb.oere;
            } else {
                exact_finding(exact, FINDING_BIDRAG_UDEN_BELOEB);
            }
        }
    }
    int64_t highest = exact_rate(exact, RATE_YDELSE_FORS, day);
    return base < highest ? base : highest;
}

static void level_on(Exact *exact, const Forloeb *row, Date day, ExactDay *terms) {
    terms->level = 'B';
    terms->week = 0;
    if (row->ordning == ORDNING_RF && row->tidligere_ydelse == TIDLIGERE_LEDIGHEDSYDELSE) {
        terms->level = 'L';
    }
    if (row->ordning == ORDNING_RF && row->tidligere_ydelse == TIDLIGERE_SYGEDAGPENGE) {
        if (!date_given(row->niveau_slutdato)) {
            exact_finding(exact, FINDING_NIVEAU_SLUT_MANGLER);
        } else if (day.day <= row->niveau_slutdato.day) {
            terms->level = 'S';
        }
    }
    if (terms->level == 'B') {
        return;
    }
    if (!money_given(row->ugebeloeb)) {
        exact_finding(exact, FINDING_UGEBELOEB_MANGLER);
        return;
    }
    int64_t highest =
        exact_rate(exact, terms->level == 'S' ? RATE_SYGEDAGPENGE_MAX : RATE_LEDIGHEDSYDELSE_MAX, day);
    terms->week = row->ugebeloeb.oere < highest ? row->ugebeloeb.oere : highest;
}

static int64_t share_on_day(Exact *exact, const Forloeb *row, Date day) {
    bool quarter = exact_covered_by_period(exact->person, PERIODE_SELVSTAENDIG_KVART, day);
    bool half = exact_covered_by_period(exact->person, PERIODE_SELVSTAENDIG_HALV, day);
    if (row->ordning != ORDNING_JA || (!quarter && !half)) {
        return 10000;
    }
    if (quarter && half) {
        exact_finding(exact, FINDING_SELVSTAENDIG_BEGGE);
    }
    return exact_rate(exact, half ? RATE_SELVSTAENDIG_HALV : RATE_SELVSTAENDIG_KVART, exact->last_active);
}

static int64_t cap_on_day(Exact *exact, Date day) {
    int64_t cap = -1;
    for (int32_t i = 0; i < exact->person->count[2]; i++) {
        const Periode *row = &exact->person->perioder[i];
        if (row->art != PERIODE_MINDSTESATS || !period_covers(row, day)) {
            continue;
        }
        if (!row->afgoerelse) {
            exact_finding(exact, FINDING_AFGOERELSE_MANGLER);
        } else if (exact->person->policy.value[POLICY_BRUG_MINDSTESATS] != 0) {
            exact_finding(exact, FINDING_AUTOMATIK_SLUKKET);
        } else if (!money_given(row->beloeb)) {
            exact_finding(exact, FINDING_MINDSTESATS_UDEN_BELOEB);
        } else if (cap < 0 || row->beloeb.oere < cap) {
            cap = row->beloeb.oere;
        }
    }
    return cap;
}

static void terms_of_day(Exact *exact, Date day) {
    const Person *person = exact->person;
    ExactDay *terms = &exact->day[day.day - exact->first.day];
    bool month_start = person->policy.value[POLICY_GRUPPE_SKIFT] == GRUPPE_SKIFT_MAANED_START;
    Date group_day = month_start ? exact->first_active : day;
    terms->course = exact_course_on(person, day);
    terms->group = group_on(person, group_day);
    terms->base = terms->group == 'F'   ? exact_rate(exact, RATE_YDELSE_FORS, day)
                  : terms->group == 'I' ? exact_rate(exact, RATE_YDELSE_IKKE, day)
                  : terms->group == 'H' ? exact_rate(exact, RATE_YDELSE_HJ25, day)
                                        : base_with_support(exact, day, group_day);
    const Forloeb *row = &person->forloeb[terms->course];
    level_on(exact, row, day, terms);
    terms->share = share_on_day(exact, row, day);
    terms->cap = cap_on_day(exact, day);
}

bool exact_days(Exact *exact) {
    const Person *person = exact->person;
    bool pension = false;
    for (Date day = exact->first; day.day <= exact->last.day; day.day++) {
        if (exact_course_on(person, day) < 0) {
            continue;
        }
        day_tests(exact, day);
        if (exact_is_active(person, day)) {
            exact->first_active = exact->active == 0 ? day : exact->first_active;
            exact->last_active = day;
            exact->is_active[day.day - exact->first.day] = true;
            exact->active++;
        }
        pension = pension || (on_pension(person, day) && !is_stopped(person, day));
    }
    exact->result->udfald = exact->held         ? UDFALD_TILBAGEHOLDT
                            : exact->active > 0 ? UDFALD_BETALES
                            : pension           ? UDFALD_FOERTIDSPENSION
                                                : UDFALD_INTET;
    if (exact->result->udfald != UDFALD_BETALES) {
        return false;
    }
    for (int32_t i = 0; i < exact->length; i++) {
        if (exact->is_active[i]) {
            terms_of_day(exact, (Date){exact->first.day + i});
        }
    }
    return true;
}
