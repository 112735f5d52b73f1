/* Policies (law section 9): where the act is silent, the default is normative and the others are settings.
 *
 * POLICY_TABLE is the single list of keys and values: first value = default. Switches named brug_* turn an
 * automatic reduction off as a whole (law section 8); a reduction switched off is warned about, not applied.
 */
#ifndef YDELSE_ENGINE_POLICY_H
#define YDELSE_ENGINE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { GRUPPE_SKIFT_DAG, GRUPPE_SKIFT_MAANED_START } GruppeSkift;
typedef enum { SYG_MAANED_52_12, SYG_MAANED_HVERDAGE } SygMaaned;
typedef enum { AFRUNDING_OERE, AFRUNDING_KRONE_LINJE, AFRUNDING_KRONE_RESULTAT } Afrunding;
typedef enum { LOENGRAENSE_JA_2014_LOV, LOENGRAENSE_JA_2014_13446 } LoengraenseJa2014;
/* Options that are off by default, and switches that are on by default. */
typedef enum { VALG_NEJ, VALG_JA } Valg;
typedef enum { BRUG_JA, BRUG_NEJ } Brug;
typedef enum { BETALINGSDAG_SIDSTE_BANKDAG, BETALINGSDAG_FOERSTE_BANKDAG } Betalingsdag;

typedef enum {
    POLICY_GRUPPE_SKIFT,
    POLICY_SYG_MAANED,
    POLICY_AFRUNDING,
    POLICY_LOENGRAENSE_JA_2014,
    POLICY_SANKTION_FJERNER_ATP,
    POLICY_SKAT,
    POLICY_BETALINGSDAG,
    POLICY_MODREGNING_PCT,
    POLICY_BRUG_OPHOER,
    POLICY_BRUG_UDLAND,
    POLICY_BRUG_FAENGSEL,
    POLICY_BRUG_MINDSTESATS,
    POLICY_BRUG_SANKTION_PERIODE,
    POLICY_BRUG_SANKTION_PUNKT,
    POLICY_BRUG_SANKTION_TREDJEDEL,
    POLICY_COUNT,
} PolicyKey;

/* value[k] is the index of the chosen value of key k, for modregning_pct the number itself. */
typedef struct {
    int32_t value[POLICY_COUNT];
} Policy;

#define POLICY_VALUES_MAX 3

typedef struct {
    const char *key;
    const char *values[POLICY_VALUES_MAX]; /* NULL-padded; none: a number from 0 to 100 */
} PolicyDefinition;

extern const PolicyDefinition policy_table[POLICY_COUNT];

Policy policy_default(void);

typedef enum { POLICY_SET, POLICY_UNKNOWN_KEY, POLICY_UNKNOWN_VALUE } PolicyOutcome;

/* Sets one policy from its texts. */
PolicyOutcome policy_set(Policy *policy, const char *key, const char *value);

/* Writes the chosen value of a key as text; text holds POLICY_TEXT_SIZE bytes. */
#define POLICY_TEXT_SIZE 24
void policy_value_text(const Policy *policy, PolicyKey key, char *text);

#endif
