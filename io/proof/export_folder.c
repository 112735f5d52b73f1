#include "io/proof/export_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/base/beside.h"
#include "io/base/stop_point.h"

#define FOLDER_MODE 0700
#define FILE_MODE 0600
#define NAME_SIZE_MAX 64 /* of a file in the folder, and of the temporary ending */

/* --- The folder ------------------------------------------------------------------------------------------------------ */

static bool is_empty_folder(const char *path) {
    DIR *entries = opendir(path);
    if (entries == NULL)
        return false;
    int count = 0;
    while (readdir(entries) != NULL)
        count++;
    closedir(entries);
    return count <= 2; /* itself and the one above */
}

/* Returns whether it has room; the names of our own files have (export_folder_begin). */
static bool path_below(const char *folder, const char *name, char path[EXPORT_PATH_SIZE]) {
    const size_t above = strlen(folder), size = strlen(name);
    if (above + 1 + size >= EXPORT_PATH_SIZE)
        return false;
    memcpy(path, folder, above);
    path[above] = '/';
    memcpy(path + above + 1, name, size + 1);
    return true;
}

static Status make_folder(const char *path, Error *error) {
    return mkdir(path, FOLDER_MODE) == 0 ? STATUS_OK
                                         : error_errno(error, STATUS_CANNOT_CREATE, "create", path);
}

/* --- What was left -------------------------------------------------------------------------------------------------- */

static void remove_known_files(const char *folder) {
    char path[EXPORT_PATH_SIZE];
    for (int i = 0; i < EXPORT_FILE_COUNT; i++) {
        if (path_below(folder, export_file_name[i], path))
            unlink(path);
    }
    if (path_below(folder, EXPORT_MANIFEST, path))
        unlink(path);
    for (int i = 0; i < EXPORT_FOLDER_COUNT; i++) {
        if (path_below(folder, export_folder_name[i], path))
            rmdir(path);
    }
    rmdir(folder);
}

/* --- An export ------------------------------------------------------------------------------------------------------ */

static Status make_folders(ExportFolder *folder, Error *error) {
    char below[EXPORT_PATH_SIZE];
    Status status = make_folder(folder->temporary, error);
    if (status != STATUS_OK)
        folder->temporary[0] = '\0';
    else /* not every file system has locks: then nothing is removed */
        folder->lock = beside_lock(folder->temporary);
    for (int i = 0; status == STATUS_OK && i < EXPORT_FOLDER_COUNT; i++) {
        (void)path_below(folder->temporary, export_folder_name[i], below);
        status = make_folder(below, error);
    }
    return status;
}

Status export_folder_begin(const char *path, ExportFolder *folder, Error *error) {
    struct stat state;
    size_t size = strlen(path);
    *folder = (ExportFolder){.lock = -1};
    while (size > 1 && path[size - 1] == '/')
        size--;
    if (size == 0 || size + 2 * NAME_SIZE_MAX > EXPORT_PATH_SIZE)
        return error_set(error, STATUS_CANNOT_CREATE, "the path of the export is empty or too long");
    if (lstat(path, &state) == 0 && !is_empty_folder(path))
        return error_set(error, STATUS_CANNOT_CREATE, "%s is there and no empty folder", path);
    memcpy(folder->path, path, size);
    beside_remove_left(folder->path, remove_known_files); /* everybody is in it */
    snprintf(folder->temporary, sizeof folder->temporary, "%.*s" BESIDE_MARK "%ld",
             EXPORT_PATH_SIZE - NAME_SIZE_MAX, folder->path, (long)getpid());
    const Status status = make_folders(folder, error);
    if (status == STATUS_OK)
        stop_point(STOP_EXPORT_BEGUN);
    return status;
}

static void let_go(ExportFolder *folder) {
    if (folder->lock >= 0)
        close(folder->lock);
    folder->lock = -1;
    folder->temporary[0] = '\0';
}

/* The names in it; its files were put on the disk one by one. */
static bool sync_folders(const char *path) {
    char below[EXPORT_PATH_SIZE];
    bool synced = folder_sync(path);
    for (int i = 0; i < EXPORT_FOLDER_COUNT && synced; i++)
        synced = path_below(path, export_folder_name[i], below) && folder_sync(below);
    return synced;
}

