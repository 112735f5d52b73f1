/* The column tables and code lists are those of the contract. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "io/intake/code_list.h"
#include "io/intake/kind.h"

/* Every column but the two that all kinds have; '*' required, '+' the control column, '#' the id. */
static const char *const columns_of_contract[KIND_COUNT] = {
    [KIND_DELTAGERE] = "cpr_nummer*# kommunekode* navn foedselsdato doedsdato se_nummer",
    [KIND_FORLOEB] = "forloeb_id*# cpr_nummer* ordning* startdato* slutdato bevilget_dato tidligere_ydelse* "
                     "ugebeloeb+ niveau_slutdato afgoerelse_id",
    [KIND_BOERN] =
        "post_id*# cpr_nummer* barn_cpr barn_foedselsdato forhold* forsoergelse_fra forsoergelse_til "
        "i_riget bidrag_beloeb+",
    [KIND_PERIODER] = "post_id*# cpr_nummer* art* foerste_dag* sidste_dag beloeb+ afgoerelse_id",
    [KIND_INDKOMST] =
        "post_id*# cpr_nummer* arbejdsgiver_se produktionsenhed medarbejder_nummer indkomsttype* "
        "klasse loenperiode_start loenperiode_slut dispositionsdato* felt_0013+ felt_0014 felt_0015 "
        "felt_0016 felt_0036 felt_0038 felt_0046 felt_0147 felt_0148 felt_0198 felt_0200",
    [KIND_FERIEPENGE] =
        "post_id*# kilde feriepengeudbetaler_se arbejdsgiver_se cpr_nummer* art* udbetalingstype* "
        "ferieaar* anmodningsdato foerste_feriedag sidste_feriedag antal_feriedage beloeb_brutto*+ "
        "beloeb_netto skat_indeholdt udbetalingsdato*",
    [KIND_SANKTIONER] =
        "sanktion_id*# cpr_nummer* art* haendelsesdato* dage virkningsmaaned foerste_dag sidste_dag "
        "afgoerelse_id",
    [KIND_SKATTEKORT] = "post_id*# cpr_nummer* foerste_dag* sidste_dag korttype* traekprocent maanedsfradrag "
                        "frikort_graense",
};

static void describe(const Kind *kind, char *text) {
    text[0] = '\0';
    for (int32_t i = COLUMN_INDEX_INDBERETTET + 1; i < kind->column_count; i++) {
        const Column *column = &kind->columns[i];
        strcat(text, text[0] == '\0' ? "" : " ");
        strcat(text, column->name);
        strcat(text, column->required ? "*" : "");
        strcat(text, i == kind->id_column ? "#" : "");
        strcat(text, i == kind->control_column ? "+" : "");
        cr_expect_eq(column->control, i == kind->control_column, "%s.%s", kind->name, column->name);
    }
}

Test(kind, tables_are_the_contract) {
    for (int32_t i = 0; i < KIND_COUNT; i++) {
        const Kind *kind = &kind_table[i];
        char text[1000];
        describe(kind, text);
        cr_expect_str_eq(text, columns_of_contract[i]);
        cr_expect_str_eq(kind->columns[COLUMN_INDEX_POSTTYPE].name, "posttype");
        cr_expect_str_eq(kind->columns[COLUMN_INDEX_INDBERETTET].name, "indberettet");
        cr_expect_str_eq(kind->columns[kind->cpr_column].name, "cpr_nummer");
        cr_expect_leq(kind->column_count, COLUMNS_MAX);
    }
}

Test(kind, code_lists_are_closed) {
    Error error;
    int64_t number;
    int32_t kommuner = 0;
    int32_t indkomsttyper = 0;
    cr_assert_eq(code_lists_load(&error), STATUS_OK, "%s", error.message);
    cr_assert_eq(code_lists_load(&error), STATUS_OK);
    for (int32_t code = 0; code <= 9999; code++) {
        char text[16];
        snprintf(text, sizeof text, "%04d", code);
        if (code_list_find(CODES_KOMMUNE, (Text){text, 4}, &number)) {
            kommuner++;
            cr_expect_eq(number, code);
            cr_expect_eq(memcmp(code_list_text(CODES_KOMMUNE, code).bytes, text, 4), 0);
        }
        if (code < 100 && code_list_find(CODES_INDKOMSTTYPE, (Text){text + 2, 2}, &number))
            indkomsttyper++;
    }
    cr_expect_eq(kommuner, 98);
    cr_expect_eq(indkomsttyper, 15);
    cr_expect_not(code_list_find(CODES_KOMMUNE, (Text){"101", 3}, &number));
    cr_expect_not(code_list_find(CODES_KOMMUNE, (Text){"0411", 4}, &number));
    cr_expect_not(code_list_find(CODES_KOMMUNE, (Text){"01 1", 4}, &number));
    cr_expect_not(code_list_find(CODES_INDKOMSTTYPE, (Text){"0", 1}, &number));
    cr_expect_not(code_list_find(CODES_ORDNING, (Text){"rf", 2}, &number));
    cr_expect_not(code_list_find(CODES_ORDNING, (Text){"RF ", 3}, &number));
    cr_expect_not(code_list_find(CODES_ORDNING, (Text){"R", 1}, &number));
}

