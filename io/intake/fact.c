#include "io/intake/fact.h"

#include "io/intake/decode.h"
#include "io/intake/kind_columns.h"

static Cpr cpr_of(Value value) {
    return (Cpr){(uint64_t)value.number};
}

static Date date_of(Value value) {
    return value.number == VALUE_NONE ? DATE_NONE : (Date){(int32_t)value.number};
}

static Date date_or(Value value, Date otherwise) {
    return value.number == VALUE_NONE ? otherwise : date_of(value);
}

static Month month_value(Value value) {
    return value.number == VALUE_NONE ? MONTH_NONE : (Month){(int32_t)value.number};
}

static Money money_of(Value value) {
    return value.number == VALUE_NONE ? MONEY_NONE : (Money){value.number};
}

static Money money_or_0(Value value) {
    return money_or_zero(money_of(value));
}

static int64_t number_or(Value value, int64_t otherwise) {
    return value.number == VALUE_NONE ? otherwise : value.number;
}

/* A decision id of nothing but blanks is no decision. */
static bool is_decision(Value value) {
    return !text_is_blank(value.text);
}

void fact_deltager(const Value *values, Source source, Deltager *row) {
    const Cpr cpr = cpr_of(values[DELTAGERE_cpr_nummer]);
    *row = (Deltager){
        .source = source,
        .cpr = cpr,
        .kommunekode = (int32_t)values[DELTAGERE_kommunekode].number,
        .foedselsdato = date_or(values[DELTAGERE_foedselsdato], cpr_birth(cpr)),
        .doedsdato = date_of(values[DELTAGERE_doedsdato]),
        .se_nummer = values[DELTAGERE_se_nummer].text,
    };
}

void fact_forloeb(const Value *values, Source source, Forloeb *row) {
    const Date startdato = date_of(values[FORLOEB_startdato]);
    *row = (Forloeb){
        .source = source,
        .forloeb_id = values[FORLOEB_forloeb_id].text,
        .ordning = (Ordning)values[FORLOEB_ordning].number,
        .tidligere_ydelse = (TidligereYdelse)values[FORLOEB_tidligere_ydelse].number,
        .startdato = startdato,
        .slutdato = date_of(values[FORLOEB_slutdato]),
        .bevilget_dato = date_or(values[FORLOEB_bevilget_dato], startdato),
        .niveau_slutdato = date_of(values[FORLOEB_niveau_slutdato]),
        .ugebeloeb = money_of(values[FORLOEB_ugebeloeb]),
    };
}

void fact_barn(const Value *values, Source source, Barn *row) {
    Date foedselsdato = date_of(values[BOERN_barn_foedselsdato]);
    if (!date_given(foedselsdato))
        foedselsdato = cpr_birth(cpr_of(values[BOERN_barn_cpr]));
    *row = (Barn){
        .source = source,
        .post_id = values[BOERN_post_id].text,
        .forhold = (Forhold)values[BOERN_forhold].number,
        .i_riget = number_or(values[BOERN_i_riget], 1) != 0,
        .foedselsdato = foedselsdato,
        .forsoergelse_fra = date_of(values[BOERN_forsoergelse_fra]),
        .forsoergelse_til = date_of(values[BOERN_forsoergelse_til]),
        .bidrag_beloeb = money_of(values[BOERN_bidrag_beloeb]),
    };
}

void fact_periode(const Value *values, Source source, Periode *row) {
    *row = (Periode){
        .source = source,
        .post_id = values[PERIODER_post_id].text,
        .art = (PeriodeArt)values[PERIODER_art].number,
        .afgoerelse = is_decision(values[PERIODER_afgoerelse_id]),
        .foerste_dag = date_of(values[PERIODER_foerste_dag]),
        .sidste_dag = date_of(values[PERIODER_sidste_dag]),
        .beloeb = money_of(values[PERIODER_beloeb]),
    };
}

