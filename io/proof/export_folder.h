/* The folder of an export while it is written: beside its place under another name, moved there at the end,
 * so that it is there whole or not at all; what a killed export left there, the next one to the same place
 * removes. Folders have mode 0700, files 0600. What is written is hashed as it is written.
 */
#ifndef YDELSE_IO_PROOF_EXPORT_FOLDER_H
#define YDELSE_IO_PROOF_EXPORT_FOLDER_H

#include <stdio.h>

#include "engine/facts.h"
#include "io/base/error.h"
#include "io/proof/export_format.h"

typedef struct {
    int64_t size_bytes;
    int64_t rows;
    char sha256_hex[SHA256_HEX_SIZE];
} ExportEntry;

typedef struct {
    char path[EXPORT_PATH_SIZE];
    char temporary[EXPORT_PATH_SIZE]; /* "": nothing is there */
    int lock;                         /* of temporary, while it is written; -1: none */
    ExportEntry entries[EXPORT_FILE_COUNT];
} ExportFolder;

/* STATUS_CANNOT_CREATE when the path is there and no empty folder. */
Status export_folder_begin(const char *path, ExportFolder *folder, Error *error);
/* Moves it to its place. */
Status export_folder_finish(ExportFolder *folder, Error *error);
/* Removes what was written; harmless after finish. */
void export_folder_abandon(ExportFolder *folder);

/* One file. Errors of writing are kept and told by export_file_close. */
typedef struct {
    FILE *stream;
    Sha256 sha;
    int64_t size_bytes, rows;
} ExportFile;

Status export_file_open(const ExportFolder *folder, const char *name, ExportFile *file, Error *error);
void export_put(ExportFile *file, const char *bytes, size_t size_bytes);
void export_put_string(ExportFile *file, const char *text);
/* A CSV field, quoted when it must be. */
void export_put_field(ExportFile *file, Text text);
/* A JSON string with its quotes. */
void export_put_json(ExportFile *file, const char *text);
/* The line end of a data row, which is counted. */
void export_end_row(ExportFile *file);
Status export_file_close(ExportFile *file, const char *name, ExportEntry *entry, Error *error);
/* Harmless after close. */
void export_file_abandon(ExportFile *file);

#endif
