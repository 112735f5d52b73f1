#include "io/pay/payment_emit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/bankday.h"
#include "io/base/log.h"
#include "io/base/stop_point.h"
#include "io/explain/explanation.h"
#include "io/pay/pain001.h"
#include "io/pay/payment_check.h"
#include "io/pay/payment_csv.h"
#include "io/pg/bytea.h"
#include "io/pg/look.h"

#define CREATED_SIZE 20 /* YYYY-MM-DDTHH:MM:SS */
#define BLOCKED_LISTED_MAX 1000
#define CREATED_ELEMENT "<CreDtTm>"

/* The columns of sql/queries/pay_emit_begin.sql, ... */
enum {
    KOMMUNEKODE,
    DUE_DATE,
    STATE,
    PAYMENT_COUNT,
    AMOUNT_OERE,
    PAYER_NAME,
    PAYER_CVR,
    PAYER_IBAN,
    PAYER_BIC,
    MESSAGE_ID,
    FILE_SHA256,
    FILE_BYTES,
    FILE_FORMAT
};
/* ... of pay_blocked.sql, and of pay_payments.sql. */
enum { BLOCKED_END_TO_END_ID, BLOCKED_MONTH, BLOCKED_AMOUNT, BLOCKED_REASON, BLOCKED_PLACE };
enum { PAID_END_TO_END_ID, PAID_AMOUNT, PAID_CPR, PAID_NAME };

typedef struct {
    Pg *pg;
    const Invocation *invocation;
    const char *batch_id;
    Date today;
    char today_text[DATE_TEXT_SIZE];
    const PgRows *batch; /* one row */
    PaymentFormat format;
} Emitting;

/* --- May it go out? ------------------------------------------------------------------------------------ */

static Status check_state(const Emitting *emitting, Error *error) {
    const char *state = pg_text(emitting->batch, 0, STATE);
    if (strcmp(state, "approved") == 0)
        return STATUS_OK;
    error_set(error, STATUS_NOT_PERMITTED, "batch %s is %s, not approved", emitting->batch_id, state);
    if (strcmp(state, "draft") == 0)
        error_hint(error, "another database user than its maker runs `ydelse approve %s`",
                   emitting->batch_id);
    return STATUS_NOT_PERMITTED;
}

static Status check_lead(const Emitting *emitting, Error *error) {
    const char *due_text = pg_text(emitting->batch, 0, DUE_DATE);
    const int32_t lead_days = payment_setting_number(emitting->invocation->settings, "frist_bankdage");
    const Date earliest = bankday_earliest_execution(emitting->today, lead_days);
    Date due;
    if (!date_parse(due_text, (uint32_t)strlen(due_text), &due))
        return error_set(error, STATUS_INTERNAL, "batch %s has no day of execution", emitting->batch_id);
    if (due.day >= earliest.day)
        return STATUS_OK;
    char next_text[DATE_TEXT_SIZE];
    date_format(earliest, next_text);
    error_set(error, STATUS_USAGE,
              "it is too late to pay batch %s on %s: the bank needs the file %d banking days before",
              emitting->batch_id, due_text, lead_days);
    error_hint(error, "cancel the batch and pay again with --due %s or later", next_text);
    return STATUS_USAGE;
}

static Status check_payees(const Emitting *emitting, Error *error) {
    const PgParameter parameters[] = {{"batch_id", emitting->batch_id}, {"today", emitting->today_text}};
    const bool danish = command_danish(emitting->invocation);
    PgRows *rows = NULL;
    const Status status = payment_query(emitting->pg, "pay_blocked", 2, parameters, &rows, error);
    if (status != STATUS_OK)
        return status;
    const int count = pg_row_count(rows);
    for (int row = 0; row < count && row < BLOCKED_LISTED_MAX; row++) {
        char kroner[KRONER_TEXT_SIZE];
        char place[MASKED_SIZE];
        kroner_format((Money){pg_integer(rows, row, BLOCKED_AMOUNT)}, true, kroner);
        payment_place(pg_text(rows, row, BLOCKED_PLACE), place);
        log_warning("%s (%s) %s %s kr.: %s %s", pg_text(rows, row, BLOCKED_END_TO_END_ID), place,
                    pg_text(rows, row, BLOCKED_MONTH), kroner, pg_text(rows, row, BLOCKED_REASON),
                    payment_reason(pg_text(rows, row, BLOCKED_REASON), danish));
    }
    pg_rows_free(rows);
    if (count == 0)
        return STATUS_OK;
    error_set(error, STATUS_DATA, "batch %s is not emitted: %d of its payments may not be made any more",
              emitting->batch_id, count);
    error_hint(
        error,
        "`ydelse cancel %s --payment ID --reason TEXT` takes one out (the rest is approved again); without "
        "--payment the batch is given up",
        emitting->batch_id);
    return STATUS_DATA;
}

