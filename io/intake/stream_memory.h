/* The fact stream whose source is a delivery in memory: participants in order of their CPR numbers, each with
 * the rows that count. Rows are dealt to participants by counting, not by sorting them all; what a participant
 * gets is copied together and ordered as engine/facts.h asks for.
 */
#ifndef YDELSE_IO_INTAKE_STREAM_MEMORY_H
#define YDELSE_IO_INTAKE_STREAM_MEMORY_H

#include "io/intake/delivery.h"
#include "io/intake/stream.h"

/* Borrows the delivery (read with keep_rows). */
Status memory_stream_begin(const Delivery *delivery, FactStream **stream, Error *error);

/* Reads the files first; the stream then owns the delivery, which is valid until the stream is closed. */
Status memory_stream_open(char *const *paths, int path_count, const Dialect *dialect,
                          const DeliverySink *sink, FactStream **stream, const Delivery **delivery,
                          Error *error);

/* A second stream over the same participants, for another thread. Borrows from the whole, which must live longer. */
Status memory_stream_part(const FactStream *whole, FactStream **part, Error *error);

/* The participants of ranks first_rank to end_rank - 1 come next, then the end. */
void memory_stream_seek(FactStream *part, int32_t first_rank, int32_t end_rank);

#endif
