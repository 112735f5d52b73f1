/* The split of a difference: stories of two months in which one thing happens, and what it is called. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "engine/cause.h"
#include "io/law/rate_file.h"

static RateSet rates;

static void rates_open(void) {
    Error error;
    cr_assert_eq(rate_set_load(NULL, &rates, &error), STATUS_OK, "%s", error.message);
}

static void rates_close(void) {
    rate_set_free(&rates);
}

TestSuite(cause_story, .init = rates_open, .fini = rates_close);

/* Someone in RF since 2023 with one row of each kind at hand; a story changes what it needs. */
typedef struct {
    Deltager deltager;
    Forloeb forloeb[2];
    Barn barn;
    Periode periode;
    Indkomst indkomst[4];
    Feriepenge feriepenge;
    Sanktion sanktion;
    Skattekort skattekort;
    Facts facts;
    Policy policy;
} Story;

static Date day(int32_t year, int32_t month, int32_t of_month) {
    return date_from_ymd(year, month, of_month);
}

static void story_begin(Story *story) {
    *story = (Story){.policy = policy_default()};
    story->deltager = (Deltager){.kommunekode = 101, .foedselsdato = day(1980, 5, 5), .doedsdato = DATE_NONE};
    cr_assert(cpr_parse("6505801001", 10, &story->deltager.cpr));
    story->forloeb[0] = (Forloeb){.forloeb_id = {"F1", 2},
                                  .tidligere_ydelse = TIDLIGERE_INGEN,
                                  .startdato = day(2023, 1, 1),
                                  .slutdato = DATE_NONE,
                                  .bevilget_dato = day(2023, 1, 1),
                                  .niveau_slutdato = DATE_NONE,
                                  .ugebeloeb = MONEY_NONE};
    story->forloeb[1] = story->forloeb[0];
    story->forloeb[1].forloeb_id = (Text){"F2", 2};
    story->barn = (Barn){.i_riget = true,
                         .foedselsdato = day(2024, 8, 15),
                         .forsoergelse_fra = DATE_NONE,
                         .forsoergelse_til = DATE_NONE,
                         .bidrag_beloeb = MONEY_NONE};
    story->periode = (Periode){.foerste_dag = day(2023, 1, 1), .sidste_dag = DATE_NONE, .beloeb = MONEY_NONE};
    for (int32_t i = 0; i < 4; i++) {
        story->indkomst[i] = (Indkomst){.klasse = KLASSE_LOEN,
                                        .loenperiode_start = DATE_NONE,
                                        .loenperiode_slut = DATE_NONE,
                                        .dispositionsdato = day(2024, 7 + i % 2, 28),
                                        .felt_0013 = {2000000}};
    }
    story->facts = (Facts){.deltager = &story->deltager,
                           .forloeb = story->forloeb,
                           .boern = &story->barn,
                           .perioder = &story->periode,
                           .indkomst = story->indkomst,
                           .feriepenge = &story->feriepenge,
                           .sanktioner = &story->sanktion,
                           .skattekort = &story->skattekort,
                           .forloeb_count = 1};
}

static CauseSplit months_compare(const Story *story, Month from, Month to) {
    static MonthLaw laws[2];
    month_law_prepare(&rates.table, &story->policy, from, &laws[0]);
    month_law_prepare(&rates.table, &story->policy, to, &laws[1]);
    const CauseState before = {&laws[0], &story->facts}, after = {&laws[1], &story->facts};
    void *memory = malloc(cause_memory_size(&before, &after) + 1);
    CauseSplit split;
    cause_split(&before, &after, memory, &split);
    free(memory);
    return split;
}

/* From one month to another (and back) one cause, and which way it moves what is paid. */
static void expect_only(const Story *story, Month from, Month to, Cause cause, int sign) {
    const CauseSplit there = months_compare(story, from, to), back = months_compare(story, to, from);
    cr_assert_eq(there.part_count, 1, "%s: %d parts, the first %s", cause_name[cause], there.part_count,
                 there.part_count > 0 ? cause_name[there.part[0].cause] : "-");
    cr_expect_eq(there.part[0].cause, cause, "%s: %s", cause_name[cause], cause_name[there.part[0].cause]);
    cr_expect_eq((there.til_udbetaling.oere > 0) - (there.til_udbetaling.oere < 0), sign, "%s: %lld",
                 cause_name[cause], (long long)there.til_udbetaling.oere);
    cr_expect_eq(back.til_udbetaling.oere, -there.til_udbetaling.oere);
    cr_expect_eq(back.part_count, 1, "%s back: %d", cause_name[cause], back.part_count);
}

