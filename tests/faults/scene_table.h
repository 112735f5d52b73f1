/* The commands of the scene and the states in which they are given, as tables. */
#ifndef YDELSE_TESTS_FAULTS_SCENE_TABLE_H
#define YDELSE_TESTS_FAULTS_SCENE_TABLE_H

#include "tests/faults/scene.h"

#define SCENE_COMMANDS_MAX 64
#define SCENE_STEPS_MAX 7

/* The states in which commands are given. */
enum {
    BARE, /* no schema */
    EMPTY,
    LOADED,
    PLANNED,
    WORKED,
    RUN,
    PAID,
    APPROVED,
    EMITTED,
    SETTLED,
    DOUBTED, /* the bank accepts what it had rejected */
    PROPOSED,
    CORRECTED,
    CLAIMED,
    DECIDED,
    OLD, /* an old month is paid, a later one sealed */
    ORDERED,
    STAGE_COUNT
};

/* Put in when the command is given. */
#define OUTPUT "{output}"
#define ANSWERS "{answers}"
#define DOUBT "{doubt}"
#define LATE "{late}"
#define MANY "{many}"
#define PAST "{past}"
#define REJECTED "{rejected}"
#define PAYEE "{payee}"
#define PLAN "{plan}"

/* How a state is made from an earlier one. */
typedef struct {
    int from;
    const char *steps[SCENE_STEPS_MAX];
} SceneStage;

extern const SceneStage scene_stages[STAGE_COUNT];

#endif
