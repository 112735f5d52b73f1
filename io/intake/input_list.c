/* Which files there are to read, of which kind, and in which order. */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/base/mask.h"
#include "io/intake/intake.h"

/* A file before it is sorted into the list. */
typedef struct {
    char *path;
    const char *name; /* within path */
    int32_t kind;     /* KIND_COUNT: unknown */
    bool is_refused;  /* no regular file, or a link that is not followed */
    bool is_regular;
    int32_t argument;
    dev_t device;
    ino_t inode;
} Candidate;

typedef struct {
    Candidate *candidates;
    int32_t count;
    int32_t argument;
} Candidates;

/* The leading letters of the name; a byte of a letter beyond ASCII is one too. */
static int32_t kind_of_name(const char *name) {
    size_t size = 0;
    while ((name[size] >= 'a' && name[size] <= 'z') || (name[size] >= 'A' && name[size] <= 'Z') ||
           ((unsigned char)name[size] & 0x80) != 0)
        size++;
    for (int32_t kind = 0; kind < KIND_COUNT; kind++)
        if (strlen(kind_table[kind].name) == size && memcmp(kind_table[kind].name, name, size) == 0)
            return kind;
    return KIND_COUNT;
}

static bool ends_in_csv(const char *name) {
    const size_t size = strlen(name);
    return size >= 4 && strcmp(name + size - 4, ".csv") == 0;
}

/* A path or name that may be shown. */
static void show_path(const char *path, char shown[MASKED_SIZE]) {
    mask_text((Text){path, (uint32_t)strlen(path)}, shown);
}

static Status missing(const char *path, Error *error) {
    char shown[MASKED_SIZE];
    show_path(path, shown);
    return error_errno(error, errno == ENOENT || errno == ENOTDIR ? STATUS_NO_INPUT : STATUS_IO, "open",
                       shown);
}

/* Takes path. The same file named twice is read once. */
static Status add_candidate(Candidates *found, char *path, const struct stat *state, bool is_refused,
                            Error *error) {
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    for (int32_t i = 0; i < found->count; i++) {
        const Candidate *other = &found->candidates[i];
        if (other->device == state->st_dev && other->inode == state->st_ino &&
            strcmp(other->name, name) == 0) {
            free(path);
            return STATUS_OK;
        }
    }
    if (found->count == INPUT_FILES_MAX) {
        free(path);
        return error_set(error, STATUS_DATA, "the delivery has more than %d files", INPUT_FILES_MAX);
    }
    found->candidates[found->count++] = (Candidate){
        .path = path,
        .name = name,
        .kind = kind_of_name(name),
        .is_refused = is_refused,
        .is_regular = S_ISREG(state->st_mode),
        .argument = found->argument,
        .device = state->st_dev,
        .inode = state->st_ino,
    };
    return STATUS_OK;
}

/* Whoever may write into the folder must not make us read what only we may: a link that is neither ours nor the
 * superuser's is followed to files of its own owner alone. What was no link must not have become one meanwhile. */
static bool is_followed(const struct stat *link, const struct stat *target) {
    if (!S_ISLNK(link->st_mode))
        return link->st_dev == target->st_dev && link->st_ino == target->st_ino;
    return link->st_uid == target->st_uid || link->st_uid == geteuid() || link->st_uid == 0;
}

static Status add_entry(Candidates *found, const char *folder, const char *name, Error *error) {
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    struct stat link, state;
    if (path == NULL)
        return error_no_memory(error);
    const bool has_slash = folder[0] != '\0' && folder[strlen(folder) - 1] == '/';
    snprintf(path, size, "%s%s%s", folder, has_slash ? "" : "/", name);
    if (lstat(path, &link) != 0 || stat(path, &state) != 0) {
        const Status status = missing(path, error);
        free(path);
        return status;
    }
    if (S_ISDIR(state.st_mode)) {
        free(path);
        return STATUS_OK;
    }
    return add_candidate(found, path, &state, !S_ISREG(state.st_mode) || !is_followed(&link, &state), error);
}

static Status add_folder(Candidates *found, const char *folder, Error *error) {
    DIR *entries = opendir(folder);
    Status status = STATUS_OK;
    if (entries == NULL)
        return missing(folder, error);
    while (status == STATUS_OK) {
        errno = 0;
        const struct dirent *entry = readdir(entries);
        if (entry == NULL) {
            if (errno != 0)
                status = missing(folder, error);
            break;
        }
        if (ends_in_csv(entry->d_name))
            status = add_entry(found, folder, entry->d_name, error);
    }
    closedir(entries);
    return status;
}

static bool is_folder(const char *path, struct stat *state) {
    return stat(path, state) == 0 && S_ISDIR(state->st_mode);
}

/* A folder is a delivery of its own; all single files together are one, read in byte order of their names however
 * the shell put them. */
static int32_t argument_group(char *const *paths, int32_t argument) {
    struct stat state;
    for (int32_t i = 0; i < argument; i++)
        if (!is_folder(paths[argument], &state) && !is_folder(paths[i], &state))
            return i;
    return argument;
}

static Status add_argument(Candidates *found, const char *path, Error *error) {
    struct stat state;
    if (stat(path, &state) != 0)
        return missing(path, error);
    if (S_ISDIR(state.st_mode))
        return add_folder(found, path, error);
    char *copy = strdup(path);
    if (copy == NULL)
        return error_no_memory(error);
    return add_candidate(found, copy, &state, false, error);
}

