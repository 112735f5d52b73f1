#include "samples/generator/output.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "samples/generator/calendar.h"

enum {
    BUFFER_BYTES = 1 << 20,
    ROW_BYTES_MAX = 1024, /* room kept for one row, well above the longest */
    PATH_BYTES_MAX = 4096,
};

static void writer_flush(Writer *writer) {
    if (fwrite(writer->buffer, 1, writer->used_bytes, writer->stream) != writer->used_bytes)
        writer->failed = true;
    writer->used_bytes = 0;
}

void row_begin(Writer *writer) {
    if (writer->used_bytes > BUFFER_BYTES - ROW_BYTES_MAX)
        writer_flush(writer);
    writer->rows++;
}

void put_char(Writer *writer, char c) {
    assert(writer->used_bytes < BUFFER_BYTES);
    writer->buffer[writer->used_bytes++] = c;
}

void put_text(Writer *writer, const char *text) {
    size_t length_bytes = strlen(text);
    assert(writer->used_bytes + length_bytes <= BUFFER_BYTES);
    memcpy(writer->buffer + writer->used_bytes, text, length_bytes);
    writer->used_bytes += length_bytes;
}

static void put_number(Writer *writer, uint64_t number, int32_t width) {
    char digits[20];
    int32_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (int32_t i = count; i < width; i++)
        put_char(writer, '0');
    while (count > 0)
        put_char(writer, digits[--count]);
}

static void put_two_digits(Writer *writer, int32_t number) {
    put_char(writer, (char)('0' + number / 10));
    put_char(writer, (char)('0' + number % 10));
}

void field_text(Writer *writer, const char *text) {
    put_text(writer, text);
    put_char(writer, ';');
}

void field_empty(Writer *writer) {
    put_char(writer, ';');
}

void field_number(Writer *writer, int64_t number, int32_t width) {
    put_number(writer, (uint64_t)number, width);
    put_char(writer, ';');
}

void field_id(Writer *writer, const char *prefix) {
    put_text(writer, prefix);
    field_number(writer, writer->rows, 8);
}

static void put_hundredths(Writer *writer, int64_t hundredths) {
    uint64_t size = hundredths < 0 ? (uint64_t)-hundredths : (uint64_t)hundredths;
    if (hundredths < 0)
        put_char(writer, '-');
    put_number(writer, size / 100, 1);
    put_char(writer, ',');
    put_two_digits(writer, (int32_t)(size % 100));
}

void field_hundredths(Writer *writer, int64_t hundredths) {
    put_hundredths(writer, hundredths);
    put_char(writer, ';');
}

void field_amount(Writer *writer, int64_t amount_oere) {
    if (amount_oere != 0)
        put_hundredths(writer, amount_oere);
    put_char(writer, ';');
}

void field_control_amount(Writer *writer, int64_t amount_oere) {
    writer->control_oere += amount_oere;
    field_amount(writer, amount_oere);
}

/* YYYY-MM */
static void put_month(Writer *writer, Ymd ymd) {
    put_two_digits(writer, ymd.year / 100);
    put_two_digits(writer, ymd.year % 100);
    put_char(writer, '-');
    put_two_digits(writer, ymd.month);
}

void field_month(Writer *writer, int32_t day) {
    put_month(writer, ymd_of(day));
    put_char(writer, ';');
}

void field_date(Writer *writer, int32_t day) {
    Ymd ymd = ymd_of(day);
    put_month(writer, ymd);
    put_char(writer, '-');
    put_two_digits(writer, ymd.day);
    put_char(writer, ';');
}

void field_date_or_empty(Writer *writer, bool given, int32_t day) {
    if (given)
        field_date(writer, day);
    else
        field_empty(writer);
}

void field_decision(Writer *writer, const char *prefix, bool given) {
    if (given)
        field_id(writer, prefix);
    else
        field_empty(writer);
}

void row_end(Writer *writer) {
    assert(writer->used_bytes > 0 && writer->buffer[writer->used_bytes - 1] == ';');
    writer->buffer[writer->used_bytes - 1] = '\n';
}

static void put_trailer(Writer *writer, bool has_control_sum) {
    if (writer->used_bytes > BUFFER_BYTES - ROW_BYTES_MAX)
        writer_flush(writer);
    put_text(writer, "#SLUT;");
    put_number(writer, (uint64_t)writer->rows, 1);
    put_char(writer, ';');
    if (has_control_sum)
        put_hundredths(writer, writer->control_oere);
    put_char(writer, '\n');
}

static int fail_path(const char *what, const char *path, int exit_code) {
    fprintf(stderr, "generate: %s %s: %s\n", what, path, strerror(errno));
    return exit_code;
}

int output_folder_make(const char *folder) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return fail_path("cannot create", folder, EXIT_CANNOT_CREATE);
    return 0;
}

int writer_open(Writer *writer, const FileFormat *format, const char *folder) {
    char path[PATH_BYTES_MAX];
    int length = snprintf(path, sizeof path, "%s/%s.csv", folder, format->name);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return fail_path("cannot create", folder, EXIT_CANNOT_CREATE);
    }
    writer->buffer = malloc(BUFFER_BYTES);
    if (writer->buffer == NULL)
        return fail_path("no memory for", path, EXIT_CANNOT_CREATE);
    writer->stream = fopen(path, "wb");
    if (writer->stream == NULL)
        return fail_path("cannot create", path, EXIT_CANNOT_CREATE);
    /* The rows are gathered here already; a second buffer would only copy them. */
    setvbuf(writer->stream, NULL, _IONBF, 0);
    put_text(writer, format->header);
    put_char(writer, '\n');
    return 0;
}

int writer_close(Writer *writer, const FileFormat *format) {
    int result = 0;
    if (writer->stream != NULL) {
        put_trailer(writer, format->has_control_sum);
        writer_flush(writer);
        if (fclose(writer->stream) != 0)
            writer->failed = true;
        if (writer->failed)
            result = fail_path("cannot write", format->name, EXIT_WRITE);
    }
    free(writer->buffer);
    return result;
}
