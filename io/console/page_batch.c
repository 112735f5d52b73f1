/* Payment batches: the list; one batch with what happened to it; approving, cancelling, and the file that was sent. The
 * database decides who may: what it refuses is told, kindly. */
#include <stdio.h>
#include <string.h>

#include "io/base/log.h"
#include "io/console/page.h"
#include "io/pay/payment_emit.h"

#define BATCHES_PER_PAGE 50
#define REASON_SIZE_MAX 400

static const char *state_words(const char *state, bool danish, const char **class_name) {
    static const struct {
        const char *state, *danish, *english, *class_name;
    } words[] = {{"draft", "venter på godkendelse", "awaiting approval", "warn"},
                 {"approved", "godkendt", "approved", "good"},
                 {"emitted", "sendt", "sent", "good"},
                 {"settled", "afsluttet", "settled", "good"},
                 {"cancelled", "annulleret", "cancelled", ""}};
    *class_name = "";
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].state, state) == 0) {
            *class_name = words[i].class_name;
            return danish ? words[i].danish : words[i].english;
        }
    return state;
}

/* --- The list ------------------------------------------------------------------------------------------------------------------ */

enum {
    LIST_ID,
    LIST_KOMMUNE,
    LIST_PAYER,
    LIST_DUE,
    LIST_STATE,
    LIST_COUNT,
    LIST_SUM,
    LIST_MADE_BY,
    LIST_APPROVED_BY,
    LIST_TOTAL
};

static const TableColumn list_columns[] = {
    {"bunke", "bunke", "batch", CELL_TEXT},
    {"kommune", "kommune", "municipality", CELL_TEXT},
    {"til_betaling", "til betaling", "to be paid on", CELL_TEXT},
    {"tilstand", "tilstand", "state", CELL_TEXT},
    {"betalinger", "betalinger", "payments", CELL_NUMBER},
    {"beloeb", "beløb, kr.", "amount, kr.", CELL_KRONER},
    {"samlet_af", "samlet af", "made by", CELL_TEXT},
    {"godkendt_af", "godkendt af", "approved by", CELL_TEXT},
};

static void list_row(Page *page, const PgRows *rows, int row) {
    char kommune[KOMMUNE_TEXT_SIZE], address[40];
    const char *class_name;
    const char *state = state_words(pg_text(rows, row, LIST_STATE), page->danish, &class_name);
    kommune_words(pg_text(rows, row, LIST_KOMMUNE), kommune);
    snprintf(address, sizeof address, "/batches/%.12s", pg_text(rows, row, LIST_ID));
    html_open(page->html, "tr", NULL);
    html_open(page->html, "th", NULL);
    html_attribute(page->html, "scope", "row");
    html_link(page->html, pg_text(rows, row, LIST_ID), address);
    html_close(page->html);
    html_cell(page->html, kommune);
    html_cell_fixed(page->html, pg_text(rows, row, LIST_DUE));
    html_open(page->html, "td", NULL);
    page_state(page, class_name, state);
    html_close(page->html);
    html_cell_number(page->html, pg_integer(rows, row, LIST_COUNT));
    html_cell_kroner(page->html, (Money){pg_integer(rows, row, LIST_SUM)});
    html_cell(page->html, pg_text(rows, row, LIST_MADE_BY));
    html_cell(page->html, pg_text(rows, row, LIST_APPROVED_BY));
    html_close(page->html);
}

static void write_list(Page *page, const PgRows *rows, int32_t first) {
    if (pg_row_count(rows) == 0) {
        html_element(page->html, "p", "lead",
                     page_words(page, "Der er ingen bunker endnu; `ydelse pay` samler dem.",
                                "There are no batches yet; `ydelse pay` makes them."));
        return;
    }
    html_table_begin(page->html, page_words(page, "Bunker, de nyeste først", "Batches, the newest first"),
                     list_columns, 8);
    for (int row = 0; row < pg_row_count(rows); row++)
        list_row(page, rows, row);
    html_table_end(page->html);
    page_turns(page, "/batches", first, BATCHES_PER_PAGE, pg_integer(rows, 0, LIST_TOTAL));
}

