/* Cells to values, and what rows must have. */
#include <criterion/criterion.h>
#include <string.h>

#include "io/intake/code_list.h"
#include "io/intake/decode.h"
#include "io/intake/fact.h"
#include "io/intake/kind_columns.h"

static void load_codes(void) {
    Error error;
    cr_assert_eq(code_lists_load(&error), STATUS_OK);
}

static Text text_of(const char *text) {
    return (Text){text, (uint32_t)strlen(text)};
}

static const Column *column_of(KindId kind, const char *name) {
    for (int32_t i = 0; i < kind_table[kind].column_count; i++)
        if (strcmp(kind_table[kind].columns[i].name, name) == 0)
            return &kind_table[kind].columns[i];
    cr_assert_fail("no column %s", name);
    return NULL;
}

Test(decode, times) {
    static const char *const good[] = {
        "2024-03-01",
        "2024-02-29T00:00:00Z",
        "2024-03-01t23:59:60z",
        "2024-03-01T23:59:59.1Z",
        "2024-03-01T23:59:59.123456789+23:59",
        "2024-03-01T06:00:00-00:00",
        "2024-03-01T06:00:00+01:00",
    };
    static const char *const bad[] = {
        "",
        "2024-02-30",
        "2023-02-29T00:00:00Z",
        "2024-03-01 06:00:00Z",
        "2024-03-01T06:00:00",
        "2024-03-01T06:00Z",
        "2024-03-01T24:00:00Z",
        "2024-03-01T06:60:00Z",
        "2024-03-01T06:00:61Z",
        "2024-03-01T06:00:00.Z",
        "2024-03-01T06:00:00,5Z",
        "2024-03-01T06:00:00+1:00",
        "2024-03-01T06:00:00+0100",
        "2024-03-01T06:00:00+24:00",
        "2024-03-01T06:00:00+01:60",
        "2024-03-01T06:00:00Zx",
        "2024-03-01T06:00:00+01:00x",
        "2024-03-01T",
        "2024-03-01Z",
        "20240301T060000Z",
        "i går",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        cr_expect(decode_is_time(text_of(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_not(decode_is_time(text_of(bad[i])), "%s", bad[i]);
}

/* Every type of column, at its borders. number VALUE_NONE: refused with the code. */
Test(decode, values) {
    static const struct {
        KindId kind;
        const char *column;
        const char *text;
        int64_t number;
        FindingCode code;
    } cases[] = {
        {KIND_DELTAGERE, "cpr_nummer", "7001801001", 7001801001, FINDING_COUNT},
        {KIND_DELTAGERE, "cpr_nummer", "700180-1001", VALUE_NONE, FINDING_ULAESELIGT_CPR},
        {KIND_DELTAGERE, "cpr_nummer", "700180100", VALUE_NONE, FINDING_ULAESELIGT_CPR},
        {KIND_DELTAGERE, "cpr_nummer", "9102801001", VALUE_NONE, FINDING_ULAESELIGT_CPR},
        {KIND_DELTAGERE, "cpr_nummer", "6001801001", VALUE_NONE, FINDING_ULAESELIGT_CPR},
        {KIND_DELTAGERE, "cpr_nummer", "70018O1001", VALUE_NONE, FINDING_ULAESELIGT_CPR},
        {KIND_DELTAGERE, "kommunekode", "0101", 101, FINDING_COUNT},
        {KIND_DELTAGERE, "kommunekode", "101", VALUE_NONE, FINDING_UKENDT_KODE},
        {KIND_DELTAGERE, "kommunekode", "9999", VALUE_NONE, FINDING_UKENDT_KODE},
        {KIND_DELTAGERE, "foedselsdato", "1970-01-01", 0, FINDING_COUNT},
        {KIND_DELTAGERE, "foedselsdato", "1969-12-31", -1, FINDING_COUNT},
        {KIND_DELTAGERE, "foedselsdato", "1900-02-29", VALUE_NONE, FINDING_ULAESELIG_DATO},
        {KIND_DELTAGERE, "foedselsdato", "70-01-01", VALUE_NONE, FINDING_ULAESELIG_DATO},
        {KIND_DELTAGERE, "foedselsdato", "1970-01-01 ", VALUE_NONE, FINDING_ULAESELIG_DATO},
        {KIND_DELTAGERE, "foedselsdato", "1970-1-1", VALUE_NONE, FINDING_ULAESELIG_DATO},
        {KIND_DELTAGERE, "foedselsdato", "1970/01/01", VALUE_NONE, FINDING_ULAESELIG_DATO},
        {KIND_DELTAGERE, "se_nummer", "not a number", 0, FINDING_COUNT},
        {KIND_FORLOEB, "ugebeloeb", "4000", 400000, FINDING_COUNT},
        {KIND_FORLOEB, "ugebeloeb", "4000,5", 400050, FINDING_COUNT},
        {KIND_FORLOEB, "ugebeloeb", "0,01", 1, FINDING_COUNT},
        {KIND_FORLOEB, "ugebeloeb", "-0,01", -1, FINDING_COUNT},
        {KIND_FORLOEB, "ugebeloeb", "4.000,00", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_FORLOEB, "ugebeloeb", "4000.00", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_FORLOEB, "ugebeloeb", "1,234", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_FORLOEB, "ugebeloeb", "+1", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_FORLOEB, "ugebeloeb", ",5", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_FORLOEB, "ugebeloeb", "5,", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_FORLOEB, "ugebeloeb", "- 5", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_FORLOEB, "ugebeloeb", "9999999999,99", 999999999999, FINDING_COUNT},
        {KIND_FORLOEB, "ugebeloeb", "10000000000", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_FORLOEB, "ugebeloeb", "99999999999999999999999", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_BOERN, "i_riget", "J", 1, FINDING_COUNT},
        {KIND_BOERN, "i_riget", "N", 0, FINDING_COUNT},
        {KIND_BOERN, "i_riget", "j", VALUE_NONE, FINDING_UKENDT_KODE},
        {KIND_BOERN, "i_riget", "JA", VALUE_NONE, FINDING_UKENDT_KODE},
        {KIND_INDKOMST, "indkomsttype", "00", 0, FINDING_COUNT},
        {KIND_INDKOMST, "indkomsttype", "0", VALUE_NONE, FINDING_UKENDT_KODE},
        {KIND_INDKOMST, "klasse", "LOEN_SYGDOM", KLASSE_LOEN_SYGDOM, FINDING_COUNT},
        {KIND_INDKOMST, "klasse", "LØN", VALUE_NONE, FINDING_UKENDT_KODE},
        {KIND_INDKOMST, "felt_0200", "7,25", 725, FINDING_COUNT},
        {KIND_INDKOMST, "felt_0200", "7,255", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_INDKOMST, "felt_0015", "x", VALUE_NONE, FINDING_ULAESELIGT_BELOEB},
        {KIND_INDKOMST, "indberettet", "2024-03-01", 0, FINDING_COUNT},
        {KIND_INDKOMST, "indberettet", "2024-03-01T06:00", VALUE_NONE, FINDING_ULAESELIG_TID},
        {KIND_FERIEPENGE, "ferieaar", "2023", 2023, FINDING_COUNT},
        {KIND_FERIEPENGE, "ferieaar", "9999", 9999, FINDING_COUNT},
        {KIND_FERIEPENGE, "ferieaar", "0000", 0, FINDING_COUNT},
        {KIND_FERIEPENGE, "ferieaar", "23", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_FERIEPENGE, "ferieaar", "02023", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_FERIEPENGE, "ferieaar", "20 3", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_FERIEPENGE, "ferieaar", "-202", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_FERIEPENGE, "antal_feriedage", "2,08", 208, FINDING_COUNT},
        {KIND_FERIEPENGE, "antal_feriedage", "-2,5", -250, FINDING_COUNT},
        {KIND_SANKTIONER, "dage", "1", 1, FINDING_COUNT},
        {KIND_SANKTIONER, "dage", "003", 3, FINDING_COUNT},
        {KIND_SANKTIONER, "dage", "9999", 9999, FINDING_COUNT},
        {KIND_SANKTIONER, "dage", "10000", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_SANKTIONER, "dage", "99999999999999999999", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_SANKTIONER, "dage", "0", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_SANKTIONER, "dage", "-1", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_SANKTIONER, "dage", "1,0", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_SANKTIONER, "virkningsmaaned", "2024-12", 2024 * 12 + 11, FINDING_COUNT},
        {KIND_SANKTIONER, "virkningsmaaned", "2024-13", VALUE_NONE, FINDING_ULAESELIG_MAANED},
        {KIND_SANKTIONER, "virkningsmaaned", "2024-00", VALUE_NONE, FINDING_ULAESELIG_MAANED},
        {KIND_SANKTIONER, "virkningsmaaned", "2024-03-01", VALUE_NONE, FINDING_ULAESELIG_MAANED},
        {KIND_SKATTEKORT, "traekprocent", "0", 0, FINDING_COUNT},
        {KIND_SKATTEKORT, "traekprocent", "100", 10000, FINDING_COUNT},
        {KIND_SKATTEKORT, "traekprocent", "100,01", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_SKATTEKORT, "traekprocent", "-1", VALUE_NONE, FINDING_ULAESELIGT_TAL},
        {KIND_SKATTEKORT, "maanedsfradrag", "-1,00", -100, FINDING_COUNT},
    };
    load_codes();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        DecodeIssue issue;
        Value value;
        const Column *column = column_of(cases[i].kind, cases[i].column);
        const bool read = decode_value(column, text_of(cases[i].text), ',', &value, &issue);
        cr_expect_eq(read, cases[i].code == FINDING_COUNT, "%s <%s>", cases[i].column, cases[i].text);
        if (read)
            cr_expect_eq(value.number, cases[i].number, "%s <%s>", cases[i].column, cases[i].text);
        else
            cr_expect(issue.code == cases[i].code && issue.expected[0] != '\0', "%s <%s>", cases[i].column,
                      cases[i].text);
    }
}

Test(decode, empty_is_not_given) {
    DecodeIssue issue;
    load_codes();
    for (int32_t kind = 0; kind < KIND_COUNT; kind++) {
        for (int32_t i = 0; i < kind_table[kind].column_count; i++) {
            Value value;
            cr_expect(decode_value(&kind_table[kind].columns[i], (Text){NULL, 0}, ',', &value, &issue));
            cr_expect(value.number == VALUE_NONE && value.text.size_bytes == 0 && value.text.bytes != NULL);
        }
    }
}

Test(decode, every_cell_has_a_limit) {
    char text[TEXT_SIZE_MAX + 2];
    DecodeIssue issue;
    Value value;
    load_codes();
    memset(text, '0', sizeof text);
    for (int32_t kind = 0; kind < KIND_COUNT; kind++)
        for (int32_t i = 0; i < kind_table[kind].column_count; i++) {
            cr_expect_not(decode_value(&kind_table[kind].columns[i], (Text){text, TEXT_SIZE_MAX + 1}, ',',
                                       &value, &issue));
            cr_expect_eq(issue.code, FINDING_FELT_FOR_LANGT);
        }
    const Column *navn = column_of(KIND_DELTAGERE, "navn");
    const Column *id = column_of(KIND_BOERN, "post_id");
    cr_expect(decode_value(navn, (Text){text, TEXT_SIZE_MAX}, ',', &value, &issue));
    cr_expect(decode_value(id, (Text){text, ID_SIZE_MAX}, ',', &value, &issue));
    cr_expect_not(decode_value(id, (Text){text, ID_SIZE_MAX + 1}, ',', &value, &issue));
    cr_expect_eq(issue.code, FINDING_FELT_FOR_LANGT);
}

Test(decode, decimal_point_when_declared) {
    const Column *column = column_of(KIND_INDKOMST, "felt_0013");
    DecodeIssue issue;
    Value value;
    cr_expect(decode_value(column, text_of("12.50"), '.', &value, &issue));
    cr_expect_eq(value.number, 1250);
    cr_expect_not(decode_value(column, text_of("12,50"), '.', &value, &issue));
    cr_expect_eq(issue.code, FINDING_ULAESELIGT_BELOEB);
}

/* A value that could be read but is out of range is told its range. */
Test(decode, what_is_expected_of_a_value_out_of_range) {
    static const char date[] = "a date YYYY-MM-DD";
    static const char early[] = "a date YYYY-MM-DD from 1800-01-01";
    static const char month[] = "a month YYYY-MM";
    static const char early_month[] = "a month YYYY-MM from 1800-01";
    static const char number[] = "a number like 1234,56";
    static const char large[] = "at most ten digits before the decimal sign";
    static const struct {
        KindId kind;
        const char *column;
        const char *text;
        const char *expected;
    } cases[] = {
        {KIND_INDKOMST, "felt_0013", "10000000000", large},
        {KIND_INDKOMST, "felt_0013", "-10000000000,00", large},
        {KIND_INDKOMST, "felt_0013", "99999999999999999999999,9", large},
        {KIND_INDKOMST, "felt_0013", "99999999999999999999999,999", number},
        {KIND_INDKOMST, "felt_0013", "10000000000,", number},
        {KIND_INDKOMST, "felt_0013", "10000000000.00", number},
        {KIND_INDKOMST, "felt_0013", "10.000.000.000", number},
        {KIND_INDKOMST, "felt_0013", "10000000000 kr", number},
        {KIND_INDKOMST, "felt_0013", "-", number},
        {KIND_INDKOMST, "felt_0200", "10000000000", large},
        {KIND_SKATTEKORT, "traekprocent", "101", "0-100"},
        {KIND_SKATTEKORT, "traekprocent", "-1", "0-100"},
        {KIND_SKATTEKORT, "traekprocent", "10000000000", "0-100"},
        {KIND_SKATTEKORT, "traekprocent", "38%", number},
        {KIND_FORLOEB, "startdato", "1799-12-31", early},
        {KIND_FORLOEB, "startdato", "0000-01-01", early},
        {KIND_FORLOEB, "startdato", "0204-02-29", early},
        {KIND_FORLOEB, "startdato", "0203-02-29", date},
        {KIND_FORLOEB, "startdato", "0024-13-01", date},
        {KIND_FORLOEB, "startdato", "0024-12-32", date},
        {KIND_FORLOEB, "startdato", "1799-12-3x", date},
        {KIND_FORLOEB, "startdato", "1799/12-31", date},
        {KIND_FORLOEB, "startdato", "1799-12/31", date},
        {KIND_FORLOEB, "startdato", "2024-02-30", date},
        {KIND_FORLOEB, "startdato", "10000-01-01", date},
        {KIND_SANKTIONER, "virkningsmaaned", "1799-12", early_month},
        {KIND_SANKTIONER, "virkningsmaaned", "1799-13", month},
        {KIND_SANKTIONER, "virkningsmaaned", "1799-12-01", month},
        {KIND_SANKTIONER, "virkningsmaaned", "2024-00", month},
    };
    load_codes();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        DecodeIssue issue = {.expected = ""};
        Value value;
        const Column *column = column_of(cases[i].kind, cases[i].column);
        cr_expect_not(decode_value(column, text_of(cases[i].text), ',', &value, &issue), "%s", cases[i].text);
        cr_expect_str_eq(issue.expected, cases[i].expected, "%s: %s", cases[i].text, issue.expected);
        cr_expect_eq(value.number, VALUE_NONE, "%s", cases[i].text);
    }
}

/* --- Rows ---------------------------------------------------------------------------------------------------- */

/* The columns of the kind from the last to the first, or all but those of one residue class. */
static RowLayout layout_of(KindId kind, int32_t left_out) {
    RowLayout layout = {.kind = &kind_table[kind], .decimal_sign = ','};
    memset(layout.field_of_column, -1, sizeof layout.field_of_column);
    for (int32_t column = kind_table[kind].column_count - 1; column >= 0; column--) {
        if (left_out > 0 && column % 5 == left_out)
            continue;
        layout.field_of_column[column] = (int8_t)layout.field_count;
        layout.column_of_field[layout.field_count++] = (int8_t)column;
    }
    row_layout_finish(&layout);
    return layout;
}

/* Where an issue stands: columns that are not in the file come after those that are. */
static int32_t place_of(const RowLayout *layout, const DecodeIssue *issue) {
    const int32_t field = layout->field_of_column[issue->column];
    return field >= 0 ? field : COLUMNS_MAX + issue->column;
}

static uint64_t next_random(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* Rows of arbitrary cells: the issues stand in order of the fields, at most one for each column. */
Test(decode, issues_are_bounded_and_in_order) {
    static const char *const cells[] = {
        "",     "",   "x",       "7001801001", "2024-01-02", "2024-01-01", "2024-05", "-1,00", "5",    "2023",
        "0101", "FG", "PERIODE", "TREDJEDEL",  "HOVED",      "FRI",        "UDB1",    "J",     "00",   "RF",
        "N",    "T",  "INGEN",   "BIDRAG",     "101",        "PUNKT",      "1,00",    "FERIE", "LOEN", "t",
    };
    uint64_t state = 1;
    int32_t most = 0;
    load_codes();
    for (int32_t round = 0; round < 40000; round++) {
        const KindId kind = (KindId)(round % KIND_COUNT);
        const RowLayout layout = layout_of(kind, round / KIND_COUNT % 5);
        Text fields[COLUMNS_MAX];
        Value values[COLUMNS_MAX];
        DecodeIssues issues;
        Posttype posttype;
        for (int32_t i = 0; i < layout.field_count; i++)
            fields[i] = text_of(cells[next_random(&state) % (sizeof cells / sizeof cells[0])]);
        const bool good = decode_row(&layout, fields, values, &posttype, &issues);
        cr_assert_eq(good, issues.count == 0);
        cr_assert(issues.count >= 0 && issues.count <= kind_table[kind].column_count);
        for (int32_t i = 1; i < issues.count; i++)
            cr_assert_lt(place_of(&layout, &issues.items[i - 1]), place_of(&layout, &issues.items[i]));
        most = issues.count > most ? issues.count : most;
    }
    cr_expect_gt(most, 15, "%d", most);
}

/* --- Facts: defaults ---------------------------------------------------------------------------------------- */

static void fill(KindId kind, const char *const *pairs, Value *values) {
    DecodeIssue issue;
    for (int32_t i = 0; i < kind_table[kind].column_count; i++)
        values[i] = (Value){VALUE_NONE, {"", 0}};
    for (; pairs[0] != NULL; pairs += 2) {
        const Column *column = column_of(kind, pairs[0]);
        cr_assert(
            decode_value(column, text_of(pairs[1]), ',', &values[column - kind_table[kind].columns], &issue),
            "%s", pairs[0]);
    }
}

Test(decode, facts_have_their_defaults) {
    Value values[COLUMNS_MAX];
    const Source source = {3, 17};
    Deltager deltager;
    Forloeb forloeb;
    Barn barn;
    Indkomst indkomst;
    load_codes();
    fill(KIND_DELTAGERE, (const char *const[]){"cpr_nummer", "7001801001", "kommunekode", "0751", NULL},
         values);
    fact_deltager(values, source, &deltager);
    cr_expect_eq(deltager.foedselsdato.day, date_from_ymd(1980, 1, 10).day);
    cr_expect_not(date_given(deltager.doedsdato));
    cr_expect_eq(deltager.kommunekode, 751);
    cr_expect(deltager.source.file == 3 && deltager.source.line == 17);
    fill(KIND_DELTAGERE,
         (const char *const[]){"cpr_nummer", "7001801001", "kommunekode", "0751", "foedselsdato",
                               "1981-02-03", NULL},
         values);
    fact_deltager(values, source, &deltager);
    cr_expect_eq(deltager.foedselsdato.day, date_from_ymd(1981, 2, 3).day);
    fill(KIND_FORLOEB,
         (const char *const[]){"forloeb_id", "F", "cpr_nummer", "7001801001", "ordning", "JA", "startdato",
                               "2024-01-05", "tidligere_ydelse", "INGEN", NULL},
         values);
    fact_forloeb(values, source, &forloeb);
    cr_expect_eq(forloeb.bevilget_dato.day, forloeb.startdato.day);
    cr_expect_not(date_given(forloeb.slutdato));
    cr_expect_not(money_given(forloeb.ugebeloeb));
    cr_expect_eq(forloeb.ordning, ORDNING_JA);
    fill(KIND_BOERN,
         (const char *const[]){"post_id", "B", "cpr_nummer", "7001801001", "barn_cpr", "6706124002",
                               "forhold", "BIDRAG", NULL},
         values);
    fact_barn(values, source, &barn);
    cr_expect(barn.i_riget);
    cr_expect_eq(barn.foedselsdato.day, date_from_ymd(2012, 6, 7).day);
    fill(KIND_BOERN,
         (const char *const[]){"post_id", "B", "cpr_nummer", "7001801001", "barn_cpr", "6706124002",
                               "barn_foedselsdato", "2013-01-01", "forhold", "BIDRAG", "i_riget", "N", NULL},
         values);
    fact_barn(values, source, &barn);
    cr_expect_not(barn.i_riget);
    cr_expect_eq(barn.foedselsdato.day, date_from_ymd(2013, 1, 1).day);
    fill(KIND_INDKOMST,
         (const char *const[]){"post_id", "I", "cpr_nummer", "7001801001", "indkomsttype", "00",
                               "dispositionsdato", "2024-03-27", NULL},
         values);
    fact_indkomst(values, source, &indkomst);
    cr_expect_eq(indkomst.klasse, KLASSE_NONE);
    cr_expect_eq(indkomst.felt_0013.oere, 0);
    cr_expect_eq(indkomst.felt_0200_hundredths, 0);
    cr_expect_not(date_given(indkomst.loenperiode_start));
}

Test(decode, a_blank_decision_id_is_none) {
    static const struct {
        const char *id;
        bool expected;
    } cases[] = {{"", false}, {" ", false}, {" \t ", false}, {"A", true}, {" A ", true}, {"0", true}};
    Value values[COLUMNS_MAX];
    load_codes();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Periode periode;
        Sanktion sanktion;
        fill(KIND_PERIODER,
             (const char *const[]){"post_id", "P", "cpr_nummer", "7001801001", "art", "OPHOER", "foerste_dag",
                                   "2024-03-01", "afgoerelse_id", cases[i].id, NULL},
             values);
        fact_periode(values, (Source){0, 1}, &periode);
        cr_expect_eq(periode.afgoerelse, cases[i].expected, "<%s>", cases[i].id);
        fill(KIND_SANKTIONER,
             (const char *const[]){"sanktion_id", "S", "cpr_nummer", "7001801001", "art", "PUNKT",
                                   "haendelsesdato", "2024-03-01", "afgoerelse_id", cases[i].id, NULL},
             values);
        fact_sanktion(values, (Source){0, 1}, &sanktion);
        cr_expect_eq(sanktion.afgoerelse, cases[i].expected, "<%s>", cases[i].id);
    }
}

Test(decode, other_facts) {
    Value values[COLUMNS_MAX];
    Feriepenge ferie;
    Skattekort kort;
    Sanktion sanktion;
    load_codes();
    fill(KIND_FERIEPENGE,
         (const char *const[]){"post_id", "H", "cpr_nummer", "7001801001", "art", "FT", "udbetalingstype",
                               "UDB3", "ferieaar", "9999", "foerste_feriedag", "2024-03-01", "beloeb_brutto",
                               "-1,50", "udbetalingsdato", "2024-03-27", NULL},
         values);
    fact_feriepenge(values, (Source){0, 1}, &ferie);
    cr_expect_eq(ferie.art, FERIE_FT);
    cr_expect_eq(ferie.udbetalingstype, UDBETALING_UDB3);
    cr_expect_eq(ferie.ferieaar, FERIEAAR_INDEFROSSET);
    cr_expect_eq(ferie.beloeb_brutto.oere, -150);
    cr_expect_not(date_given(ferie.foerste_feriedag), "half a holiday is none");
    fill(KIND_SKATTEKORT,
         (const char *const[]){"post_id", "K", "cpr_nummer", "7001801001", "foerste_dag", "2024-01-01",
                               "korttype", "FRI", NULL},
         values);
    fact_skattekort(values, (Source){0, 1}, &kort);
    cr_expect_eq(kort.korttype, KORT_FRI);
    cr_expect_eq(kort.traekprocent_hundredths, -1);
    cr_expect_not(money_given(kort.frikort_graense));
    fill(KIND_SANKTIONER,
         (const char *const[]){"sanktion_id", "S", "cpr_nummer", "7001801001", "art", "TREDJEDEL",
                               "haendelsesdato", "2024-03-01", "foerste_dag", "2024-03-01", "sidste_dag",
                               "2024-03-02", NULL},
         values);
    fact_sanktion(values, (Source){0, 1}, &sanktion);
    cr_expect_eq(sanktion.virkningsmaaned.index, MONTH_NONE.index);
    cr_expect_eq(sanktion.art, SANKTION_TREDJEDEL);
}
