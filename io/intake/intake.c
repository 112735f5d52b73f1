#include "io/intake/intake.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "io/base/mask.h"
#include "io/csv/csv_charset.h"
#include "io/csv/csv_reader.h"
#include "io/csv/csv_scan.h"
#include "io/intake/code_list.h"
#include "io/intake/decode.h"
#include "io/intake/intake_header.h"

_Static_assert(ROW_SIZE_MAX == CSV_ROW_SIZE_MAX, "one limit");
_Static_assert(TEXT_SIZE_MAX <= UINT8_MAX, "the content hash holds a length in one byte");

typedef struct {
    const InputFile *file;
    const Kind *kind;
    const IntakeSink *sink;
    const InputFinding *reject_all; /* every row is rejected with this; NULL: ordinary reading */
    bool latin1;
    CsvReader *reader;
    RowLayout layout;
    bool has_layout;
    bool has_names;        /* the header named columns, though it may lack some or have some too many */
    int32_t control_field; /* index, or -1: not in this file */
    Value values[COLUMNS_MAX];
    FileTotals totals;
    Trailer trailer;
    bool after_trailer;
    int32_t first_line_after_trailer;
    IntakeOutcome *outcome;
    CsvScan scan;
} Intake;

/* --- Findings -------------------------------------------------------------------------------------------------- */

/* A FileFinding: the file is unusable. */
static void reject_file(void *context, FindingCode code, int32_t line, const char *column,
                        int32_t field_number, const char *found, const char *expected) {
    Intake *intake = context;
    intake->outcome->file_rejected = true;
    if (intake->reject_all != NULL)
        return;
    const InputFinding finding = {
        .code = code,
        .file = intake->file,
        .line = line,
        .column = column,
        .field_number = field_number,
        .found = found,
        .expected = expected,
        .rejects_file = true,
    };
    intake->sink->finding(intake->sink->context, &finding);
}

static bool is_cpr_column(const Intake *intake, int32_t column) {
    return intake->kind->columns[column].type == COLUMN_CPR;
}

/* A finding about one cell; shown holds its masked text. */
static InputFinding cell_finding(const Intake *intake, int32_t line, const DecodeIssue *issue, Text text,
                                 char shown[MASKED_SIZE]) {
    if (is_cpr_column(intake, issue->column))
        mask_cpr(text, shown);
    else
        mask_text(text, shown);
    return (InputFinding){
        .code = issue->code,
        .file = intake->file,
        .line = line,
        .column = intake->kind->columns[issue->column].name,
        .field_number = intake->layout.field_of_column[issue->column] + 1,
        .found = shown,
        .expected = issue->expected,
    };
}

/* The text of a column in a row that may be broken; what cannot be read is empty. */
static Text row_text(Intake *intake, const CsvRow *row, int32_t column) {
    if (!intake->has_names)
        return (Text){"", 0};
    const int32_t field = intake->layout.field_of_column[column];
    if (field < 0 || (row->event == CSV_EVENT_ROW && field >= row->field_count))
        return (Text){"", 0};
    return row->event == CSV_EVENT_ROW ? row->fields[field] : csv_scan_field(&intake->scan, row->raw, field);
}

static bool is_ten_digits(Text text) {
    for (uint32_t i = 0; i < text.size_bytes; i++)
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
    return text.size_bytes == CPR_DIGITS;
}

static void reject_row(Intake *intake, const CsvRow *row, const InputFinding *finding) {
    char id_bytes[ID_SIZE_MAX];
    intake->outcome->rows_rejected++;
    /* The scanner holds one field at a time, so the id is kept aside while the CPR number is looked up. */
    Text id = row_text(intake, row, intake->kind->id_column);
    if (id.size_bytes > ID_SIZE_MAX || utf8_bad_byte(id.bytes, id.size_bytes) >= 0)
        id.size_bytes = 0;
    memcpy(id_bytes, id.bytes, id.size_bytes);
    id.bytes = id_bytes;
    Text cpr = row_text(intake, row, intake->kind->cpr_column);
    if (!is_ten_digits(cpr))
        cpr = (Text){"", 0};
    intake->sink->reject(intake->sink->context, finding, row->raw, id, cpr);
}

