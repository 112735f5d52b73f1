#include "io/intake/delivery_kind.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "io/base/mask.h"
#include "io/intake/fact.h"

#define NO_VERSION (-1) /* before the first: also what an empty slot's version_next less one is */
#define SLOTS_MIN 1024
#define SLOTS_AHEAD 16 /* so many are fetched before they are needed */
#define OUTCOME_PENDING UINT8_MAX

const size_t kind_row_size_bytes[KIND_COUNT] = {
    [KIND_DELTAGERE] = sizeof(Deltager),  [KIND_FORLOEB] = sizeof(Forloeb),
    [KIND_BOERN] = sizeof(Barn),          [KIND_PERIODER] = sizeof(Periode),
    [KIND_INDKOMST] = sizeof(Indkomst),   [KIND_FERIEPENGE] = sizeof(Feriepenge),
    [KIND_SANKTIONER] = sizeof(Sanktion), [KIND_SKATTEKORT] = sizeof(Skattekort),
};

void kind_rows_free(KindRows *rows) {
    free(rows->versions);
    free(rows->rows);
    free(rows->slots);
    free(rows->chain.versions);
    free(rows->chain.outcomes);
    free(rows->chain.stored);
    arena_free(&rows->arena);
    finding_log_free(&rows->log);
}

/* --- Growing ------------------------------------------------------------------------------------------------ */

static bool grow_versions(KindRows *rows) {
    if (rows->count < rows->capacity)
        return true;
    if (rows->count > DELIVERY_ROWS_MAX / 2) {
        rows->too_many_rows = true;
        return false;
    }
    const int32_t capacity = rows->capacity == 0 ? SLOTS_MIN : 2 * rows->capacity;
    StoredVersion *versions = realloc(rows->versions, (size_t)capacity * sizeof *versions);
    if (versions == NULL)
        return false;
    rows->versions = versions;
    if (rows->keep_rows) {
        char *moved = realloc(rows->rows, (size_t)capacity * kind_row_size_bytes[rows->kind]);
        if (moved == NULL)
            return false;
        rows->rows = moved;
    }
    rows->capacity = capacity;
    return true;
}

static uint64_t hash_id(Text id) {
    return XXH3_64bits(id.bytes, id.size_bytes);
}

static bool same_id(Text a, Text b) {
    return a.size_bytes == b.size_bytes && memcmp(a.bytes, b.bytes, a.size_bytes) == 0;
}

/* The slot of an id: the one that holds it, or the empty one where it belongs. */
static Slot *find_slot(const KindRows *rows, Text id, uint64_t hash) {
    const uint32_t mask = rows->slot_count - 1;
    for (uint32_t at = (uint32_t)hash & mask;; at = (at + 1) & mask) {
        Slot *slot = &rows->slots[at];
        if (slot->version_next == 0)
            return slot;
        if (slot->tag == (uint32_t)(hash >> 32) && same_id(rows->versions[slot->version_next - 1].id, id))
            return slot;
    }
}

/* Room for so many more ids, at most half full. The rows of a file are counted before they are linked, so that the ids
 * of a single file are never moved. */
static bool reserve_slots(KindRows *rows, uint32_t more_ids) {
    const uint32_t old_count = rows->slot_count;
    Slot *old = rows->slots;
    uint32_t count = old_count == 0 ? SLOTS_MIN : old_count;
    while (count / 2 < rows->id_count + more_ids)
        count *= 2;
    if (count == old_count)
        return true;
    Slot *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return false;
    rows->slots = slots;
    rows->slot_count = count;
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i].version_next != 0) {
            const Text id = rows->versions[old[i].version_next - 1].id;
            *find_slot(rows, id, hash_id(id)) = old[i];
        }
    free(old);
    return true;
}

