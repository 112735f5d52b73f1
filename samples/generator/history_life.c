/* What happens to one person, month after month. The chances are a thousandth each, a month. */
#include <assert.h>
#include <string.h>

#include "samples/generator/calendar.h"
#include "samples/generator/history.h"

void count_event(History *history, Event event) {
    history->events[event]++;
}

static int32_t new_serial(Life *life) {
    return ++life->serial;
}

static bool in_month(const History *history, int32_t day) {
    return day >= history->delivery.first && day <= history->delivery.last;
}

/* The day on which somebody turns so many years. */
static int32_t birthday(int32_t birth, int32_t years) {
    const Ymd ymd = ymd_of(birth);
    return ymd.month == 2 && ymd.day == 29 && (ymd.year + years) % 4 != 0
               ? day_of(ymd.year + years, 3, 1)
               : day_of(ymd.year + years, ymd.month, ymd.day);
}

/* --- Courses -------------------------------------------------------------------------------------------------------- */

static const char *former_of(const Course *course) {
    if (course->is_sick || course->is_ja)
        return "SYGEDAGPENGE";
    return course->serial % 2 == 0 ? "INGEN" : "KONTANTHJAELP";
}

/* RF takes nobody in from 2026-02 on, JA begins with 2014-07. */
static void course_begin(History *history, Life *life, int32_t first) {
    Course *course = &life->course;
    Random *random = &life->random;
    *course = (Course){.serial = new_serial(life), .first = first};
    course->is_ja =
        first >= day_of(2014, 7, 1) && (random_permille(random, 350) || first >= day_of(2026, 2, 1));
    course->is_sick = !course->is_ja && random_permille(random, 400);
    course->is_open = random_permille(random, 500);
    course->last = first + random_between(random, 300, course->is_ja ? 729 : 1094);
    course->level_last = first + random_between(random, 30, 400);
    if (course->level_last > course->last)
        course->level_last = course->last;
    tell_forloeb(history, life, 'N', former_of(course));
    count_event(history, EVENT_COURSE_BEGINS);
}

/* A course whose end was not told gets it now. The next one begins after some months, or never. */
static void course_end(History *history, Life *life) {
    Course *course = &life->course;
    course->is_over = true;
    if (course->is_open)
        tell_forloeb(history, life, 'R', former_of(course));
    count_event(history, EVENT_COURSE_ENDS);
    life->course_month = (int16_t)(history->month + 1 + random_below(&life->random, 8));
}

static void tell_course(History *history, Life *life) {
    Course *course = &life->course;
    if ((course->serial == 0 || course->is_over) && life->course_month == history->month)
        course_begin(history, life, random_day_in_month(&life->random, &history->delivery));
    else if (course->serial > 0 && !course->is_over && course->last <= history->delivery.last)
        course_end(history, life);
    if (course->is_sick && in_month(history, course->level_last) && course->level_last < course->last)
        count_event(history, EVENT_SICK_PAY_ENDS);
}

/* --- Home and children ---------------------------------------------------------------------------------------------- */

static void tell_home(History *history, Life *life) {
    if (life->is_at_home && in_month(history, birthday(life->birth, 25)))
        count_event(history, EVENT_TURNS_25);
    if (!life->is_at_home || !random_permille(&life->random, 25))
        return;
    const int32_t day = random_day_in_month(&life->random, &history->delivery);
    const Circumstance row = {
        life->home_serial, 'R', "HJEMMEBOENDE", birthday(life->birth, 16), day, 0, false};
    tell_periode(history, life, &row);
    life->is_at_home = false;
    count_event(history, EVENT_LEAVES_HOME);
}

static void child_add(History *history, Life *life, int32_t birth) {
    if (life->child_count == CHILDREN_MAX)
        return;
    life->child_births[life->child_count++] = birth;
    tell_barn(history, life, new_serial(life), birth);
}

static void tell_children(History *history, Life *life) {
    for (int32_t i = 0; i < life->child_count; i++)
        if (in_month(history, birthday(life->child_births[i], 18)))
            count_event(history, EVENT_CHILD_TURNS_18);
    if (life->child_count == CHILDREN_MAX || !random_permille(&life->random, 4))
        return;
    child_add(history, life, random_day_in_month(&life->random, &history->delivery));
    count_event(history, EVENT_BIRTH);
}

/* --- Income --------------------------------------------------------------------------------------------------------- */

/* Waits for its night, or is told at once when too much waits already. */
static void income_tell_on(History *history, Life *life, const Income *income, char posttype, int32_t night) {
    if (night > history->night && life->pending_count < PENDING_MAX)
        life->pending[life->pending_count++] = (Pending){*income, night, posttype};
    else
        tell_indkomst(history, life, income, posttype);
}