Status export_folder_finish(ExportFolder *folder, Error *error) {
    stop_point(STOP_EXPORT_WRITTEN);
    if (!sync_folders(folder->temporary))
        return error_errno(error, STATUS_IO, "sync", folder->temporary);
    if (rename(folder->temporary, folder->path) != 0)
        return error_errno(error, STATUS_CANNOT_CREATE, "create", folder->path);
    let_go(folder);
    stop_point(STOP_EXPORT_PLACED);
    char *above = folder_of(folder->path);
    const bool synced = above != NULL && folder_sync(above);
    free(above);
    return synced ? STATUS_OK : error_errno(error, STATUS_IO, "sync the folder of", folder->path);
}

void export_folder_abandon(ExportFolder *folder) {
    if (folder->temporary[0] == '\0')
        return;
    remove_known_files(folder->temporary);
    let_go(folder);
}

/* --- A file ------------------------------------------------------------------------------------------------------------ */

Status export_file_open(const ExportFolder *folder, const char *name, ExportFile *file, Error *error) {
    char path[EXPORT_PATH_SIZE];
    *file = (ExportFile){.stream = NULL};
    (void)path_below(folder->temporary, name, path);
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    if (descriptor < 0)
        return error_errno(error, STATUS_CANNOT_CREATE, "create", name);
    file->stream = fdopen(descriptor, "w");
    if (file->stream == NULL)
        close(descriptor);
    if (file->stream == NULL || !sha256_begin(&file->sha)) {
        export_file_abandon(file);
        return error_no_memory(error);
    }
    return STATUS_OK;
}

void export_put(ExportFile *file, const char *bytes, size_t size_bytes) {
    sha256_add(&file->sha, bytes, size_bytes);
    file->size_bytes += (int64_t)size_bytes;
    (void)fwrite(bytes, 1, size_bytes, file->stream); /* told by ferror at the end */
}

void export_put_string(ExportFile *file, const char *text) {
    export_put(file, text, strlen(text));
}

/* Blanks at the ends of an unquoted field would be dropped by whoever reads it. */
static bool must_be_quoted(Text text) {
    if (text.size_bytes == 0)
        return false;
    const char first = text.bytes[0], last = text.bytes[text.size_bytes - 1];
    bool special = first == ' ' || first == '\t' || last == ' ' || last == '\t';
    for (uint32_t i = 0; i < text.size_bytes && !special; i++)
        special =
            text.bytes[i] == ';' || text.bytes[i] == '"' || text.bytes[i] == '\n' || text.bytes[i] == '\r';
    return special;
}

void export_put_field(ExportFile *file, Text text) {
    if (!must_be_quoted(text)) {
        export_put(file, text.bytes, text.size_bytes);
        return;
    }
    export_put(file, "\"", 1);
    for (uint32_t i = 0; i < text.size_bytes; i++) {
        export_put(file, &text.bytes[i], 1);
        if (text.bytes[i] == '"')
            export_put(file, "\"", 1);
    }
    export_put(file, "\"", 1);
}

void export_put_json(ExportFile *file, const char *text) {
    export_put(file, "\"", 1);
    for (; *text != '\0'; text++) {
        char escaped[8];
        const unsigned char byte = (unsigned char)*text;
        if (byte == '\n')
            export_put(file, "\\n", 2);
        else if (byte == '"' || byte == '\\' || byte < 0x20)
            export_put(file, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", byte));
        else
            export_put(file, text, 1);
    }
    export_put(file, "\"", 1);
}

void export_end_row(ExportFile *file) {
    export_put(file, "\n", 1);
    file->rows++;
}

Status export_file_close(ExportFile *file, const char *name, ExportEntry *entry, Error *error) {
    uint8_t digest[SHA256_SIZE];
    Status status = STATUS_OK;
    if (fflush(file->stream) != 0 || ferror(file->stream) != 0 || !disk_sync(fileno(file->stream)))
        status = error_errno(error, STATUS_IO, "write", name);
    if (fclose(file->stream) != 0 && status == STATUS_OK)
        status = error_errno(error, STATUS_IO, "write", name);
    file->stream = NULL;
    sha256_end(&file->sha, digest);
    entry->size_bytes = file->size_bytes;
    entry->rows = file->rows;
    sha256_hex(digest, entry->sha256_hex);
    return status;
}

void export_file_abandon(ExportFile *file) {
    if (file->stream != NULL)
        fclose(file->stream);
    file->stream = NULL;
    sha256_abandon(&file->sha);
}
