/* A rate table: what is read is sorted, gives its own canonical text again, and can be used and checked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/calc.h"
#include "io/law/rate_check.h"
#include "io/law/rate_file.h"
#include "tests/fuzz/fuzz.h"

static void require_sorted(const RateTable *table) {
    for (int32_t i = 0; i < table->count; i++) {
        const RateRow *row = &table->rows[i];
        fuzz_require((int)row->id >= 0 && row->id < RATE_COUNT && row->status < RATE_STATUS_COUNT,
                     "a row has a known series and status");
        fuzz_require(!date_given(row->last) || row->last.day >= row->first.day,
                     "a row does not end before it begins");
        fuzz_require(i == 0 || row[-1].id < row->id ||
                         (row[-1].id == row->id && row[-1].first.day <= row->first.day),
                     "the rows are sorted");
    }
}

static void require_canonical(const RateSet *set) {
    RateSet again;
    Error error;
    fuzz_require(rate_set_load_canonical("again", set->canonical_text, &again, &error) == STATUS_OK,
                 "the canonical text of a set can be read");
    fuzz_require(memcmp(again.sha256, set->sha256, sizeof set->sha256) == 0 &&
                     strcmp(again.canonical_text, set->canonical_text) == 0,
                 "it is the same set");
    rate_set_free(&again);
}

/* A person with a course all month, in months around all that may have been read. */
static void use(const RateTable *table) {
    static MonthLaw law;
    const Policy policy = policy_default();
    Deltager deltager = {
        .kommunekode = 101, .foedselsdato = date_from_ymd(1980, 1, 10), .doedsdato = DATE_NONE};
    Forloeb forloeb = {.startdato = date_from_ymd(2013, 1, 1), .slutdato = DATE_NONE};
    forloeb.bevilget_dato = forloeb.startdato;
    forloeb.niveau_slutdato = DATE_NONE;
    forloeb.ugebeloeb = MONEY_NONE;
    const Facts facts = {.deltager = &deltager, .forloeb = &forloeb, .forloeb_count = 1};
    for (int32_t year = 2013; year <= 2030; year += 3) {
        Result result;
        if (month_coverage(table, month_from_ym(year, 2)) != MONTH_COVERED) {
            continue;
        }
        month_law_prepare(table, &policy, month_from_ym(year, 2), &law);
        calc_month(&law, &facts, NULL, &result);
        fuzz_require(result.amount[AMOUNT_til_udbetaling].oere >= 0, "nothing negative is paid");
    }
}

void fuzz_rates(const uint8_t *bytes, size_t size_bytes) {
    RateSet set;
    Error error;
    const Status status = rate_set_load(fuzz_file(0, bytes, size_bytes), &set, &error);
    if (status != STATUS_OK) {
        fuzz_require(status == STATUS_CONFIG, "a bad table is a fault of the configuration");
        fuzz_require_error(&error);
        return;
    }
    int32_t complaints;
    char *text;
    size_t text_size;
    FILE *out = open_memstream(&text, &text_size);
    fuzz_require(out != NULL, "there is memory");
    require_sorted(&set.table);
    require_canonical(&set);
    use(&set.table);
    fuzz_require(rate_check(&set.table, NULL, out, &complaints, &error) == STATUS_OK,
                 "a table can be checked");
    fclose(out);
    free(text);
    rate_set_free(&set);
}