Status page_batches(Page *page, Error *error) {
    char first_text[16], count[16];
    PgRows *rows = NULL;
    const int32_t first = page_first_row(page);
    snprintf(first_text, sizeof first_text, "%d", first);
    snprintf(count, sizeof count, "%d", BATCHES_PER_PAGE);
    const PgParameter parameters[] = {{"first", first_text}, {"count", count}};
    Status status = pg_query_file(page->pg, "batch_list", 2, parameters, &rows, error);
    if (status == STATUS_OK)
        status = page_begin(page, NAV_BATCHES, page_words(page, "Betalinger", "Payments"), error);
    if (status == STATUS_OK)
        write_list(page, rows, first);
    pg_rows_free(rows);
    return status;
}

/* --- One batch ----------------------------------------------------------------------------------------------------------------- */

/* The columns of sql/queries/batch_one.sql. */
enum {
    ONE_ID,
    ONE_KOMMUNE,
    ONE_PAYER,
    ONE_DUE,
    ONE_STATE,
    ONE_COUNT,
    ONE_SUM,
    ONE_MADE_BY,
    ONE_MADE_AT,
    ONE_APPROVED_BY,
    ONE_APPROVED_AT,
    ONE_EMITTED_BY,
    ONE_EMITTED_AT,
    ONE_CANCELLED_BY,
    ONE_CANCEL_REASON,
    ONE_MESSAGE,
    ONE_SHA256,
    ONE_SIZE,
    ONE_IS_MINE,
};

enum { EVENT_AT, EVENT_BY, EVENT_WHAT, EVENT_STATE, EVENT_DETAIL };
enum { USER_NAME, USER_KNOWN, USER_APPROVES };

typedef struct {
    PgRows *batch, *events, *user;
} Batch;

static void batch_free(Batch *batch) {
    pg_rows_free(batch->batch);
    pg_rows_free(batch->events);
    pg_rows_free(batch->user);
}

static Status batch_read(Page *page, Batch *batch, Error *error) {
    const PgParameter parameter = {"batch", page->argument[0]};
    int32_t number;
    Status status = page_number(page, 0, &number, error);
    if (status == STATUS_OK)
        status = pg_query_file(page->pg, "batch_one", 1, &parameter, &batch->batch, error);
    if (status == STATUS_OK && pg_row_count(batch->batch) == 0)
        status = page_error(page, error, STATUS_NO_INPUT,
                            "Bunken findes ikke, eller den hører til en kommune, som du ikke kan se.",
                            "There is no such batch, or it is of a municipality that you cannot see.");
    if (status == STATUS_OK)
        status = pg_query_file(page->pg, "batch_events", 1, &parameter, &batch->events, error);
    if (status == STATUS_OK)
        status = pg_query_file(page->pg, "console_user", 0, NULL, &batch->user, error);
    return status;
}

static const char *one(const Batch *batch, int column) {
    return pg_text(batch->batch, 0, column);
}

static bool state_is(const Batch *batch, const char *state) {
    return strcmp(one(batch, ONE_STATE), state) == 0;
}

static bool is_over_limit(const Batch *batch) {
    for (int i = 0; i < pg_row_count(batch->events); i++)
        if (strcmp(pg_text(batch->events, i, EVENT_WHAT), "over_limit") == 0)
            return true;
    return false;
}

static void who_and_when(Page *page, const Batch *batch, const char *name, int who, int when) {
    char text[120];
    snprintf(text, sizeof text, "%.63s, %.20s (UTC)", one(batch, who), one(batch, when));
    page_fact(page, name, one(batch, who)[0] == '\0' ? "" : text);
}

