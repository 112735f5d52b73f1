/* Memory that runs out inside libxml2 or jansson, at the n-th request for every n: what is written or read is
 * whole, or refused. (What our own code asks for: tests/faults.) */
#include <criterion/criterion.h>
#include <jansson.h>
#include <libxml/xmlmemory.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/intake/finding_report.h"
#include "io/pay/answer.h"
#include "io/pay/pain001.h"
#include "io/pay/payment_check.h"
#include "io/show/html_page.h"
#include "tests/support/pain_sample.h"
#include "tests/support/process.h"

static long requests, failing; /* 0: none */

static bool fails(void) {
    return ++requests == failing;
}

static void *take(size_t size) {
    return fails() ? NULL : malloc(size);
}

static void *take_again(void *memory, size_t size) {
    return fails() ? NULL : realloc(memory, size);
}

static char *take_copy(const char *text) {
    return fails() ? NULL : strdup(text);
}

static void ignore_error(void *context, const char *format, ...) {
    (void)context, (void)format;
}

/* Before anything else asks them for memory. */
static void begin(void) {
    cr_assert_eq(xmlMemSetup(free, take, take_again, take_copy), 0);
    xmlSetGenericErrorFunc(NULL, ignore_error);
    json_set_alloc_funcs(take, free);
}

/* What libxml2 loses then is not ours to find. */
#ifdef __SANITIZE_ADDRESS__
#define IS_SANITIZED true
#else
#define IS_SANITIZED false
#endif
TestSuite(library_memory, .init = begin, .timeout = 60, .disabled = IS_SANITIZED);

/* What each comes to, as a text that the caller frees; NULL: it is refused, for want of memory. */
typedef char *Make(void);

static char *text_of(const char *bytes, size_t size_bytes) {
    char *text = malloc(size_bytes + 1);
    cr_assert_not_null(text);
    memcpy(text, bytes, size_bytes);
    text[size_bytes] = '\0';
    return text;
}

static char *payment_file(void) {
    static const PainPayment payment = {"YD21-1", {1234567}, "O'Brien & Søn <\"]]> Æ", "9112990002"};
    const PainHeader header = pain_sample_header(1, payment.amount.oere);
    Error error;
    PainWriter *writer;
    PainFile file;
    if (pain001_begin(&header, &writer, &error) != STATUS_OK)
        return NULL;
    if (pain001_payment(writer, &payment, &error) != STATUS_OK) {
        pain001_abandon(writer);
        return NULL;
    }
    if (pain001_end(writer, &file, &error) != STATUS_OK)
        return NULL;
    char *text = text_of(file.bytes, file.size_bytes);
    pain_file_free(&file);
    return text;
}

static char *page(void) {
    HtmlPage *page;
    Error error;
    char *bytes = NULL;
    size_t size = 0;
    if (html_begin(&page, true, "Ydelse & <renter>", &error) != STATUS_OK)
        return NULL;
    html_element(page, "p", "note", "Æ < Ø & \"Å\"");
    html_open(page, "td", NULL);
    html_attribute_format(page, "title", "%d & %s", 7, "<x>");
    html_kroner(page, (Money){123456});
    html_close(page);
    if (html_take(page, &bytes, &size, &error) != STATUS_OK)
        return NULL;
    char *text = text_of(bytes, size);
    free(bytes);
    return text;
}

static char *answers(void) {
    static AnswerCodes codes;
    AnswerFile file;
    Error error;
    size_t size;
    char *bytes = read_whole_file("tests/fuzz/corpus/answer/first", &size);
    char *text = NULL;
    if (codes.count == 0)
        cr_assert_eq(answer_codes_load(&codes, &error), STATUS_OK);
    const Status status = answer_file_read(&codes, "svar", bytes, size, &file, &error);
    if (status == STATUS_OK) {
        char line[2048] = "";
        for (int32_t i = 0; i < file.count; i++)
            snprintf(line + strlen(line), sizeof line - strlen(line), "%d %s %s\n", file.answers[i].line,
                     file.answers[i].id, file.answers[i].code->code);
        text = text_of(line, strlen(line));
    }
    answer_file_free(&file);
    free(bytes);
    return text;
}

static char *findings(void) {
    char *text = NULL;
    size_t size = 0;
    const InputFile file = {.name = "forloeb.csv", .kind = KIND_FORLOEB};
    const InputFinding finding = {.code = FINDING_UKENDT_KODE,
                                  .file = &file,
                                  .line = 7,
                                  .column = "ordning",
                                  .field_number = 3,
                                  .found = "XX",
                                  .expected = "RF or JA"};
    const FileAccount account = {.rows_read = 1, .rows_rejected = 1};
    FindingReport report = {.format = REPORT_JSON, .out = open_memstream(&text, &size)};
    cr_assert_not_null(report.out);
    finding_report_begin(&report);
    finding_report_add(&report, &finding);
    finding_report_flush(&report, &file);
    finding_report_account(&report, "file", file.name, &account);
    finding_report_end(&report);
    fclose(report.out);
    finding_report_free(&report);
    if (report.out_of_memory) {
        free(text);
        return NULL;
    }
    return text;
}

static void expect_as_with_memory(Make *make) {
    char *whole = make();
    int refused = 0;
    cr_assert_not_null(whole);
    do {
        requests = 0;
        failing++;
        char *made = make();
        if (made != NULL)
            cr_expect_str_eq(made, whole, "request %ld of memory fails, and this is made:\n%s", failing,
                             made);
        refused += made == NULL;
        free(made);
    } while (requests >= failing);
    cr_expect_gt(failing, 10, "nothing asked for memory");
    cr_expect_gt(refused, failing / 2, "%d of %ld", refused, failing);
    free(whole);
}

Test(library_memory, a_payment_file_is_written_whole_or_not) {
    expect_as_with_memory(payment_file);
}

Test(library_memory, a_page_is_written_whole_or_not) {
    expect_as_with_memory(page);
}

Test(library_memory, answers_are_read_whole_or_not) {
    expect_as_with_memory(answers);
}

Test(library_memory, findings_are_told_whole_or_not) {
    expect_as_with_memory(findings);
}

static bool passes(const char *bytes) {
    PaymentFileSums sums;
    Error error;
    return payment_file_check(PAYMENT_PAIN_09, bytes, strlen(bytes), &sums, &error) == STATUS_OK;
}

/* libxml2 falls over its own feet when a schema's reader has no memory: nothing is paid by that either, and each is
 * tried by a process of its own. */
Test(library_memory, a_payment_file_that_is_wrong_never_passes) {
    enum { REFUSED, PASSED, WITH_MEMORY };
    const long stride = 7;
    int tried = 0;
    char *bytes = payment_file();
    cr_assert_not_null(bytes);
    cr_assert(passes(bytes));
    memcpy(strstr(bytes, "12345.67"), "12345.76", 8);
    for (failing = 1;; failing += stride, tried++) {
        int status = 0;
        const pid_t child = fork();
        if (child == 0) {
            requests = 0;
            _exit(passes(bytes) ? PASSED : requests < failing ? WITH_MEMORY : REFUSED);
        }
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_expect(!WIFEXITED(status) || WEXITSTATUS(status) != PASSED,
                  "request %ld of memory fails, and it passes", failing);
        if (WIFEXITED(status) && WEXITSTATUS(status) == WITH_MEMORY)
            break;
    }
    cr_expect_gt(tried, 100, "%d", tried);
    free(bytes);
}
