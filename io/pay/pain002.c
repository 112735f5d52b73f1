/* pain.002.001: the bank's report about a payment file, at three levels. Versions differ in what they add; the elements
 * that are read here are the same in all of them. Others are passed over. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlreader.h>

#include "io/pay/answer.h"

#define NAMESPACE "urn:iso:std:iso:20022:tech:xsd:pain.002.001."
#define PATH_SIZE 256
#define VALUE_SIZE 160
#define EXPECTED_SIZE 640

/* The paths leave out Document/CstmrPmtStsRpt. */
#define GROUP "OrgnlGrpInfAndSts"
#define PAYMENTS "OrgnlPmtInfAndSts"
#define TRANSACTION PAYMENTS "/TxInfAndSts"

/* What is known of a level while its element is open. */
typedef struct {
    int32_t line; /* of its status, or of the element */
    char id[VALUE_SIZE];
    char reason[VALUE_SIZE];
    const AnswerCode *code;
} Level;

typedef struct {
    const AnswerCodes *codes;
    const char *name;
    AnswerFile *file;
    Status status;
    Error *error;
    xmlTextReaderPtr reader;
    int32_t error_line; /* of the first thing that is no XML; 0: none */
    char path[PATH_SIZE];
    int32_t depth;
    char value[VALUE_SIZE];
    bool value_is_cut;
    bool report_seen;
    Level levels[ANSWER_LEVEL_COUNT];
    char stated_count[VALUE_SIZE]; /* DtldNbOfTxs that waits for its DtldSts */
    /* NbOfTxsPerSts of the group and of its payments, by code; -1: nothing was said. listed: the transactions there are. */
    int64_t stated[ANSWER_TRANSACTION][ANSWER_CODES_MAX];
    int64_t listed[ANSWER_CODES_MAX];
    int32_t stated_line;
    bool whole_rejected;
} Reading;

static int32_t line_now(const Reading *reading) {
    xmlNodePtr node = xmlTextReaderCurrentNode(reading->reader);
    const long line = node == NULL ? 0 : xmlGetLineNo(node);
    return line > 0 ? (int32_t)line : xmlTextReaderGetParserLineNumber(reading->reader);
}

static void refuse(Reading *reading, int32_t line, const char *found, const char *expected) {
    if (reading->status == STATUS_OK)
        reading->status = answer_refuse(reading->name, line, found, expected, reading->error);
}

/* --- Values -------------------------------------------------------------------------------------------------------- */

static void take_id(Reading *reading, char id[ANSWER_ID_SIZE], const char *what) {
    if (id[0] != '\0')
        refuse(reading, line_now(reading), "a second one", what);
    else if (reading->value_is_cut ||
             !answer_id_take((Text){reading->value, (uint32_t)strlen(reading->value)}, id))
        refuse(reading, line_now(reading), reading->value, what);
}

static bool read_count(const char *text, int64_t *count) {
    const size_t size = strlen(text);
    if (size < 1 || size > 15 || strspn(text, "0123456789") != size)
        return false;
    *count = strtoll(text, NULL, 10);
    return true;
}

/* The same number may stand in the group and in the payments; not another one. */
static void take_original(Reading *reading, int64_t *known, bool valid, int64_t number, const char *what) {
    if (!valid || (*known >= 0 && *known != number))
        refuse(reading, line_now(reading), reading->value, what);
    else
        *known = number;
}

static void take_count(Reading *reading) {
    int64_t number = 0;
    const bool valid = read_count(reading->value, &number);
    take_original(reading, &reading->file->original_count, valid, number,
                  "OrgnlNbOfTxs: the number of payments, the same everywhere");
}

static void take_total(Reading *reading) {
    Money amount = {0};
    const bool valid =
        money_parse(reading->value, (uint32_t)strlen(reading->value), '.', &amount) && amount.oere >= 0;
    take_original(reading, &reading->file->original_oere, valid, amount.oere,
                  "OrgnlCtrlSum: the sum of the payments, the same everywhere");
}

