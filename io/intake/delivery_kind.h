/* The rows of one kind of a delivery, and which of them count. Only io/intake/delivery.c.
 *
 * Kinds share nothing while they are read, so that they can be read side by side; what counts depends on the
 * participants, who must be settled before a file of another kind is resolved.
 */
#ifndef YDELSE_IO_INTAKE_DELIVERY_KIND_H
#define YDELSE_IO_INTAKE_DELIVERY_KIND_H

#include "io/base/arena.h"
#include "io/intake/delivery.h"
#include "io/intake/finding_log.h"
#include "io/intake/participants.h"
#include "io/intake/resolve.h"

/* One well-formed row. */
typedef struct {
    ContentHash content;
    Text id;     /* in the arena */
    int64_t cpr; /* as a number; VALUE_NONE on a T row without one */
    int32_t file;
    int32_t line;
    int32_t previous; /* the version of the same id before this one, or -1 */
    int32_t rank;     /* of the participant, or -1; of deltagere: unused */
    uint8_t posttype;
    uint8_t outcome; /* VersionOutcome, or one of its own: not decided yet */
    bool live;
} StoredVersion;

/* Open addressing: the last version of an id. */
typedef struct {
    uint32_t tag;         /* of the hash: saves most comparisons */
    int32_t version_next; /* index of the version plus one; 0: empty */
} Slot;

/* Room for the versions of one id. */
typedef struct {
    Version *versions;
    VersionOutcome *outcomes;
    int32_t *stored; /* their indexes */
    int32_t capacity;
} Chain;

typedef struct {
    KindId kind;
    bool keep_rows;
    StoredVersion *versions;
    char *rows; /* structs of kind_row_size_bytes[kind] each, or NULL */
    int32_t count, capacity;
    Slot *slots;
    uint32_t slot_count; /* a power of two */
    uint32_t id_count;
    bool ids_fall; /* some version's id does not lie behind that of the version before it */
    Arena arena;
    FindingLog log;
    /* While a file is read. */
    int32_t file_first_version;
    ArenaMark file_mark;
    int8_t id_field, cpr_field; /* field numbers of the file, 0: none */
    bool out_of_memory;
    bool too_many_rows;
    Chain chain;
} KindRows;

extern const size_t kind_row_size_bytes[KIND_COUNT];

/* Begins as {0} with kind and keep_rows set. */
void kind_rows_free(KindRows *rows);

/* Reads a file: rows that are well formed are kept, what is wrong with the others goes to the log. */
Status kind_rows_read(KindRows *rows, const InputFile *file, const Dialect *dialect, FileAccount *account,
                      Error *error);

/* Decides the fate of the rows of the file read last; those of earlier files stand. participants: of all other kinds
 * than deltagere. */
Status kind_rows_resolve(KindRows *rows, const InputFile *file, const Participants *participants,
                         FileAccount *account, Error *error);

#endif
