/* The console against who is no browser: every request ends, nobody is kept out for long, nothing is believed. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/integration/console.h"

TestSuite(serve_hostile, .init = console_begin, .fini = console_end);

#define HOST "Host: localhost\r\n"
#define CLOSE "Connection: close\r\n\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST CLOSE
#define POST(headers, body) "POST /login HTTP/1.1\r\n" HOST headers CLOSE body
#define ANSWER_SECONDS 10

static int connect_to(const WebServer *server) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server->port)};
    const struct timeval patience = {.tv_sec = ANSWER_SECONDS};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(connection, (struct sockaddr *)&address, sizeof address), 0, "no connection");
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return connection;
}

/* The status of the first answer, 0 when there is none, -1 when the connection stays open. others: answers of another status
 * came behind it. libmicrohttpd gives the head of a refusal of its own twice, and closes. */
static int exchange(const WebServer *server, const char *bytes, size_t size, bool *others, char *text,
                    size_t text_size) {
    const int connection = connect_to(server);
    size_t got = 0;
    ssize_t part = 0;
    for (size_t sent = 0; sent < size; sent += (size_t)part)
        if ((part = send(connection, bytes + sent, size - sent, MSG_NOSIGNAL)) <= 0)
            break;
    shutdown(connection, SHUT_WR);
    while (got < text_size - 1 && (part = recv(connection, text + got, text_size - 1 - got, 0)) > 0)
        got += (size_t)part;
    text[got] = '\0';
    close(connection);
    *others = false;
    for (const char *at = text; (at = strstr(at, "HTTP/1.1 ")) != NULL; at++)
        *others |= strncmp(at, text, 12) != 0;
    return part < 0 && got == 0 ? -1 : strncmp(text, "HTTP/1.1 ", 9) == 0 ? atoi(text + 9) : 0;
}

static void expect_alive(const WebServer *server, const char *after) {
    char text[16384];
    bool others;
    cr_assert_eq(exchange(server, GET("/login"), strlen(GET("/login")), &others, text, sizeof text), 200,
                 "no answer after: %.200s", after);
}

Test(serve_hostile, requests_that_lie) {
    static const struct {
        const char *request;
        int status; /* 0: closed without an answer */
    } cases[] = {
        /* Who is asked, and where the request ends. */
        {"GET /login HTTP/1.1\r\n" CLOSE, 400},
        {"GET /login HTTP/1.1\r\nHost: evil.example\r\n" HOST CLOSE, 400},
        {"GET /login HTTP/1.1\r\n" HOST "Host: evil.example\r\n" CLOSE, 400},
        {"GET /login HTTP/1.1\r\nHost : localhost\r\n" CLOSE, 400},
        {POST(FORM "Content-Length: 5\r\nContent-Length: 6\r\n", "a=bcd"), 400},
        {POST(FORM "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" GET("/console.css")),
         400},
        {POST(FORM "Transfer-Encoding: chunked\r\n", "3\r\na=b\r\n0\r\n\r\n"), 400},
        {POST(FORM "Transfer-Encoding: other\r\n", "0\r\n\r\n"), 400},
        {"GET /login HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" CLOSE "0\r\n\r\n", 400},
        {POST(FORM "Content-Length: -5\r\n", ""), 400},
        {POST(FORM "Content-Length: +5\r\n", "a=bcd"), 400},
        {POST(FORM "Content-Length: 99999999999999999999999\r\n", ""), 413},
        {POST(FORM "Content-Length: 999999999\r\n", ""), 413},
        {POST(FORM "Expect: 100-continue\r\nContent-Length: 30000\r\n", ""), 413},
        {POST(FORM "Content-Length: 100\r\n", "user=a"), 0},
        /* What is no form, or not ours. */
        {POST("Content-Type: application/x-www-form-urlencodedX\r\nContent-Length: 3\r\n", "a=b"), 415},
        {POST("Content-Type: application/json\r\nContent-Length: 2\r\n", "{}"), 415},
        {POST("Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 3\r\n", "--x"), 415},
        {POST("Content-Length: 3\r\n", "a=b"), 415},
        {POST(FORM "Content-Length: 10\r\n", "user=%00ab"), 400},
        {POST(FORM "Content-Length: 3\r\n", "a=b"), 403},
        {"POST /batches/1/approve HTTP/1.1\r\n" HOST FORM "Content-Length: 3\r\n" CLOSE "a=b", 303},
        /* Addresses. */
        {GET("/login%00.css"), 400},
        {GET("/runs%0d%0aSet-Cookie:%20injected=1"), 400},
        {GET("/login?lang=%0d%0aSet-Cookie:%20injected=1"), 400},
        {GET("/login?lang=%C0%AF"), 400},
        {GET("/login?over=%3Cscript%3E"), 200},
        {GET("/%2e%2e/%2e%2e/%2e%2e/etc/passwd"), 303},
        {GET("/console.css%2f..%2f..%2fetc%2fpasswd"), 303},
        {GET("//evil.example/"), 303},
        {GET("http://evil.example/login"), 303},
        {GET("/login%"), 303},
        {GET("/login%G1"), 303},
        /* Other languages. */
        {"TRACE /login HTTP/1.1\r\n" HOST CLOSE, 405},
        {"CONNECT evil.example:80 HTTP/1.1\r\n" HOST CLOSE, 405},
        {"get /login HTTP/1.1\r\n" HOST CLOSE, 405},
        {"GET /login\r\n", 400},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"\x16\x03\x01\x02", 0},
        {"GET /login HTTP/1.1\r\n" HOST "no colon\r\n" CLOSE, 400},
    };
    static char text[1 << 20];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool others;
        const char *request = cases[i].request;
        const int status = exchange(&console_server, request, strlen(request), &others, text, sizeof text);
        cr_expect_eq(status, cases[i].status, "%s\n-> %d\n%.500s", request, status, text);
        cr_expect_not(others, "answered as several requests: %s", request);
        cr_expect(strstr(text, "injected=1") == NULL && strstr(text, "root:") == NULL &&
                      strstr(text, "<script") == NULL && strstr(text, "Location: //") == NULL &&
                      strstr(text, "Location: http") == NULL,
                  "believed: %s\n%.2000s", request, text);
    }
    expect_alive(&console_server, "all of them");
}

