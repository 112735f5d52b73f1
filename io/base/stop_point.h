/* Named places where a test can hurt the program: YDELSE_STOP_AT=<name> makes it die there by SIGKILL, as a
 * machine that loses power would; YDELSE_PAUSE_AT=<name> makes it wait there by SIGSTOP, until the test has done its
 * worst around it and lets it go on. Without the variables they do nothing. <name>:3 is the third time that it comes there.
 *
 * YDELSE_STOP_ONCE=<path>: only the first process that comes there, which makes that file. */
#ifndef YDELSE_IO_BASE_STOP_POINT_H
#define YDELSE_IO_BASE_STOP_POINT_H

#define STOP_POINTS(X)                                                                                       \
    X(LOAD_FILE, "load-file")           /* a file is stored */                                               \
    X(LOAD_COMMIT, "load-commit")       /* before the commit */                                              \
    X(LOAD_COMMITTED, "load-committed") /* after it */                                                       \
    X(RUN_PLANNING, "run-planning")     /* a plan is made, not committed */                                  \
    X(RUN_PLANNED, "run-planned")       /* the plan is stored */                                             \
    X(WORK_CLAIMED, "work-claimed")     /* a shard is claimed */                                             \
    X(RUN_WORKING, "run-working")       /* half of the results of a shard are sent */                        \
    X(WORK_COMPUTED, "work-computed")   /* a shard is computed, not reported */                              \
    X(RUN_WORKED, "run-worked")         /* all shards are done */                                            \
    X(RUN_SEALING, "run-sealing")       /* sealed, not committed */                                          \
    X(RUN_SEALED, "run-sealed")         /* after the commit */                                               \
    X(EMIT_FORMED, "emit-formed")       /* a payment file is formed */                                       \
    X(EMIT_STORED, "emit-stored")       /* it is stored, not committed */                                    \
    X(EMIT_EMITTED, "emit-emitted")     /* after the commit, before it is written */                         \
    X(SETTLE_READ, "settle-read")       /* a file of answers is read */                                      \
    X(SETTLE_MOVED, "settle-moved")     /* its payments are moved, not committed */                          \
    X(SETTLE_SETTLED, "settle-settled") /* after the commit */                                               \
    X(PAY_BEGUN, "pay-begun")           /* before what is owed is collected */                               \
    X(PAY_MADE, "pay-made")             /* the batches are made */                                           \
    X(AGAIN_BEGUN, "again-begun")       /* before rejected payments are released */                          \
    X(AGAIN_RELEASED, "again-released") /* after it */                                                       \
    X(APPROVE_BEGUN, "approve-begun")   /* before a batch is approved */                                     \
    X(APPROVE_APPROVED, "approve-approved")                                                                  \
    X(CANCEL_BEGUN, "cancel-begun") /* before a batch is given up, or a payment taken out */                 \
    X(CANCEL_CANCELLED, "cancel-cancelled")                                                                  \
    X(CLAIM_BEGUN, "claim-begun") /* before a claim is decided */                                            \
    X(CLAIM_DECIDED, "claim-decided")                                                                        \
    X(CLOSE_BEGUN, "close-begun") /* before a claim is closed */                                             \
    X(CLOSE_CLOSED, "close-closed")                                                                          \
    X(RECALL_BEGUN, "recall-begun") /* before it is noted that the bank is asked to stop a batch */          \
    X(RECALL_RECALLED, "recall-recalled")                                                                    \
    X(RESOLVE_BEGUN, "resolve-begun") /* before somebody says whether a payment was made */                  \
    X(RESOLVE_RESOLVED, "resolve-resolved")                                                                  \
    X(ORDER_BEGUN, "order-begun") /* before an erasure is ordered */                                         \
    X(ORDER_ORDERED, "order-ordered")                                                                        \
    X(ERASE_ERASED, "erase-erased")           /* erased, not committed */                                    \
    X(ERASE_COMMITTED, "erase-committed")     /* after the commit */                                         \
    X(MIGRATE_APPLIED, "migrate-applied")     /* one change of the schema is made, not committed */          \
    X(MIGRATE_COMMITTED, "migrate-committed") /* after its commit */                                         \
    X(OUTPUT_BEGUN, "output-begun")           /* a file is to be written */                                  \
    X(OUTPUT_WRITTEN, "output-written")       /* it is on the disk, and has no name yet */                   \
    X(OUTPUT_PLACED, "output-placed")         /* it is in its place */                                       \
    X(EXPORT_BEGUN, "export-begun")           /* the folder of an export is made */                          \
    X(EXPORT_WRITTEN, "export-written")       /* it is whole, and not in its place yet */                    \
    X(EXPORT_PLACED, "export-placed")

typedef enum {
#define X(id, name) STOP_##id,
    STOP_POINTS(X)
#undef X
        STOP_POINT_COUNT
} StopPoint;

extern const char *const stop_point_name[STOP_POINT_COUNT];

void stop_point(StopPoint point);

#endif
