/* Two months of one delivery of files. */
#include "io/explain/difference_source.h"
#include "io/explain/explain_source.h"
#include "io/law/month_law.h"

static Status person_compare(void *context, const FilePerson *person, Error *error) {
    const DifferenceRequest *request = context;
    MonthLaw laws[2];
    Difference difference = {.details = NULL};
    Status status = month_law_for(person->rates, &person->policy, request->month[0], &laws[0], error);
    if (status == STATUS_OK)
        status = month_law_for(person->rates, &person->policy, request->month[1], &laws[1], error);
    if (status != STATUS_OK)
        return status;
    const DifferenceSide before = {request->month[0], 0, &laws[0], person->facts};
    const DifferenceSide after = {request->month[1], 0, &laws[1], person->facts};
    status = difference_make(&before, &after, &difference, error);
    if (status == STATUS_OK)
        status = request->write(request->context, &difference, error);
    difference_free(&difference);
    return status;
}

Status difference_from_files(const Invocation *invocation, const DifferenceRequest *request, Error *error) {
    DifferenceRequest copy = *request;
    return file_person_visit(invocation, request->cpr, person_compare, &copy, error);
}
