#include <string.h>

#include "io/command/dialect.h"
#include "io/explain/explain_source.h"
#include "io/intake/stream_memory.h"
#include "io/law/month_law.h"
#include "io/law/rate_file.h"

static void finding_ignored(void *context, const InputFinding *finding) {
    (void)context, (void)finding; /* `check` tells of the input; this command tells of one result */
}

static void file_ignored(void *context, const InputFile *file, const FileAccount *account) {
    (void)context, (void)file, (void)account;
}

/* Hands the person to the visitor while the files are open. */
static Status person_find(Cpr cpr, FactStream *stream, FilePerson *person, FilePersonVisit *visit,
                          void *context, Error *error) {
    for (;;) {
        Facts facts;
        bool more;
        Status status = stream->next(stream, &facts, &more, error);
        if (status != STATUS_OK) {
            return status;
        }
        if (!more) {
            return error_set(error, STATUS_DATA, "the person is not in the input");
        }
        if (facts.deltager->cpr.number == cpr.number) {
            person->facts = &facts;
            status = visit(context, person, error);
            person->facts = NULL;
            return status;
        }
    }
}

Status file_person_visit(const Invocation *invocation, Cpr cpr, FilePersonVisit *visit, void *context,
                         Error *error) {
    char path[4096];
    char *paths[] = {path};
    const char *folder = option_value(invocation, "input");
    DeliverySink sink = {finding_ignored, file_ignored, NULL};
    Dialect dialect;
    RateSet rates = {.memory = NULL};
    FactStream *stream = NULL;
    const Delivery *delivery = NULL;
    FilePerson person = {.rates = &rates.table, .policy = settings_policy(invocation->settings)};
    if (strlen(folder) >= sizeof path) {
        return error_set(error, STATUS_NO_INPUT, "the path of the input is too long");
    }
    memcpy(path, folder, strlen(folder) + 1);
    Status status = dialect_from_options(invocation, &dialect, error);
    if (status == STATUS_OK) {
        status = rate_set_load(option_value(invocation, "rates"), &rates, error);
    }
    if (status == STATUS_OK) {
        status = memory_stream_open(paths, 1, &dialect, &sink, &stream, &delivery, error);
    }
    if (status == STATUS_OK) {
        status = input_list_spare(delivery_files(delivery), option_value(invocation, "output"), error);
    }
    if (status == STATUS_OK) {
        person.files = delivery_files(delivery);
        status = person_find(cpr, stream, &person, visit, context, error);
    }
    if (stream != NULL) {
        stream->close(stream);
    }
    rate_set_free(&rates);
    return status;
}

static Status person_explain(void *context, const FilePerson *person, Error *error) {
    const ExplainRequest *request = context;
    Explanation explanation = {.step_count = 0};
    FileNames names = input_file_names(person->files);
    MonthLaw law;
    Result result;
    Status status = month_law_for(person->rates, &person->policy, request->month, &law, error);
    if (status != STATUS_OK) {
        return status;
    }
    calc_month(&law, person->facts, NULL, &result);
    if (result.udfald == UDFALD_INTET) {
        return error_set(error, STATUS_DATA,
                         "the person has no benefit in the month: no day of it is active");
    }
    status = explanation_make(&law, person->facts, &result, &explanation, error);
    if (status == STATUS_OK) {
        status = request->write(request->context, &explanation, &names, error);
    }
    explanation_free(&explanation);
    return status;
}

Status explain_from_files(const Invocation *invocation, const ExplainRequest *request, Error *error) {
    ExplainRequest copy = *request;
    return file_person_visit(invocation, request->cpr, person_explain, &copy, error);
}
