/* A settings file: what is taken can be asked for, set again, and used. */
#include <string.h>

#include "io/base/settings.h"
#include "tests/fuzz/fuzz.h"

typedef struct {
    Settings *settings;
    const char *section;
} Asked;

static void take_key(void *context, const char *key, const char *value) {
    const Asked *asked = context;
    const char *again = setting_get(asked->settings, asked->section, key);
    fuzz_require(again != NULL && strcmp(again, value) == 0, "a setting that is listed can be asked for");
    fuzz_require(strlen(value) < SETTING_VALUE_SIZE, "a value is within its limit");
}

static void take_known(void *context, const SettingDefinition *definition) {
    Asked *asked = context;
    asked->section = definition->section;
    setting_each(asked->settings, definition->section, take_key, asked);
    if (strcmp(definition->key, "*") == 0) {
        return;
    }
    Error error;
    char value[SETTING_VALUE_SIZE];
    const char *known = setting_get(asked->settings, definition->section, definition->key);
    if (known == NULL) {
        return;
    }
    strcpy(value, known);
    fuzz_require(setting_set(asked->settings, definition->section, definition->key, value, &error) ==
                     STATUS_OK,
                 "a value that was taken is taken again");
}

void fuzz_settings(const uint8_t *bytes, size_t size_bytes) {
    Settings *settings;
    Error error;
    const Status status = settings_load(fuzz_file(0, bytes, size_bytes), &settings, &error);
    if (status != STATUS_OK) {
        fuzz_require(status == STATUS_CONFIG, "bad settings are a fault of the configuration");
        fuzz_require_error(&error);
        return;
    }
    Asked asked = {.settings = settings};
    settings_known(take_known, &asked);
    const Policy policy = settings_policy(settings);
    for (int32_t k = 0; k < POLICY_COUNT; k++) {
        char text[POLICY_TEXT_SIZE];
        policy_value_text(&policy, (PolicyKey)k, text);
        fuzz_require(text[0] != '\0', "every policy has a value");
    }
    const Date today = settings_today(settings);
    fuzz_require(today.day >= DATE_MIN_DAY && today.day <= DATE_MAX_DAY, "today is a day");
    fuzz_require(settings_wait_seconds(settings) >= 0, "nobody waits less than no time");
    settings_free(settings);
}
