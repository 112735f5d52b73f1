/* Danish banking days: when a payment can be carried out, and when its file must be with the bank.
 *
 * Not banking days: Saturdays and Sundays; Maundy Thursday, Good Friday, Easter Monday; Great Prayer Day (to
 * 2023, when act 214 of 7 March 2023 ended it); Ascension Day and the Friday after it; Whit Monday; 1 January,
 * 5 June, 24, 25, 26 and 31 December. Easter by the Gregorian computus. Pure: no clock; today is an argument.
 */
#ifndef YDELSE_ENGINE_BANKDAY_H
#define YDELSE_ENGINE_BANKDAY_H

#include "engine/date.h"
#include "engine/policy.h"

/* The bank wants the file this many banking days before the day of execution. */
#define BANKDAY_LEAD_DAYS 2
#define BANKDAY_GREAT_PRAYER_LAST_YEAR 2023

Date easter_sunday(int32_t year);

bool bankday_is(Date date);
/* The first banking day on or after the date; the last one on or before it. At the very ends of the readable
 * range, where there is none, the end itself. */
Date bankday_on_or_after(Date date);
Date bankday_on_or_before(Date date);
/* The count-th banking day after the date (count 0: the date itself, banking day or not). */
Date bankday_add(Date date, int32_t count);

Date bankday_first_of_month(Month month);
Date bankday_last_of_month(Month month);

/* The first day on which a payment whose file leaves today can be carried out: lead_days is BANKDAY_LEAD_DAYS
 * unless the bank agreed to something else. */
Date bankday_earliest_execution(Date today, int32_t lead_days);

/* The disposition date of month M (LAS § 89, paid in arrears; policy betalingsdag): the last banking day of M,
 * or the first one of M + 1. It grows with the month. */
Date bankday_disposition(Month month, Betalingsdag policy);
/* The newest month whose disposition date is on or before the date. */
Month bankday_newest_due_month(Date date, Betalingsdag policy);
/* The oldest month whose disposition date lies no more than `years` years before today. */
Month bankday_oldest_month(Date today, int32_t years, Betalingsdag policy);

#endif
