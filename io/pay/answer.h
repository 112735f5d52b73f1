/* Files of answers about payments: from the bank (ISO 20022 pain.002.001) or from the NemKonto (a CSV).
 *
 * A file is read from memory, without a database: what stands in it is untrusted. It is taken as a whole or refused as a
 * whole (STATUS_DATA): an unknown code, a wrong control count, anything unreadable. Every refusal names the line, what was
 * found, and what was expected; what looks like a CPR number is masked.
 *
 * CSV: UTF-8, ';' between fields, header `end_to_end_id;svar;tidspunkt` in any order; svar is 7, 8, 9, MODREGNET or
 * DOEDSFALD (config/koder/svar.csv), tidspunkt a date or an RFC 3339 time. `#SLUT;<rows>;` may be the last line.
 */
#ifndef YDELSE_IO_PAY_ANSWER_H
#define YDELSE_IO_PAY_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/facts.h"
#include "engine/money.h"
#include "io/base/error.h"

typedef enum {
    ANSWER_ACCEPTED,
    ANSWER_WAITING,
    ANSWER_REJECTED,
    ANSWER_PARTLY, /* of a message or of its payments: the answers by payment count */
    ANSWER_NONE,   /* of a reason */
} AnswerOutcome;

typedef enum { ANSWER_LIST_PAIN002, ANSWER_LIST_REASON, ANSWER_LIST_NEMKONTO, ANSWER_LIST_COUNT } AnswerList;

#define ANSWER_CODES_MAX 128
#define ANSWER_CODE_SIZE 21
#define ANSWER_NAME_SIZE 96
#define ANSWER_TODO_SIZE 128

typedef struct {
    AnswerList list;
    AnswerOutcome outcome;
    bool reason_needed; /* in pain.002: a rejection says why; a cancellation need not */
    char code[ANSWER_CODE_SIZE];
    char name_da[ANSWER_NAME_SIZE], name_en[ANSWER_NAME_SIZE];
    char advice_da[ANSWER_TODO_SIZE],
        advice_en[ANSWER_TODO_SIZE]; /* what a person does about it; may be empty */
} AnswerCode;

/* The closed lists of config/koder/svar.csv. */
typedef struct {
    AnswerCode codes[ANSWER_CODES_MAX];
    int32_t count;
} AnswerCodes;

/* STATUS_CONFIG when the table in the program is no good. */
Status answer_codes_load(AnswerCodes *codes, Error *error);
/* NULL: the list has no such code. */
const AnswerCode *answer_code_find(const AnswerCodes *codes, AnswerList list, const char *code);
/* The code in any list that answers stand in: what a stored answer means. */
const AnswerCode *answer_code_stored(const AnswerCodes *codes, const char *code, const char *reason);

typedef enum { ANSWER_MESSAGE, ANSWER_PAYMENT, ANSWER_TRANSACTION, ANSWER_LEVEL_COUNT } AnswerLevel;
extern const char *const answer_level_name[ANSWER_LEVEL_COUNT];

#define ANSWER_ID_SIZE 36 /* ISO Max35Text */

typedef struct {
    int32_t line;
    AnswerLevel level;
    char id[ANSWER_ID_SIZE]; /* EndToEndId; of a message or its payments as a whole: their id */
    const AnswerCode *code;
    const AnswerCode *reason; /* of a rejection in pain.002; else NULL */
} Answer;

typedef enum { ANSWER_FORMAT_PAIN002, ANSWER_FORMAT_CSV } AnswerFormat;
extern const char *const answer_format_name[2];

/* More than a bank sends in one file; the bytes must fit into one value of the database. */
#define ANSWERS_MAX 5000000
#define ANSWER_FILE_SIZE_MAX (384 * 1024 * 1024)

typedef struct {
    AnswerFormat format;
    char message_id[ANSWER_ID_SIZE];          /* of the answer; "" in CSV */
    char original_message_id[ANSWER_ID_SIZE]; /* of the payment file; "" in CSV */
    int64_t original_count; /* payments that file had, as the answer says; -1: it does not */
    int64_t original_oere;  /* and their sum; -1 */
    Answer *answers;
    int32_t count, capacity;
} AnswerFile;

/* Reads what is there: a first character '<' makes it XML. name is for messages. Free also after an error. */
Status answer_file_read(const AnswerCodes *codes, const char *name, const char *bytes, size_t size_bytes,
                        AnswerFile *file, Error *error);
void answer_file_free(AnswerFile *file);

/* --- What the readers share ---------------------------------------------------------------------------------------- */

Status pain002_read(const AnswerCodes *codes, const char *name, const char *bytes, size_t size_bytes,
                    AnswerFile *file, Error *error);
Status answer_csv_read(const AnswerCodes *codes, const char *name, const char *bytes, size_t size_bytes,
                       AnswerFile *file, Error *error);
/* Appends; STATUS_DATA when there are too many, STATUS_INTERNAL without memory. */
Status answer_add(AnswerFile *file, const char *name, const Answer *answer, Error *error);
/* Copies an id of 1 to 35 bytes without control characters; false when it is none. */
bool answer_id_take(Text text, char id[ANSWER_ID_SIZE]);
/* "name:line: found X, expected Y" with X masked. */
Status answer_refuse(const char *name, int32_t line, const char *found, const char *expected, Error *error);
/* The codes of a list that are allowed, "7, 8, 9". whole: PARTLY is one of them. */
void answer_codes_expected(const AnswerCodes *codes, AnswerList list, bool whole, char *text,
                           size_t text_size);

#endif
