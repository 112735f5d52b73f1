/* The list of sent payment files, outside of the database (setting betaling.sendt): against paying twice after a restore.
 *
 * A database restored from a backup that is older than the last emission owes again what was sent since. It cannot know;
 * so `emit` writes a line here before a file leaves, and `pay` and `emit` refuse (exit 77) while the list names a file
 * that is not in the database. One line per file, appended and synced:
 *
 *     tidspunkt;kommunekode;dispositionsdato;betalinger;beloeb;sha256
 *
 * Nobody is in it. The list belongs on another disk than the database and its backups. Without the setting nothing is
 * written or asked.
 */
#ifndef YDELSE_IO_PAY_SENT_LIST_H
#define YDELSE_IO_PAY_SENT_LIST_H

#include "io/pay/payment_emit.h"

/* STATUS_NOT_PERMITTED when the list names files that the database does not hold, or is missing though files were
 * emitted; the error's detail names the first. */
Status sent_list_check(Pg *pg, const Settings *settings, Error *error);

/* Adds an emitted file, once. */
Status sent_list_add(const Settings *settings, const PaymentEmission *emission, Error *error);

#endif
