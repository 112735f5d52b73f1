/* A difference as one JSON object on one line ("ydelse-difference" version 1; config/handbook/formats.md). */
#include <jansson.h>

#include "io/explain/difference.h"

typedef struct {
    bool failed; /* out of memory */
} Writer;

static void put(Writer *writer, json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value) != 0)
        writer->failed = true;
}

static void append(Writer *writer, json_t *array, json_t *value) {
    if (json_array_append_new(array, value) != 0)
        writer->failed = true;
}

static json_t *money_json(Money amount) {
    char text[MONEY_TEXT_SIZE];
    if (!money_given(amount))
        return json_null();
    money_format(amount, '.', text);
    return json_string(text);
}

static json_t *side_json(Writer *writer, const DifferenceSide *side, const Result *result) {
    char month[DATE_TEXT_SIZE];
    json_t *object = json_object(), *amounts = json_object();
    month_format(side->month, month);
    put(writer, object, "maaned", json_string(month));
    put(writer, object, "run", side->run_id == 0 ? json_null() : json_integer(side->run_id));
    put(writer, object, "udfald", json_string(udfald_name(result->udfald)));
    put(writer, object, "aktive_dage", json_integer(result->aktive_dage));
    for (int i = 0; i < AMOUNT_COUNT; i++)
        put(writer, amounts, amount_name[i], money_json(result->amount[i]));
    put(writer, object, "amounts", amounts);
    return object;
}

static json_t *details_json(Writer *writer, const Difference *difference, Cause cause) {
    json_t *details = json_array();
    for (int32_t i = 0; i < difference->detail_count; i++) {
        const DifferenceDetail *detail = &difference->details[i];
        if (detail->cause != cause)
            continue;
        json_t *object = json_object();
        put(writer, object, "name", json_string(detail->name));
        put(writer, object, "before",
            detail->is_amount ? money_json(detail->amount[0]) : json_string(detail->text[0]));
        put(writer, object, "after",
            detail->is_amount ? money_json(detail->amount[1]) : json_string(detail->text[1]));
        append(writer, details, object);
    }
    return details;
}

static json_t *part_json(Writer *writer, const Difference *difference, const CausePart *part) {
    json_t *object = json_object();
    put(writer, object, "cause", json_string(cause_name[part->cause]));
    put(writer, object, "sentence_da", json_string(cause_words(part->cause, true)->sentence));
    put(writer, object, "sentence_en", json_string(cause_words(part->cause, false)->sentence));
    put(writer, object, "ydelse", money_json(part->ydelse));
    put(writer, object, "til_udbetaling", money_json(part->til_udbetaling));
    put(writer, object, "details", details_json(writer, difference, part->cause));
    return object;
}

static json_t *place_json(Writer *writer, const RowPlace *place) {
    if (!place->given)
        return json_null();
    json_t *object = json_object();
    put(writer, object, "file", json_string(place->file));
    put(writer, object, "line", json_integer(place->row.line));
    put(writer, object, "delivery", json_integer(place->delivery_id));
    return object;
}

static json_t *row_json(Writer *writer, const ChangedRow *row) {
    json_t *object = json_object(), *causes = json_array();
    const char *what = row->withdrawn ? "withdrawn" : row->before.given ? "replaced" : "added";
    put(writer, object, "kind", json_string(kind_table[row->kind].name));
    put(writer, object, "change", json_string(what));
    for (int cause = 0; cause < CAUSE_COUNT; cause++)
        if (row->causes >> cause & 1)
            append(writer, causes, json_string(cause_name[cause]));
    put(writer, object, "causes", causes);
    put(writer, object, "before", place_json(writer, &row->before));
    put(writer, object, "after", place_json(writer, &row->after));
    return object;
}

static json_t *difference_json(Writer *writer, const Difference *difference) {
    const CauseSplit *split = &difference->split;
    char cpr[CPR_TEXT_SIZE];
    json_t *object = json_object(), *parts = json_array(), *rows = json_array();
    cpr_format(difference->cpr, cpr);
    put(writer, object, "format", json_string("ydelse-difference"));
    put(writer, object, "version", json_integer(1));
    put(writer, object, "cpr_nummer", json_string(cpr));
    put(writer, object, "before", side_json(writer, &difference->side[0], &split->before));
    put(writer, object, "after", side_json(writer, &difference->side[1], &split->after));
    put(writer, object, "ydelse", money_json(split->ydelse));
    put(writer, object, "til_udbetaling", money_json(split->til_udbetaling));
    for (int32_t i = 0; i < split->part_count; i++)
        append(writer, parts, part_json(writer, difference, &split->part[i]));
    put(writer, object, "parts", parts);
    put(writer, object, "correction", json_boolean(difference->row_count > 0));
    for (int32_t i = 0; i < difference->row_count; i++)
        append(writer, rows, row_json(writer, &difference->rows[i]));
    put(writer, object, "rows", rows);
    return object;
}

Status difference_json_write(FILE *out, const Difference *difference, Error *error) {
    Writer writer = {.failed = false};
    Status status = STATUS_OK;
    json_t *object = difference_json(&writer, difference);
    if (writer.failed)
        status = error_no_memory(error);
    else if (json_dumpf(object, out, JSON_COMPACT) != 0 || fputc('\n', out) == EOF)
        status = error_errno(error, STATUS_IO, "write", "the explanation");
    json_decref(object);
    return status;
}
