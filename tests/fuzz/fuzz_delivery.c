/* A whole delivery: several files, read, folded (N, R, T) and computed for a month. A line "=K" begins the next file,
 * K being '0' to '7' for its kind; what stands before the first such line is left out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/calc.h"
#include "io/intake/code_list.h"
#include "io/intake/stream_memory.h"
#include "io/law/rate_file.h"
#include "tests/fuzz/fuzz.h"

#define FILES_MAX 9
#define PATH_SIZE 96

typedef struct {
    const char *folder;
    char paths[FILES_MAX][PATH_SIZE];
    int count;
} Files;

static void file_write(Files *files, KindId kind, const void *bytes, size_t size_bytes) {
    char *path = files->paths[files->count];
    snprintf(path, PATH_SIZE, "%s/%s_%d.csv", files->folder, kind_table[kind].name, files->count);
    FILE *file = fopen(path, "wb");
    fuzz_require(file != NULL, "a file can be made in /dev/shm");
    fwrite(bytes, 1, size_bytes, file);
    fuzz_require(fclose(file) == 0, "it can be written");
    files->count++;
}

/* The end of the file that begins here: the next line that begins one. */
static size_t file_end(const uint8_t *bytes, size_t size_bytes, size_t at) {
    while (at < size_bytes && !(bytes[at] == '=' && (at == 0 || bytes[at - 1] == '\n'))) {
        at++;
    }
    return at;
}

static void files_write(Files *files, const uint8_t *bytes, size_t size_bytes) {
    size_t at = file_end(bytes, size_bytes, 0);
    while (at + 3 <= size_bytes && files->count < FILES_MAX) {
        const size_t first = at + 3;
        const size_t end = file_end(bytes, size_bytes, first);
        file_write(files, (KindId)(bytes[at + 1] % KIND_COUNT), bytes + first, end - first);
        at = end;
    }
}

static void files_remove(Files *files) {
    for (int i = 0; i < files->count; i++) {
        unlink(files->paths[i]);
    }
    rmdir(files->folder);
}

static void take_finding(void *context, const InputFinding *finding) {
    (void)context;
    fuzz_require_finding(finding);
}

static void take_account(void *context, const InputFile *file, const FileAccount *account) {
    (void)context;
    fuzz_require(file == NULL || account->rows_read ==
                                     account->rows_stored + account->rows_duplicate + account->rows_rejected,
                 "every row read is stored, a duplicate, or rejected");
}

/* Each participant once, in order, and what is paid to nobody is negative. */
static void compute_all(FactStream *stream, const MonthLaw *law) {
    uint64_t before = 0;
    for (;;) {
        Error error;
        Facts facts;
        Result result;
        bool more;
        fuzz_require(stream->next(stream, &facts, &more, &error) == STATUS_OK, "a delivery can be streamed");
        if (!more) {
            return;
        }
        fuzz_require(facts.deltager->cpr.number > before, "participants come once each, in order");
        before = facts.deltager->cpr.number;
        calc_month(law, &facts, NULL, &result);
        fuzz_require(result.amount[AMOUNT_til_udbetaling].oere >= 0, "nothing negative is paid");
    }
}

static void read_and_compute(Files *files, const MonthLaw *law) {
    Error error;
    char *paths[FILES_MAX];
    FactStream *stream;
    const Delivery *delivery;
    const Dialect dialect = {CHARSET_UTF8, ','};
    const DeliverySink sink = {take_finding, take_account, NULL};
    for (int i = 0; i < files->count; i++) {
        paths[i] = files->paths[i];
    }
    fuzz_require(memory_stream_open(paths, files->count, &dialect, &sink, &stream, &delivery, &error) ==
                     STATUS_OK,
                 "any delivery can be read");
    const FileAccount total = delivery_total(delivery);
    fuzz_require(total.rows_read == total.rows_stored + total.rows_duplicate + total.rows_rejected,
                 "the accounts of a delivery add up");
    compute_all(stream, law);
    stream->close(stream);
}

void fuzz_delivery(const uint8_t *bytes, size_t size_bytes) {
    static RateSet rates;
    static MonthLaw law;
    Error error;
    char folder[] = "/dev/shm/ydelse-fuzz-XXXXXX";
    Files files = {.folder = folder};
    if (rates.memory == NULL) {
        const Policy policy = policy_default();
        fuzz_require(code_lists_load(&error) == STATUS_OK && rate_set_load(NULL, &rates, &error) == STATUS_OK,
                     "the built-in tables can be read");
        month_law_prepare(&rates.table, &policy, month_from_ym(2024, 3), &law);
    }
    fuzz_require(mkdtemp(folder) != NULL, "a folder can be made in /dev/shm");
    files_write(&files, bytes, size_bytes);
    if (files.count > 0) {
        read_and_compute(&files, &law);
    }
    files_remove(&files);
}
