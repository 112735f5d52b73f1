/* How often a login may fail. Counted per user name, so that guessing one password does not shut others out, and over
 * all names, so that guessing one password with many names is slow, too. Times are seconds of any clock that only goes
 * forward; they are given, so that tests need not wait.
 */
#ifndef YDELSE_IO_CONSOLE_LOGIN_LIMIT_H
#define YDELSE_IO_CONSOLE_LOGIN_LIMIT_H

#include <stdint.h>

#define LOGIN_FAILURES_MAX 5      /* of a name within the window: then it waits until the window is over */
#define LOGIN_FAILURES_ALL_MAX 60 /* of all names within the window */
#define LOGIN_WINDOW_SECONDS 600
#define LOGIN_NAMES_MAX 256 /* remembered; then the one that failed longest ago is forgotten */
#define LOGIN_NAME_SIZE 64

typedef struct {
    char name[LOGIN_NAME_SIZE];
    int32_t failures; /* since `since` */
    int64_t since;
} LoginName;

typedef struct {
    LoginName names[LOGIN_NAMES_MAX];
    int32_t all_failures;
    int64_t all_since;
} LoginLimit;

/* How many seconds the name must wait before it may try; 0: not at all. */
int64_t login_limit_wait(const LoginLimit *limit, const char *name, int64_t now);
void login_limit_failed(LoginLimit *limit, const char *name, int64_t now);
/* Takes back the failure that was counted for an attempt before its outcome was known, and all of the name's. */
void login_limit_succeeded(LoginLimit *limit, const char *name);

#endif
