/* A browser for tests of the console: starts `ydelse serve` and speaks HTTP with it, keeping its cookies. */
#ifndef YDELSE_TESTS_SUPPORT_WEB_H
#define YDELSE_TESTS_SUPPORT_WEB_H

#include <stddef.h>
#include <sys/types.h>

typedef struct {
    pid_t process;
    int port;
    char *log_path; /* what the server wrote to stderr */
} WebServer;

/* On any free port, against PGDATABASE. arguments: further ones, ended by NULL; or NULL. */
WebServer web_start(const char *folder, const char *const *arguments);
/* Ends it and expects that it ends well. */
void web_stop(WebServer *server);

#define WEB_COOKIES_MAX 4
/* One person's browser. */
typedef struct {
    const WebServer *server;
    char cookies[WEB_COOKIES_MAX][256]; /* name=value */
    char csrf[80];                      /* of the page that was read last */
    char seen[65536]; /* the addresses that were asked for, and those in Location, one a line */
} Browser;

typedef struct {
    int status;
    char *text; /* head and body, NUL-terminated; freed by web_free */
    const char *body;
    size_t body_size;
    char location[512];
} WebAnswer;

WebAnswer web_get(Browser *browser, const char *path);
/* form: "a=1&b=2", encoded; the csrf token of the page read last is added. */
WebAnswer web_post(Browser *browser, const char *path, const char *form);
/* Anything, as it is; for requests that no browser sends. */
WebAnswer web_raw(Browser *browser, const char *request);
void web_free(WebAnswer *answer);
/* For requests at the same time: sent on a connection, and what is answered on it. */
int web_send_get(Browser *browser, const char *path);
int web_send_post(Browser *browser, const char *path, const char *form);
WebAnswer web_receive(Browser *browser, int connection);

/* Logs in by the form; returns the status of the answer (303: logged in). */
int web_login(Browser *browser, const char *user, const char *password);

#endif
