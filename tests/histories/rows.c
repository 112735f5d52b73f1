/* What the rows of a story say: always readable, often at the turn of a month, now and then a course that cannot be
 * computed. */
#include <stdio.h>
#include <string.h>

#include "tests/histories/story.h"
#include "tests/property/person.h"

const char *const story_municipalities[3] = {"0101", "0461", "0751"};

const char *const contents_columns[KIND_COUNT] = {
    [KIND_DELTAGERE] = "cpr_nummer;kommunekode;foedselsdato;doedsdato;se_nummer",
    [KIND_FORLOEB] =
        "forloeb_id;cpr_nummer;ordning;startdato;slutdato;bevilget_dato;tidligere_ydelse;ugebeloeb;"
        "niveau_slutdato",
    [KIND_BOERN] = "post_id;cpr_nummer;barn_foedselsdato;forhold;forsoergelse_fra;forsoergelse_til;i_riget;"
                   "bidrag_beloeb",
    [KIND_PERIODER] = "post_id;cpr_nummer;art;foerste_dag;sidste_dag;beloeb;afgoerelse_id",
    [KIND_INDKOMST] =
        "post_id;cpr_nummer;arbejdsgiver_se;indkomsttype;klasse;loenperiode_start;loenperiode_slut;"
        "dispositionsdato;felt_0013;felt_0014;felt_0147;felt_0200",
    [KIND_FERIEPENGE] = "post_id;cpr_nummer;art;udbetalingstype;ferieaar;foerste_feriedag;sidste_feriedag;"
                        "antal_feriedage;beloeb_brutto;udbetalingsdato",
    [KIND_SANKTIONER] =
        "sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned;foerste_dag;sidste_dag;"
        "afgoerelse_id",
    [KIND_SKATTEKORT] =
        "post_id;cpr_nummer;foerste_dag;sidste_dag;korttype;traekprocent;maanedsfradrag;frikort_graense",
};

bool chance(uint64_t *state, int32_t percent) {
    return random_below(state, 100) < percent;
}

/* A day of the story or shortly before it, often the first or last of a month. */
static Date some_day(uint64_t *state, const Story *story) {
    const Month month = story_month(story, random_below(state, MONTHS + 1) - 1);
    switch (random_below(state, 4)) {
    case 0:
        return month_first(month);
    case 1:
        return month_last(month);
    default:
        return (Date){month_first(month).day + random_below(state, month_days(month))};
    }
}

static const char *date_text(Date date, char text[DATE_TEXT_SIZE]) {
    date_format(date, text);
    return text;
}

/* The wage threshold and the yearly frikort of 2020, an øre to either side of them, and amounts that many have. */
static const char *const meeting[] = {"14965,00", "14964,99", "14965,01", "20000,00", "19999,99", "20000,01",
                                      "10000,00", "10000,00", "1000,00",  "0,01",     "0,00"};

static void kroner(uint64_t *state, const Story *story, int32_t limit, char text[24]) {
    if (story->money && chance(state, 40)) {
        snprintf(text, 24, "%s", meeting[random_below(state, (int32_t)(sizeof meeting / sizeof meeting[0]))]);
        return;
    }
    snprintf(text, 24, "%d,%02d", random_below(state, limit),
             chance(state, 70) ? 0 : random_below(state, 100));
}

void contents_participant(uint64_t *state, const Story *story, const char *kommunekode, bool dead,
                          char *cells) {
    char birth[DATE_TEXT_SIZE] = "";
    char death[DATE_TEXT_SIZE] = "";
    /* Some turn 25 in the story. */
    if (chance(state, 40))
        date_text(date_add_months(some_day(state, story), -25 * 12), birth);
    if (dead)
        date_text(some_day(state, story), death);
    snprintf(cells, CELLS_SIZE, "%s;%s;%s;%s", kommunekode, birth, death,
             chance(state, 50) ? "00110108" : "");
}

