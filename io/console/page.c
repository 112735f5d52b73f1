#include "io/console/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/base/embedded.h"
#include "io/pg/pg.h"

const char *page_words(const Page *page, const char *danish, const char *english) {
    return page->danish ? danish : english;
}

/* --- The frame ------------------------------------------------------------------------------------------------------------ */

static const struct {
    Nav nav;
    const char *address, *danish, *english;
} navigation[] = {
    {NAV_RUNS, "/runs", "Kørsler", "Runs"},
    {NAV_DIFFERENCES, "/differences", "Forskelle", "Differences"},
    {NAV_REJECTS, "/rejects", "Afviste rækker", "Rejects"},
    {NAV_HELD, "/held", "Tilbageholdte", "Held"},
    {NAV_PERSON, "/person", "Person", "Person"},
    {NAV_BATCHES, "/batches", "Betalinger", "Payments"},
    {NAV_RATES, "/rates", "Satser", "Rates"},
};

static void write_navigation(Page *page, Nav nav) {
    html_open(page->html, "nav", "inner");
    html_attribute(page->html, "aria-label", page_words(page, "Sider", "Pages"));
    html_open(page->html, "ul", NULL);
    for (size_t i = 0; i < sizeof navigation / sizeof navigation[0]; i++) {
        html_open(page->html, "li", NULL);
        html_open(page->html, "a", NULL);
        html_attribute(page->html, "href", navigation[i].address);
        if (navigation[i].nav == nav)
            html_attribute(page->html, "aria-current", "page");
        html_text(page->html, "%s", page->danish ? navigation[i].danish : navigation[i].english);
        html_close(page->html);
        html_close(page->html);
    }
    html_close(page->html);
    html_close(page->html);
}

/* A form of one button that looks like a link. */
static void write_action(Page *page, const char *action, const char *name, const char *value,
                         const char *text) {
    page_form(page, action, NULL);
    if (name != NULL)
        page_hidden(page, name, value);
    html_open(page->html, "button", "plain");
    html_attribute(page->html, "type", "submit");
    if (name != NULL)
        html_attribute(page->html, "lang", value);
    html_text(page->html, "%s", text);
    html_close(page->html);
    html_close(page->html);
}

static void write_top(Page *page, Nav nav) {
    html_open(page->html, "header", "top");
    html_open(page->html, "div", "inner brand");
    html_open(page->html, "a", "name");
    html_attribute(page->html, "href", "/runs");
    html_text(page->html, "ydelse ");
    html_element(page->html, "span", NULL,
                 page_words(page, "ressourceforløbsydelse", "resource course benefit"));
    html_close(page->html);
    html_open(page->html, "div", "who");
    if (page->session != NULL) {
        html_open(page->html, "span", NULL);
        html_text(page->html, "%s ", page_words(page, "Logget ind som", "Logged in as"));
        html_element(page->html, "strong", NULL, page->session->user);
        html_close(page->html);
        write_action(page, "/language", "language", page->danish ? "en" : "da",
                     page->danish ? "English" : "Dansk");
        write_action(page, "/logout", NULL, NULL, page_words(page, "Log ud", "Log out"));
    } else {
        html_open(page->html, "a", NULL);
        html_attribute(page->html, "href", page->danish ? "/login?lang=en" : "/login?lang=da");
        html_attribute(page->html, "lang", page->danish ? "en" : "da");
        html_text(page->html, "%s", page->danish ? "English" : "Dansk");
        html_close(page->html);
    }
    html_close(page->html);
    html_close(page->html);
    if (page->session != NULL)
        write_navigation(page, nav);
    html_close(page->html);
}

static void write_notice(Page *page) {
    if (page->session == NULL || page->session->notice[0] == '\0')
        return;
    html_open(page->html, "div", page->session->notice_is_refusal ? "message bad" : "message good");
    html_attribute(page->html, "role", page->session->notice_is_refusal ? "alert" : "status");
    html_element(page->html, "p", NULL, page->session->notice);
    html_close(page->html);
    page->session->notice[0] = '\0';
}