/* --- The file ------------------------------------------------------------------------------------------ */

/* The business date and the time of day. The stored bytes are what counts: it is never formed again. */
static void creation_time(const Emitting *emitting, const PaymentEmission *emission,
                          char text[CREATED_SIZE]) {
    const time_t now = time(NULL);
    struct tm local = {0};
    char time_of_day[9] = "";
    if (localtime_r(&now, &local) == NULL)
        local = (struct tm){0};
    if (local.tm_sec > 59) /* a leap second is no dateTime */
        local.tm_sec = 59;
    strftime(time_of_day, sizeof time_of_day, "%H:%M:%S", &local);
    snprintf(text, CREATED_SIZE, "%.10sT%.8s", emitting->today_text, time_of_day);
    /* One that was sent keeps its own; nothing else of a file depends on when it is formed. */
    const char *sent = emission->sent == NULL ? NULL : strstr(emission->sent, CREATED_ELEMENT);
    if (sent != NULL)
        snprintf(text, CREATED_SIZE, "%.19s", sent + strlen(CREATED_ELEMENT));
}

/* What was sent is never sent again in another shape. */
static Status check_sent(const Emitting *emitting, const PaymentEmission *emission, Error *error) {
    if (emission->sent == NULL || (emission->size_bytes == emission->sent_size_bytes &&
                                   memcmp(emission->bytes, emission->sent, emission->size_bytes) == 0))
        return STATUS_OK;
    size_t same = 0;
    while (same < emission->size_bytes && same < emission->sent_size_bytes &&
           emission->bytes[same] == emission->sent[same])
        same++;
    error_set(error, STATUS_DATA, "the file is not what batch %s sends: they differ from byte %zu on",
              emitting->batch_id, same + 1);
    error_hint(error,
               "nothing was changed; the deliveries, runs and batches before it must be made again in the "
               "same order, with the same settings");
    return STATUS_DATA;
}

static PainHeader file_header(const Emitting *emitting, const char *created) {
    const PgRows *batch = emitting->batch;
    const Settings *settings = emitting->invocation->settings;
    const char *due_text = pg_text(batch, 0, DUE_DATE);
    const char *transliterate = setting_get(settings, "betaling", "translitterer");
    PainHeader header = {
        .format = emitting->format,
        .message_id = pg_text(batch, 0, MESSAGE_ID),
        .created = created,
        .payer_name = pg_text(batch, 0, PAYER_NAME),
        .payer_cvr = pg_text(batch, 0, PAYER_CVR),
        .payer_iban = pg_text(batch, 0, PAYER_IBAN),
        .payer_bic = pg_text(batch, 0, PAYER_BIC),
        .service_code = setting_get(settings, "betaling", "servicekode"),
        .category_code = setting_get(settings, "betaling", "kategorikode"),
        .purpose_code = setting_get(settings, "betaling", "formaalskode"),
        .transliterate = transliterate != NULL && strcmp(transliterate, "ja") == 0,
        .payment_count = pg_integer(batch, 0, PAYMENT_COUNT),
        .total = {pg_integer(batch, 0, AMOUNT_OERE)},
    };
    const bool valid = date_parse(due_text, (uint32_t)strlen(due_text), &header.execution);
    assert(valid); /* check_lead read it */
    return header;
}

static PainPayment paid(const PgRows *rows, int row) {
    return (PainPayment){.end_to_end_id = pg_text(rows, row, PAID_END_TO_END_ID),
                         .amount = {pg_integer(rows, row, PAID_AMOUNT)},
                         .name = pg_text(rows, row, PAID_NAME),
                         .cpr = pg_text(rows, row, PAID_CPR)};
}

static Status write_xml(const PainHeader *header, const PgRows *rows, PaymentEmission *emission,
                        Error *error) {
    PainFile file = {0};
    PainWriter *writer = NULL;
    Status status = pain001_begin(header, &writer, error);
    for (int row = 0; status == STATUS_OK && row < pg_row_count(rows); row++) {
        const PainPayment payment = paid(rows, row);
        status = pain001_payment(writer, &payment, error);
    }
    if (status == STATUS_OK)
        status = pain001_end(writer, &file, error);
    else
        pain001_abandon(writer);
    if (status != STATUS_OK)
        return status;
    emission->size_bytes = file.size_bytes;
    emission->bytes = malloc(file.size_bytes);
    if (emission->bytes == NULL)
        status = error_no_memory(error);
    else
        memcpy(emission->bytes, file.bytes, file.size_bytes);
    pain_file_free(&file);
    return status;
}