static const AnswerCode *status_code(Reading *reading, bool whole) {
    const AnswerCode *code = answer_code_find(reading->codes, ANSWER_LIST_PAIN002, reading->value);
    if (code != NULL && (whole || code->outcome != ANSWER_PARTLY) && !reading->value_is_cut)
        return code;
    char expected[EXPECTED_SIZE] = "a status: ";
    const size_t used = strlen(expected);
    answer_codes_expected(reading->codes, ANSWER_LIST_PAIN002, whole, expected + used,
                          sizeof expected - used);
    refuse(reading, line_now(reading), reading->value, expected);
    return NULL;
}

static void take_status(Reading *reading, AnswerLevel at) {
    Level *level = &reading->levels[at];
    if (level->code != NULL)
        refuse(reading, line_now(reading), "a second status", "one");
    level->code = status_code(reading, at != ANSWER_TRANSACTION);
    level->line = line_now(reading);
}

static int32_t code_index(const Reading *reading, const AnswerCode *code) {
    return (int32_t)(code - reading->codes->codes);
}

/* NbOfTxsPerSts: the count comes before its status. There can be several payment levels, which add up. */
static void take_stated(Reading *reading, AnswerLevel at) {
    int64_t count;
    const AnswerCode *code = status_code(reading, false);
    if (code == NULL)
        return;
    if (!read_count(reading->stated_count, &count))
        refuse(reading, line_now(reading), reading->stated_count, "DtldNbOfTxs: a number");
    else
        reading->stated[at][code_index(reading, code)] =
            count + (reading->stated[at][code_index(reading, code)] < 0
                         ? 0
                         : reading->stated[at][code_index(reading, code)]);
    reading->stated_line = line_now(reading);
}

typedef enum {
    TAKE_MESSAGE_ID,
    TAKE_ORIGINAL_ID,
    TAKE_ORIGINAL_NAME,
    TAKE_COUNT,
    TAKE_TOTAL,
    TAKE_STATUS,
    TAKE_ID,
    TAKE_REASON,
    TAKE_STATED_COUNT,
    TAKE_STATED,
} Take;

static const struct {
    const char *path;
    Take take;
    AnswerLevel level;
} elements[] = {
    {"GrpHdr/MsgId", TAKE_MESSAGE_ID, ANSWER_MESSAGE},
    {GROUP "/OrgnlMsgId", TAKE_ORIGINAL_ID, ANSWER_MESSAGE},
    {GROUP "/OrgnlMsgNmId", TAKE_ORIGINAL_NAME, ANSWER_MESSAGE},
    {GROUP "/OrgnlNbOfTxs", TAKE_COUNT, ANSWER_MESSAGE},
    {GROUP "/OrgnlCtrlSum", TAKE_TOTAL, ANSWER_MESSAGE},
    {GROUP "/GrpSts", TAKE_STATUS, ANSWER_MESSAGE},
    {GROUP "/StsRsnInf/Rsn/Cd", TAKE_REASON, ANSWER_MESSAGE},
    {GROUP "/StsRsnInf/Rsn/Prtry", TAKE_REASON, ANSWER_MESSAGE},
    {GROUP "/NbOfTxsPerSts/DtldNbOfTxs", TAKE_STATED_COUNT, ANSWER_MESSAGE},
    {GROUP "/NbOfTxsPerSts/DtldSts", TAKE_STATED, ANSWER_MESSAGE},
    {PAYMENTS "/OrgnlPmtInfId", TAKE_ID, ANSWER_PAYMENT},
    {PAYMENTS "/OrgnlNbOfTxs", TAKE_COUNT, ANSWER_PAYMENT},
    {PAYMENTS "/OrgnlCtrlSum", TAKE_TOTAL, ANSWER_PAYMENT},
    {PAYMENTS "/PmtInfSts", TAKE_STATUS, ANSWER_PAYMENT},
    {PAYMENTS "/StsRsnInf/Rsn/Cd", TAKE_REASON, ANSWER_PAYMENT},
    {PAYMENTS "/StsRsnInf/Rsn/Prtry", TAKE_REASON, ANSWER_PAYMENT},
    {PAYMENTS "/NbOfTxsPerSts/DtldNbOfTxs", TAKE_STATED_COUNT, ANSWER_PAYMENT},
    {PAYMENTS "/NbOfTxsPerSts/DtldSts", TAKE_STATED, ANSWER_PAYMENT},
    {TRANSACTION "/OrgnlEndToEndId", TAKE_ID, ANSWER_TRANSACTION},
    {TRANSACTION "/TxSts", TAKE_STATUS, ANSWER_TRANSACTION},
    {TRANSACTION "/StsRsnInf/Rsn/Cd", TAKE_REASON, ANSWER_TRANSACTION},
    {TRANSACTION "/StsRsnInf/Rsn/Prtry", TAKE_REASON, ANSWER_TRANSACTION},
};

