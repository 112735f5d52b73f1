/*
 * generate: an invented delivery of any size, one file of each of the eight kinds.
 *
 *     generate --people N --month YYYY-MM --seed S --output DIR
 *
 *     generate --history MONTHS --people N --from YYYY-MM --seed S --output DIR
 *
 * With --history many deliveries, two nights a month, of the same people growing older (history.h).
 *
 * Defaults: 1000 people, 2024-03, seed 1, the current folder. DIR is made if it does not exist
 * (its parent must); files of the same names are overwritten.
 *
 * Deterministic: the same N, month and seed give the same bytes on every machine. Each person
 * has a random stream of their own, drawn from the seed and their index, so the first people of
 * a large delivery are those of a small one (with the same month and seed).
 *
 * Every row is valid by the contract. The CPR numbers of participants are unique; all CPR numbers
 * have 60 added to the day, so that they can never belong to a living person, and fulfil modulus
 * 11 as they stand. SE numbers begin with 00, which is never issued. Each file ends in a trailer.
 *
 * Units: amounts in oere, hours in hundredths, days counted from 1970-01-01.
 * Exit codes (sysexits): 0 done, 64 usage, 73 cannot create output, 74 write error.
 */
#include <stdio.h>
#include <string.h>

#include "samples/generator/delivery.h"
#include "samples/generator/history.h"
#include "samples/generator/options.h"
#include "samples/generator/people.h"

enum { EXIT_USAGE = 64 };

static int write_all(Delivery *delivery) {
    int result = delivery_open(delivery);
    for (int64_t index = 0; index < delivery->options.people && result == 0; index++)
        person_write(delivery, index);
    int closed = delivery_close(delivery);
    return result != 0 ? result : closed;
}

int main(int argc, char **argv) {
    Options options = {.people = 1000, .year = 2024, .month = 3, .seed = 1, .output = "."};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(OPTIONS_USAGE, stdout);
        return 0;
    }
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 >= argc || !options_parse(argv[i], argv[i + 1], &options)) {
            fprintf(stderr, "generate: cannot use %s\n%s", argv[i], OPTIONS_USAGE);
            return EXIT_USAGE;
        }
    }
    if (options.history_months > 0)
        return history_write(&options);
    static Delivery delivery;
    delivery_init(&delivery, &options);
    int result = write_all(&delivery);
    if (result == 0)
        delivery_print(&delivery);
    return result;
}
