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
#define SCENE_MESSAGE_SIZE 96

typedef enum { SCENE_OWNER, SCENE_MAKER, SCENE_APPROVER } SceneUser;

typedef struct {
    const char *name;
    int stage;
    SceneUser user;
    const char *arguments[SCENE_ARGUMENTS_MAX];
} SceneCommand;

extern const SceneCommand scene_commands[];
extern const int scene_command_count;
const SceneCommand *scene_command(const char *name);

/* Stages are made when a command first needs them. Aborts the test when something fails. */
void scene_begin(void);
void scene_end(void);

/* A database in the state in which the command is given, in place of the one before. The first time the command is played
 * undisturbed. */
void scene_set(const SceneCommand *command);

/* Starts a program (NULL: the one under test) with the command, or with other arguments as its owner (command NULL), in
 * the database that was set. extra: more of its environment, or NULL. */
pid_t scene_start(const char *program, const SceneCommand *command, const char *const *arguments,
                  const char *const *extra);
/* Waits for it. *stopped: it waits at a point. Returns what waitpid says. */
int scene_wait(pid_t process, bool *stopped);
/* Both at once; returns the exit code, or 128 and the number of the signal. */
int scene_run(const char *program, const SceneCommand *command, const char *const *arguments,
              const char *const *extra);
/* What the last program said on stderr; static. */
const char *scene_stderr(void);
/* The error in it; empty when there is none. */
const char *scene_message(char line[SCENE_MESSAGE_SIZE]);
/* Whether ten digits stand in it that could be a CPR number. */
bool scene_shows_cpr(void);

/* How the database stands: '-' before the command, '+' after it, '?' anything else. A payment file that was written must
 * be the stored one, and there is no other file. */
char scene_state(const SceneCommand *command);
/* Whether a command that was set changes nothing even undisturbed. */
bool scene_reads(const SceneCommand *command);
/* Tables that a broken run left, or files that a broken command left. */
long scene_leftovers(void);
/* Whether all seals and sums hold. */
bool scene_is_sound(void);
/* A folder for a socket. */
const char *scene_road(void);

#endif