Status page_begin(Page *page, Nav nav, const char *title, Error *error) {
    char tab[160];
    snprintf(tab, sizeof tab, "%.120s – ydelse", page->tab == NULL ? title : page->tab);
    const Status status = html_begin_linked(&page->html, page->danish, tab, "/console.css", error);
    if (status != STATUS_OK)
        return status;
    html_attribute(page->html, "class", "console");
    html_open(page->html, "a", "skip");
    html_attribute(page->html, "href", "#content");
    html_text(page->html, "%s", page_words(page, "Gå til indholdet", "Skip to the content"));
    html_close(page->html);
    write_top(page, nav);
    html_open(page->html, "main", "inner");
    html_attribute(page->html, "id", "content");
    html_attribute(page->html, "tabindex", "-1");
    write_notice(page);
    html_element(page->html, "h1", NULL, title);
    return STATUS_OK;
}

Status page_end(Page *page, Error *error) {
    html_close(page->html);
    html_open(page->html, "footer", NULL);
    html_open(page->html, "div", "inner");
    html_text(page->html, "ydelse %s · %s", program_version,
              page_words(page, "Opslag på personer logges.", "Looks at people are logged."));
    html_close(page->html);
    html_close(page->html);
    HtmlPage *html = page->html;
    page->html = NULL;
    page->response->content_type = "text/html; charset=utf-8";
    if (page->response->status == 0)
        page->response->status = 200;
    return html_take(html, &page->response->body, &page->response->body_size, error);
}

/* --- Trouble --------------------------------------------------------------------------------------------------------------- */

typedef struct {
    Status status;
    int http;
    const char *danish, *english;
    const char *why_danish, *why_english;
} TroubleWords;

static const TroubleWords troubles[] = {
    {STATUS_USAGE, 400, "Det kunne ikke forstås", "That was not understood",
     "Ret adressen eller det, du skrev, og prøv igen.", "Mend the address or what you wrote, and try again."},
    {STATUS_DATA, 404, "Det findes ikke", "There is no such thing",
     "Adressen nævner noget, som ikke findes, eller som du ikke kan se.",
     "The address names something that does not exist, or that you cannot see."},
    {STATUS_NO_INPUT, 404, "Det findes ikke", "There is no such thing",
     "Adressen nævner noget, som ikke findes, eller som du ikke kan se.",
     "The address names something that does not exist, or that you cannot see."},
    {STATUS_NOT_PERMITTED, 403, "Det har du ikke ret til", "You are not permitted to do that",
     "Databasen siger nej: din bruger mangler den rolle, det kræver, eller er bundet til andre kommuner. "
     "Den, der styrer databasens brugere, kan give rollen.",
     "The database says no: your user lacks the role that this takes, or is bound to other municipalities. "
     "Whoever manages the users of the database can grant the role."},
    {STATUS_TRY_AGAIN, 503, "Det tog for lang tid", "It took too long",
     "Forespørgslen blev stoppet, eller noget er i brug af andre. Prøv igen om lidt.",
     "The query was stopped, or something is in use by others. Try again in a moment."},
    {STATUS_UNAVAILABLE, 503, "Databasen kan ikke nås", "The database cannot be reached",
     "Log ind igen om lidt.", "Log in again in a moment."},
    {STATUS_CONFIG, 503, "Opsætningen er ikke i orden", "The set-up is not in order",
     "Den, der driver systemet, må se på det: programmet og databasen passer ikke sammen.",
     "Whoever runs the system must look at it: the program and the database do not fit."},
};

static const TroubleWords *trouble_words(Status status) {
    static const TroubleWords other = {
        STATUS_INTERNAL,
        500,
        "Der skete en fejl",
        "Something went wrong",
        "Der er ikke gjort noget. Prøv igen; sker det igen, så send beskeden nedenfor til den, der driver "
        "systemet.",
        "Nothing was done. Try again; if it happens again, send the message below to whoever runs the "
        "system."};
    for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++)
        if (troubles[i].status == status)
            return &troubles[i];
    return &other;
}

