-- Where a comparison of two runs keeps what it finds, for this session only.
CREATE TEMP TABLE IF NOT EXISTS difference_found (
    bucket smallint, cpr text COLLATE "C", month date, kommunekode text COLLATE "C",
    before_run integer, after_run integer, -- whose results are compared; NULL: there is none on that side
    before_udfald text, after_udfald text,
    before_ydelse bigint, after_ydelse bigint, before_til_udbetaling bigint, after_til_udbetaling bigint);
CREATE TEMP TABLE IF NOT EXISTS difference_part (
    cpr text COLLATE "C", month date, cause smallint, ydelse bigint, til_udbetaling bigint);
TRUNCATE difference_found, difference_part;
