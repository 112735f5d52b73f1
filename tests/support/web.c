#include "tests/support/web.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/process.h"

#define ARGUMENTS_MAX 16
#define ANSWER_SIZE_MAX (4 * 1024 * 1024)

/* --- The server ------------------------------------------------------------------------------------------------- */

static void become_server(int out, const char *log_path, const char *const *more) {
    const char *arguments[ARGUMENTS_MAX] = {ydelse_program(), "serve", "--port", "0"};
    const int log = open(log_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (int i = 0; more != NULL && more[i] != NULL && i < ARGUMENTS_MAX - 5; i++)
        arguments[4 + i] = more[i];
    dup2(out, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    close(out);
    unsetenv("PGPASSWORD");
    execv(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

WebServer web_start(const char *folder, const char *const *arguments) {
    char line[128] = "", path[256];
    int ends[2];
    snprintf(path, sizeof path, "%s/serve.log", folder);
    WebServer server = {.log_path = strdup(path)};
    cr_assert_eq(pipe(ends), 0);
    server.process = fork();
    if (server.process == 0) {
        close(ends[0]);
        become_server(ends[1], path, arguments);
    }
    close(ends[1]);
    FILE *out = fdopen(ends[0], "r");
    char *got = fgets(line, sizeof line, out);
    fclose(out);
    const char *colon = got == NULL ? NULL : strrchr(line, ':');
    if (colon == NULL) {
        char *log = read_whole_file(path, NULL);
        cr_assert_fail("serve did not start: %s", log);
    }
    server.port = atoi(colon + 1);
    return server;
}

void web_stop(WebServer *server) {
    int status = 0;
    kill(server->process, SIGTERM);
    cr_assert_eq(waitpid(server->process, &status, 0), server->process);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "serve ended with %d", status);
    free(server->log_path);
}

/* --- Requests --------------------------------------------------------------------------------------------------- */

static void take_cookie(Browser *browser, const char *line) {
    const size_t name_size = strcspn(line, "=") + 1;
    int place = -1;
    for (int i = WEB_COOKIES_MAX - 1; i >= 0; i--)
        if (browser->cookies[i][0] == '\0' || strncmp(browser->cookies[i], line, name_size) == 0)
            place = i;
    for (int i = 0; i < WEB_COOKIES_MAX; i++)
        if (strncmp(browser->cookies[i], line, name_size) == 0)
            place = i;
    cr_assert_geq(place, 0);
    snprintf(browser->cookies[place], sizeof browser->cookies[place], "%.*s", (int)strcspn(line, ";\r"),
             line);
    if (browser->cookies[place][name_size] == '\0')
        browser->cookies[place][0] = '\0';
}

static void read_head(Browser *browser, WebAnswer *answer) {
    sscanf(answer->text, "HTTP/1.1 %d", &answer->status);
    char *end = strstr(answer->text, "\r\n\r\n");
    if (end == NULL)
        return;
    answer->body = end + 4;
    for (const char *line = answer->text; line < end; line = strstr(line, "\r\n") + 2) {
        if (strncmp(line, "Set-Cookie: ", 12) == 0)
            take_cookie(browser, line + 12);
        if (strncmp(line, "Location: ", 10) == 0)
            snprintf(answer->location, sizeof answer->location, "%.*s", (int)strcspn(line + 10, "\r"),
                     line + 10);
    }
    const char *token = strstr(answer->body, "name=\"csrf\" value=\"");
    if (token != NULL)
        snprintf(browser->csrf, sizeof browser->csrf, "%.64s", token + 19);
}

static void remember(Browser *browser, const char *address) {
    const size_t size = strlen(browser->seen);
    snprintf(browser->seen + size, sizeof browser->seen - size, "%s\n", address);
}

/* The connection on which the request was sent. */
static int send_raw(const Browser *browser, const char *request) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)browser->server->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(connection, (struct sockaddr *)&address, sizeof address), 0, "no connection");
    for (size_t sent = 0; sent < strlen(request);) {
        const ssize_t now = send(connection, request + sent, strlen(request) - sent, MSG_NOSIGNAL);
        if (now <= 0)
            break; /* refused before all was sent; the answer tells */
        sent += (size_t)now;
    }
    return connection;
}

WebAnswer web_receive(Browser *browser, int connection) {
    WebAnswer answer = {.text = calloc(1, ANSWER_SIZE_MAX), .body = ""};
    size_t size = 0;
    for (ssize_t got; (got = read(connection, answer.text + size, ANSWER_SIZE_MAX - 1 - size)) > 0;)
        size += (size_t)got;
    close(connection);
    read_head(browser, &answer);
    answer.body_size = answer.body[0] == '\0' ? 0 : size - (size_t)(answer.body - answer.text);
    if (answer.location[0] != '\0')
        remember(browser, answer.location);
    return answer;
}

WebAnswer web_raw(Browser *browser, const char *request) {
    return web_receive(browser, send_raw(browser, request));
}

static void cookie_header(const Browser *browser, char *header, size_t size) {
    header[0] = '\0';
    for (int i = 0; i < WEB_COOKIES_MAX; i++)
        if (browser->cookies[i][0] != '\0')
            snprintf(header + strlen(header), size - strlen(header), "%s%s",
                     header[0] == '\0' ? "Cookie: " : "; ", browser->cookies[i]);
    if (header[0] != '\0')
        snprintf(header + strlen(header), size - strlen(header), "\r\n");
}

int web_send_get(Browser *browser, const char *path) {
    char request[4096], cookies[1200];
    cookie_header(browser, cookies, sizeof cookies);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s\r\n",
             path, browser->server->port, cookies);
    remember(browser, path);
    return send_raw(browser, request);
}

WebAnswer web_get(Browser *browser, const char *path) {
    return web_receive(browser, web_send_get(browser, path));
}

int web_send_post(Browser *browser, const char *path, const char *form) {
    char request[16384], cookies[1200], body[10240];
    cookie_header(browser, cookies, sizeof cookies);
    snprintf(body, sizeof body, "csrf=%s&%s", browser->csrf, form);
    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n%s\r\n%s",
             path, browser->server->port, strlen(body), cookies, body);
    remember(browser, path);
    return send_raw(browser, request);
}

WebAnswer web_post(Browser *browser, const char *path, const char *form) {
    return web_receive(browser, web_send_post(browser, path, form));
}

void web_free(WebAnswer *answer) {
    free(answer->text);
    *answer = (WebAnswer){.status = 0};
}

int web_login(Browser *browser, const char *user, const char *password) {
    char form[256];
    WebAnswer page = web_get(browser, "/login");
    const char *token = strstr(page.body, "name=\"token\" value=\"");
    cr_assert_not_null(token);
    snprintf(form, sizeof form, "token=%.64s&lang=da&user=%s&password=%s", token + 20, user, password);
    web_free(&page);
    WebAnswer answer = web_post(browser, "/login", form);
    const int status = answer.status;
    web_free(&answer);
    return status;
}