/* Two months of one length and the same rates: what moves in them moves for one reason. */
#define JULY month_from_ym(2024, 7)
#define AUGUST month_from_ym(2024, 8)

Test(cause_story, nothing_happens) {
    Story story;
    story_begin(&story);
    const Month february = month_from_ym(2024, 2), march = month_from_ym(2024, 3);
    cr_expect_eq(months_compare(&story, february, march).part_count, 0);
    story.facts.indkomst_count = 2; /* the same wage in two months of different length */
    for (int32_t i = 0; i < 2; i++) {
        story.indkomst[i].dispositionsdato = story.indkomst[i].loenperiode_slut =
            month_last((Month){february.index + i});
        story.indkomst[i].loenperiode_start = month_first((Month){february.index + i});
    }
    cr_expect_eq(months_compare(&story, february, march).part_count, 0);
    /* Born on the 10th of a month of 29 days: on the same day of one of 31, the days alone move a little. */
    story.barn.foedselsdato = day(2024, 2, 10);
    story.facts.boern_count = 1;
    const CauseSplit split = months_compare(&story, february, march);
    cr_assert_eq(split.part_count, 2);
    cr_expect_eq(split.part[0].cause, CAUSE_DAGE);
    cr_expect_eq(split.part[1].cause, CAUSE_BARN_ALDER);
    cr_expect_lt(split.part[0].ydelse.oere * 10, split.part[1].ydelse.oere);
}

Test(cause_story, a_child_is_born) {
    Story story;
    story_begin(&story);
    story.facts.boern_count = 1;
    expect_only(&story, JULY, AUGUST, CAUSE_BARN_ALDER, 1);
    story.barn.foedselsdato = day(2024, 7, 10); /* two thirds of July, all of August */
    expect_only(&story, JULY, AUGUST, CAUSE_BARN_ALDER, 1);
    story.forloeb[0].startdato = day(2024, 7, 15); /* before the first active day: it was always there */
    expect_only(&story, JULY, AUGUST, CAUSE_DAGE, 1);
}

Test(cause_story, someone_at_home_turns_25) {
    Story story;
    story_begin(&story);
    story.facts.perioder_count = 1;
    story.deltager.foedselsdato = day(1999, 8, 10);
    expect_only(&story, JULY, AUGUST, CAUSE_BARN_ALDER, 1);
}

Test(cause_story, a_course_ends_or_is_stopped) {
    Story story;
    story_begin(&story);
    story.forloeb[0].slutdato = day(2024, 8, 15);
    expect_only(&story, JULY, AUGUST, CAUSE_DAGE, -1);
    story_begin(&story);
    story.periode.art = PERIODE_FAENGSEL;
    story.periode.afgoerelse = true;
    story.periode.foerste_dag = day(2024, 8, 20);
    story.facts.perioder_count = 1;
    expect_only(&story, JULY, AUGUST, CAUSE_DAGE, -1);
}

/* What holds in both months is carried on the way: no other cause has a part in it. */
Test(cause_story, a_course_ends_while_a_period_lasts) {
    static const PeriodeArt lasting[] = {PERIODE_HJEMMEBOENDE, PERIODE_SELVSTAENDIG_KVART,
                                         PERIODE_SELVSTAENDIG_HALV, PERIODE_MINDSTESATS};
    for (size_t i = 0; i < sizeof lasting / sizeof *lasting; i++) {
        Story story;
        story_begin(&story);
        story.deltager.foedselsdato = day(2003, 3, 10);
        story.forloeb[0].ordning = ORDNING_JA;
        story.periode.art = lasting[i];
        story.periode.afgoerelse = true;
        story.periode.beloeb = (Money){500000};
        story.facts.perioder_count = 1;
        const CauseSplit july = months_compare(&story, JULY, JULY);
        story.facts.perioder_count = 0;
        const CauseSplit without = months_compare(&story, JULY, JULY);
        cr_expect_neq(july.after.amount[AMOUNT_ydelse].oere, without.after.amount[AMOUNT_ydelse].oere);
        story.facts.perioder_count = 1;
        story.forloeb[0].slutdato = day(2024, 8, 15);
        expect_only(&story, JULY, AUGUST, CAUSE_DAGE, -1);
    }
}

