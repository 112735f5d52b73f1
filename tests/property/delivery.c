#include "tests/property/delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DELTAGERE, FORLOEB, BOERN, PERIODER, INDKOMST, FERIEPENGE, SANKTIONER, SKATTEKORT };

static const struct {
    const char *kind;
    const char *columns[TABLE_COLUMNS_MAX + 1];
} shapes[DELIVERY_KINDS] = {
    [DELTAGERE] = {"deltagere", {"cpr_nummer", "kommunekode", "foedselsdato", "doedsdato", "se_nummer"}},
    [FORLOEB] = {"forloeb",
                 {"forloeb_id", "cpr_nummer", "ordning", "tidligere_ydelse", "startdato", "slutdato",
                  "bevilget_dato", "niveau_slutdato", "ugebeloeb"}},
    [BOERN] = {"boern",
               {"post_id", "cpr_nummer", "forhold", "i_riget", "barn_foedselsdato", "forsoergelse_fra",
                "forsoergelse_til", "bidrag_beloeb"}},
    [PERIODER] = {"perioder",
                  {"post_id", "cpr_nummer", "art", "foerste_dag", "sidste_dag", "beloeb", "afgoerelse_id"}},
    [INDKOMST] = {"indkomst",
                  {"post_id", "cpr_nummer", "arbejdsgiver_se", "indkomsttype", "klasse", "loenperiode_start",
                   "loenperiode_slut", "dispositionsdato", "felt_0013", "felt_0014", "felt_0036", "felt_0038",
                   "felt_0147", "felt_0148", "felt_0198", "felt_0200"}},
    [FERIEPENGE] = {"feriepenge",
                    {"post_id", "cpr_nummer", "art", "udbetalingstype", "ferieaar", "foerste_feriedag",
                     "sidste_feriedag", "antal_feriedage", "beloeb_brutto", "udbetalingsdato"}},
    [SANKTIONER] = {"sanktioner",
                    {"sanktion_id", "cpr_nummer", "art", "haendelsesdato", "virkningsmaaned", "dage",
                     "foerste_dag", "sidste_dag", "afgoerelse_id"}},
    [SKATTEKORT] = {"skattekort",
                    {"post_id", "cpr_nummer", "korttype", "traekprocent", "foerste_dag", "sidste_dag",
                     "maanedsfradrag", "frikort_graense"}},
};

static const char *const ordning_codes[] = {"RF", "JA"};
static const char *const tidligere_codes[] = {
    "KONTANTHJAELP",   "UDDANNELSESHJAELP", "SYGEDAGPENGE", "LEDIGHEDSYDELSE",
    "FOERTIDSPENSION", "REVALIDERING",      "SHYDELSE",     "INGEN"};
static const char *const forhold_codes[] = {"FORSOERGER", "BIDRAG"};
static const char *const periode_codes[] = {
    "HJEMMEBOENDE", "SELVSTAENDIG_KVART", "SELVSTAENDIG_HALV", "MINDSTESATS", "FERIE", "UDLAND", "FAENGSEL",
    "OPHOER",       "SPAERRING"};
static const char *const klasse_codes[] = {"LOEN",         "LOEN_SYGDOM", "TILBUD", "FRIKORT",
                                           "FLEKSTILSKUD", "OVERSKUD",    "ANDEN",  "IGNORER"};
static const char *const ferie_codes[] = {"FG", "FT", "FF"};
static const char *const udbetaling_codes[] = {"UDB1", "UDB2", "UDB3", "UDB4"};
static const char *const sanktion_codes[] = {"PERIODE", "PUNKT", "TREDJEDEL"};
static const char *const kort_codes[] = {"HOVED", "FRI", "BI"};

/* A row being filled, cell after cell in the order of the columns. */
typedef struct {
    char (*cell)[CELL_SIZE];
    int32_t next;
} Row;

static void put(Row *row, const char *text) {
    snprintf(row->cell[row->next++], CELL_SIZE, "%s", text);
}

static void put_number(Row *row, int32_t number, int32_t digits) {
    snprintf(row->cell[row->next++], CELL_SIZE, "%0*d", digits, number);
}

static void put_date(Row *row, Date date) {
    date_format(date, row->cell[row->next++]);
}

