#include "io/pay/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/mask.h"
#include "io/csv/csv_table.h"

#define FIRST_CAPACITY 64

const char *const answer_level_name[ANSWER_LEVEL_COUNT] = {"message", "payment", "transaction"};
const char *const answer_format_name[2] = {"pain.002.001", "nemkonto.csv"};

/* --- The code table ------------------------------------------------------------------------------------------------ */

enum { LISTE, KODE, VIRKNING, NAVN_DA, NAVN_EN, GOER_DA, GOER_EN, COLUMN_COUNT };

static const char *const header[COLUMN_COUNT] = {"liste",   "kode",    "virkning", "navn_da",
                                                 "navn_en", "goer_da", "goer_en"};
static const char *const lists[ANSWER_LIST_COUNT] = {"pain002", "grund", "nemkonto"};
static const char *const outcomes[] = {
    [ANSWER_ACCEPTED] = "accepteret", [ANSWER_WAITING] = "venter", [ANSWER_REJECTED] = "afvist",
    [ANSWER_PARTLY] = "delvis",       [ANSWER_NONE] = "",
};
static const char without_reason[] = "annulleret"; /* rejected, and need not say why */
#define OUTCOME_COUNT ((int32_t)(sizeof outcomes / sizeof outcomes[0]))

/* The index of the text in the words, or -1. */
static int32_t find_word(Text text, const char *const *words, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if (text_is(text, words[i]))
            return i;
    return -1;
}

static Status take_code(void *context, const CsvTableRow *row, Error *error) {
    AnswerCodes *codes = context;
    const Text *fields = row->fields;
    if (codes->count == ANSWER_CODES_MAX)
        return csv_table_refuse(row, "there are too many rows", error);
    AnswerCode *code = &codes->codes[codes->count];
    const int32_t list = find_word(fields[LISTE], lists, ANSWER_LIST_COUNT);
    const bool cancelled = text_is(fields[VIRKNING], without_reason);
    const int32_t outcome =
        cancelled ? ANSWER_REJECTED : find_word(fields[VIRKNING], outcomes, OUTCOME_COUNT);
    if (list < 0 || outcome < 0 || (list == ANSWER_LIST_REASON) != (outcome == ANSWER_NONE))
        return csv_table_refuse(row, "liste, virkning: not a row of the table", error);
    code->list = (AnswerList)list;
    code->outcome = (AnswerOutcome)outcome;
    code->reason_needed = code->outcome == ANSWER_REJECTED && code->list == ANSWER_LIST_PAIN002 && !cancelled;
    if (fields[KODE].size_bytes == 0 || fields[NAVN_DA].size_bytes == 0 || fields[NAVN_EN].size_bytes == 0 ||
        !text_copy(fields[KODE], code->code, sizeof code->code) ||
        !text_copy(fields[NAVN_DA], code->name_da, sizeof code->name_da) ||
        !text_copy(fields[NAVN_EN], code->name_en, sizeof code->name_en) ||
        !text_copy(fields[GOER_DA], code->advice_da, sizeof code->advice_da) ||
        !text_copy(fields[GOER_EN], code->advice_en, sizeof code->advice_en) ||
        answer_code_find(codes, code->list, code->code) != NULL)
        return csv_table_refuse(row, "kode, navn, goer: empty, too long, or the code has a row already",
                                error);
    codes->count++;
    return STATUS_OK;
}

Status answer_codes_load(AnswerCodes *codes, Error *error) {
    const CsvTable table = {.built_in = "config/koder/svar.csv",
                            .columns = header,
                            .column_count = COLUMN_COUNT,
                            .fault = STATUS_CONFIG,
                            .take = take_code,
                            .context = codes};
    codes->count = 0;
    return csv_table_read(NULL, &table, error);
}

const AnswerCode *answer_code_find(const AnswerCodes *codes, AnswerList list, const char *code) {
    for (int32_t i = 0; i < codes->count; i++)
        if (codes->codes[i].list == list && strcmp(codes->codes[i].code, code) == 0)
            return &codes->codes[i];
    return NULL;
}

