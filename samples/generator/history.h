/*
 * A history: the lives of N people over many months, told in two nights a month.
 *
 *     DIR/nights.csv        night;month: the folders in their order, and the month that each night runs
 *     DIR/2022-01-1/        what is known when the month is run for the first time
 *     DIR/2022-01-2/        what comes after: late and corrected income, withdrawals, sanctions, those who were late
 *
 * Every night is a delivery by the contract; a kind without rows has no file. Memory is one Life per person.
 * Depends on the options alone; each life has a random stream of its own.
 */
#ifndef YDELSE_SAMPLES_GENERATOR_HISTORY_H
#define YDELSE_SAMPLES_GENERATOR_HISTORY_H

#include "samples/generator/delivery.h"

enum {
    NIGHTS_PER_MONTH = 2,
    CHILDREN_MAX = 4,
    PENDING_MAX = 10, /* rows of one person that wait for their night */
};

typedef enum Event {
#define EVENT(name, text) EVENT_##name,
#include "samples/generator/event.def"
#undef EVENT
    EVENT_COUNT
} Event;

/* A pay row as it is told, and told again. */
typedef struct Income {
    int32_t serial;
    int16_t payer;         /* an employer */
    bool is_wage, is_sick; /* else other income */
    bool is_unusable;
    int32_t period_first, period_last, paid;
    int32_t amount_oere, pension_oere, hours_hundredths;
} Income;

typedef struct Pending {
    Income income;
    int32_t night;
    char posttype;
} Pending;

typedef struct Course {
    int32_t serial; /* 0: there was none yet */
    int32_t first, last;
    int32_t level_last;
    bool is_ja, is_sick, is_open; /* is_open: its end is not told before it comes */
    bool is_over;
} Course;

typedef struct Life {
    Random random;
    Cpr cpr;
    int32_t birth, kommune;
    int16_t arrives;      /* month of the history */
    int16_t course_month; /* when the next course begins */
    bool is_late, is_dead, is_at_home, has_job, has_tax_card;
    int16_t employer;
    int32_t wage_oere;
    int32_t death;
    int32_t serial;                      /* of the last row that has an id of its own */
    int32_t home_serial, holiday_serial; /* 0: none */
    Course course;
    int32_t child_births[CHILDREN_MAX];
    int8_t child_count, pending_count;
    Pending pending[PENDING_MAX];
} Life;

typedef struct History {
    Delivery delivery; /* its first and last day are those of the month that is told */
    Life *lives;
    int64_t index; /* of the life that is told */
    int32_t month; /* from 0 */
    int32_t night; /* from 0; two a month */
    int64_t events[EVENT_COUNT];
    char folder[512];
} History;

/* 0 or an exit code after a message. */
int history_write(const Options *options);

/* The first night of a month: what is known by then. */
void life_tell_month(History *history, Life *life);
/* The second one. */
void life_tell_after(History *history, Life *life);
/* What waited for this night. */
void life_tell_pending(History *history, Life *life, bool is_last_night);

/* Rows. Each opens its file when it is the first one; serial is the number in the row's id. */
void tell_deltager(History *history, const Life *life, char posttype);
void tell_forloeb(History *history, const Life *life, char posttype, const char *former);
void tell_barn(History *history, const Life *life, int32_t serial, int32_t birth);
typedef struct Circumstance {
    int32_t serial;
    char posttype;
    const char *art;
    int32_t first, last; /* last before first: not given */
    int64_t amount_oere;
    bool has_decision;
} Circumstance;
void tell_periode(History *history, const Life *life, const Circumstance *row);
void tell_indkomst(History *history, const Life *life, const Income *income, char posttype);
void tell_ferie(History *history, const Life *life, int32_t serial, int32_t monday, int32_t weekdays,
                int64_t amount_oere);
void tell_ferie_withdrawn(History *history, const Life *life, int32_t serial);
void tell_sanktion(History *history, const Life *life, int32_t serial, const char *art, int32_t event,
                   int32_t dage, bool has_decision);
void tell_skattekort(History *history, const Life *life, int32_t serial, int32_t year, int32_t percent,
                     int64_t allowance_oere);

/* The columns of a history's files. */
const FileFormat *history_format(FileKind kind);

void count_event(History *history, Event event);

#endif
