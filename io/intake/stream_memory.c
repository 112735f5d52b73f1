#include "io/intake/stream_memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE_SIZE 64
#define PARTICIPANTS_AHEAD 6
#define ROWS_FETCHED_MAX 8

/* The versions of one kind in order of their participants. */
typedef struct {
    int32_t *first; /* participant_count + 1: where each one's versions begin in order */
    int32_t *order; /* live versions */
    int32_t most;   /* that a participant has */
} DealtRows;

typedef struct {
    FactStream stream; /* first, so that a pointer to it is one to this */
    const Delivery *delivery;
    Delivery *owned; /* or NULL */
    int32_t next_rank, end_rank;
    const DealtRows *dealt;     /* KIND_COUNT of them */
    DealtRows *owned_dealt;     /* or NULL: a part, which borrows them */
    void *gathered[KIND_COUNT]; /* room for the rows of one participant */
} MemoryStream;

/* --- Order within a participant ----------------------------------------------------------------------------- */

static int compare_dates(Date a, Date b) {
    return (a.day > b.day) - (a.day < b.day);
}

static int compare_forloeb(const void *a, const void *b) {
    const Forloeb *left = a;
    const Forloeb *right = b;
    const int by_date = compare_dates(left->startdato, right->startdato);
    return by_date != 0 ? by_date : text_compare(left->forloeb_id, right->forloeb_id);
}

static int compare_boern(const void *a, const void *b) {
    return text_compare(((const Barn *)a)->post_id, ((const Barn *)b)->post_id);
}

static int compare_perioder(const void *a, const void *b) {
    return text_compare(((const Periode *)a)->post_id, ((const Periode *)b)->post_id);
}

static int compare_indkomst(const void *a, const void *b) {
    return text_compare(((const Indkomst *)a)->post_id, ((const Indkomst *)b)->post_id);
}

static int compare_feriepenge(const void *a, const void *b) {
    return text_compare(((const Feriepenge *)a)->post_id, ((const Feriepenge *)b)->post_id);
}

static int compare_sanktioner(const void *a, const void *b) {
    return text_compare(((const Sanktion *)a)->sanktion_id, ((const Sanktion *)b)->sanktion_id);
}

static int compare_skattekort(const void *a, const void *b) {
    return text_compare(((const Skattekort *)a)->post_id, ((const Skattekort *)b)->post_id);
}

typedef int Compare(const void *a, const void *b);

static Compare *const compare_rows[KIND_COUNT] = {
    [KIND_FORLOEB] = compare_forloeb,       [KIND_BOERN] = compare_boern,
    [KIND_PERIODER] = compare_perioder,     [KIND_INDKOMST] = compare_indkomst,
    [KIND_FERIEPENGE] = compare_feriepenge, [KIND_SANKTIONER] = compare_sanktioner,
    [KIND_SKATTEKORT] = compare_skattekort,
};

/* --- Dealing ---------------------------------------------------------------------------------------------------- */

/* Fills first and order of a kind: a counting sort that keeps the order of the versions. */
static bool deal_rows(const Delivery *delivery, KindId kind, DealtRows *dealt) {
    const int32_t participants = delivery_participant_count(delivery);
    const int32_t versions = delivery_version_count(delivery, kind);
    /* Counted two places on: after summing, first[rank + 1] is where the rows of rank begin, and after placing
     * them it is where they end, which is where those of rank + 1 begin. */
    dealt->first = calloc((size_t)participants + 2, sizeof *dealt->first);
    if (dealt->first == NULL)
        return false;
    for (int32_t i = 0; i < versions; i++) {
        const int32_t rank = delivery_version_rank(delivery, kind, i);
        if (rank >= 0)
            dealt->first[rank + 2]++;
    }
    for (int32_t i = 2; i <= participants + 1; i++)
        dealt->first[i] += dealt->first[i - 1];
    dealt->order = malloc(((size_t)dealt->first[participants + 1] + 1) * sizeof *dealt->order);
    if (dealt->order == NULL)
        return false;
    for (int32_t i = 0; i < versions; i++) {
        const int32_t rank = delivery_version_rank(delivery, kind, i);
        if (rank >= 0)
            dealt->order[dealt->first[rank + 1]++] = i;
    }
    return true;
}

static void find_most(const Delivery *delivery, DealtRows *dealt) {
    const int32_t participants = delivery_participant_count(delivery);
    for (int32_t rank = 0; rank < participants; rank++) {
        const int32_t count = dealt->first[rank + 1] - dealt->first[rank];
        dealt->most = count > dealt->most ? count : dealt->most;
    }
}

