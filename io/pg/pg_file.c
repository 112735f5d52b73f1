/* Queries of sql/queries/: text that psql can run, with its variables :'name' as parameters. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/pg/pg.h"

#define PARAMETERS_MAX 16
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz_0123456789"

static int find_parameter(const char *name, size_t name_size, int parameter_count,
                          const PgParameter *parameters) {
    for (int i = 0; i < parameter_count; i++)
        if (strlen(parameters[i].name) == name_size && strncmp(parameters[i].name, name, name_size) == 0)
            return i;
    return -1;
}

/* Copies the text with every :'name' as $n. A name that is not given is a mistake of ours. */
static void replace_variables(const char *source, int parameter_count, const PgParameter *parameters,
                              char *target) {
    while (*source != '\0') {
        const size_t name_size =
            source[0] == ':' && source[1] == '\'' ? strspn(source + 2, NAME_CHARACTERS) : 0;
        if (name_size == 0 || source[2 + name_size] != '\'') {
            *target++ = *source++;
            continue;
        }
        const int index = find_parameter(source + 2, name_size, parameter_count, parameters);
        assert(index >= 0);
        target += sprintf(target, "$%d", index + 1); /* never longer than :'x' */
        source += name_size + 3;
    }
    *target = '\0';
}

static const EmbeddedFile *find_query(const char *name) {
    char path[128];
    snprintf(path, sizeof path, "sql/queries/%s.sql", name);
    const EmbeddedFile *file = embedded_find(path);
    assert(file != NULL);
    return file;
}

/* The query of the file behind what is said first. */
static Status query_behind(Pg *pg, const char *first, const EmbeddedFile *file, int parameter_count,
                           const PgParameter *parameters, PgRows **rows, Error *error) {
    const char *values[PARAMETERS_MAX];
    const size_t first_size = strlen(first);
    assert(parameter_count <= PARAMETERS_MAX);
    char *sql = malloc(first_size + file->size_bytes + 1);
    if (sql == NULL)
        return error_no_memory(error);
    memcpy(sql, first, first_size);
    replace_variables(file->bytes, parameter_count, parameters, sql + first_size);
    for (int i = 0; i < parameter_count; i++)
        values[i] = parameters[i].value;
    const Status status = pg_query(pg, sql, parameter_count, values, rows, error);
    free(sql);
    return status;
}

Status pg_query_file(Pg *pg, const char *name, int parameter_count, const PgParameter *parameters,
                     PgRows **rows, Error *error) {
    const EmbeddedFile *file = find_query(name);
    if (parameter_count == 0 && rows == NULL)
        return pg_script(pg, file->bytes, error);
    return query_behind(pg, "", file, parameter_count, parameters, rows, error);
}

Status pg_cursor_open(Pg *pg, const char *name, int parameter_count, const PgParameter *parameters,
                      Error *error) {
    char declare[128];
    snprintf(declare, sizeof declare, "DECLARE %.60s NO SCROLL CURSOR FOR ", name);
    return query_behind(pg, declare, find_query(name), parameter_count, parameters, NULL, error);
}

Status pg_cursor_next(Pg *pg, const char *name, PgRows **rows, Error *error) {
    char fetch[128];
    snprintf(fetch, sizeof fetch, "FETCH %d FROM %.60s", PG_CURSOR_ROWS, name);
    return pg_query(pg, fetch, 0, NULL, rows, error);
}
