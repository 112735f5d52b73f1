/* The words of a difference, in Danish and in English. */
#include <stdio.h>
#include <string.h>

#include "io/explain/difference.h"
#include "io/explain/explain_words.h"

static const CauseWords cause_table[CAUSE_COUNT][2] = {
    [CAUSE_SATSER] = {{"Rates and rules", "The rates or the rules are others."},
                      {"Satser og regler", "Satserne eller reglerne er nogle andre."}},
    [CAUSE_DAGE] = {{"Days", "The benefit was given for other days, or in another scheme."},
                    {"Dage", "Du fik ydelsen for andre dage, eller i en anden ordning."}},
    [CAUSE_BARN_ALDER] = {{"Children, age and home",
                           "Your children, your age or living at home give another rate."},
                          {"Børn, alder og bopæl",
                           "Dine børn, din alder eller at bo hjemme giver en anden sats."}},
    [CAUSE_NIVEAU] = {{"Level", "The level from your former benefit, or a reduction of it, is another."},
                      {"Niveau",
                       "Niveauet fra din tidligere ydelse, eller en nedsættelse af det, er et andet."}},
    [CAUSE_LOEN] = {{"Wages", "Another amount is deducted for wages."},
                    {"Løn", "Der er trukket et andet beløb fra for løn."}},
    [CAUSE_ANDEN_INDKOMST] = {{"Other income", "Another amount is deducted for other income."},
                              {"Anden indkomst", "Der er trukket et andet beløb fra for anden indkomst."}},
    [CAUSE_FERIE] = {{"Holiday pay", "Another amount is deducted for holiday pay."},
                     {"Feriepenge", "Der er trukket et andet beløb fra for feriepenge."}},
    [CAUSE_SANKTION] = {{"Sanctions", "Another amount is deducted for sanctions."},
                        {"Sanktioner", "Der er trukket et andet beløb fra for sanktioner."}},
    [CAUSE_SKAT] = {{"Tax", "Your tax card gives another tax."},
                    {"Skat", "Dit skattekort giver en anden skat."}},
    [CAUSE_PERSON] = {{"Death", "The course ends with the day of death."},
                      {"Dødsfald", "Forløbet slutter med dødsdagen."}},
    [CAUSE_PROGRAM] = {{"The program", "The results were computed by different versions of the program."},
                       {"Programmet", "Resultaterne er regnet af forskellige versioner af programmet."}},
    [CAUSE_TILBAGEHOLDT] = {{"Held",
                             "It could not be said for certain what is owed; nothing is paid before that."},
                            {"Holdt tilbage",
                             "Det kunne ikke siges sikkert, hvad der skal betales; før det betales intet."}},
    [CAUSE_BEGYNDER] = {{"The benefit begins", "There was no benefit before."},
                        {"Ydelsen begynder", "Der var ingen ydelse før."}},
    [CAUSE_OPHOERER] = {{"The benefit ends", "There is no benefit any more."},
                        {"Ydelsen ophører", "Der er ingen ydelse mere."}},
    [CAUSE_UDEN_BELOEB] = {{"No amount", "What is paid to you is the same."},
                           {"Uden beløb", "Det, du får udbetalt, er det samme."}},
};

const CauseWords *cause_words(Cause cause, bool danish) {
    return &cause_table[cause][danish ? 1 : 0];
}

static const DifferenceWords danish_words = {
    .title = "Derfor er beløbet et andet",
    .run = "kørsel",
    .because = "Det skyldes",
    .sum = "I alt",
    .benefit = "Ydelse",
    .paid = "Til udbetaling",
    .corrections = "Rettede oplysninger",
    .delivery = "leverance",
    .more = "mere",
    .less = "mindre",
    .added = "ny",
    .replaced = "rettet",
    .withdrawn = "trukket tilbage",
    .withdrawn_by = "af",
    .nothing = "Intet beløb er ændret.",
    .line = "linje",
    .atp_and_tax = "ATP og skat",
};

static const DifferenceWords english_words = {
    .title = "Why the amount is another",
    .run = "run",
    .because = "The reasons",
    .sum = "In all",
    .benefit = "Benefit",
    .paid = "To be paid",
    .corrections = "Corrected information",
    .delivery = "delivery",
    .more = "more",
    .less = "less",
    .added = "new",
    .replaced = "corrected",
    .withdrawn = "withdrawn",
    .withdrawn_by = "by",
    .nothing = "No amount has changed.",
    .line = "line",
    .atp_and_tax = "ATP and tax",
};

const DifferenceWords *difference_words(bool danish) {
    return danish ? &danish_words : &english_words;
}

static void month_words(Month month, bool danish, char text[48]) {
    snprintf(text, 48, "%s %d", wording(danish)->month[month_number(month) - 1], month_year(month));
}

/* Two months: "Du fik ... mindre i marts 2024 end i februar 2024". */
static void months_sentence(const Difference *difference, bool danish, const char *amount, const char *than,
                            const char *sums, char text[SENTENCE_SIZE]) {
    char before[48], after[48];
    month_words(difference->side[0].month, danish, before);
    month_words(difference->side[1].month, danish, after);
    if (difference->split.til_udbetaling.oere == 0)
        snprintf(text, SENTENCE_SIZE,
                 danish ? "Du fik det samme i %s som i %s%s." : "You got the same in %s as in %s%s.", after,
                 before, sums);
    else
        snprintf(text, SENTENCE_SIZE,
                 danish ? "Du fik %s kr. %s i %s end i %s%s." : "You got %s kr. %s in %s than in %s%s.",
                 amount, than, after, before, sums);
}

