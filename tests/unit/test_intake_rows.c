/* Rows of each kind: every reject reason and every warning, with place, found, expected. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/intake/intake.h"
#include "tests/support/intake_log.h"
#include "tests/support/process.h"

#define FORLOEB_POSTTYPE_LAST                                                                                \
    "forloeb_id;cpr_nummer;ordning;startdato;slutdato;tidligere_ydelse;ugebeloeb;posttype\n"

/* The content rules of each kind; a leading column posttype where it matters. */
Test(intake_rows, reject_reasons_by_kind) {
    static const struct {
        KindId kind;
        const char *text; /* header|row */
        const char *expected;
    } cases[] = {
        {KIND_DELTAGERE, "cpr_nummer;kommunekode\n;0101",
         "reject 2 VAERDI_MANGLER cpr_nummer(1) <> <a value>\n1=0+1"},
        {KIND_DELTAGERE, "cpr_nummer;kommunekode\n7001801001;\"\"",
         "reject 2 VAERDI_MANGLER kommunekode(2) <> <a value>\n1=0+1"},
        {KIND_DELTAGERE, "cpr_nummer;kommunekode;foedselsdato\n9102801001;0101;1980-01-01",
         "reject 2 ULAESELIGT_CPR cpr_nummer(1) <910280****> <ten digits that begin with a date>\n1=0+1"},
        {KIND_DELTAGERE, "cpr_nummer;kommunekode;doedsdato\n7001801001;0101;2024-02-30",
         "reject 2 ULAESELIG_DATO doedsdato(3) <2024-02-30> <a date YYYY-MM-DD>\n1=0+1"},
        {KIND_DELTAGERE, "posttype;cpr_nummer;kommunekode\nn;7001801001;0101",
         "reject 2 UKENDT_KODE posttype(1) <n> <N, R, T>\n1=0+1"},
        {KIND_DELTAGERE, "cpr_nummer;indberettet;kommunekode\n7001801001;nu;0101",
         "reject 2 ULAESELIG_TID indberettet(2) <nu> <a date or a time YYYY-MM-DDThh:mm:ss+hh:mm>\n1=0+1"},
        {KIND_DELTAGERE, "navn;kommunekode;cpr_nummer\n;x;y",
         "reject 2 UKENDT_KODE kommunekode(2) <x> <a municipality code of config/koder/kommuner.csv>\n"
         "also 2 ULAESELIGT_CPR cpr_nummer(3) <y> <ten digits that begin with a date>\n1=0+1"},
        {KIND_FORLOEB,
         "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;slutdato\nF;7001801001;RF;2024-01-02;"
         "INGEN;2024-01-01",
         "reject 2 SLUT_FOER_START slutdato(6) <2024-01-01> <>= 2024-01-02>\n1=0+1"},
        {KIND_FORLOEB,
         "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;slutdato\nF;7001801001;RF;2024-01-02;"
         "INGEN;2024-01-02",
         "row 2 N F\n1=1+0"},
        {KIND_FORLOEB, FORLOEB_HEAD "F;7001801001;RF;2024-01-02;INGEN;-1",
         "reject 2 NEGATIVT_BELOEB ugebeloeb(6) <-1> <>= 0>\n1=0+1"},
        {KIND_BOERN, "post_id;cpr_nummer;forhold;barn_cpr;barn_foedselsdato\nB;7001801001;BIDRAG;;",
         "reject 2 VAERDI_MANGLER barn_cpr(4) <> <barn_cpr or barn_foedselsdato>\n1=0+1"},
        {KIND_BOERN, "post_id;cpr_nummer;forhold\nB;7001801001;BIDRAG",
         "reject 2 VAERDI_MANGLER barn_cpr(0) <> <barn_cpr or barn_foedselsdato>\n1=0+1"},
        {KIND_BOERN, "post_id;cpr_nummer;forhold;barn_cpr\nB;7001801001;BIDRAG;7002801001",
         "row 2 N B\n1=1+0"},
        {KIND_BOERN,
         "post_id;cpr_nummer;forhold;barn_cpr;barn_foedselsdato\nB;7001801001;BIDRAG;6001801001;2015-01-01",
         "reject 2 ULAESELIGT_CPR barn_cpr(4) <600180****> <ten digits that begin with a date>\n1=0+1"},
        {KIND_BOERN,
         "post_id;cpr_nummer;forhold;barn_foedselsdato;forsoergelse_fra;forsoergelse_til\n"
         "B;7001801001;BIDRAG;2015-01-01;2024-01-02;2024-01-01",
         "reject 2 SLUT_FOER_START forsoergelse_til(6) <2024-01-01> <>= 2024-01-02>\n1=0+1"},
        {KIND_BOERN,
         "post_id;cpr_nummer;forhold;barn_foedselsdato;bidrag_beloeb\nB;7001801001;BIDRAG;2015-01-01;-0,01",
         "reject 2 NEGATIVT_BELOEB bidrag_beloeb(5) <-0,01> <>= 0>\n1=0+1"},
        {KIND_PERIODER,
         "post_id;cpr_nummer;art;foerste_dag;sidste_dag\nP;7001801001;FERIE;2024-01-02;2024-01-01",
         "reject 2 SLUT_FOER_START sidste_dag(5) <2024-01-01> <>= 2024-01-02>\n1=0+1"},
        {KIND_PERIODER, "post_id;cpr_nummer;art;foerste_dag;beloeb\nP;7001801001;FERIE;2024-01-02;-1",
         "reject 2 NEGATIVT_BELOEB beloeb(5) <-1> <>= 0>\n1=0+1"},
        {KIND_PERIODER, "post_id;cpr_nummer;art;foerste_dag;sidste_dag\nP;7001801001;FERIE;2024-01-02;",
         "row 2 N P\n1=1+0"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;loenperiode_start\nI;7001801001;00;2024-01-01;"
         "2024-01-01",
         "reject 2 HALV_LOENPERIODE loenperiode_slut(0) <> <loenperiode_start and loenperiode_slut, or "
         "neither>\n1=0+1"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;loenperiode_start;loenperiode_slut\n"
         "I;7001801001;00;2024-01-01;;2024-01-01",
         "reject 2 HALV_LOENPERIODE loenperiode_start(5) <> <loenperiode_start and loenperiode_slut, or "
         "neither>\n1=0+1"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;loenperiode_slut;loenperiode_start\n"
         "I;7001801001;00;2024-01-01;2024-01-01;2024-01-02",
         "reject 2 SLUT_FOER_START loenperiode_slut(5) <2024-01-01> <>= 2024-01-02>\n1=0+1"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0013\nI;7001801001;00;2024-01-01;-5,00",
         "row 2 N I\n1=1+0"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0046\nI;7001801001;00;2024-01-01;1.000,00",
         "reject 2 ULAESELIGT_BELOEB felt_0046(5) <1.000,00> <a number like 1234,56>\n1=0+1"},
        {KIND_FERIEPENGE,
         "post_id;cpr_nummer;art;udbetalingstype;ferieaar;beloeb_brutto;udbetalingsdato\n"
         "H;7001801001;FG;UDB1;2023;1,00;2024-03-27",
         "reject 2 VAERDI_MANGLER foerste_feriedag(0) <> <a value, because art is FG and udbetalingstype "
         "UDB1>\n"
         "also 2 VAERDI_MANGLER sidste_feriedag(0) <> <a value, because art is FG and udbetalingstype UDB1>\n"
         "also 2 VAERDI_MANGLER antal_feriedage(0) <> <a value, because art is FG and udbetalingstype UDB1>\n"
         "1=0+1"},
        {KIND_FERIEPENGE,
         "post_id;cpr_nummer;art;udbetalingstype;ferieaar;beloeb_brutto;udbetalingsdato;foerste_feriedag;"
         "sidste_feriedag;antal_feriedage\nH;7001801001;FG;UDB1;2023;1,00;2024-03-27;2024-03-01;2024-03-02;",
         "reject 2 VAERDI_MANGLER antal_feriedage(10) <> <a value, because art is FG and udbetalingstype "
         "UDB1>\n1=0+1"},
        {KIND_FERIEPENGE,
         "post_id;cpr_nummer;art;udbetalingstype;ferieaar;beloeb_brutto;udbetalingsdato\n"
         "H;7001801001;FG;UDB2;2023;-1,00;2024-03-27",
         "row 2 N H\n1=1+0"},
        {KIND_FERIEPENGE,
         "post_id;cpr_nummer;art;udbetalingstype;ferieaar;beloeb_brutto;udbetalingsdato;foerste_feriedag;"
         "sidste_feriedag\nH;7001801001;FT;UDB1;2023;1,00;2024-03-27;2024-03-02;2024-03-01",
         "reject 2 SLUT_FOER_START sidste_feriedag(9) <2024-03-01> <>= 2024-03-02>\n1=0+1"},
        {KIND_FERIEPENGE,
         "post_id;cpr_nummer;art;udbetalingstype;ferieaar;beloeb_brutto;udbetalingsdato\n"
         "H;7001801001;FT;UDB1;23;1,00;2024-03-27",
         "reject 2 ULAESELIGT_TAL ferieaar(5) <23> <four digits>\n1=0+1"},
        {KIND_SANKTIONER,
         "sanktion_id;cpr_nummer;art;haendelsesdato;virkningsmaaned\nS;7001801001;PERIODE;2024-01-01;2024-01",
         "reject 2 VAERDI_MANGLER dage(0) <> <a value, because art is PERIODE>\n1=0+1"},
        {KIND_SANKTIONER, "sanktion_id;cpr_nummer;art;haendelsesdato;dage\nS;7001801001;PERIODE;2024-01-01;3",
         "reject 2 VAERDI_MANGLER virkningsmaaned(0) <> <a value, because art is PERIODE>\n1=0+1"},
        {KIND_SANKTIONER,
         "sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned\nS;7001801001;PERIODE;2024-01-01;0;"
         "2024-01",
         "reject 2 ULAESELIGT_TAL dage(5) <0> <1-9999>\n1=0+1"},
        {KIND_SANKTIONER, "sanktion_id;cpr_nummer;art;haendelsesdato\nS;7001801001;PUNKT;2024-01-01",
         "reject 2 VAERDI_MANGLER virkningsmaaned(0) <> <a value, because art is PUNKT>\n1=0+1"},
        {KIND_SANKTIONER,
         "sanktion_id;cpr_nummer;art;haendelsesdato;foerste_dag;sidste_dag\nS;7001801001;TREDJEDEL;2024-01-"
         "01;;2024-01-01",
         "reject 2 VAERDI_MANGLER foerste_dag(5) <> <a value, because art is TREDJEDEL>\n1=0+1"},
        {KIND_SANKTIONER,
         "sanktion_id;cpr_nummer;art;haendelsesdato;foerste_dag;sidste_dag\nS;7001801001;TREDJEDEL;2024-01-"
         "01;2024-01-01;",
         "reject 2 VAERDI_MANGLER sidste_dag(6) <> <a value, because art is TREDJEDEL>\n1=0+1"},
        {KIND_SANKTIONER,
         "sanktion_id;cpr_nummer;art;haendelsesdato;foerste_dag;sidste_dag\n"
         "S;7001801001;TREDJEDEL;2024-01-01;2024-01-02;2024-01-01",
         "reject 2 SLUT_FOER_START sidste_dag(6) <2024-01-01> <>= 2024-01-02>\n1=0+1"},
        {KIND_SKATTEKORT, "post_id;cpr_nummer;foerste_dag;korttype\nK;7001801001;2024-01-01;BI",
         "reject 2 VAERDI_MANGLER traekprocent(0) <> <a value, because korttype is HOVED or BI>\n1=0+1"},
        {KIND_SKATTEKORT, "post_id;cpr_nummer;foerste_dag;korttype\nK;7001801001;2024-01-01;FRI",
         "row 2 N K\n1=1+0"},
        {KIND_SKATTEKORT,
         "post_id;cpr_nummer;foerste_dag;korttype;sidste_dag\nK;7001801001;2024-01-01;FRI;2023-12-31",
         "reject 2 SLUT_FOER_START sidste_dag(5) <2023-12-31> <>= 2024-01-01>\n1=0+1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_intake(cases[i].kind, cases[i].text, cases[i].expected);
}

/* All that is wrong with a row is told at once, from the left; a reject is counted once. */
Test(intake_rows, every_defect_of_a_row) {
    static const struct {
        KindId kind;
        const char *text;
        const char *expected;
    } cases[] = {
        /* Four defects: a cell, a missing value, two checks beside other cells. */
        {KIND_FORLOEB,
         "ugebeloeb;slutdato;forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse\n"
         "-1,00;2024-01-01;F;700180-1001;RF;2024-01-02;\n",
         "reject 2 NEGATIVT_BELOEB ugebeloeb(1) <-1,00> <>= 0>\n"
         "also 2 SLUT_FOER_START slutdato(2) <2024-01-01> <>= 2024-01-02>\n"
         "also 2 ULAESELIGT_CPR cpr_nummer(4) <700180-****> <ten digits that begin with a date>\n"
         "also 2 VAERDI_MANGLER tidligere_ydelse(7) <> <a value>\n1=0+1"},
        /* Values that look like CPR numbers are masked in each. */
        {KIND_BOERN,
         "post_id;cpr_nummer;barn_cpr;barn_foedselsdato;forhold;bidrag_beloeb\n"
         "B;9102801001;6001801001;7001801001;7001801001;7001801001x\n",
         "reject 2 ULAESELIGT_CPR cpr_nummer(2) <910280****> <ten digits that begin with a date>\n"
         "also 2 ULAESELIGT_CPR barn_cpr(3) <600180****> <ten digits that begin with a date>\n"
         "also 2 ULAESELIG_DATO barn_foedselsdato(4) <700180****> <a date YYYY-MM-DD>\n"
         "also 2 UKENDT_KODE forhold(5) <700180****> <FORSOERGER, BIDRAG>\n"
         "also 2 ULAESELIGT_BELOEB bidrag_beloeb(6) <700180****x> <a number like 1234,56>\n1=0+1"},
        /* Checks beside other cells are made only when those could be read. */
        {KIND_FORLOEB,
         "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;slutdato\n"
         "F;7001801001;RF;2024-02-30;INGEN;2024-01-01\n",
         "reject 2 ULAESELIG_DATO startdato(4) <2024-02-30> <a date YYYY-MM-DD>\n1=0+1"},
        {KIND_BOERN, "post_id;cpr_nummer;forhold;barn_cpr;barn_foedselsdato\nB;7001801001;BIDRAG;x;\n",
         "reject 2 ULAESELIGT_CPR barn_cpr(4) <x> <ten digits that begin with a date>\n1=0+1"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;loenperiode_start;loenperiode_slut\n"
         "I;7001801001;00;2024-01-01;x;\n",
         "reject 2 ULAESELIG_DATO loenperiode_start(5) <x> <a date YYYY-MM-DD>\n1=0+1"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;loenperiode_start;loenperiode_slut\n"
         "I;7001801001;00;2024-01-01;;x\n",
         "reject 2 ULAESELIG_DATO loenperiode_slut(6) <x> <a date YYYY-MM-DD>\n1=0+1"},
        {KIND_SANKTIONER,
         "sanktion_id;cpr_nummer;art;haendelsesdato;dage;foerste_dag\nS;7001801001;X;2024-01-01;;\n",
         "reject 2 UKENDT_KODE art(3) <X> <PERIODE, PUNKT, TREDJEDEL>\n1=0+1"},
        {KIND_SANKTIONER,
         "sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned\n"
         "S;7001801001;PERIODE;2024-01-01;x;\n",
         "reject 2 ULAESELIGT_TAL dage(5) <x> <1-9999>\n"
         "also 2 VAERDI_MANGLER virkningsmaaned(6) <> <a value, because art is PERIODE>\n1=0+1"},
        {KIND_SKATTEKORT,
         "post_id;cpr_nummer;foerste_dag;korttype;traekprocent\nK;7001801001;2024-01-01;X;\n",
         "reject 2 UKENDT_KODE korttype(4) <X> <HOVED, BI, FRI>\n1=0+1"},
        {KIND_SKATTEKORT,
         "post_id;cpr_nummer;foerste_dag;korttype;traekprocent\nK;7001801001;2024-01-01;;101\n",
         "reject 2 VAERDI_MANGLER korttype(4) <> <a value>\n"
         "also 2 ULAESELIGT_TAL traekprocent(5) <101> <0-100>\n1=0+1"},
        {KIND_FERIEPENGE,
         "post_id;cpr_nummer;art;udbetalingstype;ferieaar;beloeb_brutto;udbetalingsdato\n"
         "H;7001801001;FG;UDB9;2023;1,00;2024-03-27\n",
         "reject 2 UKENDT_KODE udbetalingstype(4) <UDB9> <UDB1, UDB2, UDB3, UDB4>\n1=0+1"},
        /* Columns that are not in the file come last. */
        {KIND_SANKTIONER, "haendelsesdato;sanktion_id;cpr_nummer;art\nx;S;7001801001;PERIODE\n",
         "reject 2 ULAESELIG_DATO haendelsesdato(1) <x> <a date YYYY-MM-DD>\n"
         "also 2 VAERDI_MANGLER dage(0) <> <a value, because art is PERIODE>\n"
         "also 2 VAERDI_MANGLER virkningsmaaned(0) <> <a value, because art is PERIODE>\n1=0+1"},
        /* On a withdrawal, what is given must be readable. */
        {KIND_FORLOEB, "posttype;" FORLOEB_HEAD "T;;x;;;;x\n",
         "reject 2 VAERDI_MANGLER forloeb_id(2) <> <a value>\n"
         "also 2 ULAESELIGT_CPR cpr_nummer(3) <x> <ten digits that begin with a date>\n"
         "also 2 ULAESELIGT_BELOEB ugebeloeb(7) <x> <a number like 1234,56>\n1=0+1"},
        /* Whether it is one cannot be known: only what every row must have is asked for. */
        {KIND_FORLOEB, FORLOEB_POSTTYPE_LAST ";;x;2024-01-02;2024-01-01;;-1;t\n",
         "reject 2 VAERDI_MANGLER forloeb_id(1) <> <a value>\n"
         "also 2 UKENDT_KODE ordning(3) <x> <RF, JA>\n"
         "also 2 UKENDT_KODE posttype(8) <t> <N, R, T>\n1=0+1"},
        /* The rows around it stand. */
        {KIND_DELTAGERE, "cpr_nummer;kommunekode;doedsdato\n7001801001;0101;\nx;x;x\n7002801001;0101;\n",
         "row 2 N 7001801001\n"
         "reject 3 ULAESELIGT_CPR cpr_nummer(1) <x> <ten digits that begin with a date>\n"
         "also 3 UKENDT_KODE kommunekode(2) <x> <a municipality code of config/koder/kommuner.csv>\n"
         "also 3 ULAESELIG_DATO doedsdato(3) <x> <a date YYYY-MM-DD>\n"
         "row 4 N 7002801001\n3=2+1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_intake(cases[i].kind, cases[i].text, cases[i].expected);
}

/* Every required column of every kind, empty in turn. */
Test(intake_rows, every_required_value) {
    static const char *const good[KIND_COUNT] = {
        [KIND_DELTAGERE] = "cpr_nummer=7001801001;kommunekode=0101",
        [KIND_FORLOEB] =
            "forloeb_id=x;cpr_nummer=7001801001;ordning=RF;startdato=2024-01-01;tidligere_ydelse=INGEN",
        [KIND_BOERN] = "post_id=x;cpr_nummer=7001801001;barn_foedselsdato=2020-01-01;forhold=BIDRAG",
        [KIND_PERIODER] = "post_id=x;cpr_nummer=7001801001;art=FERIE;foerste_dag=2024-01-01",
        [KIND_INDKOMST] = "post_id=x;cpr_nummer=7001801001;indkomsttype=00;dispositionsdato=2024-01-01",
        [KIND_FERIEPENGE] =
            "post_id=x;cpr_nummer=7001801001;art=FF;udbetalingstype=UDB1;ferieaar=2023;beloeb_brutto=1;"
            "udbetalingsdato=2024-01-01",
        [KIND_SANKTIONER] = "sanktion_id=x;cpr_nummer=7001801001;art=PUNKT;haendelsesdato=2024-01-01;"
                            "virkningsmaaned=2024-01",
        [KIND_SKATTEKORT] = "post_id=x;cpr_nummer=7001801001;foerste_dag=2024-01-01;korttype=FRI",
    };
    for (int32_t kind = 0; kind < KIND_COUNT; kind++) {
        for (int32_t empty = -1; empty < 8; empty++) {
            char header[500] = "";
            char row[500] = "";
            char text[1100];
            char expected[200];
            char pairs[500];
            char *rest = pairs;
            char *pair;
            const char *emptied = NULL;
            int32_t number = 0;
            strcpy(pairs, good[kind]);
            while ((pair = strtok_r(rest, ";", &rest)) != NULL) {
                char *value = strchr(pair, '=');
                *value++ = '\0';
                strcat(strcat(header, number == 0 ? "" : ";"), pair);
                strcat(strcat(row, number == 0 ? "" : ";"), number == empty ? "" : value);
                emptied = number == empty ? pair : emptied;
                number++;
            }
            if (empty >= number)
                break;
            snprintf(text, sizeof text, "%s\n%s\n", header, row);
            bool required = false;
            for (int32_t c = 0; c < kind_table[kind].column_count; c++)
                required |= emptied != NULL && strcmp(kind_table[kind].columns[c].name, emptied) == 0 &&
                            kind_table[kind].columns[c].required;
            if (emptied != NULL && !required)
                continue;
            if (emptied == NULL)
                snprintf(expected, sizeof expected, "row 2 N %s\n1=1+0",
                         kind == KIND_DELTAGERE ? "7001801001" : "x");
            else
                snprintf(expected, sizeof expected, "reject 2 VAERDI_MANGLER %s(%d) <> <a value>\n1=0+1",
                         emptied, empty + 1);
            check_intake((KindId)kind, text, expected);
        }
    }
}

Test(intake_rows, withdrawals_need_only_the_id) {
    static const char head[] =
        "posttype;sanktion_id;cpr_nummer;art;haendelsesdato;dage;foerste_dag;sidste_dag\n";
    static const struct {
        const char *row;
        const char *expected;
    } cases[] = {
        {"T;S;;;;;;\n", "row 2 T S\n1=1+0"},
        {"T;;;;;;;\n", "reject 2 VAERDI_MANGLER sanktion_id(2) <> <a value>\n1=0+1"},
        {"T;S;700180;;;;;\n",
         "reject 2 ULAESELIGT_CPR cpr_nummer(3) <700180> <ten digits that begin with a date>\n1=0+1"},
        {"T;S;;X;;;;\n", "reject 2 UKENDT_KODE art(4) <X> <PERIODE, PUNKT, TREDJEDEL>\n1=0+1"},
        {"T;S;;;x;;;\n", "reject 2 ULAESELIG_DATO haendelsesdato(5) <x> <a date YYYY-MM-DD>\n1=0+1"},
        /* What cells say beside each other does not matter. */
        {"T;S;;PERIODE;;;2024-01-02;2024-01-01\n", "row 2 T S\n1=1+0"},
        {"T;S\n", "reject 2 FELTANTAL (0) <2> <8>\n1=0+1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[500];
        snprintf(text, sizeof text, "%s%s", head, cases[i].row);
        check_intake(KIND_SANKTIONER, text, cases[i].expected);
    }
    check_intake(KIND_FORLOEB, "posttype;" FORLOEB_HEAD "T;F;;;;;-1,00\n", "row 2 T F\n1=1+0");
}

Test(intake_rows, warnings) {
    static const struct {
        KindId kind;
        const char *text;
        const char *expected;
    } cases[] = {
        {KIND_DELTAGERE, "cpr_nummer;kommunekode;se_nummer\n7001801001;0101;00110108",
         "row 2 N 7001801001\n1=1+0"},
        {KIND_DELTAGERE, "cpr_nummer;kommunekode;se_nummer\n7001801001;0101;00110109",
         "warning 2 ENHED_TJEK se_nummer(3) <00110109> <eight digits that pass modulus 11>\nrow 2 N "
         "7001801001\n1=1+0"},
        {KIND_DELTAGERE, "cpr_nummer;kommunekode;se_nummer\n7001801001;0101;1234",
         "warning 2 ENHED_TJEK se_nummer(3) <1234> <eight digits that pass modulus 11>\nrow 2 N "
         "7001801001\n1=1+0"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;arbejdsgiver_se;produktionsenhed\n"
         "I;7001801001;00;2024-01-01;x;123456789",
         "warning 2 ENHED_TJEK arbejdsgiver_se(5) <x> <eight digits that pass modulus 11>\n"
         "warning 2 ENHED_TJEK produktionsenhed(6) <123456789> <ten digits>\nrow 2 N I\n1=1+0"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;produktionsenhed;felt_0200\n"
         "I;7001801001;00;2024-01-01;1234567890;744",
         "row 2 N I\n1=1+0"},
        {KIND_INDKOMST,
         "post_id;cpr_nummer;indkomsttype;dispositionsdato;felt_0200\nI;7001801001;00;2024-01-01;744,01",
         "warning 2 TIMER_OVER_744 felt_0200(5) <744,01> <<= 744>\nrow 2 N I\n1=1+0"},
        {KIND_SANKTIONER,
         "sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned\nS;7001801001;PERIODE;2024-01-01;31;"
         "2024-01",
         "row 2 N S\n1=1+0"},
        {KIND_SANKTIONER,
         "sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned\nS;7001801001;PERIODE;2024-01-01;32;"
         "2024-01",
         "warning 2 DAGE_OVER_31 dage(5) <32> <1-31>\nrow 2 N S\n1=1+0"},
        {KIND_FERIEPENGE,
         "post_id;cpr_nummer;art;udbetalingstype;ferieaar;beloeb_brutto;udbetalingsdato;feriepengeudbetaler_"
         "se\n"
         "H;7001801001;FT;UDB1;2023;1;2024-01-01;1",
         "warning 2 ENHED_TJEK feriepengeudbetaler_se(8) <1> <eight digits that pass modulus 11>\nrow 2 N "
         "H\n1=1+0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_intake(cases[i].kind, cases[i].text, cases[i].expected);
}

/* Ordinary numbers exist in memory only. */
Test(intake_rows, modulus_11_warns_about_ordinary_numbers) {
    const uint64_t first = UINT64_C(101800000); /* the date 01-01-80 and the serials after it */
    int32_t warned = 0;
    for (uint64_t serial = 1000; serial < 1022; serial++) {
        char cpr[CPR_TEXT_SIZE];
        char text[200];
        char expected[300];
        const Cpr number = {first + serial};
        cpr_format(number, cpr);
        snprintf(text, sizeof text, "cpr_nummer;kommunekode\n%s;0101\n", cpr);
        if (cpr_modulus11(number))
            snprintf(expected, sizeof expected, "row 2 N %s\n1=1+0", cpr);
        else
            snprintf(expected, sizeof expected,
                     "warning 2 MODULUS11 cpr_nummer(1) <%.6s****> <modulus 11>\nrow 2 N %s\n1=1+0", cpr,
                     cpr);
        warned += cpr_modulus11(number) ? 0 : 1;
        check_intake(KIND_DELTAGERE, text, expected);
    }
    cr_expect(warned >= 18 && warned < 22, "%d of 22 warned about", warned);
}

Test(intake_rows, dialects) {
    static const Dialect latin1_point = {CHARSET_LATIN1, '.'};
    check_intake_dialect(
        KIND_PERIODER,
        "post_id;cpr_nummer;art;foerste_dag;beloeb;afgoerelse_id\nP;7001801001;FERIE;2024-01-01;1.50;\xE6\n",
        &latin1_point, "row 2 N P\n1=1+0");
    check_intake_dialect(
        KIND_PERIODER,
        "post_id;cpr_nummer;art;foerste_dag;beloeb\n\xD8-1;7001801001;FERIE;2024-01-01;1,50\n#SLUT;1;0.00\n",
        &latin1_point, "reject 2 ULAESELIGT_BELOEB beloeb(5) <1,50> <a number like 1234.56>\n1=0+1");
    check_intake_dialect(
        KIND_PERIODER,
        "post_id;cpr_nummer;art;foerste_dag;beloeb\n\xD8-1;7001801001;FERIE;2024-01-01;1.5\n#SLUT;1;1.50\n",
        &latin1_point, "row 2 N Ø-1\n1=1+0");
    check_intake_dialect(
        KIND_PERIODER,
        "post_id;cpr_nummer;art;foerste_dag;beloeb\nP;7001801001;FERIE;2024-01-01;1.5\n#SLUT;1;1,50\n",
        &latin1_point,
        "row 2 N P\nfile 3 FIL_SLUTPOST (0) <#SLUT;1;1,50> <#SLUT;1;1.50>\nfile rejected\n1=0+1");
}
