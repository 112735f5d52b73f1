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

Status pg_query_file(Pg *pg, const char *name, int parameter_count, const PgParameter *parameters,
                     PgRows **rows, Error *error) {
    char path[128];
    const char *values[PARAMETERS_MAX];
    assert(parameter_count <= PARAMETERS_MAX);
    snprintf(path, sizeof path, "sql/queries/%s.sql", name);
    const EmbeddedFile *file = embedded_find(path);
    assert(file != NULL);
    if (parameter_count == 0 && rows == NULL)
        return pg_script(pg, file->bytes, error);
    char *sql = malloc(file->size_bytes + 1);
    if (sql == NULL)
        return error_set(error, STATUS_INTERNAL, "out of memory");
    replace_variables(file->bytes, parameter_count, parameters, sql);
    for (int i = 0; i < parameter_count; i++)
        values[i] = parameters[i].value;
    const Status status = pg_query(pg, sql, parameter_count, values, rows, error);
    free(sql);
    return status;
}
