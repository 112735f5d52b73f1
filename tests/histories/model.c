#include "tests/histories/model.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/process.h"

#define LINE_FIELDS 19 /* of the result of calc */

Model *model_begin(const Story *story, Tally *tally) {
    Model *model = calloc(1, sizeof *model);
    cr_assert_not_null(model);
    model->story = story;
    model->tally = tally;
    model->newest_run = -1;
    return model;
}

void model_free(Model *model) {
    for (int32_t m = 0; m < MONTHS; m++)
        free(model->results[m]);
    free(model);
}

int32_t model_arrived(const Model *model, const Told **arrived) {
    for (int32_t i = 0; i < model->count; i++)
        arrived[i] = model->arrivals[i].told;
    return model->count;
}

/* --- Which rows count ---------------------------------------------------------------------------------------------- */

typedef enum {
    FATE_COUNTS, /* now, or until a later row of its id */
    FATE_DUPLICATE,
    FATE_OTHER_CONTENT,
    FATE_NOTHING_TO_WITHDRAW,
    FATE_WAITS,
    FATE_NOT_WITHDRAWABLE,
    FATE_UNREADABLE,
} Fate;

static bool same_id(const Told *a, const Told *b) {
    return a->kind == b->kind && a->life == b->life && a->serial == b->serial;
}

static bool same_content(const Told *a, const Told *b) {
    return a->person == b->person && strcmp(a->cells, b->cells) == 0;
}

/* A participant is there from the first readable row about them on; none is ever withdrawn. */
bool model_knows(const Model *model, int32_t person) {
    for (int32_t i = 0; i < model->count; i++) {
        const Told *told = model->arrivals[i].told;
        if (told->kind == KIND_DELTAGERE && told->person == person && told->posttype != 'T')
            return true;
    }
    return false;
}

/* Goes through all that is known of an id, oldest first. Returns the row that counts, or NULL; *fate is that of the
 * arrival of the given number. */
static const Told *fold(const Model *model, const Told *id, int32_t number, Fate *fate) {
    const Told *accepted[TOLD_MAX];
    const Told *live = NULL;
    int32_t count = 0;
    for (int32_t i = 0; i < model->count; i++) {
        const Told *told = model->arrivals[i].told;
        if (!same_id(told, id))
            continue;
        Fate this = FATE_COUNTS;
        bool said_before = false;
        for (int32_t a = 0; a < count; a++)
            said_before = said_before || same_content(accepted[a], told);
        if (told->unreadable)
            this = FATE_UNREADABLE;
        else if (told->posttype == 'T' && told->kind == KIND_DELTAGERE)
            this = FATE_NOT_WITHDRAWABLE;
        else if (told->posttype == 'T')
            this = live == NULL ? FATE_NOTHING_TO_WITHDRAW : FATE_COUNTS;
        else if (!model_knows(model, told->person))
            this = FATE_WAITS;
        else if (told->posttype == 'N' && count > 0)
            this = said_before ? FATE_DUPLICATE : FATE_OTHER_CONTENT;
        if (i == number)
            *fate = this;
        if (this != FATE_COUNTS)
            continue;
        live = told->posttype == 'T' ? NULL : told;
        accepted[count++] = told;
    }
    return live;
}

/* The thresholds are those of 2020. A wage is one by its class, or by its type when nobody gave it a class. */
static void count_meeting(Model *model, const Told *told) {
    static const struct {
        const char *klasse, *amount;
        TallyId id;
    } meetings[] = {
        {";00;;", ";14965,00;", TALLY_WAGE_AT},
        {";00;;", ";14964,99;", TALLY_WAGE_BESIDE},
        {";00;;", ";14965,01;", TALLY_WAGE_BESIDE},
        {";LOEN;", ";14965,00;", TALLY_WAGE_AT},
        {";LOEN;", ";14964,99;", TALLY_WAGE_BESIDE},
        {";LOEN;", ";14965,01;", TALLY_WAGE_BESIDE},
        {";FRIKORT;", ";20000,00;", TALLY_FRIKORT_AT},
        {";FRIKORT;", ";19999,99;", TALLY_FRIKORT_BESIDE},
        {";FRIKORT;", ";20000,01;", TALLY_FRIKORT_BESIDE},
    };
    if (told->kind != KIND_INDKOMST || told->posttype == 'T' || month_year(told->month) != 2020)
        return;
    for (size_t i = 0; i < sizeof meetings / sizeof meetings[0]; i++)
        if (strstr(told->cells, meetings[i].klasse) != NULL &&
            strstr(told->cells, meetings[i].amount) != NULL)
            tally_add(model->tally, meetings[i].id);
}

