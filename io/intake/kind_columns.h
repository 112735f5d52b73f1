/* Places of the columns in their kind's table: DELTAGERE_navn and so on. */
#ifndef YDELSE_IO_INTAKE_KIND_COLUMNS_H
#define YDELSE_IO_INTAKE_KIND_COLUMNS_H

enum {
#define DELTAGERE(column, ...) DELTAGERE_##column,
#include "io/intake/kind.def"
    DELTAGERE_COLUMNS
};

enum {
#define FORLOEB(column, ...) FORLOEB_##column,
#include "io/intake/kind.def"
    FORLOEB_COLUMNS
};

enum {
#define BOERN(column, ...) BOERN_##column,
#include "io/intake/kind.def"
    BOERN_COLUMNS
};

enum {
#define PERIODER(column, ...) PERIODER_##column,
#include "io/intake/kind.def"
    PERIODER_COLUMNS
};

enum {
#define INDKOMST(column, ...) INDKOMST_##column,
#include "io/intake/kind.def"
    INDKOMST_COLUMNS
};

enum {
#define FERIEPENGE(column, ...) FERIEPENGE_##column,
#include "io/intake/kind.def"
    FERIEPENGE_COLUMNS
};

enum {
#define SANKTIONER(column, ...) SANKTIONER_##column,
#include "io/intake/kind.def"
    SANKTIONER_COLUMNS
};

enum {
#define SKATTEKORT(column, ...) SKATTEKORT_##column,
#include "io/intake/kind.def"
    SKATTEKORT_COLUMNS
};

#endif
