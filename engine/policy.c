#include "engine/policy.h"

#include <stddef.h>
#include <string.h>

#define PERCENT_MAX 100

const PolicyDefinition policy_table[POLICY_COUNT] = {
    [POLICY_GRUPPE_SKIFT] = {"gruppe_skift", {"dag", "maaned_start"}},
    [POLICY_SYG_MAANED] = {"syg_maaned", {"52_12", "hverdage"}},
    [POLICY_AFRUNDING] = {"afrunding", {"oere", "krone_linje", "krone_resultat"}},
    [POLICY_LOENGRAENSE_JA_2014] = {"loengraense_ja_2014", {"lov", "13446"}},
    [POLICY_SANKTION_FJERNER_ATP] = {"sanktion_fjerner_atp", {"nej", "ja"}},
    [POLICY_SKAT] = {"skat", {"nej", "ja"}},
    [POLICY_BETALINGSDAG] = {"betalingsdag", {"sidste_bankdag", "foerste_bankdag"}},
    [POLICY_MODREGNING_PCT] = {"modregning_pct", {NULL}},
    [POLICY_BRUG_OPHOER] = {"brug_ophoer", {"ja", "nej"}},
    [POLICY_BRUG_UDLAND] = {"brug_udland", {"ja", "nej"}},
    [POLICY_BRUG_FAENGSEL] = {"brug_faengsel", {"ja", "nej"}},
    [POLICY_BRUG_MINDSTESATS] = {"brug_mindstesats", {"ja", "nej"}},
    [POLICY_BRUG_SANKTION_PERIODE] = {"brug_sanktion_periode", {"ja", "nej"}},
    [POLICY_BRUG_SANKTION_PUNKT] = {"brug_sanktion_punkt", {"ja", "nej"}},
    [POLICY_BRUG_SANKTION_TREDJEDEL] = {"brug_sanktion_tredjedel", {"ja", "nej"}},
};

Policy policy_default(void) {
    return (Policy){{0}};
}

/* A whole number 0..100 without sign or leading zeros; -1 when it is none. */
static int32_t percent_parse(const char *value) {
    size_t size = strlen(value);
    if (size == 0 || size > 3 || (value[0] == '0' && size > 1)) {
        return -1;
    }
    int32_t number = 0;
    for (size_t i = 0; i < size; i++) {
        if (value[i] < '0' || value[i] > '9') {
            return -1;
        }
        number = number * 10 + (value[i] - '0');
    }
    return number <= PERCENT_MAX ? number : -1;
}

static int32_t value_find(const PolicyDefinition *definition, const char *value) {
    if (definition->values[0] == NULL) {
        return percent_parse(value);
    }
    for (int32_t i = 0; i < POLICY_VALUES_MAX && definition->values[i] != NULL; i++) {
        if (strcmp(definition->values[i], value) == 0) {
            return i;
        }
    }
    return -1;
}

PolicyOutcome policy_set(Policy *policy, const char *key, const char *value) {
    for (int32_t k = 0; k < POLICY_COUNT; k++) {
        if (strcmp(policy_table[k].key, key) != 0) {
            continue;
        }
        int32_t found = value_find(&policy_table[k], value);
        if (found < 0) {
            return POLICY_UNKNOWN_VALUE;
        }
        policy->value[k] = found;
        return POLICY_SET;
    }
    return POLICY_UNKNOWN_KEY;
}

void policy_value_text(const Policy *policy, PolicyKey key, char *text) {
    int32_t value = policy->value[key];
    const char *name = policy_table[key].values[0] == NULL ? NULL : policy_table[key].values[value];
    if (name != NULL) {
        memcpy(text, name,
               strlen(name) + 1); /* every value is shorter than POLICY_TEXT_SIZE: a test says so */
        return;
    }
    size_t length = 0;
    if (value >= 100) {
        text[length++] = (char)('0' + value / 100);
    }
    if (value >= 10) {
        text[length++] = (char)('0' + value / 10 % 10);
    }
    text[length++] = (char)('0' + value % 10);
    text[length] = '\0';
}
