#include "tests/histories/purse.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bankday.h"

#define OLD_MONTHS 36 /* betaling.foraeldelse_aar */

static bool is_live(const Paid *paid) {
    return paid->state == PAID_IN_BATCH || paid->state == PAID_SENT || paid->state == PAID_ACCEPTED;
}

static int64_t kept(const Purse *purse, int32_t person, int32_t month) {
    int64_t sum = -purse->repaid[person][month];
    for (int32_t i = 0; i < purse->count; i++)
        if (purse->paid[i].person == person && purse->paid[i].month == month && is_live(&purse->paid[i]))
            sum += purse->paid[i].oere;
    return sum;
}

int64_t purse_net(const Purse *purse, int32_t person, int32_t month) {
    return purse->model->owed[person][month].amount[0] - kept(purse, person, month);
}

static bool has(const Purse *purse, int32_t person, int32_t month, PaidState state) {
    for (int32_t i = 0; i < purse->count; i++)
        if (purse->paid[i].person == person && purse->paid[i].month == month && purse->paid[i].state == state)
            return true;
    return false;
}

/* What keeps anybody from being paid, whatever the batch. */
static TallyId forbidden(const Purse *purse, int32_t person, int32_t month, Date due, Date today) {
    if (model_is_dead(purse->model, person))
        return TALLY_LEFT_DEAD;
    if (model_is_on_hold(purse->model, person, due) || model_is_on_hold(purse->model, person, today))
        return TALLY_LEFT_ON_HOLD;
    return purse->model->owed[person][month].held ? TALLY_LEFT_HELD : TALLY_PAY;
}

TallyId purse_left_out(const Purse *purse, int32_t person, int32_t month, Date due, Date today) {
    const TallyId reason = forbidden(purse, person, month, due, today);
    if (reason != TALLY_PAY)
        return reason;
    if (has(purse, person, month, PAID_REJECTED))
        return TALLY_LEFT_REJECTED;
    const Date owed_since = bankday_last_of_month(story_month(purse->model->story, month));
    return date_add_months(owed_since, OLD_MONTHS).day < today.day ? TALLY_LEFT_OLD : TALLY_PAY;
}

bool purse_blocked(const Purse *purse, int32_t batch, Date today) {
    for (int32_t i = 0; i < purse->count; i++) {
        const Paid *paid = &purse->paid[i];
        if (paid->batch == batch && paid->state == PAID_IN_BATCH &&
            (forbidden(purse, paid->person, paid->month, purse->batches[batch].due, today) != TALLY_PAY ||
             purse_net(purse, paid->person, paid->month) < 0))
            return true;
    }
    return false;
}

void purse_move(Purse *purse, int32_t batch, PaidState before, PaidState after) {
    for (int32_t i = 0; i < purse->count; i++)
        if (purse->paid[i].batch == batch && purse->paid[i].state == before)
            purse->paid[i].state = after;
}

void purse_tell(const Purse *purse, Model *model) {
    for (int32_t person = 0; person < 2 * model->story->life_count; person++)
        for (int32_t month = 0; month < MONTHS; month++) {
            model->owed[person][month].paid = kept(purse, person, month);
            model->owed[person][month].unsent = has(purse, person, month, PAID_IN_BATCH);
        }
}

static int by_text(const void *a, const void *b) {
    return strcmp(a, b);
}

char *purse_text(const Purse *purse) {
    static const char *const names[] = {
        [PAID_IN_BATCH] = "in_batch", [PAID_SENT] = "sent",         [PAID_ACCEPTED] = "accepted",
        [PAID_REJECTED] = "rejected", [PAID_RELEASED] = "rejected", [PAID_CANCELLED] = "cancelled"};
    static char lines[PAID_MAX][96];
    char *text = malloc((size_t)purse->count * sizeof lines[0] + 1);
    cr_assert_not_null(text);
    for (int32_t i = 0; i < purse->count; i++)
        snprintf(lines[i], sizeof lines[0], "%s: %lld %s", purse->paid[i].id, (long long)purse->paid[i].oere,
                 names[purse->paid[i].state]);
    qsort(lines, (size_t)purse->count, sizeof lines[0], by_text);
    char *at = text;
    *at = '\0';
    for (int32_t i = 0; i < purse->count; i++)
        at += sprintf(at, "%s\n", lines[i]);
    return text;
}
