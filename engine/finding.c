#include "engine/finding.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

const FindingDefinition finding_table[FINDING_COUNT] = {
#define FINDING(code, severity, da, en, advice_da, advice_en)                                                \
    {#code, SEVERITY_##severity, da, en, advice_da, advice_en},
#include "engine/finding.def"
#undef FINDING
};

const char *severity_name(Severity severity) {
    static const char *const names[] = {"info", "warning", "held", "reject"};
    return names[severity];
}

const FindingDefinition *finding_find(const char *code) {
    for (int32_t i = 0; i < FINDING_COUNT; i++)
        if (strcmp(finding_table[i].code, code) == 0)
            return &finding_table[i];
    return NULL;
}

int finding_set_format(const FindingSet *set, char *text) {
    size_t length = 0;
    for (int32_t word = 0; word < FINDING_SET_WORDS; word++) {
        uint64_t rest = set->word[word];
        for (; rest != 0; rest &= rest - 1) {
            const FindingDefinition *finding = &finding_table[word * 64 + __builtin_ctzll(rest)];
            if (finding->severity == SEVERITY_INFO) {
                continue;
            }
            size_t size = strlen(finding->code);
            assert(length + size + 2 <= FINDING_LIST_SIZE);
            if (length > 0) {
                text[length++] = ',';
            }
            memcpy(text + length, finding->code, size);
            length += size;
        }
    }
    text[length] = '\0';
    return (int)length;
}