Test(cause_story, the_level_of_sick_pay_ends_or_a_new_course_has_none) {
    Story story;
    story_begin(&story);
    story.forloeb[0].tidligere_ydelse = TIDLIGERE_SYGEDAGPENGE;
    story.forloeb[0].ugebeloeb = (Money){450000};
    story.forloeb[0].niveau_slutdato = day(2024, 8, 12);
    expect_only(&story, JULY, AUGUST, CAUSE_NIVEAU, -1);
    story.forloeb[0].niveau_slutdato = day(2024, 12, 31);
    story.forloeb[0].slutdato = day(2024, 7, 31);
    story.forloeb[1].startdato = day(2024, 8, 1);
    story.facts.forloeb_count = 2;
    expect_only(&story, JULY, AUGUST, CAUSE_NIVEAU, -1);
}

Test(cause_story, wages_other_income_and_hours) {
    Story story;
    story_begin(&story);
    story.facts.indkomst_count = 2;
    story.indkomst[1].felt_0013.oere = 2500000;
    expect_only(&story, JULY, AUGUST, CAUSE_LOEN, -1);
    story.indkomst[0].klasse = story.indkomst[1].klasse = KLASSE_ANDEN;
    story.indkomst[0].felt_0013.oere = 100000;
    story.indkomst[1].felt_0013.oere = 120000;
    expect_only(&story, JULY, AUGUST, CAUSE_ANDEN_INDKOMST, -1);
    story.indkomst[0].klasse = story.indkomst[1].klasse = KLASSE_TILBUD;
    story.indkomst[1].felt_0200_hundredths = 3000;
    expect_only(&story, JULY, AUGUST, CAUSE_LOEN, 1);
    story.indkomst[0].klasse = story.indkomst[1].klasse = KLASSE_FRIKORT;
    story.indkomst[0].felt_0013.oere = 3500000;
    story.indkomst[1].felt_0013.oere = 3500000; /* the limit is used up on the way */
    expect_only(&story, JULY, AUGUST, CAUSE_LOEN, -1);
}

/* Eight days of holiday over the end of July: one of them, then seven. */
Test(cause_story, a_holiday_over_the_end_of_a_month) {
    Story story;
    story_begin(&story);
    story.feriepenge = (Feriepenge){.udbetalingstype = UDBETALING_UDB1,
                                    .ferieaar = 2023,
                                    .foerste_feriedag = day(2024, 7, 31),
                                    .sidste_feriedag = day(2024, 8, 9),
                                    .antal_feriedage_hundredths = 800,
                                    .beloeb_brutto = {2000000},
                                    .udbetalingsdato = day(2024, 7, 1)};
    story.facts.feriepenge_count = 1;
    story.facts.indkomst_count = 2; /* so that the limit of wages is passed */
    expect_only(&story, JULY, AUGUST, CAUSE_FERIE, -1);
    story.feriepenge.beloeb_brutto.oere = 100000000; /* the benefit of the days is the limit */
    expect_only(&story, JULY, AUGUST, CAUSE_FERIE, -1);
    story.feriepenge.art = FERIE_FT;
    expect_only(&story, JULY, AUGUST, CAUSE_FERIE, 1);
}

Test(cause_story, a_sanction_of_one_month) {
    Story story;
    story_begin(&story);
    story.sanktion = (Sanktion){.art = SANKTION_PERIODE,
                                .afgoerelse = true,
                                .dage = 3,
                                .haendelsesdato = day(2024, 6, 20),
                                .virkningsmaaned = JULY,
                                .foerste_dag = DATE_NONE,
                                .sidste_dag = DATE_NONE};
    story.facts.sanktioner_count = 1;
    expect_only(&story, JULY, AUGUST, CAUSE_SANKTION, 1);
    story.sanktion.art = SANKTION_TREDJEDEL;
    story.sanktion.foerste_dag = day(2024, 7, 20);
    story.sanktion.sidste_dag = day(2024, 8, 3);
    expect_only(&story, JULY, AUGUST, CAUSE_SANKTION, 1);
}