static Status write_csv(const Emitting *emitting, const PainHeader *header, const PgRows *rows,
                        PaymentEmission *emission, Error *error) {
    const PaymentCsvBatch batch = {
        .due_date = pg_text(emitting->batch, 0, DUE_DATE),
        .kommunekode = pg_text(emitting->batch, 0, KOMMUNEKODE),
        .payer_cvr = header->payer_cvr,
        .payer_iban = header->payer_iban,
        .payer_bic = header->payer_bic,
        .message_id = header->message_id,
    };
    PaymentCsv *csv = NULL;
    Status status = payment_csv_begin(header, &batch, &csv, error);
    for (int row = 0; status == STATUS_OK && row < pg_row_count(rows); row++) {
        const PainPayment payment = paid(rows, row);
        status = payment_csv_payment(csv, &payment, error);
    }
    if (status == STATUS_OK)
        return payment_csv_end(csv, &emission->bytes, &emission->size_bytes, error);
    payment_csv_abandon(csv);
    return status;
}

static Status write_file(const Emitting *emitting, PaymentEmission *emission, Error *error) {
    const PgParameter parameters[] = {{"batch_id", emitting->batch_id}};
    char created[CREATED_SIZE];
    PgRows *rows = NULL;
    creation_time(emitting, emission, created);
    const PainHeader header = file_header(emitting, created);
    Status status = payment_query(emitting->pg, "pay_payments", 1, parameters, &rows, error);
    if (status == STATUS_OK)
        status = emitting->format == PAYMENT_CSV ? write_csv(emitting, &header, rows, emission, error)
                                                 : write_xml(&header, rows, emission, error);
    pg_rows_free(rows);
    return status;
}

/* Reads the file back and holds it against the database. */
static Status check_file(const Emitting *emitting, const PaymentEmission *file, Error *error) {
    PaymentFileSums sums;
    const Status status = payment_file_check(emitting->format, file->bytes, file->size_bytes, &sums, error);
    if (status != STATUS_OK)
        return status;
    if (sums.payment_count != pg_integer(emitting->batch, 0, PAYMENT_COUNT) ||
        sums.total.oere != pg_integer(emitting->batch, 0, AMOUNT_OERE) ||
        strcmp(sums.message_id, pg_text(emitting->batch, 0, MESSAGE_ID)) != 0)
        return error_set(error, STATUS_INTERNAL, "the payment file does not hold what batch %s holds",
                         emitting->batch_id);
    return STATUS_OK;
}

static Status store_file(const Emitting *emitting, PaymentEmission *file, Error *error) {
    PgRows *rows = NULL;
    char *bytes = bytea_text(file->bytes, file->size_bytes);
    if (bytes == NULL)
        return error_no_memory(error);
    const PgParameter parameters[] = {
        {"batch_id", emitting->batch_id},
        {"today", emitting->today_text},
        {"format", payment_formats[emitting->format].name},
        {"message_id", pg_text(emitting->batch, 0, MESSAGE_ID)},
        {"bytes", bytes},
        {"payment_count", pg_text(emitting->batch, 0, PAYMENT_COUNT)},
        {"amount_oere", pg_text(emitting->batch, 0, AMOUNT_OERE)},
    };
    const Status status = payment_query(emitting->pg, "pay_emit_store", 7, parameters, &rows, error);
    if (status == STATUS_OK)
        snprintf(file->sha256, SHA256_HEX_SIZE, "%s", pg_text(rows, 0, 0));
    pg_rows_free(rows);
    free(bytes);
    return status;
}

/* --- All together -------------------------------------------------------------------------------------- */

/* What is about to leave has the hash under which it is stored. */
static Status check_hash(const PaymentEmission *emission, Error *error) {
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    if (!sha256_bytes(emission->bytes, emission->size_bytes, digest))
        return error_no_memory(error);
    sha256_hex(digest, hex);
    if (strcmp(hex, emission->sha256) != 0)
        return error_set(error, STATUS_INTERNAL, "the payment file is not the one that is stored");
    return STATUS_OK;
}

