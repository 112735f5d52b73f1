/* Writes a hostile input to stdout: nothing of it is ever stored in the repository.
 *   generate CASE SIZE     SIZE is bytes, rows or columns, as the case says */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "forloeb_id;cpr_nummer;ordning;startdato;tidligere_ydelse;ugebeloeb\n"
#define GOOD "7001801001;RF;2024-01-01;INGEN;1,00\n"

/* size bytes of one letter. */
static void fill(char letter, int64_t size) {
    static char block[65536];
    memset(block, letter, sizeof block);
    while (size > 0) {
        const size_t part = size < (int64_t)sizeof block ? (size_t)size : sizeof block;
        if (fwrite(block, 1, part, stdout) != part)
            exit(74);
        size -= (int64_t)part;
    }
}

/* Rows that are all rejected, so that nothing of them is kept. */
static void many_rejects(int64_t rows) {
    fputs(HEAD, stdout);
    for (int64_t i = 0; i < rows; i++)
        printf("F-%" PRId64 ";7001801001;XX;2024-13-01;INGEN;1,00\n", i);
}

static void bytes_of_rejects(int64_t size) {
    static const char row[] = "F-1;7001801001;RF;2024-01-01;INGEN\n";
    fputs(HEAD, stdout);
    for (int64_t written = 0; written < size; written += (int64_t)sizeof row - 1)
        if (fwrite(row, 1, sizeof row - 1, stdout) != sizeof row - 1)
            exit(74);
}

static void one_row(int64_t size) {
    fputs(HEAD "F-1;", stdout);
    fill('x', size);
    fputs(";RF;2024-01-01;INGEN;1,00\nF-2;" GOOD, stdout);
}

static void columns_in_header(int64_t columns) {
    fputs("forloeb_id", stdout);
    for (int64_t i = 0; i < columns; i++)
        printf(";k%" PRId64, i);
    fputs("\nF-1;" GOOD, stdout);
}

static void columns_in_row(int64_t columns) {
    fputs(HEAD "F-1", stdout);
    fill(';', columns);
    fputs("\nF-2;" GOOD, stdout);
}

static void nul_bytes(int64_t size) {
    fputs(HEAD, stdout);
    fill('\0', size);
    fputs("\nF-2;" GOOD, stdout);
}

static void bad_utf8(int64_t size) {
    fputs(HEAD, stdout);
    for (int64_t i = 0; i < size / 60000; i++) {
        fill((char)0xC3, 60000);
        fputc('\n', stdout);
    }
    fputs("F-2;" GOOD, stdout);
}

static void open_quote(int64_t size) {
    fputs(HEAD "F-1;\"", stdout);
    for (int64_t i = 0; i < size / 60000; i++) {
        fill('x', 59999);
        fputc('\n', stdout);
    }
}

static void quotes(int64_t size) {
    fputs(HEAD, stdout);
    fill('"', size);
    fputs("\nF-2;" GOOD, stdout);
}

static void line_feeds(int64_t size) {
    fputs(HEAD, stdout);
    fill('\n', size);
    fputs("F-2;" GOOD, stdout);
}

static void no_line_end(int64_t size) {
    fill('x', size);
}

/* The same id again and again: N once, then replacements of it. */
static void one_id(int64_t rows) {
    fputs("posttype;" HEAD, stdout);
    for (int64_t i = 0; i < rows; i++)
        printf("%c;F-1;7001801001;RF;2024-01-01;INGEN;%" PRId64 ",00\n", i == 0 ? 'N' : 'R', i % 1000);
}

static void good_rows(int64_t rows) {
    fputs(HEAD, stdout);
    for (int64_t i = 0; i < rows; i++)
        printf("F-%" PRId64 ";" GOOD, i);
}

static const struct {
    const char *name;
    void (*write)(int64_t size);
} cases[] = {
    {"many_rejects", many_rejects},
    {"bytes_of_rejects", bytes_of_rejects},
    {"one_row", one_row},
    {"columns_in_header", columns_in_header},
    {"columns_in_row", columns_in_row},
    {"nul_bytes", nul_bytes},
    {"bad_utf8", bad_utf8},
    {"open_quote", open_quote},
    {"quotes", quotes},
    {"line_feeds", line_feeds},
    {"no_line_end", no_line_end},
    {"one_id", one_id},
    {"good_rows", good_rows},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc == 3 && i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(argv[1], cases[i].name) == 0) {
            cases[i].write(strtoll(argv[2], NULL, 10));
            return fflush(stdout) == 0 ? 0 : 74;
        }
    }
    fputs("usage: generate CASE SIZE\n", stderr);
    return 64;
}
