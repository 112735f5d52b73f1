/*
 * generate: an invented delivery of any size, one file of each of the eight kinds.
 *
 *     generate --people N --month YYYY-MM --seed S --output DIR
 *
 * Defaults: 1000 people, 2024-03, seed 1, the current folder. DIR is made if it does not exist
 * (its parent must); files of the same names are overwritten.
 *
 * Deterministic: the same N, month and seed give the same bytes on every machine. Each person
 * has a random stream of their own, drawn from the seed and their index, so the first people of
 * a large delivery are those of a small one (with the same month and seed).
 *
 * Every row is valid by the contract. CPR numbers are unique, have 60 added to the day and can
 * therefore never belong to a living person, and fulfil modulus 11 as they stand. SE numbers
 * begin with 00, which is never issued. Each file ends in a trailer.
 *
 * Units: amounts in oere, hours in hundredths, days counted from 1970-01-01.
 * Exit codes (sysexits): 0 done, 64 usage, 73 cannot create output, 74 write error.
 */
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    EXIT_USAGE = 64,
    EXIT_CANNOT_CREATE = 73,
    EXIT_WRITE = 74,

    PEOPLE_MAX = 5000000,
    MONTH_FIRST_YEAR = 2013, /* the benefit exists from 2013-01 */
    MONTH_LAST_YEAR = 2027,  /* later, no resource course can still be running */
    AGE_MIN_YEARS = 18,
    AGE_MAX_YEARS = 64, /* below folkepension age in every year */

    BUFFER_BYTES = 1 << 20,
    ROW_BYTES_MAX = 1024, /* room kept for one row, well above the longest */
    PATH_BYTES_MAX = 4096,

    WEIGHT_COUNT_CPR = 6, /* digits of the date part */
    SERIAL_COUNT_MAX = 600,
    EMPLOYER_COUNT = 2000,
    KOMMUNE_COUNT = 98,
    KOMMUNE_WEIGHT_SUM = 1000,
};

/* ---- random numbers: splitmix64 ---------------------------------------------------------- */

typedef struct Random {
    uint64_t state;
} Random;