static void write_facts(Page *page, const Batch *batch) {
    const char *class_name;
    const char *state = state_words(one(batch, ONE_STATE), page->danish, &class_name);
    html_open(page->html, "dl", "figures");
    page_figure_kroner(page, page_words(page, "Beløb", "Amount"),
                       (Money){pg_integer(batch->batch, 0, ONE_SUM)});
    page_figure(page, page_words(page, "Betalinger", "Payments"), NULL,
                pg_integer(batch->batch, 0, ONE_COUNT));
    html_close(page->html);
    html_open(page->html, "dl", "facts");
    html_element(page->html, "dt", NULL, page_words(page, "Tilstand", "State"));
    html_open(page->html, "dd", NULL);
    page_state(page, class_name, state);
    html_close(page->html);
    page_fact(page, page_words(page, "Betaler", "Payer"), one(batch, ONE_PAYER));
    page_fact(page, page_words(page, "Til betaling", "To be paid on"), one(batch, ONE_DUE));
    who_and_when(page, batch, page_words(page, "Samlet af", "Made by"), ONE_MADE_BY, ONE_MADE_AT);
    who_and_when(page, batch, page_words(page, "Godkendt af", "Approved by"), ONE_APPROVED_BY,
                 ONE_APPROVED_AT);
    who_and_when(page, batch, page_words(page, "Sendt af", "Sent by"), ONE_EMITTED_BY, ONE_EMITTED_AT);
    page_fact(page, page_words(page, "Annulleret af", "Cancelled by"), one(batch, ONE_CANCELLED_BY));
    page_fact(page, page_words(page, "Begrundelse", "Reason"), one(batch, ONE_CANCEL_REASON));
    page_fact(page, page_words(page, "Besked-id", "Message id"), one(batch, ONE_MESSAGE));
    page_fact(page, page_words(page, "Fil, SHA-256", "File, SHA-256"), one(batch, ONE_SHA256));
    html_close(page->html);
}

/* --- What can be done ------------------------------------------------------------------------------------------------------------ */

static void approve_form(Page *page, const Batch *batch) {
    char action[48];
    if (pg_text(batch->batch, 0, ONE_IS_MINE)[0] == 't') {
        page_message(page, "",
                     page_words(page, "Du har selv samlet bunken. En anden skal godkende den.",
                                "You made this batch yourself. Somebody else must approve it."));
        return;
    }
    snprintf(action, sizeof action, "/batches/%.12s/approve", one(batch, ONE_ID));
    page_form(page, action, "panel");
    html_element(page->html, "h2", NULL, page_words(page, "Godkend", "Approve"));
    if (is_over_limit(batch))
        page_field(page, &(PageField){
                             .name = "despite_limits",
                             .type = "text",
                             .label = page_words(page, "Hvorfor er det rigtigt?", "Why is it right?"),
                             .hint = page_words(page,
                                                "Bunken er over en grænse, se nedenfor. Begrundelsen gemmes. "
                                                "Intet cpr-nummer.",
                                                "The batch is over a limit, see below. The reason is kept. "
                                                "No CPR number."),
                             .required = true});
    page_button(page, NULL, page_words(page, "Godkend bunken", "Approve the batch"));
    html_close(page->html);
}

static void cancel_form(Page *page, const Batch *batch) {
    char action[48];
    snprintf(action, sizeof action, "/batches/%.12s/cancel", one(batch, ONE_ID));
    page_form(page, action, "panel");
    html_element(page->html, "h2", NULL, page_words(page, "Annuller", "Cancel"));
    page_field(page,
               &(PageField){.name = "reason",
                            .type = "text",
                            .label = page_words(page, "Begrundelse", "Reason"),
                            .hint = page_words(page,
                                               "Betalingerne skyldes igen og kommer i den næste bunke. Intet "
                                               "cpr-nummer.",
                                               "The payments are owed again and come into the next batch. No "
                                               "CPR number."),
                            .required = true});
    page_button(page, "second", page_words(page, "Annuller bunken", "Cancel the batch"));
    html_close(page->html);
}

