#include "io/proof/verify_export.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/intake/code_list.h"
#include "io/proof/verify_export_internal.h"

/* --- For all parts ---------------------------------------------------------------------------------------------------- */

void export_problem(ExportCheck *check, const char *name, int64_t line, const char *danish,
                    const char *english, ...) {
    va_list arguments;
    check->problems++;
    if (check->problems > PROBLEMS_SHOWN_MAX)
        return;
    if (line > 0)
        printf("%s:%" PRId64 ": ", name, line);
    else
        printf("%s: ", name);
    va_start(arguments, english);
    vprintf(check->danish ? danish : english, arguments);
    va_end(arguments);
    putchar('\n');
}

void export_path(const ExportCheck *check, const char *name, char path[EXPORT_PATH_SIZE]) {
    snprintf(path, EXPORT_PATH_SIZE, "%.3900s/%.128s", check->folder, name);
}

Status export_lines_next(ExportLines *lines, Error *error) {
    errno = 0;
    const ssize_t size = getline(&lines->text, &lines->capacity, lines->stream);
    /* What stood before the place that cannot be read is no line. */
    const bool failed = ferror(lines->stream) != 0 || (size < 0 && errno == ENOMEM);
    if (size < 0 || failed) {
        free(lines->text);
        lines->text = NULL;
        lines->capacity = 0;
        return failed ? error_errno(error, STATUS_IO, "read", "a file of the export") : STATUS_OK;
    }
    lines->number++;
    if (lines->text[size - 1] == '\n')
        lines->text[size - 1] = '\0';
    return STATUS_OK;
}

Status export_lines_open(ExportCheck *check, ExportFileId id, const char *header, ExportLines *lines,
                         Error *error) {
    char path[EXPORT_PATH_SIZE];
    *lines = (ExportLines){.stream = NULL};
    export_path(check, export_file_name[id], path);
    lines->stream = fopen(path, "re");
    if (lines->stream == NULL)
        return error_errno(error, STATUS_IO, "open", path);
    Status status = header == NULL ? STATUS_OK : export_lines_next(lines, error);
    const size_t size = header == NULL ? 0 : strlen(header) - 1;
    if (status == STATUS_OK && header != NULL &&
        (lines->text == NULL || strlen(lines->text) != size || strncmp(lines->text, header, size) != 0))
        export_problem(check, export_file_name[id], 1, "overskriften er en anden",
                       "the header is another one");
    if (status == STATUS_OK)
        status = export_lines_next(lines, error);
    if (status != STATUS_OK)
        export_lines_close(lines);
    return status;
}

void export_lines_close(ExportLines *lines) {
    if (lines->stream != NULL)
        fclose(lines->stream);
    free(lines->text);
    *lines = (ExportLines){.stream = NULL};
}

/* --- The manifest ------------------------------------------------------------------------------------------------------- */

static Status no_export(const char *what, Error *error) {
    return error_set(error, STATUS_DATA, "%s: %s", EXPORT_MANIFEST, what);
}

static bool take_text(const json_t *object, const char *key, char *text, size_t size) {
    const char *value = json_string_value(json_object_get(object, key));
    if (value == NULL || strlen(value) >= size)
        return false;
    strcpy(text, value);
    return true;
}

static Status read_run(ExportCheck *check, const json_t *manifest, Error *error) {
    const char *format = json_string_value(json_object_get(manifest, "format"));
    if (format == NULL || strcmp(format, EXPORT_FORMAT) != 0)
        return no_export("the format is not " EXPORT_FORMAT, error);
    if (json_integer_value(json_object_get(manifest, "version")) != EXPORT_VERSION)
        return no_export("this program does not know the version of the export", error);
    check->run_id = (int32_t)json_integer_value(json_object_get(manifest, "run"));
    check->data_as_of = (int32_t)json_integer_value(json_object_get(manifest, "data_as_of"));
    check->results = (int64_t)json_integer_value(json_object_get(manifest, "results"));
    if (!take_text(manifest, "month", check->month, sizeof check->month) ||
        !take_text(manifest, "kind", check->kind, sizeof check->kind) ||
        !take_text(manifest, "digest", check->digest_hex, sizeof check->digest_hex) ||
        !take_text(manifest, "seal", check->seal_hex, sizeof check->seal_hex))
        return no_export("month, kind, digest or seal is missing", error);
    return STATUS_OK;
}

typedef struct {
    int64_t size_bytes, lines;
    char hex[SHA256_HEX_SIZE];
} FoundFile;

