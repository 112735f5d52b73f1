/* ydelse export and verify --export: a run taken out with all it stands on, and every change of it found. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/night.h"
#include "tests/property/delivery.h"
#include "tests/support/database.h"
#include "tests/support/process.h"

static Pg *pg;
static char *folder;

static void set_up(void) {
    test_database_create();
    pg = test_database_connect();
    folder = temporary_folder();
}

static void tear_down(void) {
    temporary_folder_remove(folder);
    pg_close(pg);
    test_database_drop();
}

TestSuite(export, .init = set_up, .fini = tear_down);

/* A shell with $Y the program and $F the folder; without a database when none is asked for. */
static Process shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static Process shell(const char *format, ...) {
    char command[2048];
    const int size = snprintf(command, sizeof command, "Y=\"$YDELSE_PROGRAM\"; F=%s; ", folder);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command + size, sizeof command - (size_t)size, format, arguments);
    va_end(arguments);
    return shell_run(command);
}

static void must(const char *command) {
    Process process = shell("%s", command);
    cr_assert_eq(process.exit_code, 0, "%s: exit %d\n%s%s", command, process.exit_code, process.out,
                 process.err);
    process_free(&process);
}

/* A table of February and March, then one night that touches one person. */
static void three_runs(void) {
    free(night_program(1, "run", "--month", "2024-02", "--input", "samples/lille", NULL, NULL));
    free(night_program(0, "run", "--month", "2024-03", NULL, NULL, NULL, NULL));
    must("mkdir $F/ny && printf 'post_id;cpr_nummer;indkomsttype;klasse;dispositionsdato;felt_0013\\n"
         "NY-1;6112881008;00;ANDEN;2024-03-28;1000,00\\n' > $F/ny/indkomst.csv && "
         "$Y run --month 2024-03 --input $F/ny");
}

Test(export, every_run_is_in_order_without_a_database) {
    three_runs();
    must("for n in 1 2 3; do $Y export --run $n --output $F/$n || exit; done");
    must("for n in 1 2 3; do env -i \"$Y\" verify --export $F/$n || exit; done");
    Process process = shell("env -i \"$Y\" verify --export $F/2 --lang en");
    cr_expect_not_null(strstr(process.out,
                              "export of run 2 for 2024-03: in order\n  21 files, the chain of 2 seals, 66 "
                              "results under the seal, 67 person-months computed again: equal\n"),
                       "%s", process.out);
    process_free(&process);
    /* Run 3 computed one person: nobody else is in it. */
    must("test $(wc -l < $F/3/facts/deltagere.csv) = 2 && test $(wc -l < $F/3/scope.csv) = 2");
    /* The same run gives the same bytes, and the folder is its owner's alone. */
    must("$Y export --run 3 --output $F/again && diff -r $F/3 $F/again");
    must("test -z \"$(find $F/2 -type d ! -perm 700 -o -type f ! -perm 600)\"");
    must("test -z \"$(find $F -name '*.tmp-*')\"");
}

Test(export, a_reprocessing_of_named_persons_is_a_run_like_others) {
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    must("$Y reprocess --month 2024-03 --cpr 6112881008 --reason kontrol && $Y replay --run 2 && "
         "$Y export --run 2 --output $F/2 && grep '^2024-03;navngivne;' $F/2/months.csv && env -i \"$Y\" "
         "verify --export $F/2");
}

Test(export, calc_reads_its_facts_rates_and_policies) {
    three_runs();
    must("$Y export --run 2 --output $F/2 && $Y calc --month 2024-03 --input $F/2/facts --rates "
         "$F/2/law/satser.csv "
         "--config $F/2/law/politik.ini > $F/calc.csv; sed 's/;[^;]*;[^;]*$//' $F/2/results.csv | cmp - "
         "$F/calc.csv");
}

Test(export, the_seals_can_be_checked_by_hand) {
    three_runs();
    must("$Y export --run 3 --output $F/3");
    char *seal = test_sql_text(pg, "SELECT encode(seal, 'hex') FROM ydelse.run WHERE run_id = 3");
    Process process = shell("$Y verify --export $F/3 --seal %s", seal);
    cr_expect_eq(process.exit_code, 0, "%s", process.out);
    process_free(&process);
    process = shell("$Y verify --export $F/3 --seal %064d", 7);
    cr_expect_eq(process.exit_code, 1);
    cr_expect_not_null(strstr(process.out, "seglet fra --seal er ikke i kæden"), "%s", process.out);
    process_free(&process);
    free(seal);
}