static void file_form(Page *page, const Batch *batch) {
    char action[48];
    snprintf(action, sizeof action, "/batches/%.12s/file", one(batch, ONE_ID));
    page_form(page, action, "panel");
    html_element(page->html, "h2", NULL, page_words(page, "Betalingsfilen", "The payment file"));
    html_element(page->html, "p", "hint",
                 page_words(page, "Filen nævner modtagerne: at den hentes, bliver logget.",
                            "The file names the payees: that it is fetched is logged."));
    page_button(page, "second", page_words(page, "Hent filen", "Download the file"));
    html_close(page->html);
}

static void write_forms(Page *page, const Batch *batch) {
    if (pg_text(batch->user, 0, USER_APPROVES)[0] != 't')
        return;
    if (state_is(batch, "draft"))
        approve_form(page, batch);
    if (state_is(batch, "draft") || state_is(batch, "approved"))
        cancel_form(page, batch);
    if (one(batch, ONE_SHA256)[0] != '\0')
        file_form(page, batch);
}

/* --- What happened ----------------------------------------------------------------------------------------------------------------- */

static const TableColumn event_columns[] = {
    {"tid", "tid (UTC)", "time (UTC)", CELL_TEXT},
    {"af", "af", "by", CELL_TEXT},
    {"haendelse", "hændelse", "event", CELL_TEXT},
    {"detalje", "detalje", "detail", CELL_TEXT},
};

static const char *event_words(const char *event, bool danish) {
    static const struct {
        const char *event, *danish, *english;
    } words[] = {{"made", "samlet", "made"},
                 {"over_limit", "over en grænse", "over a limit"},
                 {"approved", "godkendt", "approved"},
                 {"emitted", "filen er sendt", "the file was sent"},
                 {"emitted_again", "filen er hentet igen", "the file was fetched again"},
                 {"settled", "afsluttet", "settled"},
                 {"cancelled", "annulleret", "cancelled"},
                 {"payment_removed", "en betaling er taget ud", "a payment was taken out"},
                 {"recalled", "tilbagekaldt hos banken", "recalled at the bank"},
                 {"answered", "besvaret", "answered"},
                 {"released", "frigivet til ny betaling", "released to be paid again"},
                 {"resolution_proposed", "afklaring foreslået", "resolution proposed"},
                 {"resolved", "afklaret", "resolved"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].event, event) == 0)
            return danish ? words[i].danish : words[i].english;
    return event;
}

/* "SAMLET;12;1234500;1000000": which limit, payments, found and allowed. */
static void limit_words(const Page *page, const char *detail, char *text, size_t size) {
    char code[16] = "", found[KRONER_TEXT_SIZE], allowed[KRONER_TEXT_SIZE];
    long long payments = 0, found_oere = 0, allowed_oere = 0;
    if (sscanf(detail, "%15[A-Z];%lld;%lld;%lld", code, &payments, &found_oere, &allowed_oere) != 4) {
        snprintf(text, size, "%s", detail);
        return;
    }
    if (strcmp(code, "ANTAL") == 0) {
        snprintf(text, size, "%s: %lld (%s %lld)", page_words(page, "antal betalinger", "number of payments"),
                 found_oere, page_words(page, "grænse", "limit"), allowed_oere);
        return;
    }
    kroner_format((Money){found_oere}, page->danish, found);
    kroner_format((Money){allowed_oere}, page->danish, allowed);
    snprintf(text, size, "%s: %s kr. (%s %s kr.)",
             strcmp(code, "SAMLET") == 0 ? page_words(page, "samlet beløb", "total")
             : strcmp(code, "ENKELT") == 0
                 ? page_words(page, "største betaling", "largest payment")
                 : page_words(page, "endnu en gang for en betalt måned", "again for a paid month"),
             found, page_words(page, "grænse", "limit"), allowed);
}

