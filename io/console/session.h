/* Who is logged in to the console: a session is a database connection of that user, found by a secret token.
 *
 * The database decides what a session sees and may do; nothing about users is stored. A session ends by logging out,
 * when nobody used it for a while, and at the latest some hours after the login. One request at a time uses a session;
 * another one waits. Times are seconds of a clock that only goes forward, and are given.
 */
#ifndef YDELSE_IO_CONSOLE_SESSION_H
#define YDELSE_IO_CONSOLE_SESSION_H

#include "engine/cpr.h"
#include "io/pg/pg.h"

#define SESSIONS_MAX 32         /* each is a connection of the database */
#define SESSIONS_PER_USER_MAX 3 /* then the one that was used longest ago ends */
#define SESSION_HOURS_MAX 10    /* after the login, however much it is used */
#define SESSION_PEOPLE_MAX 2048 /* handles of people; then the oldest are given away */
#define SESSION_TOKEN_SIZE 65   /* 256 bits in hex */
#define SESSION_HANDLE_SIZE 24
#define SESSION_USER_SIZE 64

typedef struct {
    char csrf[SESSION_TOKEN_SIZE];
    char user[SESSION_USER_SIZE];
    bool danish;
    Pg *pg;
    char here[256];   /* the address of the page that was shown last, without its query */
    char notice[400]; /* told on the next page: what a form has done; "" nothing */
    bool notice_is_refusal;
    /* What every month owes is a sum over all that was ever sealed, and changes with a seal: kept until the key, of the
     * last seal and the municipalities seen, is another one. The session's own. */
    PgRows *trend;
    char trend_key[40];
} Session;

typedef struct Sessions Sessions;

Status sessions_create(int64_t idle_seconds, Sessions **sessions, Error *error);
/* No request may use one any more. */
void sessions_free(Sessions *sessions);

/* 256 random bits in hex; false when the system gives none. */
bool session_random(char token[SESSION_TOKEN_SIZE]);

/* Takes pg, also when it fails: STATUS_TRY_AGAIN when there are too many sessions. */
Status session_begin(Sessions *sessions, const char *user, bool danish, Pg *pg, int64_t now,
                     char token[SESSION_TOKEN_SIZE], Error *error);

/* The session of a token, for this request alone until session_release; NULL when there is none (any more). */
Session *session_acquire(Sessions *sessions, const char *token, int64_t now);
void session_release(Sessions *sessions, Session *session);
/* Ends it when it is released. */
void session_end(Sessions *sessions, Session *session);

/* Ends the sessions whose time is up, and closes their connections. */
void sessions_sweep(Sessions *sessions, int64_t now);
int sessions_count(Sessions *sessions);

/* A name for a person that means nothing outside of this session, for addresses of pages. */
bool session_person_handle(Session *session, Cpr cpr, char handle[SESSION_HANDLE_SIZE]);
bool session_person_find(const Session *session, const char *handle, Cpr *cpr);

#endif
