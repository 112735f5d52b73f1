#include "tests/faults/proxy.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/process.h"

#define CONNECTIONS_MAX 16
#define HELD_MAX (1 << 20)
#define MESSAGE_HEAD 5 /* its type, and its size with those four bytes */

typedef struct {
    int client, server;
    char held[HELD_MAX]; /* what the server said and was not forwarded yet */
    size_t size;
    char transaction; /* as the server said last: I none, T open, E failed */
} Connection;

static volatile sig_atomic_t armed; /* 1: the end of a transaction; 2: any answer outside of one */

static void arm(int number) {
    armed = number == SIGUSR1 ? 1 : 2;
}

static struct sockaddr_un socket_address(const char *folder, const char *port) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.80s/.s.PGSQL.%.6s", folder, port);
    return address;
}

static void send_all(int to, const char *bytes, size_t size) {
    while (size > 0) {
        const ssize_t sent = send(to, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the other side will be found closed */
        bytes += sent;
        size -= (size_t)sent;
    }
}

static size_t message_size(const char *head) {
    const unsigned char *byte = (const unsigned char *)head + 1;
    return 1 + ((size_t)byte[0] << 24 | (size_t)byte[1] << 16 | (size_t)byte[2] << 8 | byte[3]);
}

/* Forwards the server's messages up to the last whole one that may go. Returns false when the answer is lost. */
static bool forward_answer(Connection *connection) {
    size_t at = 0, good = 0;
    while (connection->size - at >= MESSAGE_HEAD &&
           message_size(connection->held + at) <= connection->size - at) {
        const char type = connection->held[at];
        const char now = connection->held[at + MESSAGE_HEAD];
        at += message_size(connection->held + at);
        if (type == 'Z') {
            if (armed != 0 && now == 'I' && (connection->transaction != 'I' || armed == 2))
                return false;
            connection->transaction = now;
        }
        if (armed == 0 || type == 'Z' || strchr("GHWdS", type) != NULL)
            good = at; /* a client that is to send rows waits for these */
    }
    send_all(connection->client, connection->held, good);
    memmove(connection->held, connection->held + good, connection->size - good);
    connection->size -= good;
    return true;
}

static void hang_up(Connection *connection) {
    close(connection->client);
    close(connection->server);
    connection->client = -1;
}

static void accept_client(int listener, Connection *connections) {
    const struct sockaddr_un address = socket_address(getenv("PGHOST"), getenv("PGPORT"));
    const int client = accept(listener, NULL, NULL);
    const int server = socket(AF_UNIX, SOCK_STREAM, 0);
    for (int i = 0; i < CONNECTIONS_MAX; i++)
        if (connections[i].client < 0 && client >= 0 &&
            connect(server, (const struct sockaddr *)&address, sizeof address) == 0) {
            connections[i].client = client;
            connections[i].server = server;
            connections[i].size = 0;
            connections[i].transaction = 'I';
            return;
        }
    close(client);
    close(server);
}

static void pass_on(Connection *connection, bool from_client, bool from_server) {
    char bytes[65536];
    if (from_client) {
        const ssize_t size = recv(connection->client, bytes, sizeof bytes, 0);
        if (size <= 0) {
            hang_up(connection);
            return;
        }
        send_all(connection->server, bytes, (size_t)size);
    }
    if (from_server) {
        const ssize_t size =
            recv(connection->server, connection->held + connection->size, HELD_MAX - connection->size, 0);
        if (size > 0)
            connection->size += (size_t)size;
        if (size <= 0 || !forward_answer(connection))
            hang_up(connection);
    }
}

/* Never returns. */
static void forward(int listener) {
    static Connection connections[CONNECTIONS_MAX];
    for (int i = 0; i < CONNECTIONS_MAX; i++)
        connections[i].client = -1;
    for (;;) {
        struct pollfd waiting[1 + 2 * CONNECTIONS_MAX] = {{.fd = listener, .events = POLLIN}};
        for (int i = 0; i < CONNECTIONS_MAX; i++) {
            const bool open = connections[i].client >= 0;
            waiting[1 + 2 * i] = (struct pollfd){.fd = open ? connections[i].client : -1, .events = POLLIN};
            waiting[2 + 2 * i] = (struct pollfd){.fd = open ? connections[i].server : -1, .events = POLLIN};
        }
        if (poll(waiting, sizeof waiting / sizeof waiting[0], -1) < 0)
            continue; /* a signal */
        for (int i = 0; i < CONNECTIONS_MAX; i++)
            if (waiting[1 + 2 * i].revents != 0 || waiting[2 + 2 * i].revents != 0)
                pass_on(&connections[i], waiting[1 + 2 * i].revents != 0, waiting[2 + 2 * i].revents != 0);
        if (waiting[0].revents != 0)
            accept_client(listener, connections);
    }
}

pid_t proxy_begin(const char *folder) {
    const struct sockaddr_un address = socket_address(folder, getenv("PGPORT"));
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert(listener >= 0 && bind(listener, (const struct sockaddr *)&address, sizeof address) == 0 &&
                  listen(listener, CONNECTIONS_MAX) == 0,
              "cannot listen at %s: %s", address.sun_path, strerror(errno));
    const pid_t child = fork();
    cr_assert(child >= 0, "cannot fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGUSR1, arm);
        signal(SIGUSR2, arm);
        forward(listener);
    }
    close(listener);
    return child;
}

void proxy_lose_answer(pid_t proxy, bool any) {
    kill(proxy, any ? SIGUSR2 : SIGUSR1);
    pause_ms(20); /* until it has heard */
}

void proxy_end(pid_t proxy, const char *folder) {
    const struct sockaddr_un address = socket_address(folder, getenv("PGPORT"));
    kill(proxy, SIGKILL);
    waitpid(proxy, NULL, 0);
    unlink(address.sun_path);
}
