/* The closed code lists (config/koder/): from text to number and back.
 *
 * Small lists are the engine's enums: number is the enumerator. Municipalities and income types are read from
 * the embedded tables: number is the code itself. Codes are compared byte for byte.
 */
#ifndef YDELSE_IO_INTAKE_CODE_LIST_H
#define YDELSE_IO_INTAKE_CODE_LIST_H

#include "io/base/error.h"
#include "io/intake/kind.h"

/* Reads the embedded tables and checks that the small lists there are the engine's. Needed once before the
 * others; harmless again. STATUS_CONFIG when a table and the program disagree. */
Status code_lists_load(Error *error);

bool code_list_find(CodeListId list, Text code, int64_t *number);

/* The code of a number of the list; empty when there is none. */
Text code_list_text(CodeListId list, int64_t number);

/* What a message says was expected: "RF, JA"; for long lists their name. */
const char *code_list_expected(CodeListId list);

#endif