void fact_indkomst(const Value *values, Source source, Indkomst *row) {
    *row = (Indkomst){
        .source = source,
        .post_id = values[INDKOMST_post_id].text,
        .arbejdsgiver_se = values[INDKOMST_arbejdsgiver_se].text,
        .indkomsttype = (int32_t)values[INDKOMST_indkomsttype].number,
        .klasse = (Klasse)number_or(values[INDKOMST_klasse], KLASSE_NONE),
        .loenperiode_start = date_of(values[INDKOMST_loenperiode_start]),
        .loenperiode_slut = date_of(values[INDKOMST_loenperiode_slut]),
        .dispositionsdato = date_of(values[INDKOMST_dispositionsdato]),
        .felt_0013 = money_or_0(values[INDKOMST_felt_0013]),
        .felt_0014 = money_or_0(values[INDKOMST_felt_0014]),
        .felt_0036 = money_or_0(values[INDKOMST_felt_0036]),
        .felt_0038 = money_or_0(values[INDKOMST_felt_0038]),
        .felt_0147 = money_or_0(values[INDKOMST_felt_0147]),
        .felt_0148 = money_or_0(values[INDKOMST_felt_0148]),
        .felt_0198 = money_or_0(values[INDKOMST_felt_0198]),
        .felt_0200_hundredths = number_or(values[INDKOMST_felt_0200], 0),
    };
}

void fact_feriepenge(const Value *values, Source source, Feriepenge *row) {
    Date foerste = date_of(values[FERIEPENGE_foerste_feriedag]);
    Date sidste = date_of(values[FERIEPENGE_sidste_feriedag]);
    /* Half a holiday is only possible where the dates mean nothing. */
    if (!date_given(foerste) || !date_given(sidste))
        foerste = sidste = DATE_NONE;
    *row = (Feriepenge){
        .source = source,
        .post_id = values[FERIEPENGE_post_id].text,
        .art = (FerieArt)values[FERIEPENGE_art].number,
        .udbetalingstype = (Udbetalingstype)values[FERIEPENGE_udbetalingstype].number,
        .ferieaar = (int32_t)values[FERIEPENGE_ferieaar].number,
        .foerste_feriedag = foerste,
        .sidste_feriedag = sidste,
        .antal_feriedage_hundredths = number_or(values[FERIEPENGE_antal_feriedage], 0),
        .beloeb_brutto = money_or_0(values[FERIEPENGE_beloeb_brutto]),
        .udbetalingsdato = date_of(values[FERIEPENGE_udbetalingsdato]),
    };
}

void fact_sanktion(const Value *values, Source source, Sanktion *row) {
    *row = (Sanktion){
        .source = source,
        .sanktion_id = values[SANKTIONER_sanktion_id].text,
        .art = (SanktionArt)values[SANKTIONER_art].number,
        .afgoerelse = is_decision(values[SANKTIONER_afgoerelse_id]),
        .dage = (int32_t)number_or(values[SANKTIONER_dage], 0),
        .haendelsesdato = date_of(values[SANKTIONER_haendelsesdato]),
        .virkningsmaaned = month_value(values[SANKTIONER_virkningsmaaned]),
        .foerste_dag = date_of(values[SANKTIONER_foerste_dag]),
        .sidste_dag = date_of(values[SANKTIONER_sidste_dag]),
    };
}

void fact_skattekort(const Value *values, Source source, Skattekort *row) {
    *row = (Skattekort){
        .source = source,
        .post_id = values[SKATTEKORT_post_id].text,
        .korttype = (KortType)values[SKATTEKORT_korttype].number,
        .traekprocent_hundredths = number_or(values[SKATTEKORT_traekprocent], -1),
        .foerste_dag = date_of(values[SKATTEKORT_foerste_dag]),
        .sidste_dag = date_of(values[SKATTEKORT_sidste_dag]),
        .maanedsfradrag = money_of(values[SKATTEKORT_maanedsfradrag]),
        .frikort_graense = money_of(values[SKATTEKORT_frikort_graense]),
    };
}