static void take_value(Reading *reading, Take take, AnswerLevel at) {
    Level *level = &reading->levels[at];
    switch (take) {
    case TAKE_MESSAGE_ID:
        take_id(reading, reading->file->message_id, "MsgId: 1 to 35 characters");
        break;
    case TAKE_ORIGINAL_ID:
        take_id(reading, reading->file->original_message_id,
                "OrgnlMsgId: the one payment file that is answered");
        break;
    case TAKE_ORIGINAL_NAME:
        if (strncmp(reading->value, "pain.001", 8) != 0)
            refuse(reading, line_now(reading), reading->value, "OrgnlMsgNmId: pain.001");
        break;
    case TAKE_COUNT:
        take_count(reading);
        break;
    case TAKE_TOTAL:
        take_total(reading);
        break;
    case TAKE_STATUS:
        take_status(reading, at);
        break;
    case TAKE_ID:
        take_id(reading, level->id,
                at == ANSWER_PAYMENT ? "OrgnlPmtInfId: 1 to 35 characters"
                                     : "OrgnlEndToEndId: 1 to 35 characters");
        break;
    case TAKE_REASON: /* the first of several */
        if (level->reason[0] == '\0')
            memcpy(level->reason, reading->value, sizeof level->reason);
        break;
    case TAKE_STATED_COUNT:
        memcpy(reading->stated_count, reading->value, sizeof reading->stated_count);
        break;
    case TAKE_STATED:
        take_stated(reading, at);
        break;
    }
}

/* --- Answers ------------------------------------------------------------------------------------------------------- */

/* The reason of a rejection: its own, or that of the level above; NULL when there is none and none is needed. */
static const AnswerCode *reason_of(Reading *reading, AnswerLevel at) {
    const char *text = "";
    for (int32_t level = (int32_t)at; level >= 0 && text[0] == '\0'; level--)
        text = reading->levels[level].reason;
    const AnswerCode *reason = answer_code_find(reading->codes, ANSWER_LIST_REASON, text);
    if (reason != NULL || (text[0] == '\0' && !reading->levels[at].code->reason_needed))
        return reason;
    char expected[EXPECTED_SIZE] = "a reason: ";
    const size_t used = strlen(expected);
    answer_codes_expected(reading->codes, ANSWER_LIST_REASON, false, expected + used, sizeof expected - used);
    refuse(reading, reading->levels[at].line, text, expected);
    return NULL;
}

static void end_level(Reading *reading, AnswerLevel at) {
    Level *level = &reading->levels[at];
    const AnswerCode *code = level->code;
    const char *id = at == ANSWER_MESSAGE ? reading->file->original_message_id : level->id;
    if (id[0] == '\0')
        refuse(reading, level->line, "no id",
               at == ANSWER_MESSAGE   ? "OrgnlMsgId"
               : at == ANSWER_PAYMENT ? "OrgnlPmtInfId"
                                      : "OrgnlEndToEndId");
    if (at == ANSWER_TRANSACTION && code == NULL)
        refuse(reading, level->line, "no status", "TxSts");
    if (reading->status != STATUS_OK || code == NULL || code->outcome == ANSWER_PARTLY)
        return;
    Answer answer = {.line = level->line, .level = at, .code = code};
    snprintf(answer.id, sizeof answer.id, "%.35s", id);
    if (code->outcome == ANSWER_REJECTED)
        answer.reason = reason_of(reading, at);
    if (at == ANSWER_TRANSACTION)
        reading->listed[code_index(reading, code)]++;
    else if (code->outcome == ANSWER_REJECTED)
        reading->whole_rejected = true;
    for (int32_t above = 0; above < (int32_t)at; above++)
        if (code->outcome != ANSWER_REJECTED && reading->levels[above].code != NULL &&
            reading->levels[above].code->outcome == ANSWER_REJECTED)
            refuse(reading, level->line, code->code, "a rejection: the whole was rejected above");
    if (reading->status == STATUS_OK)
        reading->status = answer_add(reading->file, reading->name, &answer, reading->error);
}

