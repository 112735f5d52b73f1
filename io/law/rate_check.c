#include "io/law/rate_check.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/csv/csv_reader.h"

#define REGULATIONS_MAX 256
#define EXCEPTIONS_MAX 256
#define PATH_SIZE 1024

typedef struct {
    int32_t year;
    bool for_wage_limit; /* index loengraense, which takes the full percentage; else ydelse */
    int64_t percent_hundredths;
} Regulation;

typedef struct {
    RateId id;
    Date first;
    char check[16];
    bool used;
} Exception;

typedef struct {
    const RateTable *table;
    FILE *out;
    int32_t complaints;
    Regulation regulation[REGULATIONS_MAX];
    int32_t regulation_count;
    Exception exception[EXCEPTIONS_MAX];
    int32_t exception_count;
} Checker;

/* How a series follows the yearly regulation: 0 = it does not; else the unit in hundredths it is rounded to. */
typedef struct {
    bool by_wage_limit;
    int32_t unit_hundredths;
} Regulated;

static Regulated regulated(RateId id) {
    switch (id) {
    case RATE_LOENGRAENSE_JA:
    case RATE_LOENGRAENSE_RF:
        return (Regulated){true, 100};
    case RATE_BIDRAGSTILLAEG:
    case RATE_FRIKORT:
    case RATE_LEDIGHEDSYDELSE_MAX:
    case RATE_PUNKTSANKTION_HOEJ:
    case RATE_PUNKTSANKTION_LAV:
    case RATE_YDELSE_FORS:
    case RATE_YDELSE_HJ25:
    case RATE_YDELSE_IKKE:
        return (Regulated){false, 100};
    case RATE_SYGEDAGPENGE_MAX:
        return (Regulated){false, 500};
    case RATE_TIMEFRADRAG:
        return (Regulated){false, 1};
    case RATE_ATP_EGEN:
    case RATE_ATP_KOMMUNE:
    case RATE_ATP_SAMLET:
    case RATE_LOENFRADRAG_OVER_JA:
    case RATE_LOENFRADRAG_OVER_RF:
    case RATE_LOENFRADRAG_UNDER_JA:
    case RATE_LOENFRADRAG_UNDER_RF:
    case RATE_OBLIGATORISK_PENSION:
    case RATE_SELVSTAENDIG_HALV:
    case RATE_SELVSTAENDIG_KVART:
    case RATE_TIMEFRADRAG_MAX:
    case RATE_COUNT:
        break;
    }
    return (Regulated){false, 0};
}

/* Prints a complaint unless an exception excuses it. */
__attribute__((format(printf, 4, 5))) static void complain(Checker *checker, const RateRow *row,
                                                           const char *check, const char *format, ...) {
    for (int32_t i = 0; i < checker->exception_count; i++) {
        Exception *exception = &checker->exception[i];
        if (exception->id == row->id && exception->first.day == row->first.day &&
            strcmp(exception->check, check) == 0) {
            exception->used = true;
            return;
        }
    }
    char first[DATE_TEXT_SIZE];
    date_format(row->first, first);
    fprintf(checker->out, "%s %s %s: %s: ", rate_series[row->id].name, rate_series[row->id].group, first,
            check);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(checker->out, format, arguments);
    va_end(arguments);
    fputc('\n', checker->out);
    checker->complaints++;
}

static int32_t year_of(Date date) {
    return month_year(month_of(date));
}

static bool starts_properly(const RateRow *row) {
    Date new_year = date_from_ymd(year_of(row->first), 1, 1);
    Date first_monday = {new_year.day + (7 - date_weekday(new_year)) % 7};
    bool weekly = row->id == RATE_SYGEDAGPENGE_MAX || row->id == RATE_LEDIGHEDSYDELSE_MAX;
    return row->first.day == new_year.day || (weekly && row->first.day == first_monday.day);
}

static void row_check(Checker *checker, const RateRow *row) {
    if (!starts_properly(row)) {
        complain(checker, row, "STARTDAG",
                 "begins neither on 1 January nor, for a weekly cap, on its first Monday");
    }
    if (row->legal_basis[0] == '\0' || row->source_text[0] == '\0') {
        complain(checker, row, "KILDE", "has no source or no legal basis");
    }
    bool never_read = row->id == RATE_ATP_EGEN || row->id == RATE_ATP_KOMMUNE;
    if (never_read || date_or_last(row->last).day < month_first((Month){2013 * 12}).day) {
        complain(checker, row, "UBRUGT", "no formula can read this row");
    }
}

static const Regulation *regulation_find(const Checker *checker, int32_t year, bool for_wage_limit) {
    for (int32_t i = 0; i < checker->regulation_count; i++) {
        const Regulation *regulation = &checker->regulation[i];
        if (regulation->year == year && regulation->for_wage_limit == for_wage_limit) {
            return regulation;
        }
    }
    return NULL;
}

/* The first row of the act's own first year has nothing before it that the percentages cover. */
#define FIRST_REGULATED_YEAR 2014

/* The kernel rounds to a krone at most; to five kroner is to a krone of the fifth part. */
static int64_t round_to(Wide numerator, Wide denominator, int32_t unit_hundredths) {
    const int32_t kroner = unit_hundredths > OERE_PER_KRONE ? unit_hundredths / (int32_t)OERE_PER_KRONE : 1;
    return money_round(numerator, denominator * kroner, unit_hundredths / kroner).oere * kroner;
}

