#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "tests/support/process.h"

Test(embedded, files_are_the_files) {
    for (int32_t i = 0; i < embedded_file_count; i++) {
        const EmbeddedFile *file = &embedded_files[i];
        size_t size_bytes;
        char *bytes = read_whole_file(file->name, &size_bytes);
        cr_expect_eq(size_bytes, file->size_bytes, "%s", file->name);
        cr_expect(size_bytes == file->size_bytes && memcmp(bytes, file->bytes, size_bytes) == 0, "%s",
                  file->name);
        cr_expect_eq(file->bytes[file->size_bytes], '\0', "%s", file->name);
        free(bytes);
    }
}

Test(embedded, files_are_sorted_and_found) {
    for (int32_t i = 0; i < embedded_file_count; i++) {
        cr_expect(i == 0 || strcmp(embedded_files[i - 1].name, embedded_files[i].name) < 0);
        cr_expect_eq(embedded_find(embedded_files[i].name), &embedded_files[i]);
    }
    cr_expect_null(embedded_find(""));
    cr_expect_null(embedded_find("config/satser"));
    cr_expect_null(embedded_find("zzz"));
}

Test(embedded, a_folder_is_visited_in_order_and_whole) {
    int count = 0;
    for (const EmbeddedFile *file = embedded_next("config/satser/", NULL); file != NULL;
         file = embedded_next("config/satser/", file)) {
        cr_expect_eq(strncmp(file->name, "config/satser/", 14), 0);
        count++;
    }
    cr_expect_gt(count, 10);
    cr_expect_null(embedded_next("findes/ikke/", NULL));
}

Test(embedded, the_program_names_its_sources) {
    cr_expect_eq(strlen(program_sources_sha256), 64);
    cr_expect_gt(strlen(program_version), 0);
}
