/* The other language for the rest of the session, and back to the page that was shown. */
#include <string.h>

#include "io/console/page.h"

Status page_language(Page *page, Error *error) {
    const char *language = http_form(page->request, "language");
    (void)error;
    if (language != NULL)
        page->session->danish = strcmp(language, "en") != 0;
    return page_redirect(page, "%s", page->session->here[0] == '/' ? page->session->here : "/runs");
}