/* Each a manipulation of a copy of run 3 or 2, by sed and friends, and words of what is said about it. */
static const struct {
    const char *name;
    const char *run;
    const char *command;
    const char *words;
} manipulations[] = {
    {"an amount", "2", "sed -i '5s/;BETALES;31;/;BETALES;30;/' results.csv",
     "results.csv:5: aktive_dage er 30, beregnet 31"},
    {"an amount, the manifest made to fit", "2",
     "o=$(sha256sum results.csv | cut -c-64); sed -i '5s/;BETALES;31;/;BETALES;30;/' results.csv; "
     "sed -i \"s/$o/$(sha256sum results.csv | cut -c-64)/\" manifest.json",
     "results.csv: rækkerne giver ikke den hash, der blev beseglet"},
    {"a result taken out", "2", "sed -i 5d results.csv", "mangler i results.csv"},
    {"a result twice", "2", "sed -i 5p results.csv", "results.csv:6: rækken står ikke efter den før"},
    {"a result put in", "2", "sed -i '$p;$s/^[0-9]*/9999999999/' results.csv",
     "facts og law giver ikke denne række"},
    {"a header", "2", "sed -i 1s/fund/fynd/ results.csv", "results.csv:1: overskriften er en anden"},
    {"a fact", "3", "sed -i 's/;1000,00;/;1001,00;/' facts/indkomst.csv",
     "results.csv:2: fradrag_anden er 1000,00, beregnet 1001,00"},
    {"a fact taken out", "3", "sed -i 2d facts/indkomst.csv",
     "facts/indkomst.csv: filen har 0 rækker, der tæller, manifestet siger 1"},
    {"a fact made unreadable", "3", "sed -i 's/2024-03-28/2024-03-99/' facts/indkomst.csv",
     "facts/indkomst.csv:2: ULAESELIG_DATO"},
    {"a rate", "2",
     "sed -i 's/^ydelse;FORS;2024.*;\\([0-9]*\\),00;kr/&/; /^ydelse;FORS;2024/s/,00;kr/,50;kr/' "
     "law/satser.csv",
     "law/satser.csv: indholdet er ikke det, seglet dækker"},
    {"a policy", "2", "sed -i 's/^skat=nej/skat=ja/' law/politik.ini",
     "law/politik.ini: indholdet er ikke det, seglet dækker"},
    {"a policy that is none", "2", "sed -i 's/^skat=nej/skat=maaske/' law/politik.ini",
     "law: kan ikke beregnes med"},
    {"a code list", "2", "echo x >> law/koder.txt", "law/koder.txt: indholdet er ikke det, seglet dækker"},
    {"the program", "2", "sed -i s/0.1/0.2/ law/program.txt",
     "law/program.txt: indholdet er ikke det, seglet dækker"},
    {"a month taken out", "2", "sed -i 3d months.csv", "months.csv: en måned mangler"},
    {"a month for everyone", "3", "sed -i 3s/beroerte/alle/ months.csv",
     "months.csv:3: under seglet står 2024-03;beroerte;1"},
    {"the scope emptied", "3", "sed -i 2d scope.csv", "results.csv:2: facts og law giver ikke denne række"},
    {"the origin of a fact", "3", "sed -i '2s/.$/x/' sources.csv",
     "sources.csv:2: filen er ikke under seglet"},
    {"the origins' order", "3", "sed -i '2s/deltagere;1/deltagere;2/' sources.csv",
     "sources.csv:2: rækken hører ikke til den næste"},
    {"an origin taken out", "3", "sed -i 2d sources.csv",
     "sources.csv: deltagere: der er ikke én række for hver"},
    {"a delta line", "3", "sed -i 2s/-901,00/-900,00/ delta_lines.csv",
     "delta_lines.csv:2: linjen er ikke den, entitlements.csv giver"},
    {"a delta line taken out", "3", "sed -i '$d' delta_lines.csv", "delta_lines.csv: linjen er ikke den"},
    {"a delta line put in", "3", "sed -i '$p' delta_lines.csv",
     "linjen hører ikke til nogen række i entitlements.csv"},
    {"an entitlement", "3", "sed -i 2s/15382,00/15383,00/ entitlements.csv",
     "entitlements.csv:2: til_udbetaling er ikke resultatets"},
    {"a difference and its line", "3", "sed -i 2s/-901,00/-900,00/ delta_lines.csv entitlements.csv",
     "delta_til_udbetaling er -90000, under seglet står -90100"},
    {"the number of an entitlement and its lines", "3",
     "n=$(tail -1 entitlements.csv | sed 's/.*;//'); sed -i \"2s/;$n\\$/;9$n/\" entitlements.csv; sed -i "
     "\"s/^$n/9$n/\" "
     "delta_lines.csv",
     "entitlements.csv: 2024-03: rækkerne er ikke dem, seglet dækker"},
    {"everything that is owed taken out", "3", "sed -i 1q entitlements.csv delta_lines.csv",
     "entitlements.csv: rækkerne for 2024-03 mangler"},
    {"a person too many in the scope", "3", "echo '2024-03;7405851002' >> scope.csv",
     "scope.csv: 2024-03: rækkerne er ikke dem, seglet dækker"},
    {"a finding", "2", "sed -i '2s/;[A-Z_]*;/;ANDET;/' findings.csv",
     "findings.csv:2: rækken er ikke den bemærkning"},
    {"a finding put in", "2", "sed -i '$p' findings.csv",
     "rækken er ikke en bemærkning, som results.csv har"},
    {"a seal's text", "3", "sed -i 2s/betales=/betales=1/ seals.jsonl",
     "seals.jsonl:2: kørsel 2: seglet er ikke SHA-256"},
    {"a seal taken out", "3", "sed -i 2d seals.jsonl", "seals.jsonl:2: kørsel 3 følger ikke på seglet før"},
    {"the last seal taken out", "3", "sed -i 3d seals.jsonl", "kæden når ikke til kørslen"},
    {"no JSON", "3", "sed -i '1s/^.//' seals.jsonl", "seals.jsonl:1: linjen er ikke JSON"},
    {"the month in the manifest", "3", "sed -i 's/2024-03/2024-04/' manifest.json",
     "month er 2024-04, men under seglet står 2024-03"},
    {"the seal in the manifest", "3", "sed -i '/\"seal\"/s/: \"..../: \"abcd/' manifest.json",
     "manifest.json: seglet er ikke kædens sidste"},
    {"the number of results in the manifest", "2",
     "sed -i 's/\"results\": 66/\"results\": 67/' manifest.json", "people er 67, men under seglet står 66"},
    {"the number of rows in the manifest", "2",
     "sed -i '/results.csv/s/\"rows\": 66/\"rows\": 67/' manifest.json",
     "results.csv: filen har et andet antal rækker end manifestets 67"},
    {"the kind in the manifest", "2", "sed -i s/nightly/reprocess/ manifest.json",
     "kind er reprocess, men under seglet står nightly"},
    {"a file not listed", "3", "sed -i '/scope.csv/d' manifest.json",
     "manifest.json: scope.csv mangler i fortegnelsen"},
    {"a file too many in the list", "3", "sed -i 's/scope.csv/skope.csv/' manifest.json",
     "er ingen fil i en eksport"},
    {"a file missing", "3", "rm facts/boern.csv", "facts/boern.csv: filen mangler"},
    {"a file too many", "3", "touch facts/ekstra.csv", "facts/: der er en fil, som ikke hører til eksporten"},
    {"a link for a file", "3", "mv scope.csv ../x && echo >> ../x && ln -s ../x scope.csv",
     "scope.csv: filen mangler"},
    {"the words for people", "3", "echo mere >> LAESMIG.txt", "LAESMIG.txt: filen er på"},
};

