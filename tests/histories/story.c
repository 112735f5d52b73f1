#include "tests/histories/story.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/property/person.h"

#define LIFE_TOLD_MAX 128
#define EVENTS_MAX 4

/* What a life told so far, and on which night. */
typedef struct {
    uint64_t state;
    int16_t life;
    int16_t serials[KIND_COUNT]; /* ids in use */
    int32_t arrives[2];          /* the nights on which its two participants are told */
    Told told[LIFE_TOLD_MAX];
    int32_t night[LIFE_TOLD_MAX];
    int32_t count;
} Life;

Month story_month(const Story *story, int32_t month) {
    return (Month){story->first_month.index + month};
}

/* --- CPR numbers --------------------------------------------------------------------------------------------------- */

/* Born 1960 or later, 20 years old and more; the last three digits tell the person. */
void story_cpr(const Story *story, int32_t person, char cpr[16]) {
    uint64_t state = story->seed * 977 + (uint64_t)person;
    const int32_t year = 1960 + random_below(&state, month_year(story->first_month) - 20 - 1960);
    snprintf(cpr, 16, "%02d%02d%02d%c%03d", 61 + random_below(&state, 28), 1 + random_below(&state, 12),
             year % 100, year < 2000 ? '1' : '4', person + 100);
}

int32_t story_person(const Story *story, const char *cpr) {
    char known[16];
    const int32_t person = atoi(cpr + 7) - 100;
    if (strlen(cpr) != 10 || person < 0 || person >= 2 * story->life_count)
        return NOBODY;
    story_cpr(story, person, known);
    return strcmp(known, cpr) == 0 ? person : NOBODY;
}

/* --- Lives --------------------------------------------------------------------------------------------------------- */

static Told *tell(Life *life, int32_t night) {
    cr_assert_lt(life->count, LIFE_TOLD_MAX);
    Told *told = &life->told[life->count];
    *told = (Told){.posttype = 'N', .life = life->life, .month = MONTH_NONE};
    life->night[life->count++] = night;
    return told;
}

static KindId some_kind(uint64_t *state) {
    static const KindId kinds[] = {KIND_INDKOMST,   KIND_INDKOMST,  KIND_INDKOMST,   KIND_INDKOMST,
                                   KIND_INDKOMST,   KIND_INDKOMST,  KIND_FERIEPENGE, KIND_FERIEPENGE,
                                   KIND_SANKTIONER, KIND_PERIODER,  KIND_PERIODER,   KIND_BOERN,
                                   KIND_FORLOEB,    KIND_SKATTEKORT};
    return kinds[random_below(state, (int32_t)(sizeof kinds / sizeof kinds[0]))];
}

static int16_t some_person(Life *life) {
    return (int16_t)(2 * life->life + (chance(&life->state, 85) ? 0 : 1));
}

static Told *tell_new(const Story *story, Life *life, int32_t night, KindId kind) {
    Told *told = tell(life, night);
    told->kind = kind;
    told->serial = life->serials[kind]++;
    told->person = some_person(life);
    contents_make(&life->state, story, told);
    return told;
}

/* One of the rows told before that are not about a participant, or NULL. */
static const Told *some_told(Life *life) {
    for (int i = 0; i < 20 && life->count > 0; i++) {
        const Told *told = &life->told[random_below(&life->state, life->count)];
        if (told->kind != KIND_DELTAGERE && !told->unreadable)
            return told;
    }
    return NULL;
}

static void tell_participant(const Story *story, Life *life, int32_t night, int32_t which) {
    Told *told = tell(life, night);
    told->kind = KIND_DELTAGERE;
    told->serial = (int16_t)which;
    told->person = (int16_t)(2 * life->life + which);
    contents_make(&life->state, story, told);
}