static void count_fate(Model *model, const Told *told, Fate fate, bool was_live) {
    static const TallyId of_posttype[] = {TALLY_ROW_N, TALLY_ROW_R, TALLY_ROW_T};
    static const TallyId of_fate[] = {TALLY_ROW_N,
                                      TALLY_ROW_DUPLICATE,
                                      TALLY_ROW_OTHER_CONTENT,
                                      TALLY_ROW_NOTHING_TO_WITHDRAW,
                                      TALLY_ROW_WAITS,
                                      TALLY_ROW_NOTHING_TO_WITHDRAW,
                                      TALLY_ROW_UNREADABLE};
    const int which = told->posttype == 'N' ? 0 : told->posttype == 'R' ? 1 : 2;
    tally_add(model->tally, fate == FATE_COUNTS ? of_posttype[which] : of_fate[fate]);
    if (fate != FATE_COUNTS)
        return;
    count_meeting(model, told);
    if (told->month.index != MONTH_NONE.index && model->newest_run >= 0 &&
        told->month.index <= story_month(model->story, model->newest_run).index)
        tally_add(model->tally, TALLY_ROW_LATE);
    if (told->posttype == 'R' && !was_live)
        tally_add(model->tally, TALLY_ROW_REVIVED);
}

/* The third cell of a participant is the day of death. */
static bool is_dead(const Told *told) {
    const char *birth = strchr(told->cells, ';');
    const char *death = birth == NULL ? NULL : strchr(birth + 1, ';');
    return death != NULL && death[1] != ';';
}

static void arrive(Model *model, const Told *told) {
    Fate fate = FATE_COUNTS;
    cr_assert_lt(model->count, TOLD_MAX);
    const Told *before = fold(model, told, -1, &fate);
    model->arrivals[model->count++] = (Arrival){told, false};
    fold(model, told, model->count - 1, &fate);
    count_fate(model, told, fate, before != NULL);
    if (told->kind == KIND_DELTAGERE && fate == FATE_COUNTS && before == NULL && model->newest_run >= 0)
        tally_add(model->tally, TALLY_LATE_PARTICIPANT);
    if (told->kind == KIND_DELTAGERE && fate == FATE_COUNTS && is_dead(told))
        tally_add(model->tally, TALLY_DEATH);
    if (before == NULL || fate != FATE_COUNTS || told->posttype != 'R')
        return;
    if (told->kind == KIND_DELTAGERE && strncmp(before->cells, told->cells, 4) != 0)
        tally_add(model->tally, TALLY_MUNICIPALITY);
    if (before->person != told->person)
        tally_add(model->tally, TALLY_ROW_OF_ANOTHER);
}

/* A later withdrawal of the same id was accepted: nobody asks about the rejected one any more. */
static bool is_withdrawn_since(const Model *model, int32_t first) {
    for (int32_t i = first + 1; i < model->count; i++) {
        const Told *told = model->arrivals[i].told;
        Fate fate = FATE_WAITS;
        if (told->posttype != 'T' || model->arrivals[first].told->posttype != 'T' ||
            !same_id(told, model->arrivals[first].told))
            continue;
        fold(model, told, i, &fate);
        if (fate == FATE_COUNTS)
            return true;
    }
    return false;
}

/* A row of a file that comes again: only one that was rejected beside others is looked at once more, as a new
 * arrival; when it is rejected again, nothing has happened. */
static void arrive_again(Model *model, const Told *told) {
    int32_t first = 0;
    Fate fate = FATE_COUNTS;
    while (first < model->count && model->arrivals[first].told != told)
        first++;
    cr_assert_lt(first, model->count, "a file is repeated that never came");
    fold(model, told, first, &fate);
    if (model->arrivals[first].made_good || is_withdrawn_since(model, first) ||
        (fate != FATE_OTHER_CONTENT && fate != FATE_NOTHING_TO_WITHDRAW))
        return;
    model->arrivals[model->count++] = (Arrival){told, false};
    fold(model, told, model->count - 1, &fate);
    if (fate != FATE_COUNTS) {
        model->count--;
        return;
    }
    model->arrivals[first].made_good = true;
    tally_add(model->tally, TALLY_ROW_COUNTS_AT_LAST);
}

