/* The month that is disturbed: each command from the state in which it is given, and what it must come to.
 *
 * The stages are databases, each made from the one before by the commands themselves, so that any command can be
 * tried again and again from the same state.
 */
#ifndef YDELSE_TESTS_FAULTS_SCENE_H
#define YDELSE_TESTS_FAULTS_SCENE_H

#include <stdbool.h>
#include <sys/types.h>

#define SCENE_ARGUMENTS_MAX 12
#define SCENE_FOLLOWERS_MAX 3
#define SCENE_MESSAGE_SIZE 96

typedef enum { SCENE_OWNER, SCENE_MAKER, SCENE_APPROVER } SceneUser;

/* What is special about a command. */
typedef enum {
    SCENE_PLAIN,
    SCENE_BY_STEPS,    /* what it has done of its work stands, and the next one goes on from there */
    SCENE_WRITES_FILE, /* it is done when its file is in its place, which is then whole */
} SceneKind;

typedef struct {
    const char *name;
    int stage;
    SceneUser user;
    const char *arguments[SCENE_ARGUMENTS_MAX];
    SceneKind kind;
    int exit_when_done; /* given again when it was done; 0: as the first time */
    const char *today;  /* NULL: the day of the scene */
    bool uses_attempts; /* failing costs one of the attempts that its run has: it is not as before */
    /* What must follow before it shows what was computed; NULL: nothing. */
    const char *followed_by[SCENE_FOLLOWERS_MAX];
} SceneCommand;

extern const SceneCommand scene_commands[];
extern const int scene_command_count;
const SceneCommand *scene_command(const char *name);

/* Stages are made when a command first needs them. Aborts the test when something fails. */
void scene_begin(void);
void scene_end(void);

/* A database in the state in which the command is given, in place of the one before. The first time the command and what
 * follows it are played undisturbed. */
void scene_set(const SceneCommand *command);

/* Starts a program (NULL: the one under test) with the command, or with other arguments as its owner (command NULL), in
 * the database that was set. extra: more of its environment, or NULL. */
pid_t scene_start(const char *program, const SceneCommand *command, const char *const *arguments,
                  const char *const *extra);
/* Waits for it. *stopped: it waits at a point. Returns what waitpid says. */
int scene_wait(pid_t process, bool *stopped);
/* Waits until a process that it started waits at a point: returns that one. 0: it has ended, *status is how. */
pid_t scene_wait_for_worker(pid_t process, int *status);
/* Both at once; returns the exit code, or 128 and the number of the signal. */
int scene_run(const char *program, const SceneCommand *command, const char *const *arguments,
              const char *const *extra);
/* What the last program said on stderr; static. */
const char *scene_stderr(void);
/* The error in it; empty when there is none. */
const char *scene_message(char line[SCENE_MESSAGE_SIZE]);
/* Whether ten digits stand in it that could be a CPR number. */
bool scene_shows_cpr(void);

/* How the database and the file that is written stand: '-' before the command, '+' after it, '~' on the way (only of
 * what works by steps), '?' anything else. A payment file that was written must be the stored one. */
char scene_state(const SceneCommand *command);
/* Plays what follows the command. Returns whether all is then as after an undisturbed one. */
bool scene_ends_well(const SceneCommand *command);
/* Whether a command that was set changes nothing even undisturbed. */
bool scene_reads(const SceneCommand *command);
/* Whether the exit code is that of a command that is given again after it came to a state. */
bool scene_is_exit_again(const SceneCommand *command, char state, int exit_code);

/* Tables that a broken run left, or files that a broken command left. */
long scene_leftovers(void);
/* Whether all seals and sums hold. */
bool scene_is_sound(void);
/* Whether the results that are sealed, if any, are those of an undisturbed one. */
bool scene_has_digest(const SceneCommand *command);
/* Whether nobody has more in payments than was ever owed for the month, and no batch has two files. */
bool scene_paid_once(void);

/* A folder for a socket, and for other things. */
const char *scene_folder(void);
/* Where files are written. */
const char *scene_output_folder(void);

#endif
