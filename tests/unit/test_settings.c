#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/base/embedded.h"
#include "io/base/settings.h"
#include "tests/support/process.h"

/* Writes text as a settings file and loads it. The folder is left for the caller to remove. */
static Status load_text(const char *text, Settings **settings, Error *error, char **folder) {
    char path[600];
    *folder = temporary_folder();
    snprintf(path, sizeof path, "%s/prove.ini", *folder);
    write_text_file(path, text);
    return settings_load(path, settings, error);
}

static void forget_environment(void) {
    unsetenv("YDELSE_CONFIG");
    unsetenv("YDELSE_POLICY_SKAT");
    unsetenv("YDELSE_DRIFT_IDAG");
}

Test(settings, builtin_values_are_the_defaults, .init = forget_environment) {
    Error error;
    Settings *settings = NULL;
    char *folder;
    cr_assert_eq(load_text("", &settings, &error, &folder), STATUS_OK, "%s", error.message);
    const Policy policy = settings_policy(settings);
    const Policy wanted = policy_default();
    for (int32_t k = 0; k < POLICY_COUNT; k++)
        cr_expect_eq(policy.value[k], wanted.value[k], "%s", policy_table[k].key);
    cr_expect_str_eq(setting_get(settings, "betaling", "frist_bankdage"), "2");
    cr_expect_str_eq(setting_get(settings, "udskrift", "sprog"), "da");
    cr_expect_null(setting_get(settings, "drift", "idag"));
    cr_expect_null(setting_get(settings, "cutover", "alle"));
    settings_free(settings);
    temporary_folder_remove(folder);
}

/* A key stands in the file with its value, or commented out when nothing is set by itself. */
static void expect_described(void *context, const SettingDefinition *definition) {
    const EmbeddedFile *file = context;
    char set[80];
    char commented[80];
    if (strcmp(definition->key, "*") == 0)
        return;
    snprintf(set, sizeof set, "\n%s = ", definition->key);
    snprintf(commented, sizeof commented, "\n; %s = ", definition->key);
    cr_expect(strstr(file->bytes, set) != NULL || strstr(file->bytes, commented) != NULL,
              "config/ydelse.ini lacks %s.%s", definition->section, definition->key);
}

Test(settings, every_known_setting_stands_in_the_builtin_file) {
    const EmbeddedFile *file = embedded_find("config/ydelse.ini");
    cr_assert_not_null(file);
    settings_known(expect_described, (void *)(uintptr_t)file);
}

Test(settings, file_then_environment_then_set, .init = forget_environment) {
    Error error;
    Settings *settings = NULL;
    char *folder;
    setenv("YDELSE_POLICY_SKAT", "ja", 1);
    setenv("YDELSE_DRIFT_IDAG", "2024-03-20", 1);
    const char *text =
        "[policy]\n  afrunding = krone_linje\nskat = nej\n[cutover]\nalle = 2024-01\n0101 = 2024-06\n";
    cr_assert_eq(load_text(text, &settings, &error, &folder), STATUS_OK, "%s", error.message);
    cr_expect_str_eq(setting_get(settings, "policy", "afrunding"), "krone_linje");
    cr_expect_str_eq(setting_get(settings, "policy", "skat"), "ja");
    cr_expect_str_eq(setting_get(settings, "cutover", "0101"), "2024-06");
    cr_expect_eq(settings_today(settings).day, date_from_ymd(2024, 3, 20).day);
    cr_expect_eq(setting_set(settings, "policy", "skat", "nej", &error), STATUS_OK);
    cr_expect_eq(settings_policy(settings).value[POLICY_SKAT], 0);
    settings_free(settings);
    temporary_folder_remove(folder);
}

static void collect_key(void *context, const char *key, const char *value) {
    strcat(context, key);
    strcat(context, "=");
    strcat(context, value);
    strcat(context, " ");
}

Test(settings, each_visits_keys_in_byte_order, .init = forget_environment) {
    Error error;
    Settings *settings = NULL;
    char *folder;
    char text[200] = "";
    cr_assert_eq(
        load_text("[cutover]\nalle = 2024-01\n0851 = 2024-03\n0101 = 2024-02\n", &settings, &error, &folder),
        STATUS_OK);
    setting_each(settings, "cutover", collect_key, text);
    cr_expect_str_eq(text, "0101=2024-02 0851=2024-03 alle=2024-01 ");
    settings_free(settings);
    temporary_folder_remove(folder);
}

