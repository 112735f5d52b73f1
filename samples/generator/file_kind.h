/* The eight kinds of file in a delivery: their names and columns, as the contract has them. */
#ifndef YDELSE_SAMPLES_GENERATOR_FILE_KIND_H
#define YDELSE_SAMPLES_GENERATOR_FILE_KIND_H

#include <stdbool.h>

typedef enum FileKind {
    FILE_DELTAGERE,
    FILE_FORLOEB,
    FILE_BOERN,
    FILE_PERIODER,
    FILE_INDKOMST,
    FILE_FERIEPENGE,
    FILE_SANKTIONER,
    FILE_SKATTEKORT,
    FILE_COUNT,
} FileKind;

/* The control sum of the trailer adds up the kind's control column, in oere. */
typedef struct FileFormat {
    const char *name;   /* of the file, without .csv */
    const char *header; /* the first line, without its end */
    bool has_control_sum;
} FileFormat;

extern const FileFormat FILE_FORMATS[FILE_COUNT];

#endif
