#include "engine/rule.h"

const Rule rule_table[RULE_COUNT] = {
#define RULE(id, act, paragraph, first, last, da, en) {#id, act, paragraph, first, last, da, en},
#include "engine/rule.def"
#undef RULE
};