/* One month: "Ydelsen for marts 2024 er regnet om, og du skal have ... mere". */
static void runs_sentence(const Difference *difference, bool danish, const char *amount, const char *than,
                          const char *sums, char text[SENTENCE_SIZE]) {
    char month[48];
    month_words(difference->side[1].month, danish, month);
    if (difference->split.til_udbetaling.oere == 0)
        snprintf(text, SENTENCE_SIZE,
                 danish ? "Ydelsen for %s er regnet om, og du skal have det samme%s."
                        : "The benefit of %s was computed again, and you are to have the same%s.",
                 month, sums);
    else
        snprintf(text, SENTENCE_SIZE,
                 danish ? "Ydelsen for %s er regnet om, og du skal have %s kr. %s%s."
                        : "The benefit of %s was computed again, and you are to have %s kr. %s%s.",
                 month, amount, than, sums);
}

/* A held result replaces nothing that is owed: neither more nor less can be said. */
static void held_sentence(const Difference *difference, bool danish, char text[SENTENCE_SIZE]) {
    const int held = difference->split.after.udfald == UDFALD_TILBAGEHOLDT ? 1 : 0;
    char month[48];
    month_words(difference->side[held].month, danish, month);
    snprintf(text, SENTENCE_SIZE,
             danish ? "Ydelsen for %s %s holdt tilbage." : "The benefit of %s %s held back.", month,
             held == 1 ? (danish ? "er" : "is") : (danish ? "var" : "was"));
}

void difference_sentence(const Difference *difference, bool danish, char text[SENTENCE_SIZE]) {
    const DifferenceWords *words = difference_words(danish);
    const CauseSplit *split = &difference->split;
    const Money paid = split->til_udbetaling;
    char amount[KRONER_TEXT_SIZE], before[KRONER_TEXT_SIZE], after[KRONER_TEXT_SIZE], sums[128];
    kroner_format((Money){paid.oere < 0 ? -paid.oere : paid.oere}, danish, amount);
    kroner_format(split->before.amount[AMOUNT_til_udbetaling], danish, before);
    kroner_format(split->after.amount[AMOUNT_til_udbetaling], danish, after);
    snprintf(sums, sizeof sums, danish ? ": %s kr. mod %s kr." : ": %s kr. against %s kr.", after, before);
    sums[strlen(sums) - 1] = '\0'; /* the sentence brings its own full stop */
    const char *than = paid.oere < 0 ? words->less : words->more;
    if (split->part_count == 1 && split->part[0].cause == CAUSE_TILBAGEHOLDT)
        held_sentence(difference, danish, text);
    else if (difference->side[0].month.index == difference->side[1].month.index)
        runs_sentence(difference, danish, amount, than, sums, text);
    else
        months_sentence(difference, danish, amount, than, sums, text);
}

const char *detail_title(const DifferenceDetail *detail, bool danish) {
    static const struct {
        const char *name, *da, *en;
    } titles[] = {{"aktive_dage", "Dage med ydelse", "Days with benefit"},
                  {"ordning", "Ordning", "Scheme"},
                  {"gruppe", "Gruppe", "Group"},
                  {"niveau", "Niveau", "Level"},
                  {"mindstesats", "Sat ned til højst", "Reduced to at most"},
                  {"selvstaendig", "Andel som delvist uarbejdsdygtig selvstændig",
                   "Share as a partly unfit self-employed person"},
                  {"fund", "Fund", "Findings"}};
    if (detail->rate >= 0)
        return rate_words((RateId)detail->rate, danish);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(detail->name, titles[i].name) == 0)
            return danish ? titles[i].da : titles[i].en;
    for (int i = 0; i < AMOUNT_COUNT; i++)
        if (strcmp(detail->name, amount_name[i]) == 0)
            return wording(danish)->amount[i];
    return detail->name;
}

/* "IKKE 14, FORS 17" in words. */
static void days_format(const char *codes, bool danish, char text[DETAIL_TEXT_SIZE]) {
    size_t size = 0;
    text[0] = '\0';
    for (const char *at = codes; at != NULL && *at != '\0';) {
        char note[32];
        int days = 0;
        if (sscanf(at, "%31s %d", note, &days) != 2)
            break;
        const char *words = note_words(note, danish);
        const int more = snprintf(text + size, DETAIL_TEXT_SIZE - size, "%s%s %d %s", size == 0 ? "" : ", ",
                                  words == NULL ? note : words, days,
                                  danish      ? (days == 1 ? "dag" : "dage")
                                  : days == 1 ? "day"
                                              : "days");
        size += more > 0 && size + (size_t)more < DETAIL_TEXT_SIZE ? (size_t)more : 0;
        at = strchr(at, ',');
        if (at != NULL)
            at += 2; /* over the comma and the blank */
    }
}

void detail_format(const DifferenceDetail *detail, int side, bool danish, char text[DETAIL_TEXT_SIZE]) {
    if (strcmp(detail->name, "gruppe") == 0 || strcmp(detail->name, "niveau") == 0)
        days_format(detail->text[side], danish, text);
    else if (!detail->is_amount)
        snprintf(text, DETAIL_TEXT_SIZE, "%s", detail->text[side][0] == '\0' ? "-" : detail->text[side]);
    else if (money_given(detail->amount[side]))
        kroner_format(detail->amount[side], danish, text);
    else
        snprintf(text, DETAIL_TEXT_SIZE, "-");
}