static int by_name(const void *a, const void *b) {
    const StoryFile *const *one = a, *const *other = b;
    if ((*one)->kind != (*other)->kind)
        return (*one)->kind < (*other)->kind ? -1 : 1;
    return strcmp((*one)->name, (*other)->name);
}

void model_load(Model *model, int32_t night) {
    const Story *story = model->story;
    const StoryNight *files = &story->nights[night];
    const StoryFile *sorted[NIGHT_FILES_MAX];
    for (int32_t i = 0; i < files->file_count; i++)
        sorted[i] = &files->files[i];
    qsort(sorted, (size_t)files->file_count, sizeof sorted[0], by_name);
    for (int32_t i = 0; i < files->file_count; i++) {
        const bool repeats = sorted[i]->night >= 0;
        const int32_t first_night = repeats ? sorted[i]->night : night;
        bool *loaded = &model->loaded[first_night][repeats ? sorted[i]->file : sorted[i] - files->files];
        if (sorted[i]->spoilt) {
            tally_add(model->tally, TALLY_FILE_REJECTED);
            continue;
        }
        if (*loaded)
            tally_add(model->tally, TALLY_FILE_REPEATED);
        for (int32_t r = 0; r < sorted[i]->count; r++) {
            const Told *told = &story->told[sorted[i]->first + r];
            *loaded ? arrive_again(model, told) : arrive(model, told);
        }
        *loaded = true;
    }
}

/* --- What it comes to ---------------------------------------------------------------------------------------------- */

/* The rows that count, as a delivery of new ones; returns how many. */
static int32_t write_live(const Model *model, const char *folder) {
    int32_t total = 0;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        Told rows[TOLD_MAX / 4];
        const Told *pointers[TOLD_MAX / 4];
        char path[4096];
        int32_t count = 0;
        for (int32_t i = 0; i < model->count; i++) {
            const Told *told = model->arrivals[i].told;
            bool seen = (int)told->kind != kind;
            for (int32_t j = 0; j < i && !seen; j++)
                seen = same_id(told, model->arrivals[j].told);
            const Told *live = seen ? NULL : fold(model, told, -1, NULL);
            if (live == NULL)
                continue;
            cr_assert_lt(count, TOLD_MAX / 4);
            rows[count] = *live;
            rows[count].posttype = 'N';
            pointers[count] = &rows[count];
            count++;
        }
        snprintf(path, sizeof path, "%s/%s.csv", folder, kind_table[kind].name);
        if (count > 0)
            story_write_rows(model->story, path, (KindId)kind, pointers, count, 0, false);
        total += count;
    }
    return total;
}

/* The result lines of calc for a month; the caller frees them. */
static char *calc(const Model *model, const char *folder, int32_t month) {
    char text[DATE_TEXT_SIZE];
    month_format(story_month(model->story, month), text);
    const char *const arguments[] = {
        "calc", "--month", text, "--input", folder, "--policy", model->story->tax ? "skat=ja" : "skat=nej",
        NULL};
    Process process = ydelse_run(arguments, NULL);
    cr_assert(process.exit_code == 0 || process.exit_code == 1, "calc: exit %d\n%s", process.exit_code,
              process.err);
    const char *body = strchr(process.out, '\n');
    cr_assert_not_null(body);
    char *lines = strdup(body + 1);
    process_free(&process);
    return lines;
}

static int64_t oere(const char *kroner) {
    const char *comma = strchr(kroner, ',');
    cr_assert_not_null(comma, "%s", kroner);
    return strtoll(kroner, NULL, 10) * 100 + strtoll(comma + 1, NULL, 10);
}

typedef struct {
    bool computed, held; /* neither: there is no result */
    int64_t amount[COMPONENTS];
} Answer;

static void read_answers(const Model *model, const char *lines, Answer answers[PEOPLE_MAX]) {
    static const int fields[COMPONENTS] = {17, 13, 14, 16, 15};
    char *copy = strdup(lines);
    for (char *line = copy, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char *field[LINE_FIELDS];
        int count = 0;
        *end = '\0';
        for (char *at = line; at != NULL && count < LINE_FIELDS; count++) {
            field[count] = at;
            at = strchr(at, ';');
            if (at != NULL)
                *at++ = '\0';
        }
        cr_assert_eq(count, LINE_FIELDS);
        const int32_t person = story_person(model->story, field[0]);
        cr_assert_neq(person, NOBODY);
        answers[person].held = strcmp(field[2], "TILBAGEHOLDT") == 0;
        answers[person].computed = !answers[person].held;
        for (int c = 0; c < COMPONENTS; c++)
            answers[person].amount[c] = oere(field[fields[c]]);
    }
    free(copy);
}