Test(settings, mistakes_name_file_and_line, .init = forget_environment) {
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"[policy]\nskat = nej\nskatt = ja\n", "prove.ini:3: unknown setting policy.skatt"},
        {"[polici]\nskat = nej\n", "prove.ini:2: unknown section [polici]"},
        {"[policy]\n\n; hej\nskat = måske\n", "prove.ini:4: policy.skat = måske: expected"},
        {"[policy]\nskat = nej\nskat = ja\n", "prove.ini:3: setting policy.skat is given twice"},
        {"[cutover]\n101 = 2024-01\n", "prove.ini:2: unknown setting cutover.101"},
        {"[cutover]\nalle = 2024-13\n", "prove.ini:2: cutover.alle = 2024-13: expected a month"},
        {"[betaling]\nfrist_bankdage = -1\n",
         "prove.ini:2: betaling.frist_bankdage = -1: expected a whole number"},
        {"[betaling]\nfrist_bankdage = 101\n", "expected a whole number from 0 to 100"},
        {"[betaling]\nservicekode = nurg\n", "expected a code"},
        {"[drift]\nidag = 20-03-2024\n", "expected a date"},
        {"[udskrift]\nsprog = sv\n", "expected da or en"},
        {"[policy]\nuden mening\n", "prove.ini:2: expected [section], key = value"},
        {"[policy\nskat = ja\n", "prove.ini:1: expected [section], key = value"},
        {"skat = ja\n", "prove.ini:1: unknown section []"},
        {"[policy]\nskat = "
         "nej                                                                                                "
         "       "
         "                                                                            \n",
         "prove.ini:2: the line is longer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Error error = {.status = STATUS_OK};
        Settings *settings = NULL;
        char *folder;
        cr_expect_eq(load_text(cases[i].text, &settings, &error, &folder), STATUS_CONFIG, "%s",
                     cases[i].text);
        cr_expect_null(settings);
        cr_expect_not_null(strstr(error.message, cases[i].message), "found: %s; wanted: %s", error.message,
                           cases[i].message);
        temporary_folder_remove(folder);
    }
}

Test(settings, a_nul_in_the_file_is_refused, .init = forget_environment) {
    Error error;
    Settings *settings = NULL;
    char *folder = temporary_folder();
    char path[600];
    snprintf(path, sizeof path, "%s/prove.ini", folder);
    write_file(path, "[policy]\nskat\0 = ja\n", 20);
    cr_expect_eq(settings_load(path, &settings, &error), STATUS_CONFIG);
    temporary_folder_remove(folder);
}

Test(settings, a_named_file_must_be_there, .init = forget_environment) {
    Error error;
    Settings *settings = NULL;
    cr_expect_eq(settings_load("/findes/ikke.ini", &settings, &error), STATUS_CONFIG);
    cr_expect_not_null(strstr(error.message, "/findes/ikke.ini"));
}

Test(settings, an_unknown_variable_of_a_known_section_is_refused, .init = forget_environment) {
    Error error;
    Settings *settings = NULL;
    char *folder;
    setenv("YDELSE_POLICY_SKATT", "ja", 1);
    cr_expect_eq(load_text("", &settings, &error, &folder), STATUS_CONFIG);
    cr_expect_not_null(strstr(error.detail, "YDELSE_POLICY_SKATT"), "%s", error.detail);
    temporary_folder_remove(folder);
}

Test(settings, today_is_today_when_nothing_is_set, .init = forget_environment) {
    Error error;
    Settings *settings = NULL;
    char *folder;
    cr_assert_eq(load_text("", &settings, &error, &folder), STATUS_OK);
    cr_expect_geq(settings_today(settings).day, date_from_ymd(2024, 1, 1).day);
    settings_free(settings);
    temporary_folder_remove(folder);
}

/* A clock may say anything. */
Test(settings, days_of_the_clock_that_no_date_may_have_are_refused) {
    static const struct {
        time_t now;
        const char *day; /* "": none */
    } cases[] = {
        {0, "1970-01-01"},
        {-1, "1969-12-31"},
        {INT64_C(2147483648), "2038-01-19"},
        {INT64_C(-5364662400), "1800-01-01"},
        {INT64_C(-5364662401), ""},
        {INT64_C(253402300799), "9999-12-31"},
        {INT64_C(253402300800), ""},
        {INT64_C(67767976233532799), ""}, /* the last of a year in 32 bits */
        {INT64_C(67767976233532800) - 86400 * INT64_C(365) * 1800, ""},
        {INT64_MAX, ""},
        {INT64_MIN, ""},
    };
    setenv("TZ", "UTC0", 1);
    tzset();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Date day = DATE_NONE;
        char text[DATE_TEXT_SIZE];
        const bool found = settings_day_of(cases[i].now, &day);
        date_format(day, text);
        cr_expect_eq(found, cases[i].day[0] != '\0', "case %zu", i);
        cr_expect_str_eq(text, cases[i].day, "case %zu", i);
    }
}
