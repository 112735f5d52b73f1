/* What the files io/load_*.c share: the rows of a chunk, what is known of their ids, and what is to be written. */
#ifndef YDELSE_IO_LOAD_LOAD_INTERNAL_H
#define YDELSE_IO_LOAD_LOAD_INTERNAL_H

#include "io/base/arena.h"
#include "io/intake/resolve.h"
#include "io/load/load_digest.h"
#include "io/load/load_known.h"
#include "io/load/load_rows.h"
#include "io/pg/pg_array.h"
#include "io/pg/pg_fact.h"

#define CHUNK_ROWS_MAX 16384
#define CHUNK_BYTES_MAX (8 << 20)
/* Twice the rows, a power of two. */
#define CHUNK_SLOTS (2 * CHUNK_ROWS_MAX)

/* A row whose fate is not decided yet. All memory is the chunk's. */
typedef struct {
    Text id;
    Text raw;
    const char *encoded; /* as COPY wants it */
    size_t encoded_size_bytes;
    Cpr cpr; /* CPR_UNKNOWN: none given */
    ContentHash content;
    int64_t retried_reject_id;
    bool settled; /* ... which this load has accepted at its first place: nothing is left to try */
    int32_t line;
    int32_t next; /* the next row with this id, -1: none */
    Posttype posttype;
    VersionOutcome outcome;
} ChunkRow;

#define CPR_UNKNOWN ((Cpr){UINT64_MAX})

/* All rows of a chunk with one id, and what the database has of it. */
typedef struct {
    uint64_t hash;
    Text id;
    int32_t first_row, last_row; /* -1: none */
    int32_t first_version, version_count;
} ChunkGroup;

/* A version in the database: a fact (reject_id 0) or a row that was rejected by meaning. Texts are borrowed. */
typedef struct {
    Text id;
    Text cpr;
    Text reject_code;
    ContentHash content;
    int64_t reject_id;
    int32_t file_id, line;
    int16_t bucket;
    Posttype posttype;
    bool ended;
    bool corrected; /* a later row took its place: nobody is asked about it any more */
} StoredVersion;

typedef struct {
    int64_t reject_id;
    int32_t file_id, line, field_number;
    const char *code;
    const char *column, *found, *expected;
    bool whole_file;
    Text raw; /* bytes NULL: none */
    Text id, cpr;
    const char *waiting; /* the encoded row, when it is to be folded again; or NULL */
    size_t waiting_size_bytes;
} PendingReject;

typedef struct {
    Text cpr;
    int32_t file_id, line;
    int16_t bucket;
} PendingEnd;

typedef enum { RESOLVED_STORED, RESOLVED_DUPLICATE, RESOLVED_REPEATED } ResolvedOutcome;

typedef struct {
    int64_t reject_id;
    ResolvedOutcome outcome;
} PendingResolved;

/* A row in StraightRows.bytes, as COPY wants it. */
typedef struct {
    uint32_t offset, size_bytes;
    int16_t bucket;
} HeldRow;

typedef struct {
    char *bytes;
    size_t used_bytes;
    HeldRow *rows;
    int32_t *order; /* room for their indexes */
    int32_t count, capacity;
    int32_t next; /* while they are sent: the first in order that is not */
} Portion;

typedef struct {
    Portion filling;
    Portion going; /* to the server, while the other fills */
} StraightRows;

struct LoadRows {
    Pg *pg;
    int32_t delivery_id;
    LoadFinding *finding;
    void *context;

    KnownParticipants known;
    SeenIds seen;
    int64_t next_reject_id;
    int64_t resolved_count;

    KindId kind;
    bool straight;        /* rows with new ids go straight into the COPY; the table's indexes are not there */
    bool straight_before; /* the same when the file began: to go back to */
    bool index_due;       /* of the kind before: it is made while the next file is read */
    KindId index_kind;
    const InputFile *file;
    int32_t file_id;
    int8_t field_of_column[COLUMNS_MAX];
    LoadCounts counts;
    PgCopyIn *copy;
    StraightRows straight_rows; /* that are not sent yet */

    Arena arena; /* texts of the chunk and of what is pending */
    size_t chunk_bytes;
    ChunkRow *chunk;
    int32_t chunk_count;
    ChunkGroup *groups;
    int32_t group_count;
    int32_t *slots; /* hash table: index of a group + 1, 0: empty */

    PendingReject *rejects;
    int32_t reject_count, reject_capacity;
    PendingEnd *ends;
    int32_t end_count, end_capacity;
    PendingResolved *resolved;
    int32_t resolved_pending, resolved_capacity;
    PgArray woken;                /* reject ids whose rows become facts */
    bool woken_kinds[KIND_COUNT]; /* of this delivery */

    Sha256 sha; /* one for all row hashes and digests */
    SaltPool salts;
    Leaves leaves; /* of the file */

    Status status;
    Error error;
};

/* Keeps the first failure. */
void load_fail(LoadRows *rows, Status status, const Error *error);

/* Opens the COPY into the kind's table. */
Status load_copy_begin(LoadRows *rows, PgCopyIn **copy, Error *error);

/* Room to encode a straight row into; sends what is held when there is none. */
Status load_straight_room(LoadRows *rows, size_t size_max_bytes, char **place, Error *error);
/* The row was encoded there up to its end. */
void load_straight_keep(LoadRows *rows, const char *end, int16_t bucket);
/* Sends all rows held, by bucket; the COPY stays open. */
Status load_straight_send(LoadRows *rows, Error *error);
void load_straight_drop(StraightRows *straight);
void load_straight_free(StraightRows *straight);

/* Decides and writes the chunk; groups without rows are folded again as they are. */
Status load_chunk_process(LoadRows *rows, Error *error);
/* The group of an id, made when it is new. Copies the id when copy_id. */
ChunkGroup *load_chunk_group(LoadRows *rows, Text id);
void load_chunk_clear(LoadRows *rows);

/* Adds to what is pending; false when there is no memory. The texts of reject must live as long as the chunk. */
bool load_pend_reject(LoadRows *rows, PendingReject *reject);
bool load_pend_end(LoadRows *rows, const PendingEnd *end);
bool load_pend_resolved(LoadRows *rows, int64_t reject_id, ResolvedOutcome outcome);
/* Writes everything pending of the kind. No COPY may be open. */
Status load_write_pending(LoadRows *rows, Error *error);

#endif
