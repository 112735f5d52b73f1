/* One input file of any kind. The first byte chooses kind (its low three bits), charset and decimal sign: '0' to
 * '7' are the kinds in UTF-8 with a comma. A line feed after it is skipped, so that inputs can be read. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "io/csv/csv_charset.h"
#include "io/intake/code_list.h"
#include "io/intake/intake.h"
#include "tests/fuzz/fuzz.h"

#define SELECT_LATIN1 0x08
#define SELECT_POINT 0x40

typedef struct {
    const InputFile *file;
    Charset charset;
    int64_t rows, rejects;
    int32_t last_line;
    bool file_rejected;
    XXH64_hash_t told; /* of everything in order */
} Heard;

static void hear(Heard *heard, const void *bytes, size_t size_bytes) {
    heard->told = XXH3_64bits_withSeed(bytes, size_bytes, heard->told);
}

static void require_value(const Column *column, const Value *value, Charset charset) {
    const Text text = value->text;
    fuzz_require(charset == CHARSET_LATIN1 || utf8_bad_byte(text.bytes, text.size_bytes) < 0,
                 "a value is UTF-8");
    if (value->number == VALUE_NONE) {
        return;
    }
    switch (column->type) {
    case COLUMN_DATE:
        fuzz_require(value->number >= DATE_MIN_DAY && value->number <= DATE_MAX_DAY,
                     "a date lies within the readable range");
        break;
    case COLUMN_AMOUNT:
    case COLUMN_NUMBER:
        fuzz_require(value->number >= -AMOUNT_MAX_OERE && value->number <= AMOUNT_MAX_OERE,
                     "an amount lies within its limit");
        break;
    case COLUMN_MONTH:
        fuzz_require(value->number >= 1800 * 12 && value->number < 10000 * 12, "a month is readable");
        break;
    case COLUMN_JN:
        fuzz_require(value->number == 0 || value->number == 1, "J and N are 1 and 0");
        break;
    case COLUMN_INTEGER:
        fuzz_require(value->number >= INT32_MIN && value->number <= INT32_MAX, "an integer has 32 bits");
        break;
    case COLUMN_CPR:
    case COLUMN_TEXT:
    case COLUMN_ID:
    case COLUMN_TIME:
    case COLUMN_CODE:
    case COLUMN_SE:
        break;
    }
}

static void take_row(void *context, const InputRow *row) {
    Heard *heard = context;
    const Kind *kind = &kind_table[row->file->kind];
    fuzz_require(row->line > heard->last_line, "rows come once each, in order of their lines");
    heard->last_line = row->line;
    heard->rows++;
    for (int32_t i = 0; i < kind->column_count; i++) {
        const Value *value = &row->values[i];
        require_value(&kind->columns[i], value, heard->charset);
        fuzz_require(value->text.size_bytes <=
                         (kind->columns[i].type == COLUMN_ID ? ID_SIZE_MAX : TEXT_SIZE_MAX),
                     "a value is no longer than its limit");
        fuzz_require(row->posttype == POSTTYPE_T || !kind->columns[i].required || value->text.size_bytes > 0,
                     "a required value is there");
        hear(heard, value->text.bytes, value->text.size_bytes);
        hear(heard, &value->number, sizeof value->number);
    }
    hear(heard, &row->content, sizeof row->content);
    hear(heard, row->raw.bytes, row->raw.size_bytes);
}

static void take_finding(void *context, const InputFinding *finding) {
    Heard *heard = context;
    char message[FINDING_LINE_SIZE];
    fuzz_require_finding(finding);
    input_finding_format(finding, true, message);
    hear(heard, message, strlen(message));
}

