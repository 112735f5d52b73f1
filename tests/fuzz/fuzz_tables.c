/* The small tables of settings, and names for payment files. The first byte chooses: '0' accounts, '1' paying
 * municipalities, '2' expected files, '3' openings of the refusion count, '4' a name. A line feed after it is skipped. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "io/csv/csv_charset.h"
#include "io/load/expected.h"
#include "io/pay/kontoplan.h"
#include "io/pay/payment_name.h"
#include "io/pay/refusion_report.h"
#include "tests/fuzz/fuzz.h"

static void require_refused(Status status, const Error *error) {
    fuzz_require(status == STATUS_CONFIG || status == STATUS_DATA, "a bad table is a fault in it");
    fuzz_require_error(error);
}

static void require_json(char *text) {
    json_error_t fault;
    json_t *json = text == NULL ? NULL : json_loads(text, 0, &fault);
    fuzz_require(json != NULL, "what is made of a table is JSON");
    json_decref(json);
    free(text);
}

static void read_accounts(const char *path) {
    static Betalere betalere;
    Kontoplan kontoplan;
    Error error;
    const Status status = kontoplan_load(path, &kontoplan, &error);
    if (status != STATUS_OK) {
        require_refused(status, &error);
        return;
    }
    fuzz_require(betalere_load(NULL, &betalere, &error) == STATUS_OK, "the built-in table can be read");
    require_json(kontoplan_config(&kontoplan, &betalere));
}

static void read_payers(const char *path) {
    static Betalere betalere;
    Error error;
    const Status status = betalere_load(path, &betalere, &error);
    if (status != STATUS_OK) {
        require_refused(status, &error);
        return;
    }
    for (int32_t i = 0; i < betalere.count; i++) {
        const Betaler *row = &betalere.rows[i];
        fuzz_require(betalere_find(&betalere, row->kommunekode) == row, "a municipality has one row");
        fuzz_require(iban_is_danish(row->konto_iban), "an account is Danish");
    }
    require_json(betalere_json(&betalere));
}

static void read_expected(const char *path) {
    static Expected expected;
    Error error;
    const Status status = expected_load(path, &expected, &error);
    if (status != STATUS_OK) {
        require_refused(status, &error);
        return;
    }
    for (int32_t i = 0; i < expected.count; i++) {
        char calendar[EXPECTED_CALENDAR_SIZE], like[EXPECTED_LIKE_SIZE];
        for (int32_t month = 1; month <= 12; month++) {
            const Date date = date_from_ymd(2024, month, 29);
            const Date due = expected_due(&expected.files[i], date);
            fuzz_require(!date_given(due) || due.day <= date.day, "a due day is not in the future");
        }
        expected_calendar_format(&expected.files[i], calendar);
        expected_like(&expected.files[i], like);
        fuzz_require(strlen(calendar) < sizeof calendar && strlen(like) < sizeof like, "texts fit");
    }
}

static void read_openings(const char *path) {
    RefusionOpenings openings;
    Error error;
    const Status status = refusion_openings_read(path, &openings, &error);
    if (status != STATUS_OK) {
        require_refused(status, &error);
    }
    for (int32_t i = 1; status == STATUS_OK && i < openings.count; i++) {
        fuzz_require(openings.rows[i - 1].cpr.number < openings.rows[i].cpr.number,
                     "a person has one opening");
    }
    refusion_openings_free(&openings);
}

static size_t characters_of(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xC0) != 0x80 ? 1 : 0;
    }
    return count;
}

static void write_name(const uint8_t *bytes, size_t size_bytes) {
    char name[PAYMENT_NAME_SIZE], again[PAYMENT_NAME_SIZE];
    char *given = calloc(1, size_bytes + 1);
    fuzz_require(given != NULL, "there is memory");
    memcpy(given, bytes, size_bytes);
    for (int ascii = 0; ascii < 2; ascii++) {
        payment_name(given, ascii == 1, name);
        const size_t size = strlen(name);
        fuzz_require(size > 0 && name[0] != ' ' && name[size - 1] != ' ' && strstr(name, "  ") == NULL,
                     "a name has no blanks around it and no two in it");
        fuzz_require(characters_of(name) <= PAYMENT_NAME_CHARACTERS_MAX, "a name has at most 140 characters");
        fuzz_require(utf8_bad_byte(name, size) < 0, "a name is UTF-8");
        for (size_t i = 0; i < size; i++) {
            const unsigned char byte = (unsigned char)name[i];
            fuzz_require(byte >= ' ' && byte != 0x7F && (ascii == 0 || byte < 0x7F),
                         "a name may stand in XML");
        }
        payment_name(name, ascii == 1, again);
        fuzz_require(strcmp(name, again) == 0, "a name that may stand there stays as it is");
    }
    free(given);
}

void fuzz_tables(const uint8_t *bytes, size_t size_bytes) {
    if (size_bytes == 0) {
        return;
    }
    const size_t skip = size_bytes > 1 && bytes[1] == '\n' ? 2 : 1;
    const char *path = fuzz_file(0, bytes + skip, size_bytes - skip);
    switch ((bytes[0] - '0') % 5) {
    case 0:
        read_accounts(path);
        return;
    case 1:
        read_payers(path);
        return;
    case 2:
        read_expected(path);
        return;
    case 3:
        read_openings(path);
        return;
    default:
        write_name(bytes + skip, size_bytes - skip);
    }
}
