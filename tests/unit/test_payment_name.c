#include <criterion/criterion.h>
#include <string.h>

#include "io/pay/payment_name.h"

static void expect_name(const char *name, bool transliterate, const char *expected) {
    char text[PAYMENT_NAME_SIZE];
    payment_name(name, transliterate, text);
    cr_expect_str_eq(text, expected, "'%s' became '%s', expected '%s'", name, text, expected);
}

Test(payment_name, kept_as_it_is) {
    expect_name("Søren Ærlig-Ågård", false, "Søren Ærlig-Ågård");
    expect_name("O'Brien & Søn <\"]]>", false, "O'Brien & Søn <\"]]>");
    expect_name("\xF0\x9F\x98\x80 Glad", false, "\xF0\x9F\x98\x80 Glad");
}

Test(payment_name, blanks_and_what_xml_forbids) {
    expect_name("  Anna \t\n Bo  ", false, "Anna Bo");
    expect_name("An\x01na", false, "An na");
    expect_name("Anna\x7F", false, "Anna");
    expect_name("Anna\xC2\x85"
                "Bo",
                false, "Anna Bo"); /* U+0085 */
    expect_name("Anna\xC2\xA0"
                "Bo",
                false, "Anna Bo"); /* no-break space */
    expect_name("Anna\xEF\xBF\xBE"
                "Bo",
                false, "Anna Bo"); /* U+FFFE */
    expect_name("Anna\xE2\x80\xA8"
                "Bo",
                false, "Anna Bo"); /* line separator */
}

Test(payment_name, broken_utf8) {
    expect_name("Anna \xC3", false, "Anna ?");
    expect_name("S\xF8ren", false, "S?ren");        /* Latin-1 */
    expect_name("\xC0\xAF", false, "??");           /* overlong */
    expect_name("\xE0\x80\xAF", false, "???");      /* overlong */
    expect_name("\xED\xA0\x80", false, "???");      /* a surrogate */
    expect_name("\xF4\x90\x80\x80", false, "????"); /* beyond U+10FFFF */
    expect_name("\xE2\x82", false, "??");           /* ends in the middle */
    expect_name("\x80", false, "?");
}

Test(payment_name, missing) {
    expect_name("", false, PAYMENT_NAME_MISSING);
    expect_name(" \t ", false, PAYMENT_NAME_MISSING);
    expect_name("\x01\x02", true, PAYMENT_NAME_MISSING);
}

Test(payment_name, transliterated) {
    expect_name("Søren Ærlig-Ågård", true, "Soeren AErlig-AAgaard");
    expect_name("ÆØÅ æøå", true, "AEOEAA aeoeaa");
    expect_name("Zoë Müller Öst", true, "Zoe Mueller OEst");
    expect_name("Łukasz Żak Ňurka ňž", true, "Lukasz Zak Nurka nz");
    expect_name("Ægir Þór Ðan ðþß", true, "AEgir THor Dan dthss");
    expect_name("Šárka Čech Ğül", true, "Sarka Cech Guel");
    expect_name("D\xE2\x80\x99"
                "Arc",
                true, "D'Arc");
    expect_name("A\xE2\x80\x93"
                "B",
                true, "A-B");
    expect_name("\xE6\x9D\x8E", true, "?"); /* a letter that has no plain form */
}

/* Every letter of the two Latin ranges becomes one or two ASCII letters, capital where it is capital. */
Test(payment_name, latin_letters_are_ascii) {
    for (unsigned character = 0xC0; character <= 0x17F; character++) {
        const char name[] = {(char)(0xC0 | character >> 6), (char)(0x80 | (character & 0x3F)), '\0'};
        char text[PAYMENT_NAME_SIZE];
        payment_name(name, true, text);
        const size_t size = strlen(text);
        cr_expect(size == 1 || size == 2, "U+%04X: '%s'", character, text);
        for (size_t i = 0; i < size; i++)
            cr_expect((unsigned char)text[i] < 0x80, "U+%04X: '%s'", character, text);
    }
}

Test(payment_name, cut_at_140_characters) {
    char name[4 * 200 + 1] = "";
    char expected[PAYMENT_NAME_SIZE] = "";
    for (int i = 0; i < 200; i++)
        strcat(name, "å");
    for (int i = 0; i < 140; i++)
        strcat(expected, "å");
    expect_name(name, false, expected);
    /* Two letters for one: never half of them. */
    char ascii[PAYMENT_NAME_SIZE] = "";
    for (int i = 0; i < 70; i++)
        strcat(ascii, "aa");
    expect_name(name, true, ascii);
    char odd[4 * 200 + 2] = "x";
    strcat(odd, name);
    char odd_ascii[PAYMENT_NAME_SIZE] = "x";
    for (int i = 0; i < 69; i++)
        strcat(odd_ascii, "aa");
    expect_name(odd, true, odd_ascii);
    /* No blank is left at the end where the next word does not fit. */
    char words[300];
    memset(words, 'a', 139);
    strcpy(words + 139, " b");
    char without[PAYMENT_NAME_SIZE];
    memset(without, 'a', 139);
    without[139] = '\0';
    expect_name(words, false, without);
    /* Characters of four bytes count as one. */
    char faces[4 * 141 + 1] = "";
    for (int i = 0; i < 141; i++)
        strcat(faces, "\xF0\x9F\x98\x80");
    char cut[PAYMENT_NAME_SIZE];
    memcpy(cut, faces, 4 * 140);
    cut[560] = '\0';
    expect_name(faces, false, cut);
}
