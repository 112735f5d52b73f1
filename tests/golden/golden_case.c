#include "tests/golden/golden_case.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

GoldenFolders golden_folders(void) {
    glob_t found;
    cr_assert_eq(glob("tests/golden/*/*/case", 0, NULL, &found), 0, "no golden case found");
    cr_assert_geq(found.gl_pathc, (size_t)CASES_MIN, "only %zu golden cases", found.gl_pathc);
    GoldenFolders list = {calloc(found.gl_pathc, sizeof *list.folders), found.gl_pathc};
    cr_assert_not_null(list.folders, "out of memory");
    for (size_t i = 0; i < found.gl_pathc; i++) {
        list.folders[i] = strdup(found.gl_pathv[i]);
        cr_assert_not_null(list.folders[i], "out of memory");
        *strrchr(list.folders[i], '/') = '\0';
    }
    globfree(&found);
    return list;
}

void golden_folders_free(GoldenFolders *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->folders[i]);
    }
    free(list->folders);
    *list = (GoldenFolders){NULL, 0};
}

char *golden_case_file(const GoldenCase *golden, const char *name) {
    char path[CASE_PATH_SIZE + 32];
    snprintf(path, sizeof path, "%s/%s", golden->folder, name);
    return read_whole_file(path, NULL);
}

static void argument_add(GoldenCase *golden, const char *text) {
    cr_assert_lt(golden->argument_count + 1, CASE_ARGUMENTS_MAX);
    golden->argument[golden->argument_count++] = text;
}

static void line_read(GoldenCase *golden, char *line) {
    char *value = strchr(line, '=');
    cr_assert_not_null(value, "%s/case: '%s' is not key=value", golden->folder, line);
    *value++ = '\0';
    if (strcmp(line, "month") == 0) {
        golden->month = value;
    } else if (strcmp(line, "policy") == 0) {
        cr_assert_lt(golden->policy_count, CASE_ARGUMENTS_MAX);
        golden->policies[golden->policy_count++] = value;
    } else if (strcmp(line, "rule") == 0) {
        cr_assert_lt(golden->rule_count, CASE_ARGUMENTS_MAX);
        golden->rules[golden->rule_count++] = value;
    } else if (strcmp(line, "finding") == 0) {
        golden->finding = value;
    } else if (strcmp(line, "without") == 0) {
        golden->without = value;
    } else if (strcmp(line, "exit") == 0) {
        golden->exit_code = atoi(value);
    } else if (strcmp(line, "rates") == 0) {
        snprintf(golden->rates, sizeof golden->rates, "%.200s/%.200s", golden->folder, value);
    } else if (strcmp(line, "stderr") == 0) {
        golden->error_text = value;
    } else if (strcmp(line, "command") == 0 && strcmp(value, "check") == 0) {
        golden->is_check = true;
    } else {
        cr_assert(strcmp(line, "command") == 0 && strcmp(value, "calc") == 0, "%s/case: unknown %s=%s",
                  golden->folder, line, value);
    }
}

/* Check prints the names of files without their folder, and here in English: its output is the same anywhere. */
static void check_arguments(GoldenCase *golden) {
    argument_add(golden, "check");
    argument_add(golden, "--lang");
    argument_add(golden, "en");
    argument_add(golden, golden->folder);
}

static void calc_arguments(GoldenCase *golden) {
    cr_assert_not_null(golden->month, "%s/case: no month", golden->folder);
    argument_add(golden, "calc");
    argument_add(golden, "--month");
    argument_add(golden, golden->month);
    argument_add(golden, "--input");
    argument_add(golden, golden->folder);
    for (int i = 0; i < golden->policy_count; i++) {
        argument_add(golden, "--policy");
        argument_add(golden, golden->policies[i]);
    }
    if (golden->rates[0] != '\0') {
        argument_add(golden, "--rates");
        argument_add(golden, golden->rates);
    }
}

void golden_case_read(const char *folder, GoldenCase *golden) {
    *golden = (GoldenCase){.month = NULL};
    snprintf(golden->folder, sizeof golden->folder, "%s", folder);
    golden->text = golden_case_file(golden, "case");
    for (char *line = strtok(golden->text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        line_read(golden, line);
    }
    if (golden->is_check) {
        check_arguments(golden);
    } else {
        calc_arguments(golden);
    }
    golden->argument[golden->argument_count] = NULL;
}

void golden_case_free(GoldenCase *golden) {
    free(golden->text);
    golden->text = NULL;
}

Process golden_case_run(const GoldenCase *golden, const char *more) {
    const char *argument[CASE_ARGUMENTS_MAX + 1];
    memcpy(argument, golden->argument, sizeof golden->argument);
    argument[golden->argument_count] = more;
    argument[golden->argument_count + 1] = NULL;
    return ydelse_run(argument, NULL);
}