static int64_t count_lines(const char *bytes, size_t size_bytes) {
    int64_t lines = 0;
    for (size_t i = 0; i < size_bytes; i++)
        lines += bytes[i] == '\n';
    return lines;
}

static Status hash_file(const char *path, FoundFile *found, Error *error) {
    char bytes[65536];
    uint8_t digest[SHA256_SIZE];
    Sha256 sha;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_errno(error, STATUS_IO, "open", path);
    if (!sha256_begin(&sha)) {
        fclose(file);
        return error_no_memory(error);
    }
    *found = (FoundFile){.size_bytes = 0};
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, file)) > 0;) {
        sha256_add(&sha, bytes, size);
        found->size_bytes += (int64_t)size;
        found->lines += count_lines(bytes, size);
    }
    const bool failed = ferror(file) != 0;
    fclose(file);
    sha256_end(&sha, digest);
    sha256_hex(digest, found->hex);
    return failed ? error_errno(error, STATUS_IO, "read", path) : STATUS_OK;
}

static const json_t *find_entry(const json_t *files, const char *name) {
    for (size_t i = 0; i < json_array_size(files); i++) {
        const json_t *entry = json_array_get(files, i);
        const char *entry_name = json_string_value(json_object_get(entry, "name"));
        if (entry_name != NULL && strcmp(entry_name, name) == 0)
            return entry;
    }
    return NULL;
}

/* Rows by lines: a field of facts and sources may hold a line end; their rows are counted when they are read. */
static bool rows_are_told_right(ExportFileId id, const FoundFile *found, int64_t told) {
    if (id == EXPORT_SOURCES || strncmp(export_file_name[id], "facts/", 6) == 0)
        return true;
    const char *end = strrchr(export_file_name[id], '.');
    const bool has_header = strcmp(end, ".csv") == 0 || strcmp(end, ".ini") == 0;
    return told == found->lines - (has_header ? 1 : 0);
}

static void compare_entry(ExportCheck *check, ExportFileId id, const json_t *entry, const FoundFile *found) {
    const char *name = export_file_name[id];
    const int64_t size = (int64_t)json_integer_value(json_object_get(entry, "size"));
    char told[SHA256_HEX_SIZE] = "";
    if (found->size_bytes != size)
        export_problem(check, name, 0, "filen er på %" PRId64 " byte, manifestet siger %" PRId64,
                       "the file has %" PRId64 " bytes, the manifest says %" PRId64, found->size_bytes, size);
    else if (!take_text(entry, "sha256", told, sizeof told) || strcmp(told, found->hex) != 0)
        export_problem(check, name, 0, "filen er ikke den, manifestet har SHA-256 af",
                       "the file is not the one whose SHA-256 the manifest has");
    else if (!rows_are_told_right(id, found, check->rows[id]))
        export_problem(check, name, 0, "filen har et andet antal rækker end manifestets %" PRId64,
                       "the file has another number of rows than the manifest's %" PRId64, check->rows[id]);
}

static Status check_file(ExportCheck *check, const json_t *files, ExportFileId id, Error *error) {
    const char *name = export_file_name[id];
    const json_t *entry = find_entry(files, name);
    char path[EXPORT_PATH_SIZE];
    FoundFile found = {.size_bytes = 0};
    struct stat state;
    export_path(check, name, path);
    if (entry == NULL)
        export_problem(check, EXPORT_MANIFEST, 0, "%s mangler i fortegnelsen", "%s is not listed", name);
    if (lstat(path, &state) != 0 || !S_ISREG(state.st_mode)) {
        export_problem(check, name, 0, "filen mangler", "the file is missing");
        return STATUS_OK;
    }
    check->is_there[id] = true;
    check->rows[id] = (int64_t)json_integer_value(json_object_get(entry, "rows"));
    const Status status = hash_file(path, &found, error);
    if (status == STATUS_OK && entry != NULL)
        compare_entry(check, id, entry, &found);
    return status;
}

static bool is_known_name(const char *name) {
    if (strcmp(name, EXPORT_MANIFEST) == 0)
        return true;
    for (int i = 0; i < EXPORT_FILE_COUNT; i++)
        if (strcmp(name, export_file_name[i]) == 0)
            return true;
    for (int i = 0; i < EXPORT_FOLDER_COUNT; i++)
        if (strcmp(name, export_folder_name[i]) == 0)
            return true;
    return false;
}

