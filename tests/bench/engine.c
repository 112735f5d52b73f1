/* The engine alone, one month over and over: of random participants (those of the property tests), and of a delivery.
 *   engine [ROUNDS [DELIVERY MONTH]] */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/calc.h"
#include "io/base/log.h"
#include "io/intake/stream_memory.h"
#include "io/law/rate_file.h"
#include "tests/property/person.h"

#define PEOPLE 2000
#define ROUNDS "200"
#define DELIVERY_ROUNDS 5

static int64_t check_sum;

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void compute(const MonthLaw *law, const Facts *facts) {
    Result result;
    calc_month(law, facts, NULL, &result);
    check_sum += (int64_t)result.udfald + result.amount[AMOUNT_til_udbetaling].oere;
}

static void tell(const char *whose, double seconds, double person_months) {
    printf("engine_%s_ns_per_person_month %.0f ns\n", whose, seconds / person_months * 1e9);
    printf("engine_%s_person_months_per_second %.0f 1/s\n", whose, person_months / seconds);
}

static int bench_random(const RateSet *rates, long rounds) {
    const Policy policy = policy_default();
    Person *people = malloc(PEOPLE * sizeof *people);
    Facts *facts = malloc(PEOPLE * sizeof *facts);
    MonthLaw law;
    if (people == NULL || facts == NULL)
        return 70;
    month_law_prepare(&rates->table, &policy, month_from_ym(2024, 3), &law);
    for (int i = 0; i < PEOPLE; i++) {
        people[i] = person_make((uint64_t)i + 1);
        facts[i] = person_facts(&people[i]);
    }
    const double started = seconds_now();
    for (long round = 0; round < rounds; round++)
        for (int i = 0; i < PEOPLE; i++)
            compute(&law, &facts[i]);
    tell("random", seconds_now() - started, (double)rounds * PEOPLE);
    free(facts);
    free(people);
    return 0;
}

static void ignore_finding(void *context, const InputFinding *finding) {
    (void)context;
    (void)finding;
}

static void ignore_file(void *context, const InputFile *file, const FileAccount *account) {
    (void)context;
    (void)file;
    (void)account;
}

/* The seconds of going through everybody's facts, with or without computing. */
static double go_through(FactStream *stream, int32_t participants, const MonthLaw *law) {
    Error error;
    Facts facts;
    bool more = true;
    const double started = seconds_now();
    for (int round = 0; round < DELIVERY_ROUNDS; round++) {
        memory_stream_seek(stream, 0, participants);
        while (stream->next(stream, &facts, &more, &error) == STATUS_OK && more)
            if (law != NULL)
                compute(law, &facts);
    }
    return seconds_now() - started;
}

static int bench_delivery(const RateSet *rates, char *folder, const char *month_text) {
    const Dialect dialect = {CHARSET_UTF8, ','};
    const DeliverySink sink = {ignore_finding, ignore_file, NULL};
    const Policy policy = policy_default();
    char *paths[] = {folder};
    Error error = {.status = STATUS_OK};
    FactStream *stream;
    const Delivery *delivery;
    Month month;
    MonthLaw law;
    if (!month_parse(month_text, 7, &month))
        return 64;
    month_law_prepare(&rates->table, &policy, month, &law);
    if (memory_stream_open(paths, 1, &dialect, &sink, &stream, &delivery, &error) != STATUS_OK) {
        log_error(&error);
        return 70;
    }
    const int32_t participants = delivery_participant_count(delivery);
    const double reading = go_through(stream, participants, NULL);
    tell("delivery", go_through(stream, participants, &law) - reading,
         (double)participants * DELIVERY_ROUNDS);
    stream->close(stream);
    return 0;
}

int main(int argc, char **argv) {
    Error error = {.status = STATUS_OK};
    RateSet rates;
    if (rate_set_load(NULL, &rates, &error) != STATUS_OK) {
        log_error(&error);
        return 70;
    }
    int code = bench_random(&rates, strtol(argc > 1 ? argv[1] : ROUNDS, NULL, 10));
    if (code == 0 && argc > 3)
        code = bench_delivery(&rates, argv[2], argv[3]);
    fprintf(stderr, "check sum %lld\n", (long long)check_sum);
    rate_set_free(&rates);
    return code;
}