static void free_dealt(DealtRows *dealt) {
    if (dealt == NULL)
        return;
    for (int32_t kind = 0; kind < KIND_COUNT; kind++) {
        free(dealt[kind].first);
        free(dealt[kind].order);
    }
    free(dealt);
}

static DealtRows *deal_all(const Delivery *delivery) {
    DealtRows *dealt = calloc(KIND_COUNT, sizeof *dealt);
    for (int32_t kind = KIND_DELTAGERE + 1; kind < KIND_COUNT && dealt != NULL; kind++) {
        if (!deal_rows(delivery, (KindId)kind, &dealt[kind])) {
            free_dealt(dealt);
            return NULL;
        }
        find_most(delivery, &dealt[kind]);
    }
    return dealt;
}

/* --- The stream -------------------------------------------------------------------------------------------------- */

static bool are_ordered(KindId kind, const char *rows, int32_t count, size_t size_bytes) {
    for (int32_t i = 1; i < count; i++)
        if (compare_rows[kind](rows + (size_t)(i - 1) * size_bytes, rows + (size_t)i * size_bytes) > 0)
            return false;
    return true;
}

/* The rows of a participant, copied together and ordered. */
static const void *gather(const MemoryStream *stream, KindId kind, int32_t first, int32_t count) {
    const DealtRows *dealt = &stream->dealt[kind];
    char *rows = stream->gathered[kind];
    size_t size_bytes = 0;
    for (int32_t i = 0; i < count; i++) {
        const void *row = delivery_version_row(stream->delivery, kind, dealt->order[first + i], &size_bytes);
        memcpy(rows + (size_t)i * size_bytes, row, size_bytes);
    }
    if (!are_ordered(kind, rows, count, size_bytes))
        qsort(rows, (size_t)count, size_bytes, compare_rows[kind]);
    return rows;
}

/* The rows of a participant in order. Mostly they stand so in the delivery, and stay where they are. */
static const void *rows_of(const MemoryStream *stream, KindId kind, int32_t rank, int32_t *count) {
    const DealtRows *dealt = &stream->dealt[kind];
    const int32_t first = dealt->first[rank];
    size_t size_bytes;
    *count = dealt->first[rank + 1] - first;
    if (*count == 0)
        return NULL;
    const int32_t *order = &dealt->order[first];
    const void *rows = delivery_version_row(stream->delivery, kind, order[0], &size_bytes);
    const bool stand_together = order[*count - 1] == order[0] + *count - 1;
    const bool in_order = (kind != KIND_FORLOEB && delivery_ids_rise(stream->delivery, kind)) ||
                          (stand_together && are_ordered(kind, rows, *count, size_bytes));
    return stand_together && in_order ? rows : gather(stream, kind, first, *count);
}

static void fetch(const void *place, size_t size_bytes) {
    for (size_t at = 0; at < size_bytes; at += CACHE_LINE_SIZE)
        __builtin_prefetch((const char *)place + at);
}

/* What is computed for a participant is less than a single wait for memory: the rows of one who comes later are on their
 * way meanwhile. */
static void fetch_ahead(const MemoryStream *stream, int32_t rank) {
    if (rank >= stream->end_rank)
        return;
    fetch(delivery_participant(stream->delivery, rank), sizeof(Deltager));
    for (int32_t kind = KIND_DELTAGERE + 1; kind < KIND_COUNT; kind++) {
        const DealtRows *dealt = &stream->dealt[kind];
        const int32_t first = dealt->first[rank];
        const int32_t count = dealt->first[rank + 1] - first;
        size_t size_bytes;
        for (int32_t i = 0; i < count && i < ROWS_FETCHED_MAX; i++) {
            const void *row =
                delivery_version_row(stream->delivery, (KindId)kind, dealt->order[first + i], &size_bytes);
            fetch(row, size_bytes);
        }
    }
}

/* Whether income is the benefit itself is told by two texts, of who pays, which stand elsewhere than the rows. */
static void fetch_payers(const MemoryStream *stream, int32_t rank) {
    const DealtRows *dealt = &stream->dealt[KIND_INDKOMST];
    if (rank >= stream->end_rank)
        return;
    __builtin_prefetch(delivery_participant(stream->delivery, rank)->se_nummer.bytes);
    for (int32_t i = dealt->first[rank];
         i < dealt->first[rank + 1] && i < dealt->first[rank] + ROWS_FETCHED_MAX; i++) {
        size_t size_bytes;
        const Indkomst *row =
            delivery_version_row(stream->delivery, KIND_INDKOMST, dealt->order[i], &size_bytes);
        __builtin_prefetch(row->arbejdsgiver_se.bytes);
    }
}