/* How many nights after the first of its month a row arrives: mostly none. */
static int32_t delay_nights(Random *random) {
    const int32_t draw = random_below(random, 1000);
    if (draw < 825)
        return 0;
    if (draw < 925)
        return 1;
    return random_between(random, 2, 8);
}

/* A correction comes some nights after the row; what was withdrawn may come again. */
static void income_correct(History *history, Life *life, const Income *income, int32_t night) {
    Random *random = &life->random;
    Income corrected = *income;
    corrected.is_unusable = false;
    if (life->pending_count > PENDING_MAX - 3)
        return;
    if (random_permille(random, 40)) {
        corrected.amount_oere += random_between(random, -2000, 2000) * 10;
        income_tell_on(history, life, &corrected, 'R', night + random_between(random, 1, 6));
        count_event(history, EVENT_INCOME_CORRECTED);
    } else if (random_permille(random, 12)) {
        const int32_t withdrawn = night + random_between(random, 1, 4);
        income_tell_on(history, life, &corrected, 'T', withdrawn);
        count_event(history, EVENT_INCOME_WITHDRAWN);
        if (!random_permille(random, 400))
            return;
        income_tell_on(history, life, &corrected, 'R', withdrawn + random_between(random, 1, 3));
        count_event(history, EVENT_INCOME_REVIVED);
    }
}

static void income_tell(History *history, Life *life, Income *income) {
    Random *random = &life->random;
    const int32_t night = history->night + delay_nights(random);
    income->serial = new_serial(life);
    income->is_unusable = random_permille(random, 2);
    count_event(history, EVENT_INCOME);
    if (income->is_unusable)
        count_event(history, EVENT_UNUSABLE);
    if (night > history->night && life->pending_count < PENDING_MAX)
        count_event(history, EVENT_INCOME_LATE);
    const bool told_later = night > history->night && life->pending_count < PENDING_MAX;
    income_tell_on(history, life, income, 'N', night);
    if (!income->is_unusable)
        income_correct(history, life, income, told_later ? night : history->night);
}

static void tell_wage(History *history, Life *life) {
    const Delivery *delivery = &history->delivery;
    Random *random = &life->random;
    Income income = {.payer = life->employer, .is_wage = true};
    income.period_first = delivery->first;
    income.period_last = delivery->last;
    income.paid = delivery->last - random_below(random, 3);
    income.amount_oere = life->wage_oere / 100 * random_between(random, 90, 110);
    income.hours_hundredths = income.amount_oere / 150;
    income.is_sick = life->course.is_ja && random_permille(random, 60);
    if (random_permille(random, 300))
        income.pension_oere = income.amount_oere / 25;
    income_tell(history, life, &income);
}

static void tell_income(History *history, Life *life) {
    Random *random = &life->random;
    if (!life->has_job && random_permille(random, 40)) {
        life->has_job = true;
        life->employer = (int16_t)random_below(random, EMPLOYER_COUNT);
        life->wage_oere = random_permille(random, 750) ? random_between(random, 50000, 800000)
                                                       : random_between(random, 1300000, 2500000);
        count_event(history, EVENT_JOB_BEGINS);
    }
    if (life->has_job)
        tell_wage(history, life);
    if (life->has_job && random_permille(random, 50)) {
        life->has_job = false;
        count_event(history, EVENT_JOB_ENDS);
    }
    if (!random_permille(random, 60))
        return;
    Income other = {.payer = (int16_t)random_below(random, EMPLOYER_COUNT)};
    other.paid = random_day_in_month(random, &history->delivery);
    other.amount_oere = random_between(random, 10000, 400000);
    income_tell(history, life, &other);
}

void life_tell_pending(History *history, Life *life, bool is_last_night) {
    int8_t left = 0;
    for (int8_t i = 0; i < life->pending_count; i++) {
        const Pending *pending = &life->pending[i];
        if (pending->night <= history->night || is_last_night)
            tell_indkomst(history, life, &pending->income, pending->posttype);
        else
            life->pending[left++] = *pending;
    }
    life->pending_count = left;
}

/* --- The rest -------------------------------------------------------------------------------------------------------- */

static void tell_tax_card(History *history, Life *life) {
    Random *random = &life->random;
    tell_skattekort(history, life, new_serial(life), ymd_of(history->delivery.first).year,
                    random_between(random, 35, 42), random_hundreds(random, 3500, 7500));
    count_event(history, EVENT_TAX_CARD);
}

static void tell_holiday(History *history, Life *life) {
    Random *random = &life->random;
    if (!random_permille(random, 45))
        return;
    const int32_t day = random_day_in_month(random, &history->delivery);
    const int32_t weekdays = random_between(random, 1, 15);
    life->holiday_serial = new_serial(life);
    tell_ferie(history, life, life->holiday_serial, day - weekday_of(day), weekdays,
               (int64_t)weekdays * random_between(random, 30000, 90000));
}

