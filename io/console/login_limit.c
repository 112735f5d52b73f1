#include "io/console/login_limit.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_over(int64_t since, int64_t now) {
    return now - since >= LOGIN_WINDOW_SECONDS;
}

static const LoginName *find(const LoginLimit *limit, const char *name) {
    for (int i = 0; i < LOGIN_NAMES_MAX; i++)
        if (limit->names[i].failures > 0 && strncmp(limit->names[i].name, name, LOGIN_NAME_SIZE - 1) == 0)
            return &limit->names[i];
    return NULL;
}

int64_t login_limit_wait(const LoginLimit *limit, const char *name, int64_t now) {
    const LoginName *known = find(limit, name);
    if (known != NULL && known->failures >= LOGIN_FAILURES_MAX && !is_over(known->since, now))
        return known->since + LOGIN_WINDOW_SECONDS - now;
    if (limit->all_failures >= LOGIN_FAILURES_ALL_MAX && !is_over(limit->all_since, now))
        return limit->all_since + LOGIN_WINDOW_SECONDS - now;
    return 0;
}

/* A free place, or that of the name whose window began first. */
static int place_for(const LoginLimit *limit) {
    int oldest = 0;
    for (int i = 0; i < LOGIN_NAMES_MAX; i++) {
        if (limit->names[i].failures == 0)
            return i;
        if (limit->names[i].since < limit->names[oldest].since)
            oldest = i;
    }
    return oldest;
}

void login_limit_failed(LoginLimit *limit, const char *name, int64_t now) {
    const LoginName *known = find(limit, name);
    LoginName *entry = &limit->names[known != NULL ? known - limit->names : place_for(limit)];
    if (known == NULL || is_over(entry->since, now)) {
        *entry = (LoginName){.since = now};
        snprintf(entry->name, sizeof entry->name, "%s", name);
    }
    entry->failures++;
    if (limit->all_failures == 0 || is_over(limit->all_since, now)) {
        limit->all_failures = 0;
        limit->all_since = now;
    }
    limit->all_failures++;
}

void login_limit_succeeded(LoginLimit *limit, const char *name) {
    const LoginName *known = find(limit, name);
    if (known != NULL)
        limit->names[known - limit->names] = (LoginName){.failures = 0};
    if (limit->all_failures > 0)
        limit->all_failures--;
}