static bool grow_chain(Chain *chain, int32_t count) {
    if (count <= chain->capacity)
        return true;
    assert(count > 0); /* more than the capacity, which is never below 0 */
    const size_t capacity = (size_t)count * 2;
    Version *versions = realloc(chain->versions, capacity * sizeof *versions);
    if (versions == NULL)
        return false;
    chain->versions = versions;
    VersionOutcome *outcomes = realloc(chain->outcomes, capacity * sizeof *outcomes);
    if (outcomes == NULL)
        return false;
    chain->outcomes = outcomes;
    int32_t *stored = realloc(chain->stored, capacity * sizeof *stored);
    if (stored == NULL)
        return false;
    chain->stored = stored;
    chain->capacity = (int32_t)capacity;
    return true;
}

/* --- Reading a file ------------------------------------------------------------------------------------------- */

/* Texts the engine needs are moved to the arena. */
static bool keep_text(KindRows *rows, Text *text) {
    if (text->size_bytes == 0) {
        *text = (Text){"", 0};
        return true;
    }
    *text = arena_copy(&rows->arena, *text);
    return text->bytes != NULL;
}

static bool fill_row(KindRows *rows, const InputRow *row, Text id, void *place) {
    const Source source = {row->file->number, row->line};
    switch (rows->kind) {
    case KIND_DELTAGERE:
        fact_deltager(row->values, source, place);
        return keep_text(rows, &((Deltager *)place)->se_nummer);
    case KIND_FORLOEB:
        fact_forloeb(row->values, source, place);
        ((Forloeb *)place)->forloeb_id = id;
        return true;
    case KIND_BOERN:
        fact_barn(row->values, source, place);
        ((Barn *)place)->post_id = id;
        return true;
    case KIND_PERIODER:
        fact_periode(row->values, source, place);
        ((Periode *)place)->post_id = id;
        return true;
    case KIND_INDKOMST:
        fact_indkomst(row->values, source, place);
        ((Indkomst *)place)->post_id = id;
        return keep_text(rows, &((Indkomst *)place)->arbejdsgiver_se);
    case KIND_FERIEPENGE:
        fact_feriepenge(row->values, source, place);
        ((Feriepenge *)place)->post_id = id;
        return true;
    case KIND_SANKTIONER:
        fact_sanktion(row->values, source, place);
        ((Sanktion *)place)->sanktion_id = id;
        return true;
    case KIND_SKATTEKORT:
        fact_skattekort(row->values, source, place);
        ((Skattekort *)place)->post_id = id;
        return true;
    case KIND_COUNT:
        break;
    }
    return false;
}

static bool store_row(KindRows *rows, const InputRow *row) {
    const Kind *kind = &kind_table[rows->kind];
    if (!grow_versions(rows))
        return false;
    const Text id = arena_copy(&rows->arena, row->values[kind->id_column].text);
    if (id.bytes == NULL)
        return false;
    if (!rows->ids_fall && rows->count > 0)
        rows->ids_fall = text_compare(rows->versions[rows->count - 1].id, id) >= 0;
    const bool needs_struct = rows->keep_rows && row->posttype != POSTTYPE_T;
    char *place = needs_struct ? rows->rows + (size_t)rows->count * kind_row_size_bytes[rows->kind] : NULL;
    if (needs_struct && !fill_row(rows, row, id, place))
        return false;
    rows->versions[rows->count++] = (StoredVersion){
        .content = row->content,
        .id = id,
        .cpr = row->values[kind->cpr_column].number,
        .file = row->file->number,
        .line = row->line,
        .previous = NO_VERSION,
        .rank = -1,
        .posttype = (uint8_t)row->posttype,
        .outcome = OUTCOME_PENDING,
    };
    return true;
}

static void take_row(void *context, const InputRow *row) {
    KindRows *rows = context;
    const Kind *kind = &kind_table[rows->kind];
    rows->id_field = (int8_t)(row->field_of_column[kind->id_column] + 1);
    rows->cpr_field = (int8_t)(row->field_of_column[kind->cpr_column] + 1);
    if (!rows->out_of_memory && !store_row(rows, row))
        rows->out_of_memory = true;
}

