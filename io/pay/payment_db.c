#include "io/pay/payment_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cpr.h"
#include "io/base/log.h"
#include "io/explain/explanation.h"
#include "io/pg/refusal.h"

#define CPR_DIGITS 10

Status payment_batch_operand(const Invocation *invocation, Error *error) {
    const char *text = invocation->operands[0];
    const size_t size = strlen(text);
    if (size < 1 || size > 9 || strspn(text, "0123456789") != size || text[0] == '0') {
        error_set(error, STATUS_USAGE, "%.40s is no batch number", text);
        error_hint(error, "`ydelse status` lists the batches");
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

Status payment_reason_option(const char *reason, Error *error) {
    if (reason == NULL || strspn(reason, " \t\r\n") == strlen(reason))
        return error_set(error, STATUS_USAGE, "--reason: expected a text");
    if (mask_is_needed(reason))
        return error_set(error, STATUS_USAGE,
                         "--reason: leave CPR numbers out; everyone who may see batches can read it");
    return STATUS_OK;
}

/* Ten digits in a row that are a CPR number; the number of a case may have ten digits, too. */
static bool holds_cpr(const char *text) {
    while (*text != '\0') {
        const size_t digits = strspn(text, "0123456789");
        Cpr cpr;
        if (digits == CPR_DIGITS && cpr_parse(text, CPR_DIGITS, &cpr))
            return true;
        text += digits > 0 ? digits : 1;
    }
    return false;
}

Status payment_text_option(const char *option, const char *text, int size_max, Error *error) {
    if (text == NULL || strspn(text, " \t\r\n") == strlen(text))
        return error_set(error, STATUS_USAGE, "--%s: expected a text", option);
    if (text_width(text) > size_max)
        return error_set(error, STATUS_USAGE, "--%s: at most %d characters", option, size_max);
    if (holds_cpr(text))
        return error_set(error, STATUS_USAGE,
                         "--%s: leave CPR numbers out; everyone who may see payments can read it", option);
    return STATUS_OK;
}

Status payment_amount_option(const char *text, char oere[PAYMENT_OERE_SIZE], const char **parameter,
                             Error *error) {
    Money amount;
    *parameter = NULL;
    if (text == NULL)
        return STATUS_OK;
    if (!money_parse(text, (uint32_t)strlen(text), ',', &amount))
        return error_set(error, STATUS_USAGE, "--amount %.40s: expected kroner, e.g. 1250,00", text);
    snprintf(oere, PAYMENT_OERE_SIZE, "%lld", (long long)amount.oere);
    *parameter = oere;
    return STATUS_OK;
}

static const Refusal refusals[] = {
    {"YD001", STATUS_NO_INPUT, "`ydelse status` lists the batches"},
    {"YD002", STATUS_NOT_PERMITTED, "`ydelse status` tells the state of the batches"},
    {"YD003", STATUS_INTERNAL, ""},
    {"YD004", STATUS_DATA, "cancel the batch and pay again"},
    {"YD005", STATUS_NOT_PERMITTED, ""},
    {"YD020", STATUS_DATA, "nothing was changed"},
    {"YD021", STATUS_NOT_PERMITTED, "`ydelse rejected` lists them"},
    {"YD022", STATUS_NOT_PERMITTED, ""},
    {"YD023", STATUS_NOT_PERMITTED, "`ydelse rejected` lists them as MODSTRID or DOBBELT"},
    {"YD024", STATUS_NOT_PERMITTED, ""},
    {"YD025", STATUS_NO_INPUT, "`ydelse pay --due DATE --list` names them, as FORAELDET"},
    {"YD026", STATUS_DATA, "look at it again, and at what was decided"},
    {"YD027", STATUS_NOT_PERMITTED, ""},
    {"42501", STATUS_NOT_PERMITTED, "the user must be a member of the role ydelse_finance"},
    {NULL, STATUS_OK, NULL},
};

Status payment_query(Pg *pg, const char *name, int parameter_count, const PgParameter *parameters,
                     PgRows **rows, Error *error) {
    const Status status = pg_query_file(pg, name, parameter_count, parameters, rows, error);
    return status == STATUS_OK ? status : refusal_translate(refusals, error);
}

Date payment_today(const Settings *settings, char text[DATE_TEXT_SIZE]) {
    const Date today = settings_today(settings);
    date_format(today, text);
    if (setting_get(settings, "drift", "idag") != NULL)
        log_info("the business date is %s (setting drift.idag)", text);
    return today;
}

Status payment_limits_set(Pg *pg, const Settings *settings, Error *error) {
    char limits[3 * MONEY_TEXT_SIZE];
    Money amount[2];
    static const char *const keys[] = {"graense_enkelt", "graense_igen"};
    for (size_t i = 0; i < 2; i++) {
        const char *text = setting_get(settings, "betaling", keys[i]);
        if (text == NULL || !money_parse(text, (uint32_t)strlen(text), ',', &amount[i]))
            return error_set(error, STATUS_CONFIG, "betaling.%s: expected an amount in kroner", keys[i]);
    }
    snprintf(limits, sizeof limits, "%d;%lld;%lld", payment_setting_number(settings, "graense_procent"),
             (long long)amount[0].oere, (long long)amount[1].oere);
    const char *const values[] = {limits};
    return pg_query(pg, "SELECT set_config('ydelse.limits', $1, false)", 1, values, NULL, error);
}

int32_t payment_setting_number(const Settings *settings, const char *key) {
    const char *value = setting_get(settings, "betaling", key);
    return value == NULL ? 0 : (int32_t)strtol(value, NULL, 10);
}

typedef struct {
    const char *code;
    const char *danish;
    const char *english;
} Reason;

static const Reason reasons[] = {
    {"DOED", "modtageren er død", "the payee is dead"},
    {"SPAERRET", "udbetalingen er spærret", "payment is on hold (SPAERRING)"},
    {"TILBAGEHOLDT", "måneden er tilbageholdt ved seneste beregning",
     "the month is held in its latest result"},
    {"AFVIST", "afvist af banken, ikke frigivet (`ydelse rejected`)",
     "rejected by the bank, not released (`ydelse rejected`)"},
    {"ERSTATNINGSNUMMER", "erstatningsnummer, uden --allow-replacement-cpr",
     "replacement CPR number, without --allow-replacement-cpr"},
    {"FORAELDET", "for gammel til at blive betalt af sig selv", "too old to be paid by itself"},
    {"BETALER_MANGLER", "kommunen er ikke sat op (betalere.csv)",
     "the municipality is not set up (betalere.csv)"},
    {"SAMLET", "så meget mere end måneden før", "so much more than in the month before"},
    {"ANTAL", "så mange flere end måneden før", "so many more than in the month before"},
    {"ENKELT", "en enkelt betaling", "a single payment"},
    {"IGEN", "endnu en betaling for en betalt måned", "a further payment for a month that was paid"},
    {"RETTET", "der skyldes mindre, end bunken betaler", "less is owed than the batch pays"},
};

const char *payment_reason(const char *code, bool danish) {
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(reasons[i].code, code) == 0)
            return payment_words(danish, reasons[i].danish, reasons[i].english);
    return code;
}

const char *payment_noun(int64_t count, bool danish) {
    if (danish)
        return count == 1 ? "betaling" : "betalinger";
    return count == 1 ? "payment" : "payments";
}

const char *payment_batch_state(const char *state, bool danish) {
    static const struct {
        const char *state, *danish;
    } states[] = {{"draft", "kladde"},
                  {"approved", "godkendt"},
                  {"emitted", "udsendt"},
                  {"settled", "afregnet"},
                  {"cancelled", "annulleret"}};
    for (size_t i = 0; danish && i < sizeof states / sizeof states[0]; i++)
        if (strcmp(states[i].state, state) == 0)
            return states[i].danish;
    return state;
}

void payment_place(const char *place, char shown[MASKED_SIZE]) {
    mask_text((Text){place, (uint32_t)strlen(place)}, shown);
}

const char *payment_words(bool danish, const char *danish_text, const char *english_text) {
    return danish ? danish_text : english_text;
}

void print_kroner(Money amount, int width) {
    char text[KRONER_TEXT_SIZE];
    kroner_format(amount, true, text);
    printf("%*s", width, text);
}
