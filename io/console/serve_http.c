#include "io/console/serve_http.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include "io/base/log.h"
#include "io/csv/csv_charset.h"

#define CONNECTION_MEMORY_BYTES (32 * 1024) /* the request's head must fit in it */
#define FIELD_NAME_SIZE 32

typedef struct {
    char name[FIELD_NAME_SIZE];
    char value[HTTP_VALUE_SIZE];
    size_t value_size;
} Field;

struct HttpRequest {
    struct MHD_Connection *connection;
    struct MHD_PostProcessor *form_reader;
    char path[HTTP_PATH_SIZE];
    bool post;
    int refused; /* the status of a request that nobody is asked about; 0: none */
    size_t body_size;
    int field_count;
    Field fields[HTTP_FIELDS_MAX];
};

/* One that is open; it is MHD that closes its socket, after it has told. */
typedef struct {
    bool is_open;
    int descriptor;
    int64_t deadline; /* in seconds of the clock; NO_DEADLINE: it is being answered */
} Connection;

#define NO_DEADLINE INT64_MAX

struct HttpServer {
    HttpOptions options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    pthread_mutex_t lock; /* of the connections */
    Connection connections[HTTP_CONNECTIONS_MAX];
};

bool http_is_post(const HttpRequest *request) {
    return request->post;
}

const char *http_path(const HttpRequest *request) {
    return request->path;
}

static const char *lookup(const HttpRequest *request, enum MHD_ValueKind kind, const char *name) {
    return MHD_lookup_connection_value(request->connection, kind, name);
}

const char *http_query(const HttpRequest *request, const char *name) {
    return lookup(request, MHD_GET_ARGUMENT_KIND, name);
}

const char *http_cookie(const HttpRequest *request, const char *name) {
    return lookup(request, MHD_COOKIE_KIND, name);
}

const char *http_header(const HttpRequest *request, const char *name) {
    return lookup(request, MHD_HEADER_KIND, name);
}

const char *http_form(const HttpRequest *request, const char *name) {
    for (int i = 0; i < request->field_count; i++)
        if (strcmp(request->fields[i].name, name) == 0)
            return request->fields[i].value;
    return NULL;
}

/* --- Connections ------------------------------------------------------------------------------------------------------ */

static int64_t now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec;
}

static void connection_changed(void *context, struct MHD_Connection *connection, void **place,
                               enum MHD_ConnectionNotificationCode code) {
    HttpServer *server = context;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    pthread_mutex_lock(&server->lock);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED && *place != NULL)
        ((Connection *)*place)->is_open = false;
    for (size_t i = 0; code == MHD_CONNECTION_NOTIFY_STARTED && info != NULL && i < HTTP_CONNECTIONS_MAX;
         i++) {
        Connection *free_one = &server->connections[i];
        if (free_one->is_open)
            continue;
        *free_one = (Connection){true, info->connect_fd, now_seconds() + server->options.request_seconds};
        *place = free_one;
        break;
    }
    pthread_mutex_unlock(&server->lock);
}

static void set_deadline(HttpServer *server, struct MHD_Connection *connection, int64_t deadline) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    Connection *open = info == NULL ? NULL : info->socket_context;
    if (open == NULL)
        return;
    pthread_mutex_lock(&server->lock);
    open->deadline = deadline;
    pthread_mutex_unlock(&server->lock);
}

void http_sweep(HttpServer *server) {
    const int64_t now = now_seconds();
    int ended = 0;
    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
        Connection *open = &server->connections[i];
        if (!open->is_open || open->deadline > now)
            continue;
        shutdown(open->descriptor, SHUT_RDWR);
        open->deadline = NO_DEADLINE;
        ended++;
    }
    pthread_mutex_unlock(&server->lock);
    if (ended > 0)
        log_detail("serve: %d connections that asked nothing in time are ended", ended);
}

/* --- Reading a request ------------------------------------------------------------------------------------------------ */

static Field *field_find(HttpRequest *request, const char *name) {
    for (int i = 0; i < request->field_count; i++)
        if (strcmp(request->fields[i].name, name) == 0)
            return &request->fields[i];
    if (request->field_count == HTTP_FIELDS_MAX || strlen(name) >= FIELD_NAME_SIZE)
        return NULL;
    Field *field = &request->fields[request->field_count++];
    *field = (Field){.value_size = 0};
    memcpy(field->name, name, strlen(name) + 1);
    return field;
}

/* A piece of a field; a field that comes in pieces comes in order. */
static enum MHD_Result take_field(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *file_name, const char *content_type, const char *encoding,
                                  const char *bytes, uint64_t offset, size_t size) {
    HttpRequest *request = context;
    (void)kind, (void)content_type, (void)encoding;
    Field *field = file_name == NULL && name != NULL ? field_find(request, name) : NULL;
    if (field == NULL || offset != field->value_size || field->value_size + size >= HTTP_VALUE_SIZE) {
        request->refused = MHD_HTTP_CONTENT_TOO_LARGE;
        return MHD_NO;
    }
    memcpy(field->value + field->value_size, bytes, size);
    field->value_size += size;
    field->value[field->value_size] = '\0';
    return MHD_YES;
}

