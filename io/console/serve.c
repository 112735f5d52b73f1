#include "io/console/serve.h"

#include <libxml/parser.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/base/log.h"
#include "io/base/mask.h"
#include "io/console/login_limit.h"
#include "io/console/page.h"
#include "io/intake/code_list.h"

#define SWEEP_SECONDS 2
#define PASSWORD_SIZE_MAX 256

typedef struct {
    const Invocation *invocation;
    const ServeOptions *options;
    Sessions *sessions;
    RateSet rates;
    _Atomic uint16_t port;      /* requests may come before it is known which one it is */
    pthread_mutex_t login_lock; /* of login_limit */
    LoginLimit login_limit;
} Serve;

/* --- The addresses -------------------------------------------------------------------------------------------------------- */

typedef struct {
    bool post;
    const char *address; /* * is any one part, which becomes an argument */
    PageFunction *page;
} Route;

static const Route routes[] = {
    {false, "/runs", page_runs},
    {false, "/runs/*", page_run},
    {false, "/runs/*/findings/*", page_run_finding},
    {false, "/differences", page_differences},
    {false, "/rejects", page_rejects},
    {false, "/rejects/*", page_rejects_code},
    {false, "/held", page_held},
    {false, "/person", page_person_search},
    {true, "/person", page_person_search},
    {false, "/person/*", page_person},
    {false, "/person/*/*", page_person_month},
    {false, "/batches", page_batches},
    {false, "/batches/*", page_batch},
    {true, "/batches/*/approve", page_batch_approve},
    {true, "/batches/*/cancel", page_batch_cancel},
    {true, "/batches/*/file", page_batch_file},
    {false, "/rates", page_rates},
    {true, "/language", page_language},
};

static bool address_fits(const char *pattern, const char *path,
                         char arguments[PAGE_ARGUMENTS_MAX][PAGE_ARGUMENT_SIZE]) {
    int count = 0;
    while (*pattern != '\0') {
        if (*pattern != '*') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        const size_t size = strcspn(path, "/");
        if (size == 0 || size >= PAGE_ARGUMENT_SIZE || count == PAGE_ARGUMENTS_MAX)
            return false;
        memcpy(arguments[count], path, size);
        arguments[count++][size] = '\0';
        path += size;
        pattern++;
    }
    return *path == '\0';
}

static const Route *route_find(const HttpRequest *request, Page *page) {
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (routes[i].post == http_is_post(request) &&
            address_fits(routes[i].address, http_path(request), page->argument))
            return &routes[i];
    return NULL;
}

/* --- Cookies and tokens --------------------------------------------------------------------------------------------------- */

/* A browser takes a cookie of the first kind over https alone, and from this host alone. */
static const char *session_cookie(const Serve *serve) {
    return serve->options->public_host != NULL ? "__Host-ydelse" : "ydelse";
}
static const char *door_cookie(const Serve *serve) {
    return serve->options->public_host != NULL ? "__Host-ydelse-login" : "ydelse-login";
}

static void cookie_set(const Serve *serve, HttpResponse *response, const char *name, const char *value) {
    snprintf(response->set_cookie, sizeof response->set_cookie,
             "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", name, value,
             serve->options->public_host != NULL ? "; Secure" : "", value[0] == '\0' ? "; Max-Age=0" : "");
}

static bool tokens_equal(const char *given, const char *expected) {
    unsigned different = 0;
    if (given == NULL || strlen(given) != SESSION_TOKEN_SIZE - 1 ||
        strlen(expected) != SESSION_TOKEN_SIZE - 1)
        return false;
    for (size_t i = 0; i < SESSION_TOKEN_SIZE - 1; i++)
        different |= (unsigned char)given[i] ^ (unsigned char)expected[i];
    return different == 0;
}

/* A browser says where a form came from; an older one says nothing. */
static bool came_from_elsewhere(const HttpRequest *request) {
    const char *site = http_header(request, "Sec-Fetch-Site");
    return site != NULL && strcmp(site, "same-origin") != 0;
}

static int64_t now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec;
}

/* --- The way in ------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *danish, *english;
} Words;

/* A language that was asked for in the address or the form; else the setting's. */
static bool language_of(const Serve *serve, const HttpRequest *request) {
    const char *language = http_query(request, "lang");
    if (language == NULL)
        language = http_form(request, "lang");
    if (language != NULL && strcmp(language, "en") == 0)
        return false;
    return language != NULL && strcmp(language, "da") == 0 ? true : command_danish(serve->invocation);
}

