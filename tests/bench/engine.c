/* The engine alone: random participants (those of the property tests), one month each, over and over.
 *   engine [ROUNDS] */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/calc.h"
#include "io/log.h"
#include "io/log.h"
#include "io/rate_file.h"
#include "tests/property/person.h"

#define PEOPLE 2000
#define ROUNDS "200"

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    const long rounds = strtol(argc > 1 ? argv[1] : ROUNDS, NULL, 10);
    Error error = {.status = STATUS_OK};
    RateSet rates;
    Person *people = malloc(PEOPLE * sizeof *people);
    Facts *facts = malloc(PEOPLE * sizeof *facts);
    if (people == NULL || facts == NULL || rate_set_load(NULL, &rates, &error) != STATUS_OK) {
        log_error(&error);
        return 70;
    }
    const Policy policy = policy_default();
    MonthLaw law;
    month_law_prepare(&rates.table, &policy, month_from_ym(2024, 3), &law);
    for (int i = 0; i < PEOPLE; i++) {
        people[i] = person_make((uint64_t)i + 1);
        facts[i] = person_facts(&people[i]);
    }
    int64_t sum = 0;
    const double started = seconds_now();
    for (long round = 0; round < rounds; round++)
        for (int i = 0; i < PEOPLE; i++) {
            Result result;
            calc_month(&law, &facts[i], NULL, &result);
            sum += (int64_t)result.udfald + result.amount[AMOUNT_til_udbetaling].oere;
        }
    const double each = (seconds_now() - started) / PEOPLE / (double)rounds;
    printf("engine_ns_per_person_month %.0f ns\n", each * 1e9);
    printf("engine_person_months_per_second %.0f 1/s\n", 1 / each);
    fprintf(stderr, "check sum %lld\n", (long long)sum);
    free(facts);
    free(people);
    rate_set_free(&rates);
    return 0;
}
