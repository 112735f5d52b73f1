#include "tests/integration/settle_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *settle_folder;

void settle_begin(void) {
    begin_month();
    settle_folder = temporary_folder();
}

void settle_end(void) {
    temporary_folder_remove(settle_folder);
    end_month();
}

/* Batch 1 (0101: Anna and Bo) and batch 2 (0461: Carla), emitted. */
void emitted_month(void) {
    three_people();
    pay_as(maker, "--allow-replacement-cpr", 0);
    approve_as(approver, "1", 0);
    approve_as(approver, "2", 0);
    expect_emit("1", 0);
    expect_emit("2", 0);
}

char *eeid(const char *cpr) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT end_to_end_id FROM ydelse.payment WHERE cpr = '%s' ORDER BY payment_id DESC LIMIT 1",
             cpr);
    return test_sql_text(owner, sql);
}

void settle_as(const char *user, const char *text, const char *option, int expected, const char *part) {
    char path[4096];
    snprintf(path, sizeof path, "%s/svar.txt", settle_folder);
    write_text_file(path, text);
    const char *const arguments[] = {"settle", path, "--lang", "en", option, NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, expected, text);
    expect_no_cpr(process.out, "settle");
    expect_no_cpr(process.err, "settle");
    cr_expect(strstr(process.out, part) != NULL || strstr(process.err, part) != NULL,
              "'%s' is missing in\n%s%s", part, process.out, process.err);
    process_free(&process);
}

/* One NemKonto answer about the newest payment of a participant. */
void nemkonto(const char *cpr, const char *code, int expected, const char *part) {
    char text[512];
    char *id = eeid(cpr);
    snprintf(text, sizeof text, "end_to_end_id;svar;tidspunkt\n%s;%s;2024-03-28\n", id, code);
    settle_as(maker, text, NULL, expected, part);
    free(id);
}

void again_as(const char *user, const char *payment, int expected, const char *part) {
    const char *const arguments[] = {"pay",         "--again", payment, "--reason",
                                     "ny NemKonto", "--lang",  "en",    NULL};
    Process process = run_as(user, TODAY, arguments);
    expect_exit(&process, expected, "pay --again");
    cr_expect(strstr(process.out, part) != NULL || strstr(process.err, part) != NULL,
              "'%s' is missing in\n%s%s", part, process.out, process.err);
    process_free(&process);
}

void expect_rejected(const char *part) {
    const char *const arguments[] = {"rejected", "--lang", "en", "--format", "csv", NULL};
    Process process = run_as(maker, TODAY, arguments);
    expect_exit(&process, 0, "rejected");
    expect_part(process.out, part);
    expect_no_cpr(process.out, "rejected");
    process_free(&process);
}

void expect_payments_verified(void) {
    const char *const arguments[] = {"verify", NULL};
    Process process = ydelse_run(arguments, NULL);
    /* The results of the fixture come from no engine; what is paid and answered must be right. */
    static const char *const checks[] = {"\nskema ",          "\nbetalinger ", "\nbunker ",
                                         "\nbetalingsfiler ", "\nsvar ",       "\nkrav "};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        const char *line = strstr(process.out, checks[i]);
        cr_assert_not_null(line, "%s", process.err);
        line = strstr(line, " rækker  ");
        cr_expect(line != NULL && strncmp(line, " rækker  ok", strlen(" rækker  ok")) == 0, "verify:%s",
                  checks[i]);
    }
    process_free(&process);
}

const char states_sql[] = "SELECT string_agg(state, ' ' ORDER BY payment_id) FROM ydelse.payment";
const char batches_sql[] = "SELECT string_agg(state, ' ' ORDER BY batch_id) FROM ydelse.batch";
