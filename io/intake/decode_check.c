/* The checks that look at several cells of a row, and the warnings about rows that go on. A cell that cannot be
 * read is told as such and takes no part here. */
#include <stdio.h>
#include <string.h>

#include "io/intake/decode.h"
#include "io/intake/kind_columns.h"

#define DAYS_WARN_OVER 31
#define HOURS_WARN_OVER_HUNDREDTHS 74400

static void refuse(DecodeIssues *issues, FindingCode code, int32_t column, const char *expected) {
    DecodeIssue *issue = decode_issue_add(issues, column);
    issue->code = code;
    snprintf(issue->expected, sizeof issue->expected, "%s", expected);
}

static bool given(const Value *values, int32_t column) {
    return values[column].text.size_bytes > 0;
}

static bool readable(const Value *values, int32_t column) {
    return values[column].number != VALUE_NONE;
}

/* Given, but not to be read: that is told, and nothing is concluded from it. */
static bool unreadable(const Value *values, int32_t column) {
    return given(values, column) && !readable(values, column);
}

/* An end that is given does not lie before a start that is given. */
static void check_span(const Value *values, int32_t first, int32_t last, DecodeIssues *issues) {
    if (!readable(values, first) || !readable(values, last) || values[last].number >= values[first].number)
        return;
    DecodeIssue *issue = decode_issue_add(issues, last);
    issue->code = FINDING_SLUT_FOER_START;
    snprintf(issue->expected, sizeof issue->expected, ">= %.*s", (int)values[first].text.size_bytes,
             values[first].text.bytes);
}

static void require(const Value *values, int32_t column, const char *expected, DecodeIssues *issues) {
    if (!given(values, column))
        refuse(issues, FINDING_VAERDI_MANGLER, column, expected);
}

static void check_not_negative(const RowLayout *layout, const Value *values, DecodeIssues *issues) {
    for (uint32_t rest = layout->not_negative_columns; rest != 0; rest &= rest - 1) {
        const int32_t column = __builtin_ctz(rest);
        if (readable(values, column) && values[column].number < 0)
            refuse(issues, FINDING_NEGATIVT_BELOEB, column, ">= 0");
    }
}

static void check_boern(const Value *values, DecodeIssues *issues) {
    if (!given(values, BOERN_barn_cpr) && !given(values, BOERN_barn_foedselsdato))
        refuse(issues, FINDING_VAERDI_MANGLER, BOERN_barn_cpr, "barn_cpr or barn_foedselsdato");
    check_span(values, BOERN_forsoergelse_fra, BOERN_forsoergelse_til, issues);
}

static void check_indkomst(const Value *values, DecodeIssues *issues) {
    if (unreadable(values, INDKOMST_loenperiode_start) || unreadable(values, INDKOMST_loenperiode_slut))
        return;
    const bool first_given = given(values, INDKOMST_loenperiode_start);
    if (first_given != given(values, INDKOMST_loenperiode_slut))
        refuse(issues, FINDING_HALV_LOENPERIODE,
               first_given ? INDKOMST_loenperiode_slut : INDKOMST_loenperiode_start,
               "loenperiode_start and loenperiode_slut, or neither");
    check_span(values, INDKOMST_loenperiode_start, INDKOMST_loenperiode_slut, issues);
}

static void check_feriepenge(const Value *values, DecodeIssues *issues) {
    const bool needs_days = values[FERIEPENGE_art].number == FERIE_FG &&
                            values[FERIEPENGE_udbetalingstype].number == UDBETALING_UDB1;
    static const char expected[] = "a value, because art is FG and udbetalingstype UDB1";
    if (needs_days) {
        require(values, FERIEPENGE_foerste_feriedag, expected, issues);
        require(values, FERIEPENGE_sidste_feriedag, expected, issues);
        require(values, FERIEPENGE_antal_feriedage, expected, issues);
    }
    check_span(values, FERIEPENGE_foerste_feriedag, FERIEPENGE_sidste_feriedag, issues);
}

static void check_needs_of_sanktion(const Value *values, DecodeIssues *issues) {
    if (!readable(values, SANKTIONER_art))
        return;
    switch ((SanktionArt)values[SANKTIONER_art].number) {
    case SANKTION_PERIODE:
        require(values, SANKTIONER_dage, "a value, because art is PERIODE", issues);
        require(values, SANKTIONER_virkningsmaaned, "a value, because art is PERIODE", issues);
        return;
    case SANKTION_PUNKT:
        require(values, SANKTIONER_virkningsmaaned, "a value, because art is PUNKT", issues);
        return;
    case SANKTION_TREDJEDEL:
        require(values, SANKTIONER_foerste_dag, "a value, because art is TREDJEDEL", issues);
        require(values, SANKTIONER_sidste_dag, "a value, because art is TREDJEDEL", issues);
        return;
    }
}