static void write_login(Page *page, const char *token, const Words *message) {
    const PageField user = {
        .name = "user",
        .type = "text",
        .label = page_words(page, "Bruger", "User"),
        .hint = page_words(page, "Din egen bruger i databasen", "Your own user of the database"),
        .autocomplete = "username",
        .required = true};
    const PageField password = {.name = "password",
                                .type = "password",
                                .label = page_words(page, "Adgangskode", "Password"),
                                .autocomplete = "current-password",
                                .required = true};
    if (message != NULL) {
        html_open(page->html, "div", "message bad");
        html_attribute(page->html, "role", "alert");
        html_element(page->html, "p", NULL, page->danish ? message->danish : message->english);
        html_close(page->html);
    }
    page_form(page, "/login", "panel");
    page_hidden(page, "token", token);
    page_hidden(page, "lang", page->danish ? "da" : "en");
    page_field(page, &user);
    page_field(page, &password);
    page_button(page, NULL, page_words(page, "Log ind", "Log in"));
    html_close(page->html);
    html_element(
        page->html, "p", "src",
        page_words(page, "Databasens roller afgør, hvad du kan se og gøre. Adgangskoden gemmes ikke.",
                   "The database's roles decide what you see and may do. The password is not stored."));
}

static Status login_page(const Serve *serve, Page *page, int http_status, const Words *message,
                         Error *error) {
    char token[SESSION_TOKEN_SIZE];
    if (!session_random(token))
        return error_set(error, STATUS_INTERNAL, "no random numbers");
    cookie_set(serve, page->response, door_cookie(serve), token);
    page->response->status = http_status;
    Status status = page_begin(page, NAV_NONE, page_words(page, "Log ind", "Log in"), error);
    if (status == STATUS_OK) {
        write_login(page, token, message);
        status = page_end(page, error);
    }
    return status;
}

/* Seconds to wait, counting the attempt as failed until login_worked says otherwise: so that many attempts at once
 * are as slow as one after another. */
static int64_t login_attempt(Serve *serve, const char *user) {
    const int64_t now = now_seconds();
    pthread_mutex_lock(&serve->login_lock);
    const int64_t wait = login_limit_wait(&serve->login_limit, user, now);
    if (wait == 0)
        login_limit_failed(&serve->login_limit, user, now);
    pthread_mutex_unlock(&serve->login_lock);
    return wait;
}

static void login_worked(Serve *serve, const char *user) {
    pthread_mutex_lock(&serve->login_lock);
    login_limit_succeeded(&serve->login_limit, user);
    pthread_mutex_unlock(&serve->login_lock);
}

/* What was typed as a user may be anything, also a CPR number. */
static void log_login(const char *user, const char *what) {
    char shown[LOGIN_NAME_SIZE];
    snprintf(shown, sizeof shown, "%s", user);
    mask_message(shown);
    log_info("serve: %s: %s", shown, what);
}

static Status connect_as(Serve *serve, const char *user, const char *password, Pg **pg, Error *error) {
    Status status = pg_connect_login(command_dsn(serve->invocation), user, password,
                                     SERVE_STATEMENT_MILLISECONDS, pg, error);
    if (status == STATUS_OK)
        status = pg_require_schema(*pg, error);
    if (status != STATUS_OK) {
        pg_close(*pg);
        *pg = NULL;
    }
    return status;
}

static const Words *login_words(Status status) {
    static const Words refused = {
        "Brugeren og adgangskoden passer ikke sammen, eller brugeren har ingen ret "
        "til ydelse.",
        "The user and the password do not fit, or the user has no rights to ydelse."};
    static const Words away = {"Databasen kan ikke nås lige nu. Prøv igen om lidt.",
                               "The database cannot be reached right now. Try again in a moment."};
    static const Words no_password = {
        "Databaseserveren spørger ikke efter adgangskode, og så beviser den intet. "
        "Den, der driver serveren, må rette det (pg_hba.conf: scram-sha-256).",
        "The database server asks for no password, so it proves nothing. Whoever "
        "runs the server must mend that (pg_hba.conf: scram-sha-256)."};
    if (status == STATUS_CONFIG)
        return &no_password;
    return status == STATUS_NOT_PERMITTED ? &refused : &away;
}

