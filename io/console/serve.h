/* The console: which page answers which address, who may see it, and the way in and out (`ydelse serve`). */
#ifndef YDELSE_IO_CONSOLE_SERVE_H
#define YDELSE_IO_CONSOLE_SERVE_H

#include "io/command/command.h"

/* A statement of a page that takes longer is ended. */
#define SERVE_STATEMENT_MILLISECONDS 30000

typedef struct {
    const char *address; /* loopback, unless allow_remote */
    uint16_t port;       /* 0: any */
    bool allow_remote;
    const char *public_host; /* the name under which a TLS proxy is reached; NULL: none, plain HTTP */
    int64_t idle_seconds;
    int64_t request_seconds; /* in which a request must arrive whole */
} ServeOptions;

/* Serves until SIGTERM or SIGINT. */
Status serve(const Invocation *invocation, const ServeOptions *options, Error *error);

#endif