/* What happened in the page's language. What somebody wrote as a reason stays as it was written. */
static void event_detail(const Page *page, const char *event, const char *detail, char *text, size_t size) {
    static const char file[] = "answer file ", upto[] = " [svarfil ";
    const char *answers = strstr(detail, upto);
    text[0] = '\0';
    if (strcmp(event, "over_limit") == 0)
        limit_words(page, detail, text, size);
    else if (strcmp(event, "made") == 0 || strcmp(event, "emitted_again") == 0)
        return; /* the event says it all, and what was made stands above */
    else if (strncmp(detail, file, strlen(file)) == 0)
        snprintf(text, size, "%s %s", page_words(page, "svarfil", "answer file"), detail + strlen(file));
    else if (answers != NULL)
        snprintf(text, size, "%.*s (%s %.*s)", (int)(answers - detail), detail,
                 page_words(page, "kendt til og med svarfil", "known up to answer file"),
                 (int)strcspn(answers + strlen(upto), "]"), answers + strlen(upto));
    else
        snprintf(text, size, "%s", detail);
}

static void write_events(Page *page, const Batch *batch) {
    html_element(page->html, "h2", NULL, page_words(page, "Forløb", "History"));
    html_table_begin(page->html,
                     page_words(page, "Hvad der er sket med bunken", "What happened to the batch"),
                     event_columns, 4);
    for (int i = 0; i < pg_row_count(batch->events); i++) {
        const char *event = pg_text(batch->events, i, EVENT_WHAT);
        char detail[400];
        event_detail(page, event, pg_text(batch->events, i, EVENT_DETAIL), detail, sizeof detail);
        html_open(page->html, "tr", NULL);
        html_cell_fixed(page->html, pg_text(batch->events, i, EVENT_AT));
        html_cell(page->html, pg_text(batch->events, i, EVENT_BY));
        html_row_head(page->html, event_words(event, page->danish));
        html_open(page->html, "td", "src");
        html_text(page->html, "%s", detail);
        html_close(page->html);
        html_close(page->html);
    }
    html_table_end(page->html);
}

Status page_batch(Page *page, Error *error) {
    Batch batch = {.batch = NULL};
    char title[120], kommune[KOMMUNE_TEXT_SIZE];
    Status status = batch_read(page, &batch, error);
    if (status == STATUS_OK) {
        kommune_words(one(&batch, ONE_KOMMUNE), kommune);
        snprintf(title, sizeof title, "%s %.12s: %s", page_words(page, "Bunke", "Batch"), one(&batch, ONE_ID),
                 kommune);
        status = page_begin(page, NAV_BATCHES, title, error);
    }
    if (status == STATUS_OK) {
        write_facts(page, &batch);
        write_forms(page, &batch);
        write_events(page, &batch);
    }
    batch_free(&batch);
    return status;
}

/* --- Doing it --------------------------------------------------------------------------------------------------------------------- */

/* Why the database said no, as a colleague would say it. */
static void refuse(Page *page, const Error *trouble) {
    char words[400];
    if (strcmp(trouble->sqlstate, "YD005") == 0)
        page_notice(page, true, "%s",
                    page_words(page, "Bunken er over en grænse: den kan kun godkendes med en begrundelse.",
                               "The batch is over a limit: it can only be approved with a reason."));
    else if (strcmp(trouble->sqlstate, "YD002") == 0)
        page_notice(
            page, true, "%s",
            page_words(page, "Det kan ikke gøres mere: bunken har skiftet tilstand, se nedenfor.",
                       "That cannot be done any more: the state of the batch has changed, see below."));
    else if (strcmp(trouble->sqlstate, "42501") == 0 && strstr(trouble->message, "cannot approve") != NULL)
        page_notice(page, true, "%s",
                    page_words(page, "Du har selv samlet bunken. En anden skal godkende den.",
                               "You made this batch yourself. Somebody else must approve it."));
    else {
        page_error_words(page, trouble, words, sizeof words);
        page_notice(page, true, "%s", words);
    }
}

