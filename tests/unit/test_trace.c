/* What the engine tells the listener, word for word: every step of a few people who between them meet every rule. The
 * amounts are those of the rate tables; tests/golden has such sums by hand. */
#include <criterion/criterion.h>

#include "tests/unit/trace_lines.h"

/* Sick-pay level to the 10th, reduced level from the 21st; wages, an offer, frikort, holidays, sanctions, tax. */
Test(trace, a_month_of_rf_with_almost_everything) {
    Forloeb forloeb = course(ORDNING_RF, TIDLIGERE_SYGEDAGPENGE, "2023-06-01");
    forloeb.niveau_slutdato = day("2024-03-10");
    forloeb.ugebeloeb = (Money){412345};
    Periode perioder[] = {period(3, PERIODE_MINDSTESATS, "2024-03-21", "2024-03-31", 900000)};
    Indkomst indkomst[] = {
        income(4, KLASSE_LOEN, "2024-03-27", 1900000),    income(5, KLASSE_LOEN_SYGDOM, "2024-03-27", 10000),
        income(6, KLASSE_TILBUD, "2024-03-27", 200000),   income(7, KLASSE_FRIKORT, "2024-01-31", 3000000),
        income(8, KLASSE_FRIKORT, "2024-03-31", 1500000), income(9, KLASSE_NONE, "2024-03-31", 20000),
        income(10, KLASSE_OVERSKUD, "2024-03-31", 11100), income(20, KLASSE_FRIKORT, "2023-12-31", 7000000)};
    indkomst[0].loenperiode_start = day("2024-03-01");
    indkomst[0].loenperiode_slut = day("2024-03-31");
    indkomst[2].felt_0200_hundredths = 1650;
    indkomst[5].felt_0014 = (Money){12300};
    Feriepenge ferie[] = {{.source = {0, 11},
                           .art = FERIE_FG,
                           .ferieaar = 2023,
                           .foerste_feriedag = day("2024-02-26"),
                           .sidste_feriedag = day("2024-03-08"),
                           .antal_feriedage_hundredths = 1000,
                           .beloeb_brutto = {800000},
                           .udbetalingsdato = day("2024-02-01")},
                          {.source = {0, 12},
                           .art = FERIE_FT,
                           .ferieaar = 2023,
                           .beloeb_brutto = {5000},
                           .foerste_feriedag = DATE_NONE,
                           .sidste_feriedag = DATE_NONE,
                           .udbetalingsdato = day("2024-03-31")},
                          {.source = {0, 13},
                           .art = FERIE_FF,
                           .ferieaar = 2023,
                           .beloeb_brutto = {7000},
                           .foerste_feriedag = DATE_NONE,
                           .sidste_feriedag = DATE_NONE,
                           .udbetalingsdato = day("2024-03-01")}};
    Sanktion sanktioner[] = {
        sanction(14, SANKTION_PERIODE, "2024-03-05"), sanction(15, SANKTION_PUNKT, "2024-03-06"),
        sanction(16, SANKTION_PUNKT, "2024-03-05"), sanction(17, SANKTION_TREDJEDEL, "2024-03-07"),
        sanction(18, SANKTION_PUNKT, "2024-03-05")};
    Skattekort kort[] = {{.source = {0, 19},
                          .korttype = KORT_HOVED,
                          .traekprocent_hundredths = 3800,
                          .foerste_dag = day("2024-01-01"),
                          .sidste_dag = DATE_NONE,
                          .maanedsfradrag = {20000},
                          .frikort_graense = MONEY_NONE}};
    Facts facts = {.forloeb = &forloeb,
                   .forloeb_count = 1,
                   .perioder = perioder,
                   .perioder_count = 1,
                   .indkomst = indkomst,
                   .indkomst_count = 8,
                   .feriepenge = ferie,
                   .feriepenge_count = 3,
                   .sanktioner = sanktioner,
                   .sanktioner_count = 5,
                   .skattekort = kort,
                   .skattekort_count = 1};
    expect_steps(
        "2024-03", (const char *const[]){"skat", "ja", NULL}, &facts, "1980-01-01",
        (const char *const[]){
            "! ERSTATNINGSNUMMER | row 1",
            "> AKTIVE_DAGE RF | 2024-03-01-31 | row 2",
            "AKTIVE_DAGE | D31:31 = 0 | 2024-03-01-31",
            "GRUNDBELOEB_RF IKKE | K1232600 D10:31/1 = 397613 | 2024-03-01-10 | ydelse/IKKE | row 2",
            "NIVEAU_SYG ugebeloeb | T412345 = 412345 | 2024-03-01-10 | sygedagpenge_max/ALLE | row 2",
            "NIVEAU_SYG SYG | K412345 S52:12 D10:31/1 = 576396 | 2024-03-01-10 | row 2",
            "BRUTTO SYG -> brutto | T576396 = 576396 | 2024-03-01-10",
            "GRUNDBELOEB_RF IKKE | K1232600 D10:31/1 = 397613 | 2024-03-11-20 | ydelse/IKKE | row 2",
            "BRUTTO BASIS -> brutto | T397613 = 397613 | 2024-03-11-20",
            "GRUNDBELOEB_RF IKKE | K1232600 D11:31/1 = 437374 | 2024-03-21-31 | ydelse/IKKE | row 2",
            "> MINDSTESATS MINDSTESATS | 2024-03-21-31 | row 3",
            "MINDSTESATS | K900000 D11:31/1 = 319355 | 2024-03-21-31",
            "BRUTTO BASIS -> brutto | T437374 = 319355 | 2024-03-21-31",
            "BRUTTO brutto_i_alt | T576396 T397613 T319355 = 1293364",
            "INDKOMST_LOENPERIODE LOEN | K1900000 D31:31/1 = 1900000 | 2024-03-01-31 | row 4",
            "INDKOMST_UDBETALT LOEN_SYGDOM | K10000 S1 = 10000 | 2024-03-27-27 | row 5",
            "INDKOMST_UDBETALT TILBUD | K200000 S1 = 200000 | 2024-03-27-27 | row 6",
            "INDKOMST_UDBETALT FRIKORT | K1500000 S1 = 1500000 | 2024-03-31-31 | row 8",
            "INDKOMST_UDBETALT LOEN | K20000 S1 = 20000 | 2024-03-31-31 | row 9",
            "INDKOMST_UDBETALT ANDEN | K12300 S1 = 12300 | 2024-03-31-31 | row 9",
            "INDKOMST_UDBETALT OVERSKUD | K11100 S1 = 11100 | 2024-03-31-31 | row 10",
            "SYGELOEN_RF |  = 10000",
            "> FRIKORT FRIKORT | row 7",
            "FRIKORT brugt |  = 3000000",
            "FRIKORT tilbage | T4128000 T-3000000 = 1128000 | frikort/ALLE",
            "FRIKORT fri | T1500000 = 1128000",
            "FERIE_TILLAEG FT |  = 5000 | 2024-03-31-31 | row 12",
            "FERIE_TILLAEG FF |  = 7000 | 2024-03-01-01 | row 13",
            "LOENFRADRAG_RF_2022 i_alt | T1930000 T1500000 T-1128000 T12000 = 2314000",
            "LOENFRADRAG_RF_2022 under -> fradrag_loen | K1632300 P0:10000/1 = 0 | loenfradrag_under/RF "
            "loengraense/RF",
            "LOENFRADRAG_RF_2022 over -> fradrag_loen | K681700 P5500:10000/1 = 374935 | loenfradrag_over/RF "
            "loengraense/RF",
            "> TILBUD TILBUD | row 6",
            "TILBUD timer | K1786 H1650:100/1 = 29469 | timefradrag/ALLE timefradrag_max/ALLE",
            "TILBUD -> fradrag_tilbud | T200000 T-29469 = 170531",
            "OVERSKUD -> fradrag_anden | K11100 D31:31 = 11100",
            "ANDEN_INDKOMST -> fradrag_anden |  = 12300",
            "FERIE_HOLDT FG_til_nu | K800000 D10:10/1 = 800000 | 2024-02-26-08 | row 11",
            "FERIE_HOLDT FG_foer | K800000 D4:10/1 = 320000 | 2024-02-26-29 | row 11",
            "FERIE_HOLDT FG_maaned | T800000 T-320000 = 480000",
            "FERIE_HOLDT FG_og_loen | T2314000 T480000 = 2794000",
            "LOENFRADRAG_RF_2022 under | K1632300 P0:10000/1 = 0 | loenfradrag_under/RF loengraense/RF",
            "LOENFRADRAG_RF_2022 over | K1161700 P5500:10000/1 = 638935 | loenfradrag_over/RF loengraense/RF",
            "FERIE_HOLDT FG_hoejst | K1293364 D6 S7:5 S1:31/1 = 350460",
            "FERIE_HOLDT -> fradrag_ferie | T638935 T-374935 = 264000",
            "EFTER_INDKOMST -> efter_indkomst | T1293364 T-374935 T-170531 T-23400 T-264000 = 460498",
            "SANKTION_PERIODE dagsats | K12326000000:10000 S12:260/100 = 56900",
            "SANKTION_PERIODE -> sanktion | K56900 D2 A460498:1293364/1 = 40518 | row 14",
            "! PUNKT_FLERE | row 15",
            "! PUNKT_FLERE | row 18",
            "SANKTION_PUNKT -> sanktion | K189600 A460498:1293364/1 = 67506 | punktsanktion/HOEJ | row 16",
            "SANKTION_TREDJEDEL rest | T460498 T-108024 = 352474",
            "> SANKTION_TREDJEDEL TREDJEDEL | 2024-03-07-07 | row 17",
            "SANKTION_TREDJEDEL -> sanktion | K352474 D1:31 S1:3/100 = 3800",
            "YDELSE -> ydelse | T460498 T-111824 = 348674",
            "ATP fuld_ydelse | K1232600 D10:31/1 = 397613 | 2024-03-01-10 | ydelse/IKKE",
            "ATP fuld_ydelse | K1232600 D10:31/1 = 397613 | 2024-03-11-20 | ydelse/IKKE",
            "ATP fuld_ydelse | K1232600 D11:31/1 = 437374 | 2024-03-21-31 | ydelse/IKKE",
            "ATP fuld_i_alt | T397613 T397613 T437374 = 1232600",
            "ATP ingen -> atp_egen |  = 0",
            "PENSION -> pension | K348674 P150:10000/100 = 5200 | obligatorisk_pension/ALLE",
            "SKAT HOVED | T348600 T-20000 = 328600 | row 19",
            "SKAT -> skat | K328600 P3800:10000\\100 = 124800 | row 19",
            "TIL_UDBETALING -> til_udbetaling | T348674 T-124800 = 223874",
            NULL});
}

