/*
 * The rows of one person, a function for each kind of file in rows_KIND.c. Each draws from the person's
 * stream and writes as many rows as it comes to, possibly none; all rows are valid by the contract.
 */
#ifndef YDELSE_SAMPLES_GENERATOR_ROWS_H
#define YDELSE_SAMPLES_GENERATOR_ROWS_H

#include "samples/generator/delivery.h"
#include "samples/generator/people.h"
#include "samples/generator/random.h"

void write_deltager(Delivery *delivery, Random *random, const Person *person);
void write_forloeb(Delivery *delivery, Random *random, const Person *person);
void write_boern(Delivery *delivery, Random *random, const Person *person);
void write_perioder(Delivery *delivery, Random *random, const Person *person);
void write_indkomst(Delivery *delivery, Random *random, const Person *person);
void write_feriepenge(Delivery *delivery, Random *random, const Person *person);
void write_sanktioner(Delivery *delivery, Random *random, const Person *person);
void write_skattekort(Delivery *delivery, Random *random, const Person *person);

#endif
