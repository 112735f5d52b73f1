-- The four words in which second.sql differs between PostgreSQL and DuckDB: here for PostgreSQL, where they are created in
-- the first schema of the search path; and two settings for the session. None of them knows any law.

-- A whole number wide enough for every product in second.sql.
CREATE DOMAIN hugeint AS numeric;

-- numerator / denominator as a whole number of units, half away from zero, rounded once; the denominator is positive.
CREATE FUNCTION rounded(numerator numeric, denominator numeric, unit numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sign(numerator) * unit * div(2 * abs(numerator) + denominator * unit, 2 * denominator * unit);

-- Mondays to Fridays from first_day to last_day, both included; 0001-01-01 was a Monday.
CREATE FUNCTION weekdays(first_day date, last_day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (last_day + 1 - date '0001-01-01') / 7 * 5 + least((last_day + 1 - date '0001-01-01') % 7, 5)
     - (first_day - date '0001-01-01') / 7 * 5 - least((first_day - date '0001-01-01') % 7, 5);

-- The day on which somebody reaches an age; born on 29 February: 1 March in other years.
CREATE FUNCTION reaches(born date, age integer) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN make_date(extract(year FROM born)::integer + age, extract(month FROM born)::integer, 1)
     + (extract(day FROM born)::integer - 1);

-- How to run it, not what it means: through some sixty steps the planner expects one row where there are many, and would
-- choose nested loops, whose time grows with the square of the population; nor does compiling so long a query pay.
SET enable_nestloop = off;
SET jit = off;
