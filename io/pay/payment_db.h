/* What the payment commands share: batch numbers, the reasons for leaving a payee out, the database's refusals,
 * and the words for people.
 */
#ifndef YDELSE_IO_PAY_PAYMENT_DB_H
#define YDELSE_IO_PAY_PAYMENT_DB_H

#include "engine/money.h"
#include "io/base/mask.h"
#include "io/command/command.h"
#include "io/pg/pg.h"
#include "io/show/text.h"

/* The only operand, BATCH: a number from 1. */
Status payment_batch_operand(const Invocation *invocation, Error *error);

/* pg_query_file, with the refusals of sql/0006 and 0017 turned into statuses: no such batch 66, in another
 * state or not permitted 77, a payee who may not be paid 65. */
Status payment_query(Pg *pg, const char *name, int parameter_count, const PgParameter *parameters,
                     PgRows **rows, Error *error);

/* --reason: something, without a CPR number. */
Status payment_reason_option(const char *reason, Error *error);

/* The longest id of a decision, in characters, and the size of an amount in øre as text. */
#define PAYMENT_DECISION_SIZE_MAX 100
#define PAYMENT_OERE_SIZE 24

/* --OPTION: something of at most size_max characters, without a CPR number; the number of a case may have ten digits. */
Status payment_text_option(const char *option, const char *text, int size_max, Error *error);

/* --amount, kroner as Danes write them: øre in *parameter, which points into oere. NULL stays NULL. */
Status payment_amount_option(const char *text, char oere[PAYMENT_OERE_SIZE], const char **parameter,
                             Error *error);

/* The business date, for SQL and for people; a notice when setting drift.idag gives it. */
Date payment_today(const Settings *settings, char text[DATE_TEXT_SIZE]);

/* Tells the database the settings betaling.graense_*, by which this session's batches are held against the limits. */
Status payment_limits_set(Pg *pg, const Settings *settings, Error *error);

/* The number of a setting that has a built-in value. */
int32_t payment_setting_number(const Settings *settings, const char *key);

/* "død: betales ikke" and the like for a code of the database; the code itself when it is unknown. */
const char *payment_reason(const char *code, bool danish);

/* "betaling" or "betalinger". */
const char *payment_noun(int64_t count, bool danish);

/* The state of a batch in words: "draft" is kladde and so on. */
const char *payment_batch_state(const char *state, bool danish);

/* "file:line" of a participant, fit for a message. */
void payment_place(const char *place, char shown[MASKED_SIZE]);

/* The text in the language asked for. */
const char *payment_words(bool danish, const char *danish_text, const char *english_text);

/* Kroner as Danes write them in a column of a table. */
void print_kroner(Money amount, int width);

#endif
