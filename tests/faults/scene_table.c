#include "tests/faults/scene_table.h"

#include <assert.h>
#include <criterion/criterion.h>
#include <string.h>

#include "io/base/error.h"

#define DUE "2024-03-27"
#define REASON "--reason", "prøve"
#define MARCH "--month", "2024-03"
#define ERASE "erase", "--before", "2020-02", REASON
#define DAY_BEFORE "2020-01-20" /* of the old month */
#define LONG_AFTER "2031-03-20"

const SceneCommand scene_commands[] = {
    {.name = "migrate", .stage = BARE, .arguments = {"migrate"}, .kind = SCENE_BY_STEPS},
    {.name = "load", .stage = EMPTY, .arguments = {"load", "samples/lille"}, .followed_by = {"run"}},
    {.name = "load many files", .stage = EMPTY, .arguments = {"load", MANY}, .followed_by = {"run"}},
    {.name = "run", .stage = LOADED, .arguments = {"run", MARCH}},
    {.name = "run --jobs 2",
     .stage = LOADED,
     .arguments = {"run", MARCH, "--jobs", "2", "--set", "drift.delmaengder=8"}},
    {.name = "plan",
     .stage = LOADED,
     .arguments = {"run", MARCH, "--plan-only", "--set", "drift.delmaengder=8"},
     .exit_when_done = STATUS_TRY_AGAIN, /* and says which run is open */
     .followed_by = {"work", "seal"}},
    {.name = "work",
     .stage = PLANNED,
     .arguments = {"work", PLAN},
     .kind = SCENE_BY_STEPS,
     .uses_attempts = true,
     .followed_by = {"seal"}},
    {.name = "seal", .stage = WORKED, .arguments = {"seal", PLAN}},
    {.name = "reprocess", .stage = RUN, .arguments = {"reprocess", MARCH, "--policy", "skat=ja", REASON}},
    {.name = "pay",
     .stage = RUN,
     .user = SCENE_MAKER,
     .arguments = {"pay", "--due", DUE, "--allow-replacement-cpr"}},
    {.name = "approve", .stage = PAID, .user = SCENE_APPROVER, .arguments = {"approve", "1"}},
    {.name = "cancel", .stage = PAID, .user = SCENE_MAKER, .arguments = {"cancel", "1", REASON}},
    {.name = "emit",
     .stage = APPROVED,
     .user = SCENE_APPROVER,
     .arguments = {"emit", "1", "--output", OUTPUT}},
    {.name = "recall", .stage = EMITTED, .user = SCENE_MAKER, .arguments = {"recall", "1", REASON}},
    {.name = "settle", .stage = EMITTED, .user = SCENE_MAKER, .arguments = {"settle", ANSWERS}},
    {.name = "pay --again",
     .stage = SETTLED,
     .user = SCENE_MAKER,
     .arguments = {"pay", "--again", REJECTED, REASON}},
    {.name = "resolve",
     .stage = DOUBTED,
     .user = SCENE_MAKER,
     .arguments = {"resolve", REJECTED, "--outcome", "betalt", REASON}},
    {.name = "resolve (second)",
     .stage = PROPOSED,
     .user = SCENE_APPROVER,
     .arguments = {"resolve", REJECTED, "--outcome", "betalt", REASON}},
    {.name = "load again", .stage = SETTLED, .arguments = {"load", LATE}},
    {.name = "run again", .stage = CORRECTED, .arguments = {"run", MARCH}},
    {.name = "claims decide",
     .stage = CLAIMED,
     .user = SCENE_MAKER,
     .arguments = {"claims", "decide", "1", "--decision", "A-1", "--outcome", "frafald"}},
    {.name = "claims close",
     .stage = DECIDED,
     .user = SCENE_MAKER,
     .arguments = {"claims", "close", "1", REASON}},
    {.name = "erase --order",
     .stage = OLD,
     .user = SCENE_MAKER,
     .arguments = {ERASE, "--order"},
     .today = LONG_AFTER,
     .followed_by = {"erase"}},
    {.name = "erase",
     .stage = ORDERED,
     .arguments = {ERASE},
     .today = LONG_AFTER,
     .exit_when_done = STATUS_NOT_PERMITTED},
    {.name = "report",
     .stage = CLAIMED,
     .arguments = {"report", "1", "--html", OUTPUT},
     .kind = SCENE_WRITES_FILE},
    {.name = "export",
     .stage = CLAIMED,
     .arguments = {"export", "--run", "1", "--output", OUTPUT},
     .kind = SCENE_WRITES_FILE,
     .exit_when_done = STATUS_CANNOT_CREATE},
    {.name = "check", .stage = EMPTY, .arguments = {"check", "samples/lille"}},
    {.name = "calc", .stage = EMPTY, .arguments = {"calc", MARCH, "--input", "samples/lille"}},
    {.name = "explain", .stage = CLAIMED, .arguments = {"explain", "--cpr", PAYEE, MARCH}},
    {.name = "verify", .stage = CLAIMED, .arguments = {"verify"}},
    /* Only on the way to others. */
    {.name = "settle doubt", .stage = SETTLED, .user = SCENE_MAKER, .arguments = {"settle", DOUBT}},
    {.name = "old load", .arguments = {"load", PAST}, .today = DAY_BEFORE},
    {.name = "old run", .arguments = {"run", "--month", "2020-01"}, .today = DAY_BEFORE},
    {.name = "old pay",
     .user = SCENE_MAKER,
     .arguments = {"pay", "--due", "2020-01-31", "--allow-replacement-cpr"},
     .today = DAY_BEFORE},
    {.name = "old approve", .user = SCENE_APPROVER, .arguments = {"approve", "1"}, .today = DAY_BEFORE},
    {.name = "old emit", .user = SCENE_APPROVER, .arguments = {"emit", "1"}, .today = DAY_BEFORE},
    {.name = "later run", .arguments = {"run", "--month", "2020-03"}, .today = "2020-03-20"},
};
const int scene_command_count = sizeof scene_commands / sizeof scene_commands[0];
static_assert(sizeof scene_commands / sizeof scene_commands[0] <= SCENE_COMMANDS_MAX, "a command too many");

const SceneStage scene_stages[STAGE_COUNT] = {
    [LOADED] = {EMPTY, {"load"}},
    [PLANNED] = {LOADED, {"plan"}},
    [WORKED] = {PLANNED, {"work"}},
    [RUN] = {LOADED, {"run"}},
    [PAID] = {RUN, {"pay"}},
    [APPROVED] = {PAID, {"approve"}},
    [EMITTED] = {APPROVED, {"emit"}},
    [SETTLED] = {EMITTED, {"settle"}},
    [DOUBTED] = {SETTLED, {"settle doubt"}},
    [PROPOSED] = {DOUBTED, {"resolve"}},
    [CORRECTED] = {SETTLED, {"load again"}},
    [CLAIMED] = {CORRECTED, {"run again"}},
    [DECIDED] = {CLAIMED, {"claims decide"}},
    [OLD] = {EMPTY, {"old load", "old run", "old pay", "old approve", "old emit", "later run"}},
    [ORDERED] = {OLD, {"erase --order"}},
};

const SceneCommand *scene_command(const char *name) {
    for (int i = 0; i < scene_command_count; i++)
        if (strcmp(scene_commands[i].name, name) == 0)
            return &scene_commands[i];
    cr_assert(false, "no command %s", name);
    return NULL;
}
