#include "io/delivery.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "io/arena.h"
#include "io/fact.h"
#include "io/kind_columns.h"
#include "io/mask.h"
#include "io/resolve.h"

#define NO_VERSION (-1) /* before the first: also what an empty slot's version_next less one is */
#define SLOTS_MIN 1024
#define OUTCOME_PENDING UINT8_MAX

/* One well-formed row. */
typedef struct {
    ContentHash content;
    Text id;     /* in the arena */
    int64_t cpr; /* as a number; VALUE_NONE on a T row without one */
    int32_t file;
    int32_t line;
    int32_t previous; /* the version of the same id before this one, or NO_VERSION */
    int32_t rank;     /* of the participant, or -1 */
    uint8_t posttype;
    uint8_t outcome; /* VersionOutcome, or OUTCOME_PENDING */
    bool live;
} StoredVersion;

/* Open addressing: the last version of an id. */
typedef struct {
    uint32_t tag;         /* of the hash: saves most comparisons */
    int32_t version_next; /* index of the version plus one; 0: empty */
} Slot;

typedef struct {
    StoredVersion *versions;
    char *rows; /* structs of row_size_bytes[kind] each, or NULL */
    int32_t count;
    int32_t capacity;
    Slot *slots;
    uint32_t slot_count; /* a power of two */
    uint32_t id_count;
} VersionTable;

typedef struct {
    int64_t cpr;
    int32_t rank_next; /* the rank plus one; 0: empty */
} CprSlot;

struct Delivery {
    InputList list;
    FileAccount accounts[INPUT_FILES_MAX];
    VersionTable tables[KIND_COUNT];
    Arena arena;
    bool keep_rows;
    /* Participants, sorted by CPR number; made when the last file of deltagere has been read. */
    int32_t *participants; /* version in tables[KIND_DELTAGERE] */
    int32_t participant_count;
    CprSlot *cpr_slots;
    uint32_t cpr_slot_count;
    /* While a file is read. */
    const DeliverySink *sink;
    KindId kind;
    int32_t file_first_version;
    ArenaMark file_mark;
    int8_t id_field, cpr_field; /* field numbers of the file, 0: none */
    bool out_of_memory;
    bool too_many_rows;
    /* Room for the versions of one id. */
    Version *chain;
    VersionOutcome *outcomes;
    int32_t *chain_versions;
    int32_t chain_capacity;
};

static const size_t row_size_bytes[KIND_COUNT] = {
    [KIND_DELTAGERE] = sizeof(Deltager),  [KIND_FORLOEB] = sizeof(Forloeb),
    [KIND_BOERN] = sizeof(Barn),          [KIND_PERIODER] = sizeof(Periode),
    [KIND_INDKOMST] = sizeof(Indkomst),   [KIND_FERIEPENGE] = sizeof(Feriepenge),
    [KIND_SANKTIONER] = sizeof(Sanktion), [KIND_SKATTEKORT] = sizeof(Skattekort),
};

/* --- Growing ------------------------------------------------------------------------------------------------ */

static bool grow_versions(Delivery *delivery, VersionTable *table) {
    if (table->count < table->capacity)
        return true;
    if (table->count > DELIVERY_ROWS_MAX / 2) {
        delivery->too_many_rows = true;
        return false;
    }
    const int32_t capacity = table->capacity == 0 ? SLOTS_MIN : 2 * table->capacity;
    StoredVersion *versions = realloc(table->versions, (size_t)capacity * sizeof *versions);
    if (versions == NULL)
        return false;
    table->versions = versions;
    if (delivery->keep_rows) {
        char *rows = realloc(table->rows, (size_t)capacity * row_size_bytes[delivery->kind]);
        if (rows == NULL)
            return false;
        table->rows = rows;
    }
    table->capacity = capacity;
    return true;
}

static uint64_t hash_id(Text id) {
    return XXH3_64bits(id.bytes, id.size_bytes);
}

static bool same_id(Text a, Text b) {
    return a.size_bytes == b.size_bytes && memcmp(a.bytes, b.bytes, a.size_bytes) == 0;
}

