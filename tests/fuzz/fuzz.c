#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/base/mask.h"
#include "io/csv/csv_charset.h"

const FuzzEntry fuzz_entries[] = {
    {"intake", fuzz_intake},   {"delivery", fuzz_delivery}, {"values", fuzz_values},
    {"trailer", fuzz_trailer}, {"answer", fuzz_answer},     {"settings", fuzz_settings},
    {"rates", fuzz_rates},     {"tables", fuzz_tables},     {"person", fuzz_person},
};
const size_t fuzz_entry_count = sizeof fuzz_entries / sizeof *fuzz_entries;

const FuzzEntry *fuzz_entry_find(const char *name) {
    for (size_t i = 0; i < fuzz_entry_count; i++) {
        if (strcmp(fuzz_entries[i].name, name) == 0) {
            return &fuzz_entries[i];
        }
    }
    return NULL;
}

void fuzz_require(bool holds, const char *sentence) {
    if (!holds) {
        fprintf(stderr, "fuzz: it does not hold that %s\n", sentence);
        abort();
    }
}

/* Unlinked at once, reached by its descriptor. */
static int file_open(int number) {
    char path[64];
    snprintf(path, sizeof path, "/dev/shm/ydelse-fuzz-%ld-%d", (long)getpid(), number);
    const int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    fuzz_require(descriptor >= 0, "a file can be made in /dev/shm");
    unlink(path);
    return descriptor;
}

const char *fuzz_file(int number, const void *bytes, size_t size_bytes) {
    static struct {
        int descriptor;
        char path[32];
    } files[FUZZ_FILES_MAX];
    fuzz_require(number >= 0 && number < FUZZ_FILES_MAX, "the number of the file is known");
    if (files[number].path[0] == '\0') {
        files[number].descriptor = file_open(number);
        snprintf(files[number].path, sizeof files[number].path, "/proc/self/fd/%d", files[number].descriptor);
    }
    const int descriptor = files[number].descriptor;
    fuzz_require(ftruncate(descriptor, 0) == 0 &&
                     pwrite(descriptor, bytes, size_bytes, 0) == (ssize_t)size_bytes,
                 "the file can be written");
    return files[number].path;
}

static void require_line(const char *message) {
    const size_t size = strlen(message);
    fuzz_require(utf8_bad_byte(message, size) < 0, "a message is UTF-8");
    for (size_t i = 0; i < size; i++) {
        fuzz_require((unsigned char)message[i] >= ' ' && message[i] != 0x7F,
                     "a message has no control character");
    }
}

void fuzz_require_message(const char *message) {
    require_line(message);
    fuzz_require(!mask_is_needed(message), "a message has no CPR number");
}

void fuzz_require_finding(const InputFinding *finding) {
    char message[FINDING_LINE_SIZE];
    for (int danish = 0; danish < 2; danish++) {
        input_finding_format(finding, danish == 1, message);
        require_line(message);
    }
    fuzz_require_message(finding->found);
}

void fuzz_require_error(const Error *error) {
    Error shown;
    error_shown(error, &shown);
    fuzz_require(shown.message[0] != '\0', "an error says what is wrong");
    fuzz_require_message(shown.message);
    fuzz_require_message(shown.detail);
    fuzz_require_message(shown.hint);
}

uint8_t fuzz_byte(FuzzBytes *bytes) {
    return bytes->at < bytes->size_bytes ? bytes->bytes[bytes->at++] : 0;
}

uint64_t fuzz_number(FuzzBytes *bytes, int size_bytes) {
    uint64_t number = 0;
    for (int i = 0; i < size_bytes; i++) {
        number = number << 8 | fuzz_byte(bytes);
    }
    return number;
}

int32_t fuzz_below(FuzzBytes *bytes, int32_t limit) {
    return (int32_t)(fuzz_number(bytes, limit <= 256 ? 1 : 4) % (uint64_t)limit);
}

bool fuzz_flag(FuzzBytes *bytes) {
    return fuzz_byte(bytes) & 1;
}

void fuzz_line(FuzzBytes *bytes, const char **text, size_t *size_bytes) {
    const size_t first = bytes->at;
    while (bytes->at < bytes->size_bytes && bytes->bytes[bytes->at] != '\0' &&
           bytes->bytes[bytes->at] != '\n') {
        bytes->at++;
    }
    *text = (const char *)bytes->bytes + first;
    *size_bytes = bytes->at - first;
    bytes->at += bytes->at < bytes->size_bytes ? 1 : 0;
}
