#define _GNU_SOURCE 1 /* flock */
#include "io/base/beside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER_SIZE 24

char *beside_name(const char *path) {
    const size_t size = strlen(path) + sizeof BESIDE_MARK + NUMBER_SIZE;
    char *name = malloc(size);
    if (name != NULL)
        snprintf(name, size, "%s" BESIDE_MARK "%ld", path, (long)getpid());
    return name;
}

int beside_lock(const char *path) {
    int descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0 && errno == EISDIR)
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/* Ours by its name (of `name`, with a number behind the mark) and by its owner. */
static bool was_written_beside(int folder, const char *entry, const char *name) {
    const size_t size = strlen(name), mark = sizeof BESIDE_MARK - 1;
    struct stat state;
    if (strncmp(entry, name, size) != 0 || strncmp(entry + size, BESIDE_MARK, mark) != 0)
        return false;
    const char *number = entry + size + mark;
    return *number != '\0' && number[strspn(number, "0123456789")] == '\0' &&
           fstatat(folder, entry, &state, AT_SYMLINK_NOFOLLOW) == 0 && state.st_uid == geteuid();
}

static void remove_one(const char *folder, const char *entry, void (*remove)(const char *left)) {
    const size_t size = strlen(folder) + 1 + strlen(entry) + 1;
    char *left = malloc(size);
    if (left == NULL)
        return;
    snprintf(left, size, "%s/%s", folder, entry);
    const int lock = beside_lock(left);
    if (lock >= 0) {
        remove(left);
        close(lock);
    }
    free(left);
}

void beside_remove_left(const char *path, void (*remove)(const char *left)) {
    const char *slash = strrchr(path, '/');
    char *folder = folder_of(path);
    DIR *entries = folder == NULL ? NULL : opendir(folder);
    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;) {
        if (was_written_beside(dirfd(entries), entry->d_name, slash == NULL ? path : slash + 1))
            remove_one(folder, entry->d_name, remove);
    }
    if (entries != NULL)
        closedir(entries);
    free(folder);
}

char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

bool disk_sync(int descriptor) {
    return fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP;
}

bool folder_sync(const char *folder) {
    const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool is_synced = disk_sync(descriptor);
    const int reason = errno;
    close(descriptor);
    errno = reason;
    return is_synced;
}
