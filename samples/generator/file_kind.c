#include "samples/generator/file_kind.h"

const FileFormat FILE_FORMATS[FILE_COUNT] = {
    [FILE_DELTAGERE] = {"deltagere", "cpr_nummer;kommunekode;navn;se_nummer", false},
    [FILE_FORLOEB] = {"forloeb",
                      "forloeb_id;cpr_nummer;ordning;startdato;slutdato;bevilget_dato;"
                      "tidligere_ydelse;ugebeloeb;niveau_slutdato;afgoerelse_id",
                      true},
    [FILE_BOERN] = {"boern", "post_id;cpr_nummer;barn_cpr;barn_foedselsdato;forhold;i_riget;bidrag_beloeb",
                    true},
    [FILE_PERIODER] = {"perioder", "post_id;cpr_nummer;art;foerste_dag;sidste_dag;beloeb;afgoerelse_id",
                       true},
    [FILE_INDKOMST] = {"indkomst",
                       "post_id;cpr_nummer;arbejdsgiver_se;indkomsttype;klasse;loenperiode_start;"
                       "loenperiode_slut;dispositionsdato;felt_0013;felt_0014;felt_0015;felt_0016;"
                       "felt_0036;felt_0147;felt_0200",
                       true},
    [FILE_FERIEPENGE] = {"feriepenge",
                         "post_id;kilde;cpr_nummer;art;udbetalingstype;ferieaar;foerste_feriedag;"
                         "sidste_feriedag;antal_feriedage;beloeb_brutto;skat_indeholdt;"
                         "udbetalingsdato",
                         true},
    [FILE_SANKTIONER] = {"sanktioner",
                         "sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned;"
                         "foerste_dag;sidste_dag;afgoerelse_id",
                         false},
    [FILE_SKATTEKORT] = {"skattekort",
                         "post_id;cpr_nummer;foerste_dag;sidste_dag;korttype;traekprocent;"
                         "maanedsfradrag;frikort_graense",
                         true /* the sum is 0,00: there is no control column */},
};