static Status take_stored(const Emitting *emitting, PaymentEmission *emission, Error *error) {
    emission->again = true;
    snprintf(emission->sha256, sizeof emission->sha256, "%s", pg_text(emitting->batch, 0, FILE_SHA256));
    emission->bytes = bytea_bytes(pg_text(emitting->batch, 0, FILE_BYTES), &emission->size_bytes);
    return emission->bytes == NULL ? error_no_memory(error) : check_sent(emitting, emission, error);
}

static Status take_new(const Emitting *emitting, PaymentEmission *emission, Error *error) {
    Status status = check_state(emitting, error);
    if (status == STATUS_OK)
        status = check_lead(emitting, error);
    if (status == STATUS_OK)
        status = check_payees(emitting, error);
    if (status == STATUS_OK)
        status = write_file(emitting, emission, error);
    if (status == STATUS_OK)
        status = check_file(emitting, emission, error);
    if (status == STATUS_OK)
        status = check_sent(emitting, emission, error);
    if (status == STATUS_OK)
        stop_point(STOP_EMIT_FORMED);
    return status == STATUS_OK ? store_file(emitting, emission, error) : status;
}

/* One batch leaves in one format: in another one it could be paid twice. */
static Status choose_format(Emitting *emitting, const PaymentFormat *wanted, Error *error) {
    emitting->format = wanted == NULL ? PAYMENT_PAIN_09 : *wanted;
    if (pg_is_null(emitting->batch, 0, FILE_FORMAT))
        return STATUS_OK;
    const char *stored = pg_text(emitting->batch, 0, FILE_FORMAT);
    if (wanted == NULL && payment_format_find(stored, &emitting->format))
        return STATUS_OK;
    if (strcmp(stored, payment_formats[emitting->format].name) == 0)
        return STATUS_OK;
    error_set(error, STATUS_NOT_PERMITTED, "batch %s was emitted as %s and is not written in another format",
              emitting->batch_id, stored);
    error_hint(error, "`ydelse emit %s --format %s` gives its bytes again; two files would be paid twice",
               emitting->batch_id, stored);
    return STATUS_NOT_PERMITTED;
}

static Status emit_in_transaction(Emitting *emitting, const PaymentFormat *format, PaymentEmission *emission,
                                  Error *error) {
    const PgParameter parameters[] = {{"batch_id", emitting->batch_id}};
    PgRows *batch = NULL;
    Status status = payment_query(emitting->pg, "pay_emit_begin", 1, parameters, &batch, error);
    if (status != STATUS_OK)
        return status;
    emitting->batch = batch;
    snprintf(emission->kommunekode, sizeof emission->kommunekode, "%.4s", pg_text(batch, 0, KOMMUNEKODE));
    snprintf(emission->due_date, sizeof emission->due_date, "%.10s", pg_text(batch, 0, DUE_DATE));
    emission->payment_count = pg_integer(batch, 0, PAYMENT_COUNT);
    emission->total = (Money){pg_integer(batch, 0, AMOUNT_OERE)};
    status = choose_format(emitting, format, error);
    emission->format = emitting->format;
    if (status == STATUS_OK)
        status = pg_is_null(batch, 0, FILE_BYTES) ? take_new(emitting, emission, error)
                                                  : take_stored(emitting, emission, error);
    if (status == STATUS_OK)
        status = check_hash(emission, error);
    pg_rows_free(batch);
    return status;
}

Status payment_emit(Pg *pg, const Invocation *invocation, const char *batch_id, const PaymentFormat *format,
                    PaymentEmission *emission, Error *error) {
    Emitting emitting = {.pg = pg, .invocation = invocation, .batch_id = batch_id};
    *emission = (PaymentEmission){.sent = emission->sent, .sent_size_bytes = emission->sent_size_bytes};
    emitting.today = payment_today(invocation->settings, emitting.today_text);
    Status status = look_open(pg, &(Look){.command = "emit", .detail = batch_id}, error);
    if (status == STATUS_OK)
        status = pg_script(pg, "BEGIN", error);
    if (status == STATUS_OK)
        status = emit_in_transaction(&emitting, format, emission, error);
    if (status == STATUS_OK) {
        stop_point(STOP_EMIT_STORED);
        status = pg_script(pg, "COMMIT", error);
        if (status != STATUS_OK)
            error_hint(error,
                       "emit the batch again: it gives the same file, or makes it when nothing was stored");
        else
            stop_point(STOP_EMIT_EMITTED);
    } else {
        Error ignored;
        (void)pg_script(pg, "ROLLBACK", &ignored);
    }
    if (status != STATUS_OK)
        payment_emission_free(emission);
    return status;
}

void payment_emission_free(PaymentEmission *emission) {
    free(emission->bytes);
    emission->bytes = NULL;
}