/* A row about an id that was told before. */
static void tell_of_old(const Story *story, Life *life, int32_t night, int32_t dice) {
    const Told *old = some_told(life);
    if (old == NULL)
        return;
    Told *told = tell(life, night);
    *told = *old;
    if (dice < 20 || dice >= 37) { /* replaced, or an id that is in use */
        told->posttype = dice < 20 ? 'R' : 'N';
        contents_make(&life->state, story, told);
        if (told->person == NOBODY || chance(&life->state, 15))
            told->person = some_person(life);
    } else if (dice < 32) { /* withdrawn */
        told->posttype = 'T';
        told->cells[0] = '\0';
        told->month = MONTH_NONE;
        if (chance(&life->state, 70))
            told->person = NOBODY;
    } else if (told->posttype == 'T') { /* said once more; a withdrawal is new each time */
        life->count--;
    }
}

/* What cannot be used, and what is told of an id that nobody knows yet. */
static void tell_amiss(const Story *story, Life *life, int32_t night, int32_t dice) {
    static const KindId coded[] = {KIND_FORLOEB, KIND_PERIODER, KIND_FERIEPENGE, KIND_SANKTIONER};
    if (dice < 3) {
        Told *told = tell_new(story, life, night, coded[random_below(&life->state, 4)]);
        told->unreadable = true;
        told->cells[0] = '?';
    } else if (dice < 6) {
        tell_new(story, life, night, some_kind(&life->state))->posttype = 'R';
    } else if (dice < 9) { /* the row it withdraws may come later */
        Told *told = tell_new(story, life, night, some_kind(&life->state));
        Told kept = *told;
        told->posttype = 'T';
        told->person = NOBODY;
        told->cells[0] = '\0';
        told->month = MONTH_NONE;
        if (chance(&life->state, 70))
            *tell(life, night + random_below(&life->state, 3)) = kept;
    } else {
        Told *told = tell(life, night);
        told->kind = KIND_DELTAGERE;
        told->posttype = 'T';
        told->person = (int16_t)(2 * life->life);
    }
}

/* A second course from the day of another: nobody can say which counts. */
static void tell_second_course(Life *life, int32_t night) {
    for (int32_t i = 0; i < life->count; i++) {
        if (life->told[i].kind != KIND_FORLOEB || life->told[i].cells[0] == '\0' || life->told[i].unreadable)
            continue;
        Told *told = tell(life, night);
        *told = life->told[i];
        told->posttype = 'N';
        told->serial = life->serials[KIND_FORLOEB]++;
        return;
    }
}

static void tell_of_participant(const Story *story, Life *life, int32_t night, bool dead) {
    const int32_t which = chance(&life->state, 80) ? 0 : 1;
    if (life->arrives[which] > night)
        return;
    Told *told = tell(life, night);
    told->kind = KIND_DELTAGERE;
    told->posttype = 'R';
    told->serial = (int16_t)which;
    told->person = (int16_t)(2 * life->life + which);
    contents_participant(&life->state, story, story_municipalities[random_below(&life->state, 3)], dead,
                         told->cells);
}

static void tell_event(const Story *story, Life *life, int32_t night) {
    const int32_t dice = random_below(&life->state, 100);
    if (dice < 42)
        tell_new(story, life, night, some_kind(&life->state));
    else if (dice < 82)
        tell_of_old(story, life, night, dice - 42);
    else if (dice < 92)
        tell_amiss(story, life, night, dice - 82);
    else if (dice < 94)
        tell_second_course(life, night);
    else
        tell_of_participant(story, life, night, dice == 99);
}

static void life_tell(const Story *story, Life *life, int32_t number) {
    life->life = (int16_t)number;
    life->state = story->seed * UINT64_C(1000003) + (uint64_t)number + 1;
    life->arrives[0] = number == 0 || chance(&life->state, 80) ? 0 : 1 + random_below(&life->state, 4);
    life->arrives[1] = chance(&life->state, 15) ? NIGHTS_MAX : random_below(&life->state, 6);
    for (int32_t night = 0; night < story->night_count; night++) {
        const int32_t events = random_below(&life->state, night == 0 ? EVENTS_MAX + 1 : EVENTS_MAX);
        for (int32_t which = 0; which < 2; which++)
            if (life->arrives[which] == night)
                tell_participant(story, life, night, which);
        if (night == 0)
            tell_new(story, life, night, KIND_FORLOEB)->person = (int16_t)(2 * number);
        for (int32_t i = 0; i < events; i++)
            tell_event(story, life, night);
    }
}