/* Partly unfit self-employed to the 10th; sick pay with the fleks supplement, profit, wages without a judgement. */
Test(trace, a_month_of_ja_in_whole_kroner) {
    Forloeb forloeb = course(ORDNING_JA, TIDLIGERE_SYGEDAGPENGE, "2025-06-15");
    Periode perioder[] = {period(3, PERIODE_SELVSTAENDIG_KVART, "2025-07-01", "2025-07-10", INT64_MIN),
                          period(4, PERIODE_SELVSTAENDIG_HALV, "2025-07-10", "2025-07-10", INT64_MIN),
                          period(5, PERIODE_HJEMMEBOENDE, "2025-07-11", "2025-07-20", INT64_MIN)};
    Barn barn = {.source = {0, 6},
                 .forhold = FORHOLD_BIDRAG,
                 .i_riget = true,
                 .foedselsdato = day("2025-07-15"),
                 .forsoergelse_fra = DATE_NONE,
                 .forsoergelse_til = day("2025-07-20"),
                 .bidrag_beloeb = MONEY_NONE};
    Indkomst indkomst[] = {income(7, KLASSE_LOEN_SYGDOM, "2025-07-31", 50049),
                           income(8, KLASSE_FLEKSTILSKUD, "2025-07-31", 10000),
                           income(9, KLASSE_OVERSKUD, "2025-07-31", 33333),
                           income(10, KLASSE_NONE, "2025-07-31", 1800000)};
    Facts facts = {.forloeb = &forloeb,
                   .forloeb_count = 1,
                   .perioder = perioder,
                   .perioder_count = 3,
                   .boern = &barn,
                   .boern_count = 1,
                   .indkomst = indkomst,
                   .indkomst_count = 4};
    expect_steps(
        "2025-07", (const char *const[]){"afrunding", "krone_linje", NULL}, &facts, "2003-01-01",
        (const char *const[]){
            "! ERSTATNINGSNUMMER | row 1",
            "> AKTIVE_DAGE JA | 2025-07-01-31 | row 2",
            "AKTIVE_DAGE | D31:31 = 0 | 2025-07-01-31",
            "! SELVSTAENDIG_BEGGE",
            "> SELVSTAENDIG SELVSTAENDIG_KVART | 2025-07-01-10 | row 3",
            "SELVSTAENDIG IKKE | K1277000 D9:31 P7500:10000/100 = 278100 | 2025-07-01-09 | ydelse/IKKE "
            "selvstaendig/KVART | row 2",
            "BRUTTO BASIS -> brutto | T278100 = 278100 | 2025-07-01-09",
            "> SELVSTAENDIG SELVSTAENDIG_HALV | 2025-07-10-10 | row 4",
            "SELVSTAENDIG IKKE | K1277000 D1:31 P5000:10000/100 = 20600 | 2025-07-10-10 | ydelse/IKKE "
            "selvstaendig/HALV | row 2",
            "BRUTTO BASIS -> brutto | T20600 = 20600 | 2025-07-10-10",
            "> GRUNDBELOEB_JA HJEMMEBOENDE | 2025-07-11-20 | row 5",
            "> GRUNDBELOEB_JA foedselsdato | row 1",
            "GRUNDBELOEB_JA HJ25 | K397200 D4:31/100 = 51300 | 2025-07-11-14 | ydelse/HJ25 | row 2",
            "BRUTTO BASIS -> brutto | T51300 = 51300 | 2025-07-11-14",
            "HJ25B_TILLAEG BIDRAG |  = 160400 | bidragstillaeg/ALLE | row 6",
            "HJ25B_TILLAEG HJ25B | T397200 T160400 = 557600 | 2025-07-15-20 | ydelse/HJ25 ydelse/FORS",
            "> GRUNDBELOEB_JA HJEMMEBOENDE | 2025-07-11-20 | row 5",
            "> GRUNDBELOEB_JA foedselsdato | row 1",
            "GRUNDBELOEB_JA HJ25B | K557600 D6:31/100 = 107900 | 2025-07-15-20 | ydelse/HJ25 | row 2",
            "BRUTTO BASIS -> brutto | T107900 = 107900 | 2025-07-15-20",
            "GRUNDBELOEB_JA IKKE | K1277000 D11:31/100 = 453100 | 2025-07-21-31 | ydelse/IKKE | row 2",
            "BRUTTO BASIS -> brutto | T453100 = 453100 | 2025-07-21-31",
            "BRUTTO brutto_i_alt | T278100 T20600 T51300 T107900 T453100 = 911000",
            "INDKOMST_UDBETALT LOEN_SYGDOM | K50049 S1 = 50049 | 2025-07-31-31 | row 7",
            "INDKOMST_UDBETALT FLEKSTILSKUD | K10000 S1 = 10000 | 2025-07-31-31 | row 8",
            "INDKOMST_UDBETALT OVERSKUD | K33333 S1 = 33333 | 2025-07-31-31 | row 9",
            "INDKOMST_UDBETALT LOEN | K1800000 S1 = 1800000 | 2025-07-31-31 | row 10",
            "! LOEN_UNDER_SYGDOM | row 10",
            "LOENFRADRAG_JA i_alt | T1800000 = 1800000",
            "LOENFRADRAG_JA under -> fradrag_loen | K1691100 P3000:10000/100 = 507300 | loenfradrag_under/JA "
            "loengraense/JA",
            "LOENFRADRAG_JA over -> fradrag_loen | K108900 P5500:10000/100 = 59900 | loenfradrag_over/JA "
            "loengraense/JA",
            "SYGELOEN_JA -> fradrag_sygeloen | T50049 T10000 = 60049",
            "> OVERSKUD SELVSTAENDIG_KVART | 2025-07-01-10 | row 3",
            "> OVERSKUD SELVSTAENDIG_HALV | 2025-07-10-10 | row 4",
            "OVERSKUD -> fradrag_anden | K33333 D21:31/100 = 22600",
            "EFTER_INDKOMST -> efter_indkomst | T911000 T-567200 T-60049 T-22600 = 261151",
            "YDELSE -> ydelse | T261151 = 261151",
            "ATP fuld_ydelse | K1277000 D9:31/100 = 370700 | 2025-07-01-09 | ydelse/IKKE",
            "ATP fuld_ydelse | K1277000 D1:31/100 = 41200 | 2025-07-10-10 | ydelse/IKKE",
            "ATP fuld_ydelse | K1277000 D4:31/100 = 164800 | 2025-07-11-14 | ydelse/IKKE",
            "ATP fuld_ydelse | K1277000 D6:31/100 = 247200 | 2025-07-15-20 | ydelse/IKKE",
            "ATP fuld_ydelse | K1277000 D11:31/100 = 453100 | 2025-07-21-31 | ydelse/IKKE",
            "ATP fuld_i_alt | T370700 T41200 T164800 T247200 T453100 = 1277000",
            "ATP ingen -> atp_egen |  = 0",
            "PENSION -> pension | K261151 P180:10000/100 = 4700 | obligatorisk_pension/ALLE",
            "TIL_UDBETALING -> til_udbetaling | T261151 = 261151",
            NULL});
}

