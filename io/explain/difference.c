#include "io/explain/difference.h"

#include <stdlib.h>

static Status split_make(Difference *difference, Error *error) {
    const DifferenceSide *before = &difference->side[0], *after = &difference->side[1];
    const CauseState states[2] = {{before->law, before->facts}, {after->law, after->facts}};
    void *memory = malloc(cause_memory_size(&states[0], &states[1]) + 1);
    if (memory == NULL)
        return error_no_memory(error);
    cause_split(&states[0], &states[1], memory, &difference->split);
    free(memory);
    return STATUS_OK;
}

static Status explain_side(Difference *difference, int side, const Result *result, Error *error) {
    const DifferenceSide *one = &difference->side[side];
    if (result->udfald == UDFALD_INTET)
        return STATUS_OK;
    return explanation_make(one->law, one->facts, result, &difference->explanation[side], error);
}

Status difference_make(const DifferenceSide *before, const DifferenceSide *after, Difference *difference,
                       Error *error) {
    *difference = (Difference){.side = {*before, *after}};
    const Facts *known = after->facts != NULL ? after->facts : before->facts;
    if (known == NULL)
        return error_set(error, STATUS_DATA, "the person is not known");
    difference->cpr = known->deltager->cpr;
    Status status = split_make(difference, error);
    if (status == STATUS_OK)
        status = explain_side(difference, 0, &difference->split.before, error);
    if (status == STATUS_OK)
        status = explain_side(difference, 1, &difference->split.after, error);
    if (status == STATUS_OK && before->month.index == after->month.index && !difference_rows_find(difference))
        status = error_no_memory(error);
    if (status == STATUS_OK)
        difference_details_find(difference);
    if (status == STATUS_OK && difference->out_of_memory)
        status = error_no_memory(error);
    return status;
}

void difference_free(Difference *difference) {
    explanation_free(&difference->explanation[0]);
    explanation_free(&difference->explanation[1]);
    free(difference->details);
    free(difference->rows);
    *difference = (Difference){.details = NULL};
}

Status difference_write(FILE *out, const Difference *difference, ExplainFormat format, bool danish,
                        Error *error) {
    switch (format) {
    case EXPLAIN_TEXT:
        return difference_text_write(out, difference, danish, error);
    case EXPLAIN_JSON:
        return difference_json_write(out, difference, error);
    case EXPLAIN_HTML:
        return difference_html_write(out, difference, danish, error);
    }
    return error_set(error, STATUS_INTERNAL, "unknown format of an explanation");
}
