#include "io/explain/explain_words.h"

#include <string.h>

typedef struct {
    const char *code, *danish, *english;
} Words;

static const Words note_table[] = {
    {"RF", "ressourceforløb", "ressourceforløb"},
    {"JA", "jobafklaringsforløb", "jobafklaringsforløb"},
    {"doedsdato", "dødsdato", "date of death"},
    {"OPHOER", "ophør efter afgørelse", "end by decision"},
    {"UDLAND", "ophold i udlandet", "stay abroad"},
    {"FAENGSEL", "afsoning", "prison"},
    {"FOERTIDSPENSION", "førtidspension før forløbet", "disability pension before the course"},
    {"FORS", "forsørger", "has a duty to maintain a child"},
    {"HJ25", "under 25 år og hjemmeboende", "under 25 and living at home"},
    {"HJ25B", "under 25 år, hjemmeboende, med bidragspligt",
     "under 25, living at home, paying child support"},
    {"IKKE", "ikke forsørger", "no duty to maintain a child"},
    {"FORSOERGER", "barn, der forsørges", "child maintained"},
    {"BIDRAG", "barn, der betales bidrag til", "child supported"},
    {"HJEMMEBOENDE", "hjemmeboende", "living at home"},
    {"foedselsdato", "fødselsdato", "date of birth"},
    {"BASIS", "grundbeløb", "base amount"},
    {"SYG", "niveau fra sygedagpenge", "level of sickness benefit"},
    {"LED", "niveau fra ledighedsydelse", "level of ledighedsydelse"},
    {"brutto_i_alt", "alle dage i alt", "all days together"},
    {"ugebeloeb", "beløb om ugen", "amount a week"},
    {"SELVSTAENDIG_KVART", "selvstændig, ydelsen nedsat med en fjerdedel",
     "self-employed, the benefit less a quarter"},
    {"SELVSTAENDIG_HALV", "selvstændig, ydelsen nedsat til det halve", "self-employed, half of the benefit"},
    {"MINDSTESATS", "afgørelse om højeste beløb", "decision on a highest amount"},
    {"LOEN", "løn", "wage"},
    {"LOEN_SYGDOM", "løn under sygdom", "pay during sickness"},
    {"TILBUD", "løn i tilbud", "pay in an offer"},
    {"FRIKORT", "løn på socialt frikort", "wage under the social frikort"},
    {"FLEKSTILSKUD", "fleksløntilskud", "fleks supplement"},
    {"OVERSKUD", "overskud af egen virksomhed", "profit of one's own business"},
    {"ANDEN", "anden indkomst", "other income"},
    {"IGNORER", "tæller ikke", "does not count"},
    {"i_alt", "løn i alt", "wage in all"},
    {"under", "løn op til grænsen", "wage up to the limit"},
    {"over", "løn over grænsen", "wage above the limit"},
    {"timer", "beløb for timerne", "amount for the hours"},
    {"brugt", "brugt tidligere på året (en måned tæller mindst 0)",
     "used earlier in the year (a month counts at least 0)"},
    {"tilbage", "tilbage af årets beløb", "left of the year's amount"},
    {"fri", "tæller ikke med denne måned", "does not count this month"},
    {"FT", "ferietillæg", "holiday supplement"},
    {"FF", "feriedage udbetalt", "days off paid out"},
    {"FG_til_nu", "feriepenge til og med denne måned", "holiday pay up to and including this month"},
    {"FG_foer", "feriepenge før denne måned", "holiday pay before this month"},
    {"FG_maaned", "feriepenge i denne måned", "holiday pay of this month"},
    {"FG_og_loen", "løn og feriepenge i alt", "wage and holiday pay in all"},
    {"FG_hoejst", "ydelsen for feriedagene; 5 feriedage er 7 dage",
     "the benefit of the holiday days; 5 cover 7 days"},
    {"dagsats", "sats for en dag: et år er 260 dage", "rate of a day: a year has 260 days"},
    {"rest", "tilbage efter de andre sanktioner", "left by the other sanctions"},
    {"TREDJEDEL", "afgørelse om en tredjedel", "decision on a third"},
    {"fuld_ydelse", "fuld ydelse for dagene", "the full benefit of the days"},
    {"fuld_i_alt", "fuld ydelse i alt", "the full benefit in all"},
    {"ingen", "ydelsen er lavere end den fulde: ingen ATP", "the benefit is below the full one: no ATP"},
    {"egen", "borgerens andel", "the person's share"},
    {"kommune", "kommunens andel", "the municipality's share"},
    {"HOVED", "hovedkort: det, der trækkes skat af", "main card: what is taxed"},
    {"BI", "bikort: det, der trækkes skat af", "secondary card: what is taxed"},
    {"FRI", "frikort: det, der trækkes skat af", "tax-free card: what is taxed"},
    {"intet_kort", "intet skattekort: det, der trækkes skat af", "no card: what is taxed"},
};

