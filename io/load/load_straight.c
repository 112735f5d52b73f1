/* Rows with new ids on their way into the COPY: held until there are many, and then sent in order of their buckets. So
 * the rows of a bucket lie together in the table, and a run, which takes one slice of buckets after another, reads a
 * part of each portion instead of the whole table every time. */
#include <assert.h>
#include <stdlib.h>

#include "io/base/bucket.h"
#include "io/load/load_internal.h"
#include "io/pg/pg_encode.h"

#define HELD_BYTES_MAX ((size_t)16 << 20)
#define ROW_HEADER_SIZE 2 /* the number of its columns */

void load_straight_free(StraightRows *straight) {
    free(straight->bytes);
    free(straight->rows);
    free(straight->order);
    *straight = (StraightRows){0};
}

void load_straight_drop(StraightRows *straight) {
    straight->used_bytes = 0;
    straight->count = 0;
}

/* Pages of it that are never filled are never there. */
static bool reserve_bytes(StraightRows *straight) {
    if (straight->bytes == NULL)
        straight->bytes = malloc(HELD_BYTES_MAX);
    return straight->bytes != NULL;
}

static bool reserve_row(StraightRows *straight) {
    if (straight->count < straight->capacity)
        return true;
    const int32_t capacity = straight->capacity == 0 ? 4096 : 2 * straight->capacity;
    HeldRow *rows = realloc(straight->rows, (size_t)capacity * sizeof rows[0]);
    if (rows == NULL)
        return false;
    straight->rows = rows;
    int32_t *order = realloc(straight->order, (size_t)capacity * sizeof order[0]);
    if (order == NULL)
        return false;
    straight->order = order;
    straight->capacity = capacity;
    return true;
}

Status load_straight_room(LoadRows *rows, size_t size_max_bytes, char **place, Error *error) {
    StraightRows *straight = &rows->straight_rows;
    const size_t wanted = ROW_HEADER_SIZE + size_max_bytes;
    Status status = STATUS_OK;
    assert(wanted <= HELD_BYTES_MAX);
    if (straight->used_bytes + wanted > HELD_BYTES_MAX)
        status = load_straight_send(rows, error);
    if (status == STATUS_OK && (!reserve_bytes(straight) || !reserve_row(straight)))
        status = error_set(error, STATUS_INTERNAL, "out of memory");
    if (status == STATUS_OK)
        *place =
            pg_encode_16(straight->bytes + straight->used_bytes, (uint16_t)pg_fact_column_count(rows->kind));
    return status;
}

void load_straight_keep(StraightRows *straight, const char *end, int16_t bucket) {
    assert(bucket >= 0 && bucket < BUCKET_COUNT && straight->count < straight->capacity);
    const size_t size_bytes = (size_t)(end - straight->bytes) - straight->used_bytes;
    straight->rows[straight->count++] =
        (HeldRow){(uint32_t)straight->used_bytes, (uint32_t)size_bytes, bucket};
    straight->used_bytes += size_bytes;
}

/* By counting; rows of a bucket stay in the order in which they came. */
static void sort_by_bucket(StraightRows *straight) {
    int32_t place[BUCKET_COUNT + 1] = {0};
    for (int32_t i = 0; i < straight->count; i++)
        place[straight->rows[i].bucket + 1]++;
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        place[b + 1] += place[b];
    for (int32_t i = 0; i < straight->count; i++)
        straight->order[place[straight->rows[i].bucket]++] = i;
}

Status load_straight_send(LoadRows *rows, Error *error) {
    StraightRows *straight = &rows->straight_rows;
    if (straight->count == 0)
        return STATUS_OK;
    if (rows->copy == NULL) {
        const Status status = load_copy_begin(rows, &rows->copy, error);
        if (status != STATUS_OK)
            return status;
    }
    sort_by_bucket(straight);
    for (int32_t i = 0; i < straight->count; i++) {
        const HeldRow *row = &straight->rows[straight->order[i]];
        pg_copy_encoded(rows->copy, straight->bytes + row->offset, row->size_bytes);
    }
    load_straight_drop(straight);
    return STATUS_OK;
}
