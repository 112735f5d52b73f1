/* No CPR number in a message, whatever it is written like. */
#include <criterion/criterion.h>
#include <string.h>

#include "io/base/mask.h"

static Text text_of(const char *text) {
    return (Text){text, (uint32_t)strlen(text)};
}

Test(mask, serial_numbers_are_hidden) {
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"", ""},
        {"abc", "abc"},
        {"12345", "12345"},
        {"123456789", "123456789"},
        {"7001801001", "700180****"},
        {"700180-1001", "700180-****"},
        {"700180 1001", "700180 ****"},
        {"700180 - 1001", "700180 - ****"},
        {"700180/1001", "700180/****"},
        {"700180--1001x", "700180--****x"},
        {"x7001801001y", "x700180****y"},
        {"70018010012", "700180*****"},
        {"7001801001;6006751002", "700180****;600675****"},
        {"700180-100", "700180-100"},
        {"4.000.000,00", "4.000.000,00"},
        {"123456 12", "123456 12"},
        {"2024-03-01", "2024-03-01"},
        {"F-700180-1001-2", "F-700180-****-2"},
        {"a\nb\tc\x1b[0m", "a?b?c?[0m"},
        {"a\x7F", "a?"},
        {"\xC2\x85x", "??x"},
        {"\xE6\xF8", "??"},
        {"æøå", "æøå"},
    };
    char shown[MASKED_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mask_text(text_of(cases[i].text), shown);
        cr_expect_str_eq(shown, cases[i].expected);
    }
    mask_text((Text){NULL, 0}, shown);
    cr_expect_str_eq(shown, "");
    mask_text((Text){"a\0b", 3}, shown);
    cr_expect_str_eq(shown, "a?b");
}

/* A seal or hash is printed to be compared: digits within it are not a number of anybody. */
Test(mask, a_hash_is_left_as_it_is) {
#define HASH63 "191b27717012345678f2068b4465f2173b0a191b277170aaaaf2068b4465f21"
#define MASKED63 "191b277170********f2068b4465f2173b0a191b277170aaaaf2068b4465f21"
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"seal=" HASH63 "7", "seal=" HASH63 "7"},
        {HASH63 "7;7001801001", HASH63 "7;700180****"},
        {"x" HASH63 "7", "x" MASKED63 "7"},
        {HASH63, MASKED63},
        {HASH63 "77", MASKED63 "77"},
        {HASH63 "7x", MASKED63 "7x"},
        {"7001801001700180100170018010017001801001700180100170018010017001",
         "700180**********************************************************"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char message[128];
        strcpy(message, cases[i].text);
        mask_message(message);
        cr_expect_str_eq(message, cases[i].expected, "%s: %s", cases[i].text, message);
        cr_expect_eq(mask_is_needed(cases[i].text), strcmp(cases[i].text, cases[i].expected) != 0);
    }
}

Test(mask, a_message_is_one_line_whatever_it_quotes) {
    static const char *const cases[][2] = {
        {"cannot open a\nydelse: done\x1B[2J", "cannot open a?ydelse: done?[2J"},
        {"\xC3", "?"},
        {"a\xC2\x85z \xED\xA0\x80 \xC3\xB8", "a??z ??? \xC3\xB8"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char message[64];
        strcpy(message, cases[i][0]);
        mask_unprintable(message);
        cr_expect_str_eq(message, cases[i][1]);
    }
}

Test(mask, a_cpr_column_shows_six_digits_at_most) {
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"7001801001", "700180****"},         {"107701234", "107701***"},
        {"700180-1001", "700180-****"},       {"70.01.80.10.01", "70.01.80.**.**"},
        {"cpr 7001801001", "cpr 700180****"}, {"æ", "æ"},
    };
    char shown[MASKED_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mask_cpr(text_of(cases[i].text), shown);
        cr_expect_str_eq(shown, cases[i].expected);
    }
}

/* Wherever a long text is cut, no number shows its end, and no character is halved. */
Test(mask, cutting_hides_nothing_and_halves_nothing) {
    char text[1000];
    char shown[MASKED_SIZE];
    for (size_t before = 0; before < 450; before++) {
        memset(text, 'x', before);
        strcpy(text + before,
               "7001801001æøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøåæøå");
        mask_text(text_of(text), shown);
        cr_assert(strlen(shown) < MASKED_SIZE);
        cr_expect_null(strstr(shown, "7001801"));
        for (const char *at = shown; *at != '\0'; at++)
            if ((unsigned char)*at == 0xC3)
                cr_expect(((unsigned char)at[1] & 0xC0) == 0x80);
    }
}