static const Words rate_table[RATE_COUNT] = {
    [RATE_ATP_EGEN] = {"", "ATP, borgerens andel", "ATP, the person's share"},
    [RATE_ATP_KOMMUNE] = {"", "ATP, kommunens andel", "ATP, the municipality's share"},
    [RATE_ATP_SAMLET] = {"", "ATP i alt", "ATP in all"},
    [RATE_BIDRAGSTILLAEG] = {"", "tillæg for hvert barn", "supplement for each child"},
    [RATE_FRIKORT] = {"", "socialt frikort", "social frikort"},
    [RATE_LEDIGHEDSYDELSE_MAX] = {"", "højeste ledighedsydelse", "highest ledighedsydelse"},
    [RATE_LOENFRADRAG_OVER_JA] = {"", "fradrag for løn over grænsen", "deduction for wage above the limit"},
    [RATE_LOENFRADRAG_OVER_RF] = {"", "fradrag for løn over grænsen", "deduction for wage above the limit"},
    [RATE_LOENFRADRAG_UNDER_JA] = {"", "fradrag for løn op til grænsen",
                                   "deduction for wage up to the limit"},
    [RATE_LOENFRADRAG_UNDER_RF] = {"", "fradrag for løn op til grænsen",
                                   "deduction for wage up to the limit"},
    [RATE_LOENGRAENSE_JA] = {"", "grænsen for løn", "limit of wage"},
    [RATE_LOENGRAENSE_RF] = {"", "grænsen for løn", "limit of wage"},
    [RATE_OBLIGATORISK_PENSION] = {"", "obligatorisk pension", "obligatory pension"},
    [RATE_PUNKTSANKTION_HOEJ] = {"", "punktsanktion, højt beløb", "single sanction, high amount"},
    [RATE_PUNKTSANKTION_LAV] = {"", "punktsanktion, lavt beløb", "single sanction, low amount"},
    [RATE_SELVSTAENDIG_HALV] = {"", "andel for delvist uarbejdsdygtig selvstændig",
                                "share of a partly unfit self-employed person"},
    [RATE_SELVSTAENDIG_KVART] = {"", "andel for delvist uarbejdsdygtig selvstændig",
                                 "share of a partly unfit self-employed person"},
    [RATE_SYGEDAGPENGE_MAX] = {"", "højeste sygedagpenge", "highest sickness benefit"},
    [RATE_TIMEFRADRAG] = {"", "beløb for hver time i tilbud", "amount for each hour in an offer"},
    [RATE_TIMEFRADRAG_MAX] = {"", "højeste antal timer", "highest number of hours"},
    [RATE_YDELSE_FORS] = {"", "ydelse til forsørgere", "benefit of providers"},
    [RATE_YDELSE_HJ25] = {"", "ydelse til hjemmeboende under 25 år", "benefit under 25, living at home"},
    [RATE_YDELSE_IKKE] = {"", "ydelse til ikkeforsørgere", "benefit without a duty to maintain"},
};

static const Words unit_table[] = {
    {"kr/maaned", "kr. om måneden", "kr. a month"},
    {"kr/barn/maaned", "kr. for hvert barn om måneden", "kr. for each child a month"},
    {"kr/aar", "kr. om året", "kr. a year"},
    {"kr/uge", "kr. om ugen", "kr. a week"},
    {"kr/gang", "kr. hver gang", "kr. each time"},
    {"kr/time", "kr. for hver time", "kr. for each hour"},
    {"timer/maaned", "timer om måneden", "hours a month"},
    {"pct", "%", "%"},
};

static const char *words_find(const Words *table, size_t count, const char *code, bool danish) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].code, code) == 0) {
            return danish ? table[i].danish : table[i].english;
        }
    }
    return NULL;
}

const char *note_words(const char *note, bool danish) {
    return words_find(note_table, sizeof note_table / sizeof *note_table, note, danish);
}

const char *unit_words(const char *unit, bool danish) {
    return words_find(unit_table, sizeof unit_table / sizeof *unit_table, unit, danish);
}

const char *rate_words(RateId id, bool danish) {
    return danish ? rate_table[id].danish : rate_table[id].english;
}

static int date_words(Date date, bool with_month, bool with_year, bool danish, char *text) {
    int32_t year, month, day;
    date_to_ymd(date, &year, &month, &day);
    int length = snprintf(text, DAYS_WORDS_SIZE / 2, danish ? "%d." : "%d", day);
    if (with_month) {
        length += snprintf(text + length, DAYS_WORDS_SIZE / 2 - (size_t)length, " %s",
                           wording(danish)->month[month - 1]);
    }
    if (with_year) {
        length += snprintf(text + length, DAYS_WORDS_SIZE / 2 - (size_t)length, " %d", year);
    }
    return length;
}

void days_words(Date first, Date last, bool danish, char *text) {
    bool ends = date_given(last);
    bool same_month = ends && month_of(first).index == month_of(last).index;
    bool same_year = ends && month_year(month_of(first)) == month_year(month_of(last));
    if (ends && first.day == last.day) {
        date_words(first, true, true, danish, text);
        return;
    }
    int length = date_words(first, !same_month, !same_year, danish, text);
    if (ends) {
        length += snprintf(text + length, 8, "–");
        date_words(last, true, true, danish, text + length);
    } else {
        snprintf(text + length, 24, danish ? " og frem" : " onwards");
    }
}

