#include "io/command/database.h"

Status command_connect(const Invocation *invocation, const Look *look, Pg **pg, Error *error) {
    Status status = STATUS_OK;
    if (*invocation->connection == NULL) {
        status = pg_connect(command_dsn(invocation), invocation->connection, error);
        if (status == STATUS_OK)
            status = pg_require_schema(*invocation->connection, error);
    }
    *pg = *invocation->connection;
    return status == STATUS_OK && look != NULL ? look_open(*pg, look, error) : status;
}
