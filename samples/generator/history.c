#include "samples/generator/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samples/generator/calendar.h"

enum {
    COPY_BYTES = 1 << 16,
    REPEAT_EVERY_NIGHTS = 3, /* so often a file of the night before comes once more */
};

static const char *const EVENT_TEXTS[EVENT_COUNT] = {
#define EVENT(name, text) [EVENT_##name] = text,
#include "samples/generator/event.def"
#undef EVENT
};

/* --- Lives ---------------------------------------------------------------------------------------------------------- */

/* People as in a delivery of one month; a quarter of them come later. */
static void life_init(const History *history, int64_t index, Life *life) {
    const Delivery *delivery = &history->delivery;
    const int64_t date_index = index * delivery->birth_stride % delivery->birth_days;
    *life = (Life){.random = random_of_person(delivery->options.seed, index),
                   .birth = delivery->birth_first + (int32_t)date_index};
    life->cpr = cpr_of(&delivery->serials, life->birth, (int32_t)(index / delivery->birth_days));
    life->kommune = random_kommune(&life->random);
    if (random_permille(&life->random, 250))
        life->arrives = (int16_t)random_below(&life->random, delivery->options.history_months);
}

/* --- Nights --------------------------------------------------------------------------------------------------------- */

static void month_begin(History *history, int32_t month) {
    const Options *options = &history->delivery.options;
    history->month = month;
    history->delivery.first = month_first(options->year, options->month - 1 + month);
    history->delivery.last = month_first(options->year, options->month + month) - 1;
}

/* The folder of a night of this month. */
static int folder_of(const History *history, int32_t night, char folder[512]) {
    const Options *options = &history->delivery.options;
    const Ymd ymd = ymd_of(month_first(options->year, options->month - 1 + night / NIGHTS_PER_MONTH));
    const int length = snprintf(folder, 512, "%s/%04d-%02d-%d", options->output, ymd.year, ymd.month,
                                night % NIGHTS_PER_MONTH + 1);
    if (length > 0 && length < 512)
        return 0;
    fprintf(stderr, "generate: the name of the folder is too long\n");
    return EXIT_CANNOT_CREATE;
}

static int night_close(History *history) {
    int result = 0;
    for (int32_t i = 0; i < FILE_COUNT; i++) {
        Writer *writer = &history->delivery.writers[i];
        const bool could_not_open = writer->failed && writer->stream == NULL;
        const int closed = writer_close(writer, history_format((FileKind)i));
        if (result == 0)
            result = could_not_open ? EXIT_CANNOT_CREATE : closed;
        *writer = (Writer){.stream = NULL};
    }
    return result;
}

static int file_copy(const char *from, const char *to) {
    static char bytes[COPY_BYTES];
    int result = EXIT_WRITE;
    size_t size = 0;
    FILE *in = fopen(from, "rb");
    FILE *out = in == NULL ? NULL : fopen(to, "wb");
    if (out == NULL)
        goto out;
    while ((size = fread(bytes, 1, sizeof bytes, in)) > 0 && fwrite(bytes, 1, size, out) == size)
        continue;
    result = size == 0 && ferror(in) == 0 ? 0 : EXIT_WRITE;
out:
    if (out != NULL && fclose(out) != 0)
        result = EXIT_WRITE;
    if (in != NULL)
        fclose(in);
    if (result != 0)
        fprintf(stderr, "generate: cannot copy to %s\n", to);
    return result;
}

/* The income of the night before once more, as a sender does who is not sure that it arrived. */
static int night_repeat(History *history) {
    char before[512];
    char from[600];
    char to[600];
    int result = folder_of(history, history->night - 1, before);
    if (result != 0)
        return result;
    snprintf(from, sizeof from, "%s/indkomst.csv", before);
    snprintf(to, sizeof to, "%s/indkomst_igen.csv", history->folder);
    FILE *there = fopen(from, "rb");
    if (there == NULL) /* nobody had any income */
        return 0;
    fclose(there);
    count_event(history, EVENT_FILE_REPEATED);
    return file_copy(from, to);
}

static int night_write(History *history, int32_t night, FILE *list) {
    const Options *options = &history->delivery.options;
    const bool is_first = night % NIGHTS_PER_MONTH == 0;
    const bool is_last = night == options->history_months * NIGHTS_PER_MONTH - 1;
    const Ymd ymd = ymd_of(history->delivery.first);
    history->night = night;
    int result = folder_of(history, night, history->folder);
    if (result == 0)
        result = output_folder_make(history->folder);
    if (result != 0)
        return result;
    for (history->index = 0; history->index < options->people; history->index++) {
        Life *life = &history->lives[history->index];
        life_tell_pending(history, life, is_last);
        if (is_first)
            life_tell_month(history, life);
        else
            life_tell_after(history, life);
    }
    result = night_close(history);
    if (result == 0 && night % REPEAT_EVERY_NIGHTS == REPEAT_EVERY_NIGHTS - 1)
        result = night_repeat(history);
    fprintf(list, "%s;%04d-%02d\n", strrchr(history->folder, '/') + 1, ymd.year, ymd.month);
    return result;
}

/* --- All of it ------------------------------------------------------------------------------------------------------ */

static void events_print(const History *history) {
    for (int32_t i = 0; i < EVENT_COUNT; i++)
        printf("%10lld  %s\n", (long long)history->events[i], EVENT_TEXTS[i]);
}

static int nights_write(History *history, FILE *list) {
    const Options *options = &history->delivery.options;
    int result = 0;
    fputs("night;month\n", list);
    for (int32_t month = 0; month < options->history_months && result == 0; month++) {
        month_begin(history, month);
        for (int32_t n = 0; n < NIGHTS_PER_MONTH && result == 0; n++)
            result = night_write(history, month * NIGHTS_PER_MONTH + n, list);
    }
    return result;
}

int history_write(const Options *options) {
    static History history;
    char path[600];
    delivery_init(&history.delivery, options);
    int result = output_folder_make(options->output);
    if (result != 0)
        return result;
    snprintf(path, sizeof path, "%s/nights.csv", options->output);
    FILE *list = fopen(path, "wb");
    history.lives = calloc((size_t)options->people, sizeof history.lives[0]);
    if (list == NULL || history.lives == NULL) {
        fprintf(stderr, "generate: cannot create %s, or no memory\n", path);
        result = EXIT_CANNOT_CREATE;
    }
    for (int64_t i = 0; i < options->people && result == 0; i++)
        life_init(&history, i, &history.lives[i]);
    if (result == 0)
        result = nights_write(&history, list);
    if (list != NULL && fclose(list) != 0 && result == 0)
        result = EXIT_WRITE;
    free(history.lives);
    if (result == 0)
        events_print(&history);
    return result;
}
