/* ydelse man: the manual pages, from the same tables as the help. */
#include <stdio.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/base/output_file.h"
#include "io/command/command.h"
#include "io/show/text.h"

#define PATH_SIZE 4096

/* --- troff ------------------------------------------------------------------------------------------------------------ */

/* What troff would read as a request or draw as another character. text ends at size. */
static void put_text(FILE *out, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++)
        switch (text[i]) {
        case '\\':
            fputs("\\(rs", out);
            break;
        case '-':
            fputs("\\-", out);
            break;
        case '\'':
            fputs("\\(aq", out);
            break;
        case '`':
            fputs("\\(ga", out);
            break;
        case '^':
            fputs("\\(ha", out);
            break;
        case '~':
            fputs("\\(ti", out);
            break;
        default:
            fputc(text[i], out);
            break;
        }
}

static void put_line(FILE *out, const char *text, size_t size) {
    if (size > 0 && (text[0] == '.' || text[0] == '\''))
        fputs("\\&", out);
    put_text(out, text, size);
    fputc('\n', out);
}

static void put_name(FILE *out, const char *name) {
    put_text(out, name, strlen(name));
}

/* Lines as they stand. */
static void put_example(FILE *out, const char *text) {
    fputs(".nf\n", out);
    for (const char *at = text; *at != '\0';) {
        const size_t size = strcspn(at, "\n");
        const size_t indent = strspn(at, " ");
        if (size > 0)
            put_line(out, at + (indent > 2 ? 2 : indent), size - (indent > 2 ? 2 : indent));
        at += size + (at[size] == '\n');
    }
    fputs(".fi\n", out);
}

/* Paragraphs, with an empty line between them. */
static void put_paragraphs(FILE *out, const char *text) {
    bool empty = true;
    bool laid_out = false;
    for (const char *at = text; *at != '\0';) {
        const size_t size = strcspn(at, "\n");
        const bool wants = size > 0 && text_is_laid_out(at, size);
        if (wants != laid_out)
            fputs(!wants ? ".fi\n" : empty ? ".nf\n" : ".PP\n.nf\n", out);
        if (size == 0 && !empty)
            fputs(".PP\n", out);
        else if (size > 0)
            put_line(out, at, size);
        laid_out = wants;
        empty = size == 0;
        at += size + (at[size] == '\n');
    }
    if (laid_out)
        fputs(".fi\n", out);
}

static void put_options(FILE *out, const Option *options) {
    for (const Option *option = options; option->name != NULL; option++) {
        fputs(".TP\n.B \\-\\-", out);
        put_name(out, option->name);
        if (option->argument != NULL) {
            fputs(" \\fI", out);
            put_name(out, option->argument);
            fputs("\\fR", out);
        }
        fputs(option->repeatable ? " ...\n" : "\n", out);
        put_line(out, option->help, strlen(option->help));
        if (option->required)
            fputs("Required.\n", out);
    }
}

static void put_exit_codes(FILE *out) {
    fputs(".SH EXIT STATUS\n", out);
    for (int i = 0; i < exit_code_count; i++) {
        fprintf(out, ".TP\n.B %d\n", (int)exit_codes[i].status);
        put_line(out, exit_codes[i].meaning, strlen(exit_codes[i].meaning));
    }
}

/* No date: the same sources give the same pages on every day. */
static void put_title(FILE *out, const char *command) {
    fputs(".TH YDELSE", out);
    if (command != NULL) {
        fputs("\\-", out);
        for (const char *c = command; *c != '\0'; c++)
            fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, out);
    }
    fprintf(out, " 1 \"\" \"ydelse %s\" \"Ydelse\"\n", program_version);
}

/* --- Pages ------------------------------------------------------------------------------------------------------------ */

static void put_command_page(FILE *out, const Command *command) {
    put_title(out, command->name);
    fputs(".SH NAME\nydelse\\-", out);
    put_name(out, command->name);
    fputs(" \\- ", out);
    put_line(out, command->summary, strlen(command->summary));
    fputs(".SH SYNOPSIS\n.B ydelse ", out);
    put_name(out, command->name);
    fputs("\n[\\fIoptions\\fR]", out);
    if (command->operands[0] != '\0') {
        fputs(" \\fI", out);
        put_name(out, command->operands);
        fputs("\\fR", out);
    }
    fputs("\n", out);
    if (command->description != NULL && command->description[0] != '\0') {
        fputs(".SH DESCRIPTION\n", out);
        put_paragraphs(out, command->description);
    }
    if (command->options->name != NULL)
        fputs(".SH OPTIONS\n", out);
    put_options(out, command->options);
    fputs(".SH COMMON OPTIONS\n", out);
    put_options(out, common_options);
    put_exit_codes(out);
    if (command->examples != NULL && command->examples[0] != '\0') {
        fputs(".SH EXAMPLES\n", out);
        put_example(out, command->examples);
    }
    fputs(".SH SEE ALSO\n.BR ydelse (1)\n", out);
}

