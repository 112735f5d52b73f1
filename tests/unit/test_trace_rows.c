/* The input rows behind the steps: which ones are named, for which days, and which are not. The rows with lines from
 * 90 on lie behind the counts of their arrays: nobody may read them. */
#include <criterion/criterion.h>

#include "tests/unit/trace_lines.h"

/* Each course, decision and death behind the days; of the children only those that the group rests on. */
Test(trace_rows, names_the_rows_behind_days_and_group) {
    Forloeb courses[] = {course(ORDNING_RF, TIDLIGERE_KONTANTHJAELP, "2020-06-01"),
                         course(ORDNING_RF, TIDLIGERE_KONTANTHJAELP, "2024-03-12")};
    courses[0].slutdato = day("2024-03-10");
    courses[1].source.line = 3;
    Periode perioder[] = {period(9, PERIODE_FERIE, "2024-03-01", "2024-03-31", INT64_MIN),
                          period(4, PERIODE_UDLAND, "2024-03-10", "2024-03-12", INT64_MIN),
                          period(5, PERIODE_FAENGSEL, "2024-03-14", "2024-03-15", INT64_MIN),
                          period(6, PERIODE_OPHOER, "2024-03-27", "2024-04-15", INT64_MIN),
                          period(7, PERIODE_UDLAND, "2024-03-11", "2024-03-11", INT64_MIN),
                          period(8, PERIODE_UDLAND, "2024-03-20", "2024-03-20", INT64_MIN),

                          period(90, PERIODE_FAENGSEL, "2024-03-05", "2024-03-05", INT64_MIN)};
    perioder[5].afgoerelse = false;
    Barn boern[] = {child(10, FORHOLD_FORSOERGER, "2024-03-01", "2024-03-05"),
                    child(11, FORHOLD_FORSOERGER, "2024-03-03", "2024-03-08"),
                    child(12, FORHOLD_BIDRAG, "2024-03-01", "2024-03-20"),
                    child(13, FORHOLD_FORSOERGER, "2024-04-01", "2024-04-20"),
                    child(91, FORHOLD_FORSOERGER, "2024-03-01", "2024-03-31")};
    Facts facts = {.forloeb = courses,
                   .forloeb_count = 2,
                   .perioder = perioder,
                   .perioder_count = 6,
                   .boern = boern,
                   .boern_count = 4};
    expect_life("2024-03", NULL, &facts, "1980-01-01", "2024-03-30",
                (const char *const[]){
                    "! AFGOERELSE_MANGLER | row 8",
                    "! ERSTATNINGSNUMMER | row 1",
                    "> AKTIVE_DAGE RF | 2024-03-01-10 | row 2",
                    "> AKTIVE_DAGE RF | 2024-03-12-30 | row 3",
                    "> AKTIVE_DAGE doedsdato | 2024-03-30-30 | row 1",
                    "> AKTIVE_DAGE UDLAND | 2024-03-10-12 | row 4",
                    "> AKTIVE_DAGE FAENGSEL | 2024-03-14-15 | row 5",
                    "> AKTIVE_DAGE OPHOER | 2024-03-27-30 | row 6",
                    "AKTIVE_DAGE | D21:31 = 0 | 2024-03-01-26",
                    "> GRUNDBELOEB_RF FORSOERGER | 2024-03-01-05 | row 10",
                    "> GRUNDBELOEB_RF FORSOERGER | 2024-03-03-08 | row 11",
                    "GRUNDBELOEB_RF FORS | K1638200 D9:31/1 = 475606 | 2024-03-01-09 | ydelse/FORS | row 2",
                    "BRUTTO BASIS -> brutto | T475606 = 475606 | 2024-03-01-09",
                    "> GRUNDBELOEB_RF BIDRAG | 2024-03-01-20 | row 12",
                    "GRUNDBELOEB_RF FORS | K1638200 D1:31/1 = 52845 | 2024-03-13-13 | ydelse/FORS | row 3",
                    "BRUTTO BASIS -> brutto | T52845 = 52845 | 2024-03-13-13",
                    "> GRUNDBELOEB_RF BIDRAG | 2024-03-01-20 | row 12",
                    "GRUNDBELOEB_RF FORS | K1638200 D5:31/1 = 264226 | 2024-03-16-20 | ydelse/FORS | row 3",
                    "BRUTTO BASIS -> brutto | T264226 = 264226 | 2024-03-16-20",
                    "GRUNDBELOEB_RF IKKE | K1232600 D6:31/1 = 238568 | 2024-03-21-26 | ydelse/IKKE | row 3",
                    "BRUTTO BASIS -> brutto | T238568 = 238568 | 2024-03-21-26",
                    "BRUTTO brutto_i_alt | T475606 T52845 T264226 T238568 = 1031245",
                    "EFTER_INDKOMST -> efter_indkomst | T1031245 = 1031245",
                    "YDELSE -> ydelse | T1031245 = 1031245",
                    "ATP fuld_ydelse | K1638200 D9:31/1 = 475606 | 2024-03-01-09 | ydelse/FORS",
                    "ATP fuld_ydelse | K1638200 D1:31/1 = 52845 | 2024-03-13-13 | ydelse/FORS",
                    "ATP fuld_ydelse | K1638200 D5:31/1 = 264226 | 2024-03-16-20 | ydelse/FORS",
                    "ATP fuld_ydelse | K1232600 D6:31/1 = 238568 | 2024-03-21-26 | ydelse/IKKE",
                    "ATP fuld_i_alt | T475606 T52845 T264226 T238568 = 1031245",
                    "ATP egen -> atp_egen | K29700 D21:31 S1:3/100 = 6700 | atp/SAMLET",
                    "ATP kommune -> atp_kommune | K29700 D21:31 S2:3/100 = 13400 | atp/SAMLET",
                    "PENSION -> pension | K1024545 P150:10000/100 = 15400 | obligatorisk_pension/ALLE",
                    "TIL_UDBETALING -> til_udbetaling | T1031245 T-6700 = 1024545",
                    NULL});
    expect_life("2024-03",
                (const char *const[]){"brug_udland", "nej", "brug_faengsel", "nej", "brug_ophoer", "nej",
                                      "gruppe_skift", "maaned_start", NULL},
                &facts, "1980-01-01", NULL,
                (const char *const[]){
                    "! AUTOMATIK_SLUKKET | row 4",
                    "! AUTOMATIK_SLUKKET | row 5",
                    "! AUTOMATIK_SLUKKET | row 6",
                    "! AFGOERELSE_MANGLER | row 8",
                    "! ERSTATNINGSNUMMER | row 1",
                    "> AKTIVE_DAGE RF | 2024-03-01-10 | row 2",
                    "> AKTIVE_DAGE RF | 2024-03-12-31 | row 3",
                    "AKTIVE_DAGE | D30:31 = 0 | 2024-03-01-31",
                    "> GRUNDBELOEB_RF FORSOERGER | 2024-03-01-05 | row 10",
                    "GRUNDBELOEB_RF FORS | K1638200 D10:31/1 = 528452 | 2024-03-01-10 | ydelse/FORS | row 2",
                    "BRUTTO BASIS -> brutto | T528452 = 528452 | 2024-03-01-10",
                    "> GRUNDBELOEB_RF FORSOERGER | 2024-03-01-05 | row 10",
                    "GRUNDBELOEB_RF FORS | K1638200 D20:31/1 = 1056903 | 2024-03-12-31 | ydelse/FORS | row 3",
                    "BRUTTO BASIS -> brutto | T1056903 = 1056903 | 2024-03-12-31",
                    "BRUTTO brutto_i_alt | T528452 T1056903 = 1585355",
                    "EFTER_INDKOMST -> efter_indkomst | T1585355 = 1585355",
                    "YDELSE -> ydelse | T1585355 = 1585355",
                    "ATP fuld_ydelse | K1638200 D10:31/1 = 528452 | 2024-03-01-10 | ydelse/FORS",
                    "ATP fuld_ydelse | K1638200 D20:31/1 = 1056903 | 2024-03-12-31 | ydelse/FORS",
                    "ATP fuld_i_alt | T528452 T1056903 = 1585355",
                    "ATP egen -> atp_egen | K29700 D30:31 S1:3/100 = 9600 | atp/SAMLET",
                    "ATP kommune -> atp_kommune | K29700 D30:31 S2:3/100 = 19200 | atp/SAMLET",
                    "PENSION -> pension | K1575755 P150:10000/100 = 23600 | obligatorisk_pension/ALLE",
                    "TIL_UDBETALING -> til_udbetaling | T1585355 T-9600 = 1575755",
                    NULL});
}

