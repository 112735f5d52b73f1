-- The four words in which second.sql differs between PostgreSQL and DuckDB: here for DuckDB, where the first, hugeint, is a
-- type already.
-- None of them knows any law.

-- numerator / denominator as a whole number of units, half away from zero, rounded once; the denominator is positive.
CREATE MACRO rounded(numerator, denominator, unit) AS
    sign(numerator::hugeint) * unit::hugeint
    * ((2 * abs(numerator::hugeint) + denominator::hugeint * unit) // (2 * denominator::hugeint * unit));

-- Mondays to Fridays from first_day to last_day, both included; 0001-01-01 was a Monday.
CREATE MACRO weekdays(first_day, last_day) AS
    (last_day + 1 - date '0001-01-01') // 7 * 5 + least((last_day + 1 - date '0001-01-01') % 7, 5)
    - (first_day - date '0001-01-01') // 7 * 5 - least((first_day - date '0001-01-01') % 7, 5);

-- The day on which somebody reaches an age; born on 29 February: 1 March in other years.
CREATE MACRO reaches(born, age) AS
    make_date(extract(year FROM born) + age, extract(month FROM born), 1) + CAST(extract(day FROM born) - 1 AS integer);