Test(export, every_manipulation_is_found_and_named) {
    three_runs();
    must("$Y export --run 2 --output $F/2 && $Y export --run 3 --output $F/3");
    for (size_t i = 0; i < sizeof manipulations / sizeof manipulations[0]; i++) {
        Process process =
            shell("rm -rf $F/c && cp -a $F/%s $F/c && cd $F/c && { %s; } && diff -rq $F/%s $F/c >/dev/null; "
                  "test $? = 1",
                  manipulations[i].run, manipulations[i].command, manipulations[i].run);
        cr_expect_eq(process.exit_code, 0, "%s: nothing was changed\n%s", manipulations[i].name, process.err);
        process_free(&process);
        process = shell("\"$Y\" verify --export $F/c");
        cr_expect_eq(process.exit_code, 1, "%s: exit %d\n%s", manipulations[i].name, process.exit_code,
                     process.err);
        cr_expect_not_null(strstr(process.out, manipulations[i].words), "%s: no \"%s\" in\n%s",
                           manipulations[i].name, manipulations[i].words, process.out);
        process_free(&process);
    }
}

/* Texts that need quotes, blanks that count, and values at their limits come back as they were. */
Test(export, odd_values_survive) {
    night_file(folder, "deltagere.csv",
               "cpr_nummer;kommunekode;navn;foedselsdato\n7001801001;0101;\"Bo \"\"B\"\"; Æ\";1980-02-29\n"
               "7001801002;0751;\" blank \";\n");
    night_file(folder, "forloeb.csv",
               "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;ugebeloeb;afgoerelse_id\n"
               "\"F;1\";7001801001;RF;2023-01-01;SYGEDAGPENGE;4550,05;\"  \"\n"
               "F-2;7001801002;JA;2023-01-01;INGEN;;A\n");
    night_file(
        folder, "sanktioner.csv",
        "sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned;afgoerelse_id\n"
        "S-1;7001801001;PERIODE;2024-02-20;3;2024-03;\"  \"\nS-2;7001801002;PUNKT;2024-02-20;;2024-03;A\n");
    night_file(
        folder, "feriepenge.csv",
        "post_id;cpr_nummer;art;udbetalingstype;ferieaar;foerste_feriedag;sidste_feriedag;antal_feriedage;"
        "beloeb_brutto;skat_indeholdt;udbetalingsdato\n"
        "\"H \"\"1\"\"\";7001801002;FG;UDB1;2023;2024-03-04;2024-03-08;4,5;-100,5;N;2024-03-01\n");
    night_file(folder, "boern.csv",
               "post_id;cpr_nummer;barn_cpr;forhold;i_riget;bidrag_beloeb\n"
               "B-1;7001801001;6706124002;FORSOERGER;N;\nB-2;7001801002;6706124002;BIDRAG;;0,01\n");
    must("$Y load $F/*.csv && { $Y run --month 2024-03; test $? -le 1; }");
    must("$Y export --run 1 --output $F/ud && env -i \"$Y\" verify --export $F/ud && cat $F/ud/facts/*.csv");
    Process process = shell("cat $F/ud/facts/*.csv");
    cr_expect_not_null(strstr(process.out, "N;;7001801001;0101;\"Bo \"\"B\"\"; Æ\";1980-02-29;;\n"), "%s",
                       process.out);
    cr_expect_not_null(strstr(process.out, ";\"  \"\n"), "%s", process.out);
    process_free(&process);
}