Test(cause_story, another_tax_card_and_a_death) {
    Story story;
    story_begin(&story);
    story.policy.value[POLICY_SKAT] = VALG_JA;
    story.skattekort = (Skattekort){.korttype = KORT_HOVED,
                                    .traekprocent_hundredths = 3500,
                                    .foerste_dag = day(2024, 1, 1),
                                    .sidste_dag = day(2024, 7, 31),
                                    .maanedsfradrag = {500000},
                                    .frikort_graense = MONEY_NONE};
    story.facts.skattekort_count = 1;
    expect_only(&story, JULY, AUGUST, CAUSE_SKAT, -1);
    story_begin(&story);
    story.deltager.doedsdato = day(2024, 8, 10);
    expect_only(&story, JULY, AUGUST, CAUSE_PERSON, -1);
}

Test(cause_story, new_rates_and_a_new_rule) {
    Story story;
    story_begin(&story);
    expect_only(&story, month_from_ym(2023, 12), month_from_ym(2024, 1), CAUSE_SATSER, 1);
    story.facts.perioder_count =
        1; /* at home, paying support: an amount to 2025-06, a supplement from 2025-07 */
    story.deltager.foedselsdato = day(2003, 3, 10);
    story.barn.forhold = FORHOLD_BIDRAG;
    story.barn.foedselsdato = day(2020, 1, 1);
    story.barn.bidrag_beloeb.oere = 50000;
    story.facts.boern_count = 1;
    expect_only(&story, month_from_ym(2025, 6), month_from_ym(2025, 7), CAUSE_SATSER, 1);
}

Test(cause_story, what_begins_ends_or_is_held_has_one_part) {
    Story story;
    story_begin(&story);
    story.forloeb[0].startdato = day(2024, 8, 5);
    expect_only(&story, JULY, AUGUST, CAUSE_BEGYNDER, 1);
    story_begin(&story);
    story.forloeb[0].slutdato = day(2024, 7, 31);
    expect_only(&story, JULY, AUGUST, CAUSE_OPHOERER, -1);
    story_begin(&story);
    story.forloeb[1].startdato = story.forloeb[0].startdato = day(2024, 8, 5);
    story.forloeb[0].slutdato = DATE_NONE;
    story.facts.forloeb_count = 2; /* held in August; in July not there at all */
    const CauseSplit held = months_compare(&story, JULY, AUGUST);
    cr_expect_eq(held.part_count, 1);
    cr_expect_eq(held.part[0].cause, CAUSE_TILBAGEHOLDT);
    cr_expect_eq(held.til_udbetaling.oere, 0);
}

Test(cause_story, held_in_both_months_nothing_differs_and_a_part_of_no_amount_can_be_added) {
    Story story;
    story_begin(&story);
    story.forloeb[1].startdato = story.forloeb[0].startdato;
    story.facts.forloeb_count = 2; /* two courses on every day: held */
    CauseSplit held = months_compare(&story, JULY, AUGUST);
    cr_expect_eq(held.part_count, 0);
    cause_part_add(&held, CAUSE_PROGRAM, (Money){150}, (Money){100});
    cr_assert_eq(held.part_count, 1);
    cr_expect_eq(held.part[0].cause, CAUSE_PROGRAM);
    cr_expect_eq(held.ydelse.oere, 150);
    cr_expect_eq(held.til_udbetaling.oere, 100);
}

/* Before a person is known there is nothing; what comes then begins. */
Test(cause_story, someone_unknown_before_begins) {
    static MonthLaw law;
    Story story;
    story_begin(&story);
    month_law_prepare(&rates.table, &story.policy, JULY, &law);
    const CauseState before = {&law, NULL}, after = {&law, &story.facts};
    void *memory = malloc(cause_memory_size(&before, &after) + 1);
    CauseSplit split;
    cause_split(&before, &after, memory, &split);
    free(memory);
    cr_assert_eq(split.part_count, 1);
    cr_expect_eq(split.part[0].cause, CAUSE_BEGYNDER);
    cr_expect_eq(split.til_udbetaling.oere, split.after.amount[AMOUNT_til_udbetaling].oere);
}

