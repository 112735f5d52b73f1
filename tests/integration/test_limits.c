/* A batch over a limit is made, noted, and approved only with a reason. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/integration/pay_fixture.h"

TestSuite(limits, .init = begin_month, .fini = end_month);

static Process pay(const char *today, const char *due, const char *setting) {
    const char *const arguments[] = {
        "pay", "--due", due, "--allow-replacement-cpr", setting == NULL ? NULL : "--set", setting, NULL};
    return run_as(maker, today, arguments);
}

static void expect_pay(const char *today, const char *due, const char *setting, int exit_code,
                       const char *limit) {
    Process process = pay(today, due, setting);
    expect_exit(&process, exit_code, "pay");
    if (limit != NULL)
        expect_part(process.out, limit);
    expect_no_cpr(process.out, "pay");
    process_free(&process);
}

static void approve(const char *batch, const char *reason, int exit_code) {
    const char *const arguments[] = {"approve", batch, reason == NULL ? NULL : "--despite-limits", reason,
                                     NULL};
    Process process = run_as(approver, TODAY, arguments);
    expect_exit(&process, exit_code, "approve");
    process_free(&process);
}

Test(limits, a_single_payment) {
    test_sql(owner, "SELECT fixture.person('" ANNA "', '0101', 'Anna', NULL), fixture.person('" CARLA
                    "', '0461', 'C', NULL);"
                    "SELECT fixture.compute('2024-03-01', false, '2024-03 " ANNA " 6000001, 2024-03 " CARLA
                    " 6000000')");
    expect_pay(TODAY, DUE, NULL, 1, "ENKELT");
    expect_text("SELECT string_agg(batch_id || ':' || detail, ' ') FROM ydelse.batch_event WHERE event = "
                "'over_limit'",
                "1:ENKELT;1;6000001;6000000");
    /* The log has the making first. */
    expect_text("SELECT string_agg(event, ' ' ORDER BY event_id) FROM ydelse.batch_event WHERE batch_id = 1",
                "made over_limit");
    approve("2", NULL, 0);
    approve("1", NULL, 77);
    approve("1", "  ", 77);
    approve("1", "efterbetaling", 0);
    expect_text("SELECT detail FROM ydelse.batch_event WHERE batch_id = 1 AND event = 'approved'",
                "efterbetaling");
    expect_text("SELECT detail FROM ydelse.batch_event WHERE batch_id = 2 AND event = 'approved'", "");
    Process process = emit_as(approver, TODAY, "1", NULL);
    expect_exit(&process, 0, "emit");
    process_free(&process);
}

Test(limits, the_approvers_limits_hold_too) {
    three_people();
    expect_pay(TODAY, DUE, "betaling.graense_enkelt=999999,99", 0, NULL);
    expect_number("SELECT count(*) FROM ydelse.batch_event WHERE event = 'over_limit'", 0);
    const char *const arguments[] = {"approve", "1", "--set", "betaling.graense_enkelt=9999,99", NULL};
    Process process = run_as(approver, TODAY, arguments);
    expect_exit(&process, 77, "approve");
    expect_part(process.err, "ENKELT");
    process_free(&process);
    approve("1", NULL, 0);
}

/* A month of n people with so much each, in one municipality. */
static void month(const char *first_day, int people, int amount_oere) {
    char sql[512];
    snprintf(sql, sizeof sql,
             "SELECT fixture.compute('%s', false, (SELECT string_agg(to_char(date '%s', 'YYYY-MM') || ' "
             "61010100' || "
             "lpad(i::text, 2, '0') || ' %d', ', ') FROM generate_series(1, %d) i))",
             first_day, first_day, amount_oere, people);
    test_sql(owner, sql);
}

Test(limits, more_than_the_month_before) {
    test_sql(owner, "SELECT fixture.person('61010100' || lpad(i::text, 2, '0'), '0101', 'P', NULL) FROM "
                    "generate_series(1, 60) i");
    month("2024-03-01", 40, 1000000);
    expect_pay(TODAY, DUE, NULL, 0, NULL); /* the first month has no comparison */
    month("2024-04-01", 50, 1000000);      /* 25 per cent more is as far as it goes */
    expect_pay("YDELSE_DRIFT_IDAG=2024-04-20", "2024-04-30", NULL, 0, NULL);
    expect_number("SELECT count(*) FROM ydelse.batch_event WHERE event = 'over_limit'", 0);
    month("2024-05-01", 60, 1100000);
    expect_pay("YDELSE_DRIFT_IDAG=2024-05-20", "2024-05-31", NULL, 1, "SAMLET");
    expect_text("SELECT string_agg(detail, ' ') FROM ydelse.batch_event WHERE event = 'over_limit'",
                "SAMLET;60;66000000;62500000");
    approve("3", NULL, 77);
    cancel_as(maker, "3", 0);
    expect_pay("YDELSE_DRIFT_IDAG=2024-05-20", "2024-05-31", "betaling.graense_procent=19", 1, "ANTAL");
    expect_number("SELECT count(*) FROM ydelse.batch_event WHERE event = 'over_limit' AND batch_id = 4", 2);
}

Test(limits, a_month_that_was_paid) {
    three_people();
    expect_pay(TODAY, DUE, NULL, 0, NULL);
    test_sql(owner,
             "SELECT fixture.person('" ANNA "', '0101', 'Anna', NULL), fixture.person('" BO
             "', '0101', 'Bo', NULL);"
             "SELECT fixture.compute('2024-03-01', true, '2024-03 " ANNA " 1500001, 2024-03 " BO " 1500000,"
             " 2024-03 " CARLA " 234567')");
    expect_pay(TODAY, DUE, NULL, 1, "IGEN");
    expect_text("SELECT string_agg(detail, ' ') FROM ydelse.batch_event WHERE event = 'over_limit'",
                "IGEN;1;500001;500000");
    approve("3", NULL, 77);
    approve("3", "efterbetaling", 0);
}
