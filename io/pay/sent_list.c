#include "io/pay/sent_list.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/money.h"
#include "io/explain/explanation.h"
#include "io/pg/pg_array.h"

#define LINE_SIZE 256
#define LIST_MODE 0660 /* less the umask: whoever pays and whoever emits may be two users of one group */

static const char header[] = "tidspunkt;kommunekode;dispositionsdato;betalinger;beloeb;sha256\n";

static const char *list_path(const Settings *settings) {
    return setting_get(settings, "betaling", "sendt");
}

/* The hash is the last cell. NULL at the end; *bad: a line that is none of ours, e.g. cut short. */
static const char *next_hash(FILE *list, char line[LINE_SIZE], bool *bad) {
    while (fgets(line, LINE_SIZE, list) != NULL) {
        if (strcmp(line, header) == 0)
            continue;
        const size_t size = strcspn(line, "\n");
        char *hash = strrchr(line, ';');
        *bad =
            line[size] != '\n' || hash == NULL || strspn(hash + 1, "0123456789abcdef") != SHA256_HEX_SIZE - 1;
        line[size] = '\0';
        return hash == NULL ? line : hash + 1;
    }
    return NULL;
}

static Status read_hashes(FILE *list, const char *path, PgArray *hashes, Error *error) {
    char line[LINE_SIZE];
    bool bad = false;
    for (const char *hash = next_hash(list, line, &bad); hash != NULL; hash = next_hash(list, line, &bad)) {
        if (bad)
            return error_set(error, STATUS_CONFIG, "%.200s: no list of sent files: \"%.60s\"", path, line);
        if (!pg_array_add(hashes, (Text){hash, (uint32_t)strlen(hash)}))
            return error_no_memory(error);
    }
    return ferror(list) ? error_errno(error, STATUS_IO, "read", path) : STATUS_OK;
}

/* A list that is gone guards nothing. */
static Status check_missing(Pg *pg, const char *path, Error *error) {
    PgRows *rows = NULL;
    Status status = pg_query(pg, "SELECT ydelse.sent_any()", 0, NULL, &rows, error);
    const bool any = status == STATUS_OK && pg_text(rows, 0, 0)[0] == 't';
    pg_rows_free(rows);
    if (!any)
        return status;
    error_set(error, STATUS_NOT_PERMITTED, "the list of sent files is not there: %.200s", path);
    error_hint(error, "bring it back from its copy; when it is used for the first time make an empty file");
    return STATUS_NOT_PERMITTED;
}

static Status check_known(Pg *pg, const char *path, PgArray *hashes, Error *error) {
    const PgParameter parameters[] = {{"hashes", pg_array_text(hashes)}};
    PgRows *rows = NULL;
    Status status = pg_query_file(pg, "sent_unknown", 1, parameters, &rows, error);
    const int count = status == STATUS_OK ? pg_row_count(rows) : 0;
    if (count > 0) {
        status =
            error_set(error, STATUS_NOT_PERMITTED,
                      "%d payment files were sent that this database does not hold: it was restored from an "
                      "older backup, and would pay them again",
                      count);
        error_detail(error, "%.200s names SHA-256 %s", path, pg_text(rows, 0, 0));
        error_hint(error, "config/README.md, \"Backup and restore\": load, run, pay and approve as then, and "
                          "`ydelse emit BATCH --as-sent FILE` for each");
    }
    pg_rows_free(rows);
    return status;
}

Status sent_list_check(Pg *pg, const Settings *settings, Error *error) {
    const char *path = list_path(settings);
    PgArray hashes = {0};
    if (path == NULL)
        return STATUS_OK;
    FILE *list = fopen(path, "re");
    if (list == NULL)
        return errno == ENOENT ? check_missing(pg, path, error)
                               : error_errno(error, STATUS_CONFIG, "read the list of sent files", path);
    Status status = read_hashes(list, path, &hashes, error);
    fclose(list);
    if (status == STATUS_OK)
        status = check_known(pg, path, &hashes, error);
    pg_array_free(&hashes);
    return status;
}

/* --- Adding ------------------------------------------------------------------------------------------------------------ */

static bool is_listed(const char *path, const char *sha256) {
    char line[LINE_SIZE];
    bool bad = false;
    bool listed = false;
    FILE *list = fopen(path, "re");
    if (list == NULL)
        return false;
    for (const char *hash = next_hash(list, line, &bad); hash != NULL && !listed;
         hash = next_hash(list, line, &bad))
        listed = strcmp(hash, sha256) == 0;
    fclose(list);
    return listed;
}

/* One write at the end of the file, so that two who emit at once have a line each. */
static bool append(int descriptor, const char *text, size_t size) {
    return write(descriptor, text, size) == (ssize_t)size && fsync(descriptor) == 0;
}

static size_t format_line(const PaymentEmission *emission, char line[LINE_SIZE]) {
    char now[32] = "";
    char amount[MONEY_TEXT_SIZE];
    struct tm utc;
    const time_t seconds = time(NULL);
    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &utc);
    money_format(emission->total, ',', amount);
    return (size_t)snprintf(line, LINE_SIZE, "%s;%s;%s;%" PRId64 ";%s;%s\n", now, emission->kommunekode,
                            emission->due_date, emission->payment_count, amount, emission->sha256);
}

Status sent_list_add(const Settings *settings, const PaymentEmission *emission, Error *error) {
    const char *path = list_path(settings);
    char line[LINE_SIZE];
    struct stat info;
    if (path == NULL || is_listed(path, emission->sha256))
        return STATUS_OK;
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, LIST_MODE);
    if (descriptor < 0)
        return error_errno(error, STATUS_CANNOT_CREATE, "write the list of sent files", path);
    const size_t size = format_line(emission, line);
    const bool empty = fstat(descriptor, &info) == 0 && info.st_size == 0;
    Status status = STATUS_OK;
    if ((empty && !append(descriptor, header, sizeof header - 1)) || !append(descriptor, line, size))
        status = error_errno(error, STATUS_IO, "write the list of sent files", path);
    if (close(descriptor) != 0 && status == STATUS_OK)
        status = error_errno(error, STATUS_IO, "write the list of sent files", path);
    return status;
}
