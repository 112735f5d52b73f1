/* Findings as sentences for people. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/base/mask.h"
#include "io/intake/intake.h"

/* What is expected is written in English where it arises; here are the words that differ in Danish. */
typedef struct {
    const char *english;
    const char *danish;
} Phrase;

static const Phrase phrases[] = {
    {"nothing", "intet"},
    {"a value", "en værdi"},
    {"ten digits that begin with a date", "ti cifre, der begynder med en dato"},
    {"a date YYYY-MM-DD", "en dato ÅÅÅÅ-MM-DD"},
    {"a date YYYY-MM-DD from 1800-01-01", "en dato ÅÅÅÅ-MM-DD fra 1800-01-01"},
    {"a month YYYY-MM", "en måned ÅÅÅÅ-MM"},
    {"a month YYYY-MM from 1800-01", "en måned ÅÅÅÅ-MM fra 1800-01"},
    {"at most ten digits before the decimal sign", "højst ti cifre før decimaltegnet"},
    {"a date or a time YYYY-MM-DDThh:mm:ss+hh:mm", "en dato eller et tidspunkt ÅÅÅÅ-MM-DDTtt:mm:ss+tt:mm"},
    {"a number like 1234,56", "et tal som 1234,56"},
    {"a number like 1234.56", "et tal som 1234.56"},
    {"a whole number", "et helt tal"},
    {"four digits", "fire cifre"},
    {"a municipality code of config/koder/kommuner.csv", "en kommunekode fra config/koder/kommuner.csv"},
    {"barn_cpr or barn_foedselsdato", "barn_cpr eller barn_foedselsdato"},
    {"loenperiode_start and loenperiode_slut, or neither",
     "loenperiode_start og loenperiode_slut, eller ingen af dem"},
    {"a value, because art is FG and udbetalingstype UDB1",
     "en værdi, fordi art er FG og udbetalingstype UDB1"},
    {"a value, because art is PERIODE", "en værdi, fordi art er PERIODE"},
    {"a value, because art is PUNKT", "en værdi, fordi art er PUNKT"},
    {"a value, because art is TREDJEDEL", "en værdi, fordi art er TREDJEDEL"},
    {"a value, because korttype is HOVED or BI", "en værdi, fordi korttype er HOVED eller BI"},
    {"eight digits that pass modulus 11", "otte cifre, der består modulus 11"},
    {"ten digits", "ti cifre"},
    {"each column once", "hver kolonne én gang"},
    {"a header row with column names", "en første linje med kolonnenavne"},
    {"a quote only around a whole field, doubled inside it",
     "anførselstegn kun om et helt felt, dobbelt inde i det"},
    {"a quote that ends in the file", "et anførselstegn, der lukkes i filen"},
    {"nothing after the trailer", "intet efter slutposten"},
    {"the same file from beginning to end", "den samme fil fra ende til anden"},
    {"the row's participant in deltagere", "rækkens deltager i deltagere"},
    {"posttype R, a new id, or the same content", "posttype R, et nyt id eller det samme indhold"},
    {"a live row with this id", "en gældende række med dette id"},
    {"posttype N or R", "posttype N eller R"},
    {"an earlier row with this id", "en tidligere række med dette id"},
    {"a regular file, or a link to one of the same owner",
     "en almindelig fil, eller et link til en af samme ejer"},
};

const char *input_finding_phrase(const char *text, bool danish) {
    if (!danish)
        return text;
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (strcmp(phrases[i].english, text) == 0)
            return phrases[i].danish;
    return text;
}

typedef struct {
    char *text;
    size_t used;
    size_t size; /* without the NUL */
} Line;

static void put(Line *line, const char *bytes, size_t size) {
    const size_t room = line->size - line->used;
    const size_t fits = size < room ? size : room;
    memcpy(line->text + line->used, bytes, fits);
    line->used += fits;
    line->text[line->used] = '\0';
}

static void put_string(Line *line, const char *text) {
    put(line, text, strlen(text));
}

/* The sentence of the table with its two %s filled in. */
static void put_sentence(Line *line, const char *sentence, const char *found, const char *expected) {
    const char *arguments[] = {found, expected};
    size_t next = 0;
    for (const char *hole = strstr(sentence, "%s"); hole != NULL; hole = strstr(sentence, "%s")) {
        assert(next < 2);
        put(line, sentence, (size_t)(hole - sentence));
        put_string(line, arguments[next++]);
        sentence = hole + 2;
    }
    put_string(line, sentence);
}

void input_finding_sentence(const InputFinding *finding, bool danish, char *text) {
    const FindingDefinition *definition = &finding_table[finding->code];
    Line line = {text, 0, FINDING_LINE_SIZE - 1};
    const char *found = finding->found[0] == '\0' ? "nothing" : finding->found;
    text[0] = '\0';
    put_sentence(&line, danish ? definition->sentence_da : definition->sentence_en,
                 input_finding_phrase(found, danish), input_finding_phrase(finding->expected, danish));
}

void input_finding_format(const InputFinding *finding, bool danish, char *text) {
    const FindingDefinition *definition = &finding_table[finding->code];
    char sentence[FINDING_LINE_SIZE];
    char number[48];
    Line line = {text, 0, FINDING_LINE_SIZE - 1};
    text[0] = '\0';
    put_string(&line, finding->file->name);
    if (finding->line > 0) {
        snprintf(number, sizeof number, ":%d", finding->line);
        put_string(&line, number);
    }
    put_string(&line, ": ");
    put_string(&line, severity_name(definition->severity));
    put_string(&line, " ");
    put_string(&line, definition->code);
    put_string(&line, ": ");
    if (finding->column[0] != '\0') {
        put_string(&line, finding->column);
        if (finding->field_number > 0) {
            snprintf(number, sizeof number, " (%s %d)", danish ? "felt" : "field", finding->field_number);
            put_string(&line, number);
        }
        put_string(&line, ": ");
    }
    input_finding_sentence(finding, danish, sentence);
    put_string(&line, sentence);
}