static void take_body(HttpRequest *request, const char *bytes, size_t size) {
    request->body_size += size;
    if (request->body_size > HTTP_BODY_SIZE_MAX)
        request->refused = MHD_HTTP_CONTENT_TOO_LARGE;
    if (request->refused == 0 && MHD_post_process(request->form_reader, bytes, size) != MHD_YES &&
        request->refused == 0)
        request->refused = MHD_HTTP_BAD_REQUEST;
}

/* One line of UTF-8. */
static bool is_text(const char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] < ' ' || bytes[i] == 0x7f)
            return false;
    return utf8_bad_byte(bytes, size) < 0;
}

static enum MHD_Result check_value(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
                                   const char *value, size_t value_size) {
    HttpRequest *request = context;
    (void)kind;
    if (!is_text(name, name_size) || (value != NULL && !is_text(value, value_size)))
        request->refused = MHD_HTTP_BAD_REQUEST;
    return MHD_YES;
}

static void check_texts(HttpRequest *request) {
    if (!is_text(request->path, strlen(request->path)))
        request->refused = MHD_HTTP_BAD_REQUEST;
    (void)MHD_get_connection_values_n(request->connection, MHD_GET_ARGUMENT_KIND, check_value, request);
    for (int i = 0; i < request->field_count; i++)
        if (!is_text(request->fields[i].value, request->fields[i].value_size))
            request->refused = MHD_HTTP_BAD_REQUEST;
}

static void begin_post(HttpRequest *request) {
    static const char form_type[] = "application/x-www-form-urlencoded";
    const char *type = http_header(request, MHD_HTTP_HEADER_CONTENT_TYPE);
    const char *length = http_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    const size_t type_size = sizeof form_type - 1;
    request->post = true;
    if (length == NULL || strlen(length) > 9 || strtol(length, NULL, 10) > HTTP_BODY_SIZE_MAX)
        request->refused = MHD_HTTP_CONTENT_TOO_LARGE;
    else if (type == NULL || strncasecmp(type, form_type, type_size) != 0 ||
             strchr("; ", type[type_size]) == NULL)
        request->refused = MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
    else
        request->form_reader = MHD_create_post_processor(request->connection, 1024, take_field, request);
    if (request->refused == 0 && request->form_reader == NULL)
        request->refused = MHD_HTTP_BAD_REQUEST;
}

typedef struct {
    int hosts, lengths;
    bool encoded;
} HeadCounts;

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value) {
    HeadCounts *counts = context;
    (void)kind, (void)value;
    counts->hosts += strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0 ? 1 : 0;
    counts->lengths += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0 ? 1 : 0;
    counts->encoded |= strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
    return MHD_YES;
}

/* A proxy might take another one of two hosts or lengths, and so another end of the request. No browser sends a form in
 * chunks. */
static bool is_unambiguous(struct MHD_Connection *connection) {
    HeadCounts counts = {.hosts = 0};
    (void)MHD_get_connection_values(connection, MHD_HEADER_KIND, count_header, &counts);
    return counts.hosts <= 1 && counts.lengths <= 1 && !counts.encoded;
}

static HttpRequest *begin_request(struct MHD_Connection *connection, const char *path, const char *method) {
    HttpRequest *request = calloc(1, sizeof *request);
    if (request == NULL)
        return NULL;
    request->connection = connection;
    if (strlen(path) >= sizeof request->path)
        request->refused = MHD_HTTP_URI_TOO_LONG;
    else
        memcpy(request->path, path, strlen(path) + 1);
    if (!is_unambiguous(connection))
        request->refused = MHD_HTTP_BAD_REQUEST;
    else if (strcmp(method, MHD_HTTP_METHOD_POST) == 0)
        begin_post(request);
    else if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        request->refused = MHD_HTTP_METHOD_NOT_ALLOWED;
    return request;
}

/* A form may have held a password. */
static void wipe(void *bytes, size_t size) {
    volatile unsigned char *byte = bytes;
    for (size_t i = 0; i < size; i++)
        byte[i] = 0;
}

static void end_request(void *context, struct MHD_Connection *connection, void **state,
                        enum MHD_RequestTerminationCode code) {
    HttpServer *server = context;
    HttpRequest *request = *state;
    (void)code;
    set_deadline(server, connection, now_seconds() + server->options.request_seconds);
    if (request == NULL)
        return;
    if (request->form_reader != NULL)
        MHD_destroy_post_processor(request->form_reader);
    wipe(request, sizeof *request);
    free(request);
    *state = NULL;
}

