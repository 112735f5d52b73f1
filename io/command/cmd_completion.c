/* ydelse completion: what a shell needs to complete commands and options, from the same tables as the help. */
#include <stdio.h>
#include <string.h>

#include "io/command/option_kind.h"

static const char before[] =
    "# bash completion of ydelse; made by `ydelse completion bash`\n"
    "_ydelse() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words='' values=''\n"
    "    COMPREPLY=()\n"
    "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
    "        COMPREPLY=($(compgen -W \"$_ydelse_commands --help --version\" -- \"$word\"))\n"
    "        return\n"
    "    fi\n"
    "    case ${COMP_WORDS[1]} in\n";

/* An option that takes a file, or anything else, is completed by files: -o default. */
static const char after[] = "    esac\n"
                            "    [ -z \"$values\" ] || words=$values\n"
                            "    case $word$values in\n"
                            "    '') return ;;\n"
                            "    esac\n"
                            "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                            "}\n"
                            "complete -o default -F _ydelse ydelse\n";

static void print_names(const Option *options) {
    for (const Option *option = options; option->name != NULL; option++)
        printf(" --%s", option->name);
}

static void print_choice(const char *argument) {
    for (const char *at = argument; *at != '\0'; at++)
        putchar(*at == '|' || *at == ',' ? ' ' : *at);
}

static void print_values(const Option *options) {
    for (const Option *option = options; option->name != NULL; option++)
        if (option_is_choice(option->argument)) {
            printf("        --%s) values='", option->name);
            print_choice(option->argument);
            puts("' ;;");
        }
}

static void print_command(const Command *command) {
    printf("    %s)\n        words='", command->name);
    if (option_is_choice(command->operands))
        print_choice(command->operands);
    else if (strncmp(command->operands, "[COMMAND", 8) == 0)
        fputs("'\"$_ydelse_commands\"'", stdout);
    print_names(command->options);
    print_names(common_options);
    puts("'\n        case $before in");
    print_values(command->options);
    print_values(common_options);
    puts("        esac ;;");
}

static Status run(const Invocation *invocation, Error *error) {
    const char *shell = invocation->operands[0];
    if (strcmp(shell, "bash") != 0)
        return error_set(error, STATUS_USAGE, "completion %.40s: only bash is known", shell);
    fputs("_ydelse_commands='", stdout);
    for (const Command *const *command = command_table(); *command != NULL; command++)
        printf("%s ", (*command)->name);
    puts("'");
    fputs(before, stdout);
    for (const Command *const *command = command_table(); *command != NULL; command++)
        print_command(*command);
    fputs(after, stdout);
    return STATUS_OK;
}

static const Option options[] = {
    {NULL, NULL, NULL, false, false},
};

const Command command_completion = {
    .name = "completion",
    .summary = "print what bash needs to complete commands and options",
    .operands = "bash",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .description = "Commands, options, and the values of options that are a choice. Whatever else is "
                   "completed by files.",
    .examples = "  source <(ydelse completion bash)\n"
                "  ydelse completion bash > /etc/bash_completion.d/ydelse",
    .run = run,
};
