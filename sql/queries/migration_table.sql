-- Where migrations are recorded; made before the first of them. Safe to run again.
CREATE SCHEMA IF NOT EXISTS ydelse;
CREATE TABLE IF NOT EXISTS ydelse.migration (
    number     integer PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_by text NOT NULL DEFAULT session_user,
    program    text NOT NULL
);