/* The number of a small list's code is the engine's enumerator. */
Test(kind, codes_are_the_engines_enumerators) {
    static const struct {
        CodeListId list;
        const char *code;
        int64_t number;
    } cases[] = {
        {CODES_POSTTYPE, "N", POSTTYPE_N},
        {CODES_POSTTYPE, "R", POSTTYPE_R},
        {CODES_POSTTYPE, "T", POSTTYPE_T},
        {CODES_ORDNING, "RF", ORDNING_RF},
        {CODES_ORDNING, "JA", ORDNING_JA},
        {CODES_TIDLIGERE_YDELSE, "KONTANTHJAELP", TIDLIGERE_KONTANTHJAELP},
        {CODES_TIDLIGERE_YDELSE, "UDDANNELSESHJAELP", TIDLIGERE_UDDANNELSESHJAELP},
        {CODES_TIDLIGERE_YDELSE, "SYGEDAGPENGE", TIDLIGERE_SYGEDAGPENGE},
        {CODES_TIDLIGERE_YDELSE, "LEDIGHEDSYDELSE", TIDLIGERE_LEDIGHEDSYDELSE},
        {CODES_TIDLIGERE_YDELSE, "FOERTIDSPENSION", TIDLIGERE_FOERTIDSPENSION},
        {CODES_TIDLIGERE_YDELSE, "REVALIDERING", TIDLIGERE_REVALIDERING},
        {CODES_TIDLIGERE_YDELSE, "SHYDELSE", TIDLIGERE_SHYDELSE},
        {CODES_TIDLIGERE_YDELSE, "INGEN", TIDLIGERE_INGEN},
        {CODES_FORHOLD, "FORSOERGER", FORHOLD_FORSOERGER},
        {CODES_FORHOLD, "BIDRAG", FORHOLD_BIDRAG},
        {CODES_PERIODEART, "HJEMMEBOENDE", PERIODE_HJEMMEBOENDE},
        {CODES_PERIODEART, "SELVSTAENDIG_KVART", PERIODE_SELVSTAENDIG_KVART},
        {CODES_PERIODEART, "SELVSTAENDIG_HALV", PERIODE_SELVSTAENDIG_HALV},
        {CODES_PERIODEART, "MINDSTESATS", PERIODE_MINDSTESATS},
        {CODES_PERIODEART, "FERIE", PERIODE_FERIE},
        {CODES_PERIODEART, "UDLAND", PERIODE_UDLAND},
        {CODES_PERIODEART, "FAENGSEL", PERIODE_FAENGSEL},
        {CODES_PERIODEART, "OPHOER", PERIODE_OPHOER},
        {CODES_PERIODEART, "SPAERRING", PERIODE_SPAERRING},
        {CODES_KLASSE, "LOEN", KLASSE_LOEN},
        {CODES_KLASSE, "LOEN_SYGDOM", KLASSE_LOEN_SYGDOM},
        {CODES_KLASSE, "TILBUD", KLASSE_TILBUD},
        {CODES_KLASSE, "FRIKORT", KLASSE_FRIKORT},
        {CODES_KLASSE, "FLEKSTILSKUD", KLASSE_FLEKSTILSKUD},
        {CODES_KLASSE, "OVERSKUD", KLASSE_OVERSKUD},
        {CODES_KLASSE, "ANDEN", KLASSE_ANDEN},
        {CODES_KLASSE, "IGNORER", KLASSE_IGNORER},
        {CODES_FERIEART, "FG", FERIE_FG},
        {CODES_FERIEART, "FT", FERIE_FT},
        {CODES_FERIEART, "FF", FERIE_FF},
        {CODES_UDBETALINGSTYPE, "UDB1", UDBETALING_UDB1},
        {CODES_UDBETALINGSTYPE, "UDB2", UDBETALING_UDB2},
        {CODES_UDBETALINGSTYPE, "UDB3", UDBETALING_UDB3},
        {CODES_UDBETALINGSTYPE, "UDB4", UDBETALING_UDB4},
        {CODES_SANKTIONSART, "PERIODE", SANKTION_PERIODE},
        {CODES_SANKTIONSART, "PUNKT", SANKTION_PUNKT},
        {CODES_SANKTIONSART, "TREDJEDEL", SANKTION_TREDJEDEL},
        {CODES_KORTTYPE, "HOVED", KORT_HOVED},
        {CODES_KORTTYPE, "FRI", KORT_FRI},
        {CODES_KORTTYPE, "BI", KORT_BI},
    };
    Error error;
    cr_assert_eq(code_lists_load(&error), STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const Text code = {cases[i].code, (uint32_t)strlen(cases[i].code)};
        int64_t number = -1;
        cr_expect(code_list_find(cases[i].list, code, &number), "%s", cases[i].code);
        cr_expect_eq(number, cases[i].number, "%s", cases[i].code);
        const Text back = code_list_text(cases[i].list, number);
        cr_expect(back.size_bytes == code.size_bytes && memcmp(back.bytes, code.bytes, code.size_bytes) == 0);
    }
    cr_expect_eq(code_list_text(CODES_ORDNING, 2).size_bytes, 0);
    cr_expect_eq(code_list_text(CODES_ORDNING, -1).size_bytes, 0);
    cr_expect_str_eq(code_list_expected(CODES_ORDNING), "RF, JA");
}
