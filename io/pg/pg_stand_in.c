/* Reading as an auditor: ydelse_verify has what ydelse does not show (sql/0029_auditor_verify.sql), under
 * the same names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/pg/pg_internal.h"

#define SCHEMA "ydelse."
#define STAND_IN_SCHEMA "ydelse_verify."
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz_0123456789"
#define NAME_SIZE 80

Status pg_stand_ins_begin(Pg *pg, Error *error) {
    PgRows *rows = NULL;
    pg_stand_ins_end(pg);
    const Status status =
        pg_query(pg,
                 "SELECT ' ' || string_agg(name, ' ') || ' ' FROM (SELECT relname AS name FROM pg_class "
                 "WHERE relnamespace = 'ydelse_verify'::regnamespace AND relkind = 'v' UNION SELECT proname "
                 "FROM pg_proc WHERE pronamespace = 'ydelse_verify'::regnamespace) n",
                 0, NULL, &rows, error);
    if (status == STATUS_OK)
        pg->stand_ins = strdup(pg_text(rows, 0, 0));
    pg_rows_free(rows);
    return status == STATUS_OK && pg->stand_ins == NULL ? error_no_memory(error) : status;
}

void pg_stand_ins_end(Pg *pg) {
    free(pg->stand_ins);
    pg->stand_ins = NULL;
}

static bool has_stand_in(const Pg *pg, const char *name, size_t size) {
    char spaced[NAME_SIZE];
    if (size == 0 || size + 3 > sizeof spaced)
        return false;
    snprintf(spaced, sizeof spaced, " %.*s ", (int)size, name);
    return strstr(pg->stand_ins, spaced) != NULL;
}

const char *pg_stand_in_text(const Pg *pg, const char *sql, char **owned) {
    size_t names = 0;
    *owned = NULL;
    if (pg->stand_ins == NULL)
        return sql;
    for (const char *at = strstr(sql, SCHEMA); at != NULL; at = strstr(at + 1, SCHEMA))
        names++;
    *owned = malloc(strlen(sql) + names * (strlen(STAND_IN_SCHEMA) - strlen(SCHEMA)) + 1);
    if (*owned == NULL)
        return NULL;
    char *to = *owned;
    for (const char *from = sql; *from != '\0';) {
        const size_t schema = strncmp(from, SCHEMA, strlen(SCHEMA)) == 0 ? strlen(SCHEMA) : 0;
        const size_t size = schema == 0 ? 0 : strspn(from + schema, NAME_CHARACTERS);
        if (size > 0 && has_stand_in(pg, from + schema, size)) {
            to += sprintf(to, "%s%.*s", STAND_IN_SCHEMA, (int)size, from + schema);
            from += schema + size;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return *owned;
}
