#include <string.h>

#include "io/dialect.h"
#include "io/explain_source.h"
#include "io/month_option.h"
#include "io/rate_file.h"
#include "io/stream_memory.h"

static void finding_ignored(void *context, const InputFinding *finding) {
    (void)context, (void)finding; /* `check` tells of the input; this command tells of one result */
}

static void file_ignored(void *context, const InputFile *file, const FileAccount *account) {
    (void)context, (void)file, (void)account;
}

static Status person_explain(const ExplainRequest *request, const MonthLaw *law, const Facts *facts,
                             const InputList *files, Error *error) {
    Result result;
    calc_month(law, facts, NULL, &result);
    if (result.udfald == UDFALD_INTET) {
        return error_set(error, STATUS_DATA, "the person has no benefit in the month: no day of it is active");
    }
    Explanation explanation;
    FileNames names = input_file_names(files);
    Status status = explanation_make(law, facts, &result, &explanation, error);
    if (status == STATUS_OK) {
        status = request->write(request->context, &explanation, &names, error);
    }
    explanation_free(&explanation);
    return status;
}

static Status person_find(const ExplainRequest *request, const MonthLaw *law, FactStream *stream,
                          const Delivery *delivery, Error *error) {
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
        if (facts.deltager->cpr.number == request->cpr.number) {
            return person_explain(request, law, &facts, delivery_files(delivery), error);
        }
    }
}

Status explain_from_files(const Invocation *invocation, const ExplainRequest *request, Error *error) {
    char path[4096];
    char *paths[] = {path};
    const char *folder = option_value(invocation, "input");
    DeliverySink sink = {finding_ignored, file_ignored, NULL};
    Policy policy = settings_policy(invocation->settings);
    Dialect dialect;
    RateSet rates = {.memory = NULL};
    FactStream *stream = NULL;
    const Delivery *delivery = NULL;
    MonthLaw law;
    if (strlen(folder) >= sizeof path) {
        return error_set(error, STATUS_NO_INPUT, "the path of the input is too long");
    }
    memcpy(path, folder, strlen(folder) + 1);
    Status status = dialect_from_options(invocation, &dialect, error);
    if (status == STATUS_OK) {
        status = rate_set_load(option_value(invocation, "rates"), &rates, error);
    }
    if (status == STATUS_OK) {
        status = month_law_for(&rates.table, &policy, request->month, &law, error);
    }
    if (status == STATUS_OK) {
        status = memory_stream_open(paths, 1, &dialect, &sink, &stream, &delivery, error);
    }
    if (status == STATUS_OK) {
        status = person_find(request, &law, stream, delivery, error);
    }
    if (stream != NULL) {
        stream->close(stream);
    }
    rate_set_free(&rates);
    return status;
}
