#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/base/output_file.h"
#include "tests/support/process.h"

static int count_entries(const char *folder) {
    int count = 0;
    DIR *directory = opendir(folder);
    cr_assert_not_null(directory);
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory))
        if (entry->d_name[0] != '.')
            count++;
    closedir(directory);
    return count;
}

Test(output_file, whole_or_not_at_all) {
    char *folder = temporary_folder();
    char path[4096];
    OutputFile output;
    Error error = {.status = STATUS_OK};
    snprintf(path, sizeof path, "%s/payments.xml", folder);

    cr_assert_eq(output_file_open_private(path, &output, &error), STATUS_OK, "%s", error.message);
    cr_expect_neq(access(path, F_OK), 0, "nothing has the name before it is whole");
    fputs("abc", output.stream);
    fflush(output.stream);
    cr_expect_eq(count_entries(folder), output.nameless ? 0 : 1, "and nothing is left when it is killed");
    cr_assert_eq(output_file_finish(&output, &error), STATUS_OK, "%s", error.message);
    size_t size;
    char *bytes = read_whole_file(path, &size);
    cr_expect(size == 3 && memcmp(bytes, "abc", 3) == 0);
    free(bytes);
    struct stat there;
    cr_assert_eq(stat(path, &there), 0);
    cr_expect_eq(there.st_mode & 0777, 0600, "readable by its owner only");
    output_file_abandon(&output);

    /* What is given up leaves the earlier file alone, and nothing beside it. */
    cr_assert_eq(output_file_open_private(path, &output, &error), STATUS_OK);
    output_file_abandon(&output);
    bytes = read_whole_file(path, &size);
    cr_expect(size == 3 && memcmp(bytes, "abc", 3) == 0);
    free(bytes);
    cr_expect_eq(count_entries(folder), 1);

    /* Again: the new bytes take the place of the old. */
    cr_assert_eq(output_file_open_private(path, &output, &error), STATUS_OK);
    fputs("defg", output.stream);
    cr_assert_eq(output_file_finish(&output, &error), STATUS_OK);
    bytes = read_whole_file(path, &size);
    cr_expect(size == 4 && memcmp(bytes, "defg", 4) == 0);
    free(bytes);
    cr_expect_eq(count_entries(folder), 1);
    temporary_folder_remove(folder);
}

Test(output_file, what_cannot_be_created) {
    char *folder = temporary_folder();
    char path[4096];
    OutputFile output;
    Error error = {.status = STATUS_OK};
    snprintf(path, sizeof path, "%s/missing/payments.xml", folder);
    cr_expect_eq(output_file_open_private(path, &output, &error), STATUS_CANNOT_CREATE);
    output_file_abandon(&output);
    cr_expect_eq(output_file_open(folder, &output, &error), STATUS_CANNOT_CREATE, "a folder is no file");
    output_file_abandon(&output);
    cr_expect_eq(count_entries(folder), 0);
    temporary_folder_remove(folder);
}

Test(output_file, standard_output) {
    OutputFile output;
    Error error = {.status = STATUS_OK};
    cr_assert_eq(output_file_open(NULL, &output, &error), STATUS_OK);
    cr_expect_eq(output.stream, stdout);
    output_file_abandon(&output);
}

/* What exists and is no file is written to as it is. */
Test(output_file, devices) {
    OutputFile output;
    Error error = {.status = STATUS_OK};
    cr_assert_eq(output_file_open("/dev/null", &output, &error), STATUS_OK, "%s", error.message);
    fputs("abc", output.stream);
    cr_expect_eq(output_file_finish(&output, &error), STATUS_OK, "%s", error.message);
    cr_assert_eq(output_file_open("/dev/full", &output, &error), STATUS_OK, "%s", error.message);
    fputs("abc", output.stream);
    cr_expect_eq(output_file_finish(&output, &error), STATUS_IO);
}

/* A file that others could read is replaced by one that they cannot. */
Test(output_file, a_private_file_in_the_place_of_another) {
    char *folder = temporary_folder();
    char path[4096];
    OutputFile output;
    Error error = {.status = STATUS_OK};
    struct stat there;
    snprintf(path, sizeof path, "%s/payments.xml", folder);
    write_text_file(path, "old");
    cr_assert_eq(chmod(path, 0644), 0);
    cr_assert_eq(output_file_open_private(path, &output, &error), STATUS_OK, "%s", error.message);
    cr_assert_eq(output_file_finish(&output, &error), STATUS_OK, "%s", error.message);
    cr_assert_eq(stat(path, &there), 0);
    cr_expect_eq(there.st_mode & 0777, 0600);
    temporary_folder_remove(folder);
}