static void take_finding(void *context, const InputFinding *finding) {
    KindRows *rows = context;
    (void)finding_log_add(&rows->log, finding); /* its status is looked at when the file is read */
}

static void take_reject(void *context, const InputFinding *finding, Text raw, Text id, Text cpr) {
    (void)raw;
    (void)id;
    (void)cpr;
    take_finding(context, finding);
}

/* A rejected file leaves nothing behind. */
static void forget_file(void *context, const InputFile *file) {
    (void)file;
    KindRows *rows = context;
    rows->count = rows->file_first_version;
    arena_reset(&rows->arena, rows->file_mark);
}

/* What kept a file from being read: findings that could not be kept, or memory. */
static Status kept_status(const KindRows *rows, Error *error) {
    if (rows->log.status != STATUS_OK) {
        *error = rows->log.error;
        return rows->log.status;
    }
    if (rows->too_many_rows)
        return error_set(error, STATUS_DATA, "a kind has more than 2^30 rows");
    return error_no_memory(error);
}

Status kind_rows_read(KindRows *rows, const InputFile *file, const Dialect *dialect, FileAccount *account,
                      Error *error) {
    const IntakeSink sink = {take_row, take_reject, take_finding, forget_file, rows};
    IntakeOutcome outcome;
    rows->file_first_version = rows->count;
    rows->file_mark = arena_mark(&rows->arena);
    const Status status = intake_read_unhashed(file, dialect, &sink, &outcome, error);
    if (status != STATUS_OK)
        return status;
    if (rows->out_of_memory || rows->log.status != STATUS_OK)
        return kept_status(rows, error);
    *account = (FileAccount){
        .rows_read = outcome.rows_read,
        .rows_rejected = outcome.rows_rejected,
        .file_rejected = outcome.file_rejected,
    };
    return STATUS_OK;
}

/* --- Resolving a file --------------------------------------------------------------------------------------- */

static void link_version(KindRows *rows, int32_t version, uint64_t hash) {
    Slot *slot = find_slot(rows, rows->versions[version].id, hash);
    rows->versions[version].previous = slot->version_next - 1;
    if (slot->version_next == 0)
        rows->id_count++;
    *slot = (Slot){(uint32_t)(hash >> 32), version + 1};
}

/* Links the file's versions behind the earlier ones of their ids. The slots of the next ones are on their way from memory
 * while these are linked. */
static bool link_versions(KindRows *rows) {
    uint64_t hashes[SLOTS_AHEAD];
    const int32_t first = rows->file_first_version;
    const int32_t count = rows->count - first;
    if (!reserve_slots(rows, (uint32_t)count))
        return false;
    for (int32_t i = 0; i < count + SLOTS_AHEAD; i++) {
        if (i >= SLOTS_AHEAD)
            link_version(rows, first + i - SLOTS_AHEAD, hashes[i % SLOTS_AHEAD]);
        if (i < count) {
            hashes[i % SLOTS_AHEAD] = hash_id(rows->versions[first + i].id);
            __builtin_prefetch(&rows->slots[(uint32_t)hashes[i % SLOTS_AHEAD] & (rows->slot_count - 1)], 1);
        }
    }
    return true;
}

/* Finds the participants of the file's versions. Rows of one participant mostly stand together. */
static void rank_versions(KindRows *rows, const Participants *participants) {
    int64_t last_cpr = VALUE_NONE;
    int32_t last_rank = -1;
    for (int32_t i = rows->file_first_version; i < rows->count; i++) {
        StoredVersion *version = &rows->versions[i];
        if (i + SLOTS_AHEAD < rows->count)
            participants_prefetch(participants, rows->versions[i + SLOTS_AHEAD].cpr);
        if (version->cpr != last_cpr) {
            last_cpr = version->cpr;
            last_rank = participants_rank(participants, last_cpr);
        }
        version->rank = last_rank;
    }
}