/* --- What is owed -------------------------------------------------------------------------------------------------- */

int32_t model_cutover(const Story *story, const char *kommunekode) {
    return strcmp(kommunekode, "0461") == 0 ? story->cutover_odense : story->cutover;
}

int32_t model_first_month(const Story *story) {
    return story->cutover < story->cutover_odense ? story->cutover : story->cutover_odense;
}

/* The municipality of a participant as it counts now: static text, or NULL. */
static const char *municipality(const Model *model, int32_t person) {
    const Told id = {.kind = KIND_DELTAGERE, .life = (int16_t)(person / 2), .serial = (int16_t)(person % 2)};
    const Told *live = fold(model, &id, -1, NULL);
    for (int i = 0; live != NULL && i < 3; i++)
        if (strncmp(live->cells, story_municipalities[i], 4) == 0)
            return story_municipalities[i];
    return NULL;
}

bool model_is_dead(const Model *model, int32_t person) {
    const Told id = {.kind = KIND_DELTAGERE, .life = (int16_t)(person / 2), .serial = (int16_t)(person % 2)};
    const Told *live = fold(model, &id, -1, NULL);
    return live != NULL && is_dead(live);
}

/* art;foerste_dag;sidste_dag; an empty last day is still to come. */
static bool holds_on(const Told *told, Date day) {
    static const char hold[] = "SPAERRING;";
    Date first, last;
    if (strncmp(told->cells, hold, strlen(hold)) != 0)
        return false;
    const char *cell = told->cells + strlen(hold);
    if (!date_parse(cell, (uint32_t)strcspn(cell, ";"), &first) || day.day < first.day)
        return false;
    cell += strcspn(cell, ";") + 1;
    return !date_parse(cell, (uint32_t)strcspn(cell, ";"), &last) || day.day <= last.day;
}

bool model_is_on_hold(const Model *model, int32_t person, Date day) {
    for (int32_t i = 0; i < model->count; i++) {
        const Told *told = model->arrivals[i].told;
        const Told *live = told->kind == KIND_PERIODER ? fold(model, told, -1, NULL) : NULL;
        if (live != NULL && live->person == person && holds_on(live, day))
            return true;
    }
    return false;
}

static void count_change(Model *model, const Owed *before, const Owed *now, const char *lives_in,
                         bool vanished) {
    const int64_t difference = now->amount[0] - before->amount[0];
    if (before->revision == 0) {
        tally_add(model->tally, TALLY_FIRST);
        return;
    }
    if (difference != 0)
        tally_add(model->tally, difference > 0 ? TALLY_DELTA_MORE : TALLY_DELTA_LESS);
    if (vanished)
        tally_add(model->tally, TALLY_VANISHED);
    else if (before->amount[0] == 0 && difference > 0)
        tally_add(model->tally, TALLY_REAPPEARED);
    if (lives_in != NULL && strcmp(lives_in, now->kommunekode) != 0)
        tally_add(model->tally, TALLY_FROZEN);
}

/* A held result changes nothing; a month that was owed and has no result any more is owed zeros. */
static void owe(Model *model, int32_t person, int32_t month, const Answer *answer) {
    Owed *owed = &model->owed[person][month];
    const Owed before = *owed;
    const char *lives_in = municipality(model, person);
    owed->held = answer->held;
    if (owed->kommunekode == NULL && (answer->held || answer->computed))
        owed->kommunekode = lives_in;
    if (answer->held) {
        tally_add(model->tally, TALLY_HELD);
        if (before.revision > 0)
            tally_add(model->tally, TALLY_HELD_AFTER_OWED);
        return;
    }
    if (before.revision == 0) {
        if (!answer->computed)
            return;
        if (model_cutover(model->story, owed->kommunekode) > month) {
            tally_add(model->tally, TALLY_BEFORE_CUTOVER);
            return;
        }
    }
    if (before.held && answer->computed)
        tally_add(model->tally, TALLY_HELD_NO_MORE);
    if (answer->computed && answer->amount[0] == 0)
        tally_add(model->tally, TALLY_ZERO);
    if (before.revision > 0 && memcmp(before.amount, answer->amount, sizeof before.amount) == 0)
        return;
    memcpy(owed->amount, answer->amount, sizeof owed->amount);
    owed->revision++;
    count_change(model, &before, owed, lives_in, !answer->computed);
}

