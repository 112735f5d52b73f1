/* Findings: trouble in the data, never silently mended (law section 8).
 *
 * FINDINGS in finding.def is the one table of codes: stable code, severity, Danish and English sentence,
 * and what to do about it. Codes are never renamed or used again. "%s" in a sentence takes the found text,
 * then the expected one, where a finding has them.
 */
#ifndef YDELSE_ENGINE_FINDING_H
#define YDELSE_ENGINE_FINDING_H

#include "engine/facts.h"

typedef enum { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_HELD, SEVERITY_REJECT } Severity;

typedef enum {
#define FINDING(code, severity, da, en, advice_da, advice_en) FINDING_##code,
#include "engine/finding.def"
#undef FINDING
    FINDING_COUNT
} FindingCode;

typedef struct {
    const char *code;
    Severity severity;
    const char *sentence_da;
    const char *sentence_en;
    const char *advice_da;
    const char *advice_en;
} FindingDefinition;

extern const FindingDefinition finding_table[FINDING_COUNT];

/* The definition of a code as text, or NULL: an older program may have stored what this one does not know. */
const FindingDefinition *finding_find(const char *code);

/* A set of codes; the table is sorted by code, so walking the bits walks the codes in byte order. */
#define FINDING_SET_WORDS 2
typedef struct {
    uint64_t word[FINDING_SET_WORDS];
} FindingSet;
_Static_assert(FINDING_COUNT <= FINDING_SET_WORDS * 64, "FindingSet has room for every code");

static inline void finding_set_add(FindingSet *set, FindingCode code) {
    set->word[code / 64] |= UINT64_C(1) << (code % 64);
}

static inline bool finding_set_has(const FindingSet *set, FindingCode code) {
    return (set->word[code / 64] >> (code % 64)) & 1;
}

const char *severity_name(Severity severity);

/* Writes the codes of the set other than info, sorted, comma-separated, NUL-terminated (truncation is an
 * assertion: size the buffer with FINDING_LIST_SIZE). Returns the length. */
#define FINDING_LIST_SIZE 4096
int finding_set_format(const FindingSet *set, char *text);

#endif