static Status login(Serve *serve, Page *page, const char *user, const char *password, Error *error) {
    static const Words too_often = {"Der er for mange forsøg, der ikke lykkedes. Vent ti minutter.",
                                    "Too many attempts have failed. Wait ten minutes."};
    char token[SESSION_TOKEN_SIZE];
    Pg *pg = NULL;
    if (login_attempt(serve, user) > 0) {
        log_login(user, "login refused, too many attempts");
        return login_page(serve, page, 429, &too_often, error);
    }
    Status status = connect_as(serve, user, password, &pg, error);
    if (status == STATUS_OK)
        status = session_begin(serve->sessions, user, page->danish, pg, now_seconds(), token, error);
    if (status != STATUS_OK) {
        log_login(user, status == STATUS_NOT_PERMITTED ? "login failed" : error->message);
        return login_page(serve, page, status == STATUS_NOT_PERMITTED ? 403 : 503, login_words(status),
                          error);
    }
    login_worked(serve, user);
    log_login(user, "logged in");
    cookie_set(serve, page->response, session_cookie(serve), token);
    return page_redirect(page, "/runs");
}

static Status login_form(Serve *serve, Page *page, Error *error) {
    static const Words try_again = {"Siden var for gammel. Prøv igen.", "The page was too old. Try again."};
    static const Words incomplete = {"Skriv både bruger og adgangskode.", "Enter both user and password."};
    const HttpRequest *request = page->request;
    const char *user = http_form(request, "user"), *password = http_form(request, "password");
    const char *door = http_cookie(request, door_cookie(serve));
    if (came_from_elsewhere(request) || door == NULL || !tokens_equal(http_form(request, "token"), door))
        return login_page(serve, page, 403, &try_again, error);
    if (user == NULL || user[0] == '\0' || strlen(user) >= SESSION_USER_SIZE || password == NULL ||
        password[0] == '\0' || strlen(password) > PASSWORD_SIZE_MAX)
        return login_page(serve, page, 400, &incomplete, error);
    return login(serve, page, user, password, error);
}

static Status door(Serve *serve, Page *page, Error *error) {
    static const Words over = {"Du er logget ud, fordi siden ikke blev brugt, eller fordi dagen er gået.",
                               "You are logged out: the page was not used, or the day is over."};
    page->danish = language_of(serve, page->request);
    if (http_is_post(page->request))
        return login_form(serve, page, error);
    return login_page(serve, page, 200, http_query(page->request, "over") != NULL ? &over : NULL, error);
}

/* --- A request of somebody who is logged in -------------------------------------------------------------------------------- */

static void leave_transaction(Pg *pg) {
    Error ignored;
    if (pg_in_transaction(pg))
        (void)pg_script(pg, "ROLLBACK", &ignored);
}

static Status log_out(Serve *serve, Page *page) {
    log_login(page->session->user, "logged out");
    session_end(serve->sessions, page->session);
    cookie_set(serve, page->response, session_cookie(serve), "");
    return page_redirect(page, "/login");
}

static Status answer_page(Serve *serve, Page *page, Error *error) {
    if (http_is_post(page->request) && (came_from_elsewhere(page->request) ||
                                        !tokens_equal(http_form(page->request, "csrf"), page->session->csrf)))
        return page_error(page, error, STATUS_NOT_PERMITTED,
                          "Formularen kom ikke fra denne side. Hent siden igen.",
                          "The form did not come from this page. Load the page again.");
    if (strcmp(http_path(page->request), "/") == 0)
        return page_redirect(page, "/runs");
    if (strcmp(http_path(page->request), "/logout") == 0 && http_is_post(page->request))
        return log_out(serve, page);
    const Route *route = route_find(page->request, page);
    if (route == NULL)
        return page_error(page, error, STATUS_DATA, "Der er ingen side på den adresse.",
                          "There is no page at this address.");
    if (!route->post)
        snprintf(page->session->here, sizeof page->session->here, "%s", http_path(page->request));
    Status status = route->page(page, error);
    if (status == STATUS_OK && page->html != NULL)
        status = page_end(page, error);
    return status;
}

static void answer_session(Serve *serve, Page *page) {
    Error error = {.status = STATUS_OK};
    page->pg = page->session->pg;
    page->danish = page->session->danish;
    const Status status = answer_page(serve, page, &error);
    leave_transaction(page->pg);
    if (status != STATUS_OK) {
        error.status = status;
        page_trouble(page, &error);
        log_detail("serve: %s: %s: %s", page->session->user, http_path(page->request), error.message);
    }
    if (status == STATUS_UNAVAILABLE)
        session_end(serve->sessions, page->session);
    session_release(serve->sessions, page->session);
}