/* Of several periods of a kind only those of the days in question are named. */
Test(trace_rows, names_only_the_periods_of_the_days) {
    Forloeb forloeb = course(ORDNING_JA, TIDLIGERE_SYGEDAGPENGE, "2024-01-01");
    Periode perioder[] = {period(3, PERIODE_SELVSTAENDIG_KVART, "2024-03-01", "2024-03-02", INT64_MIN),
                          period(4, PERIODE_SELVSTAENDIG_KVART, "2024-03-02", "2024-03-04", INT64_MIN),
                          period(5, PERIODE_SELVSTAENDIG_KVART, "2024-03-06", "2024-03-07", INT64_MIN),
                          period(6, PERIODE_MINDSTESATS, "2024-03-06", "2024-03-06", 100000),
                          period(7, PERIODE_MINDSTESATS, "2024-03-10", "2024-03-10", 100000),
                          period(96, PERIODE_MINDSTESATS, "2024-03-10", "2024-03-10", 100000)};
    Facts facts = {.forloeb = &forloeb, .forloeb_count = 1, .perioder = perioder, .perioder_count = 5};
    forloeb.slutdato = day("2024-03-10");
    expect_steps("2024-03", NULL, &facts, "1980-01-01",
                 (const char *const[]){
                     "! ERSTATNINGSNUMMER | row 1",
                     "> AKTIVE_DAGE JA | 2024-03-01-10 | row 2",
                     "AKTIVE_DAGE | D10:31 = 0 | 2024-03-01-10",
                     "> SELVSTAENDIG SELVSTAENDIG_KVART | 2024-03-01-02 | row 3",
                     "> SELVSTAENDIG SELVSTAENDIG_KVART | 2024-03-02-04 | row 4",
                     "SELVSTAENDIG IKKE | K1232600 D4:31 P7500:10000/1 = 119284 | 2024-03-01-04 | "
                     "ydelse/IKKE selvstaendig/KVART | row 2",
                     "BRUTTO BASIS -> brutto | T119284 = 119284 | 2024-03-01-04",
                     "GRUNDBELOEB_JA IKKE | K1232600 D1:31/1 = 39761 | 2024-03-05-05 | ydelse/IKKE | row 2",
                     "BRUTTO BASIS -> brutto | T39761 = 39761 | 2024-03-05-05",
                     "> SELVSTAENDIG SELVSTAENDIG_KVART | 2024-03-06-07 | row 5",
                     "SELVSTAENDIG IKKE | K1232600 D1:31 P7500:10000/1 = 29821 | 2024-03-06-06 | ydelse/IKKE "
                     "selvstaendig/KVART | row 2",
                     "> MINDSTESATS MINDSTESATS | 2024-03-06-06 | row 6",
                     "MINDSTESATS | K100000 D1:31/1 = 3226 | 2024-03-06-06",
                     "BRUTTO BASIS -> brutto | T29821 = 3226 | 2024-03-06-06",
                     "> SELVSTAENDIG SELVSTAENDIG_KVART | 2024-03-06-07 | row 5",
                     "SELVSTAENDIG IKKE | K1232600 D1:31 P7500:10000/1 = 29821 | 2024-03-07-07 | ydelse/IKKE "
                     "selvstaendig/KVART | row 2",
                     "BRUTTO BASIS -> brutto | T29821 = 29821 | 2024-03-07-07",
                     "GRUNDBELOEB_JA IKKE | K1232600 D2:31/1 = 79523 | 2024-03-08-09 | ydelse/IKKE | row 2",
                     "BRUTTO BASIS -> brutto | T79523 = 79523 | 2024-03-08-09",
                     "GRUNDBELOEB_JA IKKE | K1232600 D1:31/1 = 39761 | 2024-03-10-10 | ydelse/IKKE | row 2",
                     "> MINDSTESATS MINDSTESATS | 2024-03-10-10 | row 7",
                     "MINDSTESATS | K100000 D1:31/1 = 3226 | 2024-03-10-10",
                     "BRUTTO BASIS -> brutto | T39761 = 3226 | 2024-03-10-10",
                     "BRUTTO brutto_i_alt | T119284 T39761 T3226 T29821 T79523 T3226 = 274841",
                     "EFTER_INDKOMST -> efter_indkomst | T274841 = 274841",
                     "YDELSE -> ydelse | T274841 = 274841",
                     "ATP fuld_ydelse | K1232600 D4:31/1 = 159045 | 2024-03-01-04 | ydelse/IKKE",
                     "ATP fuld_ydelse | K1232600 D1:31/1 = 39761 | 2024-03-05-05 | ydelse/IKKE",
                     "ATP fuld_ydelse | K1232600 D1:31/1 = 39761 | 2024-03-06-06 | ydelse/IKKE",
                     "ATP fuld_ydelse | K1232600 D1:31/1 = 39761 | 2024-03-07-07 | ydelse/IKKE",
                     "ATP fuld_ydelse | K1232600 D2:31/1 = 79523 | 2024-03-08-09 | ydelse/IKKE",
                     "ATP fuld_ydelse | K1232600 D1:31/1 = 39761 | 2024-03-10-10 | ydelse/IKKE",
                     "ATP fuld_i_alt | T159045 T39761 T39761 T39761 T79523 T39761 = 397612",
                     "ATP ingen -> atp_egen |  = 0",
                     "PENSION -> pension | K274841 P150:10000/100 = 4100 | obligatorisk_pension/ALLE",
                     "TIL_UDBETALING -> til_udbetaling | T274841 = 274841",
                     NULL});
}