static void put_setting(void *context, const SettingDefinition *definition) {
    FILE *out = context;
    fputs(".TP\n.B ", out);
    put_name(out, definition->section);
    fputc('.', out);
    put_name(out, strcmp(definition->key, "*") == 0 ? "NNNN" : definition->key);
    fputc('\n', out);
    put_line(out, definition->what, strlen(definition->what));
}

static void put_environment(FILE *out) {
    fputs(".SH ENVIRONMENT\n"
          ".TP\n.B PGHOST PGPORT PGDATABASE PGUSER PGSERVICE ...\nThe database, as for every program of "
          "libpq.\n"
          ".TP\n.B YDELSE_CONFIG\nThe settings file.\n"
          ".TP\n.B YDELSE_<SECTION>_<KEY>\nOne setting, in capitals.\n"
          ".TP\n.B NO_COLOR TERM\nNo colours on stderr when the one is set; no bar when the other is dumb.\n"
          ".TP\n.B JOURNAL_STREAM\nSet by systemd: messages then carry their priority.\n"
          ".SH FILES\n"
          ".TP\n.I config/ydelse.ini\nThe settings file of the current folder, else\n"
          ".TP\n.I /etc/ydelse/ydelse.ini\nthat of the machine.\n",
          out);
}

static void put_program_page(FILE *out) {
    put_title(out, NULL);
    fputs(".SH NAME\nydelse \\- compute, book and pay ressourceforløbsydelse, month by month\n"
          ".SH SYNOPSIS\n.B ydelse\n\\fIcommand\\fR [\\fIoptions\\fR]\n"
          ".SH DESCRIPTION\n"
          "Data goes to stdout, messages to stderr. Each command has a page of its own, and the same text "
          "behind\n"
          ".BR \"ydelse help\" \" \\fIcommand\\fR.\"\n"
          ".SH COMMANDS\n",
          out);
    for (const Command *const *command = command_table(); *command != NULL; command++) {
        fputs(".TP\n.BR ydelse\\-", out);
        put_name(out, (*command)->name);
        fputs(" (1)\n", out);
        put_line(out, (*command)->summary, strlen((*command)->summary));
    }
    put_exit_codes(out);
    put_environment(out);
    fputs(".SH SETTINGS\n"
          "Built-in < file < environment < option\n.BR \\-\\-set .\n"
          "Unknown names are errors. The built-in file explains them.\n",
          out);
    settings_known(put_setting, out);
}

/* --- The command ------------------------------------------------------------------------------------------------------ */

/* command NULL: the program's. */
static Status write_page(const char *folder, const Command *command, Error *error) {
    char path[PATH_SIZE];
    OutputFile output;
    const int size = snprintf(path, sizeof path, "%s/ydelse%s%s.1", folder, command == NULL ? "" : "-",
                              command == NULL ? "" : command->name);
    if (size < 0 || (size_t)size >= sizeof path)
        return error_set(error, STATUS_CANNOT_CREATE, "the path of the folder is too long");
    const Status status = output_file_open(path, &output, error);
    if (status != STATUS_OK)
        return status;
    if (command == NULL)
        put_program_page(output.stream);
    else
        put_command_page(output.stream, command);
    return output_file_finish(&output, error);
}

static Status write_pages(const char *folder, Error *error) {
    Status status = write_page(folder, NULL, error);
    for (const Command *const *command = command_table(); *command != NULL && status == STATUS_OK; command++)
        status = write_page(folder, *command, error);
    return status;
}

static Status run(const Invocation *invocation, Error *error) {
    const char *folder = option_value(invocation, "output");
    const Command *command = NULL;
    if (folder != NULL && invocation->operand_count > 0)
        return error_set(error, STATUS_USAGE, "--output writes every page: without a command's name");
    if (folder != NULL)
        return write_pages(folder, error);
    if (invocation->operand_count == 0) {
        put_program_page(stdout);
        return STATUS_OK;
    }
    const Status status = command_find(invocation->operands[0], &command, error);
    if (status == STATUS_OK)
        put_command_page(stdout, command);
    return status;
}

static const Option options[] = {
    {"output", "DIR", "write every page to this folder, as ydelse.1 and ydelse-<command>.1", false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_man = {
    .name = "man",
    .summary = "print the manual page of the program or of a command",
    .operands = "[COMMAND]",
    .operands_min = 0,
    .operands_max = 1,
    .options = options,
    .description =
        "The pages are made from the same tables as --help. `make install` puts them where man(1) looks.",
    .examples = "  ydelse man run | man -l -\n"
                "  ydelse man --output /usr/local/share/man/man1",
    .run = run,
};
