/* Makes one small mistake at a time in a C source, to see whether a test notices.
 *
 *   mutate list FILE       one line for each mutant: NUMBER TAB FILE:LINE TAB "FILE: the changed line"
 *   mutate apply FILE N    the source with mistake N, on stdout
 *
 * It works on tokens: comparisons, boundaries, signs, logic, constants, roundings, codes, and calls left out. What
 * does not compile afterwards is no mutant; the caller finds out. Assertions are left alone: they are tests themselves.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 200000
#define WORD_MAX 80

typedef struct {
    const char *found;
    const char *instead;
} Swap;

/* Binary and unary meanings are told apart by the token before. */
static const Swap operators[] = {
    {"<", "<="},  {"<", ">="},  {"<=", "<"},  {"<=", ">"},  {">", ">="},  {">", "<="},  {">=", ">"},
    {">=", "<"},  {"==", "!="}, {"!=", "=="}, {"&&", "||"}, {"||", "&&"}, {"/", "*"},   {"%", "*"},
    {"++", "--"}, {"--", "++"}, {"+=", "-="}, {"-=", "+="}, {"*=", "/="}, {"/=", "*="}, {"|=", "&="},
    {"&=", "|="}, {"|", "&"},   {"^", "|"},   {"<<", ">>"}, {">>", "<<"}, {"~", " "},   {"!", " "},
};
static const Swap binary_operators[] = {{"+", "-"}, {"-", "+"}, {"*", "/"}, {"&", "|"}};
static const Swap unary_operators[] = {{"-", " "}};
static const Swap words[] = {
    {"true", "false"},
    {"false", "true"},
    {"continue", "break"},
    {"money_add", "money_subtract"},
    {"money_subtract", "money_add"},
    {"money_min", "money_max"},
    {"money_max", "money_min"},
    {"date_min", "date_max"},
    {"date_max", "date_min"},
    {"month_first", "month_last"},
    {"month_last", "month_first"},
    {"day_first", "day_last"},
    {"day_last", "day_first"},
    {"money_floor_zero", ""},
    {"date_or_last", ""},
    {"money_round", "money_round_down"},
    {"money_round_down", "money_round"},
    {"round_krone(", "work_round(work, "},
    {"work_round(work,", "round_krone("},
    {"OERE_PER_KRONE", "1"},
    {"work_unit", "OERE_PER_KRONE + 0 * work_unit"},
    {"work_finding", "(void)"},
    {"work_hold", "(void)"},
    {"work_step", "(void)"},
};
/* Members of enumerations: another one instead. */
static const char *const code_prefixes[] = {
    "AFRUNDING_", "AMOUNT_",  "BRUG_",     "FACTOR_",       "FERIE_",
    "FINDING_",   "FORHOLD_", "GRUPPE_",   "KLASSE_",       "KORT_",
    "MONTH_",     "NIVEAU_",  "ORDNING_",  "PERIODE_",      "POLICY_",
    "RATE_",      "RULE_",    "SANKTION_", "TIDLIGERE_",    "UDBETALING_",
    "UDFALD_",    "VALG_",    "SEVERITY_", "BETALINGSDAG_", "LOENGRAENSE_JA_2014_1",
    "SYG_MAANED_"};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static char text[TEXT_MAX];
static size_t size;
static const char *file_name;
static long wanted; /* the mutant to apply, or -1: list */
static long made;

/* The line of the text that holds `at`, changed, without the blanks at its ends. */
static void print_changed_line(size_t at, size_t length, const char *instead) {
    size_t first = at, last = at + length, line = 1;
    while (first > 0 && text[first - 1] != '\n') {
        first--;
    }
    while (last < size && text[last] != '\n') {
        last++;
    }
    for (size_t i = 0; i < first; i++) {
        line += text[i] == '\n' ? 1 : 0;
    }
    while (isspace((unsigned char)text[first])) {
        first++;
    }
    printf("%ld\t%s:%zu\t%s: %.*s%s%.*s\n", made, file_name, line, file_name, (int)(at - first), text + first,
           instead, (int)(last - at - length), text + at + length);
}

static void mutant(size_t at, size_t length, const char *instead) {
    made++;
    if (wanted < 0) {
        print_changed_line(at, length, instead);
    } else if (made == wanted) {
        fwrite(text, 1, at, stdout);
        fputs(instead, stdout);
        fwrite(text + at + length, 1, size - at - length, stdout);
    }
}

static void swaps(const Swap *list, size_t count, size_t at, size_t length) {
    for (size_t i = 0; i < count; i++) {
        if (strlen(list[i].found) == length && memcmp(list[i].found, text + at, length) == 0) {
            mutant(at, length, list[i].instead);
        }
    }
}

static size_t number_at(size_t at) {
    size_t end = at;
    while (isalnum((unsigned char)text[end])) {
        end++;
    }
    long value = strtol(text + at, NULL, 10);
    char instead[WORD_MAX];
    if (end - at > 1 && text[at] == '0') {
        return end; /* hexadecimal */
    }
    snprintf(instead, sizeof instead, "%ld", value + 1);
    mutant(at, end - at, instead);
    if (value > 0) {
        snprintf(instead, sizeof instead, "%ld", value - 1);
        mutant(at, end - at, instead);
    }
    return end;
}

