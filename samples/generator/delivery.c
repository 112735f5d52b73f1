#include "samples/generator/delivery.h"

#include <stdio.h>

#include "samples/generator/calendar.h"

enum { AGE_MAX_YEARS = 64 }; /* below folkepension age in every year */

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

void delivery_init(Delivery *delivery, const Options *options) {
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

int32_t random_day_in_month(Random *random, const Delivery *delivery) {
    return random_between(random, delivery->first, delivery->last);
}

int delivery_open(Delivery *delivery) {
    const char *folder = delivery->options.output;
    int result = output_folder_make(folder);
    for (int32_t i = 0; i < FILE_COUNT && result == 0; i++)
        result = writer_open(&delivery->writers[i], &FILE_FORMATS[i], folder);
    return result;
}

int delivery_close(Delivery *delivery) {
    int result = 0;
    for (int32_t i = 0; i < FILE_COUNT; i++) {
        int closed = writer_close(&delivery->writers[i], &FILE_FORMATS[i]);
        if (result == 0)
            result = closed;
    }
    return result;
}

void delivery_print(const Delivery *delivery) {
    int64_t rows = 0;
    for (int32_t i = 0; i < FILE_COUNT; i++) {
        printf("%-10s %12lld\n", FILE_FORMATS[i].name, (long long)delivery->writers[i].rows);
        rows += delivery->writers[i].rows;
    }
    printf("%-10s %12lld\n", "rows", (long long)rows);
}