void page_error_words(const Page *page, const Error *error, char *text, size_t text_size) {
    const TroubleWords *words = trouble_words(error->status);
    snprintf(text, text_size, "%s. %s", page->danish ? words->danish : words->english,
             page->danish ? words->why_danish : words->why_english);
}

/* What the database or the program said, as it said it: in English, for who has to find the cause. */
static void write_technical(Page *page, const Error *trouble) {
    const char *const lines[] = {trouble->message, trouble->detail, trouble->hint};
    html_open(page->html, "details", NULL);
    html_element(page->html, "summary", NULL,
                 page_words(page, "Teknisk besked (på engelsk)", "Technical message"));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (lines[i][0] != '\0') {
            html_open(page->html, "p", "src");
            html_attribute(page->html, "lang", "en");
            html_text(page->html, "%s", lines[i]);
            html_close(page->html);
        }
    html_close(page->html);
}

void page_trouble(Page *page, const Error *trouble) {
    const TroubleWords *words = trouble_words(trouble->status);
    Error ignored;
    html_free(page->html);
    page->html = NULL;
    page->response->status = words->http;
    if (page_begin(page, NAV_NONE, page->danish ? words->danish : words->english, &ignored) != STATUS_OK)
        return;
    html_open(page->html, "div", "message bad");
    html_attribute(page->html, "role", "alert");
    html_element(page->html, "p", NULL,
                 page->worded   ? trouble->message
                 : page->danish ? words->why_danish
                                : words->why_english);
    html_close(page->html);
    if (!page->worded)
        write_technical(page, trouble);
    html_open(page->html, "p", NULL);
    html_link(page->html, page_words(page, "Til forsiden", "To the front page"), "/");
    html_close(page->html);
    (void)page_end(page, &ignored);
}

/* --- Answers ---------------------------------------------------------------------------------------------------------------- */

Status page_error(Page *page, Error *error, Status status, const char *danish, const char *english) {
    page->worded = true;
    return error_set(error, status, "%s", page_words(page, danish, english));
}

Status page_redirect(Page *page, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(page->response->location, sizeof page->response->location, format, arguments);
    va_end(arguments);
    page->response->status = 303;
    return STATUS_OK;
}

void page_notice(Page *page, bool is_refusal, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(page->session->notice, sizeof page->session->notice, format, arguments);
    va_end(arguments);
    page->session->notice_is_refusal = is_refusal;
}

static bool read_number(const char *text, int32_t *number) {
    const size_t size = strlen(text);
    if (size == 0 || size > 9 || strspn(text, "0123456789") != size)
        return false;
    *number = (int32_t)strtol(text, NULL, 10);
    return true;
}

Status page_number(Page *page, int i, int32_t *number, Error *error) {
    if (read_number(page->argument[i], number) && *number > 0)
        return STATUS_OK;
    return page_error(page, error, STATUS_DATA, "Adressen har intet nummer, hvor der skal være et.",
                      "The address has no number where there must be one.");
}

int32_t page_first_row(const Page *page) {
    const char *text = http_query(page->request, "fra");
    int32_t first = 0;
    return text != NULL && read_number(text, &first) ? first : 0;
}

void page_turns(Page *page, const char *address, int32_t first, int32_t per_page, int64_t total) {
    char to[HTTP_PATH_SIZE + 32];
    if (first == 0 && total <= per_page)
        return;
    html_open(page->html, "nav", NULL);
    html_attribute(page->html, "aria-label", page_words(page, "Flere rækker", "More rows"));
    html_open(page->html, "p", "pages");
    if (first > 0) {
        snprintf(to, sizeof to, "%s?fra=%d", address, first > per_page ? first - per_page : 0);
        html_link(page->html, page_words(page, "← Forrige", "← Previous"), to);
    }
    html_open(page->html, "span", NULL);
    html_number(page->html, first + 1);
    html_text(page->html, "–");
    html_number(page->html, first + per_page < total ? first + per_page : total);
    html_text(page->html, " %s ", page_words(page, "af", "of"));
    html_number(page->html, total);
    html_close(page->html);
    if (first + per_page < total) {
        snprintf(to, sizeof to, "%s?fra=%d", address, first + per_page);
        html_link(page->html, page_words(page, "Næste →", "Next →"), to);
    }
    html_close(page->html);
    html_close(page->html);
}

