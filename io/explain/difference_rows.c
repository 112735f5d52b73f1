/* Which rows two deliveries know differently, for one participant and month. */
#include <stdlib.h>
#include <string.h>

#include "io/explain/difference.h"

/* What is compared of a row: two versions of one id are told apart by where they stand. */
typedef struct {
    Text id;
    Source row;
    uint32_t causes;
} RowKey;

static uint32_t bit(Cause cause) {
    return UINT32_C(1) << cause;
}

static bool days_meet(Date first, Date last, Month month) {
    return first.day <= month_last(month).day && date_or_last(last).day >= month_first(month).day;
}

static RowKey income_key(const Indkomst *row, const Facts *facts, Month month) {
    const bool of_month = month_of(row->dispositionsdato).index == month.index;
    const bool of_year =
        row->klasse == KLASSE_FRIKORT && month_of(row->dispositionsdato).index <= month.index;
    return (RowKey){row->post_id, row->source,
                    of_month || of_year ? cause_of_indkomst(row, facts->deltager) : 0};
}

static RowKey holiday_key(const Feriepenge *row, Month month) {
    const bool held =
        date_given(row->foerste_feriedag) && days_meet(row->foerste_feriedag, row->sidste_feriedag, month);
    const bool paid = month_of(row->udbetalingsdato).index == month.index;
    return (RowKey){row->post_id, row->source, held || paid ? bit(CAUSE_FERIE) : 0};
}

static RowKey sanction_key(const Sanktion *row, Month month) {
    const bool concerns = row->art == SANKTION_TREDJEDEL ? days_meet(row->foerste_dag, row->sidste_dag, month)
                                                         : row->virkningsmaaned.index == month.index;
    return (RowKey){row->sanktion_id, row->source, concerns ? bit(CAUSE_SANKTION) : 0};
}

static int32_t row_count(const Facts *facts, KindId kind) {
    const int32_t counts[KIND_COUNT] = {1,
                                        facts->forloeb_count,
                                        facts->boern_count,
                                        facts->perioder_count,
                                        facts->indkomst_count,
                                        facts->feriepenge_count,
                                        facts->sanktioner_count,
                                        facts->skattekort_count};
    return counts[kind];
}

static RowKey row_key(const Facts *facts, KindId kind, int32_t i, Month month) {
    switch (kind) {
    case KIND_DELTAGERE:
        return (RowKey){{"", 0},
                        facts->deltager->source,
                        bit(CAUSE_BARN_ALDER) | bit(CAUSE_ANDEN_INDKOMST) | bit(CAUSE_PERSON)};
    case KIND_FORLOEB:
        return (RowKey){facts->forloeb[i].forloeb_id, facts->forloeb[i].source,
                        bit(CAUSE_DAGE) | bit(CAUSE_NIVEAU)};
    case KIND_BOERN:
        return (RowKey){facts->boern[i].post_id, facts->boern[i].source, bit(CAUSE_BARN_ALDER)};
    case KIND_PERIODER: {
        const Periode *row = &facts->perioder[i];
        return (RowKey){row->post_id, row->source,
                        days_meet(row->foerste_dag, row->sidste_dag, month) ? cause_of_periode(row) : 0};
    }
    case KIND_INDKOMST:
        return income_key(&facts->indkomst[i], facts, month);
    case KIND_FERIEPENGE:
        return holiday_key(&facts->feriepenge[i], month);
    case KIND_SANKTIONER:
        return sanction_key(&facts->sanktioner[i], month);
    case KIND_SKATTEKORT: {
        const Skattekort *row = &facts->skattekort[i];
        return (RowKey){row->post_id, row->source,
                        days_meet(row->foerste_dag, row->sidste_dag, month) ? bit(CAUSE_SKAT) : 0};
    }
    case KIND_COUNT:
        break;
    }
    return (RowKey){{"", 0}, {0, 0}, 0};
}

static int key_order(const void *a, const void *b) {
    const RowKey *one = a, *other = b;
    return text_compare(one->id, other->id);
}

/* The rows of a kind in order of their ids; the caller frees them. NULL: no memory. */
static RowKey *keys_of(const Facts *facts, KindId kind, Month month, int32_t *count) {
    *count = facts == NULL ? 0 : row_count(facts, kind);
    RowKey *keys = calloc((size_t)*count + 1, sizeof keys[0]);
    if (keys == NULL)
        return NULL;
    for (int32_t i = 0; i < *count; i++)
        keys[i] = row_key(facts, kind, i, month);
    qsort(keys, (size_t)*count, sizeof keys[0], key_order);
    return keys;
}

static bool row_add(Difference *difference, KindId kind, const RowKey *before, const RowKey *after) {
    const uint32_t causes = (before == NULL ? 0 : before->causes) | (after == NULL ? 0 : after->causes);
    if (causes == 0)
        return true;
    if (difference->row_count == difference->row_capacity) {
        const int32_t capacity = difference->row_capacity == 0 ? 16 : difference->row_capacity * 2;
        ChangedRow *moved = realloc(difference->rows, (size_t)capacity * sizeof moved[0]);
        if (moved == NULL)
            return false;
        difference->rows = moved;
        difference->row_capacity = capacity;
    }
    ChangedRow *row = &difference->rows[difference->row_count++];
    *row = (ChangedRow){.kind = kind, .causes = causes, .withdrawn = after == NULL};
    if (before != NULL)
        row->before = (RowPlace){.given = true, .row = before->row};
    if (after != NULL)
        row->after = (RowPlace){.given = true, .row = after->row};
    return true;
}

static bool kind_compare(Difference *difference, KindId kind, const RowKey *before, int32_t before_count,
                         const RowKey *after, int32_t after_count) {
    int32_t i = 0, j = 0;
    while (i < before_count || j < after_count) {
        const int order = i == before_count  ? 1
                          : j == after_count ? -1
                                             : text_compare(before[i].id, after[j].id);
        const RowKey *old = order <= 0 ? &before[i++] : NULL;
        const RowKey *new = order >= 0 ? &after[j++] : NULL;
        const bool same =
            old != NULL && new != NULL && old->row.file == new->row.file && old->row.line == new->row.line;
        if (!same && !row_add(difference, kind, old, new))
            return false;
    }
    return true;
}

bool difference_rows_find(Difference *difference) {
    bool ok = true;
    for (int32_t kind = 0; kind < KIND_COUNT && ok; kind++) {
        int32_t before_count, after_count;
        const Month month = difference->side[0].month;
        RowKey *before = keys_of(difference->side[0].facts, (KindId)kind, month, &before_count);
        RowKey *after = keys_of(difference->side[1].facts, (KindId)kind, month, &after_count);
        ok = before != NULL && after != NULL &&
             kind_compare(difference, (KindId)kind, before, before_count, after, after_count);
        free(before);
        free(after);
    }
    return ok;
}
