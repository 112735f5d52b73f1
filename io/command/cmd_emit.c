/* ydelse emit: write the payment file of an approved batch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/log.h"
#include "io/base/output_file.h"
#include "io/command/database.h"
#include "io/explain/explanation.h"
#include "io/pay/sent_list.h"

#define SENT_STEP_BYTES ((size_t)1 << 22)
#define SENT_SIZE_MAX ((size_t)1 << 31)

static const Option options[] = {
    {"format", "F", "pain.001.001.09 (the default), pain.001.001.03, or csv", false, false},
    {"output", "F", "the file to write, mode 0600 (default: standard output)", false, false},
    {"as-sent", "FILE", "after a restore: store this file, which was sent, as the batch's; write nothing",
     false, false},
    {NULL, NULL, NULL, false, false},
};

/* *wanted: format, or NULL when none was asked for. */
static Status read_format(const Invocation *invocation, PaymentFormat *format, const PaymentFormat **wanted,
                          Error *error) {
    const char *text = option_value(invocation, "format");
    *wanted = text == NULL ? NULL : format;
    if (text == NULL || payment_format_find(text, format))
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--format %.40s: expected pain.001.001.09, pain.001.001.03 or csv",
                     text);
}

static void tell(const char *batch_id, const PaymentEmission *emission, const char *path) {
    char kroner[KRONER_TEXT_SIZE];
    kroner_format(emission->total, true, kroner);
    if (emission->again)
        log_info("emit: batch %s was emitted before; these are the same bytes", batch_id);
    log_info("emit: batch %s, municipality %s, %lld %s, %s kr., to be paid on %s", batch_id,
             emission->kommunekode, (long long)emission->payment_count,
             payment_noun(emission->payment_count, false), kroner, emission->due_date);
    log_info("emit: %s, %zu bytes in %s, SHA-256 %s", payment_formats[emission->format].name,
             emission->size_bytes, path == NULL ? "standard output" : path, emission->sha256);
}

/* The file that was sent, with a NUL at its end; the caller frees it. */
static Status read_sent(const char *path, char **bytes, size_t *size_bytes, Error *error) {
    *bytes = NULL;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_errno(error, STATUS_NO_INPUT, "open", path);
    Status status = STATUS_OK;
    size_t used = 0;
    for (size_t room = SENT_STEP_BYTES; status == STATUS_OK && !feof(file); room += SENT_STEP_BYTES) {
        char *grown = used > SENT_SIZE_MAX ? NULL : realloc(*bytes, room + 1);
        if (grown == NULL) {
            status = error_set(error, STATUS_INTERNAL, "out of memory: %.200s is too large", path);
            break;
        }
        *bytes = grown;
        used += fread(grown + used, 1, room - used, file);
        grown[used] = '\0';
        if (ferror(file))
            status = error_errno(error, STATUS_IO, "read", path);
    }
    fclose(file);
    *size_bytes = used;
    return status;
}

/* A file that was sent before: nothing leaves again. */
static Status store_sent(const Invocation *invocation, Pg *pg, const PaymentFormat *wanted, Error *error) {
    const char *batch_id = invocation->operands[0];
    const char *path = option_value(invocation, "as-sent");
    PaymentEmission emission = {0};
    char *sent = NULL;
    Status status = read_sent(path, &sent, &emission.sent_size_bytes, error);
    emission.sent = sent;
    if (status == STATUS_OK)
        status = payment_emit(pg, invocation, batch_id, wanted, &emission, error);
    if (status == STATUS_OK)
        status = sent_list_add(invocation->settings, &emission, error);
    if (status == STATUS_OK) {
        tell(batch_id, &emission, path);
        log_info("emit: stored as it was sent; nothing is to be sent");
    }
    payment_emission_free(&emission);
    free(sent);
    return status;
}

/* The list knows the file before it leaves: a crash in between costs a look at the list, not a second payment. */
static Status write_new(const Invocation *invocation, Pg *pg, const PaymentFormat *wanted, OutputFile *output,
                        Error *error) {
    const char *batch_id = invocation->operands[0];
    PaymentEmission emission = {0};
    Status status = sent_list_check(pg, invocation->settings, error);
    if (status == STATUS_OK)
        status = payment_emit(pg, invocation, batch_id, wanted, &emission, error);
    if (status != STATUS_OK)
        return status;
    status = sent_list_add(invocation->settings, &emission, error);
    if (status == STATUS_OK) {
        fwrite(emission.bytes, 1, emission.size_bytes, output->stream);
        status = output_file_finish(output, error); /* finds what fwrite could not write, too */
    }
    if (status == STATUS_OK)
        tell(batch_id, &emission, option_value(invocation, "output"));
    else
        error_hint(error, "the file is stored: `ydelse emit %s` gives its bytes again", batch_id);
    payment_emission_free(&emission);
    return status;
}

/* The output is opened before the batch changes its state: a folder that is not there or not writable is found
 * out in time. */
static Status run(const Invocation *invocation, Error *error) {
    const bool as_sent = option_given(invocation, "as-sent");
    Pg *pg = NULL;
    OutputFile output = {.stream = NULL};
    PaymentFormat format = PAYMENT_PAIN_09;
    const PaymentFormat *wanted = NULL;
    Status status = payment_batch_operand(invocation, error);
    if (status == STATUS_OK)
        status = read_format(invocation, &format, &wanted, error);
    if (status == STATUS_OK && as_sent && option_given(invocation, "output"))
        status = error_set(error, STATUS_USAGE, "--as-sent writes nothing: without --output");
    if (status == STATUS_OK && !as_sent)
        status = output_file_open_private(option_value(invocation, "output"), &output, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, NULL, &pg, error);
    if (status == STATUS_OK)
        status = as_sent ? store_sent(invocation, pg, wanted, error)
                         : write_new(invocation, pg, wanted, &output, error);
    output_file_abandon(&output);
    return status;
}

const Command command_emit = {
    .name = "emit",
    .summary = "write the payment file of an approved batch",
    .operands = "BATCH",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description =
        "Looks once more whether everybody in the batch may be paid, writes the file, checks it against our "
        "own\n"
        "schema and against the database, and stores it with its hash, count and sum together with the "
        "batch's\n"
        "new state, all or nothing. Then the file is written, all of it or none.\n"
        "\n"
        "A batch has one file for good, in one format: emitting again gives the same bytes and says so, and "
        "asking "
        "for\n"
        "another format is refused (exit 77), for it could be paid twice. pain.001.001.03 is the older form "
        "that "
        "some\n"
        "banks ask for; csv has a row per payment (betalings_id, cpr_nummer, beloeb, dispositionsdato, "
        "kommunekode,\n"
        "betaler_cvr, betaler_konto, betaler_bic, besked_id, navn) and ends with #SLUT, the count and the "
        "sum.\n"
        "\n"
        "When somebody has "
        "died,\n"
        "is on hold, or is owed less by now, nothing is emitted (exit 65) and they are listed by payment "
        "id:\n"
        "cancel the batch and pay again. When the bank's two days are gone, exit 64 names the next day.\n"
        "\n"
        "With setting betaling.sendt every file is noted in a list outside of the database before it leaves, "
        "and\n"
        "nothing is emitted (exit 77) while the list names a file that is not in the database: it was "
        "restored from\n"
        "an older backup. --as-sent stores such a file again, when the batch gives its very bytes.",
    .examples = "  ydelse emit 7 --output kommune-0101.xml\n  ydelse emit 7 --format pain.001.001.03 | "
                "xmllint --format - | less\n"
                "  ydelse emit 7 --as-sent kommune-0101.xml",
    .run = run,
};