static void tell_circumstance(History *history, Life *life) {
    static const Choice ARTER[] = {
        {"FERIE", 400},       {"UDLAND", 200},           {"OPHOER", 50}, {"FAENGSEL", 50}, {"SPAERRING", 50},
        {"MINDSTESATS", 150}, {"SELVSTAENDIG_HALV", 100}};
    Random *random = &life->random;
    if (!random_permille(random, 12))
        return;
    Circumstance row = {.serial = new_serial(life), .posttype = 'N', .art = random_choice(random, ARTER)};
    row.first = random_day_in_month(random, &history->delivery);
    row.last = row.first + random_below(random, 40);
    row.amount_oere = strcmp(row.art, "MINDSTESATS") == 0 ? random_hundreds(random, 5000, 11000) : 0;
    row.has_decision = strcmp(row.art, "FERIE") != 0 && random_permille(random, 900);
    tell_periode(history, life, &row);
    count_event(history, EVENT_PERIOD);
}

/* Everything that is known of somebody when they come. */
static void tell_arrival(History *history, Life *life) {
    Random *random = &life->random;
    const Delivery *delivery = &history->delivery;
    count_event(history, EVENT_ARRIVES);
    life->is_late = random_permille(random, 20);
    if (life->is_late)
        count_event(history, EVENT_ARRIVES_LATE);
    else
        tell_deltager(history, life, 'N');
    course_begin(history, life, delivery->first - random_below(random, 250));
    life->is_at_home = birthday(life->birth, 25) > delivery->first && random_permille(random, 400);
    if (life->is_at_home) {
        life->home_serial = new_serial(life);
        const Circumstance row = {
            life->home_serial, 'N', "HJEMMEBOENDE", birthday(life->birth, 16), 0, 0, false};
        tell_periode(history, life, &row);
    }
    for (int32_t i = random_below(random, 3); i > 0; i--) {
        const int32_t oldest = birthday(life->birth, AGE_MIN_YEARS);
        const int32_t newest = delivery->first - 1;
        int32_t born = delivery->first - random_below(random, 20 * 365);
        if (born < oldest)
            born = oldest < newest ? oldest : newest;
        child_add(history, life, born);
    }
    life->has_tax_card = random_permille(random, 800);
    if (life->has_tax_card && ymd_of(delivery->first).month > 1)
        tell_tax_card(history, life);
}

void life_tell_month(History *history, Life *life) {
    Random *random = &life->random;
    if (history->month < life->arrives || life->is_dead)
        return;
    if (history->month == life->arrives)
        tell_arrival(history, life);
    else
        tell_course(history, life);
    tell_home(history, life);
    tell_children(history, life);
    if (life->has_tax_card && ymd_of(history->delivery.first).month == 1)
        tell_tax_card(history, life);
    tell_income(history, life);
    tell_holiday(history, life);
    tell_circumstance(history, life);
    if (history->month == life->arrives)
        return;
    if (random_permille(random, 8)) {
        life->kommune = random_kommune(random);
        tell_deltager(history, life, 'R');
        count_event(history, EVENT_MOVE);
    }
    if (random_permille(random, 1)) {
        life->is_dead = true;
        life->death = random_day_in_month(random, &history->delivery);
        tell_deltager(history, life, 'R');
        count_event(history, EVENT_DEATH);
    }
}

static void tell_sanction(History *history, Life *life) {
    static const Choice ARTER[] = {{"PERIODE", 450}, {"PUNKT", 350}, {"TREDJEDEL", 200}};
    Random *random = &life->random;
    const char *art = random_choice(random, ARTER);
    const bool has_decision = random_permille(random, 850);
    tell_sanktion(history, life, new_serial(life), art, random_day_in_month(random, &history->delivery),
                  art[1] == 'E' ? random_between(random, 1, 5) : 0, has_decision);
    count_event(history, has_decision ? EVENT_SANCTION : EVENT_SANCTION_WITHOUT_DECISION);
}

void life_tell_after(History *history, Life *life) {
    Random *random = &life->random;
    if (history->month < life->arrives)
        return;
    if (life->is_late) {
        tell_deltager(history, life, 'N');
        life->is_late = false;
    }
    if (life->holiday_serial > 0 && random_permille(random, 80)) {
        tell_ferie_withdrawn(history, life, life->holiday_serial);
        count_event(history, EVENT_HOLIDAY_WITHDRAWN);
    }
    life->holiday_serial = 0;
    if (!life->is_dead && random_permille(random, 6))
        tell_sanction(history, life);
}
