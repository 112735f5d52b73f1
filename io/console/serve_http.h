/* HTTP, kept in one place: the only file that includes microhttpd.h is io/console/serve_http.c.
 *
 * A thread per connection: a slow query of one person blocks nobody else, and the code of a page is plain, blocking
 * code, as that of a command. How many connections there are is bounded, and so is how long each may take to ask: who
 * sends a byte now and then holds none of them for long. Every request has limits: method, size of the body, number and
 * size of fields; text that is no UTF-8 is refused before anybody sees it, and so is a request of which somebody before
 * us could believe that it ends elsewhere. Every response
 * carries the headers that keep a browser from doing what a page did not ask for.
 */
#ifndef YDELSE_IO_CONSOLE_SERVE_HTTP_H
#define YDELSE_IO_CONSOLE_SERVE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/base/error.h"

#define HTTP_BODY_SIZE_MAX 8192
#define HTTP_FIELDS_MAX 16
#define HTTP_VALUE_SIZE 1024 /* of a form's field */
#define HTTP_PATH_SIZE 256
#define HTTP_CONNECTIONS_MAX 64
#define HTTP_IDLE_SECONDS 60     /* without a byte: then a connection is closed */
#define HTTP_REQUEST_SECONDS 30  /* for the next request to arrive whole, unless the options say otherwise */
#define HTTP_SENDING_SECONDS 600 /* for an answer to be taken */

typedef struct HttpRequest HttpRequest;
typedef struct HttpServer HttpServer;

bool http_is_post(const HttpRequest *request);
/* Without the query. */
const char *http_path(const HttpRequest *request);
/* A field of the query, of a POST's form, a cookie, a header; NULL when there is none. Borrowed. */
const char *http_query(const HttpRequest *request, const char *name);
const char *http_form(const HttpRequest *request, const char *name);
const char *http_cookie(const HttpRequest *request, const char *name);
const char *http_header(const HttpRequest *request, const char *name);

#define HTTP_LOCATION_SIZE 512
typedef struct {
    int status;               /* 200 and so on */
    const char *content_type; /* a constant */
    char *body;               /* taken and freed */
    size_t body_size;
    char location[HTTP_LOCATION_SIZE];   /* "" none */
    char set_cookie[HTTP_LOCATION_SIZE]; /* "" none */
    char file_name[HTTP_LOCATION_SIZE];  /* not "": a download of this name */
    bool may_be_kept;                    /* by the browser: only what is the same for everybody */
} HttpResponse;

typedef struct {
    const char *address;     /* an IPv4 or IPv6 address */
    uint16_t port;           /* 0: any */
    bool behind_tls;         /* browsers reach it by https alone */
    int64_t request_seconds; /* in which a request must arrive whole */
    /* Called by several threads at once. */
    void (*answer)(void *context, const HttpRequest *request, HttpResponse *response);
    void *context;
} HttpOptions;

/* Whether the address is one of this machine alone; false, too, when it is no address. */
bool http_address_is_loopback(const char *address);

/* STATUS_USAGE for what is no address, STATUS_CANNOT_CREATE when it cannot be listened at. */
Status http_start(const HttpOptions *options, HttpServer **server, Error *error);
uint16_t http_port(const HttpServer *server);
/* Ends the connections that took too long; to be called now and then. */
void http_sweep(HttpServer *server);
/* Waits for the requests that are being answered. */
void http_stop(HttpServer *server);

#endif
