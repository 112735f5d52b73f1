/* Backup, restore and payments: the drill of `make drill`, within one cluster. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/support/process.h"

Test(drill, a_lost_database_is_restored_and_pays_nothing_twice) {
    if (getenv("YDELSE_TEST_TEMPLATE") == NULL)
        cr_skip_test("no cluster");
    Process process = shell_run("tests/drill/drill.sh");
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    process_free(&process);
}
