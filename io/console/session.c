#include "io/console/session.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define TOKEN_BYTES 32
#define SALT_DIGITS 8

typedef struct {
    Session session; /* first: a Session is its Entry */
    char token[SESSION_TOKEN_SIZE];
    char salt[SALT_DIGITS + 1]; /* begins the handles: those of an earlier session name nobody */
    Cpr *people;                /* SESSION_PEOPLE_MAX of them */
    int32_t person_count;       /* ever; person n is at n % SESSION_PEOPLE_MAX */
    int64_t began, used;
    int users;  /* requests that have it or wait for it */
    bool ended; /* nobody finds it any more */
    pthread_mutex_t busy;
} Entry;

struct Sessions {
    pthread_mutex_t lock; /* of everything here but what belongs to the request that has a session */
    int64_t idle_seconds;
    Entry *entries[SESSIONS_MAX];
};

static Entry *entry_of(Session *session) {
    return (Entry *)(void *)session;
}

bool session_random(char token[SESSION_TOKEN_SIZE]) {
    unsigned char bytes[TOKEN_BYTES];
    size_t filled = 0;
    while (filled < sizeof bytes) {
        const ssize_t got = getrandom(bytes + filled, sizeof bytes - filled, 0);
        if (got < 0 && errno != EINTR)
            return false;
        filled += got < 0 ? 0 : (size_t)got;
    }
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(token + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

/* Takes as long for a token that is nearly right as for any other. */
static bool tokens_equal(const char *a, const char *b) {
    unsigned different = 0;
    for (size_t i = 0; i < SESSION_TOKEN_SIZE - 1; i++)
        different |= (unsigned char)a[i] ^ (unsigned char)b[i];
    return different == 0;
}

static void entry_free(Entry *entry) {
    if (entry == NULL)
        return;
    pg_rows_free(entry->session.trend);
    pg_close(entry->session.pg);
    pthread_mutex_destroy(&entry->busy);
    free(entry->people);
    free(entry);
}

Status sessions_create(int64_t idle_seconds, Sessions **sessions, Error *error) {
    *sessions = calloc(1, sizeof **sessions);
    if (*sessions == NULL)
        return error_no_memory(error);
    pthread_mutex_init(&(*sessions)->lock, NULL);
    (*sessions)->idle_seconds = idle_seconds;
    return STATUS_OK;
}

void sessions_free(Sessions *sessions) {
    if (sessions == NULL)
        return;
    for (int i = 0; i < SESSIONS_MAX; i++)
        entry_free(sessions->entries[i]);
    pthread_mutex_destroy(&sessions->lock);
    free(sessions);
}

/* --- With the lock held ------------------------------------------------------------------------------------------------ */

static bool is_over(const Sessions *sessions, const Entry *entry, int64_t now) {
    return entry->ended || now - entry->used > sessions->idle_seconds ||
           now - entry->began > (int64_t)SESSION_HOURS_MAX * 3600;
}

/* Takes what is over, and nobody has, out of the table; the caller frees it without the lock, for that speaks with
 * the database. */
static int take_over_ones(Sessions *sessions, int64_t now, Entry *over[SESSIONS_MAX]) {
    int count = 0;
    for (int i = 0; i < SESSIONS_MAX; i++) {
        Entry *entry = sessions->entries[i];
        if (entry == NULL || !is_over(sessions, entry, now))
            continue;
        entry->ended = true;
        if (entry->users == 0) {
            over[count++] = entry;
            sessions->entries[i] = NULL;
        }
    }
    return count;
}

/* A user who logs in again and again keeps the newest sessions. */
static void end_oldest_of(Sessions *sessions, const char *user) {
    Entry *oldest = NULL;
    int count = 0;
    for (int i = 0; i < SESSIONS_MAX; i++) {
        Entry *entry = sessions->entries[i];
        if (entry == NULL || entry->ended || strcmp(entry->session.user, user) != 0)
            continue;
        count++;
        if (oldest == NULL || entry->used < oldest->used)
            oldest = entry;
    }
    if (count >= SESSIONS_PER_USER_MAX)
        oldest->ended = true;
}

static bool put(Sessions *sessions, Entry *entry) {
    for (int i = 0; i < SESSIONS_MAX; i++)
        if (sessions->entries[i] == NULL) {
            sessions->entries[i] = entry;
            return true;
        }
    return false;
}

/* --- For requests ------------------------------------------------------------------------------------------------------ */

void sessions_sweep(Sessions *sessions, int64_t now) {
    Entry *over[SESSIONS_MAX];
    pthread_mutex_lock(&sessions->lock);
    const int count = take_over_ones(sessions, now, over);
    pthread_mutex_unlock(&sessions->lock);
    for (int i = 0; i < count; i++)
        entry_free(over[i]);
}

int sessions_count(Sessions *sessions) {
    int count = 0;
    pthread_mutex_lock(&sessions->lock);
    for (int i = 0; i < SESSIONS_MAX; i++)
        count += sessions->entries[i] != NULL && !sessions->entries[i]->ended;
    pthread_mutex_unlock(&sessions->lock);
    return count;
}

static Entry *entry_create(const char *user, bool danish, Pg *pg, int64_t now) {
    char salt[SESSION_TOKEN_SIZE];
    Entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL)
        return NULL;
    entry->people = calloc(SESSION_PEOPLE_MAX, sizeof *entry->people);
    if (entry->people == NULL || !session_random(entry->token) || !session_random(entry->session.csrf) ||
        !session_random(salt)) {
        free(entry->people);
        free(entry);
        return NULL;
    }
    memcpy(entry->salt, salt, SALT_DIGITS);
    snprintf(entry->session.user, sizeof entry->session.user, "%s", user);
    entry->session.danish = danish;
    entry->session.pg = pg;
    entry->began = entry->used = now;
    pthread_mutex_init(&entry->busy, NULL);
    return entry;
}

Status session_begin(Sessions *sessions, const char *user, bool danish, Pg *pg, int64_t now,
                     char token[SESSION_TOKEN_SIZE], Error *error) {
    Entry *entry = entry_create(user, danish, pg, now);
    if (entry == NULL) {
        pg_close(pg);
        return error_set(error, STATUS_INTERNAL, "out of memory or random numbers");
    }
    memcpy(token, entry->token, SESSION_TOKEN_SIZE);
    pthread_mutex_lock(&sessions->lock);
    end_oldest_of(sessions, user);
    pthread_mutex_unlock(&sessions->lock);
    sessions_sweep(sessions, now);
    pthread_mutex_lock(&sessions->lock);
    const bool there_was_room = put(sessions, entry);
    pthread_mutex_unlock(&sessions->lock);
    if (there_was_room)
        return STATUS_OK;
    entry_free(entry);
    return error_set(error, STATUS_TRY_AGAIN, "there are %d sessions already", SESSIONS_MAX);
}

Session *session_acquire(Sessions *sessions, const char *token, int64_t now) {
    Entry *found = NULL;
    if (strlen(token) != SESSION_TOKEN_SIZE - 1)
        return NULL;
    pthread_mutex_lock(&sessions->lock);
    for (int i = 0; i < SESSIONS_MAX; i++) {
        Entry *entry = sessions->entries[i];
        if (entry != NULL && !is_over(sessions, entry, now) && tokens_equal(entry->token, token))
            found = entry;
    }
    if (found != NULL) {
        found->users++;
        found->used = now;
    }
    pthread_mutex_unlock(&sessions->lock);
    if (found == NULL)
        return NULL;
    pthread_mutex_lock(&found->busy);
    pthread_mutex_lock(&sessions->lock);
    const bool ended = found->ended; /* while we waited */
    pthread_mutex_unlock(&sessions->lock);
    if (!ended)
        return &found->session;
    session_release(sessions, &found->session);
    return NULL;
}

void session_release(Sessions *sessions, Session *session) {
    Entry *entry = entry_of(session);
    Entry *unused = NULL;
    pthread_mutex_unlock(&entry->busy);
    pthread_mutex_lock(&sessions->lock);
    entry->users--;
    for (int i = 0; i < SESSIONS_MAX && entry->ended && entry->users == 0; i++)
        if (sessions->entries[i] == entry) {
            sessions->entries[i] = NULL;
            unused = entry;
        }
    pthread_mutex_unlock(&sessions->lock);
    entry_free(unused);
}

void session_end(Sessions *sessions, Session *session) {
    pthread_mutex_lock(&sessions->lock);
    entry_of(session)->ended = true;
    pthread_mutex_unlock(&sessions->lock);
}

/* --- People --------------------------------------------------------------------------------------------------------------- */

bool session_person_handle(Session *session, Cpr cpr, char handle[SESSION_HANDLE_SIZE]) {
    Entry *entry = entry_of(session);
    const int32_t first =
        entry->person_count > SESSION_PEOPLE_MAX ? entry->person_count - SESSION_PEOPLE_MAX : 0;
    int32_t number = first;
    while (number < entry->person_count && entry->people[number % SESSION_PEOPLE_MAX].number != cpr.number)
        number++;
    if (number == INT32_MAX)
        return false;
    if (number == entry->person_count) {
        entry->people[number % SESSION_PEOPLE_MAX] = cpr;
        entry->person_count++;
    }
    snprintf(handle, SESSION_HANDLE_SIZE, "%s-%d", entry->salt, number + 1);
    return true;
}

bool session_person_find(const Session *session, const char *handle, Cpr *cpr) {
    const Entry *entry = (const Entry *)(const void *)session;
    char *end = NULL;
    if (strncmp(handle, entry->salt, SALT_DIGITS) != 0 || handle[SALT_DIGITS] != '-' ||
        strlen(handle) > SALT_DIGITS + 11)
        return false;
    const long number = strtol(handle + SALT_DIGITS + 1, &end, 10);
    if (*end != '\0' || number < 1 || number > entry->person_count ||
        number <= entry->person_count - SESSION_PEOPLE_MAX)
        return false;
    *cpr = entry->people[(number - 1) % SESSION_PEOPLE_MAX];
    return true;
}
