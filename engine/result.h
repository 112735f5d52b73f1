/* The result of one participant and month (law sections 1-7; README, "Result").
 *
 * All amounts in øre. Invariants (asserted where it is made): a held result and FOERTIDSPENSION have every
 * amount 0; til_udbetaling = ydelse - atp_egen - skat >= 0.
 */
#ifndef YDELSE_ENGINE_RESULT_H
#define YDELSE_ENGINE_RESULT_H

#include "engine/finding.h"

typedef enum {
    UDFALD_INTET, /* no active day: there is no result */
    UDFALD_BETALES,
    UDFALD_NUL,
    UDFALD_FOERTIDSPENSION,
    UDFALD_TILBAGEHOLDT,
} Udfald;

/* Whose base amount a day has (LAS par. 68(2), 69 j(2)). */
typedef enum { GRUPPE_FORS, GRUPPE_HJ25, GRUPPE_HJ25B, GRUPPE_IKKE, GRUPPE_COUNT } Gruppe;
extern const char *const gruppe_names[GRUPPE_COUNT];

/* The amounts of a result in the order in which they are printed and stored. */
#define RESULT_AMOUNTS(X)                                                                                    \
    X(brutto)                                                                                                \
    X(fradrag_loen)                                                                                          \
    X(fradrag_sygeloen)                                                                                      \
    X(fradrag_tilbud)                                                                                        \
    X(fradrag_anden)                                                                                         \
    X(fradrag_ferie)                                                                                         \
    X(efter_indkomst)                                                                                        \
    X(sanktion)                                                                                              \
    X(ydelse)                                                                                                \
    X(atp_egen)                                                                                              \
    X(atp_kommune)                                                                                           \
    X(pension)                                                                                               \
    X(skat)                                                                                                  \
    X(til_udbetaling)

typedef enum {
#define X(name) AMOUNT_##name,
    RESULT_AMOUNTS(X)
#undef X
        AMOUNT_COUNT
} AmountId;

typedef struct {
    Cpr cpr;
    Month month;
    Udfald udfald;
    Ordning ordning; /* scheme(M); meaningless without an active day */
    Gruppe gruppe;   /* of the last active day, for statistics; meaningless without one; not stored */
    int32_t kommunekode;
    int32_t aktive_dage;
    Money amount[AMOUNT_COUNT];
    FindingSet findings;
} Result;

extern const char *const amount_name[AMOUNT_COUNT];
const char *udfald_name(Udfald udfald);

/* One line of the result format, LF-terminated:
 * cpr;maaned;udfald;aktive_dage;<amounts>;fund   (decimal comma). Returns the length; text holds
 * RESULT_LINE_SIZE bytes. */
#define RESULT_LINE_SIZE 5120
int result_format(const Result *result, char *text);
/* The header line of the same format, LF-terminated. */
extern const char result_header[];

#endif