Test(export, random_people_are_computed_alike) {
    static Delivery delivery; /* large */
    for (uint64_t seed = 1; seed <= 12; seed++) {
        char month[DATE_TEXT_SIZE], path[4096];
        delivery_make(seed, &delivery);
        month_format(delivery.month, month);
        snprintf(path, sizeof path, "%s/ind", folder);
        must("rm -rf $F/ind $F/ud && mkdir $F/ind");
        delivery_write(&delivery, path, seed);
        Process process = shell(
            "createdb -T \"$YDELSE_TEST_TEMPLATE\" ${PGDATABASE}_x && export PGDATABASE=${PGDATABASE}_x && "
            "{ $Y run --month %s --input $F/ind; test $? -le 1; } && $Y replay --month %s && "
            "$Y export --run 1 --output $F/ud && $Y verify --export $F/ud; c=$?; dropdb $PGDATABASE; exit $c",
            month, month);
        cr_expect_eq(process.exit_code, 0, "seed %d: %s\n%s", (int)seed, process.out, process.err);
        process_free(&process);
    }
}

Test(export, what_cannot_be_made_or_read_is_refused) {
    static const struct {
        const char *command;
        int exit_code;
        const char *words;
    } cases[] = {
        {"$Y export --run 9 --output $F/9", 66, "there is no sealed run 9"},
        {"$Y export --run x --output $F/9", 64, "expected the number of a run"},
        {"mkdir $F/fuld && touch $F/fuld/fil && $Y export --run 1 --output $F/fuld", 73, "no empty folder"},
        {"touch $F/fil && $Y export --run 1 --output $F/fil", 73, "no empty folder"},
        {"$Y export --run 1 --output $F/ingen/mappe", 73, "cannot create"},
        {"mkdir $F/tom && $Y export --run 1 --output $F/tom/ && $Y verify --export $F/tom", 0, "i orden"},
        {"$Y verify --export $F/findes-ikke", 66, "cannot open"},
        {"$Y verify --export $F", 65, "manifest.json: it is missing"},
        {"cp -r $F/tom $F/v && sed -i 's/\"version\": 1/\"version\": 9/' $F/v/manifest.json && $Y verify "
         "--export $F/v",
         65, "does not know the version"},
    };
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Process process = shell("%s", cases[i].command);
        cr_expect_eq(process.exit_code, cases[i].exit_code, "%s: exit %d\n%s", cases[i].command,
                     process.exit_code, process.err);
        cr_expect(strstr(process.out, cases[i].words) != NULL || strstr(process.err, cases[i].words) != NULL,
                  "%s:\n%s%s", cases[i].command, process.out, process.err);
        cr_expect_null(strstr(process.err, "6112881008"));
        process_free(&process);
    }
    char finance[64];
    test_role_create(pg, "bog", "ydelse_finance", finance);
    Process process = shell("$Y export --run 1 --output $F/rev --dsn user=%s", finance);
    cr_expect_eq(process.exit_code, 77);
    cr_expect_not_null(strstr(process.err, "ydelse_auditor"), "%s", process.err);
    process_free(&process);
    must("test ! -e $F/rev && test -z \"$(find $F -name '*.tmp-*')\"");
}