/* A reject that is about the row rather than one cell of it. */
static void reject_whole_row(Intake *intake, const CsvRow *row, FindingCode code, const char *found,
                             const char *expected) {
    const InputFinding finding = {
        .code = code,
        .file = intake->file,
        .line = row->line,
        .column = "",
        .found = found,
        .expected = expected,
    };
    reject_row(intake, row, &finding);
}

/* --- Sums ------------------------------------------------------------------------------------------------------ */

/* Adds an amount that can be read to a sum. */
static void add_amount(Intake *intake, Text text, Wide *sum_oere) {
    Money amount;
    if (!money_parse(text.bytes, text.size_bytes, intake->layout.decimal_sign, &amount))
        return;
    *sum_oere += amount.oere;
    intake->totals.has_amounts = true;
}

static void add_to_totals(Intake *intake, const CsvRow *row) {
    FileTotals *totals = &intake->totals;
    totals->rows++;
    intake->outcome->rows_read++;
    if (intake->control_field < 0)
        return;
    if (row->event != CSV_EVENT_ROW)
        add_amount(intake, row->captured, &totals->sum_of_wrong_quotes_oere);
    else if (intake->control_field < row->field_count)
        add_amount(intake, row->fields[intake->control_field],
                   row->field_count == intake->layout.field_count ? &totals->sum_oere
                                                                  : &totals->sum_of_wrong_count_oere);
}

/* --- Rows ------------------------------------------------------------------------------------------------------ */

/* Each text with its length before it, so that no two rows of different cells look alike. */
static ContentHash hash_content(const Kind *kind, const Value *values) {
    char bytes[COLUMNS_MAX * (1 + TEXT_SIZE_MAX) + CSV_FIELD_SLACK];
    size_t used = 0;
    for (int32_t i = COLUMN_INDEX_INDBERETTET + 1; i < kind->column_count; i++) {
        const uint32_t size = values[i].text.size_bytes;
        assert(size <= TEXT_SIZE_MAX);
        bytes[used++] = (char)size;
        if (size > CSV_FIELD_SLACK)
            memcpy(bytes + used, values[i].text.bytes, size);
        else if (size > 0)
            memcpy(bytes + used, values[i].text.bytes, CSV_FIELD_SLACK);
        used += size;
    }
    const XXH128_hash_t hash = XXH3_128bits(bytes, used);
    return (ContentHash){hash.low64, hash.high64};
}

typedef struct {
    Intake *intake;
    int32_t line;
} WarningContext;

static void pass_warning(void *context, const DecodeIssue *issue) {
    const WarningContext *warning = context;
    const Intake *intake = warning->intake;
    char shown[MASKED_SIZE];
    const InputFinding finding =
        cell_finding(intake, warning->line, issue, intake->values[issue->column].text, shown);
    intake->sink->finding(intake->sink->context, &finding);
}

/* The row is rejected once, by its first issue; the others follow as findings. */
static void reject_cells(Intake *intake, const CsvRow *row, const DecodeIssues *issues) {
    char shown[MASKED_SIZE];
    for (int32_t i = 0; i < issues->count; i++) {
        const DecodeIssue *issue = &issues->items[i];
        const InputFinding finding =
            cell_finding(intake, row->line, issue, row_text(intake, row, issue->column), shown);
        if (i == 0)
            reject_row(intake, row, &finding);
        else
            intake->sink->finding(intake->sink->context, &finding);
    }
}

static void pass_row(Intake *intake, const CsvRow *row, Posttype posttype) {
    WarningContext warning = {intake, row->line};
    if (posttype != POSTTYPE_T)
        decode_warnings(&intake->layout, intake->values, pass_warning, &warning);
    const InputRow input_row = {
        .file = intake->file,
        .line = row->line,
        .posttype = posttype,
        .values = intake->values,
        .content = hash_content(intake->kind, intake->values),
        .raw = row->raw,
        .field_of_column = intake->layout.field_of_column,
    };
    intake->outcome->rows_well_formed++;
    intake->sink->row(intake->sink->context, &input_row);
}

