/* Files and folders that are written beside their place, as <path>.tmp-<process>, and moved there when they are whole.
 *
 * Whoever writes one holds it locked, and the kernel lets go when he is killed: what is there and not locked was left
 * behind. A file system without locks keeps it.
 */
#ifndef YDELSE_IO_BASE_BESIDE_H
#define YDELSE_IO_BASE_BESIDE_H

#include <stdbool.h>

#define BESIDE_MARK ".tmp-" /* between the path and the number of the process */

/* The name beside a path; the caller frees it. NULL: out of memory. */
char *beside_name(const char *path);

/* Locks what is being written, a file or a folder, until the descriptor is closed. -1: it is another's, or there are no
 * locks here. */
int beside_lock(const char *path);

/* Gives what killed writers of this path left to `remove`, each while it is locked. Nobody else's file fits the name. */
void beside_remove_left(const char *path, void (*remove)(const char *left));

/* The folder that a path is in; the caller frees it. NULL: out of memory. */
char *folder_of(const char *path);

/* Puts what an open file or folder holds on the disk; a pipe has none. False with errno: it could not be. */
bool disk_sync(int descriptor);

/* The names in a folder: a new name must survive a crash too. */
bool folder_sync(const char *folder);

#endif