static void course(uint64_t *state, const Story *story, char *cells) {
    static const char *const former[] = {"KONTANTHJAELP", "UDDANNELSESHJAELP", "SYGEDAGPENGE",   "INGEN",
                                         "SYGEDAGPENGE",  "LEDIGHEDSYDELSE",   "FOERTIDSPENSION"};
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE] = "", granted[DATE_TEXT_SIZE] = "",
                                level[DATE_TEXT_SIZE] = "", week[24] = "";
    /* Half of the courses begin on one of a few days, so that two of them sometimes begin on the same. */
    Date start =
        chance(state, 50) ? month_first(story_month(story, -random_below(state, 4))) : some_day(state, story);
    if (chance(state, 70))
        start = date_add_months(start, -1 - random_below(state, 18));
    if (chance(state, 35))
        date_text((Date){start.day + random_below(state, 600)}, last);
    if (chance(state, 20))
        date_text((Date){start.day - random_below(state, 60)}, granted);
    const int32_t which = random_below(state, chance(state, 90) ? 6 : 7);
    if (chance(state, 85))
        snprintf(week, sizeof week, "%d,00", 2000 + random_below(state, 3000));
    if (chance(state, 80))
        date_text(some_day(state, story), level);
    snprintf(cells, CELLS_SIZE, "%s;%s;%s;%s;%s;%s;%s", chance(state, 65) ? "RF" : "JA",
             date_text(start, first), last, granted, former[which], week, level);
}

static void child(uint64_t *state, const Story *story, char *cells) {
    char birth[DATE_TEXT_SIZE], from[DATE_TEXT_SIZE] = "", until[DATE_TEXT_SIZE] = "", amount[24];
    Date born = some_day(state, story);
    if (chance(state, 60)) /* some turn 18 in the story */
        born = date_add_months(born, -12 * (chance(state, 50) ? 18 : random_below(state, 17)));
    if (chance(state, 20))
        date_text(some_day(state, story), from);
    if (chance(state, 20))
        date_text(date_add_months(some_day(state, story), MONTHS + 2), until);
    kroner(state, story, 1500, amount);
    snprintf(cells, CELLS_SIZE, "%s;%s;%s;%s;%s;%s", date_text(born, birth),
             chance(state, 70) ? "FORSOERGER" : "BIDRAG", from, until, chance(state, 90) ? "J" : "N", amount);
}

static void period(uint64_t *state, const Story *story, char *cells) {
    static const char *const arts[] = {"HJEMMEBOENDE",
                                       "SELVSTAENDIG_KVART",
                                       "SELVSTAENDIG_HALV",
                                       "MINDSTESATS",
                                       "FERIE",
                                       "UDLAND",
                                       "FAENGSEL",
                                       "OPHOER",
                                       "SPAERRING"};
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE] = "", amount[24] = "";
    const Date start = some_day(state, story);
    if (chance(state, 75))
        date_text((Date){start.day + random_below(state, 45)}, last);
    if (chance(state, 70))
        kroner(state, story, 12000, amount);
    snprintf(cells, CELLS_SIZE, "%s;%s;%s;%s;%s", arts[random_below(state, 9)], date_text(start, first), last,
             amount, chance(state, 70) ? "AF-1" : "");
}

static void income(uint64_t *state, const Story *story, Told *told) {
    static const char *const types[] = {"00", "00", "00", "01", "04", "05", "24", "09"};
    static const char *const classes[] = {
        "",       "",        "",        "",        "LOEN",         "LOEN_SYGDOM",
        "TILBUD", "FRIKORT", "FRIKORT", "FRIKORT", "FLEKSTILSKUD", "OVERSKUD",
        "ANDEN",  "IGNORER"};
    char first[DATE_TEXT_SIZE] = "", last[DATE_TEXT_SIZE] = "", paid[DATE_TEXT_SIZE];
    char amount[24], other[24] = "", pension[24] = "";
    const Date day = some_day(state, story);
    if (chance(state, 50)) {
        const Date start = {day.day - random_below(state, 45)};
        date_text(start, first);
        date_text((Date){start.day + random_below(state, 35)}, last);
    }
    const char *klasse = classes[random_below(state, (int32_t)(sizeof classes / sizeof classes[0]))];
    if (told->life % 4 == 1 && chance(state, 60)) /* who has a frikort uses it again and again */
        klasse = "FRIKORT";
    /* What is free of deduction a year must be used up now and then. */
    kroner(state, story, strcmp(klasse, "FRIKORT") == 0 ? 45000 : chance(state, 70) ? 9000 : 25000, amount);
    if (story->money && chance(state, 20)) /* exactly at what the class is measured by, or an oere beside */
        snprintf(amount, sizeof amount, "%s",
                 meeting[(strcmp(klasse, "FRIKORT") == 0 ? 3 : 0) + random_below(state, 3)]);
    if (chance(state, 15))
        kroner(state, story, 3000, other);
    if (chance(state, 25))
        kroner(state, story, 900, pension);
    told->month = month_of(day);
    snprintf(told->cells, CELLS_SIZE, "%s;%s;%s;%s;%s;%s;%s%s;%s;%s;%d,00",
             chance(state, 30) ? "00110108" : "", types[random_below(state, 8)], klasse, first, last,
             date_text(day, paid), chance(state, 6) ? "-" : "", amount, other, pension,
             random_below(state, 160));
}