static size_t after_parenthesis(size_t at) {
    int depth = 0;
    do {
        depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
        at++;
    } while (at < size && depth > 0);
    return at;
}

static size_t word_at(size_t at) {
    size_t end = at;
    while (isalnum((unsigned char)text[end]) || text[end] == '_') {
        end++;
    }
    size_t length = end - at;
    if (strncmp(text + at, "assert(", 7) == 0 || strncmp(text + at, "_Static_assert(", 15) == 0) {
        return after_parenthesis(end);
    }
    for (size_t i = 0; i < COUNT(words); i++) {
        size_t found = strlen(words[i].found);
        bool is_word = found == length || !isalnum((unsigned char)words[i].found[found - 1]);
        if (is_word && strncmp(words[i].found, text + at, found) == 0) {
            mutant(at, found, words[i].instead);
        }
    }
    for (size_t i = 0; i < COUNT(code_prefixes); i++) {
        size_t prefix = strlen(code_prefixes[i]);
        if (length > prefix && length < WORD_MAX - 8 && memcmp(code_prefixes[i], text + at, prefix) == 0) {
            char instead[WORD_MAX];
            snprintf(instead, sizeof instead, "(%.*s ^ 1)", (int)length, text + at);
            mutant(at, length, instead);
            break;
        }
    }
    return end;
}

static size_t operator_at(size_t at, bool after_operand) {
    static const char *const longer[] = {"<<=", ">>=", "...", "->", "<<", ">>", "<=", ">=", "==", "!=", "&&",
                                         "||",  "++",  "--",  "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^="};
    size_t length = 1;
    for (size_t i = 0; i < COUNT(longer) && length == 1; i++) {
        if (strncmp(text + at, longer[i], strlen(longer[i])) == 0) {
            length = strlen(longer[i]);
        }
    }
    swaps(operators, COUNT(operators), at, length);
    /* The style writes blanks around a product and none behind the star of a pointer. */
    bool is_pointer = text[at] == '*' && text[at + length] != ' ';
    if (after_operand && !is_pointer) {
        swaps(binary_operators, COUNT(binary_operators), at, length);
    } else if (!after_operand) {
        swaps(unary_operators, COUNT(unary_operators), at, length);
    }
    return at + length;
}

static size_t quoted_end(size_t at) {
    char quote = text[at++];
    while (at < size && text[at] != quote) {
        at += text[at] == '\\' ? 2 : 1;
    }
    return at + 1;
}

/* Where a line of the preprocessor may be read on: the value of a constant; everything else is skipped. */
static size_t directive_end(size_t at) {
    size_t end = at;
    if (strncmp(text + at, "#define ", 8) == 0) {
        for (end = at + 8; isalnum((unsigned char)text[end]) || text[end] == '_'; end++) {
        }
        if (text[end] != '(' && text[end] != '\n') {
            return end;
        }
    }
    while (end < size && (text[end] != '\n' || text[end - 1] == '\\')) {
        end++;
    }
    return end;
}

static size_t token_at(size_t at, bool *after_operand) {
    unsigned char c = (unsigned char)text[at];
    if (text[at] == '/' && text[at + 1] == '*') {
        const char *end = strstr(text + at + 2, "*/");
        return end == NULL ? size : (size_t)(end - text) + 2;
    }
    if (isspace(c)) {
        return at + 1;
    }
    if (c == '#') {
        return directive_end(at);
    }
    bool operand_before = *after_operand;
    *after_operand = isalnum(c) || c == '_' || c == ')' || c == ']' || c == '"' || c == '\'';
    if (c == '"' || c == '\'') {
        return quoted_end(at);
    }
    if (isdigit(c)) {
        return number_at(at);
    }
    if (isalpha(c) || c == '_') {
        *after_operand = strncmp(text + at, "return ", 7) != 0;
        return word_at(at);
    }
    return operator_at(at, operand_before);
}

int main(int argc, char **argv) {
    bool list = argc == 3 && strcmp(argv[1], "list") == 0;
    if (!list && !(argc == 4 && strcmp(argv[1], "apply") == 0)) {
        fputs("usage: mutate list FILE | mutate apply FILE NUMBER\n", stderr);
        return 64;
    }
    file_name = argv[2];
    wanted = list ? -1 : strtol(argv[3], NULL, 10);
    FILE *file = fopen(file_name, "r");
    if (file == NULL) {
        perror(file_name);
        return 66;
    }
    size = fread(text, 1, TEXT_MAX - 1, file);
    fclose(file);
    bool after_operand = false;
    for (size_t at = 0; at < size;) {
        at = token_at(at, &after_operand);
    }
    return list || (wanted >= 1 && wanted <= made) ? 0 : 65;
}