/* The level of ledighedsydelse by weekdays, a child supported with an amount, the wage rule of RF before 2022. */
Test(trace, a_month_of_rf_before_2022) {
    Forloeb forloeb = course(ORDNING_RF, TIDLIGERE_LEDIGHEDSYDELSE, "2019-01-01");
    forloeb.ugebeloeb = (Money){100000};
    Periode perioder[] = {period(3, PERIODE_HJEMMEBOENDE, "2019-01-01", "2021-12-31", INT64_MIN)};
    Barn barn = {.source = {0, 4},
                 .forhold = FORHOLD_BIDRAG,
                 .i_riget = true,
                 .foedselsdato = day("2015-07-15"),
                 .forsoergelse_fra = DATE_NONE,
                 .forsoergelse_til = DATE_NONE,
                 .bidrag_beloeb = {130000}};
    Indkomst indkomst[] = {income(5, KLASSE_LOEN, "2020-02-29", 100000)};
    Facts facts = {.forloeb = &forloeb,
                   .forloeb_count = 1,
                   .perioder = perioder,
                   .perioder_count = 1,
                   .boern = &barn,
                   .boern_count = 1,
                   .indkomst = indkomst,
                   .indkomst_count = 1};
    expect_steps(
        "2020-02", (const char *const[]){"syg_maaned", "hverdage", NULL}, &facts, "1999-01-01",
        (const char *const[]){
            "! ERSTATNINGSNUMMER | row 1",
            "> AKTIVE_DAGE RF | 2020-02-01-29 | row 2",
            "AKTIVE_DAGE | D29:29 = 0 | 2020-02-01-29",
            "HJ25B_BIDRAG BIDRAG |  = 130000 | row 4",
            "HJ25B_BIDRAG HJ25B | T359400 T130000 = 489400 | 2020-02-01-29 | ydelse/HJ25 ydelse/FORS",
            "> GRUNDBELOEB_RF HJEMMEBOENDE | 2020-02-01-29 | row 3",
            "> GRUNDBELOEB_RF foedselsdato | row 1",
            "GRUNDBELOEB_RF HJ25B | K489400 D29:29/1 = 489400 | 2020-02-01-29 | ydelse/HJ25 | row 2",
            "NIVEAU_LED ugebeloeb | T100000 = 100000 | 2020-02-01-29 | ledighedsydelse_max/ALLE | row 2",
            "NIVEAU_LED LED | K100000 D20:5/1 = 400000 | 2020-02-01-29 | row 2",
            "BRUTTO LED -> brutto | T489400 = 489400 | 2020-02-01-29",
            "INDKOMST_UDBETALT LOEN | K100000 S1 = 100000 | 2020-02-29-29 | row 5",
            "LOENFRADRAG_RF_2013 i_alt | T100000 = 100000",
            "LOENFRADRAG_RF_2013 under -> fradrag_loen | K100000 P3000:10000/1 = 30000 | "
            "loenfradrag_under/RF loengraense/RF",
            "EFTER_INDKOMST -> efter_indkomst | T489400 T-30000 = 459400",
            "YDELSE -> ydelse | T459400 = 459400",
            "ATP fuld_ydelse | K1155400 D29:29/1 = 1155400 | 2020-02-01-29 | ydelse/IKKE",
            "ATP ingen -> atp_egen |  = 0",
            "PENSION -> pension | K459400 P30:10000/100 = 1400 | obligatorisk_pension/ALLE",
            "TIL_UDBETALING -> til_udbetaling | T459400 = 459400",
            NULL});
}