/* The lines of a month with those of one participant put in place of what they were; takes both texts. */
static char *replace_lines(const Model *model, char *old, char *now, int32_t person) {
    const char *from = old, *with = now;
    char *text = calloc(strlen(old) + strlen(now) + 1, 1);
    char *at = text;
    char cpr[16];
    cr_assert_not_null(text);
    story_cpr(model->story, person, cpr);
    while (*from != '\0' && strncmp(from, cpr, 10) < 0) { /* lines are sorted by CPR number */
        const size_t size = strcspn(from, "\n") + 1;
        memcpy(at, from, size);
        at += size;
        from += size;
    }
    if (strncmp(from, cpr, 10) == 0)
        from += strcspn(from, "\n") + 1;
    while (*with != '\0' && strncmp(with, cpr, 10) != 0)
        with += strcspn(with, "\n") + 1;
    if (*with != '\0') {
        memcpy(at, with, strcspn(with, "\n") + 1);
        at += strcspn(with, "\n") + 1;
    }
    strcpy(at, from);
    free(old);
    free(now);
    return text;
}

/* One month from what is known now, for everyone or for one participant. */
static void compute(Model *model, const char *folder, bool anything, int32_t month, int32_t person) {
    const int32_t people = 2 * model->story->life_count;
    Answer answers[PEOPLE_MAX] = {{.computed = false}};
    char *lines = anything ? calc(model, folder, month) : strdup("");
    read_answers(model, lines, answers);
    if (person == NOBODY) {
        free(model->results[month]);
        model->results[month] = lines;
    } else {
        model->results[month] = replace_lines(model, model->results[month], lines, person);
    }
    for (int32_t p = person == NOBODY ? 0 : person; p < (person == NOBODY ? people : person + 1); p++)
        if (month >= model_first_month(model->story))
            owe(model, p, month, &answers[p]);
        else if (answers[p].computed)
            tally_add(model->tally, TALLY_BEFORE_CUTOVER);
}

void model_reprocess(Model *model, int32_t first, int32_t last, int32_t person) {
    char *folder = temporary_folder();
    const bool anything = write_live(model, folder) > 0;
    for (int32_t m = first; m <= last; m++)
        compute(model, folder, anything, m, person);
    temporary_folder_remove(folder);
    tally_add(model->tally, person == NOBODY ? TALLY_REPROCESSED : TALLY_REPROCESSED_ONE);
}

void model_run(Model *model, int32_t month) {
    char *folder = temporary_folder();
    const bool anything = write_live(model, folder) > 0;
    for (int32_t m = 0; m <= month; m++)
        if (m >= model_first_month(model->story) || m == month)
            compute(model, folder, anything, m, NOBODY);
    temporary_folder_remove(folder);
    if (month < model->newest_run)
        tally_add(model->tally, TALLY_MONTH_BACK);
    if (month > model->newest_run)
        model->newest_run = month;
}

/* --- As text ------------------------------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b) {
    return strcmp(a, b);
}

char *model_owed_text(const Model *model) {
    static char lines[PEOPLE_MAX * MONTHS][160];
    int32_t count = 0;
    for (int32_t person = 0; person < 2 * model->story->life_count; person++)
        for (int32_t m = 0; m < MONTHS; m++) {
            const Owed *owed = &model->owed[person][m];
            char cpr[16], month[DATE_TEXT_SIZE];
            if (owed->revision == 0)
                continue;
            story_cpr(model->story, person, cpr);
            month_format(story_month(model->story, m), month);
            snprintf(lines[count++], sizeof lines[0],
                     "%s %s: til_udbetaling %lld, atp %lld %lld, skat %lld, "
                     "pension %lld, revision %d, kommune %s",
                     cpr, month, (long long)owed->amount[0], (long long)owed->amount[1],
                     (long long)owed->amount[2], (long long)owed->amount[3], (long long)owed->amount[4],
                     owed->revision, owed->kommunekode);
        }
    qsort(lines, (size_t)count, sizeof lines[0], by_text);
    char *text = malloc((size_t)count * sizeof lines[0] + 1);
    cr_assert_not_null(text);
    char *at = text;
    *at = '\0';
    for (int32_t i = 0; i < count; i++)
        at += sprintf(at, "%s\n", lines[i]);
    return text;
}