/* What is said to be listed is listed. Accepted payments may be left out of the list, rejected ones only when everything is. */
static void check_stated(Reading *reading) {
    for (int32_t i = 0; i < reading->codes->count; i++) {
        const int64_t group = reading->stated[ANSWER_MESSAGE][i];
        const int64_t stated = group >= 0 ? group : reading->stated[ANSWER_PAYMENT][i];
        const bool must = reading->listed[i] > 0 ||
                          (reading->codes->codes[i].outcome == ANSWER_REJECTED && !reading->whole_rejected);
        if (stated < 0 || !must || stated == reading->listed[i])
            continue;
        char found[64];
        char expected[64];
        snprintf(found, sizeof found, "%" PRId64 " %s", stated, reading->codes->codes[i].code);
        snprintf(expected, sizeof expected, "DtldNbOfTxs %" PRId64 ", which is what the file lists",
                 reading->listed[i]);
        refuse(reading, reading->stated_line, found, expected);
    }
}

/* --- XML ----------------------------------------------------------------------------------------------------------- */

static bool is_level(const char *path, AnswerLevel *level) {
    static const char *const paths[ANSWER_LEVEL_COUNT] = {GROUP, PAYMENTS, TRANSACTION};
    for (int32_t i = 0; i < ANSWER_LEVEL_COUNT; i++)
        if (strcmp(path, paths[i]) == 0) {
            *level = (AnswerLevel)i;
            return true;
        }
    return false;
}

static void check_root(Reading *reading, const char *name) {
    const char *space = (const char *)xmlTextReaderConstNamespaceUri(reading->reader);
    if (reading->depth == 0 && (strcmp(name, "Document") != 0 || space == NULL ||
                                strncmp(space, NAMESPACE, sizeof NAMESPACE - 1) != 0))
        refuse(reading, line_now(reading), name, "Document of " NAMESPACE "NN");
    if (reading->depth == 1 && strcmp(name, "CstmrPmtStsRpt") != 0)
        refuse(reading, line_now(reading), name, "CstmrPmtStsRpt");
    else if (reading->depth == 1)
        reading->report_seen = true;
}

static void enter(Reading *reading, const char *name) {
    const size_t size = strlen(reading->path);
    AnswerLevel level;
    check_root(reading, name);
    reading->value[0] = '\0';
    reading->value_is_cut = false;
    if (reading->depth++ < 2)
        return;
    if (size + strlen(name) + 2 > PATH_SIZE) {
        refuse(reading, line_now(reading), "elements nested too deep", "a pain.002 report");
        return;
    }
    snprintf(reading->path + size, PATH_SIZE - size, "%s%s", size == 0 ? "" : "/", name);
    if (!is_level(reading->path, &level))
        return;
    if (level == ANSWER_MESSAGE && reading->levels[level].line > 0)
        refuse(reading, line_now(reading), "a second " GROUP, "one");
    reading->levels[level] = (Level){.line = line_now(reading)};
}

static void leave(Reading *reading) {
    AnswerLevel level;
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (reading->depth > 2 && strcmp(reading->path, elements[i].path) == 0)
            take_value(reading, elements[i].take, elements[i].level);
    if (reading->depth > 2 && is_level(reading->path, &level))
        end_level(reading, level);
    reading->value[0] = '\0';
    reading->value_is_cut = false;
    if (reading->depth-- <= 2)
        return;
    char *slash = strrchr(reading->path, '/');
    *(slash == NULL ? reading->path : slash) = '\0';
}

