/* Replays the corpus: every input that once found something, and those that open the way into each reader. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/process.h"

#define INPUTS_MIN 3

static int replay_folder(const FuzzEntry *entry) {
    char folder[128];
    int count = 0;
    snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", entry->name);
    DIR *directory = opendir(folder);
    cr_assert_not_null(directory, "%s is missing", folder);
    for (struct dirent *file; (file = readdir(directory)) != NULL;) {
        char path[512];
        size_t size;
        if (file->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
        fprintf(stderr, "%s\n", path); /* shown when it aborts */
        char *bytes = read_whole_file(path, &size);
        entry->run((const uint8_t *)bytes, size);
        free(bytes);
        count++;
    }
    closedir(directory);
    return count;
}

Test(fuzz, every_input_of_the_corpus_keeps_the_promises) {
    for (size_t i = 0; i < fuzz_entry_count; i++) {
        cr_expect_geq(replay_folder(&fuzz_entries[i]), INPUTS_MIN, "%s", fuzz_entries[i].name);
    }
}

/* Cut short at every length, and with each byte turned: cheap, and it reaches what a corpus of good files does not. */
Test(fuzz, nor_do_they_fall_when_damaged) {
    for (size_t i = 0; i < fuzz_entry_count; i++) {
        char path[128];
        size_t size;
        snprintf(path, sizeof path, "tests/fuzz/corpus/%s/first", fuzz_entries[i].name);
        char *bytes = read_whole_file(path, &size);
        const size_t stride = 1 + size / 150;
        for (size_t at = 0; at < size; at += stride) {
            const char kept = bytes[at];
            fuzz_entries[i].run((const uint8_t *)bytes, at);
            bytes[at] = (char)(kept ^ (1 << at % 8));
            fuzz_entries[i].run((const uint8_t *)bytes, size);
            bytes[at] = kept;
        }
        free(bytes);
    }
}
