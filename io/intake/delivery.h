/* A delivery in memory: all files read, every row's fate decided, without a database.
 *
 * Memory is a small constant per row: the engine's struct of the row (when rows are kept), its id, and a hash
 * of its content. Nothing is kept of rejected rows and files.
 */
#ifndef YDELSE_IO_INTAKE_DELIVERY_H
#define YDELSE_IO_INTAKE_DELIVERY_H

#include "io/intake/intake.h"

/* rows_read = rows_stored + rows_duplicate + rows_rejected, always. */
typedef struct {
    int64_t rows_read;
    int64_t rows_stored;
    int64_t rows_duplicate;
    int64_t rows_rejected;
    bool file_rejected;
} FileAccount;

/* Is told of findings file by file in the order of the list; within a file, those that the row tells by itself
 * come first, then those it tells beside other rows. Texts are borrowed for the call. */
typedef struct {
    void (*finding)(void *context, const InputFinding *finding); /* warnings and rejects */
    /* First with NULL, NULL: after the findings about files that are not read. */
    void (*file_done)(void *context, const InputFile *file, const FileAccount *account);
    void *context;
} DeliverySink;

typedef struct Delivery Delivery;

/* Reads everything. Without keep_rows only the accounts can be asked for. */
Status delivery_read(char *const *paths, int path_count, const Dialect *dialect, bool keep_rows,
                     const DeliverySink *sink, Delivery **delivery, Error *error);
void delivery_free(Delivery *delivery);

const InputList *delivery_files(const Delivery *delivery);
const FileAccount *delivery_account(const Delivery *delivery, int32_t file_number);
FileAccount delivery_total(const Delivery *delivery);
/* Every file was rejected. */
bool delivery_is_unusable(const Delivery *delivery);

/* For io/intake/stream_memory.c: the live rows. */
#define DELIVERY_ROWS_MAX INT32_MAX
int32_t delivery_participant_count(const Delivery *delivery);
/* In order of the CPR numbers. */
const Deltager *delivery_participant(const Delivery *delivery, int32_t rank);
int32_t delivery_version_count(const Delivery *delivery, KindId kind);
/* The rank of the participant of a live version, or -1 when the version does not count. */
int32_t delivery_version_rank(const Delivery *delivery, KindId kind, int32_t version);
/* The versions of the kind stand in order of their ids. */
bool delivery_ids_rise(const Delivery *delivery, KindId kind);
/* The engine's struct of a version, those of the next versions behind it; size_bytes is its size. */
const void *delivery_version_row(const Delivery *delivery, KindId kind, int32_t version, size_t *size_bytes);

#endif