/* The slot of an id: the one that holds it, or the empty one where it belongs. */
static Slot *find_slot(const VersionTable *table, Text id, uint64_t hash) {
    const uint32_t mask = table->slot_count - 1;
    for (uint32_t at = (uint32_t)hash & mask;; at = (at + 1) & mask) {
        Slot *slot = &table->slots[at];
        if (slot->version_next == 0)
            return slot;
        if (slot->tag == (uint32_t)(hash >> 32) && same_id(table->versions[slot->version_next - 1].id, id))
            return slot;
    }
}

/* At most half full. */
static bool grow_slots(VersionTable *table) {
    if (table->slot_count != 0 && table->id_count < table->slot_count / 2)
        return true;
    const uint32_t old_count = table->slot_count;
    Slot *old = table->slots;
    const uint32_t count = old_count == 0 ? SLOTS_MIN : 2 * old_count;
    Slot *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return false;
    table->slots = slots;
    table->slot_count = count;
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i].version_next != 0) {
            const Text id = table->versions[old[i].version_next - 1].id;
            *find_slot(table, id, hash_id(id)) = old[i];
        }
    free(old);
    return true;
}

static bool grow_chain(Delivery *delivery, int32_t count) {
    if (count <= delivery->chain_capacity)
        return true;
    const size_t capacity = (size_t)count * 2;
    Version *chain = realloc(delivery->chain, capacity * sizeof *chain);
    if (chain == NULL)
        return false;
    delivery->chain = chain;
    VersionOutcome *outcomes = realloc(delivery->outcomes, capacity * sizeof *outcomes);
    if (outcomes == NULL)
        return false;
    delivery->outcomes = outcomes;
    int32_t *versions = realloc(delivery->chain_versions, capacity * sizeof *versions);
    if (versions == NULL)
        return false;
    delivery->chain_versions = versions;
    delivery->chain_capacity = (int32_t)capacity;
    return true;
}

/* --- Participants --------------------------------------------------------------------------------------------- */

static uint64_t hash_cpr(int64_t cpr) {
    return XXH3_64bits(&cpr, sizeof cpr);
}

static CprSlot *find_cpr(const Delivery *delivery, int64_t cpr) {
    const uint32_t mask = delivery->cpr_slot_count - 1;
    for (uint32_t at = (uint32_t)hash_cpr(cpr) & mask;; at = (at + 1) & mask) {
        CprSlot *slot = &delivery->cpr_slots[at];
        if (slot->rank_next == 0 || slot->cpr == cpr)
            return slot;
    }
}

/* -1 when there is no such participant. */
static int32_t rank_of(const Delivery *delivery, int64_t cpr) {
    return cpr == VALUE_NONE ? -1 : find_cpr(delivery, cpr)->rank_next - 1;
}

#define RADIX_BITS 12
#define RADIX_SIZE (1 << RADIX_BITS)
#define RADIX_PASSES 3 /* 36 bits hold ten digits */
_Static_assert((INT64_C(1) << (RADIX_BITS * RADIX_PASSES)) > INT64_C(9999999999), "every CPR number fits");

/* One stable pass of a radix sort of versions by the CPR number. */
static void radix_pass(const StoredVersion *versions, const int32_t *source, int32_t *target, int32_t count,
                       int shift) {
    int32_t place[RADIX_SIZE + 1] = {0};
    for (int32_t i = 0; i < count; i++)
        place[((versions[source[i]].cpr >> shift) & (RADIX_SIZE - 1)) + 1]++;
    for (int32_t i = 0; i < RADIX_SIZE; i++)
        place[i + 1] += place[i];
    for (int32_t i = 0; i < count; i++)
        target[place[(versions[source[i]].cpr >> shift) & (RADIX_SIZE - 1)]++] = source[i];
}

