/* Settings: built-in < config/ydelse.ini < environment < option.
 *
 * A setting is section.key = value, e.g. policy.skat = ja, cutover.alle = 2024-01. The built-in values are
 * the embedded config/ydelse.ini. File: --config F, else $YDELSE_CONFIG, else ./config/ydelse.ini when it is
 * there, else /etc/ydelse/ydelse.ini. Environment: YDELSE_<SECTION>_<KEY> in capitals.
 * Unknown sections and keys are errors (exit 78) that name file and line.
 */
#ifndef YDELSE_IO_BASE_SETTINGS_H
#define YDELSE_IO_BASE_SETTINGS_H

#include <time.h>

#include "engine/date.h"
#include "engine/policy.h"
#include "io/base/error.h"

#define SETTING_VALUE_SIZE 256

typedef struct Settings Settings;

/* The value as text, or NULL when it is not set. Borrowed. */
const char *setting_get(const Settings *settings, const char *section, const char *key);
Status setting_set(Settings *settings, const char *section, const char *key, const char *value, Error *error);

/* Calls visit for each key of a section, in byte order of the keys. */
void setting_each(const Settings *settings, const char *section,
                  void (*visit)(void *context, const char *key, const char *value), void *context);

/* The policies of section [policy]; --policy k=v is already merged. */
Policy settings_policy(const Settings *settings);

/* The known settings, for the program's own help and for tests. key "*": four digits of a municipality. */
typedef struct {
    const char *section;
    const char *key;
    const char *what; /* one line, Danish */
} SettingDefinition;
/* Calls visit for every known setting: first those of sections other than policy, then policy_table. */
void settings_known(void (*visit)(void *context, const SettingDefinition *definition), void *context);

Status settings_load(const char *config_path, Settings **settings, Error *error);
void settings_free(Settings *settings);

/* The business date: setting drift.idag when given (YYYY-MM-DD, for demonstrations and tests), else today. */
Date settings_today(const Settings *settings);
/* Fails when there is none, because the clock says a year that no date may have: before anybody asks for it. */
Status settings_check_today(const Settings *settings, Error *error);
/* The local day of a time; false when no date may be that day. */
bool settings_day_of(time_t now, Date *day);

/* The value of a setting whose type is a number; it has one, built in. */
int settings_number(const Settings *settings, const char *section, const char *key);

/* How long to wait for another load, run or migration: setting drift.vent_sekunder. */
int settings_wait_seconds(const Settings *settings);
/* How long the program that is started at a failure may run: setting drift.ved_fejl_sekunder. */
int settings_hook_seconds(const Settings *settings);

#endif