static void put_money(Row *row, int64_t oere) {
    if (oere == INT64_MIN) {
        put(row, "");
    } else {
        money_format((Money){oere}, ',', row->cell[row->next++]);
    }
}

/* A new row that begins with its id (unless it is that of a participant) and the participant's number. */
static Row row_new(Delivery *delivery, int32_t kind, int32_t person, Cpr cpr) {
    DeliveryTable *table = &delivery->table[kind];
    Row row = {table->cell[table->rows++], 0};
    if (kind != DELTAGERE) {
        char id[CELL_SIZE];
        snprintf(id, sizeof id, "%c%d-%d", shapes[kind].kind[0], person, table->rows);
        put(&row, id);
    }
    char number[CPR_TEXT_SIZE];
    cpr_format(cpr, number);
    put(&row, number);
    return row;
}

static void put_forloeb(Row row, const Forloeb *fact) {
    put(&row, ordning_codes[fact->ordning]);
    put(&row, tidligere_codes[fact->tidligere_ydelse]);
    put_date(&row, fact->startdato);
    put_date(&row, fact->slutdato);
    put_date(&row, fact->bevilget_dato);
    put_date(&row, fact->niveau_slutdato);
    put_money(&row, fact->ugebeloeb.oere);
}

static void put_barn(Row row, const Barn *fact) {
    put(&row, forhold_codes[fact->forhold]);
    put(&row, fact->i_riget ? "J" : "N");
    put_date(&row, fact->foedselsdato);
    put_date(&row, fact->forsoergelse_fra);
    put_date(&row, fact->forsoergelse_til);
    put_money(&row, fact->bidrag_beloeb.oere);
}

static void put_periode(Row row, const Periode *fact) {
    put(&row, periode_codes[fact->art]);
    put_date(&row, fact->foerste_dag);
    put_date(&row, fact->sidste_dag);
    put_money(&row, fact->beloeb.oere);
    put(&row, fact->afgoerelse ? "A-1" : "");
}

static void put_indkomst(Row row, const Indkomst *fact) {
    put(&row, "12345678");
    put_number(&row, fact->indkomsttype, 2);
    put(&row, fact->klasse == KLASSE_NONE ? "" : klasse_codes[fact->klasse]);
    put_date(&row, fact->loenperiode_start);
    put_date(&row, fact->loenperiode_slut);
    put_date(&row, fact->dispositionsdato);
    const int64_t amounts[] = {fact->felt_0013.oere, fact->felt_0014.oere,      fact->felt_0036.oere,
                               fact->felt_0038.oere, fact->felt_0147.oere,      fact->felt_0148.oere,
                               fact->felt_0198.oere, fact->felt_0200_hundredths};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        put_money(&row, amounts[i]);
    }
}

static void put_feriepenge(Row row, const Feriepenge *fact) {
    put(&row, ferie_codes[fact->art]);
    put(&row, udbetaling_codes[fact->udbetalingstype]);
    put_number(&row, fact->ferieaar, 4);
    put_date(&row, fact->foerste_feriedag);
    put_date(&row, fact->sidste_feriedag);
    put_money(&row, fact->antal_feriedage_hundredths);
    put_money(&row, fact->beloeb_brutto.oere);
    put_date(&row, fact->udbetalingsdato);
}

static void put_sanktion(Row row, const Sanktion *fact) {
    char month[DATE_TEXT_SIZE];
    month_format(fact->virkningsmaaned, month);
    put(&row, sanktion_codes[fact->art]);
    put_date(&row, fact->haendelsesdato);
    put(&row, month);
    put_number(&row, fact->dage, 1);
    put_date(&row, fact->foerste_dag);
    put_date(&row, fact->sidste_dag);
    put(&row, fact->afgoerelse ? "A-1" : "");
}

static void put_skattekort(Row row, const Skattekort *fact) {
    put(&row, kort_codes[fact->korttype]);
    put_money(&row, fact->traekprocent_hundredths < 0 ? INT64_MIN : fact->traekprocent_hundredths);
    put_date(&row, fact->foerste_dag);
    put_date(&row, fact->sidste_dag);
    put_money(&row, fact->maanedsfradrag.oere);
    put_money(&row, fact->frikort_graense.oere);
}

