/* A random delivery: people of person.h as tables of texts, written as CSV files in any order and number. */
#ifndef YDELSE_TESTS_PROPERTY_DELIVERY_H
#define YDELSE_TESTS_PROPERTY_DELIVERY_H

#include "tests/property/person.h"

#define DELIVERY_PEOPLE 12
#define DELIVERY_KINDS 8
#define TABLE_COLUMNS_MAX 16
#define TABLE_ROWS_MAX (DELIVERY_PEOPLE * PERSON_ROWS_MAX)
#define CELL_SIZE 32

typedef struct {
    const char *kind;
    const char *columns[TABLE_COLUMNS_MAX + 1]; /* ended by NULL */
    char cell[TABLE_ROWS_MAX][TABLE_COLUMNS_MAX][CELL_SIZE];
    int32_t rows;
} DeliveryTable;

typedef struct {
    Month month;
    Policy policy;
    DeliveryTable table[DELIVERY_KINDS];
} Delivery;

void delivery_make(uint64_t seed, Delivery *delivery);

/* Writes the files into a folder. shuffle 0: one file of each kind, as made; otherwise rows and columns in an order
 * that the number decides, and each kind in one to three files. */
void delivery_write(const Delivery *delivery, const char *folder, uint64_t shuffle);

#endif
