#include "tests/integration/console.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

WebServer console_server;
char *console_folder;
char finance[64], second_finance[64], auditor[64], nobody[64];

/* The cluster asks members of ydelse_password for it (with_postgres.sh). */
static void give_password(const char *user) {
    char sql[200];
    snprintf(sql, sizeof sql, "ALTER ROLE %s PASSWORD '" PASSWORD "'; GRANT ydelse_password TO %s", user,
             user);
    test_sql(owner, sql);
}

void console_begin(void) {
    begin_month();
    three_people();
    test_role_create(owner, "penge", "ydelse_finance", finance);
    test_role_create(owner, "penge2", "ydelse_finance", second_finance);
    test_role_create(owner, "rev", "ydelse_auditor", auditor);
    test_role_create(owner, "ingen", "ydelse_password", nobody);
    give_password(finance);
    give_password(second_finance);
    give_password(auditor);
    give_password(nobody);
    setenv("PGPASSWORD", PASSWORD, 1);
    setenv("YDELSE_DRIFT_IDAG", "2024-03-20", 1);
    console_folder = temporary_folder();
    console_server = web_start(console_folder, NULL);
}

void console_end(void) {
    web_stop(&console_server);
    temporary_folder_remove(console_folder);
    end_month();
}