/* --- Answering --------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *value;
} fixed_headers[] = {
    {"Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; "
                                "frame-ancestors 'none'; base-uri 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

static void add_headers(const HttpServer *server, const HttpResponse *answer, struct MHD_Response *response) {
    for (size_t i = 0; i < sizeof fixed_headers / sizeof fixed_headers[0]; i++)
        (void)MHD_add_response_header(response, fixed_headers[i].name, fixed_headers[i].value);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                                  answer->may_be_kept ? "max-age=3600" : "no-store");
    if (server->options.behind_tls)
        (void)MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    if (answer->content_type != NULL)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->content_type);
    if (answer->location[0] != '\0')
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, answer->location);
    if (answer->set_cookie[0] != '\0')
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_SET_COOKIE, answer->set_cookie);
    if (answer->file_name[0] != '\0') {
        char disposition[HTTP_LOCATION_SIZE + 32];
        snprintf(disposition, sizeof disposition, "attachment; filename=\"%s\"", answer->file_name);
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_DISPOSITION, disposition);
    }
}

/* is_last: whatever comes after it is not read. */
static enum MHD_Result send_answer(const HttpServer *server, struct MHD_Connection *connection,
                                   HttpResponse *answer, bool is_last) {
    struct MHD_Response *response =
        MHD_create_response_from_buffer(answer->body_size, answer->body, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(answer->body);
        return MHD_NO;
    }
    add_headers(server, answer, response);
    if (is_last)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    const enum MHD_Result result = MHD_queue_response(connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(const HttpServer *server, const HttpRequest *request) {
    HttpResponse answer = {.status = request->refused};
    return send_answer(server, request->connection, &answer, true);
}

static enum MHD_Result answer_request(HttpServer *server, HttpRequest *request) {
    HttpResponse answer = {.status = 0};
    check_texts(request);
    if (request->refused != 0)
        return refuse(server, request);
    set_deadline(server, request->connection, NO_DEADLINE);
    server->options.answer(server->options.context, request, &answer);
    set_deadline(server, request->connection, now_seconds() + HTTP_SENDING_SECONDS);
    return send_answer(server, request->connection, &answer, false);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *bytes, size_t *size,
                              void **state) {
    HttpServer *server = context;
    HttpRequest *request = *state;
    (void)version;
    if (request == NULL) {
        request = begin_request(connection, path, method);
        *state = request;
        if (request == NULL)
            return MHD_NO;
        /* Before its body is asked for: it may never end. */
        return request->refused == 0 ? MHD_YES : refuse(server, request);
    }
    if (*size > 0) {
        if (request->post)
            take_body(request, bytes, *size);
        *size = 0;
        return MHD_YES;
    }
    return request->refused == 0 ? answer_request(server, request) : refuse(server, request);
}

/* --- The server --------------------------------------------------------------------------------------------------------- */

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} SocketAddress;

static bool read_address(const char *text, uint16_t port, SocketAddress *address) {
    *address = (SocketAddress){.v4 = {.sin_family = AF_INET, .sin_port = htons(port)}};
    if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1)
        return true;
    *address = (SocketAddress){.v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)}};
    return inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1;
}

bool http_address_is_loopback(const char *text) {
    SocketAddress address;
    if (!read_address(text, 0, &address))
        return false;
    if (address.any.sa_family == AF_INET)
        return (ntohl(address.v4.sin_addr.s_addr) >> 24) == 127;
    return IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr);
}

/* libmicrohttpd's own troubles: never more than that there was one, for they may quote the request. */
__attribute__((format(printf, 2, 0))) static void log_trouble(void *context, const char *format,
                                                              va_list arguments) {
    (void)context, (void)arguments;
    log_detail("serve: http: %.*s", (int)strcspn(format, "%\n"), format);
}

/* A path is told as a C string: what would end it becomes a byte that is refused. */
static size_t unescape(void *context, struct MHD_Connection *connection, char *text) {
    (void)context, (void)connection;
    const size_t size = MHD_http_unescape(text);
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\0')
            text[i] = '\1';
    return size;
}

static Status listen_at(HttpServer *server, const SocketAddress *address, Error *error) {
    const unsigned ip6 = address->any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0;
    server->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ERROR_LOG |
            ip6,
        server->options.port, NULL, NULL, handle, server, MHD_OPTION_EXTERNAL_LOGGER, log_trouble, NULL,
        MHD_OPTION_SOCK_ADDR, &address->any, MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED,
        end_request, server, MHD_OPTION_NOTIFY_CONNECTION, connection_changed, server,
        MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_END);
    if (server->daemon == NULL)
        return error_set(error, STATUS_CANNOT_CREATE, "cannot listen at %s port %u: %s",
                         server->options.address, server->options.port, strerror(errno));
    const union MHD_DaemonInfo *bound = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    server->port = bound == NULL ? server->options.port : bound->port;
    return STATUS_OK;
}

Status http_start(const HttpOptions *options, HttpServer **server, Error *error) {
    SocketAddress address;
    *server = NULL;
    if (!read_address(options->address, options->port, &address))
        return error_set(error, STATUS_USAGE, "--address %.60s: expected an IPv4 or IPv6 address",
                         options->address);
    HttpServer *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->options = *options;
    pthread_mutex_init(&made->lock, NULL);
    const Status status = listen_at(made, &address, error);
    if (status == STATUS_OK) {
        *server = made;
        return status;
    }
    pthread_mutex_destroy(&made->lock);
    free(made);
    return status;
}

uint16_t http_port(const HttpServer *server) {
    return server->port;
}

void http_stop(HttpServer *server) {
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
