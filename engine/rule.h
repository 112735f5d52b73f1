/* Rules: what each step of the calculation rests on (engine/rule.def). */
#ifndef YDELSE_ENGINE_RULE_H
#define YDELSE_ENGINE_RULE_H

#include "engine/date.h"

typedef enum {
#define RULE(id, act, paragraph, first, last, da, en) RULE_##id,
#include "engine/rule.def"
#undef RULE
    RULE_COUNT
} RuleId;

typedef struct {
    const char *id;
    const char *act;
    const char *paragraph;
    const char *first_month; /* "YYYY-MM" */
    const char *last_month;  /* or "": still in force */
    const char *sentence_da;
    const char *sentence_en;
} Rule;

extern const Rule rule_table[RULE_COUNT];

#endif
