#include <stdio.h>
#include <string.h>

#include "io/command/command.h"
#include "io/show/text.h"

const ExitCode exit_codes[] = {
    {STATUS_OK, "done"},
    {STATUS_FINDINGS, "done, but rejects, held participants or differences exist"},
    {STATUS_USAGE, "usage: unknown command, option or value"},
    {STATUS_DATA, "the input is unusable as a whole"},
    {STATUS_NO_INPUT, "the input is missing"},
    {STATUS_UNAVAILABLE, "the database is unavailable"},
    {STATUS_INTERNAL, "internal error"},
    {STATUS_CANNOT_CREATE, "the output cannot be created"},
    {STATUS_IO, "reading or writing failed"},
    {STATUS_TRY_AGAIN, "try again: a lock is held"},
    {STATUS_NOT_PERMITTED, "not permitted"},
    {STATUS_CONFIG, "configuration: rates incomplete, schema too old, unknown setting"},
};
const int exit_code_count = (int)(sizeof exit_codes / sizeof exit_codes[0]);

#define NAME_WIDTH 28
#define OPTION_HELP_SIZE 300

/* A name that is too long for its column has a line to itself. */
static void print_options(const Option *options) {
    for (const Option *option = options; option->name != NULL; option++) {
        char left[80], help[OPTION_HELP_SIZE];
        const int width =
            snprintf(left, sizeof left, "--%s%s%s%s", option->name, option->argument == NULL ? "" : " ",
                     option->argument == NULL ? "" : option->argument, option->repeatable ? " ..." : "");
        if (width > NAME_WIDTH)
            printf("  %s\n  %-*s", left, NAME_WIDTH, "");
        else
            printf("  %-*s", NAME_WIDTH, left);
        snprintf(help, sizeof help, "%s%s", option->help, option->required ? " (required)" : "");
        putchar(' ');
        text_wrap(stdout, help, NAME_WIDTH + 3);
    }
}

/* Whether or not the last one ends its line. */
static void print_examples(const char *examples) {
    const size_t size = strlen(examples);
    printf("\nexamples:\n%s%s", examples, examples[size - 1] == '\n' ? "" : "\n");
}

void command_print_help(const Command *command) {
    printf("usage: ydelse %s [options]%s%s\n\n", command->name, command->operands[0] == '\0' ? "" : " ",
           command->operands);
    text_wrap(stdout, command->summary, 0);
    if (command->description != NULL && command->description[0] != '\0') {
        putchar('\n');
        text_wrap_paragraphs(stdout, command->description);
    }
    if (command->options->name != NULL) {
        printf("\noptions:\n");
        print_options(command->options);
    }
    printf("\ncommon options:\n");
    print_options(common_options);
    if (command->examples != NULL && command->examples[0] != '\0')
        print_examples(command->examples);
}

void command_print_help_all(const Command *const *commands) {
    printf("usage: ydelse <command> [options]\n\n"
           "Computes, books and pays ressourceforløbsydelse, month by month.\n\ncommands:\n");
    for (const Command *const *command = commands; *command != NULL; command++) {
        printf("  %-10s ", (*command)->name);
        text_wrap(stdout, (*command)->summary, 13);
    }
    printf("\n`ydelse help <command>` tells more. Data goes to stdout, messages to stderr.\n\nexit codes:\n");
    for (int i = 0; i < exit_code_count; i++)
        printf("  %2d  %s\n", (int)exit_codes[i].status, exit_codes[i].meaning);
}