/* --- Forms ------------------------------------------------------------------------------------------------------------------ */

void page_hidden(Page *page, const char *name, const char *value) {
    html_open(page->html, "input", NULL);
    html_attribute(page->html, "type", "hidden");
    html_attribute(page->html, "name", name);
    html_attribute(page->html, "value", value);
    html_close_empty(page->html);
}

void page_form(Page *page, const char *action, const char *class_name) {
    html_open(page->html, "form", class_name);
    html_attribute(page->html, "method", "post");
    html_attribute(page->html, "action", action);
    if (page->session != NULL)
        page_hidden(page, "csrf", page->session->csrf);
}

void page_field(Page *page, const PageField *field) {
    char id[48], hint_id[56];
    snprintf(id, sizeof id, "field-%.40s", field->name);
    snprintf(hint_id, sizeof hint_id, "%s-hint", id);
    html_open(page->html, "div", NULL);
    html_open(page->html, "label", NULL);
    html_attribute(page->html, "for", id);
    html_text(page->html, "%s", field->label);
    html_close(page->html);
    if (field->hint != NULL) {
        html_open(page->html, "p", "hint");
        html_attribute(page->html, "id", hint_id);
        html_text(page->html, "%s", field->hint);
        html_close(page->html);
    }
    html_open(page->html, "input", field->size == 0 ? "wide" : NULL);
    html_attribute(page->html, "id", id);
    html_attribute(page->html, "name", field->name);
    html_attribute(page->html, "type", field->type);
    if (field->size > 0)
        html_attribute_format(page->html, "size", "%d", field->size);
    if (field->hint != NULL)
        html_attribute(page->html, "aria-describedby", hint_id);
    html_attribute(page->html, "autocomplete", field->autocomplete == NULL ? "off" : field->autocomplete);
    if (field->required)
        html_attribute(page->html, "required", "required");
    if (field->value != NULL)
        html_attribute(page->html, "value", field->value);
    html_close_empty(page->html);
    html_close(page->html);
}

void page_button(Page *page, const char *class_name, const char *text) {
    html_open(page->html, "button", class_name);
    html_attribute(page->html, "type", "submit");
    html_text(page->html, "%s", text);
    html_close(page->html);
}

/* --- Parts ------------------------------------------------------------------------------------------------------------------ */

void page_message(Page *page, const char *class_name, const char *text) {
    char class_names[32];
    snprintf(class_names, sizeof class_names, "message %s", class_name);
    html_open(page->html, "div", class_names);
    html_element(page->html, "p", NULL, text);
    html_close(page->html);
}

void page_figure(Page *page, const char *name, const char *address, int64_t number) {
    html_figure(page->html, name, address, number, false);
}

void page_figure_kroner(Page *page, const char *name, Money amount) {
    html_figure(page->html, name, NULL, amount.oere, true);
}

void page_fact(Page *page, const char *name, const char *text) {
    if (text[0] == '\0')
        return;
    html_element(page->html, "dt", NULL, name);
    html_element(page->html, "dd", NULL, text);
}

void page_state(Page *page, const char *class_name, const char *word) {
    char class_names[32];
    snprintf(class_names, sizeof class_names, "state %s", class_name);
    html_element(page->html, "span", class_names, word);
}

void page_person_cell(Page *page, const char *cpr, const char *month) {
    char handle[SESSION_HANDLE_SIZE], address[64], shown[16];
    Cpr person;
    html_open(page->html, "td", "fixed");
    snprintf(shown, sizeof shown, "%.6s-%.4s", cpr, strlen(cpr) == CPR_DIGITS ? cpr + 6 : "");
    if (cpr_parse(cpr, (uint32_t)strlen(cpr), &person) &&
        session_person_handle(page->session, person, handle)) {
        snprintf(address, sizeof address, month[0] == '\0' ? "/person/%s" : "/person/%s/%.7s", handle, month);
        html_link(page->html, shown, address);
    } else {
        html_text(page->html, "%s", shown);
    }
    html_close(page->html);
}