/* What is in the folder beside the files of an export. below: "" or "facts/". */
static Status check_extra(ExportCheck *check, const char *below, Error *error) {
    char path[EXPORT_PATH_SIZE], name[512];
    export_path(check, below, path);
    DIR *entries = opendir(path);
    if (entries == NULL)
        return errno == ENOENT ? STATUS_OK : error_errno(error, STATUS_IO, "open", path);
    for (const struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof name, "%s%s", below, entry->d_name);
        if (!is_known_name(name))
            export_problem(check, below[0] == '\0' ? "." : below, 0,
                           "der er en fil, som ikke hører til eksporten",
                           "there is a file that is no part of the export");
    }
    closedir(entries);
    return STATUS_OK;
}

static Status check_files(ExportCheck *check, const json_t *manifest, Error *error) {
    const json_t *files = json_object_get(manifest, "files");
    Status status = STATUS_OK;
    for (size_t i = 0; i < json_array_size(files); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(files, i), "name"));
        if (name == NULL || !is_known_name(name) || strcmp(name, EXPORT_MANIFEST) == 0)
            export_problem(check, EXPORT_MANIFEST, 0, "fortegnelsens post %zu er ingen fil i en eksport",
                           "entry %zu of the list is no file of an export", i + 1);
    }
    for (int id = 0; id < EXPORT_FILE_COUNT && status == STATUS_OK; id++)
        status = check_file(check, files, (ExportFileId)id, error);
    if (status == STATUS_OK)
        status = check_extra(check, "", error);
    if (status == STATUS_OK)
        status = check_extra(check, "facts/", error);
    return status == STATUS_OK ? check_extra(check, "law/", error) : status;
}

static Status check_manifest(ExportCheck *check, Error *error) {
    char path[EXPORT_PATH_SIZE];
    json_error_t reason;
    struct stat state;
    if (stat(check->folder, &state) != 0)
        return error_errno(error, STATUS_NO_INPUT, "open", check->folder);
    export_path(check, EXPORT_MANIFEST, path);
    json_t *manifest = json_load_file(path, JSON_REJECT_DUPLICATES, &reason);
    if (manifest == NULL)
        return no_export("it is missing or no JSON", error);
    Status status = read_run(check, manifest, error);
    if (status == STATUS_OK)
        status = check_files(check, manifest, error);
    json_decref(manifest);
    return status;
}

/* --- The whole ------------------------------------------------------------------------------------------------------------ */

static void tell(const ExportCheck *check) {
    if (check->problems > PROBLEMS_SHOWN_MAX)
        printf(check->danish ? "... %" PRId64 " fejl i alt\n" : "... %" PRId64 " problems in all\n",
               check->problems);
    if (check->problems > 0) {
        printf(check->danish ? "eksport af kørsel %d for %s: FEJL\n" : "export of run %d for %s: WRONG\n",
               check->run_id, check->month);
        return;
    }
    printf(check->danish ? "eksport af kørsel %d for %s: i orden\n" : "export of run %d for %s: in order\n",
           check->run_id, check->month);
    printf(check->danish ? "  %d filer, kæden af %" PRId64 " segl, %" PRId64
                           " resultater under seglet, %" PRId64 " personmåneder beregnet igen: ens\n"
                         : "  %d files, the chain of %" PRId64 " seals, %" PRId64
                           " results under the seal, %" PRId64 " person-months computed again: equal\n",
           EXPORT_FILE_COUNT, check->seal_count, check->rows[EXPORT_RESULTS], check->computed);
    printf("  %s %s\n", check->danish ? "segl" : "seal", check->seal_hex);
}

Status verify_export(const char *folder, const char *seal, bool danish, Error *error) {
    ExportCheck *check = calloc(1, sizeof *check);
    if (check == NULL)
        return error_no_memory(error);
    if (strlen(folder) > EXPORT_PATH_SIZE - 256) {
        free(check);
        return error_set(error, STATUS_NO_INPUT, "the path of the export is too long");
    }
    check->folder = folder;
    check->seal_kept = seal;
    check->danish = danish;
    Status status = code_lists_load(error);
    if (status == STATUS_OK)
        status = check_manifest(check, error);
    if (status == STATUS_OK)
        status = export_check_chain(check, error);
    if (status == STATUS_OK)
        status = export_check_sources(check, error);
    if (status == STATUS_OK)
        status = export_check_results(check, error);
    if (status == STATUS_OK)
        status = export_check_owed(check, error);
    if (status == STATUS_OK)
        status = export_check_sealed(check, error);
    if (status == STATUS_OK)
        status = export_check_calc(check, error);
    if (status == STATUS_OK) {
        tell(check);
        status = check->problems == 0 ? STATUS_OK : STATUS_FINDINGS;
    }
    free(check->seal_text);
    free(check->files);
    free(check);
    return status;
}