const AnswerCode *answer_code_stored(const AnswerCodes *codes, const char *code, const char *reason) {
    const AnswerCode *found = reason[0] == '\0' ? NULL : answer_code_find(codes, ANSWER_LIST_REASON, reason);
    if (found == NULL)
        found = answer_code_find(codes, ANSWER_LIST_PAIN002, code);
    return found != NULL ? found : answer_code_find(codes, ANSWER_LIST_NEMKONTO, code);
}

void answer_codes_expected(const AnswerCodes *codes, AnswerList list, bool whole, char *text,
                           size_t text_size) {
    size_t used = 0;
    text[0] = '\0';
    for (int32_t i = 0; i < codes->count && used < text_size; i++)
        if (codes->codes[i].list == list && (whole || codes->codes[i].outcome != ANSWER_PARTLY))
            used += (size_t)snprintf(text + used, text_size - used, "%s%s", used == 0 ? "" : ", ",
                                     codes->codes[i].code);
}

/* --- The answers --------------------------------------------------------------------------------------------------- */

Status answer_refuse(const char *name, int32_t line, const char *found, const char *expected, Error *error) {
    char shown[MASKED_SIZE];
    char shown_name[MASKED_SIZE];
    mask_text((Text){found, (uint32_t)strlen(found)}, shown);
    mask_text((Text){name, (uint32_t)strlen(name)}, shown_name);
    error_set(error, STATUS_DATA, "%s:%d: found %s, expected %.300s", shown_name, line,
              found[0] == '\0' ? "nothing" : shown, expected);
    error_hint(error, "nothing was changed");
    return STATUS_DATA;
}

bool answer_id_take(Text text, char id[ANSWER_ID_SIZE]) {
    if (text.size_bytes == 0 || text.size_bytes >= ANSWER_ID_SIZE)
        return false;
    for (uint32_t i = 0; i < text.size_bytes; i++)
        if ((unsigned char)text.bytes[i] < ' ' || text.bytes[i] == 0x7F)
            return false;
    memcpy(id, text.bytes, text.size_bytes);
    id[text.size_bytes] = '\0';
    return true;
}

Status answer_add(AnswerFile *file, const char *name, const Answer *answer, Error *error) {
    if (file->count == ANSWERS_MAX)
        return answer_refuse(name, answer->line, "one answer too many", "at most 5000000 answers", error);
    if (file->count == file->capacity) {
        const int32_t capacity = file->capacity == 0 ? FIRST_CAPACITY : 2 * file->capacity;
        Answer *grown = realloc(file->answers, (size_t)capacity * sizeof *grown);
        if (grown == NULL)
            return error_no_memory(error);
        file->answers = grown;
        file->capacity = capacity;
    }
    file->answers[file->count++] = *answer;
    return STATUS_OK;
}

/* A byte order mark and blanks may come before the first '<'. */
static bool is_xml(const char *bytes, size_t size_bytes) {
    size_t at = size_bytes >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < size_bytes && strchr(" \t\r\n", bytes[at]) != NULL && bytes[at] != '\0')
        at++;
    return at < size_bytes && bytes[at] == '<';
}

Status answer_file_read(const AnswerCodes *codes, const char *name, const char *bytes, size_t size_bytes,
                        AnswerFile *file, Error *error) {
    *file = (AnswerFile){.original_count = -1, .original_oere = -1};
    if (size_bytes > ANSWER_FILE_SIZE_MAX)
        return answer_refuse(name, 1, "a larger file", "at most 384 MB", error);
    /* UTF-16 and binary files have them; neither reader takes them. */
    if (size_bytes == 0 || memchr(bytes, '\0', size_bytes) != NULL)
        return answer_refuse(name, 1, size_bytes == 0 ? "" : "a NUL byte",
                             "a pain.002 file or a CSV of answers", error);
    file->format = is_xml(bytes, size_bytes) ? ANSWER_FORMAT_PAIN002 : ANSWER_FORMAT_CSV;
    const Status status = file->format == ANSWER_FORMAT_PAIN002
                              ? pain002_read(codes, name, bytes, size_bytes, file, error)
                              : answer_csv_read(codes, name, bytes, size_bytes, file, error);
    if (status == STATUS_OK && file->count == 0)
        return answer_refuse(name, 1, "no answer", "at least one", error);
    return status;
}

void answer_file_free(AnswerFile *file) {
    free(file->answers);
    *file = (AnswerFile){.original_count = -1, .original_oere = -1};
}