static bool sort_participants(Delivery *delivery) {
    const VersionTable *table = &delivery->tables[KIND_DELTAGERE];
    const size_t capacity = (size_t)table->count + 1;
    int32_t *participants = malloc(capacity * sizeof *participants);
    int32_t *other = malloc(capacity * sizeof *other);
    if (participants == NULL || other == NULL) {
        free(participants);
        free(other);
        return false;
    }
    int32_t count = 0;
    for (int32_t i = 0; i < table->count; i++)
        if (table->versions[i].live)
            participants[count++] = i;
    for (int pass = 0; pass < RADIX_PASSES; pass++) {
        radix_pass(table->versions, participants, other, count, pass * RADIX_BITS);
        int32_t *sorted = other;
        other = participants;
        participants = sorted;
    }
    free(other);
    delivery->participants = participants;
    delivery->participant_count = count;
    return true;
}

static bool settle_participants(Delivery *delivery) {
    if (delivery->cpr_slots != NULL)
        return true;
    if (!sort_participants(delivery))
        return false;
    uint32_t count = SLOTS_MIN;
    while (count / 2 < (uint32_t)delivery->participant_count)
        count *= 2;
    CprSlot *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return false;
    delivery->cpr_slots = slots;
    delivery->cpr_slot_count = count;
    for (int32_t rank = 0; rank < delivery->participant_count; rank++) {
        StoredVersion *version = &delivery->tables[KIND_DELTAGERE].versions[delivery->participants[rank]];
        *find_cpr(delivery, version->cpr) = (CprSlot){version->cpr, rank + 1};
        version->rank = rank;
    }
    return true;
}

/* --- Reading a file ------------------------------------------------------------------------------------------- */

/* Texts the engine needs are moved to the arena. */
static bool keep_text(Delivery *delivery, Text *text) {
    if (text->size_bytes == 0) {
        *text = (Text){"", 0};
        return true;
    }
    *text = arena_copy(&delivery->arena, *text);
    return text->bytes != NULL;
}

