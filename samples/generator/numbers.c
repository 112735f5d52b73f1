#include "samples/generator/numbers.h"

#include <assert.h>
#include <string.h>

#include "samples/generator/calendar.h"

enum { DATE_DIGITS = 6 }; /* of a CPR number */

static const int32_t CPR_WEIGHTS[10] = {4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
static const int32_t SE_WEIGHTS[8] = {2, 7, 6, 5, 4, 3, 2, 1};

/* The digit that makes the weighted sum divisible by 11, or 10 when there is none. */
static int32_t check_digit(int32_t weighted_sum) {
    return (11 - weighted_sum % 11) % 11;
}

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

void serial_table_init(SerialTable *table) {
    for (int32_t century = 0; century < 2; century++)
        for (int32_t date_sum = 0; date_sum < 11; date_sum++)
            serial_table_fill(table, century, date_sum);
}

Cpr cpr_of(const SerialTable *table, int32_t birth, int32_t slot) {
    Ymd ymd = ymd_of(birth);
    assert(ymd.year >= 1937 && ymd.year <= 2036);
    int32_t century = ymd.year >= 2000 ? 1 : 0;
    int32_t parts[3] = {ymd.day + 60, ymd.month, ymd.year % 100};
    Cpr cpr = {{0}};
    int32_t sum = 0;
    for (int32_t i = 0; i < DATE_DIGITS; i++) {
        int32_t digit = i % 2 == 0 ? parts[i / 2] / 10 : parts[i / 2] % 10;
        cpr.text[i] = (char)('0' + digit);
        sum += digit * CPR_WEIGHTS[i];
    }
    assert(slot < table->count[century][sum % 11]);
    int32_t serial = table->serial[century][sum % 11][slot];
    for (int32_t i = 9; i >= DATE_DIGITS; i--) {
        cpr.text[i] = (char)('0' + serial % 10);
        serial /= 10;
    }
    return cpr;
}

void se_numbers_fill(SeNumber *numbers, int32_t count, int32_t seven_digits) {
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