static void check_skattekort(const Value *values, DecodeIssues *issues) {
    if (readable(values, SKATTEKORT_korttype) && values[SKATTEKORT_korttype].number != KORT_FRI)
        require(values, SKATTEKORT_traekprocent, "a value, because korttype is HOVED or BI", issues);
    check_span(values, SKATTEKORT_foerste_dag, SKATTEKORT_sidste_dag, issues);
}

void decode_check_row(const RowLayout *layout, const Value *values, DecodeIssues *issues) {
    check_not_negative(layout, values, issues);
    switch ((KindId)(layout->kind - kind_table)) {
    case KIND_DELTAGERE:
        return;
    case KIND_FORLOEB:
        check_span(values, FORLOEB_startdato, FORLOEB_slutdato, issues);
        return;
    case KIND_BOERN:
        check_boern(values, issues);
        return;
    case KIND_PERIODER:
        check_span(values, PERIODER_foerste_dag, PERIODER_sidste_dag, issues);
        return;
    case KIND_INDKOMST:
        check_indkomst(values, issues);
        return;
    case KIND_FERIEPENGE:
        check_feriepenge(values, issues);
        return;
    case KIND_SANKTIONER:
        check_needs_of_sanktion(values, issues);
        check_span(values, SANKTIONER_foerste_dag, SANKTIONER_sidste_dag, issues);
        return;
    case KIND_SKATTEKORT:
        check_skattekort(values, issues);
        return;
    case KIND_COUNT:
        return;
    }
}

/* --- Warnings ------------------------------------------------------------------------------------------------- */

static void warn(FindingCode code, int32_t column, const char *expected, DecodeWarning *visit,
                 void *context) {
    DecodeIssue issue = {.code = code, .column = column};
    snprintf(issue.expected, sizeof issue.expected, "%s", expected);
    visit(context, &issue);
}

/* Replacement numbers have no check digit. */
static void warn_of_cpr(const Value *values, int32_t column, DecodeWarning *visit, void *context) {
    const Cpr cpr = {(uint64_t)values[column].number};
    if (given(values, column) && !cpr_is_replacement(cpr) && !cpr_modulus11(cpr))
        warn(FINDING_MODULUS11, column, "modulus 11", visit, context);
}

static bool is_all_digits(Text text) {
    for (uint32_t i = 0; i < text.size_bytes; i++)
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
    return true;
}

static void warn_of_units(const RowLayout *layout, const Value *values, DecodeWarning *visit, void *context) {
    for (uint32_t rest = layout->unit_columns; rest != 0; rest &= rest - 1) {
        const int32_t i = __builtin_ctz(rest);
        const Column *column = &layout->kind->columns[i];
        if (!given(values, i))
            continue;
        const Text text = values[i].text;
        if (column->digits == 8 && !se_modulus11(text.bytes, text.size_bytes))
            warn(FINDING_ENHED_TJEK, i, "eight digits that pass modulus 11", visit, context);
        if (column->digits == 10 && !(text.size_bytes == 10 && is_all_digits(text)))
            warn(FINDING_ENHED_TJEK, i, "ten digits", visit, context);
    }
}

void decode_warnings(const RowLayout *layout, const Value *values, DecodeWarning *visit, void *context) {
    const KindId kind = (KindId)(layout->kind - kind_table);
    /* The participant's own number is judged once, in deltagere, not in each row about him. */
    if (kind == KIND_DELTAGERE)
        warn_of_cpr(values, DELTAGERE_cpr_nummer, visit, context);
    if (kind == KIND_BOERN)
        warn_of_cpr(values, BOERN_barn_cpr, visit, context);
    warn_of_units(layout, values, visit, context);
    if (kind == KIND_SANKTIONER && given(values, SANKTIONER_dage) &&
        values[SANKTIONER_dage].number > DAYS_WARN_OVER)
        warn(FINDING_DAGE_OVER_31, SANKTIONER_dage, "1-31", visit, context);
    if (kind == KIND_INDKOMST && given(values, INDKOMST_felt_0200) &&
        values[INDKOMST_felt_0200].number > HOURS_WARN_OVER_HUNDREDTHS)
        warn(FINDING_TIMER_OVER_744, INDKOMST_felt_0200, "<= 744", visit, context);
}
