/* How the program is built and how the service is fenced in: what an attacker who found a hole would meet. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/process.h"

/* Only the program that is installed is built so: sanitizers and coverage have flags of their own. */
static bool is_release(void) {
    const char *program = ydelse_program();
    const size_t size = strlen(program);
    return size >= 13 && strcmp(program + size - 13, "/build/ydelse") == 0
               ? true
               : strcmp(program, "build/ydelse") == 0;
}

static char *told_by(const char *command) {
    Process process = shell_run(command);
    cr_assert_eq(process.exit_code, 0, "%s: %s", command, process.err);
    char *text = process.out;
    process.out = NULL;
    process_free(&process);
    return text;
}

Test(hardening, the_program_is_built_to_be_attacked) {
    if (!is_release())
        cr_skip_test("another build than the one that is installed");
    static const struct {
        const char *command, *expected, *what;
    } cases[] = {
        {"readelf -hW \"$YDELSE_PROGRAM\"", "DYN (Position-Independent Executable file)",
         "loaded at a random address"},
        {"readelf -dW \"$YDELSE_PROGRAM\"", "BIND_NOW", "bound when it starts"},
        {"readelf -lW \"$YDELSE_PROGRAM\"", "GNU_RELRO", "its tables read-only after that"},
        {"readelf -W --dyn-syms \"$YDELSE_PROGRAM\"", "__stack_chk_fail", "overrun stacks stop it"},
        {"readelf -W --dyn-syms \"$YDELSE_PROGRAM\"", "__snprintf_chk", "overrun buffers stop it"},
        {"readelf -W --dyn-syms \"$YDELSE_PROGRAM\"", "__assert_fail", "our own assertions are in it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = told_by(cases[i].command);
        cr_expect_not_null(strstr(text, cases[i].expected), "not so: %s (%s)", cases[i].what,
                           cases[i].expected);
        free(text);
    }
    static const struct {
        const char *command, *what;
    } never[] = {
        {"readelf -lW \"$YDELSE_PROGRAM\" | grep -E 'LOAD.* (RWE|WE) |GNU_STACK.* RWE '",
         "memory that is written and run"},
        {"readelf -dW \"$YDELSE_PROGRAM\" | grep -E 'R(UN)?PATH|TEXTREL'",
         "libraries from elsewhere, or code that is changed"},
        {"readelf -W --dyn-syms \"$YDELSE_PROGRAM\" | grep -wE "
         "'gets|strcat|system|popen|mktemp|tmpnam'",
         "functions that know no limit"},
    };
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        Process process = shell_run(never[i].command);
        cr_expect_eq(process.exit_code, 1, "%s:\n%s", never[i].what, process.out);
        process_free(&process);
    }
}

/* What it is linked with is what config/README.md says it stands on. */
Test(hardening, every_library_is_documented) {
    if (!is_release())
        cr_skip_test("another build than the one that is installed");
    char *needed =
        told_by("readelf -dW \"$YDELSE_PROGRAM\" | sed -n 's/.*NEEDED.*\\[\\(lib[a-z0-9]*\\).*/\\1/p'");
    size_t size;
    char *document = read_whole_file("config/README.md", &size);
    int count = 0;
    for (char *name = strtok(needed, "\n"); name != NULL; name = strtok(NULL, "\n"), count++)
        cr_expect(strcmp(name, "libc") == 0 || strstr(document, name) != NULL,
                  "%s is not in config/README.md", name);
    cr_expect_gt(count, 5);
    free(document);
    free(needed);
}

/* Each package that config/local/install.sh may install has its line, with a version and what it is for. */
Test(hardening, every_package_is_documented) {
    char *packages =
        told_by("awk '/^packages_/ { on = 1 } /^$/ { on = 0 } on && !/^#/' config/local/install.sh | "
                "sed 's/^packages_[a-z]*=//; s/\\$.*//' | tr -d '\"' | tr -s ' ' '\\n' | "
                "sed 's/-dev$//; /^$/d'");
    size_t size;
    char *document = read_whole_file("config/README.md", &size);
    const char *table = strstr(document, "| package | version | for |");
    int count = 0;
    cr_assert_not_null(table);
    for (char *name = strtok(packages, "\n"); name != NULL; name = strtok(NULL, "\n"), count++)
        cr_expect_not_null(strstr(table, name), "%s is not in config/README.md", name);
    cr_expect_gt(count, 30, "%d packages", count);
    free(document);
    free(packages);
}

/* An exposure of at most 1.0 of 10; the score itself is printed by systemd-analyze, where there is one. */
Test(hardening, the_service_may_do_next_to_nothing) {
    Process process =
        shell_run("command -v systemd-analyze >/dev/null || exit 99; "
                  "systemd-analyze security --offline=true --threshold=10 config/systemd/ydelse.service");
    if (process.exit_code == 99)
        cr_skip_test("no systemd-analyze here");
    cr_expect_eq(process.exit_code, 0, "%s%s", process.out, process.err);
    const char *score = strstr(process.out, "Overall exposure level");
    cr_expect_not_null(score, "%s", process.out);
    process_free(&process);
}

/* Where systemd is not: the lines that matter are there. */
Test(hardening, the_service_has_no_rights) {
    static const char *const lines[] = {"\nUser=ydelse\n",
                                        "\nCapabilityBoundingSet=\n",
                                        "\nNoNewPrivileges=yes\n",
                                        "\nProtectSystem=strict\n",
                                        "\nProtectHome=yes\n",
                                        "\nMemoryDenyWriteExecute=yes\n",
                                        "\nLimitCORE=0\n",
                                        "\nUMask=0077\n",
                                        "\nSuccessExitStatus=1\n",
                                        "\nPrivateNetwork=yes\n",
                                        "\nRestrictAddressFamilies=AF_UNIX\n"};
    size_t size;
    char *unit = read_whole_file("config/systemd/ydelse.service", &size);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        cr_expect_not_null(strstr(unit, lines[i]), "%s is not in config/systemd/ydelse.service", lines[i]);
    free(unit);
}