static bool fill_row(Delivery *delivery, const InputRow *row, Text id, void *place) {
    const Source source = {row->file->number, row->line};
    switch (delivery->kind) {
    case KIND_DELTAGERE:
        fact_deltager(row->values, source, place);
        return keep_text(delivery, &((Deltager *)place)->se_nummer);
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
        return keep_text(delivery, &((Indkomst *)place)->arbejdsgiver_se);
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

static bool store_row(Delivery *delivery, const InputRow *row) {
    VersionTable *table = &delivery->tables[delivery->kind];
    const Kind *kind = &kind_table[delivery->kind];
    if (!grow_versions(delivery, table))
        return false;
    const Text id = arena_copy(&delivery->arena, row->values[kind->id_column].text);
    if (id.bytes == NULL)
        return false;
    const bool needs_struct = delivery->keep_rows && row->posttype != POSTTYPE_T;
    char *place = needs_struct ? table->rows + (size_t)table->count * row_size_bytes[delivery->kind] : NULL;
    if (needs_struct && !fill_row(delivery, row, id, place))
        return false;
    table->versions[table->count++] = (StoredVersion){
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
    Delivery *delivery = context;
    const Kind *kind = &kind_table[delivery->kind];
    delivery->id_field = (int8_t)(row->field_of_column[kind->id_column] + 1);
    delivery->cpr_field = (int8_t)(row->field_of_column[kind->cpr_column] + 1);
    if (!delivery->out_of_memory && !store_row(delivery, row))
        delivery->out_of_memory = true;
}

static void take_finding(void *context, const InputFinding *finding) {
    const Delivery *delivery = context;
    delivery->sink->finding(delivery->sink->context, finding);
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
    Delivery *delivery = context;
    delivery->tables[delivery->kind].count = delivery->file_first_version;
    arena_reset(&delivery->arena, delivery->file_mark);
}

/* --- Resolving a file --------------------------------------------------------------------------------------- */

/* Links the file's versions behind the earlier ones of their ids. */
static bool link_versions(VersionTable *table, int32_t first) {
    for (int32_t i = first; i < table->count; i++) {
        if (!grow_slots(table))
            return false;
        const Text id = table->versions[i].id;
        const uint64_t hash = hash_id(id);
        Slot *slot = find_slot(table, id, hash);
        table->versions[i].previous = slot->version_next - 1;
        if (slot->version_next == 0)
            table->id_count++;
        *slot = (Slot){(uint32_t)(hash >> 32), i + 1};
    }
    return true;
}

static Version version_for_fold(const Delivery *delivery, StoredVersion *stored) {
    const bool is_participant = delivery->kind == KIND_DELTAGERE;
    if (!is_participant)
        stored->rank = rank_of(delivery, stored->cpr);
    return (Version){
        .posttype = (Posttype)stored->posttype,
        .content = stored->content,
        .participant_exists = is_participant || stored->rank >= 0,
    };
}

/* Folds the versions of the id whose last version this is. */
static bool fold_id(Delivery *delivery, int32_t last) {
    StoredVersion *versions = delivery->tables[delivery->kind].versions;
    int32_t count = 0;
    for (int32_t i = last; i != NO_VERSION; i = versions[i].previous)
        count++;
    if (!grow_chain(delivery, count))
        return false;
    for (int32_t i = last, place = count - 1; i != NO_VERSION; i = versions[i].previous, place--) {
        delivery->chain_versions[place] = i;
        delivery->chain[place] = version_for_fold(delivery, &versions[i]);
    }
    const int32_t live = resolve_fold(delivery->kind, delivery->chain, count, delivery->outcomes);
    for (int32_t place = 0; place < count; place++) {
        StoredVersion *version = &versions[delivery->chain_versions[place]];
        assert(version->outcome == OUTCOME_PENDING || version->outcome == (uint8_t)delivery->outcomes[place]);
        version->outcome = (uint8_t)delivery->outcomes[place];
        version->live = place == live;
    }
    return true;
}

static void report_outcome(Delivery *delivery, const InputFile *file, const StoredVersion *version) {
    const Kind *kind = &kind_table[delivery->kind];
    ResolveFinding what;
    char shown[MASKED_SIZE];
    char cpr[CPR_TEXT_SIZE];
    if (!resolve_finding(delivery->kind, (VersionOutcome)version->outcome, &what))
        return;
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
        .field_number = what.column == kind->id_column ? delivery->id_field : delivery->cpr_field,
        .found = shown,
        .expected = what.expected,
    };
    delivery->sink->finding(delivery->sink->context, &finding);
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

/* Decides the fate of the file's rows; those of earlier files stand. */
static bool resolve_file(Delivery *delivery, const InputFile *file, FileAccount *account) {
    VersionTable *table = &delivery->tables[delivery->kind];
    const int32_t first = delivery->file_first_version;
    if (!link_versions(table, first))
        return false;
    /* Backwards, so that the first version met of an id is its last. */
    for (int32_t i = table->count - 1; i >= first; i--)
        if (table->versions[i].outcome == OUTCOME_PENDING && !fold_id(delivery, i))
            return false;
    for (int32_t i = first; i < table->count; i++) {
        count_outcome(account, (VersionOutcome)table->versions[i].outcome);
        report_outcome(delivery, file, &table->versions[i]);
    }
    return true;
}

static Status memory_status(const Delivery *delivery, Error *error) {
    if (delivery->too_many_rows)
        return error_set(error, STATUS_DATA, "a kind has more than %d rows", DELIVERY_ROWS_MAX / 2);
    return error_set(error, STATUS_INTERNAL, "out of memory");
}

static Status read_file(Delivery *delivery, const InputFile *file, const Dialect *dialect, Error *error) {
    const IntakeSink sink = {take_row, take_reject, take_finding, forget_file, delivery};
    FileAccount *account = &delivery->accounts[file->number];
    IntakeOutcome outcome;
    delivery->kind = file->kind;
    if (file->kind != KIND_DELTAGERE && !settle_participants(delivery))
        return memory_status(delivery, error);
    delivery->file_first_version = delivery->tables[file->kind].count;
    delivery->file_mark = arena_mark(&delivery->arena);
    const Status status = intake_read(file, dialect, &sink, &outcome, error);
    if (status != STATUS_OK)
        return status;
    if (delivery->out_of_memory)
        return memory_status(delivery, error);
    *account = (FileAccount){
        .rows_read = outcome.rows_read,
        .rows_rejected = outcome.rows_rejected,
        .file_rejected = outcome.file_rejected,
    };
    if (!outcome.file_rejected && !resolve_file(delivery, file, account))
        return memory_status(delivery, error);
    assert(account->rows_read == account->rows_stored + account->rows_duplicate + account->rows_rejected);
    delivery->sink->file_done(delivery->sink->context, file, account);
    return STATUS_OK;
}

static Status read_all(Delivery *delivery, char *const *paths, int path_count, const Dialect *dialect,
                       Error *error) {
    const IntakeSink sink = {.finding = take_finding, .context = delivery};
    Status status = input_list(paths, path_count, &sink, &delivery->list, error);
    delivery->sink->file_done(delivery->sink->context, NULL, NULL);
    for (int32_t i = 0; i < delivery->list.count && status == STATUS_OK; i++)
        status = read_file(delivery, &delivery->list.files[i], dialect, error);
    if (status == STATUS_OK && !settle_participants(delivery))
        status = memory_status(delivery, error);
    return status;
}

Status delivery_read(char *const *paths, int path_count, const Dialect *dialect, bool keep_rows,
                     const DeliverySink *sink, Delivery **delivery, Error *error) {
    Delivery *read = calloc(1, sizeof *read);
    *delivery = NULL;
    if (read == NULL)
        return error_set(error, STATUS_INTERNAL, "out of memory");
    read->keep_rows = keep_rows;
    read->sink = sink;
    const Status status = read_all(read, paths, path_count, dialect, error);
    read->sink = NULL;
    if (status == STATUS_OK)
        *delivery = read;
    else
        delivery_free(read);
    return status;
}

void delivery_free(Delivery *delivery) {
    if (delivery == NULL)
        return;
    for (int32_t kind = 0; kind < KIND_COUNT; kind++) {
        free(delivery->tables[kind].versions);
        free(delivery->tables[kind].rows);
        free(delivery->tables[kind].slots);
    }
    free(delivery->participants);
    free(delivery->cpr_slots);
    free(delivery->chain);
    free(delivery->outcomes);
    free(delivery->chain_versions);
    arena_free(&delivery->arena);
    input_list_free(&delivery->list);
    free(delivery);
}

/* --- What was read ---------------------------------------------------------------------------------------------- */

const InputList *delivery_files(const Delivery *delivery) {
    return &delivery->list;
}

const FileAccount *delivery_account(const Delivery *delivery, int32_t file_number) {
    assert(file_number >= 0 && file_number < delivery->list.count);
    return &delivery->accounts[file_number];
}

FileAccount delivery_total(const Delivery *delivery) {
    FileAccount total = {0};
    for (int32_t i = 0; i < delivery->list.count; i++) {
        total.rows_read += delivery->accounts[i].rows_read;
        total.rows_stored += delivery->accounts[i].rows_stored;
        total.rows_duplicate += delivery->accounts[i].rows_duplicate;
        total.rows_rejected += delivery->accounts[i].rows_rejected;
        total.file_rejected |= delivery->accounts[i].file_rejected;
    }
    return total;
}

bool delivery_is_unusable(const Delivery *delivery) {
    for (int32_t i = 0; i < delivery->list.count; i++)
        if (!delivery->accounts[i].file_rejected)
            return false;
    return true;
}

int32_t delivery_participant_count(const Delivery *delivery) {
    return delivery->participant_count;
}

const Deltager *delivery_participant(const Delivery *delivery, int32_t rank) {
    size_t size_bytes;
    assert(rank >= 0 && rank < delivery->participant_count);
    return delivery_version_row(delivery, KIND_DELTAGERE, delivery->participants[rank], &size_bytes);
}

int32_t delivery_version_count(const Delivery *delivery, KindId kind) {
    return delivery->tables[kind].count;
}

int32_t delivery_version_rank(const Delivery *delivery, KindId kind, int32_t version) {
    const StoredVersion *stored = &delivery->tables[kind].versions[version];
    return stored->live ? stored->rank : -1;
}

const void *delivery_version_row(const Delivery *delivery, KindId kind, int32_t version, size_t *size_bytes) {
    assert(delivery->keep_rows);
    *size_bytes = row_size_bytes[kind];
    return delivery->tables[kind].rows + (size_t)version * row_size_bytes[kind];
}
