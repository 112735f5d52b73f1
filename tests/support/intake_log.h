/* Reading a text as an input file, and what the sink was told, as text.
 *
 * One line per call: "row LINE POSTTYPE ID", "reject LINE CODE column(field) <found> <expected>" (60 bytes of it),
 * "also ..." (a further defect of the rejected row), "warning ...", "file ..." (a finding that rejects the
 * file), "file rejected".
 */
#ifndef YDELSE_TESTS_SUPPORT_INTAKE_LOG_H
#define YDELSE_TESTS_SUPPORT_INTAKE_LOG_H

#include "io/intake/intake.h"

extern const Dialect utf8_comma;

typedef struct IntakeLog IntakeLog;

/* Freed with free(). */
IntakeLog *intake_log_begin(void);
const char *intake_log_text(const IntakeLog *log);
IntakeSink intake_log_sink(IntakeLog *log);

/* Reads the bytes as a file x.csv of the kind; aborts the test when that fails. */
void intake_read_bytes(KindId kind, const void *bytes, size_t size, const Dialect *dialect,
                       const IntakeSink *sink, IntakeOutcome *outcome);

/* Expects the log, followed by "read=well formed+rejected". */
void check_intake(KindId kind, const char *text, const char *expected);
void check_intake_dialect(KindId kind, const char *text, const Dialect *dialect, const char *expected);

#define FORLOEB_HEAD "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;ugebeloeb\n"
#define FORLOEB_A "F-1;7001801001;RF;2024-01-01;INGEN;100,00\n"
#define FORLOEB_B "F-2;7001801001;RF;2024-01-01;INGEN;-0,50\n" /* rejected, but its amount is readable */

#endif
