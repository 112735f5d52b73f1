/* The check of an export (io/proof/export_format.h) without a database: its files, its chain of seals, its results' digest,
 * and everything computed again from its facts with its law.
 *
 * What is wrong is printed on stdout, a line each, with file and line, and no CPR number. STATUS_FINDINGS when
 * something is; STATUS_NO_INPUT when there is no folder, STATUS_DATA when it is no export that this program knows.
 */
#ifndef YDELSE_IO_PROOF_VERIFY_EXPORT_H
#define YDELSE_IO_PROOF_VERIFY_EXPORT_H

#include <stdbool.h>

#include "io/base/error.h"

/* seal: a seal that was kept apart from the folder, as hex; the chain must have it. NULL: none was. */
Status verify_export(const char *folder, const char *seal, bool danish, Error *error);

#endif
