/* A story: the lives of a few participants over some nights, as the deliveries tell them, made from a seed.
 *
 * A life has two participants: the one it is about and one whom its rows may be moved to; either may arrive later
 * than rows about them. What a life tells comes from a random stream of its own, so that a story with one life
 * only tells of it what the whole story tells. Which files repeat or are spoilt, which months are run, and where the
 * program is killed, is the night's.
 */
#ifndef YDELSE_TESTS_HISTORIES_STORY_H
#define YDELSE_TESTS_HISTORIES_STORY_H

#include "engine/date.h"
#include "io/base/stop_point.h"
#include "io/intake/kind.h"

#define LIVES_MAX 40
#define PEOPLE_MAX (2 * LIVES_MAX) /* life i has people 2 i and 2 i + 1 */
#define NIGHTS_MAX 12
#define MONTHS 6
#define CELLS_SIZE 160
#define NIGHT_FILES_MAX 48
#define TOLD_MAX 4096
#define NOBODY (-1)

/* One row of a file. */
typedef struct {
    KindId kind;
    char posttype;
    bool unreadable;
    int16_t life, serial;   /* with the kind, its id; a participant's serial is 0 or 1 */
    int16_t person;         /* NOBODY: a withdrawal by its id alone */
    Month month;            /* of an income's dispositionsdato, else MONTH_NONE */
    char cells[CELLS_SIZE]; /* what stands after id and CPR number */
} Told;

typedef struct {
    KindId kind;
    char name[48];
    int32_t first, count; /* in told */
    bool spoilt;          /* its trailer is wrong, so that the whole file is rejected */
    int32_t night, file;  /* the one it repeats; night -1: none */
} StoryFile;

typedef struct {
    StoryFile files[NIGHT_FILES_MAX];
    int32_t file_count;
    int32_t month;   /* the one to run: 0 .. MONTHS - 1 after the first */
    bool load_apart; /* load, then run; else run --input */
    int32_t kills;   /* how often it is killed before it may come to its end */
    StopPoint kill_at[2];
    bool reprocess; /* between load and run, of some months; for everyone or (a person given) for one */
    int32_t reprocess_person;
    bool check_full, check_again;
} StoryNight;

typedef struct {
    uint64_t seed;
    int32_t life_count, night_count;
    Month first_month;
    bool tax;
    int32_t cutover, cutover_odense; /* months after the first */
    int32_t pay_after;               /* the night after which what is owed is paid; -1: none */
    bool money;                      /* after every night people pay, and amounts are made to meet */
    Told told[TOLD_MAX];
    int32_t told_count;
    StoryNight nights[NIGHTS_MAX];
} Story;

/* lives: which of them are told, bit by bit. Allocated; free with free(). */
Story *story_make(uint64_t seed, int32_t life_count, uint64_t lives, bool money);

/* The same rows in two or three nights, in an order that keeps each id's own. The rows are given in the order in
 * which they arrived. */
Story *story_shuffle(const Story *story, const Told *const *arrived, int32_t count);

/* Writes the night's files into a folder. */
void story_write_night(const Story *story, int32_t night, const char *folder);
/* Writes rows as a file of their kind. */
void story_write_rows(const Story *story, const char *path, KindId kind, const Told *const *rows,
                      int32_t count, int32_t number, bool spoilt);

/* day + 60: nobody has such a number. */
void story_cpr(const Story *story, int32_t person, char cpr[16]);
/* The person of a CPR number, or NOBODY. */
int32_t story_person(const Story *story, const char *cpr);
Month story_month(const Story *story, int32_t month);

/* What a new row of a kind may say (rows.c). */
void contents_make(uint64_t *state, const Story *story, Told *told);
extern const char *const contents_columns[KIND_COUNT];
/* The municipality is the first cell of a participant's row. */
void contents_participant(uint64_t *state, const Story *story, const char *kommunekode, bool dead,
                          char *cells);
extern const char *const story_municipalities[3];

bool chance(uint64_t *state, int32_t percent);

#endif