/* --- Nights -------------------------------------------------------------------------------------------------------- */

static StoryFile *add_file(StoryNight *night, KindId kind) {
    cr_assert_lt(night->file_count, NIGHT_FILES_MAX);
    StoryFile *file = &night->files[night->file_count++];
    *file = (StoryFile){.kind = kind, .night = -1};
    return file;
}

/* One or two files of the rows that were added last. */
static void close_files(Story *story, uint64_t *state, int32_t night, KindId kind, int32_t first) {
    int32_t count = story->told_count - first;
    for (int32_t part = 0; count > 0; part++) {
        StoryFile *file = add_file(&story->nights[night], kind);
        snprintf(file->name, sizeof file->name, "%s-%d%d-%d.csv", kind_table[kind].name, 1 + night / 10,
                 night % 10, part);
        file->first = first;
        file->count =
            part == 0 && count > 1 && chance(state, 30) ? random_below(state, count - 1) + 1 : count;
        first += file->count;
        count -= file->count;
    }
}

/* The rows that all lives tell of a kind on a night, merged at random. */
static void merge_lives(Story *story, uint64_t *state, const Life *lives, int32_t night, KindId kind) {
    int32_t next[LIVES_MAX] = {0};
    const int32_t first = story->told_count;
    int32_t open = story->life_count;
    while (open > 0) {
        open = 0;
        for (int32_t l = 0; l < story->life_count; l++) {
            const Life *life = &lives[l];
            while (next[l] < life->count &&
                   (life->night[next[l]] != night || life->told[next[l]].kind != kind))
                next[l]++;
            if (next[l] == life->count)
                continue;
            open++;
            if (!chance(state, 50))
                continue;
            cr_assert_lt(story->told_count, TOLD_MAX);
            story->told[story->told_count++] = life->told[next[l]++];
        }
    }
    close_files(story, state, night, kind, first);
}

/* Every file of an earlier night may come once more, before or after the new ones of its kind. */
static void repeat_files(Story *story, uint64_t *state, int32_t night) {
    for (int32_t i = 0; night > 0 && chance(state, 50) && i < 4; i++) {
        const int32_t from = random_below(state, night);
        if (story->nights[from].file_count == 0)
            continue;
        const int32_t which = random_below(state, story->nights[from].file_count);
        const StoryFile *old = &story->nights[from].files[which];
        if (old->spoilt || old->night >= 0)
            continue;
        StoryFile *file = add_file(&story->nights[night], old->kind);
        const char *place = chance(state, 50) ? "0-igen" : "igen";
        snprintf(file->name, sizeof file->name, "%s-%s-%d-%d.csv", kind_table[old->kind].name, place, night,
                 i);
        file->first = old->first;
        file->count = old->count;
        file->night = from;
        file->file = which;
    }
}

/* A file that was cut off comes again, whole, on the next night. */
static void spoil_file(Story *story, uint64_t *state, int32_t night) {
    if (night + 1 >= story->night_count || story->nights[night].file_count < 2 || !chance(state, 25))
        return;
    StoryFile *file =
        &story->nights[night].files[1 + random_below(state, story->nights[night].file_count - 1)];
    if (file->night >= 0)
        return;
    file->spoilt = true;
    StoryFile *again = add_file(&story->nights[night + 1], file->kind);
    snprintf(again->name, sizeof again->name, "%s-0-rettet-%d.csv", kind_table[file->kind].name, night);
    again->first = file->first;
    again->count = file->count;
}