static void take_good_row(Intake *intake, const CsvRow *row) {
    char found[64];
    char expected[64];
    DecodeIssues issues;
    Posttype posttype;
    if (row->bad_byte >= 0) {
        snprintf(found, sizeof found, "0x%02X (byte %d)", (unsigned char)row->raw.bytes[row->bad_byte],
                 row->bad_byte + 1);
        reject_whole_row(intake, row, FINDING_TEGNSAET, found, intake->latin1 ? "ISO 8859-1" : "UTF-8");
        return;
    }
    if (row->field_count != intake->layout.field_count) {
        snprintf(found, sizeof found, "%d", row->field_count);
        snprintf(expected, sizeof expected, "%d", intake->layout.field_count);
        reject_whole_row(intake, row, FINDING_FELTANTAL, found, expected);
        return;
    }
    if (!decode_row(&intake->layout, row->fields, intake->values, &posttype, &issues)) {
        reject_cells(intake, row, &issues);
        return;
    }
    pass_row(intake, row, posttype);
}

static void take_broken_row(Intake *intake, const CsvRow *row) {
    char found[64];
    char expected[64];
    if (row->event == CSV_EVENT_TOO_LONG) {
        snprintf(found, sizeof found, "> %d bytes", ROW_SIZE_MAX);
        snprintf(expected, sizeof expected, "<= %d bytes", ROW_SIZE_MAX);
        reject_whole_row(intake, row, FINDING_RAEKKE_FOR_LANG, found, expected);
        return;
    }
    snprintf(found, sizeof found, "\" (byte %d)", row->position);
    reject_whole_row(intake, row, FINDING_ANFOERSELSTEGN, found,
                     "a quote only around a whole field, doubled inside it");
}

static void report_open_quote(Intake *intake, const CsvRow *row) {
    reject_file(intake, FINDING_FIL_UAFSLUTTET_CITAT, row->line, "", 0, "\"",
                "a quote that ends in the file");
}

static void take_data_row(Intake *intake, const CsvRow *row) {
    add_to_totals(intake, row);
    if (intake->reject_all != NULL) {
        reject_whole_row(intake, row, intake->reject_all->code, intake->reject_all->found,
                         intake->reject_all->expected);
        return;
    }
    if (row->event == CSV_EVENT_OPEN_QUOTE)
        report_open_quote(intake, row);
    else if (!intake->has_layout)
        return;
    else if (row->event == CSV_EVENT_ROW)
        take_good_row(intake, row);
    else
        take_broken_row(intake, row);
}

/* --- The file --------------------------------------------------------------------------------------------------- */

static void take_header(Intake *intake, const CsvRow *row, char decimal_sign) {
    if (row->event == CSV_EVENT_OPEN_QUOTE) {
        report_open_quote(intake, row);
        return;
    }
    intake->has_layout = header_read(intake->kind, row, decimal_sign, &intake->layout, reject_file, intake);
    /* The rows of a file that is rejected for its header keep the ids it names, so that corrected rows find them. */
    intake->has_names = intake->has_layout || (intake->reject_all != NULL && row->event == CSV_EVENT_ROW);
    const int32_t control = intake->kind->control_column;
    intake->control_field = intake->has_layout && control >= 0 ? intake->layout.field_of_column[control] : -1;
    csv_reader_capture(intake->reader, intake->control_field);
}

static void take_row(Intake *intake, const CsvRow *row, char decimal_sign) {
    if (intake->trailer.is_given && !intake->after_trailer) {
        intake->after_trailer = true;
        intake->first_line_after_trailer = row->line;
    }
    if (!intake->trailer.is_given && row->event != CSV_EVENT_OPEN_QUOTE && trailer_begins(row->raw)) {
        trailer_read(row, decimal_sign, &intake->trailer);
        return;
    }
    take_data_row(intake, row);
}

