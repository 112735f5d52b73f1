/* Findings written for people, file by file and line by line.
 *
 * The findings of a file are kept until it is done and then written in order of their lines; a file with more
 * than FINDINGS_HELD_MAX is written in several such portions, so that memory stays bounded.
 */
#ifndef YDELSE_IO_INTAKE_FINDING_REPORT_H
#define YDELSE_IO_INTAKE_FINDING_REPORT_H

#include <stdio.h>

#include "io/base/arena.h"
#include "io/intake/delivery.h"

#define FINDINGS_HELD_MAX 100000

typedef enum { REPORT_TEXT, REPORT_CSV, REPORT_JSON } ReportFormat;

typedef struct {
    FILE *out;
    ReportFormat format;
    int64_t objects; /* of REPORT_JSON, so far */
    bool danish;
    int32_t warnings_shown_max; /* of one code in one file; the others are counted; 0: all */
    Arena arena;
    struct HeldFinding *held;
    int32_t held_count;
    int32_t held_capacity;
    int32_t warnings_seen[FINDING_COUNT]; /* in this file */
    int64_t warnings;
    int64_t rejects; /* findings of severity reject: a row can have several, a file too */
    bool out_of_memory;
} FindingReport;

/* Begins as {0} with out, format, danish, and warnings_shown_max set. */
void finding_report_free(FindingReport *report);

void finding_report_add(FindingReport *report, const InputFinding *finding);
/* Writes what is held and what was not shown of this file. file NULL: of no file. */
void finding_report_flush(FindingReport *report, const InputFile *file);

/* The same as a DeliverySink with the report as its context. */
DeliverySink finding_report_sink(FindingReport *report);

/* REPORT_CSV and REPORT_JSON: the header, or what begins the array of objects; and what ends it. */
void finding_report_begin(FindingReport *report);
void finding_report_end(FindingReport *report);
/* A row or an object for an account; record is "file" or "total". */
void finding_report_account(FindingReport *report, const char *record, const char *name,
                            const FileAccount *account);
/* A table of the accounts and their total. */
void finding_report_accounts(FILE *out, const Delivery *delivery, bool danish);

#endif
