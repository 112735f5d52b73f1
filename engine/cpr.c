#include "engine/cpr.h"

#include <string.h>

#include "engine/digits.h"

typedef struct {
    int32_t day_of_month;
    int32_t month;
    int32_t year_of_century;
    int32_t seventh;
} CprParts;

static CprParts cpr_parts(Cpr cpr) {
    int32_t date_part = (int32_t)(cpr.number / 10000);
    return (CprParts){
        .day_of_month = date_part / 10000,
        .month = date_part / 100 % 100,
        .year_of_century = date_part % 100,
        .seventh = (int32_t)(cpr.number / 1000 % 10),
    };
}

/* The century table of the CPR office. */
static int32_t cpr_year(CprParts parts) {
    int32_t year = parts.year_of_century;
    if (parts.seventh <= 3) {
        return 1900 + year;
    }
    if (parts.seventh == 4 || parts.seventh == 9) {
        return year <= 36 ? 2000 + year : 1900 + year;
    }
    return year <= 57 ? 2000 + year : 1800 + year;
}

static int32_t cpr_day_of_month(CprParts parts) {
    return parts.day_of_month > CPR_REPLACEMENT_DAY_OFFSET ? parts.day_of_month - CPR_REPLACEMENT_DAY_OFFSET
                                                           : parts.day_of_month;
}

bool cpr_parse(const char *text, uint32_t size_bytes, Cpr *cpr) {
    uint64_t first;
    if (size_bytes != CPR_DIGITS) {
        return false;
    }
    memcpy(&first, text, sizeof first);
    const uint32_t tens = (uint32_t)(unsigned char)text[8] - '0';
    const uint32_t ones = (uint32_t)(unsigned char)text[9] - '0';
    if (!digits_are(first) || tens > 9 || ones > 9) {
        return false;
    }
    const uint64_t number = (uint64_t)digits_value(first) * 100 + tens * 10 + ones;
    CprParts parts = cpr_parts((Cpr){number});
    if (!date_is_valid_ymd(cpr_year(parts), parts.month, cpr_day_of_month(parts))) {
        return false;
    }
    cpr->number = number;
    return true;
}

void cpr_format(Cpr cpr, char *text) {
    uint64_t rest = cpr.number;
    for (int32_t i = CPR_DIGITS - 1; i >= 0; i--) {
        text[i] = (char)('0' + rest % 10);
        rest /= 10;
    }
    text[CPR_DIGITS] = '\0';
}

Date cpr_birth(Cpr cpr) {
    CprParts parts = cpr_parts(cpr);
    return date_from_ymd(cpr_year(parts), parts.month, cpr_day_of_month(parts));
}

bool cpr_modulus11(Cpr cpr) {
    static const uint64_t weights[CPR_DIGITS] = {4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
    uint64_t rest = cpr.number, sum = 0;
    for (int32_t i = CPR_DIGITS - 1; i >= 0; i--) {
        sum += rest % 10 * weights[i];
        rest /= 10;
    }
    return sum % 11 == 0;
}

bool se_modulus11(const char *text, uint32_t size_bytes) {
    static const int32_t weights[8] = {2, 7, 6, 5, 4, 3, 2, 1};
    if (size_bytes != 8) {
        return false;
    }
    int32_t sum = 0;
    for (uint32_t i = 0; i < 8; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        sum += (text[i] - '0') * weights[i];
    }
    return sum % 11 == 0;
}