/* Profit in JA does not count for days as partly self-employed: those of the month, the 1st alone among them. */
Test(trace_rows, names_the_periods_that_lessen_the_profit) {
    Forloeb forloeb = course(ORDNING_JA, TIDLIGERE_SYGEDAGPENGE, "2024-01-01");
    forloeb.slutdato = day("2024-03-02");
    Periode perioder[] = {period(3, PERIODE_SELVSTAENDIG_KVART, "2024-02-01", "2024-03-01", INT64_MIN),
                          period(4, PERIODE_SELVSTAENDIG_HALV, "2024-02-01", "2024-02-29", INT64_MIN),
                          period(97, PERIODE_SELVSTAENDIG_HALV, "2024-03-02", "2024-03-02", INT64_MIN)};
    Indkomst indkomst = income(5, KLASSE_OVERSKUD, "2024-03-02", 1000);
    Facts facts = {.forloeb = &forloeb,
                   .forloeb_count = 1,
                   .perioder = perioder,
                   .perioder_count = 2,
                   .indkomst = &indkomst,
                   .indkomst_count = 1};
    expect_steps("2024-03", NULL, &facts, "1980-01-01",
                 (const char *const[]){
                     "! ERSTATNINGSNUMMER | row 1",
                     "> AKTIVE_DAGE JA | 2024-03-01-02 | row 2",
                     "AKTIVE_DAGE | D2:31 = 0 | 2024-03-01-02",
                     "> SELVSTAENDIG SELVSTAENDIG_KVART | 2024-03-01-01 | row 3",
                     "SELVSTAENDIG IKKE | K1232600 D1:31 P7500:10000/1 = 29821 | 2024-03-01-01 | ydelse/IKKE "
                     "selvstaendig/KVART | row 2",
                     "BRUTTO BASIS -> brutto | T29821 = 29821 | 2024-03-01-01",
                     "GRUNDBELOEB_JA IKKE | K1232600 D1:31/1 = 39761 | 2024-03-02-02 | ydelse/IKKE | row 2",
                     "BRUTTO BASIS -> brutto | T39761 = 39761 | 2024-03-02-02",
                     "BRUTTO brutto_i_alt | T29821 T39761 = 69582",
                     "INDKOMST_UDBETALT OVERSKUD | K1000 S1 = 1000 | 2024-03-02-02 | row 5",
                     "> OVERSKUD SELVSTAENDIG_KVART | 2024-03-01-01 | row 3",
                     "OVERSKUD -> fradrag_anden | K1000 D1:2/1 = 500",
                     "EFTER_INDKOMST -> efter_indkomst | T69582 T-500 = 69082",
                     "YDELSE -> ydelse | T69082 = 69082",
                     "ATP fuld_ydelse | K1232600 D1:31/1 = 39761 | 2024-03-01-01 | ydelse/IKKE",
                     "ATP fuld_ydelse | K1232600 D1:31/1 = 39761 | 2024-03-02-02 | ydelse/IKKE",
                     "ATP fuld_i_alt | T39761 T39761 = 79522",
                     "ATP ingen -> atp_egen |  = 0",
                     "PENSION -> pension | K69082 P150:10000/100 = 1000 | obligatorisk_pension/ALLE",
                     "TIL_UDBETALING -> til_udbetaling | T69082 = 69082",
                     NULL});
}