static Version version_for_fold(const KindRows *rows, const StoredVersion *stored) {
    return (Version){
        .posttype = (Posttype)stored->posttype,
        .content = stored->content,
        .participant_exists = rows->kind == KIND_DELTAGERE || stored->rank >= 0,
    };
}

/* Folds the versions of the id whose last version this is. */
static bool fold_id(KindRows *rows, int32_t last) {
    StoredVersion *versions = rows->versions;
    Chain *chain = &rows->chain;
    int32_t count = 0;
    for (int32_t i = last; i != NO_VERSION; i = versions[i].previous)
        count++;
    if (!grow_chain(chain, count))
        return false;
    for (int32_t i = last, place = count - 1; i != NO_VERSION; i = versions[i].previous, place--) {
        chain->stored[place] = i;
        chain->versions[place] = version_for_fold(rows, &versions[i]);
    }
    const int32_t live = resolve_fold(rows->kind, chain->versions, count, chain->outcomes);
    for (int32_t place = 0; place < count; place++) {
        StoredVersion *version = &versions[chain->stored[place]];
        assert(version->outcome == OUTCOME_PENDING || version->outcome == (uint8_t)chain->outcomes[place]);
        version->outcome = (uint8_t)chain->outcomes[place];
        version->live = place == live;
    }
    return true;
}

static bool report_outcome(KindRows *rows, const InputFile *file, const StoredVersion *version) {
    const Kind *kind = &kind_table[rows->kind];
    ResolveFinding what;
    char shown[MASKED_SIZE];
    char cpr[CPR_TEXT_SIZE];
    if (!resolve_finding(rows->kind, (VersionOutcome)version->outcome, &what))
        return true;
    const bool is_cpr = kind->columns[what.column].type == COLUMN_CPR;
    if (is_cpr) {
        cpr_format((Cpr){(uint64_t)version->cpr}, cpr);
        mask_cpr((Text){cpr, CPR_DIGITS}, shown);
    } else {
        mask_text(version->id, shown);
    }
    const InputFinding finding = {
        .code = what.code,
        .file = file,
        .line = version->line,
        .column = kind->columns[what.column].name,
        .field_number = what.column == kind->id_column ? rows->id_field : rows->cpr_field,
        .found = shown,
        .expected = what.expected,
    };
    return finding_log_add(&rows->log, &finding);
}

static void count_outcome(FileAccount *account, VersionOutcome outcome) {
    switch (outcome) {
    case VERSION_STORED:
    case VERSION_STORED_R_AS_N:
        account->rows_stored++;
        return;
    case VERSION_DUPLICATE:
        account->rows_duplicate++;
        return;
    case VERSION_REJECTED_CONTENT:
    case VERSION_REJECTED_NO_ROW:
    case VERSION_REJECTED_PARTICIPANT:
    case VERSION_REJECTED_DELTAGER_T:
        account->rows_rejected++;
        return;
    }
}

Status kind_rows_resolve(KindRows *rows, const InputFile *file, const Participants *participants,
                         FileAccount *account, Error *error) {
    const int32_t first = rows->file_first_version;
    if (account->file_rejected)
        return STATUS_OK;
    if (!link_versions(rows))
        return kept_status(rows, error);
    if (rows->kind != KIND_DELTAGERE)
        rank_versions(rows, participants);
    /* Backwards, so that the first version met of an id is its last. */
    for (int32_t i = rows->count - 1; i >= first; i--)
        if (rows->versions[i].outcome == OUTCOME_PENDING && !fold_id(rows, i))
            return kept_status(rows, error);
    for (int32_t i = first; i < rows->count; i++) {
        count_outcome(account, (VersionOutcome)rows->versions[i].outcome);
        if (!report_outcome(rows, file, &rows->versions[i]))
            return kept_status(rows, error);
    }
    assert(account->rows_read == account->rows_stored + account->rows_duplicate + account->rows_rejected);
    return STATUS_OK;
}