static void take_reject(void *context, const InputFinding *finding, Text raw, Text id, Text cpr) {
    Heard *heard = context;
    fuzz_require(finding->line > heard->last_line, "rejects come once each, in order of their lines");
    fuzz_require(finding_table[finding->code].severity == SEVERITY_REJECT, "what rejects is a reject");
    fuzz_require(raw.size_bytes <= ROW_SIZE_MAX, "the raw row is bounded");
    heard->last_line = finding->line;
    heard->rejects++;
    take_finding(context, finding);
    hear(heard, raw.bytes, raw.size_bytes);
    hear(heard, id.bytes, id.size_bytes);
    hear(heard, cpr.bytes, cpr.size_bytes);
}

static void take_file_rejected(void *context, const InputFile *file) {
    Heard *heard = context;
    fuzz_require(file == heard->file && !heard->file_rejected, "a file is rejected once");
    heard->file_rejected = true;
}

static void read_file(const InputFile *file, const Dialect *dialect, Heard *heard, IntakeOutcome *outcome) {
    Error error;
    *heard = (Heard){.file = file, .charset = dialect->charset};
    const IntakeSink sink = {take_row, take_reject, take_finding, take_file_rejected, heard};
    fuzz_require(intake_read(file, dialect, &sink, outcome, &error) == STATUS_OK, "any file can be read");
    fuzz_require(outcome->file_rejected == heard->file_rejected, "a rejected file is told as such");
    fuzz_require(outcome->rows_read == outcome->rows_well_formed + outcome->rows_rejected,
                 "every row is well formed or rejected");
    if (!heard->file_rejected) {
        fuzz_require(heard->rows == outcome->rows_well_formed && heard->rejects == outcome->rows_rejected,
                     "every row that is counted was told");
    }
}

static void reject_all(const InputFile *file, const Dialect *dialect, const IntakeOutcome *outcome) {
    Error error;
    Heard heard = {.file = file, .charset = dialect->charset};
    IntakeOutcome again;
    const IntakeSink sink = {take_row, take_reject, take_finding, take_file_rejected, &heard};
    const InputFinding finding = {
        .code = FINDING_FIL_SLUTPOST, .file = file, .column = "", .found = "", .expected = ""};
    fuzz_require(intake_reject_all(file, dialect, &finding, &sink, &again, &error) == STATUS_OK,
                 "a rejected file can be read again");
    fuzz_require(heard.rows == 0 && heard.rejects == outcome->rows_read,
                 "each row of a rejected file is rejected");
}

static bool is_plain_ascii(const uint8_t *bytes, size_t size_bytes) {
    for (size_t i = 0; i < size_bytes; i++) {
        if (bytes[i] >= 0x80 || bytes[i] == 0) {
            return false;
        }
    }
    return true;
}

void fuzz_intake(const uint8_t *bytes, size_t size_bytes) {
    Error error;
    fuzz_require(code_lists_load(&error) == STATUS_OK, "the code lists can be read");
    if (size_bytes == 0) {
        return;
    }
    const uint8_t select = bytes[0];
    const size_t skip = size_bytes > 1 && bytes[1] == '\n' ? 2 : 1;
    Dialect dialect = {(select & SELECT_LATIN1) != 0 ? CHARSET_LATIN1 : CHARSET_UTF8,
                       (select & SELECT_POINT) != 0 ? '.' : ','};
    char path[64];
    strcpy(path, fuzz_file(0, bytes + skip, size_bytes - skip));
    const InputFile file = {.path = path, .name = "x.csv", .kind = (KindId)(select % KIND_COUNT)};
    Heard heard, again;
    IntakeOutcome outcome;
    read_file(&file, &dialect, &heard, &outcome);
    fuzz_require(outcome.size_bytes == (int64_t)(size_bytes - skip), "every byte is read");
    if (outcome.file_rejected) {
        reject_all(&file, &dialect, &outcome);
    }
    if (is_plain_ascii(bytes + skip, size_bytes - skip)) { /* what both charsets have is read alike in both */
        dialect.charset = dialect.charset == CHARSET_UTF8 ? CHARSET_LATIN1 : CHARSET_UTF8;
        read_file(&file, &dialect, &again, &outcome);
        fuzz_require(heard.told == again.told, "ASCII is the same in both charsets");
    }
}