/* A head that is as long as one likes costs what a connection may cost, and no more. */
Test(serve_hostile, heads_without_end) {
    static const struct {
        const char *begin, *again;
        int count;
    } cases[] = {
        {"GET /login HTTP/1.1\r\n" HOST "X: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 50000},
        {"GET /login HTTP/1.1\r\n" HOST, "X: 1\r\n", 100000},
        {"GET /login?", "a=1&", 100000},
        {"GET /", "aaaaaaaaaaaaaaaa", 100000},
        {"GET /runs HTTP/1.1\r\n" HOST "Cookie: ", "ydelse=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; ", 10000},
        {"", "\r\n", 100000},
    };
    static char text[65536];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t begin = strlen(cases[i].begin), part = strlen(cases[i].again);
        const size_t size = begin + part * (size_t)cases[i].count;
        char *request = malloc(size);
        bool others;
        memcpy(request, cases[i].begin, begin);
        for (size_t at = begin; at < size; at += part)
            memcpy(request + at, cases[i].again, part);
        const int status = exchange(&console_server, request, size, &others, text, sizeof text);
        cr_expect(status == 0 || (status >= 400 && status < 500), "%s: %d", cases[i].begin, status);
        free(request);
        expect_alive(&console_server, cases[i].begin);
    }
}

/* Requests with bytes changed, dropped, repeated: the same ones every time. */
Test(serve_hostile, requests_that_were_damaged) {
    static const char *const seeds[] = {"GET /login?lang=da HTTP/1.1\r\n" HOST
                                        "Cookie: ydelse=abc; ydelse-login=def\r\n" CLOSE,
                                        POST(FORM "Content-Length: 27\r\n", "user=penge&password=hemmeli")};
    static char text[65536];
    unsigned long long state = 20240301;
    for (int i = 0; i < 400; i++) {
        char request[2048];
        size_t size = strlen(seeds[i % 2]);
        memcpy(request, seeds[i % 2], size);
        for (int change = 0; change < 1 + i % 5; change++) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            const size_t at = (size_t)(state >> 33) % size;
            const char byte = (char)(state >> 24);
            if (state >> 62 == 0)
                request[at] = byte;
            else if (state >> 62 == 1)
                memmove(request + at, request + at + 1, --size - at);
            else if (size < sizeof request / 2) {
                memmove(request + at + 8, request + at, size - at);
                memset(request + at, state >> 62 == 2 ? byte : '\n', 8);
                size += 8;
            }
        }
        bool others;
        const int status = exchange(&console_server, request, size, &others, text, sizeof text);
        cr_expect(status >= 0 && status != 500 && status != 503, "request %d: %d\n%.500s", i, status, text);
    }
    expect_alive(&console_server, "the damaged ones");
}

/* More connections than there may be, each of which sends a byte now and then. */
Test(serve_hostile, slow_requests_keep_nobody_out) {
    enum { SLOW = 80 };
    int slow[SLOW];
    char text[16384];
    bool others;
    int status = 0;
    char *folder = temporary_folder();
    WebServer server = web_start(folder, (const char *const[]){"--request-seconds", "1", NULL});
    for (int i = 0; i < SLOW; i++) {
        slow[i] = connect_to(&server);
        (void)!send(slow[i], "GET /login HTTP/1.1\r\nX: ", 24, MSG_NOSIGNAL);
    }
    cr_expect_eq(exchange(&server, GET("/login"), strlen(GET("/login")), &others, text, sizeof text) > 0, 0,
                 "there is room: the test shows nothing");
    for (int tries = 0; tries < 100 && status != 200; tries++) {
        for (int i = 0; i < SLOW; i++)
            (void)!send(slow[i], "x", 1, MSG_NOSIGNAL);
        pause_ms(100);
        status = exchange(&server, GET("/login"), strlen(GET("/login")), &others, text, sizeof text);
    }
    cr_expect_eq(status, 200, "they are still in the way");
    for (int i = 0; i < SLOW; i++)
        close(slow[i]);
    web_stop(&server);
    temporary_folder_remove(folder);
}

/* A session is known by a token that the server chose, after the password: never by one that somebody brought. */
Test(serve_hostile, a_token_that_was_brought_along_is_not_taken) {
    Browser browser = {.server = &console_server};
    char brought[256];
    snprintf(brought, sizeof brought, "ydelse=%064d", 7);
    memcpy(browser.cookies[0], brought, sizeof brought);
    WebAnswer answer = web_get(&browser, "/runs");
    cr_expect_eq(answer.status, 303);
    web_free(&answer);
    cr_assert_eq(web_login(&browser, finance, PASSWORD), 303);
    cr_expect_str_neq(browser.cookies[0], brought, "the token is the one that was brought");
    Browser thief = {.server = &console_server};
    memcpy(thief.cookies[0], brought, sizeof brought);
    answer = web_get(&thief, "/runs");
    cr_expect_eq(answer.status, 303, "the token that was brought is logged in");
    web_free(&answer);
}
