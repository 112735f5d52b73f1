/* Answers of a bank (pain.002) or of the NemKonto (CSV), from bytes in memory. */
#include <stdlib.h>
#include <string.h>

#include "io/pay/answer.h"
#include "tests/fuzz/fuzz.h"

static void require_id(const char *id, size_t size_max) {
    const size_t size = strnlen(id, size_max);
    fuzz_require(size < size_max, "an id is a string within its limit");
    for (size_t i = 0; i < size; i++) {
        fuzz_require((unsigned char)id[i] >= ' ', "an id has no control character");
    }
}

static void require_answers(const AnswerFile *file, size_t size_bytes) {
    fuzz_require(file->count > 0 && (size_t)file->count <= size_bytes, "a file that is taken has answers");
    fuzz_require(file->original_count >= -1 && file->original_oere >= -1,
                 "what the answer counts is not negative");
    require_id(file->message_id, sizeof file->message_id);
    require_id(file->original_message_id, sizeof file->original_message_id);
    for (int32_t i = 0; i < file->count; i++) {
        const Answer *answer = &file->answers[i];
        require_id(answer->id, sizeof answer->id);
        fuzz_require(answer->level < ANSWER_LEVEL_COUNT && answer->line > 0, "an answer has level and line");
        fuzz_require(answer->code != NULL && answer->code->list != ANSWER_LIST_REASON,
                     "an answer has a code of the closed list");
        fuzz_require(answer->reason == NULL || answer->reason->list == ANSWER_LIST_REASON,
                     "a reason is one of the closed list");
        fuzz_require(file->format == ANSWER_FORMAT_PAIN002 || answer->level == ANSWER_TRANSACTION,
                     "the NemKonto answers payments");
    }
}

static bool same_answers(const AnswerFile *one, const AnswerFile *other) {
    if (one->count != other->count) {
        return false;
    }
    for (int32_t i = 0; i < one->count; i++) {
        const Answer *a = &one->answers[i], *b = &other->answers[i];
        if (strcmp(a->id, b->id) != 0 || a->code != b->code || a->reason != b->reason ||
            a->level != b->level) {
            return false;
        }
    }
    return true;
}

void fuzz_answer(const uint8_t *bytes, size_t size_bytes) {
    static AnswerCodes codes;
    Error error, error_again;
    AnswerFile file, again;
    if (codes.count == 0) {
        fuzz_require(answer_codes_load(&codes, &error) == STATUS_OK, "the codes can be read");
    }
    /* A copy as large as the bytes: a reader that goes past the end is seen. */
    char *copy = malloc(size_bytes == 0 ? 1 : size_bytes);
    fuzz_require(copy != NULL, "there is memory");
    memcpy(copy, bytes, size_bytes);
    const Status status = answer_file_read(&codes, "svar.xml", copy, size_bytes, &file, &error);
    const Status status_again = answer_file_read(&codes, "svar.xml", copy, size_bytes, &again, &error_again);
    fuzz_require(status == status_again && same_answers(&file, &again), "the same bytes are read alike");
    fuzz_require(status == STATUS_OK || status == STATUS_DATA, "a file is taken or refused");
    if (status == STATUS_OK) {
        require_answers(&file, size_bytes);
    } else {
        fuzz_require_error(&error);
        fuzz_require(strcmp(error.message, error_again.message) == 0, "it is refused for the same reason");
    }
    answer_file_free(&file);
    answer_file_free(&again);
    free(copy);
}