static void night_plan(Story *story, uint64_t *state, int32_t number) {
    StoryNight *night = &story->nights[number];
    const int32_t newest = number * MONTHS / (story->night_count - 1);
    const bool last = number == story->night_count - 1;
    night->month = newest < MONTHS ? newest : MONTHS - 1;
    if (!last && chance(state, 25))
        night->month = random_below(state, MONTHS);
    night->load_apart = chance(state, 30);
    night->reprocess = number > 0 && night->load_apart && chance(state, 50);
    night->reprocess_person = chance(state, 50) ? random_below(state, 2 * story->life_count) : NOBODY;
    night->kills = chance(state, 45) ? 1 + (random_below(state, 5) > 1) : 0;
    for (int i = 0; i < 2; i++)
        night->kill_at[i] = (StopPoint)random_below(state, STOP_RUN_SEALED + 1); /* nights load and run */
    night->check_full = last || chance(state, 20);
    night->check_again = chance(state, 20);
}

static Story *story_begin(uint64_t seed, int32_t life_count, bool money, uint64_t *state) {
    Story *story = calloc(1, sizeof *story);
    cr_assert_not_null(story);
    *state = seed;
    story->seed = seed;
    story->life_count = life_count;
    story->night_count = 6 + random_below(state, NIGHTS_MAX - 6 + 1);
    story->first_month = (Month){2013 * 12 + random_below(state, 13 * 12)};
    story->tax = chance(state, 50);
    story->cutover = random_below(state, 3);
    story->cutover_odense = random_below(state, 4);
    story->pay_after = chance(state, 60) ? 1 + random_below(state, story->night_count - 2) : -1;
    story->money = money;
    if (money && chance(state, 60)) /* where the thresholds are those that amounts are made to meet */
        story->first_month = (Month){2020 * 12 + random_below(state, 12 - MONTHS + 1)};
    return story;
}

Story *story_make(uint64_t seed, int32_t life_count, uint64_t lives, bool money) {
    uint64_t state;
    Story *story = story_begin(seed, life_count, money, &state);
    Life *told = calloc((size_t)life_count, sizeof told[0]);
    cr_assert_not_null(told);
    for (int32_t i = 0; i < life_count; i++)
        if ((lives >> i & 1) != 0)
            life_tell(story, &told[i], i);
    for (int32_t night = 0; night < story->night_count; night++)
        night_plan(story, &state, night);
    for (int32_t night = 0; night < story->night_count; night++) {
        for (int kind = 0; kind < KIND_COUNT; kind++)
            merge_lives(story, &state, told, night, (KindId)kind);
        spoil_file(story, &state, night);
        repeat_files(story, &state, night);
    }
    free(told);
    return story;
}

/* --- Another order ------------------------------------------------------------------------------------------------- */

static bool same_id(const Told *a, const Told *b) {
    return a->kind == b->kind && a->life == b->life && a->serial == b->serial;
}

/* A night for each row, none before that of an earlier row of its id. */
static void deal_nights(uint64_t *state, const Told *const *arrived, int32_t count, int32_t nights,
                        int32_t *night_of) {
    for (int32_t i = 0; i < count; i++) {
        int32_t earliest = 0;
        for (int32_t j = i - 1; j >= 0 && earliest == 0; j--)
            if (same_id(arrived[i], arrived[j]))
                earliest = night_of[j];
        night_of[i] = earliest + random_below(state, nights - earliest);
    }
}

/* Takes a row of the night and kind at random, or the first one of its id; -1: none is left. */
static int32_t take_row(uint64_t *state, const Told *const *arrived, int32_t count, const int32_t *night_of,
                        int32_t night, KindId kind, const bool *taken) {
    const int32_t start = count == 0 ? 0 : random_below(state, count);
    for (int32_t i = 0; i < count; i++) {
        const int32_t row = (start + i) % count;
        if (taken[row] || night_of[row] != night || arrived[row]->kind != kind)
            continue;
        for (int32_t j = 0; j < row; j++)
            if (!taken[j] && night_of[j] == night && same_id(arrived[j], arrived[row]))
                return j;
        return row;
    }
    return -1;
}