/* A rate of the last day of June holds in June's law on every later day of July as well. */
Test(cause_story, a_rate_of_the_last_day_holds_beyond_a_shorter_month) {
    static MonthLaw laws[2];
    Story story;
    story_begin(&story);
    month_law_prepare(&rates.table, &story.policy, JULY, &laws[0]);
    month_law_prepare(&rates.table, &story.policy, month_from_ym(2024, 6), &laws[1]);
    RateRow higher = *laws[1].rates.on_day[RATE_YDELSE_IKKE][29];
    higher.value_hundredths += 3100000; /* 1000 kr. a day of July */
    laws[1].rates.on_day[RATE_YDELSE_IKKE][29] = &higher;
    laws[1].rates.changes[RATE_YDELSE_IKKE] = UINT32_C(1) << 29;
    const CauseState before = {&laws[0], &story.facts}, after = {&laws[1], &story.facts};
    void *memory = malloc(cause_memory_size(&before, &after) + 1);
    CauseSplit split;
    cause_split(&before, &after, memory, &split);
    free(memory);
    cr_assert_geq(split.part_count, 1);
    cr_expect_eq(split.part[0].cause, CAUSE_SATSER);
    cr_expect_eq(split.part[0].ydelse.oere, 200000, "%lld", (long long)split.part[0].ydelse.oere);
}

/* Without the rate of those at home, nothing can be said until both the courses and the periods are exchanged. */
Test(cause_story, what_is_held_on_the_way_is_exchanged_with_the_next) {
    static MonthLaw laws[2];
    Story stories[2];
    for (int32_t i = 0; i < 2; i++) {
        story_begin(&stories[i]);
        stories[i].deltager.foedselsdato = day(2003, 3, 10);
        stories[i].periode.art = PERIODE_HJEMMEBOENDE;
        month_law_prepare(&rates.table, &stories[i].policy, JULY, &laws[i]);
    }
    stories[0].facts.perioder_count = 1;
    stories[1].forloeb[0].slutdato = day(2024, 7, 15);
    for (int32_t i = 0; i < DAYS_PER_MONTH_MAX; i++) {
        laws[1].rates.on_day[RATE_YDELSE_HJ25][i] = NULL;
    }
    const CauseState before = {&laws[0], &stories[0].facts}, after = {&laws[1], &stories[1].facts};
    void *memory = malloc(cause_memory_size(&before, &after) + 1);
    CauseSplit split;
    cause_split(&before, &after, memory, &split);
    free(memory);
    cr_expect_eq(split.before.udfald, UDFALD_BETALES);
    cr_expect_eq(split.after.udfald, UDFALD_BETALES);
    cr_assert_eq(split.part_count, 1, "%d parts", split.part_count);
    cr_expect_eq(split.part[0].cause, CAUSE_BARN_ALDER);
    cr_expect_eq(split.part[0].ydelse.oere, split.ydelse.oere);
}

/* Wage and other income on one row of a type that counts as both. */
Test(cause_story, a_row_belongs_to_the_exchanges_its_amounts_are_of) {
    const Deltager deltager = {.kommunekode = 101};
    const uint32_t wage = UINT32_C(1) << CAUSE_LOEN, both = wage | UINT32_C(1) << CAUSE_ANDEN_INDKOMST;
    Indkomst row = {.klasse = KLASSE_NONE, .felt_0013 = {100}};
    cr_expect_eq(cause_of_indkomst(&row, &deltager), wage);
    Money *const others[] = {&row.felt_0014, &row.felt_0036, &row.felt_0038};
    for (int32_t i = 0; i < 3; i++) {
        others[i]->oere = 1;
        cr_expect_eq(cause_of_indkomst(&row, &deltager), both);
        others[i]->oere = -1;
        cr_expect_eq(cause_of_indkomst(&row, &deltager), both);
        others[i]->oere = 0;
    }
    row.felt_0014.oere = 1;
    row.klasse = KLASSE_LOEN; /* judged: all of it is one */
    cr_expect_eq(cause_of_indkomst(&row, &deltager), wage);
}
