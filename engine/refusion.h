/* The state's reimbursement (refusion) of a municipality's cost: an estimate to reconcile with.
 *
 * Weeks are Monday to Sunday. A month's benefit before tax is spread evenly over its active days, a week's cost is the
 * sum of its days. The weeks with a benefit of a person are counted from 2014-07-01; the number of a week decides the
 * share: 1-4 80, 5-26 40, 27-52 30, from 53 20 per cent, from the first Monday of 2016. 52 weeks without a benefit
 * within three years (156 weeks) begin the count again.
 *
 * Pure: no allocation. Amounts in øre, none negative; nothing is lost by rounding a day, and a reimbursement is rounded
 * once, R of the law, for a person's cost of one week and month.
 */
#ifndef YDELSE_ENGINE_REFUSION_H
#define YDELSE_ENGINE_REFUSION_H

#include "engine/facts.h"
#include "engine/policy.h"

/* --- Weeks --- */

/* Mondays since that of 1969-12-29, which is week 0. */
typedef struct {
    int32_t index;
} Week;

Week week_of(Date date);
Date week_first(Week week);
/* "2015-W53", as ISO 8601 counts weeks. */
#define WEEK_TEXT_SIZE 16
void week_format(Week week, char *text);
/* False when it is no such text, or the year has no such week. */
bool week_parse(const char *text, uint32_t size_bytes, Week *week);

/* --- A month's benefit over its weeks --- */

/* The active days of a month (law section 1): bit 0 is the 1st. */
uint32_t refusion_active_days(const Facts *facts, const Policy *policy, Month month);

#define REFUSION_WEEKS_MAX 6 /* that a month can touch */

typedef struct {
    Week week;
    int32_t days; /* of the month and active, in this week */
    bool counts;  /* some of them are in the time from which weeks are counted */
    Money cost;   /* of these days */
} RefusionPart;

/* The weeks with active days, ascending; their costs add up to the amount. The days of a month differ by at most one
 * øre, the first ones have it. days is not empty. */
int32_t refusion_spread(Money amount, Month month, uint32_t days, RefusionPart part[REFUSION_WEEKS_MAX]);

/* --- Which week it is for a person --- */

#define REFUSION_WINDOW_WEEKS 156 /* three years */
#define REFUSION_RESTART_WEEKS 52 /* without a benefit among them */

/* One person's weeks. All zero: nothing was counted. */
typedef struct {
    int32_t count; /* weeks with a benefit since the count began */
    Week last;     /* the last of them */
    bool begun;
    int32_t without_count;               /* weeks without, among the last REFUSION_WINDOW_WEEKS */
    bool without[REFUSION_WINDOW_WEEKS]; /* by index modulo the window */
} RefusionLedger;

/* A count from elsewhere: so many weeks, at least one, up to and with `last`. The weeks before are taken as ones with
 * support. */
void refusion_open(RefusionLedger *ledger, int32_t weeks, Week last);
/* The number of a week with a benefit; the weeks of a person come ascending, the same one may come again. A week that
 * the opening has counted has the opening's number. */
int32_t refusion_week_number(RefusionLedger *ledger, Week week);

/* --- What the state pays of it --- */

typedef enum {
    REFUSION_NONE, /* before the steps applied */
    REFUSION_80,
    REFUSION_40,
    REFUSION_30,
    REFUSION_20,
    REFUSION_STEP_COUNT,
} RefusionStep;

extern const int32_t refusion_percent[REFUSION_STEP_COUNT];

RefusionStep refusion_step(Week week, int32_t number);
Money refusion_of(Money cost, RefusionStep step);

#endif
