/* ydelse settle: read the answers of the bank or the NemKonto. */
#include <stdio.h>
#include <string.h>

#include "io/base/log.h"
#include "io/command/database.h"
#include "io/command/listing.h"
#include "io/pay/payment_db.h"
#include "io/pay/settle.h"
#include "io/pg/look.h"
#include "io/pg/pg_table.h"

static const Option options[] = {
    {"dry-run", NULL, "show what the file would do, and change nothing", false, false},
    TABLE_FORMAT_OPTION,
    {NULL, NULL, NULL, false, false},
};

/* The columns of sql/queries/answer_list.sql, and what is made of its code. */
enum { LINE, END_TO_END_ID, KOMMUNEKODE, MONTH, AMOUNT, EFFECT, CODE, REASON, LIST_COUNT };
enum { MEANING = LIST_COUNT, ADVICE, COLUMN_COUNT };

static const TableColumn columns[COLUMN_COUNT] = {
    [LINE] = {"linje", "linje", "line", CELL_NUMBER},
    [END_TO_END_ID] = {"end_to_end_id", "betaling", "payment", CELL_TEXT},
    [KOMMUNEKODE] = {"kommunekode", "kommune", "munic.", CELL_TEXT},
    [MONTH] = {"maaned", "måned", "month", CELL_TEXT},
    [AMOUNT] = {"beloeb", "beløb, kr.", "amount, kr.", CELL_KRONER},
    [EFFECT] = {"virkning", "virkning", "effect", CELL_TEXT},
    [CODE] = {"kode", "kode", "code", CELL_TEXT},
    [REASON] = {"grund", "grund", "reason", CELL_TEXT},
    [MEANING] = {"betydning", "betydning", "meaning", CELL_TEXT},
    [ADVICE] = {"goer", "gør", "what to do", CELL_TEXT},
};

/* What answers did to payments (sql/0017: answer_effect), as codes for programs, and as sentences. */
static const struct {
    const char *effect, *shown, *danish, *english;
    bool is_finding; /* somebody must look at it: exit code 1 */
} effects[] = {
    {"accepted", "ACCEPTERET", "accepteret", "accepted", false},
    {"waiting", "VENTER", "venter på banken", "waiting for the bank", false},
    {"rejected", "AFVIST", "afvist: pengene skyldes igen", "rejected: the money is owed again", true},
    {"returned", "RETUR", "kom tilbage efter at være accepteret: pengene skyldes igen",
     "came back after being accepted: the money is owed again", true},
    {"unchanged", "UAENDRET", "besvaret før, uændret", "answered before, unchanged", false},
    {"contradiction", "MODSTRID",
     "accepteret efter at være afvist: intet ændret, spørg banken (`ydelse resolve`)",
     "accepted after being rejected: nothing changed, ask the bank (`ydelse resolve`)", true},
    {"unknown", "UKENDT",
     "om en betaling, der ikke findes: gemt, intet ændret; læs filen igen, hvis den kommer",
     "about a payment that does not exist: kept, nothing changed; read the file again should it come", true},
    {"not_sent", "IKKE_SENDT",
     "om en betaling, der ikke er sendt: gemt, intet ændret; læs filen igen, når den er sendt",
     "about a payment that was not sent: kept, nothing changed; read the file again when it is", true},
};
#define EFFECT_COUNT (sizeof effects / sizeof effects[0])

static size_t effect_index(const char *effect) {
    size_t i = 0;
    while (i + 1 < EFFECT_COUNT && strcmp(effects[i].effect, effect) != 0)
        i++;
    return i;
}

static void put_text_or_empty(Table *table, const PgRows *rows, int row, int column) {
    char shown[MASKED_SIZE];
    if (pg_is_null(rows, row, column)) {
        table_empty(table);
        return;
    }
    payment_place(pg_text(rows, row, column), shown);
    table_text(table, shown);
}

static void put_answer(Table *table, const AnswerCodes *codes, const PgRows *rows, int row) {
    const AnswerCode *code = answer_code_stored(codes, pg_text(rows, row, CODE), pg_text(rows, row, REASON));
    table_pg_cell(table, rows, row, LINE);
    put_text_or_empty(table, rows, row, END_TO_END_ID);
    put_text_or_empty(table, rows, row, KOMMUNEKODE);
    put_text_or_empty(table, rows, row, MONTH);
    table_pg_cell(table, rows, row, AMOUNT);
    table_text(table, effects[effect_index(pg_text(rows, row, EFFECT))].shown);
    put_text_or_empty(table, rows, row, CODE);
    put_text_or_empty(table, rows, row, REASON);
    if (code == NULL) {
        table_empty(table);
        table_empty(table);
        return;
    }
    table_text(table, table->danish ? code->name_da : code->name_en);
    if (strcmp(pg_text(rows, row, EFFECT), "contradiction") == 0)
        table_text(table,
                   payment_words(table->danish, "Spørg banken, og afgør det med to personer (ydelse resolve)",
                                 "Ask the bank, then two people resolve it (ydelse resolve)"));
    else
        table_text(table, table->danish ? code->advice_da : code->advice_en);
}

