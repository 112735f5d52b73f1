#include "samples/generator/people.h"

#include "samples/generator/calendar.h"
#include "samples/generator/rows.h"

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

/*
 * Index after index goes through all birth dates before a date is used again with the next slot: 5 million
 * people on more than 16000 dates use fewer than 300 of the 540 slots.
 */
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

void person_write(Delivery *delivery, int64_t index) {
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