/* A reduced level: the lowest of two; a day of both kinds of self-employed; support of two children; tax cards. */
Test(trace_rows, names_the_rows_behind_reductions_and_tax) {
    Forloeb forloeb = course(ORDNING_JA, TIDLIGERE_SYGEDAGPENGE, "2024-01-01");
    Periode perioder[] = {period(3, PERIODE_MINDSTESATS, "2024-03-01", "2024-03-15", 300000),
                          period(4, PERIODE_MINDSTESATS, "2024-03-10", "2024-03-20", 200000),
                          period(5, PERIODE_HJEMMEBOENDE, "2024-03-01", "2024-03-15", INT64_MIN),
                          period(6, PERIODE_HJEMMEBOENDE, "2024-03-16", "2024-03-31", INT64_MIN),
                          period(92, PERIODE_HJEMMEBOENDE, "2024-03-01", "2024-03-31", INT64_MIN)};
    Barn boern[] = {child(7, FORHOLD_BIDRAG, "2024-03-05", "2024-03-31"),
                    child(8, FORHOLD_BIDRAG, "2024-03-05", "2024-03-31"),
                    child(9, FORHOLD_FORSOERGER, "2024-03-01", "2024-03-04"),
                    child(93, FORHOLD_BIDRAG, "2024-03-05", "2024-03-31")};
    Skattekort kort[] = {{.source = {0, 10},
                          .korttype = KORT_FRI,
                          .traekprocent_hundredths = 4000,
                          .foerste_dag = day("2024-01-01"),
                          .sidste_dag = DATE_NONE,
                          .maanedsfradrag = MONEY_NONE,
                          .frikort_graense = {100000}}};
    Facts facts = {.forloeb = &forloeb,
                   .forloeb_count = 1,
                   .perioder = perioder,
                   .perioder_count = 4,
                   .boern = boern,
                   .boern_count = 3,
                   .skattekort = kort,
                   .skattekort_count = 1};
    expect_steps(
        "2024-03", (const char *const[]){"skat", "ja", NULL}, &facts, "2004-01-01",
        (const char *const[]){
            "! ERSTATNINGSNUMMER | row 1",
            "> AKTIVE_DAGE JA | 2024-03-01-31 | row 2",
            "AKTIVE_DAGE | D31:31 = 0 | 2024-03-01-31",
            "> GRUNDBELOEB_JA FORSOERGER | 2024-03-01-04 | row 9",
            "GRUNDBELOEB_JA FORS | K1638200 D4:31/1 = 211381 | 2024-03-01-04 | ydelse/FORS | row 2",
            "> MINDSTESATS MINDSTESATS | 2024-03-01-15 | row 3",
            "MINDSTESATS | K300000 D4:31/1 = 38710 | 2024-03-01-04",
            "BRUTTO BASIS -> brutto | T211381 = 38710 | 2024-03-01-04",
            "HJ25B_BIDRAG BIDRAG |  = 100000 | row 7",
            "HJ25B_BIDRAG BIDRAG |  = 100000 | row 8",
            "HJ25B_BIDRAG HJ25B | T383400 T200000 = 583400 | 2024-03-05-09 | ydelse/HJ25 ydelse/FORS",
            "> GRUNDBELOEB_JA HJEMMEBOENDE | 2024-03-01-15 | row 5",
            "> GRUNDBELOEB_JA foedselsdato | row 1",
            "GRUNDBELOEB_JA HJ25B | K583400 D5:31/1 = 94097 | 2024-03-05-09 | ydelse/HJ25 | row 2",
            "> MINDSTESATS MINDSTESATS | 2024-03-01-15 | row 3",
            "MINDSTESATS | K300000 D5:31/1 = 48387 | 2024-03-05-09",
            "BRUTTO BASIS -> brutto | T94097 = 48387 | 2024-03-05-09",
            "HJ25B_BIDRAG BIDRAG |  = 100000 | row 7",
            "HJ25B_BIDRAG BIDRAG |  = 100000 | row 8",
            "HJ25B_BIDRAG HJ25B | T383400 T200000 = 583400 | 2024-03-10-20 | ydelse/HJ25 ydelse/FORS",
            "> GRUNDBELOEB_JA HJEMMEBOENDE | 2024-03-01-15 | row 5",
            "> GRUNDBELOEB_JA HJEMMEBOENDE | 2024-03-16-31 | row 6",
            "> GRUNDBELOEB_JA foedselsdato | row 1",
            "GRUNDBELOEB_JA HJ25B | K583400 D11:31/1 = 207013 | 2024-03-10-20 | ydelse/HJ25 | row 2",
            "> MINDSTESATS MINDSTESATS | 2024-03-10-20 | row 4",
            "MINDSTESATS | K200000 D11:31/1 = 70968 | 2024-03-10-20",
            "BRUTTO BASIS -> brutto | T207013 = 70968 | 2024-03-10-20",
            "HJ25B_BIDRAG BIDRAG |  = 100000 | row 7",
            "HJ25B_BIDRAG BIDRAG |  = 100000 | row 8",
            "HJ25B_BIDRAG HJ25B | T383400 T200000 = 583400 | 2024-03-21-31 | ydelse/HJ25 ydelse/FORS",
            "> GRUNDBELOEB_JA HJEMMEBOENDE | 2024-03-16-31 | row 6",
            "> GRUNDBELOEB_JA foedselsdato | row 1",
            "GRUNDBELOEB_JA HJ25B | K583400 D11:31/1 = 207013 | 2024-03-21-31 | ydelse/HJ25 | row 2",
            "BRUTTO BASIS -> brutto | T207013 = 207013 | 2024-03-21-31",
            "BRUTTO brutto_i_alt | T38710 T48387 T70968 T207013 = 365078",
            "EFTER_INDKOMST -> efter_indkomst | T365078 = 365078",
            "YDELSE -> ydelse | T365078 = 365078",
            "ATP fuld_ydelse | K1638200 D4:31/1 = 211381 | 2024-03-01-04 | ydelse/FORS",
            "ATP fuld_ydelse | K1232600 D5:31/1 = 198806 | 2024-03-05-09 | ydelse/IKKE",
            "ATP fuld_ydelse | K1232600 D11:31/1 = 437374 | 2024-03-10-20 | ydelse/IKKE",
            "ATP fuld_ydelse | K1232600 D11:31/1 = 437374 | 2024-03-21-31 | ydelse/IKKE",
            "ATP fuld_i_alt | T211381 T198806 T437374 T437374 = 1284935",
            "ATP ingen -> atp_egen |  = 0",
            "PENSION -> pension | K365078 P150:10000/100 = 5500 | obligatorisk_pension/ALLE",
            "SKAT FRI | T365000 T-100000 = 265000 | row 10",
            "SKAT -> skat | K265000 P4000:10000\\100 = 106000 | row 10",
            "TIL_UDBETALING -> til_udbetaling | T365078 T-106000 = 259078",
            NULL});
    facts.skattekort_count = 0;
    facts.boern_count = 0;
    perioder[1].sidste_dag = day("2024-03-31");
    perioder[1].foerste_dag = day("2024-03-01");
    Sanktion sanktioner[] = {
        sanction(11, SANKTION_TREDJEDEL, "2024-03-07"), sanction(12, SANKTION_TREDJEDEL, "2024-03-07"),
        sanction(13, SANKTION_TREDJEDEL, "2024-04-07"), sanction(14, SANKTION_TREDJEDEL, "2024-03-09"),
        sanction(94, SANKTION_TREDJEDEL, "2024-03-10")};
    sanktioner[3].afgoerelse = false;
    facts.sanktioner = sanktioner;
    facts.sanktioner_count = 4;
    expect_steps(
        "2024-03", (const char *const[]){"skat", "ja", "afrunding", "krone_resultat", NULL}, &facts,
        "1980-01-01",
        (const char *const[]){
            "! ERSTATNINGSNUMMER | row 1",
            "> AKTIVE_DAGE JA | 2024-03-01-31 | row 2",
            "AKTIVE_DAGE | D31:31 = 0 | 2024-03-01-31",
            "GRUNDBELOEB_JA IKKE | K1232600 D31:31/1 = 1232600 | 2024-03-01-31 | ydelse/IKKE | row 2",
            "> MINDSTESATS MINDSTESATS | 2024-03-01-31 | row 4",
            "MINDSTESATS | K200000 D31:31/1 = 200000 | 2024-03-01-31",
            "BRUTTO BASIS -> brutto | T1232600 = 200000 | 2024-03-01-31",
            "EFTER_INDKOMST -> efter_indkomst | T200000 = 200000",
            "! AFGOERELSE_MANGLER | row 14",
            "> SANKTION_TREDJEDEL TREDJEDEL | 2024-03-07-07 | row 11",
            "> SANKTION_TREDJEDEL TREDJEDEL | 2024-03-07-07 | row 12",
            "SANKTION_TREDJEDEL -> sanktion | K200000 D1:31 S1:3/100 = 2200",
            "YDELSE -> ydelse | T200000 T-2200/100 = 197800",
            "ATP fuld_ydelse | K1232600 D31:31/1 = 1232600 | 2024-03-01-31 | ydelse/IKKE",
            "ATP ingen -> atp_egen |  = 0",
            "PENSION -> pension | K197800 P150:10000/100 = 3000 | obligatorisk_pension/ALLE",
            "! SKATTEKORT_MANGLER",
            "SKAT intet_kort | T197800 = 197800",
            "SKAT -> skat | K197800 P5500:10000\\100 = 108700",
            "TIL_UDBETALING -> til_udbetaling | T197800 T-108700 = 89100",
            NULL});
    kort[0].korttype = KORT_BI;
    facts.skattekort_count = 1;
    perioder[1].afgoerelse = false;
    expect_steps(
        "2024-03", (const char *const[]){"skat", "ja", "brug_mindstesats", "nej", NULL}, &facts, "1980-01-01",
        (const char *const[]){
            "! ERSTATNINGSNUMMER | row 1",
            "> AKTIVE_DAGE JA | 2024-03-01-31 | row 2",
            "AKTIVE_DAGE | D31:31 = 0 | 2024-03-01-31",
            "! AUTOMATIK_SLUKKET | row 3",
            "! AFGOERELSE_MANGLER | row 4",
            "GRUNDBELOEB_JA IKKE | K1232600 D31:31/1 = 1232600 | 2024-03-01-31 | ydelse/IKKE | row 2",
            "BRUTTO BASIS -> brutto | T1232600 = 1232600 | 2024-03-01-31",
            "EFTER_INDKOMST -> efter_indkomst | T1232600 = 1232600",
            "! AFGOERELSE_MANGLER | row 14",
            "> SANKTION_TREDJEDEL TREDJEDEL | 2024-03-07-07 | row 11",
            "> SANKTION_TREDJEDEL TREDJEDEL | 2024-03-07-07 | row 12",
            "SANKTION_TREDJEDEL -> sanktion | K1232600 D1:31 S1:3/100 = 13300",
            "YDELSE -> ydelse | T1232600 T-13300 = 1219300",
            "ATP fuld_ydelse | K1232600 D31:31/1 = 1232600 | 2024-03-01-31 | ydelse/IKKE",
            "ATP egen -> atp_egen | K29700 D31:31 S1:3/100 = 9900 | atp/SAMLET",
            "ATP kommune -> atp_kommune | K29700 D31:31 S2:3/100 = 19800 | atp/SAMLET",
            "PENSION -> pension | K1209400 P150:10000/100 = 18100 | obligatorisk_pension/ALLE",
            "SKAT BI | T1209400 = 1209400 | row 10",
            "SKAT -> skat | K1209400 P4000:10000\\100 = 483700 | row 10",
            "TIL_UDBETALING -> til_udbetaling | T1219300 T-9900 T-483700 = 725700",
            NULL});
}