/* Everybody is in what an export has written when it is killed: the next one to the same place removes it, but not what
 * another one is writing. */
Test(export, what_a_killed_one_left_goes) {
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    must("YDELSE_STOP_AT=export-written $Y export --run 1 --output $F/rev; test $? -eq 137 && test ! -e "
         "$F/rev && "
         "test -s $F/rev.tmp-*/results.csv && mkdir $F/rev.tmp-andet && echo x >$F/rev.tmp-andet/x");
    must("YDELSE_PAUSE_AT=export-written $Y export --run 1 --output $F/rev & at_work=$!; "
         "n=0; until grep -q '^State:.T' /proc/$at_work/status; do n=$((n + 1)); test $n -lt 1500 || exit 1; "
         "sleep 0.02; done; "
         "test $(ls -d $F/rev.tmp-[0-9]* | wc -l) -eq 1 && $Y export --run 1 --output $F/rev && "
         "test -d $F/rev.tmp-$at_work && kill -KILL $at_work && $Y export --run 1 --output $F/rev/; "
         "test $? -eq 73 && rm -r $F/rev && $Y export --run 1 --output $F/rev/ && $Y verify --export $F/rev");
    must("test \"$(cd $F && echo *.tmp-*)\" = rev.tmp-andet && test -e $F/rev.tmp-andet/x");
}

/* Whatever cannot be read of an export is told as such: nothing is said of what stands in it. (Every read, by
 * every seventeenth: they come in turns of all files; 78: of the settings.) */
Test(export, what_cannot_be_read_is_no_manipulation, .timeout = 120) {
    free(night_program(1, "run", "--month", "2024-03", "--input", "samples/lille", NULL, NULL));
    must("$Y export --run 1 --output $F/1");
    must("YDELSE_FAIL_COUNT=$F/count $Y-failing verify --export $F/1");
    Process process = shell(
        "all=$(sed -n 's/^read //p' $F/count); n=1; while [ $n -le $all ]; do "
        "YDELSE_FAIL=read:$n $Y-failing verify --lang en --export $F/1 >$F/out 2>$F/err; code=$?; "
        "case $code in 0 | 78) ;; 74) grep -v '^run 1: ' $F/out && echo \"read $n: told\" ;; *) echo \"read "
        "$n: exit $code\" ;; esac; "
        "tried=$((tried + 1)); n=$((n + 17)); done; [ $tried -gt 40 ] || echo \"only $tried\"");
    cr_expect_str_eq(process.out, "", "%s", process.out);
    process_free(&process);
}
