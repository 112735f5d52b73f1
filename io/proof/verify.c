#include "io/proof/verify.h"

#include <string.h>

#include "io/base/log.h"

static Status verify_owed(Pg *pg, VerifyReport *report, Error *error) {
    PgRows *months = NULL;
    Status status = verify_query(pg, report, VERIFY_skyldig, "verify_owed_ids", 0, NULL, error);
    if (status == STATUS_OK)
        status = pg_query_file(pg, "verify_owed_months", 0, NULL, &months, error);
    for (int i = 0; status == STATUS_OK && i < pg_row_count(months); i++) {
        const PgParameter parameters[] = {{"month", pg_text(months, i, 0)}};
        status = verify_query(pg, report, VERIFY_skyldig, "verify_owed", 1, parameters, error);
    }
    pg_rows_free(months);
    return status;
}

Status verify_checks(Pg *pg, VerifyReport *report, const char *seal_hex, Error *error) {
    Status status = verify_schema(pg, report, error);
    log_detail("verify: schema");
    if (status == STATUS_OK)
        status = verify_deliveries(pg, report, error);
    if (status == STATUS_OK)
        status = verify_facts(pg, report, error);
    log_detail("verify: deliveries and facts");
    if (status == STATUS_OK)
        status = verify_query(pg, report, VERIFY_lov, "verify_law", 0, NULL, error);
    if (status == STATUS_OK)
        status = verify_seals(pg, report, seal_hex, error);
    log_detail("verify: seals");
    if (status == STATUS_OK)
        status = verify_results(pg, report, error);
    log_detail("verify: results");
    if (status == STATUS_OK)
        status = verify_owed(pg, report, error);
    log_detail("verify: owed");
    if (status == STATUS_OK)
        status = verify_query(pg, report, VERIFY_betalinger, "verify_payments", 0, NULL, error);
    if (status == STATUS_OK)
        status = verify_batches(pg, report, error);
    if (status == STATUS_OK)
        status = verify_payment_files(pg, report, error);
    if (status == STATUS_OK)
        status = verify_answers(pg, report, error);
    if (status == STATUS_OK)
        status = verify_claims(pg, report, error);
    if (status == STATUS_OK)
        status = verify_query(pg, report, VERIFY_tilbageholdte, "verify_held", 0, NULL, error);
    if (status == STATUS_OK)
        status = verify_query(pg, report, VERIFY_kontrol, "verify_control", 0, NULL, error);
    if (status == STATUS_OK)
        status = verify_erasures(pg, report, error);
    log_detail("verify: payments");
    return status;
}

/* Views are made again for a moment, so the transaction is not read-only; it is rolled back. Plans are
 * made for whole tables; statistics may be missing where nobody analyzed a restored database. */
Status verify_all(Pg *pg, VerifyReport *report, const char *seal_hex, Error *error) {
    Error ignored;
    Status status = pg_script(pg,
                              "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL work_mem = '128MB'; "
                              "SET LOCAL enable_nestloop = off; SET LOCAL jit = off",
                              error);
    if (status == STATUS_OK)
        status = verify_catalog(pg, report, error);
    log_detail("verify: catalogue");
    if (status == STATUS_OK)
        status = verify_checks(pg, report, seal_hex, error);
    (void)pg_script(pg, "ROLLBACK", &ignored);
    return status;
}