/* Earlier frikort income of the year, offers that count and do not, income before the first active day. */
Test(trace_rows, names_the_rows_behind_hours_and_frikort) {
    Forloeb forloeb = course(ORDNING_RF, TIDLIGERE_KONTANTHJAELP, "2023-03-10");
    Indkomst indkomst[] = {
        income(3, KLASSE_FRIKORT, "2022-12-31", 1000000), income(4, KLASSE_FRIKORT, "2023-01-01", 1000000),
        income(5, KLASSE_FRIKORT, "2023-02-28", -200000), income(6, KLASSE_FRIKORT, "2023-03-31", 500000),
        income(7, KLASSE_TILBUD, "2023-03-31", 300000),   income(8, KLASSE_TILBUD, "2023-03-31", 300000),
        income(9, KLASSE_TILBUD, "2023-03-01", 300000),   income(10, KLASSE_TILBUD, "2023-02-28", 300000),
        income(11, KLASSE_LOEN, "2023-03-01", 300000),    income(12, KLASSE_FRIKORT, "2023-03-01", 100),
        income(95, KLASSE_FRIKORT, "2023-02-01", 1)};
    indkomst[4].felt_0200_hundredths = 1000;
    indkomst[5].felt_0200_hundredths = 2000;
    indkomst[5].loenperiode_start = day("2023-01-01");
    indkomst[5].loenperiode_slut = day("2023-03-09");
    indkomst[6].felt_0200_hundredths = 3000;
    Facts facts = {.forloeb = &forloeb, .forloeb_count = 1, .indkomst = indkomst, .indkomst_count = 10};
    expect_steps("2023-03", NULL, &facts, "1980-01-01",
                 (const char *const[]){
                     "! ERSTATNINGSNUMMER | row 1",
                     "> AKTIVE_DAGE RF | 2023-03-10-31 | row 2",
                     "AKTIVE_DAGE | D22:31 = 0 | 2023-03-10-31",
                     "GRUNDBELOEB_RF IKKE | K1194400 D22:31/1 = 847639 | 2023-03-10-31 | ydelse/IKKE | row 2",
                     "BRUTTO BASIS -> brutto | T847639 = 847639 | 2023-03-10-31",
                     "INDKOMST_UDBETALT FRIKORT | K500000 S1 = 500000 | 2023-03-31-31 | row 6",
                     "INDKOMST_UDBETALT TILBUD | K300000 S1 = 300000 | 2023-03-31-31 | row 7",
                     "INDKOMST_LOENPERIODE TILBUD | K300000 D0:68/1 = 0 | 2023-01-01-09 | row 8",
                     "INDKOMST_UDBETALT TILBUD | K300000 S0 = 0 | 2023-03-01-01 | row 9",
                     "INDKOMST_UDBETALT LOEN | K300000 S0 = 0 | 2023-03-01-01 | row 11",
                     "INDKOMST_UDBETALT FRIKORT | K100 S0 = 0 | 2023-03-01-01 | row 12",
                     "> FRIKORT FRIKORT | row 4",
                     "> FRIKORT FRIKORT | row 5",
                     "FRIKORT brugt |  = 1000000",
                     "FRIKORT tilbage | T2000000 T-1000000 = 1000000 | frikort/ALLE",
                     "FRIKORT fri | T500000 = 500000",
                     "LOENFRADRAG_RF_2022 i_alt | T500000 T-500000 = 0",
                     "> TILBUD TILBUD | row 7",
                     "TILBUD timer | K1731 H1000:100/1 = 17310 | timefradrag/ALLE timefradrag_max/ALLE",
                     "TILBUD -> fradrag_tilbud | T300000 T-17310 = 282690",
                     "EFTER_INDKOMST -> efter_indkomst | T847639 T-282690 = 564949",
                     "YDELSE -> ydelse | T564949 = 564949",
                     "ATP fuld_ydelse | K1194400 D22:31/1 = 847639 | 2023-03-10-31 | ydelse/IKKE",
                     "ATP ingen -> atp_egen |  = 0",
                     "PENSION -> pension | K564949 P120:10000/100 = 6800 | obligatorisk_pension/ALLE",
                     "TIL_UDBETALING -> til_udbetaling | T564949 = 564949",
                     NULL});
}