static void take_text(Reading *reading, const char *text) {
    const size_t used = strlen(reading->value);
    const size_t size = strlen(text);
    if (used + size >= VALUE_SIZE)
        reading->value_is_cut = true;
    snprintf(reading->value + used, VALUE_SIZE - used, "%s", text);
}

static void take_node(Reading *reading) {
    const char *name = (const char *)xmlTextReaderConstLocalName(reading->reader);
    const char *text = (const char *)xmlTextReaderConstValue(reading->reader);
    switch (xmlTextReaderNodeType(reading->reader)) {
    case XML_READER_TYPE_ELEMENT:
        enter(reading, name == NULL ? "" : name);
        if (xmlTextReaderIsEmptyElement(reading->reader) == 1 && reading->status == STATUS_OK)
            leave(reading);
        break;
    case XML_READER_TYPE_END_ELEMENT:
        leave(reading);
        break;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
        take_text(reading, text == NULL ? "" : text);
        break;
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
        refuse(reading, line_now(reading), "a DOCTYPE or an entity", "neither");
        break;
    default:
        break;
    }
}

/* libxml2 declares this callback's argument const from 2.12 on. */
static void take_error(void *context, xmlErrorPtr xml_error) {
    Reading *reading = context;
    if (reading->error_line == 0)
        reading->error_line = xml_error->line > 0 ? xml_error->line : 1;
}

/* A DOCTYPE is refused before anything interprets it: it can name other files, and grow without end. */
static void refuse_doctype(Reading *reading, const char *bytes, size_t size_bytes) {
    static const char *const words[] = {"<!DOCTYPE", "<!ENTITY"};
    int32_t line = 1;
    for (const char *at = bytes; at < bytes + size_bytes; at++) {
        const size_t rest = (size_t)(bytes + size_bytes - at);
        if (*at == '\n')
            line++;
        if (*at != '<')
            continue;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (rest >= strlen(words[i]) && memcmp(at, words[i], strlen(words[i])) == 0)
                refuse(reading, line, words[i], "no DOCTYPE and no entities");
    }
}

static void finish(Reading *reading) {
    if (!reading->report_seen)
        refuse(reading, 1, "no report", "CstmrPmtStsRpt");
    if (reading->file->message_id[0] == '\0')
        refuse(reading, 1, "no id", "GrpHdr/MsgId");
    if (reading->levels[ANSWER_MESSAGE].line == 0)
        refuse(reading, 1, "no " GROUP, GROUP);
    check_stated(reading);
}

static Status read_all(Reading *reading, const char *bytes, size_t size_bytes) {
    reading->reader =
        xmlReaderForMemory(bytes, (int)size_bytes, NULL, NULL, XML_PARSE_NONET | XML_PARSE_BIG_LINES);
    if (reading->reader == NULL)
        return error_no_memory(reading->error);
    xmlTextReaderSetStructuredErrorHandler(reading->reader, take_error, reading);
    int more = 1;
    while (more == 1 && reading->status == STATUS_OK) {
        more = xmlTextReaderRead(reading->reader);
        if (more == 1)
            take_node(reading);
    }
    if (more < 0 || (reading->error_line > 0 && reading->status == STATUS_OK))
        refuse(reading, reading->error_line > 0 ? reading->error_line : 1, "text that is no XML",
               "well-formed XML");
    xmlFreeTextReader(reading->reader);
    if (reading->status == STATUS_OK)
        finish(reading);
    return reading->status;
}

Status pain002_read(const AnswerCodes *codes, const char *name, const char *bytes, size_t size_bytes,
                    AnswerFile *file, Error *error) {
    Reading *reading = calloc(1, sizeof *reading);
    if (reading == NULL)
        return error_no_memory(error);
    *reading = (Reading){.codes = codes, .name = name, .file = file, .error = error};
    for (int32_t i = 0; i < ANSWER_CODES_MAX; i++)
        reading->stated[ANSWER_MESSAGE][i] = reading->stated[ANSWER_PAYMENT][i] = -1;
    refuse_doctype(reading, bytes, size_bytes);
    Status status = reading->status;
    if (status == STATUS_OK)
        status = read_all(reading, bytes, size_bytes);
    free(reading);
    return status;
}