/* A typed reason; NULL when there is none or it may not be kept. */
static const char *reason_of(Page *page, const char *field) {
    const char *reason = http_form(page->request, field);
    Error trouble = {.status = STATUS_OK};
    if (reason == NULL || strspn(reason, " ") == strlen(reason))
        return NULL;
    if (strlen(reason) > REASON_SIZE_MAX || payment_reason_option(reason, &trouble) != STATUS_OK) {
        page_notice(page, true, "%s",
                    page_words(page, "Begrundelsen er for lang eller ligner et cpr-nummer.",
                               "The reason is too long or looks like a CPR number."));
        return NULL;
    }
    return reason;
}

/* Tells how it went, and shows the batch. rows are freed. */
static Status done(Page *page, int32_t number, const char *verb, const char *words, Status status,
                   const Error *trouble, PgRows *rows) {
    if (status == STATUS_OK)
        page_notice(page, false, "%s %d %s", page_words(page, "Bunke", "Batch"), number, words);
    else
        refuse(page, trouble);
    pg_rows_free(rows);
    log_info("serve: %s: %s %d: %s", page->session->user, verb, number,
             status == STATUS_OK ? "done" : "refused");
    return page_redirect(page, "/batches/%d", number);
}

Status page_batch_approve(Page *page, Error *error) {
    Error trouble = {.status = STATUS_OK};
    PgRows *rows = NULL;
    int32_t number;
    Status status = page_number(page, 0, &number, error);
    if (status != STATUS_OK)
        return status;
    const PgParameter parameters[] = {{"batch_id", page->argument[0]},
                                      {"despite_limits", reason_of(page, "despite_limits")}};
    status = payment_limits_set(page->pg, page->invocation->settings, &trouble);
    if (status == STATUS_OK)
        status = payment_query(page->pg, "pay_approve", 2, parameters, &rows, &trouble);
    return done(page, number, "approve", page_words(page, "er godkendt.", "is approved."), status, &trouble,
                rows);
}

Status page_batch_cancel(Page *page, Error *error) {
    Error trouble = {.status = STATUS_OK};
    PgRows *rows = NULL;
    int32_t number;
    const char *reason = reason_of(page, "reason");
    Status status = page_number(page, 0, &number, error);
    if (status != STATUS_OK)
        return status;
    if (reason == NULL) {
        if (page->session->notice[0] == '\0')
            page_notice(page, true, "%s", page_words(page, "Skriv en begrundelse.", "Give a reason."));
        return page_redirect(page, "/batches/%d", number);
    }
    const PgParameter parameters[] = {{"batch_id", page->argument[0]}, {"reason", reason}};
    status = payment_query(page->pg, "pay_cancel", 2, parameters, &rows, &trouble);
    return done(page, number, "cancel", page_words(page, "er annulleret.", "is cancelled."), status, &trouble,
                rows);
}

/* The stored bytes of a file that was sent before. What was not sent is not sent by a browser. */
static Status send_file(Page *page, const Batch *batch, Error *error) {
    PaymentEmission emission = {.bytes = NULL};
    const char *number = page->argument[0];
    if (one(batch, ONE_SHA256)[0] == '\0')
        return page_error(page, error, STATUS_NO_INPUT, "Bunken har ingen fil: den er ikke sendt.",
                          "The batch has no file: it was not sent.");
    const Status status = payment_emit(page->pg, page->invocation, number, NULL, &emission, error);
    if (status != STATUS_OK)
        return status;
    const bool is_csv = emission.format == PAYMENT_CSV;
    page->response->status = 200;
    page->response->body = emission.bytes; /* taken */
    page->response->body_size = emission.size_bytes;
    page->response->content_type = is_csv ? "text/csv; charset=utf-8" : "application/xml";
    snprintf(page->response->file_name, sizeof page->response->file_name, "betaling-%.12s.%s", number,
             is_csv ? "csv" : "xml");
    log_info("serve: %s: file of batch %s", page->session->user, number);
    return STATUS_OK;
}

Status page_batch_file(Page *page, Error *error) {
    Batch batch = {.batch = NULL};
    Status status = batch_read(page, &batch, error);
    if (status == STATUS_OK)
        status = send_file(page, &batch, error);
    batch_free(&batch);
    return status;
}