/* --- Every request ----------------------------------------------------------------------------------------------------------- */

/* A page of another site whose name was made to lead here must not be answered as if it were this one. */
static bool host_is_ours(const Serve *serve, const HttpRequest *request) {
    const char *host = http_header(request, "Host");
    const char *names[] = {"127.0.0.1", "localhost", "[::1]", serve->options->address,
                           serve->options->public_host};
    char with_port[160];
    for (size_t i = 0; host != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (names[i] == NULL)
            continue;
        snprintf(with_port, sizeof with_port, "%.120s:%u", names[i], (unsigned)serve->port);
        if (strcmp(host, names[i]) == 0 || strcmp(host, with_port) == 0)
            return true;
    }
    return false;
}

static void answer_stylesheet(HttpResponse *response) {
    const char *bytes = html_stylesheet(&response->body_size);
    response->body = malloc(response->body_size);
    response->status = response->body == NULL ? 500 : 200;
    if (response->body == NULL)
        response->body_size = 0;
    else
        memcpy(response->body, bytes, response->body_size);
    response->content_type = "text/css; charset=utf-8";
    response->may_be_kept = true;
}

static void answer(void *context, const HttpRequest *request, HttpResponse *response) {
    Serve *serve = context;
    const char *token = http_cookie(request, session_cookie(serve));
    Page page = {.invocation = serve->invocation,
                 .rates = &serve->rates,
                 .request = request,
                 .response = response,
                 .danish = command_danish(serve->invocation)};
    if (!host_is_ours(serve, request)) {
        response->status = 421;
    } else if (strcmp(http_path(request), "/console.css") == 0) {
        answer_stylesheet(response);
    } else if (strcmp(http_path(request), "/favicon.ico") == 0) {
        response->status = 204;
    } else if (strcmp(http_path(request), "/login") == 0) {
        Error error = {.status = STATUS_OK};
        if (door(serve, &page, &error) != STATUS_OK)
            page_trouble(&page, &error);
    } else {
        page.session = token == NULL ? NULL : session_acquire(serve->sessions, token, now_seconds());
        if (page.session != NULL)
            answer_session(serve, &page);
        else
            (void)page_redirect(&page, token == NULL ? "/login" : "/login?over=1");
    }
    html_free(page.html);
}

/* --- The server ------------------------------------------------------------------------------------------------------------ */

static void wait_for_end(Serve *serve, HttpServer *server, const sigset_t *signals) {
    const struct timespec period = {.tv_sec = SWEEP_SECONDS};
    while (sigtimedwait(signals, NULL, &period) < 0) {
        sessions_sweep(serve->sessions, now_seconds());
        http_sweep(server);
    }
}

static Status serve_until_ended(Serve *serve, Error *error) {
    const ServeOptions *options = serve->options;
    const HttpOptions http = {.address = options->address,
                              .port = options->port,
                              .behind_tls = options->public_host != NULL,
                              .request_seconds = options->request_seconds,
                              .answer = answer,
                              .context = serve};
    HttpServer *server = NULL;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGPIPE); /* a browser that has gone away */
    /* Before there are threads, which inherit it: the main thread alone hears of the end. */
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    sigdelset(&signals, SIGPIPE);
    serve->port = options->port;
    const Status status = http_start(&http, &server, error);
    if (status != STATUS_OK)
        return status;
    serve->port = http_port(server);
    const bool bracket = strchr(options->address, ':') != NULL;
    printf("http://%s%s%s:%u/\n", bracket ? "[" : "", options->address, bracket ? "]" : "",
           (unsigned)serve->port);
    fflush(stdout);
    wait_for_end(serve, server, &signals);
    log_info("serve: ends, %d sessions", sessions_count(serve->sessions));
    http_stop(server);
    return STATUS_OK;
}

Status serve(const Invocation *invocation, const ServeOptions *options, Error *error) {
    Serve *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->invocation = invocation;
    made->options = options;
    pthread_mutex_init(&made->login_lock, NULL);
    xmlInitParser();
    Status status = code_lists_load(error);
    if (status == STATUS_OK)
        status = rate_set_load(NULL, &made->rates, error);
    if (status == STATUS_OK)
        status = sessions_create(options->idle_seconds, &made->sessions, error);
    if (status == STATUS_OK)
        status = serve_until_ended(made, error);
    sessions_free(made->sessions);
    rate_set_free(&made->rates);
    pthread_mutex_destroy(&made->login_lock);
    free(made);
    return status;
}
