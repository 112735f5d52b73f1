#include "io/intake/kind.h"

#include "io/intake/kind_columns.h"

static const Column deltagere_columns[] = {
#define DELTAGERE(column, ...) {.name = #column, __VA_ARGS__},
#include "io/intake/kind.def"
};
_Static_assert(DELTAGERE_COLUMNS <= COLUMNS_MAX, "a row of values has room");

static const Column forloeb_columns[] = {
#define FORLOEB(column, ...) {.name = #column, __VA_ARGS__},
#include "io/intake/kind.def"
};
_Static_assert(FORLOEB_COLUMNS <= COLUMNS_MAX, "a row of values has room");

static const Column boern_columns[] = {
#define BOERN(column, ...) {.name = #column, __VA_ARGS__},
#include "io/intake/kind.def"
};
_Static_assert(BOERN_COLUMNS <= COLUMNS_MAX, "a row of values has room");

static const Column perioder_columns[] = {
#define PERIODER(column, ...) {.name = #column, __VA_ARGS__},
#include "io/intake/kind.def"
};
_Static_assert(PERIODER_COLUMNS <= COLUMNS_MAX, "a row of values has room");

static const Column indkomst_columns[] = {
#define INDKOMST(column, ...) {.name = #column, __VA_ARGS__},
#include "io/intake/kind.def"
};
_Static_assert(INDKOMST_COLUMNS <= COLUMNS_MAX, "a row of values has room");

static const Column feriepenge_columns[] = {
#define FERIEPENGE(column, ...) {.name = #column, __VA_ARGS__},
#include "io/intake/kind.def"
};
_Static_assert(FERIEPENGE_COLUMNS <= COLUMNS_MAX, "a row of values has room");

static const Column sanktioner_columns[] = {
#define SANKTIONER(column, ...) {.name = #column, __VA_ARGS__},
#include "io/intake/kind.def"
};
_Static_assert(SANKTIONER_COLUMNS <= COLUMNS_MAX, "a row of values has room");

static const Column skattekort_columns[] = {
#define SKATTEKORT(column, ...) {.name = #column, __VA_ARGS__},
#include "io/intake/kind.def"
};
_Static_assert(SKATTEKORT_COLUMNS <= COLUMNS_MAX, "a row of values has room");

/* The last three: the id, the participant, the control column. */
const Kind kind_table[KIND_COUNT] = {
    {"deltagere", deltagere_columns, DELTAGERE_COLUMNS, DELTAGERE_cpr_nummer, DELTAGERE_cpr_nummer, -1},
    {"forloeb", forloeb_columns, FORLOEB_COLUMNS, FORLOEB_forloeb_id, FORLOEB_cpr_nummer, FORLOEB_ugebeloeb},
    {"boern", boern_columns, BOERN_COLUMNS, BOERN_post_id, BOERN_cpr_nummer, BOERN_bidrag_beloeb},
    {"perioder", perioder_columns, PERIODER_COLUMNS, PERIODER_post_id, PERIODER_cpr_nummer, PERIODER_beloeb},
    {"indkomst", indkomst_columns, INDKOMST_COLUMNS, INDKOMST_post_id, INDKOMST_cpr_nummer,
     INDKOMST_felt_0013},
    {"feriepenge", feriepenge_columns, FERIEPENGE_COLUMNS, FERIEPENGE_post_id, FERIEPENGE_cpr_nummer,
     FERIEPENGE_beloeb_brutto},
    {"sanktioner", sanktioner_columns, SANKTIONER_COLUMNS, SANKTIONER_sanktion_id, SANKTIONER_cpr_nummer, -1},
    {"skattekort", skattekort_columns, SKATTEKORT_COLUMNS, SKATTEKORT_post_id, SKATTEKORT_cpr_nummer, -1},
};
