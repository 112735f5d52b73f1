/* Text for people in columns: UTF-8, a character of it one column wide. */
#ifndef YDELSE_IO_SHOW_TEXT_H
#define YDELSE_IO_SHOW_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/* The number of characters: what a text takes up in a column. */
int text_width(const char *text);

/* Writes words into lines of TEXT_LINE_WIDTH characters at most, where a word is no longer; ends the last one. Lines but
 * the first begin with indent blanks; the first goes on at column indent. A line break in text is a blank. */
#define TEXT_LINE_WIDTH 80
void text_wrap(FILE *out, const char *text, int indent);

/* The same for paragraphs, which an empty line parts; lines that are laid out stay as they are. */
void text_wrap_paragraphs(FILE *out, const char *text);

/* A line that begins with a blank or has columns: it is not filled. */
bool text_is_laid_out(const char *line, size_t size);

#endif
