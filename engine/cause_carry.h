/* What one month's inputs become in another month's calendar while a difference is split (cause.h). Internal to
 * engine/. Amounts that counted are carried as rows of their own, so that the calculation is the same as ever. */
#ifndef YDELSE_ENGINE_CAUSE_CARRY_H
#define YDELSE_ENGINE_CAUSE_CARRY_H

#include "engine/work.h"

typedef struct {
    Month from, to;
    Date first_active, last_active; /* in `from` */
    IncomeSums income;              /* as they counted there */
    Money frikort_wage;             /* the part of FRIKORT income that counted as wage */
    Money supplements;              /* FT and FF */
    Money holiday;                  /* FG held */
    HolidayDays holiday_days;
} Carry;

/* From a month computed with active or at least covered days. */
void carry_begin(Work *work, Month to, Carry *carry);

/* The days of first..last, moved; false when none of the active days is among them. */
bool carry_range(const Carry *carry, Date *first, Date *last);
/* The last day of something that ran before. */
Date carry_last_day(const Carry *carry, Date last);

/* Rows for the month; each returns how many it wrote. */
int32_t carry_boern(const Carry *carry, const Facts *facts, Barn *rows);
int32_t carry_at_home(const Carry *carry, const Facts *facts, Periode *rows);
int32_t carry_reductions(const Carry *carry, const Facts *facts, Periode *rows);
#define CARRY_INCOME_ROWS_MAX 8
int32_t carry_wage(const Carry *carry, Indkomst rows[CARRY_INCOME_ROWS_MAX]);
int32_t carry_other_income(const Carry *carry, Indkomst rows[CARRY_INCOME_ROWS_MAX]);
#define CARRY_HOLIDAY_ROWS_MAX 3
/* courses: the facts whose courses hold in the month. */
int32_t carry_holiday(const Carry *carry, const Facts *courses, Feriepenge rows[CARRY_HOLIDAY_ROWS_MAX]);
int32_t carry_sanctions(const Carry *carry, const Facts *facts, Sanktion *rows);
int32_t carry_tax_cards(const Carry *carry, const Facts *facts, Skattekort *rows);

#endif
