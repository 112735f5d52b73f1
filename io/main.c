#include <stddef.h>

#include "io/command.h"

/* In the order of a night's work; --help lists them so. */
static const Command *const commands[] = {
    &command_check,
    &command_calc,
    &command_explain,
    &command_statement,
    &command_diff,
    &command_rates,
    &command_migrate,
    &command_load,
    &command_run,
    &command_work,
    &command_seal,
    &command_reprocess,
    &command_pay,
    &command_approve,
    &command_emit,
    &command_cancel,
    &command_settle,
    &command_rejected,
    &command_resolve,
    &command_recall,
    &command_claims,
    &command_postings,
    &command_extract,
    &command_creditors,
    &command_control,
    &command_refusion,
    &command_status,
    &command_rejects,
    &command_held,
    &command_access,
    &command_verify,
    &command_replay,
    &command_export,
    &command_simulate,
    &command_erase,
    &command_completion,
    NULL,
};

int main(int argc, char **argv) {
    return command_line(commands, argc, argv);
}
