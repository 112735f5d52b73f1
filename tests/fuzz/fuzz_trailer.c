/* A file of courses whose last line is a trailer. Each line before an empty one is an amount; what follows it is the
 * trailer as it stands. The right trailer is accepted, every other one that can be read as such rejects the file. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/intake/code_list.h"
#include "io/intake/intake.h"
#include "tests/fuzz/fuzz.h"

#define ROWS_MAX 64
#define TEXT_MAX 65536

static void ignore_row(void *context, const InputRow *row) {
    (void)context, (void)row;
}

static void ignore_reject(void *context, const InputFinding *finding, Text raw, Text id, Text cpr) {
    (void)context, (void)finding, (void)raw, (void)id, (void)cpr;
}

static void ignore_finding(void *context, const InputFinding *finding) {
    (void)context, (void)finding;
}

static void ignore_file(void *context, const InputFile *file) {
    (void)context, (void)file;
}

static bool file_rejected(const char *text, size_t size) {
    Error error;
    char path[64];
    strcpy(path, fuzz_file(0, text, size));
    const InputFile file = {.path = path, .name = "x.csv", .kind = KIND_FORLOEB};
    const Dialect dialect = {CHARSET_UTF8, ','};
    const IntakeSink sink = {ignore_row, ignore_reject, ignore_finding, ignore_file, NULL};
    IntakeOutcome outcome;
    fuzz_require(intake_read(&file, &dialect, &sink, &outcome, &error) == STATUS_OK, "any file can be read");
    return outcome.file_rejected;
}

typedef struct {
    char text[TEXT_MAX];
    size_t size;
    int64_t rows;
    Wide sum_oere;
} Made;

/* Only plain amounts, so that the sum is certain. */
static bool row_add(Made *made, const char *amount, size_t amount_size) {
    Money value = MONEY_ZERO;
    if (amount_size > 32 || made->rows == ROWS_MAX ||
        (amount_size > 0 && !money_parse(amount, (uint32_t)amount_size, ',', &value))) {
        return false;
    }
    made->size += (size_t)snprintf(made->text + made->size, TEXT_MAX - made->size,
                                   "F-%" PRId64 ";7001801001;RF;2024-01-01;INGEN;%.*s\n", made->rows,
                                   (int)amount_size, amount);
    made->rows++;
    made->sum_oere += value.oere;
    return true;
}

static bool rejected_with(const Made *made, const char *trailer, size_t trailer_size) {
    static char text[2 * TEXT_MAX];
    memcpy(text, made->text, made->size);
    memcpy(text + made->size, trailer, trailer_size);
    return file_rejected(text, made->size + trailer_size);
}

/* At most 64 amounts: the sum fits. */
static void right_trailer(const Made *made, int64_t rows_more, int64_t oere_more, char text[96]) {
    char sum[MONEY_TEXT_SIZE];
    money_format((Money){(int64_t)made->sum_oere + oere_more}, ',', sum);
    snprintf(text, 96, "#SLUT;%" PRId64 ";%s\n", made->rows + rows_more, sum);
}

void fuzz_trailer(const uint8_t *bytes, size_t size_bytes) {
    static Made made;
    Error error;
    FuzzBytes input = {.bytes = bytes, .size_bytes = size_bytes};
    const char *line;
    size_t size;
    char right[96], wrong[96];
    fuzz_require(code_lists_load(&error) == STATUS_OK, "the code lists can be read");
    made.rows = 0;
    made.sum_oere = 0;
    made.size = (size_t)snprintf(made.text, TEXT_MAX,
                                 "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;ugebeloeb\n");
    for (fuzz_line(&input, &line, &size); size > 0 && row_add(&made, line, size);) {
        fuzz_line(&input, &line, &size);
    }
    right_trailer(&made, 0, 0, right);
    fuzz_require(!rejected_with(&made, right, strlen(right)), "the right trailer is accepted");
    fuzz_require(!rejected_with(&made, right, strlen(right) - 1), "it needs no line end");
    for (int more = -1; more <= 1; more += 2) {
        right_trailer(&made, more, 0, wrong);
        fuzz_require(rejected_with(&made, wrong, strlen(wrong)), "a wrong number of rows is rejected");
        right_trailer(&made, 0, more, wrong);
        fuzz_require(rejected_with(&made, wrong, strlen(wrong)), "a wrong sum is rejected");
    }
    const size_t rest = input.size_bytes - input.at;
    if (rest >= 6 && rest < TEXT_MAX && memcmp(bytes + input.at, "#SLUT;", 6) == 0) {
        rejected_with(&made, (const char *)bytes + input.at, rest);
    }
}