static void check_trailer(Intake *intake, char decimal_sign) {
    char expected[96];
    if (!intake->trailer.is_given || !intake->has_layout)
        return;
    if (intake->after_trailer) {
        reject_file(intake, FINDING_FIL_SLUTPOST, intake->first_line_after_trailer, "", 0,
                    intake->trailer.shown, "nothing after the trailer");
        return;
    }
    if (trailer_fits(&intake->trailer, &intake->totals))
        return;
    trailer_expected(&intake->totals, decimal_sign, expected, sizeof expected);
    reject_file(intake, FINDING_FIL_SLUTPOST, intake->trailer.line, "", 0, intake->trailer.shown, expected);
}

static void check_unchanged(Intake *intake, const CsvTotals *totals) {
    char found[48];
    if (!totals->changed)
        return;
    snprintf(found, sizeof found, "%lld bytes", (long long)totals->size_bytes);
    reject_file(intake, FINDING_FIL_AENDRET, 0, "", 0, found, "the same file from beginning to end");
}

static Status read_rows(Intake *intake, char decimal_sign, Error *error) {
    CsvRow row;
    bool is_first = true;
    for (;;) {
        const Status status = csv_reader_next(intake->reader, &row, error);
        if (status != STATUS_OK)
            return status;
        if (is_first)
            take_header(intake, &row, decimal_sign);
        if (row.event == CSV_EVENT_END)
            return STATUS_OK;
        if (!is_first)
            take_row(intake, &row, decimal_sign);
        is_first = false;
    }
}

/* What only the end can tell. */
static void end_file(Intake *intake, char decimal_sign) {
    IntakeOutcome *outcome = intake->outcome;
    CsvTotals totals;
    csv_reader_totals(intake->reader, &totals);
    memcpy(outcome->sha256, totals.sha256, sizeof outcome->sha256);
    outcome->size_bytes = totals.size_bytes;
    check_trailer(intake, decimal_sign);
    check_unchanged(intake, &totals);
    if (!outcome->file_rejected)
        return;
    outcome->rows_well_formed = 0;
    outcome->rows_rejected = outcome->rows_read;
    if (intake->reject_all == NULL)
        intake->sink->file_rejected(intake->sink->context, intake->file);
}

static Status read_file(const InputFile *file, const Dialect *dialect, const InputFinding *reject_all,
                        bool with_digest, const IntakeSink *sink, IntakeOutcome *outcome, Error *error) {
    Intake intake = {
        .file = file,
        .kind = &kind_table[file->kind],
        .sink = sink,
        .reject_all = reject_all,
        .latin1 = dialect->charset == CHARSET_LATIN1,
        .outcome = outcome,
        .control_field = -1,
    };
    int descriptor;
    *outcome = (IntakeOutcome){0};
    Status status = code_lists_load(error);
    if (status != STATUS_OK)
        return status;
    status = input_file_open(file, &descriptor, error);
    if (status == STATUS_OK)
        status = csv_reader_open_descriptor(descriptor, file->name, intake.latin1, &intake.reader, error);
    if (status != STATUS_OK)
        return status;
    if (!with_digest)
        csv_reader_without_digest(intake.reader);
    status = read_rows(&intake, dialect->decimal_sign, error);
    if (status == STATUS_OK) {
        outcome->file_rejected |= reject_all != NULL;
        end_file(&intake, dialect->decimal_sign);
        assert(outcome->rows_read == outcome->rows_well_formed + outcome->rows_rejected);
    }
    csv_reader_close(intake.reader);
    return status;
}

Status intake_read(const InputFile *file, const Dialect *dialect, const IntakeSink *sink,
                   IntakeOutcome *outcome, Error *error) {
    return read_file(file, dialect, NULL, true, sink, outcome, error);
}

Status intake_read_unhashed(const InputFile *file, const Dialect *dialect, const IntakeSink *sink,
                            IntakeOutcome *outcome, Error *error) {
    return read_file(file, dialect, NULL, false, sink, outcome, error);
}

Status intake_reject_all(const InputFile *file, const Dialect *dialect, const InputFinding *finding,
                         const IntakeSink *sink, IntakeOutcome *outcome, Error *error) {
    return read_file(file, dialect, finding, true, sink, outcome, error);
}