static void print_summary(const Settlement *settlement, bool danish) {
    for (size_t i = 0; i < EFFECT_COUNT; i++)
        for (int row = 0; row < pg_row_count(settlement->summary); row++) {
            if (strcmp(pg_text(settlement->summary, row, 0), effects[i].effect) != 0)
                continue;
            printf("%12s ", pg_text(settlement->summary, row, 1));
            print_kroner((Money){pg_integer(settlement->summary, row, 2)}, 18);
            printf(" kr.  %s\n", payment_words(danish, effects[i].danish, effects[i].english));
        }
}

static void print_batches(const PgRows *batches, bool danish) {
    for (int row = 0; row < pg_row_count(batches); row++)
        printf(danish ? "bunke %s, kommune %s: %s, svar mangler på %s af %s\n"
                      : "batch %s, municipality %s: %s, %s of %s payments have no answer\n",
               pg_text(batches, row, 0), pg_text(batches, row, 1),
               payment_batch_state(pg_text(batches, row, 2), danish), pg_text(batches, row, 4),
               pg_text(batches, row, 3));
}

static void print_head(const Settlement *settlement, bool dry_run, bool danish) {
    if (settlement->known)
        printf(danish ? "filen er læst før, som svarfil %lld: intet er ændret\n"
                      : "the file was read before, as answer file %lld: nothing was changed\n",
               (long long)settlement->answer_file_id);
    else if (dry_run)
        puts(payment_words(danish, "prøve: intet er ændret; filen ville gøre dette",
                           "dry run: nothing was changed; the file would do this"));
    else
        printf(danish ? "svarfil %lld:\n" : "answer file %lld:\n", (long long)settlement->answer_file_id);
    if (!settlement->known && settlement->reading > 1)
        puts(payment_words(
            danish, "filen er læst før; kun de svar, der ikke kunne bruges dengang, er brugt nu",
            "the file was read before; only the answers that could not be used then are used now"));
}

static Status print_settlement(const Invocation *invocation, const AnswerCodes *codes,
                               const Settlement *settlement, TableFormat format, Error *error) {
    const bool danish = command_danish(invocation);
    Table table;
    if (format == TABLE_TEXT) {
        print_head(settlement, option_given(invocation, "dry-run"), danish);
        print_summary(settlement, danish);
        print_batches(settlement->batches, danish);
    }
    table_begin(&table, stdout, format, danish, columns, COLUMN_COUNT);
    for (int row = 0; row < pg_row_count(settlement->answers); row++)
        put_answer(&table, codes, settlement->answers, row);
    return table_end(&table, error);
}

/* The same file again has nothing new to look at. */
static Status judge(const Settlement *settlement) {
    for (int row = 0; !settlement->known && row < pg_row_count(settlement->summary); row++)
        if (effects[effect_index(pg_text(settlement->summary, row, 0))].is_finding)
            return STATUS_FINDINGS;
    return STATUS_OK;
}

static Status run(const Invocation *invocation, Error *error) {
    AnswerCodes codes;
    Settlement settlement = {.summary = NULL};
    Pg *pg = NULL;
    Status status = answer_codes_load(&codes, error);
    if (status == STATUS_OK)
        status = command_connect(invocation, &(Look){.command = "settle"}, &pg,
                                 error); /* it lists payments one by one */
    if (status == STATUS_OK)
        status = pg_lock(pg, PG_LOCK_PAY, settings_wait_seconds(invocation->settings), error);
    if (status == STATUS_OK)
        status = settle_file(pg, &codes, invocation->operands[0], option_given(invocation, "dry-run"),
                             &settlement, error);
    if (status == STATUS_OK)
        status = print_settlement(invocation, &codes, &settlement, listing_format(invocation), error);
    if (status == STATUS_OK) {
        log_info("settle: answer file %lld%s", (long long)settlement.answer_file_id,
                 settlement.known                      ? " was read before"
                 : option_given(invocation, "dry-run") ? " was only tried"
                                                       : "");
        status = judge(&settlement);
    }
    settlement_free(&settlement);
    return status;
}

const Command command_settle = {
    .name = "settle",
    .summary = "read the answers of the bank or the NemKonto",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description =
        "FILE is a pain.002.001 of the bank, or a CSV of NemKonto answers with the columns\n"
        "end_to_end_id;svar;tidspunkt where svar is 7, 8, 9, MODREGNET (set off by the tax authority, which\n"
        "discharges the payer) or DOEDSFALD (stopped because of death). The codes are closed lists\n"
        "(config/koder/svar.csv).\n"
        "\n"
        "The file is taken as a whole or refused as a whole: an unknown code, a wrong control count or "
        "anything\n"
        "unreadable is exit 65 with the line and what was expected, and nothing is changed. It is stored "
        "byte for\n"
        "byte. The same file again changes nothing (exit 0), but for answers about payments that were not "
        "there or\n"
        "not sent when it was first read: those alone are used then.\n"
        "\n"
        "Payments become accepted or rejected; a batch is settled when each of its payments has an answer. "
        "What "
        "was\n"
        "rejected, or came back after being accepted, is owed again and waits for a person (`ydelse "
        "rejected`,\n"
        "`ydelse pay --again`). An acceptance after a rejection changes nothing and is listed: ask the bank, "
        "then\n"
        "`ydelse resolve`. Exit 1\n"
        "when anything was rejected, came back, contradicts what is known, or is about an unknown payment.",
    .examples = "  ydelse settle pain002-20240328.xml --dry-run\n  ydelse settle nemkonto.csv --format csv\n",
    .run = run,
};
