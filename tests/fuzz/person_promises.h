/* What must hold for everyone: amounts within their limits that add up, the same again and when somebody listens, the same as
 * exact fractions, no more left of more income, nothing that hangs on an id, an explanation whose steps come to the result. */
#ifndef YDELSE_TESTS_FUZZ_PERSON_PROMISES_H
#define YDELSE_TESTS_FUZZ_PERSON_PROMISES_H

#include "tests/property/person.h"

/* Aborts when one does not hold. The law is that of the person's month and policy. */
void require_person_promises(const RateTable *rates, const MonthLaw *law, Person *person);

#endif