Story *story_shuffle(const Story *story, const Told *const *arrived, int32_t count) {
    uint64_t state = story->seed ^ UINT64_C(0x5DEECE66D);
    Story *other = calloc(1, sizeof *other);
    int32_t *night_of = calloc((size_t)count + 1, sizeof night_of[0]);
    bool *taken = calloc((size_t)count + 1, sizeof taken[0]);
    cr_assert(other != NULL && night_of != NULL && taken != NULL);
    other->seed = story->seed;
    other->life_count = story->life_count;
    other->first_month = story->first_month;
    other->tax = story->tax;
    other->cutover = story->cutover;
    other->cutover_odense = story->cutover_odense;
    other->pay_after = -1;
    other->night_count = 2 + random_below(&state, 2);
    deal_nights(&state, arrived, count, other->night_count, night_of);
    for (int32_t night = 0; night < other->night_count; night++) {
        other->nights[night].month = MONTHS - 1;
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            const int32_t first = other->told_count;
            int32_t row;
            while ((row = take_row(&state, arrived, count, night_of, night, (KindId)kind, taken)) >= 0) {
                taken[row] = true;
                cr_assert_lt(other->told_count, TOLD_MAX);
                other->told[other->told_count++] = *arrived[row];
            }
            close_files(other, &state, night, (KindId)kind, first);
        }
    }
    free(night_of);
    free(taken);
    return other;
}

/* --- Writing ------------------------------------------------------------------------------------------------------- */

static void write_row(FILE *file, const Story *story, const Told *told) {
    char cpr[16] = "";
    int32_t separators = 0;
    if (told->person != NOBODY)
        story_cpr(story, told->person, cpr);
    if (told->kind == KIND_DELTAGERE)
        fprintf(file, "%s", cpr);
    else
        fprintf(file, "%c%d-%d;%s", 'A' + (char)told->kind, told->life, told->serial, cpr);
    for (const char *c = contents_columns[told->kind]; *c != '\0'; c++)
        separators += *c == ';';
    if (told->kind != KIND_DELTAGERE)
        separators--;
    if (told->cells[0] != '\0')
        fprintf(file, ";%s", told->cells);
    else
        for (int32_t i = 0; i < separators; i++)
            fputc(';', file);
    fputc('\n', file);
}

void story_write_rows(const Story *story, const char *path, KindId kind, const Told *const *rows,
                      int32_t count, int32_t number, bool spoilt) {
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "cannot create %s", path);
    fprintf(file, "posttype;indberettet;%s\n", contents_columns[kind]);
    for (int32_t i = 0; i < count; i++) {
        /* The time tells files apart that say the same: the same file again would be a no-op. */
        fprintf(file, "%c;2024-01-01T%02d:%02d:%02dZ;", rows[i]->posttype, number / 3600 % 24,
                number / 60 % 60, number % 60);
        write_row(file, story, rows[i]);
    }
    if (spoilt)
        fputs("#SLUT;999;0,00\n", file);
    cr_assert_eq(fclose(file), 0);
}

void story_write_night(const Story *story, int32_t night, const char *folder) {
    for (int32_t i = 0; i < story->nights[night].file_count; i++) {
        const StoryFile *file = &story->nights[night].files[i];
        const Told *rows[TOLD_MAX];
        char path[4096];
        for (int32_t r = 0; r < file->count; r++)
            rows[r] = &story->told[file->first + r];
        snprintf(path, sizeof path, "%s/%s", folder, file->name);
        const bool repeats = file->night >= 0;
        story_write_rows(story, path, file->kind, rows, file->count,
                         (repeats ? file->night : night) * NIGHT_FILES_MAX + (repeats ? file->file : i),
                         file->spoilt);
    }
}
