#include "io/base/beside.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/base/output_file.h"
#include "tests/support/process.h"

#define PATH_SIZE 4096

static void remove_file(const char *left) {
    cr_expect_eq(beside_lock(left), -1, "%s is locked while it is removed", left);
    unlink(left);
}

static void path_of(const char *folder, const char *name, char path[PATH_SIZE]) {
    cr_assert_lt(snprintf(path, PATH_SIZE, "%s/%s", folder, name), PATH_SIZE);
}

/* What a killed writer left goes; what another one is writing stays, and so does what only looks alike. */
Test(beside, what_is_left_and_what_is_not) {
    static const struct {
        const char *name;
        bool stays;
    } cases[] = {
        {"ud.csv", true},         {"ud.csv.tmp-12", false},   {"ud.csv.tmp-4194304", false},
        {"ud.csv.tmp-", true},    {"ud.csv.tmp-12x", true},   {"ud.csv.tmp-gammel", true},
        {"xud.csv.tmp-12", true}, {"ud.csv.tmp-12.gz", true}, {"ud.csvx.tmp-12", true},
        {"ud.csv.tmp", true},
    };
    char *folder = temporary_folder();
    char path[PATH_SIZE], held[PATH_SIZE], link_path[PATH_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        path_of(folder, cases[i].name, path);
        write_text_file(path, "x");
    }
    path_of(folder, "ud.csv", path);
    path_of(folder, "ud.csv.tmp-77", held);
    path_of(folder, "ud.csv.tmp-78", link_path);
    write_text_file(held, "x");
    cr_assert_eq(symlink(path, link_path), 0);
    const int lock = beside_lock(held);
    cr_assert_geq(lock, 0);

    beside_remove_left(path, remove_file);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        path_of(folder, cases[i].name, path);
        cr_expect_eq(access(path, F_OK) == 0, cases[i].stays, "%s", cases[i].name);
    }
    struct stat state;
    cr_expect_eq(access(held, F_OK), 0, "another one is writing it");
    cr_expect_eq(lstat(link_path, &state), 0, "a link is nothing that we wrote");
    close(lock);
    path_of(folder, "ud.csv", path);
    beside_remove_left(path, remove_file);
    cr_expect_neq(access(held, F_OK), 0, "whoever wrote it is gone");
    temporary_folder_remove(folder);
}

/* A program that is killed while its output has a name beside its place: the next one to the same place removes it. */
Test(beside, an_output_removes_what_was_left) {
    char *folder = temporary_folder();
    char path[PATH_SIZE];
    OutputFile output;
    Error error = {.status = STATUS_OK};
    path_of(folder, "ud.csv", path);
    char *left = beside_name(path);
    cr_assert_not_null(left);
    const pid_t killed = fork();
    if (killed == 0) { /* holds what it writes, and dies */
        write_text_file(left, "everybody");
        if (beside_lock(left) >= 0)
            raise(SIGKILL);
        _exit(1);
    }
    int state = 0;
    cr_assert_eq(waitpid(killed, &state, 0), killed);
    cr_assert(WIFSIGNALED(state));
    cr_assert_eq(output_file_open(path, &output, &error), STATUS_OK, "%s", error.message);
    cr_expect_neq(access(left, F_OK), 0);
    output_file_abandon(&output);
    free(left);
    temporary_folder_remove(folder);
}

Test(beside, folders) {
    static const struct {
        const char *path, *folder;
    } cases[] = {{"", "."}, {"ud.csv", "."}, {"/ud.csv", "/"}, {"a/ud.csv", "a"}, {"/a/b/ud.csv", "/a/b"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *folder = folder_of(cases[i].path);
        cr_expect_str_eq(folder, cases[i].folder);
        free(folder);
    }
    cr_expect(folder_sync("/"));
    cr_expect_not(folder_sync("/findes-ikke"));
}