static void jump_check(Checker *checker, const RateRow *before, const RateRow *row) {
    Regulated how = regulated(row->id);
    int32_t year = year_of(row->first);
    if (how.unit_hundredths == 0 || year < FIRST_REGULATED_YEAR) {
        return;
    }
    const Regulation *regulation = regulation_find(checker, year, how.by_wage_limit);
    if (regulation == NULL) {
        complain(checker, row, "REGULERING", "regulering.csv has no percentage for %d", year);
        return;
    }
    Wide exact = (Wide)before->value_hundredths * (10000 + regulation->percent_hundredths);
    int64_t expected = round_to(exact, 10000, how.unit_hundredths);
    if (row->value_hundredths != expected) {
        char is[MONEY_TEXT_SIZE], should[MONEY_TEXT_SIZE];
        money_format((Money){row->value_hundredths}, ',', is);
        money_format((Money){expected}, ',', should);
        complain(checker, row, "SPRING", "is %s; by the percentage of %d it would be %s", is, year, should);
    }
}

static void pair_check(Checker *checker, const RateRow *before, const RateRow *row) {
    int32_t last = date_or_last(before->last).day;
    if (row->first.day <= last) {
        complain(checker, row, "OVERLAP", "begins before the row before it has ended");
    } else if (row->first.day > last + 1) {
        complain(checker, row, "HUL", "%d days before it have no rate", row->first.day - last - 1);
    }
    jump_check(checker, before, row);
}

static bool field_is(Text field, const char *text) {
    return field.size_bytes == strlen(text) && memcmp(field.bytes, text, field.size_bytes) == 0;
}

/* aar;indeks;procent;... */
static bool regulation_row(Checker *checker, const CsvRow *row) {
    Money percent;
    char year[8] = "";
    if (row->field_count < 3 || row->fields[0].size_bytes != 4 ||
        checker->regulation_count == REGULATIONS_MAX ||
        !money_parse(row->fields[2].bytes, row->fields[2].size_bytes, ',', &percent)) {
        return false;
    }
    memcpy(year, row->fields[0].bytes, 4);
    checker->regulation[checker->regulation_count++] =
        (Regulation){atoi(year), field_is(row->fields[1], "loengraense"), percent.oere};
    return true;
}

/* sats;gruppe;gaelder_fra;kontrol;begrundelse: without a reason there is no exception. */
static bool exception_row(Checker *checker, const CsvRow *row) {
    if (row->field_count != 5 || checker->exception_count == EXCEPTIONS_MAX ||
        row->fields[4].size_bytes == 0) {
        return false;
    }
    Exception *exception = &checker->exception[checker->exception_count];
    if (!rate_series_find(row->fields[0], row->fields[1], &exception->id) ||
        !date_parse(row->fields[2].bytes, row->fields[2].size_bytes, &exception->first) ||
        row->fields[3].size_bytes >= sizeof exception->check) {
        return false;
    }
    memcpy(exception->check, row->fields[3].bytes, row->fields[3].size_bytes);
    checker->exception_count++;
    return true;
}

static Status file_open(const char *folder, const char *name, CsvReader **reader, Error *error) {
    char path[PATH_SIZE];
    if (folder != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, name);
        return csv_reader_open(path, name, false, reader, error);
    }
    snprintf(path, sizeof path, "config/satser/%s", name);
    const EmbeddedFile *file = embedded_find(path);
    if (file == NULL) {
        return error_set(error, STATUS_INTERNAL, "%s is not part of the program", path);
    }
    return csv_reader_open_memory(name, file->bytes, file->size_bytes, reader, error);
}

/* Hands each row after the header to take; a row it refuses stops with file and line. */
static Status file_read(Checker *checker, const char *folder, const char *name,
                        bool (*take)(Checker *checker, const CsvRow *row), Error *error) {
    CsvReader *reader = NULL;
    Status status = file_open(folder, name, &reader, error);
    bool header = true;
    while (status == STATUS_OK) {
        CsvRow row;
        status = csv_reader_next(reader, &row, error);
        if (status != STATUS_OK || row.event == CSV_EVENT_END) {
            break;
        }
        if (!header && (row.event != CSV_EVENT_ROW || !take(checker, &row))) {
            status = error_set(error, STATUS_CONFIG, "%s:%d: the row cannot be read", name, row.line);
        }
        header = false;
    }
    csv_reader_close(reader);
    return status;
}

Status rate_check(const RateTable *table, const char *folder, FILE *out, int32_t *complaints, Error *error) {
    Checker *checker = calloc(1, sizeof *checker);
    if (checker == NULL) {
        return error_no_memory(error);
    }
    checker->table = table;
    checker->out = out;
    Status status = file_read(checker, folder, "regulering.csv", regulation_row, error);
    if (status == STATUS_OK) {
        status = file_read(checker, folder, "undtagelser.csv", exception_row, error);
    }
    for (int32_t i = 0; status == STATUS_OK && i < table->count; i++) {
        const RateRow *row = &table->rows[i];
        row_check(checker, row);
        if (i > 0 && table->rows[i - 1].id == row->id) {
            pair_check(checker, &table->rows[i - 1], row);
        }
    }
    for (int32_t i = 0; status == STATUS_OK && i < checker->exception_count; i++) {
        const Exception *exception = &checker->exception[i];
        if (!exception->used) {
            fprintf(out, "%s %s: UNDTAGELSE: the exception %s excuses nothing\n",
                    rate_series[exception->id].name, rate_series[exception->id].group, exception->check);
            checker->complaints++;
        }
    }
    *complaints = checker->complaints;
    free(checker);
    return status;
}
