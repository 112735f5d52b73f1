/* The naive model of payments: who was sent what, and what came of it. It knows batches and payments and nothing of
 * lines; what is still to be paid is what is owed, less what was paid and kept.
 */
#ifndef YDELSE_TESTS_HISTORIES_PURSE_H
#define YDELSE_TESTS_HISTORIES_PURSE_H

#include "tests/histories/model.h"

#define PAID_MAX 8192
#define BATCHES_MAX 512
#define PAYMENT_ID_SIZE 40

typedef enum {
    PAID_IN_BATCH,
    PAID_SENT,
    PAID_ACCEPTED,
    PAID_REJECTED,
    PAID_RELEASED,
    PAID_CANCELLED
} PaidState;

typedef struct {
    int32_t person, month, batch;
    int64_t oere;
    PaidState state;
    bool contradicted; /* the bank accepted it after it was rejected, and nobody has resolved that */
    char id[PAYMENT_ID_SIZE];
} Paid;

typedef enum { BATCH_DRAFT, BATCH_APPROVED, BATCH_OUT, BATCH_CANCELLED } BatchState;

typedef struct {
    BatchState state;
    Date due;
    int maker; /* 0 or 1 */
} Batch;

typedef struct Purse {
    const Model *model;
    Paid paid[PAID_MAX]; /* in the order in which they were made */
    int32_t count;
    Batch batches[BATCHES_MAX + 1]; /* by number, from 1 on */
    int32_t batch_count;
    int64_t repaid[PEOPLE_MAX][MONTHS];
    /* What the play keeps beside it (money.c). */
    uint64_t state;
    char users[2][64];
    char *folder;
    int32_t files;
    Date today;
} Purse;

/* Owed and not paid; below 0: paid too much. */
int64_t purse_net(const Purse *purse, int32_t person, int32_t month);

/* Why nothing may go out, as the tally counts it; TALLY_PAY: it may. */
TallyId purse_left_out(const Purse *purse, int32_t person, int32_t month, Date due, Date today);
/* Whether a payment in a batch may no longer be sent. */
bool purse_blocked(const Purse *purse, int32_t batch, Date today);

/* Moves every payment of a batch that is in one state to another. */
void purse_move(Purse *purse, int32_t batch, PaidState before, PaidState after);
/* Tells the model what was paid. */
void purse_tell(const Purse *purse, Model *model);
/* Each payment and its state as the database has it, by id; the caller frees it. */
char *purse_text(const Purse *purse);

#endif
