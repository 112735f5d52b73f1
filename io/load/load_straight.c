/* Rows with new ids on their way into the COPY: held until there are many, and then sent in order of their buckets. So
 * the rows of a bucket lie together in the table, and a run, which takes one slice of buckets after another, reads a
 * part of each portion instead of the whole table every time. One portion goes to the server while the next is filled:
 * neither waits for the other. */
#include <assert.h>
#include <stdlib.h>

#include "io/base/bucket.h"
#include "io/load/load_internal.h"
#include "io/pg/pg_encode.h"

#define PORTION_BYTES_MAX ((size_t)4 << 20)
#define ROW_HEADER_SIZE 2 /* the number of its columns */
#define ROWS_BETWEEN_LOOKS 256
#define BYTES_AT_A_TIME ((size_t)128 << 10)

static void portion_free(Portion *portion) {
    free(portion->bytes);
    free(portion->rows);
    free(portion->order);
}

void load_straight_free(StraightRows *straight) {
    portion_free(&straight->filling);
    portion_free(&straight->going);
    *straight = (StraightRows){0};
}

static void portion_empty(Portion *portion) {
    portion->used_bytes = 0;
    portion->count = portion->next = 0;
}

void load_straight_drop(StraightRows *straight) {
    portion_empty(&straight->filling);
    portion_empty(&straight->going);
}

/* Pages of it that are never filled are never there. */
static bool reserve_bytes(Portion *portion) {
    if (portion->bytes == NULL)
        portion->bytes = malloc(PORTION_BYTES_MAX);
    return portion->bytes != NULL;
}

static bool reserve_row(Portion *portion) {
    if (portion->count < portion->capacity)
        return true;
    const int32_t capacity = portion->capacity == 0 ? 4096 : 2 * portion->capacity;
    HeldRow *rows = realloc(portion->rows, (size_t)capacity * sizeof rows[0]);
    if (rows == NULL)
        return false;
    portion->rows = rows;
    int32_t *order = realloc(portion->order, (size_t)capacity * sizeof order[0]);
    if (order == NULL)
        return false;
    portion->order = order;
    portion->capacity = capacity;
    return true;
}

/* By counting; rows of a bucket stay in the order in which they came. */
static void sort_by_bucket(Portion *portion) {
    int32_t place[BUCKET_COUNT + 1] = {0};
    for (int32_t i = 0; i < portion->count; i++)
        place[portion->rows[i].bucket + 1]++;
    for (int32_t b = 0; b < BUCKET_COUNT; b++)
        place[b + 1] += place[b];
    for (int32_t i = 0; i < portion->count; i++)
        portion->order[place[portion->rows[i].bucket]++] = i;
}

/* --- Sending ---------------------------------------------------------------------------------------------------- */

static void put_rows(LoadRows *rows, Portion *portion, size_t size_bytes) {
    size_t put_bytes = 0;
    while (portion->next < portion->count && put_bytes < size_bytes) {
        const HeldRow *row = &portion->rows[portion->order[portion->next++]];
        pg_copy_encoded(rows->copy, portion->bytes + row->offset, row->size_bytes);
        put_bytes += row->size_bytes;
    }
}

/* All that has not gone; waits for the server. */
static void put_rest(LoadRows *rows, Portion *portion) {
    pg_copy_in_impatient(rows->copy);
    put_rows(rows, portion, portion->used_bytes);
    portion_empty(portion);
}

/* Gives the server as much as it takes at present. */
static void send_on(LoadRows *rows) {
    Portion *going = &rows->straight_rows.going;
    while (going->next < going->count && pg_copy_in_taken(rows->copy))
        put_rows(rows, going, BYTES_AT_A_TIME);
}

/* Waits until the portion before has gone, and lets this one go while the next is filled. */
static Status start_portion(LoadRows *rows, Error *error) {
    StraightRows *straight = &rows->straight_rows;
    if (rows->copy == NULL) {
        const Status status = load_copy_begin(rows, &rows->copy, error);
        if (status != STATUS_OK)
            return status;
    }
    put_rest(rows, &straight->going);
    const Portion emptied = straight->going;
    straight->going = straight->filling;
    straight->filling = emptied;
    sort_by_bucket(&straight->going);
    pg_copy_in_patient(rows->copy);
    send_on(rows);
    return STATUS_OK;
}

Status load_straight_send(LoadRows *rows, Error *error) {
    StraightRows *straight = &rows->straight_rows;
    Status status = STATUS_OK;
    if (straight->filling.count > 0)
        status = start_portion(rows, error);
    if (status == STATUS_OK && straight->going.count > 0)
        put_rest(rows, &straight->going);
    return status;
}

/* --- Filling ---------------------------------------------------------------------------------------------------- */

Status load_straight_room(LoadRows *rows, size_t size_max_bytes, char **place, Error *error) {
    Portion *filling = &rows->straight_rows.filling;
    const size_t wanted = ROW_HEADER_SIZE + size_max_bytes;
    Status status = STATUS_OK;
    assert(wanted <= PORTION_BYTES_MAX);
    if (filling->used_bytes + wanted > PORTION_BYTES_MAX)
        status = start_portion(rows, error);
    if (status == STATUS_OK && (!reserve_bytes(filling) || !reserve_row(filling)))
        status = error_no_memory(error);
    if (status == STATUS_OK)
        *place =
            pg_encode_16(filling->bytes + filling->used_bytes, (uint16_t)pg_fact_column_count(rows->kind));
    return status;
}

void load_straight_keep(LoadRows *rows, const char *end, int16_t bucket) {
    Portion *filling = &rows->straight_rows.filling;
    assert(bucket >= 0 && bucket < BUCKET_COUNT && filling->count < filling->capacity);
    const size_t size_bytes = (size_t)(end - filling->bytes) - filling->used_bytes;
    filling->rows[filling->count++] = (HeldRow){(uint32_t)filling->used_bytes, (uint32_t)size_bytes, bucket};
    filling->used_bytes += size_bytes;
    if (filling->count % ROWS_BETWEEN_LOOKS == 0)
        send_on(rows);
}
