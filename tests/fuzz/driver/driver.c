/* What libFuzzer and AFL++ call: $YDELSE_FUZZ_ENTRY names the entry point. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes) {
    static const FuzzEntry *entry;
    if (entry == NULL) {
        const char *name = getenv("YDELSE_FUZZ_ENTRY");
        entry = name == NULL ? NULL : fuzz_entry_find(name);
    }
    if (entry == NULL) {
        fprintf(stderr, "YDELSE_FUZZ_ENTRY is one of:");
        for (size_t i = 0; i < fuzz_entry_count; i++) {
            fprintf(stderr, " %s", fuzz_entries[i].name);
        }
        fprintf(stderr, "\n");
        exit(64);
    }
    entry->run(bytes, size_bytes);
    return 0;
}
