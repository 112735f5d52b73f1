/* Entry points for fuzzing: each takes any bytes and must neither fall nor break what it promises.
 *
 * The same functions are driven by libFuzzer and AFL++ (driver/driver.c, `make fuzz`) and by `make test`, which
 * replays the corpus (corpus/<entry>/, one small text file per input that once found something or opens a path).
 * A broken promise aborts, so that a fuzzer sees it as it sees a crash.
 */
#ifndef YDELSE_TESTS_FUZZ_FUZZ_H
#define YDELSE_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/intake/intake.h"

#define FUZZ_SIZE_MAX ((size_t)1 << 20)

typedef void FuzzRun(const uint8_t *bytes, size_t size_bytes);

typedef struct {
    const char *name; /* and that of its folder in corpus/ */
    FuzzRun *run;
} FuzzEntry;

extern const FuzzEntry fuzz_entries[];
extern const size_t fuzz_entry_count;
/* NULL: there is no such entry. */
const FuzzEntry *fuzz_entry_find(const char *name);

/* Aborts with the sentence when it does not hold. */
void fuzz_require(bool holds, const char *sentence);

/* A file with these bytes, by a path that is valid until the next call with the same number (0 to
 * FUZZ_FILES_MAX - 1). In memory: nothing is left behind when a fuzzer falls. */
#define FUZZ_FILES_MAX 10
const char *fuzz_file(int number, const void *bytes, size_t size_bytes);

/* What every message must be: one line of UTF-8 without a control character and without a CPR number. */
void fuzz_require_message(const char *message);
/* The same of a finding, in both languages. What was expected may be a sum of ten digits: it is ours, and no CPR number. */
void fuzz_require_finding(const InputFinding *finding);
/* The same of an error as it is shown, and that it says something. */
void fuzz_require_error(const Error *error);

/* Bytes taken one after the other; past the end they are 0. */
typedef struct {
    const uint8_t *bytes;
    size_t size_bytes;
    size_t at;
} FuzzBytes;

uint8_t fuzz_byte(FuzzBytes *bytes);
uint64_t fuzz_number(FuzzBytes *bytes, int size_bytes);
/* 0 .. limit - 1 */
int32_t fuzz_below(FuzzBytes *bytes, int32_t limit);
bool fuzz_flag(FuzzBytes *bytes);
/* Up to the next NUL or line feed, or the end. */
void fuzz_line(FuzzBytes *bytes, const char **text, size_t *size_bytes);

FuzzRun fuzz_intake, fuzz_delivery, fuzz_values, fuzz_trailer, fuzz_answer, fuzz_settings, fuzz_rates,
    fuzz_tables, fuzz_person;

#endif
