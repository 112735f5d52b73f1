/* Every command that the documents and the help show is run. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/support/process.h"

Test(docs, every_command_that_is_shown_runs) {
    if (getenv("YDELSE_TEST_TEMPLATE") == NULL)
        cr_skip_test("no cluster");
    Process process = shell_run("tests/docs/commands.sh");
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    process_free(&process);
}