static Status next_facts(FactStream *base, Facts *facts, bool *more, Error *error) {
    (void)error;
    MemoryStream *stream = (MemoryStream *)base;
    *more = stream->next_rank < stream->end_rank;
    if (!*more)
        return STATUS_OK;
    const int32_t rank = stream->next_rank++;
    fetch_ahead(stream, rank + PARTICIPANTS_AHEAD);
    fetch_payers(stream, rank + PARTICIPANTS_AHEAD / 2);
    facts->deltager = delivery_participant(stream->delivery, rank);
    facts->forloeb = rows_of(stream, KIND_FORLOEB, rank, &facts->forloeb_count);
    facts->boern = rows_of(stream, KIND_BOERN, rank, &facts->boern_count);
    facts->perioder = rows_of(stream, KIND_PERIODER, rank, &facts->perioder_count);
    facts->indkomst = rows_of(stream, KIND_INDKOMST, rank, &facts->indkomst_count);
    facts->feriepenge = rows_of(stream, KIND_FERIEPENGE, rank, &facts->feriepenge_count);
    facts->sanktioner = rows_of(stream, KIND_SANKTIONER, rank, &facts->sanktioner_count);
    facts->skattekort = rows_of(stream, KIND_SKATTEKORT, rank, &facts->skattekort_count);
    return STATUS_OK;
}

static void close_stream(FactStream *base) {
    MemoryStream *stream = (MemoryStream *)base;
    for (int32_t kind = 0; kind < KIND_COUNT; kind++)
        free(stream->gathered[kind]);
    free_dealt(stream->owned_dealt);
    delivery_free(stream->owned);
    free(stream);
}

static bool make_room(MemoryStream *stream, KindId kind) {
    const DealtRows *dealt = &stream->dealt[kind];
    size_t size_bytes;
    if (dealt->most == 0)
        return true;
    (void)delivery_version_row(stream->delivery, kind, dealt->order[0], &size_bytes);
    stream->gathered[kind] = malloc((size_t)dealt->most * size_bytes);
    return stream->gathered[kind] != NULL;
}

/* A stream over all participants. Takes owned_dealt, also when it fails. */
static MemoryStream *new_stream(const Delivery *delivery, const DealtRows *dealt, DealtRows *owned_dealt) {
    MemoryStream *stream = dealt == NULL ? NULL : calloc(1, sizeof *stream);
    if (stream == NULL) {
        free_dealt(owned_dealt);
        return NULL;
    }
    stream->stream = (FactStream){next_facts, close_stream};
    stream->delivery = delivery;
    stream->dealt = dealt;
    stream->owned_dealt = owned_dealt;
    stream->end_rank = delivery_participant_count(delivery);
    for (int32_t kind = KIND_DELTAGERE + 1; kind < KIND_COUNT; kind++) {
        if (!make_room(stream, (KindId)kind)) {
            close_stream(&stream->stream);
            return NULL;
        }
    }
    return stream;
}

static MemoryStream *begin_stream(const Delivery *delivery) {
    DealtRows *dealt = deal_all(delivery);
    return new_stream(delivery, dealt, dealt);
}

Status memory_stream_begin(const Delivery *delivery, FactStream **stream, Error *error) {
    MemoryStream *begun = begin_stream(delivery);
    *stream = begun == NULL ? NULL : &begun->stream;
    return begun == NULL ? error_no_memory(error) : STATUS_OK;
}

Status memory_stream_part(const FactStream *whole, FactStream **part, Error *error) {
    const MemoryStream *lender = (const MemoryStream *)whole;
    MemoryStream *begun = new_stream(lender->delivery, lender->dealt, NULL);
    *part = begun == NULL ? NULL : &begun->stream;
    return begun == NULL ? error_no_memory(error) : STATUS_OK;
}

void memory_stream_seek(FactStream *part, int32_t first_rank, int32_t end_rank) {
    MemoryStream *stream = (MemoryStream *)part;
    assert(first_rank >= 0 && end_rank <= delivery_participant_count(stream->delivery));
    stream->next_rank = first_rank;
    stream->end_rank = end_rank;
}

Status memory_stream_open(char *const *paths, int path_count, const Dialect *dialect,
                          const DeliverySink *sink, FactStream **stream, const Delivery **delivery,
                          Error *error) {
    Delivery *read = NULL;
    *stream = NULL;
    *delivery = NULL;
    const Status status = delivery_read(paths, path_count, dialect, true, sink, &read, error);
    if (status != STATUS_OK)
        return status;
    MemoryStream *begun = begin_stream(read);
    if (begun == NULL) {
        delivery_free(read);
        return error_no_memory(error);
    }
    begun->owned = read;
    *stream = &begun->stream;
    *delivery = read;
    return STATUS_OK;
}