Test(trace, a_whole_month_and_one_on_disability_pension) {
    Forloeb forloeb = course(ORDNING_RF, TIDLIGERE_KONTANTHJAELP, "2015-06-01");
    Facts facts = {.forloeb = &forloeb, .forloeb_count = 1};
    expect_steps(
        "2016-02", NULL, &facts, "1980-01-01",
        (const char *const[]){
            "! ERSTATNINGSNUMMER | row 1", "> AKTIVE_DAGE RF | 2016-02-01-29 | row 2",
            "AKTIVE_DAGE | D29:29 = 0 | 2016-02-01-29",
            "GRUNDBELOEB_RF IKKE | K1096800 D29:29/1 = 1096800 | 2016-02-01-29 | ydelse/IKKE | row 2",
            "BRUTTO BASIS -> brutto | T1096800 = 1096800 | 2016-02-01-29",
            "EFTER_INDKOMST -> efter_indkomst | T1096800 = 1096800", "YDELSE -> ydelse | T1096800 = 1096800",
            "ATP fuld_ydelse | K1096800 D29:29/1 = 1096800 | 2016-02-01-29 | ydelse/IKKE",
            "ATP egen -> atp_egen | K28400 D29:29 S1:3/100 = 9500 | atp/SAMLET",
            "ATP kommune -> atp_kommune | K28400 D29:29 S2:3/100 = 18900 | atp/SAMLET",
            "TIL_UDBETALING -> til_udbetaling | T1096800 T-9500 = 1087300", NULL});
    forloeb.tidligere_ydelse = TIDLIGERE_FOERTIDSPENSION;
    expect_steps("2016-02", NULL, &facts, "1980-01-01",
                 (const char *const[]){"! ERSTATNINGSNUMMER | row 1",
                                       "> FOERTIDSPENSION FOERTIDSPENSION | 2016-02-01-29 | row 2",
                                       "FOERTIDSPENSION |  = 0", NULL});
}

/* The course that began last is the one told of; without an active day there is nothing more to say. */
Test(trace, of_two_courses_the_later_is_told_of) {
    Forloeb courses[] = {course(ORDNING_RF, TIDLIGERE_FOERTIDSPENSION, "2015-06-01"),
                         course(ORDNING_RF, TIDLIGERE_FOERTIDSPENSION, "2016-02-10")};
    courses[1].source.line = 3;
    Facts facts = {.forloeb = courses, .forloeb_count = 2};
    expect_steps("2016-02", NULL, &facts, "1980-01-01",
                 (const char *const[]){"! FORLOEB_OVERLAPPER | row 3", "! ERSTATNINGSNUMMER | row 1",
                                       "> FOERTIDSPENSION FOERTIDSPENSION | 2016-02-01-09 | row 2",
                                       "> FOERTIDSPENSION FOERTIDSPENSION | 2016-02-10-29 | row 3",
                                       "FOERTIDSPENSION |  = 0", NULL});
}