static void holiday(uint64_t *state, const Story *story, char *cells) {
    static const char *const arts[] = {"FG", "FG", "FG", "FT", "FF"};
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE], paid[DATE_TEXT_SIZE], amount[24];
    const Date start = some_day(state, story);
    const Date end = {start.day + random_below(state, 28)};
    const int32_t weekdays = date_weekdays(start, end);
    kroner(state, story, 14000, amount);
    snprintf(cells, CELLS_SIZE, "%s;%s;%s;%s;%s;%d;%s;%s", arts[random_below(state, 5)],
             chance(state, 80) ? "UDB1" : "UDB2", chance(state, 90) ? "2019" : "9999",
             date_text(start, first), date_text(end, last), weekdays, amount,
             date_text(chance(state, 50) ? (Date){start.day - 10} : some_day(state, story), paid));
}

static void sanction(uint64_t *state, const Story *story, char *cells) {
    char event[DATE_TEXT_SIZE], month[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    const Date day = some_day(state, story);
    const char *decision = chance(state, 80) ? "AF-2" : "";
    month_format((Month){month_of(day).index + random_below(state, 5) / 2}, month);
    date_text(day, event);
    date_text((Date){day.day + random_below(state, 60)}, last);
    switch (random_below(state, 3)) {
    case 0:
        snprintf(cells, CELLS_SIZE, "PERIODE;%s;%d;%s;;;%s", event, 1 + random_below(state, 8), month,
                 decision);
        break;
    case 1:
        snprintf(cells, CELLS_SIZE, "PUNKT;%s;;%s;;;%s", event, month, decision);
        break;
    default:
        snprintf(cells, CELLS_SIZE, "TREDJEDEL;%s;;;%s;%s;%s", event, event, last, decision);
    }
}

static void tax_card(uint64_t *state, const Story *story, char *cells) {
    static const char *const types[] = {"HOVED", "HOVED", "BI", "FRI"};
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE] = "", allowance[24], limit[24];
    const Date start = chance(state, 50) ? month_first(story->first_month) : some_day(state, story);
    if (chance(state, 40))
        date_text((Date){start.day + random_below(state, 120)}, last);
    kroner(state, story, 7000, allowance);
    kroner(state, story, 20000, limit);
    snprintf(cells, CELLS_SIZE, "%s;%s;%s;%d;%s;%s", date_text(start, first), last,
             types[random_below(state, 4)], 30 + random_below(state, 20), allowance, limit);
}

void contents_make(uint64_t *state, const Story *story, Told *told) {
    told->month = MONTH_NONE;
    switch (told->kind) {
    case KIND_DELTAGERE:
        contents_participant(state, story, story_municipalities[random_below(state, 3)], false, told->cells);
        break;
    case KIND_FORLOEB:
        course(state, story, told->cells);
        break;
    case KIND_BOERN:
        child(state, story, told->cells);
        break;
    case KIND_PERIODER:
        period(state, story, told->cells);
        break;
    case KIND_INDKOMST:
        income(state, story, told);
        break;
    case KIND_FERIEPENGE:
        holiday(state, story, told->cells);
        break;
    case KIND_SANKTIONER:
        sanction(state, story, told->cells);
        break;
    case KIND_SKATTEKORT:
        tax_card(state, story, told->cells);
        break;
    case KIND_COUNT:
        break;
    }
}