void basis_words(const char *legal_basis, char *text) {
    size_t at = 0;
    while (*legal_basis != '\0' && at + 3 < BASIS_WORDS_SIZE) {
        if (strncmp(legal_basis, "par. ", 5) == 0) {
            memcpy(text + at, "§ ", 3);
            at += 3;
            legal_basis += 5;
        } else {
            text[at++] = *legal_basis++;
        }
    }
    text[at] = '\0';
}

/* A factor that is 1 says nothing, unless it counts days. */
static bool factor_is_shown(const Factor *factor) {
    Wide denominator = factor->denominator == 0 ? 1 : factor->denominator;
    return factor->kind != FACTOR_SHARE || factor->numerator != denominator;
}

void sum_words(const Step *step, bool danish, const char *times, char *text) {
    size_t at = 0;
    text[0] = '\0';
    for (int i = 0; i < STEP_FACTORS_MAX && step->factor[i].kind != FACTOR_NONE; i++) {
        if (factor_is_shown(&step->factor[i])) {
            char factor[FACTOR_TEXT_SIZE];
            factor_format(&step->factor[i], danish, factor);
            at += (size_t)snprintf(text + at, SUM_WORDS_SIZE - at, "%s%s", at == 0 ? "" : times, factor);
        }
    }
    for (int32_t i = 0; i < step->term_count; i++) {
        char number[KRONER_TEXT_SIZE];
        bool subtracted = i > 0 && step->term[i].oere < 0;
        kroner_format((Money){subtracted ? -step->term[i].oere : step->term[i].oere}, danish, number);
        at += (size_t)snprintf(text + at, SUM_WORDS_SIZE - at, "%s%s kr.",
                               i == 0       ? ""
                               : subtracted ? " - "
                                            : " + ",
                               number);
    }
}

Money sum_unbounded(const Step *step) {
    int64_t unit = step->unit_oere == 0 ? 1 : step->unit_oere;
    if (step->term_count > 0) {
        Money sum = MONEY_ZERO;
        for (int32_t i = 0; i < step->term_count; i++) {
            sum = money_add(sum, step->term[i]);
        }
        return money_round(sum.oere, 1, unit);
    }
    if (step->factor[0].kind == FACTOR_NONE) {
        return step->amount;
    }
    Wide numerator = 1, denominator = 1;
    for (int i = 0; i < STEP_FACTORS_MAX && step->factor[i].kind != FACTOR_NONE; i++) {
        numerator *= step->factor[i].numerator;
        denominator *= step->factor[i].denominator == 0 ? 1 : step->factor[i].denominator;
    }
    return step->rounded_down ? money_round_down(numerator, denominator, unit)
                              : money_round(numerator, denominator, unit);
}

bool step_has_amount(const Step *step) {
    return step->rule != RULE_AKTIVE_DAGE && step->rule != RULE_FOERTIDSPENSION;
}

const char *rounding_words(const Step *step, const Wording *words) {
    if (step->unit_oere == 0) {
        return NULL;
    }
    if (step->unit_oere == 1) {
        return words->rounded_oere;
    }
    return step->rounded_down ? words->rounded_down : words->rounded_krone;
}

int32_t rows_before(const Explanation *explanation, int32_t step) {
    int32_t count = 0;
    while (count < step && explanation->steps[step - count - 1].step.only_row) {
        count++;
    }
    return count;
}

Money amount_shown(const Result *result, int amount) {
    bool subtracted = (AMOUNT_fradrag_loen <= amount && amount <= AMOUNT_fradrag_ferie) ||
                      amount == AMOUNT_sanktion || amount == AMOUNT_atp_egen || amount == AMOUNT_skat;
    return (Money){subtracted ? -result->amount[amount].oere : result->amount[amount].oere};
}

void outcome_words(const Explanation *explanation, bool danish, char *text) {
    const Wording *words = wording(danish);
    const Result *result = &explanation->result;
    char paid[KRONER_TEXT_SIZE];
    kroner_format(result->amount[AMOUNT_til_udbetaling], danish, paid);
    int length = snprintf(text, OUTCOME_WORDS_SIZE, "%s: %s (%s).", words->outcome,
                          words->outcome_name[result->udfald], udfald_name(result->udfald));
    if (result->udfald == UDFALD_TILBAGEHOLDT) {
        snprintf(text + length, OUTCOME_WORDS_SIZE - (size_t)length, " %s", words->held);
    } else if (result->aktive_dage > 0) {
        snprintf(text + length, OUTCOME_WORDS_SIZE - (size_t)length, " %s: %s kr. %s: %s. %s: %d %s %d.",
                 words->amount[AMOUNT_til_udbetaling], paid, words->scheme,
                 words->scheme_name[result->ordning], words->active_days, result->aktive_dage,
                 danish ? "af" : "of", month_days(result->month));
    }
}
