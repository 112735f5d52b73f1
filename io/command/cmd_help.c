/* ydelse help: what --help prints; and what a code means that a message, a list or a result names. */
#include <stdio.h>
#include <string.h>

#include "engine/finding.h"
#include "io/command/command.h"

/* A sentence without the place for what was found and expected: "Koden er ukendt: %s; ventet: %s." */
static void put_sentence(const char *sentence) {
    const char *values = strstr(sentence, ": %s");
    if (values == NULL)
        puts(sentence);
    else
        printf("%.*s.\n", (int)(values - sentence), sentence);
}

static void print_code(const FindingDefinition *definition, bool danish) {
    printf("%s (%s)\n  ", definition->code, severity_name(definition->severity));
    put_sentence(danish ? definition->sentence_da : definition->sentence_en);
    printf("  %s\n", danish ? definition->advice_da : definition->advice_en);
}

static Status print_help(const char *what, bool danish, Error *error) {
    const FindingDefinition *definition = finding_find(what);
    const Command *command = NULL;
    if (definition != NULL) {
        print_code(definition, danish);
        return STATUS_OK;
    }
    if (strcmp(what, "codes") == 0) {
        for (int code = 0; code < FINDING_COUNT; code++)
            print_code(&finding_table[code], danish);
        return STATUS_OK;
    }
    const Status status = command_find(what, &command, error);
    if (status == STATUS_OK)
        command_print_help(command);
    return status;
}

static Status run(const Invocation *invocation, Error *error) {
    if (invocation->operand_count > 0)
        return print_help(invocation->operands[0], command_danish(invocation), error);
    command_print_help_all(command_table());
    return STATUS_OK;
}

static const Option options[] = {
    {NULL, NULL, NULL, false, false},
};

const Command command_help = {
    .name = "help",
    .summary = "what the program, a command, or a code does or means",
    .operands = "[COMMAND|CODE|codes]",
    .operands_min = 0,
    .operands_max = 1,
    .options = options,
    .description =
        "The same as `ydelse --help` and `ydelse <command> --help`; of a code that a message, a "
        "list or column fund\n"
        "names, its meaning and what to do; codes: all of them. reject: the row is not used; held: "
        "the person is\n"
        "not paid until it is mended; warning and info: the month is computed.",
    .examples = "  ydelse help\n  ydelse help run\n  ydelse help UKENDT_KODE\n  ydelse help codes --lang en",
    .run = run,
};
