/* A difference as a letter to the person: a sentence, the reasons as a sum, and what was corrected. */
#include "io/explain/difference.h"
#include "io/show/text.h"

#define AMOUNT_COLUMN 52

/* A gain with its sign, so that it is seen at once. */
static void change_format(Money amount, bool danish, char text[KRONER_TEXT_SIZE + 1]) {
    text[0] = '+';
    kroner_format(amount, danish, amount.oere > 0 ? text + 1 : text);
}

static void line_print(FILE *out, const char *title, Money amount, bool danish) {
    char text[KRONER_TEXT_SIZE + 1];
    change_format(amount, danish, text);
    fprintf(out, "  %s%*s%15s\n", title, AMOUNT_COLUMN - text_width(title), "", text);
}

static void rule_print(FILE *out) {
    fprintf(out, "  %*s---------------\n", AMOUNT_COLUMN, "");
}

static void part_print(FILE *out, const Difference *difference, const CausePart *part, bool danish) {
    const CauseWords *words = cause_words(part->cause, danish);
    line_print(out, words->title, part->til_udbetaling, danish);
    fprintf(out, "    %s\n", words->sentence);
    const Money beside = money_subtract(part->til_udbetaling, part->ydelse);
    if (beside.oere != 0) {
        char benefit[KRONER_TEXT_SIZE + 1], rest[KRONER_TEXT_SIZE + 1];
        change_format(part->ydelse, danish, benefit);
        change_format(beside, danish, rest);
        fprintf(out, "    %s %s, %s %s\n", difference_words(danish)->benefit, benefit,
                difference_words(danish)->atp_and_tax, rest);
    }
    for (int32_t i = 0; i < difference->detail_count; i++) {
        const DifferenceDetail *detail = &difference->details[i];
        char before[DETAIL_TEXT_SIZE], after[DETAIL_TEXT_SIZE];
        if (detail->cause != part->cause)
            continue;
        detail_format(detail, 0, danish, before);
        detail_format(detail, 1, danish, after);
        fprintf(out, "    %s: %s -> %s\n", detail_title(detail, danish), before, after);
    }
}

static void place_print(FILE *out, const RowPlace *place, const DifferenceWords *words) {
    fprintf(out, "%s, %s %d (%s %d)", place->file, words->line, place->row.line, words->delivery,
            place->delivery_id);
}

static void row_print(FILE *out, const ChangedRow *row, const DifferenceWords *words) {
    if (row->withdrawn) {
        fputs("  ", out);
        place_print(out, &row->before, words);
        fprintf(out, ": %s", words->withdrawn);
        if (row->after.given) {
            fprintf(out, " %s ", words->withdrawn_by);
            place_print(out, &row->after, words);
        }
    } else {
        fputs("  ", out);
        place_print(out, &row->after, words);
        fprintf(out, ": %s", row->before.given ? words->replaced : words->added);
        if (row->before.given) {
            fputs(" (", out);
            place_print(out, &row->before, words);
            fputs(")", out);
        }
    }
    fputc('\n', out);
}

static void head_print(FILE *out, const Difference *difference, const DifferenceWords *words, bool danish) {
    char cpr[CPR_TEXT_SIZE], sentence[SENTENCE_SIZE];
    cpr_format(difference->cpr, cpr);
    difference_sentence(difference, danish, sentence);
    fprintf(out, "%s: CPR %.6s-%.4s", words->title, cpr, cpr + 6);
    if (difference->side[0].run_id != 0)
        fprintf(out, " (%s %d -> %s %d)", words->run, difference->side[0].run_id, words->run,
                difference->side[1].run_id);
    fprintf(out, "\n\n%s\n", sentence);
}

Status difference_text_write(FILE *out, const Difference *difference, bool danish, Error *error) {
    const DifferenceWords *words = difference_words(danish);
    const CauseSplit *split = &difference->split;
    head_print(out, difference, words, danish);
    if (split->part_count > 0)
        fprintf(out, "\n%s:\n", words->because);
    for (int32_t i = 0; i < split->part_count; i++)
        part_print(out, difference, &split->part[i], danish);
    if (split->part_count > 0) {
        rule_print(out);
        line_print(out, words->sum, split->til_udbetaling, danish);
    } else {
        fprintf(out, "%s\n", words->nothing);
    }
    if (difference->row_count > 0)
        fprintf(out, "\n%s\n", words->corrections);
    for (int32_t i = 0; i < difference->row_count; i++)
        row_print(out, &difference->rows[i], words);
    return ferror(out) ? error_errno(error, STATUS_IO, "write", "the explanation") : STATUS_OK;
}
