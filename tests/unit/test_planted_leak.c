/* Leaks only when asked to: `make sanitize` shows by it that a leak inside a test does not go unseen. */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(planted, leak) {
    if (getenv("YDELSE_PLANT_LEAK") == NULL)
        return;
    char *volatile bytes = malloc(100);
    cr_assert_not_null(bytes);
    bytes = NULL;
}
