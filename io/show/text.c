#include "io/show/text.h"

#include <string.h>

/* Every byte that does not continue a character begins one. */
static int width_of(const char *text, size_t size) {
    int width = 0;
    for (size_t i = 0; i < size; i++)
        width += ((unsigned char)text[i] & 0xC0) != 0x80;
    return width;
}

int text_width(const char *text) {
    return width_of(text, strlen(text));
}

/* *column is where the line stands: indent when nothing is on it yet. */
static void wrap_part(FILE *out, const char *text, size_t size, int indent, int *column) {
    for (const char *at = text; at < text + size;) {
        const size_t word = strcspn(at, " \n");
        const size_t end = at + word > text + size ? (size_t)(text + size - at) : word;
        const int width = width_of(at, end);
        if (end == 0) {
            at++;
            continue;
        }
        if (*column > indent && *column + 1 + width > TEXT_LINE_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            *column = indent;
        }
        if (*column > indent)
            fputc(' ', out);
        *column += width + (*column > indent);
        fwrite(at, 1, end, out);
        at += end;
    }
}

void text_wrap(FILE *out, const char *text, int indent) {
    int column = indent;
    wrap_part(out, text, strlen(text), indent, &column);
    fputc('\n', out);
}

bool text_is_laid_out(const char *line, size_t size) {
    bool columns = line[0] == ' ';
    for (size_t i = 0; i + 3 <= size && !columns; i++)
        columns = memcmp(line + i, "   ", 3) == 0;
    return columns;
}

void text_wrap_paragraphs(FILE *out, const char *text) {
    int column = 0;
    for (const char *at = text; *at != '\0';) {
        const size_t size = strcspn(at, "\n");
        const bool alone = size == 0 || text_is_laid_out(at, size);
        if (alone && column > 0) {
            fputc('\n', out);
            column = 0;
        }
        if (alone)
            fprintf(out, "%.*s\n", (int)size, at);
        else
            wrap_part(out, at, size, 0, &column);
        at += size + (at[size] == '\n');
    }
    if (column > 0)
        fputc('\n', out);
}