static int compare_candidates(const void *left, const void *right) {
    const Candidate *a = left;
    const Candidate *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->argument != b->argument)
        return a->argument < b->argument ? -1 : 1;
    const int by_name = strcmp(a->name, b->name);
    return by_name != 0 ? by_name : strcmp(a->path, b->path);
}

static void report_unread(const Candidate *candidate, const IntakeSink *sink) {
    InputFile file = {.path = candidate->path, .kind = KIND_COUNT, .number = -1};
    show_path(candidate->name, file.name);
    const InputFinding finding = {
        .code = candidate->is_refused ? FINDING_FIL_IKKE_ALMINDELIG : FINDING_FIL_UKENDT,
        .file = &file,
        .column = "",
        .found = file.name,
        .expected = candidate->is_refused
                        ? "a regular file, or a link to one of the same owner"
                        : "deltagere, forloeb, boern, perioder, indkomst, feriepenge, sanktioner, skattekort",
    };
    sink->finding(sink->context, &finding);
}

/* Moves the candidates of known kinds into the list, which then owns their paths. */
static void fill_list(Candidates *found, const IntakeSink *sink, InputList *list) {
    for (int32_t i = 0; i < found->count; i++) {
        Candidate *candidate = &found->candidates[i];
        if (candidate->kind == KIND_COUNT || candidate->is_refused) {
            report_unread(candidate, sink);
            list->unknown_count++;
            continue;
        }
        list->files[list->count] = (InputFile){
            .path = candidate->path,
            .kind = (KindId)candidate->kind,
            .number = list->count,
            .is_listed = true,
            .is_regular = candidate->is_regular,
            .device = candidate->device,
            .inode = candidate->inode,
        };
        show_path(candidate->name, list->files[list->count].name);
        list->count++;
        candidate->path = NULL;
    }
}

static Status find_files(char *const *paths, int path_count, Candidates *found, Error *error) {
    found->candidates = calloc(INPUT_FILES_MAX, sizeof(Candidate));
    if (found->candidates == NULL)
        return error_no_memory(error);
    for (int i = 0; i < path_count; i++) {
        found->argument = argument_group(paths, i);
        const Status status = add_argument(found, paths[i], error);
        if (status != STATUS_OK)
            return status;
    }
    qsort(found->candidates, (size_t)found->count, sizeof found->candidates[0], compare_candidates);
    return STATUS_OK;
}

static Status sort_out(Candidates *found, const IntakeSink *sink, InputList *list, Error *error) {
    list->files = calloc(INPUT_FILES_MAX, sizeof(InputFile));
    if (list->files == NULL)
        return error_no_memory(error);
    fill_list(found, sink, list);
    if (list->count > 0)
        return STATUS_OK;
    error_set(error, STATUS_NO_INPUT, "there is no file of a known kind");
    error_hint(error,
               "kinds: deltagere, forloeb, boern, perioder, indkomst, feriepenge, sanktioner, skattekort; "
               "e.g. indkomst-2024-03.csv");
    return STATUS_NO_INPUT;
}

Status input_list(char *const *paths, int path_count, const IntakeSink *sink, InputList *list, Error *error) {
    Candidates found = {.candidates = NULL};
    *list = (InputList){.files = NULL};
    Status status = find_files(paths, path_count, &found, error);
    if (status == STATUS_OK)
        status = sort_out(&found, sink, list, error);
    for (int32_t i = 0; i < found.count; i++)
        free(found.candidates[i].path);
    free(found.candidates);
    if (status != STATUS_OK)
        input_list_free(list);
    return status;
}

/* A pipe that came into the place of a file would have us wait for its writer. */
Status input_file_open(const InputFile *file, int *descriptor, Error *error) {
    const int flags = file->is_regular ? O_NONBLOCK | O_NOCTTY : 0;
    char shown[MASKED_SIZE];
    struct stat state;
    show_path(file->path, shown);
    *descriptor = open(file->path, O_RDONLY | O_CLOEXEC | flags);
    if (*descriptor < 0)
        return missing(file->path, error);
    if (!file->is_listed || (fstat(*descriptor, &state) == 0 && state.st_dev == file->device &&
                             state.st_ino == file->inode && S_ISREG(state.st_mode) == file->is_regular))
        return STATUS_OK;
    close(*descriptor);
    error_set(error, STATUS_TRY_AGAIN, "%s was replaced while the delivery was read", shown);
    error_hint(
        error,
        "nothing of it was read; deliver into a folder of its own and move it into place when it is whole");
    return STATUS_TRY_AGAIN;
}

void input_list_free(InputList *list) {
    for (int32_t i = 0; i < list->count; i++)
        free(list->files[i].path);
    free(list->files);
    *list = (InputList){0};
}

Status input_list_spare(const InputList *list, const char *path, Error *error) {
    struct stat there;
    if (path == NULL || lstat(path, &there) != 0)
        return STATUS_OK;
    for (int32_t i = 0; i < list->count; i++)
        if (list->files[i].is_regular && list->files[i].device == there.st_dev &&
            list->files[i].inode == there.st_ino)
            return error_set(error, STATUS_CANNOT_CREATE, "%s is input: it is not written over",
                             list->files[i].name);
    return STATUS_OK;
}