static void person_put(Delivery *delivery, const Person *person, int32_t number) {
    Cpr cpr = {UINT64_C(6101800000) + (uint64_t)number * UINT64_C(100000000) + (uint64_t)number};
    Row row = row_new(delivery, DELTAGERE, number, cpr);
    put(&row, "0101");
    put_date(&row, person->deltager.foedselsdato);
    put_date(&row, person->deltager.doedsdato);
    put(&row, number % 3 == 0 ? "12345678" : "");
    for (int32_t i = 0; i < person->count[0]; i++) {
        put_forloeb(row_new(delivery, FORLOEB, number, cpr), &person->forloeb[i]);
    }
    for (int32_t i = 0; i < person->count[1]; i++) {
        put_barn(row_new(delivery, BOERN, number, cpr), &person->boern[i]);
    }
    for (int32_t i = 0; i < person->count[2]; i++) {
        put_periode(row_new(delivery, PERIODER, number, cpr), &person->perioder[i]);
    }
    for (int32_t i = 0; i < person->count[3]; i++) {
        put_indkomst(row_new(delivery, INDKOMST, number, cpr), &person->indkomst[i]);
    }
    for (int32_t i = 0; i < person->count[4]; i++) {
        put_feriepenge(row_new(delivery, FERIEPENGE, number, cpr), &person->feriepenge[i]);
    }
    for (int32_t i = 0; i < person->count[5]; i++) {
        put_sanktion(row_new(delivery, SANKTIONER, number, cpr), &person->sanktioner[i]);
    }
    for (int32_t i = 0; i < person->count[6]; i++) {
        put_skattekort(row_new(delivery, SKATTEKORT, number, cpr), &person->skattekort[i]);
    }
}

void delivery_make(uint64_t seed, Delivery *delivery) {
    for (int32_t kind = 0; kind < DELIVERY_KINDS; kind++) {
        DeliveryTable *table = &delivery->table[kind];
        table->kind = shapes[kind].kind;
        memcpy(table->columns, shapes[kind].columns, sizeof table->columns);
        table->rows = 0;
    }
    Person first = person_make(seed * DELIVERY_PEOPLE);
    delivery->month = first.month;
    delivery->policy = first.policy;
    for (int32_t i = 0; i < DELIVERY_PEOPLE; i++) {
        Person person = person_make_in(seed * DELIVERY_PEOPLE + (uint64_t)i, delivery->month);
        person_put(delivery, &person, i);
    }
}

/* The numbers 0 .. count - 1 in a random order, or in their own when there is no state. */
static void order_make(uint64_t *state, int32_t count, int32_t *order) {
    for (int32_t i = 0; i < count; i++) {
        int32_t other = *state == 0 ? i : random_below(state, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
}

/* Every `files`-th row of the order, from `number` on. */
static void file_write(const DeliveryTable *table, const char *path, const int32_t *rows, int32_t number,
                       int32_t files, uint64_t *state) {
    int32_t columns = 0, order[TABLE_COLUMNS_MAX];
    while (table->columns[columns] != NULL) {
        columns++;
    }
    order_make(state, columns, order);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        abort();
    }
    for (int32_t c = 0; c < columns; c++) {
        fprintf(file, "%s%s", c == 0 ? "" : ";", table->columns[order[c]]);
    }
    for (int32_t r = number; r < table->rows; r += files) {
        for (int32_t c = 0; c < columns; c++) {
            fprintf(file, "%s%s", c == 0 ? "\n" : ";", table->cell[rows[r]][order[c]]);
        }
    }
    fputc('\n', file);
    fclose(file);
}

void delivery_write(const Delivery *delivery, const char *folder, uint64_t shuffle) {
    uint64_t state = shuffle;
    for (int32_t kind = 0; kind < DELIVERY_KINDS; kind++) {
        const DeliveryTable *table = &delivery->table[kind];
        int32_t rows[TABLE_ROWS_MAX], files = state == 0 ? 1 : 1 + random_below(&state, 3);
        order_make(&state, table->rows, rows);
        for (int32_t i = 0; i < files; i++) {
            char path[512];
            int32_t name = (i + (int32_t)(shuffle % 3)) %
                           3; /* so that the first rows are not always in the first file */
            snprintf(path, sizeof path, "%s/%s%s.csv", folder, table->kind, &"_a\0_b\0_c"[3 * name]);
            file_write(table, path, rows, i, files, &state);
        }
    }
}