static uint64_t random_next(Random *random) {
    uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* 0 .. count - 1. The bias of the multiplication is far below anything a sample can show. */
static int32_t random_below(Random *random, int32_t count) {
    assert(count > 0);
    return (int32_t)(((random_next(random) >> 32) * (uint64_t)count) >> 32);
}

static int32_t random_between(Random *random, int32_t least, int32_t most) {
    return least + random_below(random, most - least + 1);
}

static bool random_permille(Random *random, int32_t permille) {
    return random_below(random, 1000) < permille;
}

static Random random_of_person(uint64_t seed, int64_t index) {
    Random mixer = {seed};
    uint64_t start = random_next(&mixer) ^ ((uint64_t)index * UINT64_C(0xD1342543DE82EF95));
    return (Random){start};
}

/* A choice among weighted texts; the weights add up to 1000. */
typedef struct Choice {
    const char *text;
    int32_t permille;
} Choice;

static const char *random_choice(Random *random, const Choice *choices) {
    int32_t left = random_below(random, 1000);
    size_t i = 0;
    while (left >= choices[i].permille) {
        left -= choices[i].permille;
        i++;
    }
    return choices[i].text;
}

/* ---- days: the proleptic Gregorian calendar ---------------------------------------------- */

typedef struct Ymd {
    int32_t year, month, day;
} Ymd;

/* The year is counted from 1 March, so that the leap day comes last. */
static int32_t day_of(int32_t year, int32_t month, int32_t day) {
    int32_t y = month <= 2 ? year - 1 : year;
    int32_t era = y / 400;
    int32_t year_of_era = y - era * 400;
    int32_t month_from_march = month > 2 ? month - 3 : month + 9;
    int32_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static Ymd ymd_of(int32_t day) {
    int32_t shifted = day + 719468;
    int32_t era = shifted / 146097;
    int32_t day_of_era = shifted - era * 146097;
    int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month_from_march = (5 * day_of_year + 2) / 153;
    int32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int32_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return (Ymd){year, month, day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

static int32_t month_first(int32_t year, int32_t month_from_zero) {
    return day_of(year + month_from_zero / 12, month_from_zero % 12 + 1, 1);
}

/* 1970-01-01 was a Thursday; 0 is Monday. */
static int32_t weekday_of(int32_t day) {
    return (day + 3) % 7;
}

/* ---- files: a buffer, a row at a time, a trailer ----------------------------------------- */

typedef enum FileKind {
    FILE_DELTAGERE,
    FILE_FORLOEB,
    FILE_BOERN,
    FILE_PERIODER,
    FILE_INDKOMST,
    FILE_FERIEPENGE,
    FILE_SANKTIONER,
    FILE_SKATTEKORT,
    FILE_COUNT,
} FileKind;

typedef struct FileFormat {
    const char *name;
    const char *header;
    bool has_control_sum;
} FileFormat;

static const FileFormat FILE_FORMATS[FILE_COUNT] = {
    [FILE_DELTAGERE] = {"deltagere", "cpr_nummer;kommunekode;navn;se_nummer", false},
    [FILE_FORLOEB] = {"forloeb",
                      "forloeb_id;cpr_nummer;ordning;startdato;slutdato;bevilget_dato;"
                      "tidligere_ydelse;ugebeloeb;niveau_slutdato;afgoerelse_id",
                      true},
    [FILE_BOERN] = {"boern", "post_id;cpr_nummer;barn_cpr;barn_foedselsdato;forhold;i_riget;bidrag_beloeb",
                    true},
    [FILE_PERIODER] = {"perioder", "post_id;cpr_nummer;art;foerste_dag;sidste_dag;beloeb;afgoerelse_id",
                       true},
    [FILE_INDKOMST] = {"indkomst",
                       "post_id;cpr_nummer;arbejdsgiver_se;indkomsttype;klasse;loenperiode_start;"
                       "loenperiode_slut;dispositionsdato;felt_0013;felt_0014;felt_0015;felt_0016;"
                       "felt_0036;felt_0147;felt_0200",
                       true},
    [FILE_FERIEPENGE] = {"feriepenge",
                         "post_id;kilde;cpr_nummer;art;udbetalingstype;ferieaar;foerste_feriedag;"
                         "sidste_feriedag;antal_feriedage;beloeb_brutto;skat_indeholdt;"
                         "udbetalingsdato",
                         true},
    [FILE_SANKTIONER] = {"sanktioner",
                         "sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned;"
                         "foerste_dag;sidste_dag;afgoerelse_id",
                         false},
    [FILE_SKATTEKORT] = {"skattekort",
                         "post_id;cpr_nummer;foerste_dag;sidste_dag;korttype;traekprocent;"
                         "maanedsfradrag;frikort_graense",
                         true /* the sum is 0,00: there is no control column */},
};

typedef struct Writer {
    FILE *stream;
    char *buffer;
    size_t used_bytes;
    int64_t rows;
    int64_t control_oere;
    bool failed; /* sticky; looked at when the file is closed */
} Writer;

static void writer_flush(Writer *writer) {
    if (fwrite(writer->buffer, 1, writer->used_bytes, writer->stream) != writer->used_bytes)
        writer->failed = true;
    writer->used_bytes = 0;
}

static void row_begin(Writer *writer) {
    if (writer->used_bytes > BUFFER_BYTES - ROW_BYTES_MAX)
        writer_flush(writer);
    writer->rows++;
}

static void put_char(Writer *writer, char c) {
    assert(writer->used_bytes < BUFFER_BYTES);
    writer->buffer[writer->used_bytes++] = c;
}

static void put_text(Writer *writer, const char *text) {
    size_t length_bytes = strlen(text);
    assert(writer->used_bytes + length_bytes <= BUFFER_BYTES);
    memcpy(writer->buffer + writer->used_bytes, text, length_bytes);
    writer->used_bytes += length_bytes;
}

/* At least width digits, zeros in front. */
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

/* Every field ends in a separator; row_end turns the last one into the end of the line. */
static void field_text(Writer *writer, const char *text) {
    put_text(writer, text);
    put_char(writer, ';');
}

static void field_empty(Writer *writer) {
    put_char(writer, ';');
}

static void field_number(Writer *writer, int64_t number, int32_t width) {
    put_number(writer, (uint64_t)number, width);
    put_char(writer, ';');
}

static void field_id(Writer *writer, const char *prefix) {
    put_text(writer, prefix);
    field_number(writer, writer->rows, 8);
}

static void put_hundredths(Writer *writer, int64_t hundredths) {
    uint64_t size = hundredths < 0 ? (uint64_t)-hundredths : (uint64_t)hundredths;
    if (hundredths < 0)
        put_char(writer, '-');
    put_number(writer, size / 100, 1);
    put_char(writer, ',');
    put_number(writer, size % 100, 2);
}

static void field_hundredths(Writer *writer, int64_t hundredths) {
    put_hundredths(writer, hundredths);
    put_char(writer, ';');
}

/* An amount of zero is written as not given. */
static void field_amount(Writer *writer, int64_t amount_oere) {
    if (amount_oere != 0)
        put_hundredths(writer, amount_oere);
    put_char(writer, ';');
}

static void field_control_amount(Writer *writer, int64_t amount_oere) {
    writer->control_oere += amount_oere;
    field_amount(writer, amount_oere);
}

static void field_month(Writer *writer, int32_t day) {
    Ymd ymd = ymd_of(day);
    put_number(writer, (uint64_t)ymd.year, 4);
    put_char(writer, '-');
    put_number(writer, (uint64_t)ymd.month, 2);
    put_char(writer, ';');
}

static void field_date(Writer *writer, int32_t day) {
    Ymd ymd = ymd_of(day);
    put_number(writer, (uint64_t)ymd.year, 4);
    put_char(writer, '-');
    put_number(writer, (uint64_t)ymd.month, 2);
    put_char(writer, '-');
    put_number(writer, (uint64_t)ymd.day, 2);
    put_char(writer, ';');
}

static void field_date_or_empty(Writer *writer, bool given, int32_t day) {
    if (given)
        field_date(writer, day);
    else
        field_empty(writer);
}

static void row_end(Writer *writer) {
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

/* ---- numbers with check digits ----------------------------------------------------------- */

static const int32_t CPR_WEIGHTS[10] = {4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
static const int32_t SE_WEIGHTS[8] = {2, 7, 6, 5, 4, 3, 2, 1};

/* The digit that makes the weighted sum divisible by 11, or 10 when there is none. */
static int32_t check_digit(int32_t weighted_sum) {
    return (11 - weighted_sum % 11) % 11;
}

/*
 * The last four digits that fit a birth date, by century and by the weighted sum of the date
 * digits modulo 11. For 1937-1999 the seventh digit is 0-4 or 9, for 2000-2036 it is 4-9.
 */
typedef struct SerialTable {
    int32_t count[2][11];
    int16_t serial[2][11][SERIAL_COUNT_MAX];
} SerialTable;

static void serial_table_fill(SerialTable *table, int32_t century, int32_t date_sum) {
    static const int32_t SEVENTH[2][6] = {{0, 1, 2, 3, 4, 9}, {4, 5, 6, 7, 8, 9}};
    int32_t count = 0;
    for (int32_t middle = 0; middle < 100; middle++) {
        for (int32_t i = 0; i < 6; i++) {
            int32_t seventh = SEVENTH[century][i];
            int32_t sum = date_sum + seventh * CPR_WEIGHTS[6] + middle / 10 * CPR_WEIGHTS[7] +
                          middle % 10 * CPR_WEIGHTS[8];
            int32_t last = check_digit(sum);
            if (last < 10)
                table->serial[century][date_sum][count++] = (int16_t)(seventh * 1000 + middle * 10 + last);
        }
    }
    table->count[century][date_sum] = count;
}

static void serial_table_init(SerialTable *table) {
    for (int32_t century = 0; century < 2; century++)
        for (int32_t date_sum = 0; date_sum < 11; date_sum++)
            serial_table_fill(table, century, date_sum);
}

typedef struct Cpr {
    char text[11];
} Cpr;

/* The slot-th number of a birth date; different slots below 540 give different numbers. */
static Cpr cpr_of(const SerialTable *table, int32_t birth, int32_t slot) {
    Ymd ymd = ymd_of(birth);
    assert(ymd.year >= 1937 && ymd.year <= 2036);
    int32_t century = ymd.year >= 2000 ? 1 : 0;
    int32_t parts[3] = {ymd.day + 60, ymd.month, ymd.year % 100};
    Cpr cpr = {{0}};
    int32_t sum = 0;
    for (int32_t i = 0; i < WEIGHT_COUNT_CPR; i++) {
        int32_t digit = i % 2 == 0 ? parts[i / 2] / 10 : parts[i / 2] % 10;
        cpr.text[i] = (char)('0' + digit);
        sum += digit * CPR_WEIGHTS[i];
    }
    assert(slot < table->count[century][sum % 11]);
    int32_t serial = table->serial[century][sum % 11][slot];
    for (int32_t i = 9; i >= WEIGHT_COUNT_CPR; i--) {
        cpr.text[i] = (char)('0' + serial % 10);
        serial /= 10;
    }
    return cpr;
}

typedef struct SeNumber {
    char text[9];
} SeNumber;

/* Fills numbers[] with SE numbers 00......, the first from the given seven digits upwards. */
static void se_numbers_fill(SeNumber *numbers, int32_t count, int32_t seven_digits) {
    for (int32_t filled = 0; filled < count; seven_digits++) {
        char text[9] = {0};
        int32_t sum = 0;
        int32_t rest = seven_digits;
        for (int32_t i = 6; i >= 0; i--) {
            text[i] = (char)('0' + rest % 10);
            sum += rest % 10 * SE_WEIGHTS[i];
            rest /= 10;
        }
        int32_t last = check_digit(sum);
        if (last == 10)
            continue;
        text[7] = (char)('0' + last);
        memcpy(numbers[filled++].text, text, sizeof text);
    }
}

/* ---- municipalities ---------------------------------------------------------------------- */

/* The 98 codes. Ten large municipalities have a weight of their own, the rest is spread evenly. */
/* clang-format off */
static const int16_t KOMMUNE_CODES[KOMMUNE_COUNT] = {
    101, 147, 151, 153, 155, 157, 159, 161, 163, 165, 167, 169, 173, 175, 183, 185, 187,
    190, 201, 210, 217, 219, 223, 230, 240, 250, 253, 259, 260, 265, 269, 270, 306, 316,
    320, 326, 329, 330, 336, 340, 350, 360, 370, 376, 390, 400, 410, 420, 430, 440, 450,
    461, 479, 480, 482, 492, 510, 530, 540, 550, 561, 563, 573, 575, 580, 607, 615, 621,
    630, 657, 661, 665, 671, 706, 707, 710, 727, 730, 740, 741, 746, 751, 756, 760, 766,
    773, 779, 787, 791, 810, 813, 820, 825, 840, 846, 849, 851, 860,
};
/* clang-format on */

typedef struct KommuneWeight {
    int16_t code;
    int16_t permille;
} KommuneWeight;

static const KommuneWeight KOMMUNE_LARGE[] = {
    {101, 90}, {751, 60}, {461, 40}, {851, 40}, {561, 22},
    {730, 20}, {621, 18}, {615, 18}, {630, 18}, {265, 14},
};

enum { KOMMUNE_LARGE_COUNT = sizeof KOMMUNE_LARGE / sizeof KOMMUNE_LARGE[0] };

static int32_t kommune_index_of(int16_t code) {
    int32_t i = 0;
    while (KOMMUNE_CODES[i] != code) {
        i++;
        assert(i < KOMMUNE_COUNT);
    }
    return i;
}

static int32_t random_kommune(Random *random) {
    int32_t left = random_below(random, KOMMUNE_WEIGHT_SUM);
    for (int32_t i = 0; i < KOMMUNE_LARGE_COUNT; i++) {
        if (left < KOMMUNE_LARGE[i].permille)
            return kommune_index_of(KOMMUNE_LARGE[i].code);
        left -= KOMMUNE_LARGE[i].permille;
    }
    return random_below(random, KOMMUNE_COUNT);
}

/* ---- the delivery ------------------------------------------------------------------------ */

typedef struct Options {
    int64_t people;
    int32_t year, month; /* month 1 .. 12 */
    uint64_t seed;
    const char *output;
} Options;

typedef struct Delivery {
    Options options;
    int32_t first, last; /* of the month */
    int32_t birth_first; /* of the oldest participant */
    int32_t birth_days;  /* number of birth dates */
    int32_t birth_stride;
    SerialTable serials;
    SeNumber employers[EMPLOYER_COUNT];
    SeNumber kommune_units[KOMMUNE_COUNT];
    Writer writers[FILE_COUNT];
} Delivery;

typedef struct Person {
    Cpr cpr;
    int32_t birth;
    int32_t kommune;
    bool is_ja;
    int32_t course_first;
} Person;

static int32_t greatest_common_divisor(int32_t a, int32_t b) {
    while (b != 0) {
        int32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Neighbours in the files get birth dates far apart: a stride without a common divisor. */
static int32_t stride_of(int32_t count) {
    int32_t stride = (int32_t)((int64_t)count * 618 / 1000);
    while (greatest_common_divisor(stride, count) != 1)
        stride++;
    return stride;
}

static void delivery_init(Delivery *delivery, const Options *options) {
    int32_t year = options->year;
    int32_t month = options->month;
    delivery->options = *options;
    delivery->first = day_of(year, month, 1);
    delivery->last = month_first(year, month) - 1;
    delivery->birth_first = day_of(year - AGE_MAX_YEARS, month, 1);
    delivery->birth_days = day_of(year - AGE_MIN_YEARS, month, 1) - delivery->birth_first;
    delivery->birth_stride = stride_of(delivery->birth_days);
    serial_table_init(&delivery->serials);
    se_numbers_fill(delivery->employers, EMPLOYER_COUNT, 40000);
    se_numbers_fill(delivery->kommune_units, KOMMUNE_COUNT, 10000);
}

static int32_t random_day_in_month(Random *random, const Delivery *delivery) {
    return random_between(random, delivery->first, delivery->last);
}

/* Whole hundreds of kroner, in oere. */
static int64_t random_hundreds(Random *random, int32_t least_kroner, int32_t most_kroner) {
    return (int64_t)random_between(random, least_kroner / 100, most_kroner / 100) * 10000;
}

/* A decision id of its own for each row: the prefix tells the file. */
static void field_decision(Writer *writer, const char *prefix, bool given) {
    if (given) {
        put_text(writer, prefix);
        put_number(writer, (uint64_t)writer->rows, 8);
    }
    put_char(writer, ';');
}

/* ---- deltagere --------------------------------------------------------------------------- */

static void write_name(Writer *writer, Random *random) {
    static const char *const FIRST_NAMES[16] = {"Anna",  "Bo",    "Carla",  "Dan",    "Ella",  "Frede",
                                                "Gitte", "Hans",  "Ida",    "Jørgen", "Karen", "Lars",
                                                "Mette", "Niels", "Øjvind", "Åse"};
    static const char *const LAST_NAMES[16] = {"Prøve",  "Eksempel", "Demo",   "Opdigtet", "Fiktiv", "Test",
                                               "Model",  "Skabelon", "Påfund", "Udkast",   "Kladde", "Forsøg",
                                               "Øvelse", "Ærlig",    "Attrap", "Mønster"};
    put_text(writer, FIRST_NAMES[random_below(random, 16)]);
    put_char(writer, ' ');
    field_text(writer, LAST_NAMES[random_below(random, 16)]);
}

static void write_deltager(Delivery *delivery, Random *random, const Person *person) {
    Writer *writer = &delivery->writers[FILE_DELTAGERE];
    row_begin(writer);
    field_text(writer, person->cpr.text);
    field_number(writer, KOMMUNE_CODES[person->kommune], 4);
    write_name(writer, random);
    field_text(writer, delivery->kommune_units[person->kommune].text);
    row_end(writer);
}

/* ---- forloeb: one course each ------------------------------------------------------------ */

/* Courses are short enough never to be longer than the act allows. */
static int32_t course_first_of(const Delivery *delivery, Random *random, bool is_ja) {
    const int32_t rf_first = day_of(2013, 1, 1);
    const int32_t ja_first = day_of(2014, 7, 1);
    const int32_t rf_granted_last = day_of(2026, 1, 31);
    int32_t first = random_permille(random, 40) ? random_day_in_month(random, delivery)
                                                : delivery->first - random_below(random, 600);
    int32_t earliest = is_ja ? ja_first : rf_first;
    if (!is_ja && first > rf_granted_last)
        first = rf_granted_last - random_below(random, 300);
    return first < earliest ? earliest : first;
}

static void write_course_level(Delivery *delivery, Random *random, const char *former, bool is_ja) {
    Writer *writer = &delivery->writers[FILE_FORLOEB];
    bool is_syg = !is_ja && strcmp(former, "SYGEDAGPENGE") == 0;
    bool is_led = !is_ja && strcmp(former, "LEDIGHEDSYDELSE") == 0;
    if (is_syg || is_led)
        field_control_amount(writer, (int64_t)random_between(random, 2800, 4900) * 100);
    else
        field_empty(writer);
    int32_t level_last = random_permille(random, 150) ? random_day_in_month(random, delivery)
                                                      : delivery->last + random_between(random, -200, 300);
    field_date_or_empty(writer, is_syg, level_last);
}

static void write_forloeb(Delivery *delivery, Random *random, const Person *person) {
    static const Choice FORMER_RF[] = {
        {"KONTANTHJAELP", 560},  {"UDDANNELSESHJAELP", 150}, {"SYGEDAGPENGE", 120}, {"INGEN", 60},
        {"LEDIGHEDSYDELSE", 40}, {"REVALIDERING", 35},       {"SHYDELSE", 30},      {"FOERTIDSPENSION", 5},
    };
    static const Choice FORMER_JA[] = {{"SYGEDAGPENGE", 940}, {"INGEN", 60}};
    Writer *writer = &delivery->writers[FILE_FORLOEB];
    const char *former = random_choice(random, person->is_ja ? FORMER_JA : FORMER_RF);
    int32_t length_days = person->is_ja ? 729 : random_between(random, 730, 1094);
    int32_t last = person->course_first + length_days;
    if (random_permille(random, 40))
        last = random_between(random, person->course_first, delivery->last);
    if (last < delivery->first)
        last = delivery->last;
    row_begin(writer);
    field_id(writer, "F");
    field_text(writer, person->cpr.text);
    field_text(writer, person->is_ja ? "JA" : "RF");
    field_date(writer, person->course_first);
    field_date_or_empty(writer, random_permille(random, 600), last);
    field_empty(writer);
    field_text(writer, former);
    write_course_level(delivery, random, former, person->is_ja);
    field_decision(writer, "AF-", true);
    row_end(writer);
}

/* ---- boern ------------------------------------------------------------------------------- */

/* Some are born in the month, some turn 18 in it; parents are at least 18 years older. */
static int32_t child_birth_of(const Delivery *delivery, Random *random, int32_t parent_birth) {
    int32_t turns_18 = month_first(delivery->options.year - AGE_MIN_YEARS, delivery->options.month - 1);
    int32_t earliest = parent_birth + AGE_MIN_YEARS * 366;
    if (random_permille(random, 30) || earliest >= delivery->first)
        return random_day_in_month(random, delivery);
    if (earliest <= turns_18 && random_permille(random, 30))
        return turns_18 + random_below(random, 28);
    if (earliest < turns_18 + 31)
        earliest = turns_18 + 31;
    return random_between(random, earliest, delivery->first - 1);
}

static void write_barn(Delivery *delivery, Random *random, const Person *person) {
    Writer *writer = &delivery->writers[FILE_BOERN];
    bool pays_support = random_permille(random, 150);
    bool has_number = random_permille(random, 500);
    int32_t birth = child_birth_of(delivery, random, person->birth);
    Cpr child = cpr_of(&delivery->serials, birth, random_below(random, 500));
    row_begin(writer);
    field_id(writer, "B");
    field_text(writer, person->cpr.text);
    field_text(writer, has_number ? child.text : "");
    field_date_or_empty(writer, !has_number, birth);
    field_text(writer, pays_support ? "BIDRAG" : "FORSOERGER");
    field_text(writer, random_permille(random, 20) ? "N" : "");
    field_control_amount(writer, pays_support ? random_hundreds(random, 800, 1500) : 0);
    row_end(writer);
}

static void write_boern(Delivery *delivery, Random *random, const Person *person) {
    bool is_over_30 = delivery->first - person->birth > 30 * 366;
    if (!random_permille(random, is_over_30 ? 180 : 60))
        return;
    int32_t count = 1 + random_below(random, 2);
    for (int32_t i = 0; i < count; i++)
        write_barn(delivery, random, person);
}

/* ---- perioder ---------------------------------------------------------------------------- */

typedef struct PeriodRow {
    const char *art;
    int32_t first;
    bool has_last;
    int32_t last;
    int64_t amount_oere;
    bool has_decision;
} PeriodRow;

static void write_periode(Delivery *delivery, const Person *person, const PeriodRow *row) {
    Writer *writer = &delivery->writers[FILE_PERIODER];
    row_begin(writer);
    field_id(writer, "P");
    field_text(writer, person->cpr.text);
    field_text(writer, row->art);
    field_date(writer, row->first);
    field_date_or_empty(writer, row->has_last, row->last);
    field_control_amount(writer, row->amount_oere);
    field_decision(writer, "AP-", row->has_decision);
    row_end(writer);
}

static void write_living_at_home(Delivery *delivery, Random *random, const Person *person) {
    int32_t last = random_day_in_month(random, delivery);
    bool moves_out = random_permille(random, 60);
    PeriodRow row = {"HJEMMEBOENDE", person->birth + 16 * 366, moves_out, last, 0, false};
    write_periode(delivery, person, &row);
}

/* One of the rarer kinds. Some have no decision, so that they are computed but not applied. */
static void write_rare_periode(Delivery *delivery, Random *random, const Person *person) {
    static const Choice RARE[] = {{"FERIE", 500},   {"UDLAND", 150},    {"OPHOER", 100},
                                  {"FAENGSEL", 50}, {"SPAERRING", 100}, {"MINDSTESATS", 100}};
    const char *art = random_choice(random, RARE);
    int32_t first = random_day_in_month(random, delivery);
    bool is_open = strcmp(art, "OPHOER") == 0;
    bool is_reduced = strcmp(art, "MINDSTESATS") == 0;
    bool needs_none = strcmp(art, "FERIE") == 0 || strcmp(art, "SPAERRING") == 0;
    int64_t amount_oere = is_reduced ? random_hundreds(random, 5000, 11000) : 0;
    PeriodRow row = {art,         first,
                     !is_open,    first + random_below(random, 21),
                     amount_oere, !needs_none && random_permille(random, 900)};
    write_periode(delivery, person, &row);
}

static void write_perioder(Delivery *delivery, Random *random, const Person *person) {
    bool is_young = delivery->first - person->birth < 25 * 365;
    if (is_young && random_permille(random, 350))
        write_living_at_home(delivery, random, person);
    if (person->is_ja && random_permille(random, 30)) {
        const char *art = random_permille(random, 500) ? "SELVSTAENDIG_KVART" : "SELVSTAENDIG_HALV";
        PeriodRow row = {art, person->course_first, false, 0, 0, false};
        write_periode(delivery, person, &row);
    }
    if (random_permille(random, 30))
        write_rare_periode(delivery, random, person);
}

/* ---- indkomst ---------------------------------------------------------------------------- */

typedef struct IncomeRow {
    const char *type;
    const char *klasse;
    const char *payer_se;
    bool has_pay_period;
    int32_t period_first, period_last;
    int32_t paid;
    int64_t wage_oere;    /* felt_0013 */
    int64_t other_oere;   /* felt_0014 */
    int64_t b_oere;       /* felt_0036 */
    int64_t pension_oere; /* felt_0147 */
    int64_t hours_hundredths;
} IncomeRow;

static void write_indkomst_row(Delivery *delivery, const Person *person, const IncomeRow *row) {
    Writer *writer = &delivery->writers[FILE_INDKOMST];
    int64_t am_oere = row->wage_oere > 0 ? row->wage_oere * 8 / 10000 * 100 : 0;
    int64_t tax_oere = (row->wage_oere > 0 ? row->wage_oere - am_oere : 0) * 37 / 10000 * 100;
    row_begin(writer);
    field_id(writer, "I");
    field_text(writer, person->cpr.text);
    field_text(writer, row->payer_se);
    field_text(writer, row->type);
    field_text(writer, row->klasse);
    field_date_or_empty(writer, row->has_pay_period, row->period_first);
    field_date_or_empty(writer, row->has_pay_period, row->period_last);
    field_date(writer, row->paid);
    field_control_amount(writer, row->wage_oere);
    field_amount(writer, row->other_oere);
    field_amount(writer, tax_oere);
    field_amount(writer, am_oere);
    field_amount(writer, row->b_oere);
    field_amount(writer, row->pension_oere);
    if (row->hours_hundredths > 0)
        field_hundredths(writer, row->hours_hundredths);
    else
        field_empty(writer);
    row_end(writer);
}

/* Many small jobs, a group around the wage limit, and some well above it. */
static int64_t random_wage(Random *random) {
    int32_t kind = random_below(random, 100);
    if (kind < 70)
        return random_between(random, 20000, 800000);
    if (kind < 90)
        return random_between(random, 1300000, 1800000);
    return random_between(random, 1800000, 3000000);
}

/* The calendar month, fourteen days before pay, or thirty days that cross into the month. */
static void pay_period_set(const Delivery *delivery, Random *random, IncomeRow *row) {
    row->has_pay_period = true;
    row->period_first = delivery->first;
    row->period_last = delivery->last;
    row->paid = delivery->last - random_below(random, 4);
    int32_t kind = random_below(random, 10);
    if (kind == 0) {
        row->paid = random_day_in_month(random, delivery);
        row->period_last = row->paid - 3;
        row->period_first = row->period_last - 13;
    } else if (kind == 1) {
        row->period_first = delivery->first - 15;
        row->period_last = delivery->first + 14;
    }
}

static void income_wage_set(Random *random, IncomeRow *row, bool is_ja) {
    static const Choice KLASSE_RF[] = {{"", 900},       {"TILBUD", 40},       {"LOEN_SYGDOM", 10},
                                       {"FRIKORT", 30}, {"FLEKSTILSKUD", 10}, {"LOEN", 10}};
    static const Choice KLASSE_JA[] = {{"", 820},       {"TILBUD", 30},       {"LOEN_SYGDOM", 100},
                                       {"FRIKORT", 20}, {"FLEKSTILSKUD", 20}, {"LOEN", 10}};
    row->type = "00";
    row->klasse = random_choice(random, is_ja ? KLASSE_JA : KLASSE_RF);
    row->wage_oere = random_wage(random);
    row->hours_hundredths = row->wage_oere / 150;
    if (random_permille(random, 300))
        row->pension_oere = row->wage_oere / 25;
    if (random_permille(random, 8))
        row->wage_oere = -row->wage_oere / 4;
    if (row->wage_oere < 0)
        row->hours_hundredths = row->pension_oere = 0;
}

static void income_other_set(const Delivery *delivery, Random *random, const Person *person, IncomeRow *row) {
    static const Choice TYPES[] = {{"04", 430}, {"05", 200}, {"06", 180},
                                   {"07", 100}, {"24", 50},  {"09", 40}};
    int64_t amount_oere = random_between(random, 10000, 600000);
    row->type = random_choice(random, TYPES);
    row->has_pay_period = row->has_pay_period && random_permille(random, 300);
    if (strcmp(row->type, "05") == 0) {
        row->b_oere = amount_oere;
        row->klasse = random_permille(random, 100) ? "OVERSKUD" : "";
    } else {
        row->other_oere = amount_oere;
    }
    /* Half of these are the benefit itself, come back from the income register. */
    if (strcmp(row->type, "04") == 0 && random_permille(random, 500))
        row->payer_se = delivery->kommune_units[person->kommune].text;
}

static void write_indkomst(Delivery *delivery, Random *random, const Person *person) {
    static const int32_t ROWS_OF_TEN[10] = {0, 0, 1, 1, 2, 2, 3, 3, 4, 6}; /* 2.2 on average */
    int32_t count = ROWS_OF_TEN[random_below(random, 10)];
    for (int32_t i = 0; i < count; i++) {
        IncomeRow row = {.type = "", .klasse = ""};
        row.payer_se = delivery->employers[random_below(random, EMPLOYER_COUNT)].text;
        pay_period_set(delivery, random, &row);
        if (random_permille(random, 650))
            income_wage_set(random, &row, person->is_ja);
        else
            income_other_set(delivery, random, person, &row);
        write_indkomst_row(delivery, person, &row);
    }
}

/* ---- feriepenge -------------------------------------------------------------------------- */

/* The last weekday of a holiday of so many weekdays, the first of which is a Monday. */
static int32_t holiday_last(int32_t monday, int32_t weekdays) {
    assert(weekday_of(monday) == 0 && weekdays > 0);
    return monday + (weekdays - 1) / 5 * 7 + (weekdays - 1) % 5;
}

static void write_feriepenge(Delivery *delivery, Random *random, const Person *person) {
    static const Choice ARTER[] = {{"FG", 750}, {"FT", 150}, {"FF", 100}};
    static const Choice KILDER[] = {{"FK", 700}, {"KASSE", 150}, {"ARB", 140}, {"BORGER", 10}};
    if (!random_permille(random, 90))
        return;
    Writer *writer = &delivery->writers[FILE_FERIEPENGE];
    const char *art = random_choice(random, ARTER);
    bool is_held = strcmp(art, "FG") == 0 && random_permille(random, 930);
    bool is_undated = strcmp(art, "FG") == 0 && !is_held;
    bool is_frozen = is_undated && random_permille(random, 300);
    int32_t day = random_day_in_month(random, delivery);
    int32_t monday = day - weekday_of(day);
    int32_t weekdays = random_between(random, 1, 15);
    row_begin(writer);
    field_id(writer, "H");
    field_text(writer, random_choice(random, KILDER));
    field_text(writer, person->cpr.text);
    field_text(writer, art);
    field_text(writer, is_undated ? "UDB2" : "UDB1");
    field_number(writer, is_frozen ? 9999 : delivery->options.year - 1, 4);
    field_date_or_empty(writer, is_held, monday);
    field_date_or_empty(writer, is_held, holiday_last(monday, weekdays));
    if (is_held)
        field_number(writer, weekdays, 1);
    else
        field_empty(writer);
    field_control_amount(writer, (int64_t)weekdays * random_between(random, 30000, 90000));
    field_text(writer, random_permille(random, 800) ? "J" : "N");
    field_date(writer, is_held ? monday - 4 : day);
    row_end(writer);
}

/* ---- sanktioner -------------------------------------------------------------------------- */

static void write_sanktioner(Delivery *delivery, Random *random, const Person *person) {
    static const Choice ARTER[] = {{"PERIODE", 450}, {"PUNKT", 350}, {"TREDJEDEL", 200}};
    if (!random_permille(random, 12))
        return;
    Writer *writer = &delivery->writers[FILE_SANKTIONER];
    const char *art = random_choice(random, ARTER);
    bool is_days = strcmp(art, "PERIODE") == 0;
    bool is_third = strcmp(art, "TREDJEDEL") == 0;
    int32_t event = random_day_in_month(random, delivery);
    row_begin(writer);
    field_id(writer, "X");
    field_text(writer, person->cpr.text);
    field_text(writer, art);
    field_date(writer, is_third ? event : event - random_below(random, 60));
    if (is_days)
        field_number(writer, random_between(random, 1, 5), 1);
    else
        field_empty(writer);
    if (is_third)
        field_empty(writer);
    else
        field_month(writer, delivery->first);
    field_date_or_empty(writer, is_third, event);
    field_date_or_empty(writer, is_third, event + random_below(random, 60));
    field_decision(writer, "AS-", random_permille(random, 850));
    row_end(writer);
}

/* ---- skattekort -------------------------------------------------------------------------- */

static void write_skattekort(Delivery *delivery, Random *random, const Person *person) {
    static const Choice TYPES[] = {{"HOVED", 820}, {"BI", 110}, {"FRI", 70}};
    if (!random_permille(random, 200))
        return;
    Writer *writer = &delivery->writers[FILE_SKATTEKORT];
    const char *type = random_choice(random, TYPES);
    bool is_main = strcmp(type, "HOVED") == 0;
    bool is_free = strcmp(type, "FRI") == 0;
    row_begin(writer);
    field_id(writer, "S");
    field_text(writer, person->cpr.text);
    field_date(writer, day_of(delivery->options.year, 1, 1));
    field_date(writer, day_of(delivery->options.year, 12, 31));
    field_text(writer, type);
    if (is_free)
        field_empty(writer);
    else
        field_number(writer, random_between(random, 35, 42), 1);
    field_amount(writer, is_main ? random_hundreds(random, 3500, 7500) : 0);
    field_amount(writer, is_free ? random_hundreds(random, 1000, 40000) : 0);
    row_end(writer);
}

/* ---- a person ---------------------------------------------------------------------------- */

static Person person_of(const Delivery *delivery, Random *random, int64_t index) {
    int64_t date_index = index * delivery->birth_stride % delivery->birth_days;
    int32_t slot = (int32_t)(index / delivery->birth_days);
    Person person = {.birth = delivery->birth_first + (int32_t)date_index};
    bool ja_exists = delivery->first >= day_of(2014, 7, 1);
    person.cpr = cpr_of(&delivery->serials, person.birth, slot);
    person.kommune = random_kommune(random);
    person.is_ja = random_permille(random, 300) && ja_exists;
    person.course_first = course_first_of(delivery, random, person.is_ja);
    return person;
}

static void write_person(Delivery *delivery, int64_t index) {
    Random random = random_of_person(delivery->options.seed, index);
    Person person = person_of(delivery, &random, index);
    write_deltager(delivery, &random, &person);
    write_forloeb(delivery, &random, &person);
    write_boern(delivery, &random, &person);
    write_perioder(delivery, &random, &person);
    write_indkomst(delivery, &random, &person);
    write_feriepenge(delivery, &random, &person);
    write_sanktioner(delivery, &random, &person);
    write_skattekort(delivery, &random, &person);
}

/* ---- opening and closing ----------------------------------------------------------------- */

static int fail_path(const char *what, const char *path, int exit_code) {
    fprintf(stderr, "generate: %s %s: %s\n", what, path, strerror(errno));
    return exit_code;
}

static int writer_open(Writer *writer, const FileFormat *format, const char *folder) {
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

/* Closes what was opened, also after a failure. */
static int writer_close(Writer *writer, const FileFormat *format) {
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

static int delivery_write(Delivery *delivery) {
    const char *folder = delivery->options.output;
    int result = 0;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return fail_path("cannot create", folder, EXIT_CANNOT_CREATE);
    for (int32_t i = 0; i < FILE_COUNT && result == 0; i++)
        result = writer_open(&delivery->writers[i], &FILE_FORMATS[i], folder);
    for (int64_t index = 0; index < delivery->options.people && result == 0; index++)
        write_person(delivery, index);
    for (int32_t i = 0; i < FILE_COUNT; i++) {
        int closed = writer_close(&delivery->writers[i], &FILE_FORMATS[i]);
        if (result == 0)
            result = closed;
    }
    return result;
}

static void print_summary(const Delivery *delivery) {
    int64_t rows = 0;
    for (int32_t i = 0; i < FILE_COUNT; i++) {
        printf("%-10s %12lld\n", FILE_FORMATS[i].name, (long long)delivery->writers[i].rows);
        rows += delivery->writers[i].rows;
    }
    printf("%-10s %12lld\n", "rows", (long long)rows);
}

/* ---- command line ------------------------------------------------------------------------ */

static const char USAGE[] =
    "usage: generate [--people N] [--month YYYY-MM] [--seed S] [--output DIR]\n"
    "Writes an invented delivery of N people (1 to 5000000) for a month from 2013-01 to 2027-12.\n"
    "The same N, month and seed give the same bytes.\n";

/* Digits only; false also when the number is above most. */
static bool parse_number(const char *text, size_t length, uint64_t most, uint64_t *number) {
    uint64_t value = 0;
    if (length == 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (value > (most - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

static bool parse_month(const char *text, Options *options) {
    uint64_t year = 0;
    uint64_t month = 0;
    if (strlen(text) != 7 || text[4] != '-' || !parse_number(text, 4, MONTH_LAST_YEAR, &year) ||
        !parse_number(text + 5, 2, 12, &month))
        return false;
    options->year = (int32_t)year;
    options->month = (int32_t)month;
    return year >= MONTH_FIRST_YEAR && month >= 1;
}

static bool parse_option(const char *name, const char *value, Options *options) {
    uint64_t number = 0;
    if (strcmp(name, "--people") == 0) {
        bool is_good = parse_number(value, strlen(value), PEOPLE_MAX, &number) && number > 0;
        options->people = (int64_t)number;
        return is_good;
    }
    if (strcmp(name, "--seed") == 0)
        return parse_number(value, strlen(value), UINT64_MAX, &options->seed);
    if (strcmp(name, "--month") == 0)
        return parse_month(value, options);
    if (strcmp(name, "--output") == 0) {
        options->output = value;
        return *value != '\0';
    }
    return false;
}

int main(int argc, char **argv) {
    Options options = {.people = 1000, .year = 2024, .month = 3, .seed = 1, .output = "."};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(USAGE, stdout);
        return 0;
    }
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 >= argc || !parse_option(argv[i], argv[i + 1], &options)) {
            fprintf(stderr, "generate: cannot use %s\n%s", argv[i], USAGE);
            return EXIT_USAGE;
        }
    }
    static Delivery delivery;
    delivery_init(&delivery, &options);
    int result = delivery_write(&delivery);
    if (result == 0)
        print_summary(&delivery);
    return result;
}
