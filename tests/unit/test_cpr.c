#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/cpr.h"

/* Builds a number at run time, so that no number of a living person stands in the source. */
static bool cpr_build(int day, int month, int year, int serial, Cpr *cpr) {
    char text[16];
    snprintf(text, sizeof text, "%02d%02d%02d%04d", day, month, year % 100, serial);
    return cpr_parse(text, 10, cpr);
}

/* The century by the table of the CPR office, written out for every seventh digit and year. */
static int century(int seventh, int year) {
    switch (seventh) {
    case 0:
    case 1:
    case 2:
    case 3:
        return 1900;
    case 4:
    case 9:
        return year < 37 ? 2000 : 1900;
    default:
        return year < 58 ? 2000 : 1800;
    }
}

Test(cpr, the_seventh_digit_gives_the_century_for_every_year) {
    for (int seventh = 0; seventh <= 9; seventh++) {
        for (int year = 0; year <= 99; year++) {
            Cpr cpr;
            cr_assert(cpr_build(61, 1, year, seventh * 1000 + 123, &cpr));
            Date expected = date_from_ymd(century(seventh, year) + year, 1, 1);
            cr_assert_eq(cpr_birth(cpr).day, expected.day, "seventh %d year %d", seventh, year);
        }
    }
}

/* Eight digits are read at once and two by themselves: each must be one, and count for what its place is worth. */
Test(cpr, every_byte_at_every_place_is_a_digit_or_refused) {
    for (int place = 0; place < CPR_DIGITS; place++) {
        for (int byte = 0; byte < 256; byte++) {
            char text[] = "7011891011";
            text[place] = (char)byte;
            Cpr cpr = {0};
            const bool digit = byte >= '0' && byte <= '9';
            const bool valid = cpr_parse(text, CPR_DIGITS, &cpr);
            cr_assert(digit || !valid, "byte %d at %d", byte, place);
            cr_assert(!digit || place < 6 || valid, "byte %d at %d", byte, place);
            cr_assert(!valid || cpr.number == strtoull(text, NULL, 10), "byte %d at %d", byte, place);
        }
    }
}

Test(cpr, replacement_numbers_have_sixty_added_to_the_day) {
    for (int day = 0; day <= 99; day++) {
        Cpr cpr;
        bool valid = (day >= 1 && day <= 31) || (day >= 61 && day <= 91);
        cr_expect_eq(cpr_build(day, 1, 80, 1234, &cpr), valid, "day %d", day);
        if (valid) {
            cr_expect_eq(cpr_is_replacement(cpr), day > 60);
        }
    }
}

Test(cpr, the_date_must_exist) {
    Cpr cpr;
    cr_expect(!cpr_build(91, 2, 80, 1234, &cpr)); /* 31 February */
    cr_expect(cpr_build(89, 2, 80, 1234, &cpr));  /* 29 February 1980 */
    cr_expect(!cpr_build(89, 2, 81, 1234, &cpr)); /* 29 February 1981 */
    cr_expect(!cpr_build(61, 13, 80, 1234, &cpr));
    cr_expect(!cpr_build(61, 0, 80, 1234, &cpr));
    cr_expect(cpr_build(89, 2, 0, 4234, &cpr));  /* 2000 was a leap year */
    cr_expect(!cpr_build(89, 2, 0, 1234, &cpr)); /* 1900 was not */
    cr_expect(!cpr_parse("610180-1234", 11, &cpr) && !cpr_parse("61018012 4", 10, &cpr));
    cr_expect(!cpr_parse("610180123", 9, &cpr) && !cpr_parse("61018012345", 11, &cpr));
}

Test(cpr, formats_with_leading_zeros_and_checks_modulus_11) {
    Cpr cpr;
    char text[CPR_TEXT_SIZE];
    cr_assert(cpr_build(1, 2, 3, 4005, &cpr));
    cpr_format(cpr, text);
    cr_expect_eq(strlen(text), 10);
    Cpr again;
    cr_expect(cpr_parse(text, 10, &again) && again.number == cpr.number);
    int passing = 0;
    for (int serial = 0; serial < 110; serial++) {
        cr_assert(cpr_build(61, 1, 80, serial, &cpr));
        passing += cpr_modulus11(cpr) ? 1 : 0;
    }
    cr_expect_eq(passing, 10); /* the last digits run through every residue */
    cr_expect(se_modulus11("13585628", 8) && !se_modulus11("13585629", 8));
    cr_expect(!se_modulus11("1358562", 7) && !se_modulus11("1358562X", 8));
}
