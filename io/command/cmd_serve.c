/* ydelse serve: the console in the browser. */
#include <stdlib.h>
#include <string.h>

#include "io/console/serve.h"
#include "io/console/serve_http.h"

#define IDLE_MINUTES_DEFAULT 15
#define IDLE_MINUTES_MAX 120
#define REQUEST_SECONDS_MAX 600

static Status number_option(const Invocation *invocation, const char *name, long largest, long *number,
                            Error *error) {
    const char *text = option_value(invocation, name);
    if (text == NULL)
        return STATUS_OK;
    const size_t size = strlen(text);
    if (size >= 1 && size <= 5 && strspn(text, "0123456789") == size && strtol(text, NULL, 10) <= largest) {
        *number = strtol(text, NULL, 10);
        return STATUS_OK;
    }
    return error_set(error, STATUS_USAGE, "--%s %.20s: expected a number from 0 to %ld", name, text, largest);
}

static Status run(const Invocation *invocation, Error *error) {
    long port = 8080, idle = IDLE_MINUTES_DEFAULT, request = HTTP_REQUEST_SECONDS;
    const char *address = option_value(invocation, "address");
    ServeOptions options = {.address = address == NULL ? "127.0.0.1" : address,
                            .allow_remote = option_given(invocation, "allow-remote"),
                            .public_host = option_value(invocation, "public-host")};
    Status status = number_option(invocation, "port", UINT16_MAX, &port, error);
    if (status == STATUS_OK)
        status = number_option(invocation, "idle", IDLE_MINUTES_MAX, &idle, error);
    if (status == STATUS_OK)
        status = number_option(invocation, "request-seconds", REQUEST_SECONDS_MAX, &request, error);
    if (status == STATUS_OK && !options.allow_remote && !http_address_is_loopback(options.address)) {
        error_set(error, STATUS_USAGE, "--address %.60s is no loopback address", options.address);
        error_hint(error, "the console speaks plain HTTP: put a proxy with TLS before it on this machine "
                          "(--public-host), or give --allow-remote when the proxy is elsewhere");
        status = STATUS_USAGE;
    }
    options.port = (uint16_t)port;
    options.idle_seconds = idle * 60;
    options.request_seconds = request;
    return status == STATUS_OK ? serve(invocation, &options, error) : status;
}

static const Option options[] = {
    {"port", "N", "the port to listen at (default: 8080; 0: any that is free)", false, false},
    {"address", "A", "the IPv4 or IPv6 address to listen at (default: 127.0.0.1)", false, false},
    {"allow-remote", NULL, "let --address be other than loopback: only behind a proxy with TLS", false,
     false},
    {"public-host", "NAME", "the name under which a proxy with TLS is reached: cookies go over https alone",
     false, false},
    {"idle", "MINUTES", "log out who does nothing for so long (default: 15)", false, false},
    {"request-seconds", "N", "end a connection whose request is not there in so many seconds (default: 30)",
     false, false},
    {NULL, NULL, NULL, false, false},
};

const Command command_serve = {
    .name = "serve",
    .summary = "the console in the browser",
    .operands = "",
    .options = options,
    .description =
        "Serves pages over HTTP: runs and their reports, rejects, held people, one person's month and why, "
        "what two\n"
        "runs hold differently, payment batches to approve or cancel, payment files, rates. Prints its "
        "address, and\n"
        "serves until it is told to end (SIGTERM, Ctrl-C).\n"
        "\n"
        "People log in with their own database user and password, and what they see and may do is what that "
        "user\n"
        "may. The server must ask for the password (pg_hba.conf: scram-sha-256), else nobody gets in. Looks "
        "at\n"
        "people are logged as those of the commands are (`ydelse access`). The pages need no script.\n"
        "\n"
        "It listens on this machine alone. config/README.md tells how to put a proxy with TLS before it.",
    .examples =
        "  ydelse serve\n"
        "  PGHOST=db PGDATABASE=ydelse ydelse serve --port 8443 --public-host ydelse.kommune.example\n",
    .run = run,
};
