/* The readers of answers: every code, damaged files with the message each must give, and that nothing makes them fall. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/pay/answer.h"

static AnswerCodes codes;
static AnswerFile file;

static void begin(void) {
    Error error = {.status = STATUS_OK};
    cr_assert_eq(answer_codes_load(&codes, &error), STATUS_OK, "%s", error.message);
}

TestSuite(answer, .init = begin);

static Status read_text(const char *text, Error *error) {
    *error = (Error){.status = STATUS_OK};
    return answer_file_read(&codes, "svar", text, strlen(text), &file, error);
}

#define HEAD                                                                                                 \
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03\">\n<CstmrPmtStsRpt>\n"                \
    "<GrpHdr><MsgId>S1</MsgId></GrpHdr>\n"
#define TAIL "</CstmrPmtStsRpt>\n</Document>\n"
#define GROUP_OF(inner) "<OrgnlGrpInfAndSts><OrgnlMsgId>YD1</OrgnlMsgId>" inner "</OrgnlGrpInfAndSts>\n"
#define REASON_OF(code) "<StsRsnInf><Rsn><Cd>" code "</Cd></Rsn></StsRsnInf>"
#define TX(id, status, rest)                                                                                 \
    "<TxInfAndSts><OrgnlEndToEndId>" id "</OrgnlEndToEndId><TxSts>" status "</TxSts>" rest "</"              \
    "TxInfAndSts>\n"
#define PAYMENTS_OF(inner)                                                                                   \
    "<OrgnlPmtInfAndSts><OrgnlPmtInfId>YD1</OrgnlPmtInfId>\n" inner "</OrgnlPmtInfAndSts>\n"
#define CSV "end_to_end_id;svar;tidspunkt\n"

/* --- What is allowed ----------------------------------------------------------------------------------------------- */

/* A swapped code costs millions: each is written down here once more, with what it does. */
static const struct {
    AnswerList list;
    const char *code;
    AnswerOutcome outcome;
} expected_codes[] = {
    {ANSWER_LIST_PAIN002, "ACTC", ANSWER_ACCEPTED},
    {ANSWER_LIST_PAIN002, "ACCP", ANSWER_ACCEPTED},
    {ANSWER_LIST_PAIN002, "ACFC", ANSWER_ACCEPTED},
    {ANSWER_LIST_PAIN002, "ACWC", ANSWER_ACCEPTED},
    {ANSWER_LIST_PAIN002, "ACSC", ANSWER_ACCEPTED},
    {ANSWER_LIST_PAIN002, "ACCC", ANSWER_ACCEPTED},
    {ANSWER_LIST_PAIN002, "RCVD", ANSWER_WAITING},
    {ANSWER_LIST_PAIN002, "PDNG", ANSWER_WAITING},
    {ANSWER_LIST_PAIN002, "PATC", ANSWER_WAITING},
    {ANSWER_LIST_PAIN002, "ACSP", ANSWER_WAITING},
    {ANSWER_LIST_PAIN002, "ACWP", ANSWER_WAITING},
    {ANSWER_LIST_PAIN002, "BLCK", ANSWER_WAITING},
    {ANSWER_LIST_PAIN002, "PART", ANSWER_PARTLY},
    {ANSWER_LIST_PAIN002, "RJCT", ANSWER_REJECTED},
    {ANSWER_LIST_PAIN002, "CANC", ANSWER_REJECTED},
    {ANSWER_LIST_REASON, "AC01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AC02", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AC03", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AC04", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AC05", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AC06", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AC07", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AC13", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AC14", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AG01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AG02", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AG03", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AG08", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM02", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM03", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM04", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM05", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM06", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM07", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM09", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM12", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM14", ANSWER_NONE},
    {ANSWER_LIST_REASON, "AM21", ANSWER_NONE},
    {ANSWER_LIST_REASON, "BE01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "BE04", ANSWER_NONE},
    {ANSWER_LIST_REASON, "BE05", ANSWER_NONE},
    {ANSWER_LIST_REASON, "BE06", ANSWER_NONE},
    {ANSWER_LIST_REASON, "BE07", ANSWER_NONE},
    {ANSWER_LIST_REASON, "BE08", ANSWER_NONE},
    {ANSWER_LIST_REASON, "BE16", ANSWER_NONE},
    {ANSWER_LIST_REASON, "BE22", ANSWER_NONE},
    {ANSWER_LIST_REASON, "CNOR", ANSWER_NONE},
    {ANSWER_LIST_REASON, "CURR", ANSWER_NONE},
    {ANSWER_LIST_REASON, "CUST", ANSWER_NONE},
    {ANSWER_LIST_REASON, "DNOR", ANSWER_NONE},
    {ANSWER_LIST_REASON, "DS02", ANSWER_NONE},
    {ANSWER_LIST_REASON, "DT01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "DT02", ANSWER_NONE},
    {ANSWER_LIST_REASON, "DU01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "DU02", ANSWER_NONE},
    {ANSWER_LIST_REASON, "DU04", ANSWER_NONE},
    {ANSWER_LIST_REASON, "DU05", ANSWER_NONE},
    {ANSWER_LIST_REASON, "ED05", ANSWER_NONE},
    {ANSWER_LIST_REASON, "FF01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "FOCR", ANSWER_NONE},
    {ANSWER_LIST_REASON, "MD01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "MD07", ANSWER_NONE},
    {ANSWER_LIST_REASON, "MS02", ANSWER_NONE},
    {ANSWER_LIST_REASON, "MS03", ANSWER_NONE},
    {ANSWER_LIST_REASON, "NARR", ANSWER_NONE},
    {ANSWER_LIST_REASON, "NOAS", ANSWER_NONE},
    {ANSWER_LIST_REASON, "RC01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "RC03", ANSWER_NONE},
    {ANSWER_LIST_REASON, "RC04", ANSWER_NONE},
    {ANSWER_LIST_REASON, "RR01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "RR02", ANSWER_NONE},
    {ANSWER_LIST_REASON, "RR03", ANSWER_NONE},
    {ANSWER_LIST_REASON, "RR04", ANSWER_NONE},
    {ANSWER_LIST_REASON, "SL01", ANSWER_NONE},
    {ANSWER_LIST_REASON, "TD03", ANSWER_NONE},
    {ANSWER_LIST_REASON, "TM01", ANSWER_NONE},
    {ANSWER_LIST_NEMKONTO, "7", ANSWER_REJECTED},
    {ANSWER_LIST_NEMKONTO, "8", ANSWER_ACCEPTED},
    {ANSWER_LIST_NEMKONTO, "9", ANSWER_REJECTED},
    {ANSWER_LIST_NEMKONTO, "MODREGNET", ANSWER_ACCEPTED},
    {ANSWER_LIST_NEMKONTO, "DOEDSFALD", ANSWER_REJECTED},
};
#define CODE_COUNT ((int32_t)(sizeof expected_codes / sizeof expected_codes[0]))

Test(answer, the_codes_are_these) {
    cr_expect_eq(codes.count, CODE_COUNT, "%d codes", codes.count);
    for (int32_t i = 0; i < CODE_COUNT; i++) {
        const AnswerCode *code = answer_code_find(&codes, expected_codes[i].list, expected_codes[i].code);
        cr_assert_not_null(code, "%s", expected_codes[i].code);
        cr_expect_eq(code->outcome, expected_codes[i].outcome, "%s", code->code);
        /* Whoever must do something is told what. */
        const bool needs = code->list == ANSWER_LIST_REASON || code->outcome == ANSWER_WAITING ||
                           strcmp(code->code, "CANC") == 0 || strcmp(code->code, "ACWC") == 0 ||
                           (code->list == ANSWER_LIST_NEMKONTO && code->outcome == ANSWER_REJECTED);
        cr_expect_eq(code->reason_needed, strcmp(code->code, "RJCT") == 0, "%s", code->code);
        cr_expect_eq(code->advice_da[0] != '\0' && code->advice_en[0] != '\0', needs, "%s", code->code);
    }
}

Test(answer, every_code_in_a_file) {
    char text[1024];
    Error error;
    for (int32_t i = 0; i < CODE_COUNT; i++) {
        const char *code = expected_codes[i].code;
        const bool rejected = expected_codes[i].outcome == ANSWER_REJECTED;
        if (expected_codes[i].list == ANSWER_LIST_NEMKONTO)
            snprintf(text, sizeof text, CSV "YD1-1;%s;2024-03-28T09:30:00+01:00\n", code);
        else if (expected_codes[i].list == ANSWER_LIST_REASON)
            snprintf(text, sizeof text,
                     HEAD GROUP_OF("") PAYMENTS_OF(TX("YD1-1", "RJCT", REASON_OF("%s"))) TAIL, code);
        else
            snprintf(text, sizeof text,
                     HEAD GROUP_OF("<GrpSts>%s</GrpSts>%s")
                         PAYMENTS_OF(TX("YD1-1", "RJCT", REASON_OF("AC01"))) TAIL,
                     code, rejected ? REASON_OF("AC01") : "");
        cr_expect_eq(read_text(text, &error), STATUS_OK, "%s: %s", code, error.message);
        const bool partly = expected_codes[i].outcome == ANSWER_PARTLY;
        cr_assert_eq(file.count, expected_codes[i].list == ANSWER_LIST_PAIN002 && !partly ? 2 : 1, "%s",
                     code);
        const Answer *answer = &file.answers[0];
        if (expected_codes[i].list == ANSWER_LIST_REASON)
            cr_expect_str_eq(answer->reason->code, code);
        else if (!partly)
            cr_expect_str_eq(answer->code->code, code);
        cr_expect_eq(answer->code->outcome == ANSWER_REJECTED,
                     answer->reason != NULL || (rejected && answer->code->list == ANSWER_LIST_NEMKONTO), "%s",
                     code);
        answer_file_free(&file);
    }
}

Test(answer, levels_lines_and_inherited_reasons) {
    Error error;
    cr_assert_eq(
        read_text("\xEF\xBB\xBF<?xml version=\"1.0\"?>\n" HEAD GROUP_OF(
                      "<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><OrgnlNbOfTxs>3</OrgnlNbOfTxs>"
                      "<OrgnlCtrlSum>12.5</OrgnlCtrlSum><GrpSts>PART</GrpSts>"
                      "<NbOfTxsPerSts><DtldNbOfTxs>1</DtldNbOfTxs><DtldSts>ACCP</DtldSts></NbOfTxsPerSts>"
                      "<NbOfTxsPerSts><DtldNbOfTxs>2</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>")
                      PAYMENTS_OF(REASON_OF("BE04") TX("A", "RJCT", "") TX("B", "RJCT", REASON_OF("DT01")))
                          TAIL,
                  &error),
        STATUS_OK, "%s", error.message);
    cr_expect_eq(file.format, ANSWER_FORMAT_PAIN002);
    cr_expect_str_eq(file.message_id, "S1");
    cr_expect_str_eq(file.original_message_id, "YD1");
    cr_expect_eq(file.original_count, 3);
    cr_expect_eq(file.original_oere, 1250);
    cr_assert_eq(file.count, 2);
    cr_expect_str_eq(file.answers[0].reason->code, "BE04");
    cr_expect_str_eq(file.answers[1].reason->code, "DT01");
    cr_expect_eq(file.answers[0].line, 7);
    cr_expect_eq(file.answers[1].line, 8);
    answer_file_free(&file);
    cr_assert_eq(
        read_text("tidspunkt;svar;end_to_end_id\r\n2024-03-28;8;\"YD1-1\"\r\n#SLUT;1;0,00\r\n", &error),
        STATUS_OK, "%s", error.message);
    cr_expect_str_eq(file.answers[0].id, "YD1-1");
    cr_expect_eq(file.answers[0].line, 2);
    answer_file_free(&file);
}

/* --- What is not --------------------------------------------------------------------------------------------------- */

#define CPR_LIKE "7001801001"

static const struct {
    const char *text, *message;
} damaged[] = {
    {"", "svar:1: found nothing"},
    {CSV, "svar:1: found no answer"},
    {"end_to_end_id;svar\nYD1-1;8\n", "svar:1: found no such column, expected tidspunkt"},
    {"end_to_end_id;svar;tidspunkt;x\n", "svar:1: found x"},
    {"end_to_end_id;svar;svar;tidspunkt\n", "svar:1: found svar"},
    {CSV "YD1-1;6;2024-03-28\n", "svar:2: found 6, expected svar: 7, 8, 9, MODREGNET, DOEDSFALD"},
    {CSV "YD1-1;;2024-03-28\n", "svar:2: found nothing, expected svar:"},
    {CSV "YD1-1;08;2024-03-28\n", "svar:2: found 08"},
    {CSV "YD1-1;ACCP;2024-03-28\n", "svar:2: found ACCP"},
    {CSV "YD1-1;8;\n", "svar:2: found nothing, expected tidspunkt"},
    {CSV "YD1-1;8;2024-02-30\n", "svar:2: found 2024-02-30"},
    {CSV "YD1-1;8;2024-03-28T25:00:00Z\n", "svar:2: found 2024-03-28T25"},
    {CSV ";8;2024-03-28\n", "svar:2: found nothing, expected end_to_end_id"},
    {CSV "123456789012345678901234567890123456;8;2024-03-28\n", "svar:2: found"},
    {CSV "\"YD1\n-1\";8;2024-03-28\n", "svar:2: found YD1?-1, expected end_to_end_id"},
    {CSV "YD1-1\x7F;8;2024-03-28\n", "svar:2: found YD1-1?, expected end_to_end_id"},
    {CSV "YD1-1;8\n", "svar:2: found another number of fields, expected 3"},
    {CSV "YD1-1;8;2024-03-28;\n", "svar:2: found another number of fields"},
    {CSV "YD1-1;8;2024-03-28\n#SLUT;2;\n", "svar:3: found 2, expected #SLUT;1;"},
    {CSV "YD1-1;8;2024-03-28\n#SLUT;;\n", "svar:3: found another trailer"},
    {CSV "YD1-1;8;2024-03-28\n#SLUT;1;5,00\n", "svar:3: found 5,00"},
    {CSV "#SLUT;0;\nYD1-1;8;2024-03-28\n", "svar:3: found a row, expected nothing after #SLUT"},
    {CSV "YD1-1;\"8;2024-03-28\n", "svar:2: found a quote that never ends"},
    {CSV "YD1-1;\"8\"x;2024-03-28\n", "svar:2: found a misplaced quote"},
    {CSV "YD\xE6;8;2024-03-28\n", "svar:2: found a byte that is no UTF-8"},
    {CSV CPR_LIKE ";6;2024-03-28\n", "svar:2: found 6"},
    {CSV "YD1-1;" CPR_LIKE ";2024-03-28\n", "svar:2: found 700180****"},
    {"<x", "svar:1: found text that is no XML, expected well-formed XML"},
    {"<x/>", "svar:1: found x, expected Document of"},
    {"<Document/>", "svar:1: found Document"},
    {"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"/>", "svar:1: found Document"},
    {"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03\"><CstmrCdtTrfInitn/></Document>",
     "svar:1: found CstmrCdtTrfInitn, expected CstmrPmtStsRpt"},
    {"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03\"/>", "found no report"},
    {HEAD TAIL, "found no OrgnlGrpInfAndSts"},
    {HEAD GROUP_OF("") TAIL, "found no answer"},
    {HEAD GROUP_OF("<GrpSts>PART</GrpSts>") TAIL, "found no answer"},
    {HEAD GROUP_OF("<GrpSts>ACXX</GrpSts>") TAIL,
     "svar:4: found ACXX, expected a status: ACTC, ACCP, ACFC, ACWC, ACSC, ACCC, RCVD, PDNG, PATC, ACSP, "
     "ACWP, BLCK, PART, RJCT, CANC"},
    {HEAD GROUP_OF("<GrpSts> ACCP</GrpSts>") TAIL, "svar:4: found  ACCP"},
    {HEAD GROUP_OF("<GrpSts/>") TAIL, "svar:4: found nothing, expected a status"},
    {HEAD GROUP_OF("<GrpSts>ACCP</GrpSts><GrpSts>ACCP</GrpSts>") TAIL, "svar:4: found a second status"},
    {HEAD GROUP_OF("<GrpSts>RJCT</GrpSts>") TAIL, "svar:4: found nothing, expected a reason: AC01"},
    {HEAD GROUP_OF("<GrpSts>RJCT</GrpSts>" REASON_OF("XX99")) TAIL, "svar:4: found XX99, expected a reason"},
    {HEAD GROUP_OF("<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Prtry>LUKKET</Prtry></Rsn></StsRsnInf>") TAIL,
     "svar:4: found LUKKET"},
    {HEAD GROUP_OF("<GrpSts>ACCP</GrpSts>") GROUP_OF("") TAIL, "svar:5: found a second OrgnlGrpInfAndSts"},
    {HEAD "<OrgnlGrpInfAndSts><GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts>" TAIL,
     "svar:4: found no id, expected OrgnlMsgId"},
    {HEAD GROUP_OF("<OrgnlMsgId>B</OrgnlMsgId><GrpSts>ACCP</GrpSts>") TAIL, "svar:4: found a second one"},
    {HEAD GROUP_OF("<OrgnlMsgNmId>pacs.008</OrgnlMsgNmId><GrpSts>ACCP</GrpSts>") TAIL,
     "svar:4: found pacs.008, expected OrgnlMsgNmId: pain.001"},
    {HEAD GROUP_OF("<OrgnlNbOfTxs>to</OrgnlNbOfTxs><GrpSts>ACCP</GrpSts>") TAIL,
     "svar:4: found to, expected OrgnlNbOfTxs"},
    {HEAD GROUP_OF("<OrgnlCtrlSum>1,00</OrgnlCtrlSum><GrpSts>ACCP</GrpSts>") TAIL,
     "svar:4: found 1,00, expected OrgnlCtrlSum"},
    {HEAD GROUP_OF("<OrgnlNbOfTxs>2</OrgnlNbOfTxs>")
         PAYMENTS_OF("<OrgnlNbOfTxs>3</OrgnlNbOfTxs><PmtInfSts>ACCP</PmtInfSts>") TAIL,
     "svar:6: found 3, expected OrgnlNbOfTxs"},
    {HEAD GROUP_OF("<NbOfTxsPerSts><DtldNbOfTxs>2</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>")
         PAYMENTS_OF(TX("A", "RJCT", REASON_OF("AC04"))) TAIL,
     "svar:4: found 2 RJCT, expected DtldNbOfTxs 1"},
    {HEAD GROUP_OF("<GrpSts>ACCP</GrpSts><NbOfTxsPerSts><DtldNbOfTxs>1</DtldNbOfTxs><DtldSts>RJCT</DtldSts></"
                   "NbOfTxsPerSts>") TAIL,
     "svar:4: found 1 RJCT, expected DtldNbOfTxs 0"},
    {HEAD GROUP_OF("<NbOfTxsPerSts><DtldNbOfTxs>x</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>") TAIL,
     "svar:4: found x, expected DtldNbOfTxs"},
    {HEAD GROUP_OF("<GrpSts>RJCT</GrpSts>" REASON_OF("FF01")) PAYMENTS_OF(TX("A", "ACCP", "")) TAIL,
     "svar:6: found ACCP, expected a rejection"},
    {HEAD GROUP_OF("") PAYMENTS_OF("<TxInfAndSts><TxSts>ACCP</TxSts></TxInfAndSts>") TAIL,
     "svar:6: found no id, expected OrgnlEndToEndId"},
    {HEAD GROUP_OF("") PAYMENTS_OF("<TxInfAndSts><OrgnlEndToEndId>A</OrgnlEndToEndId></TxInfAndSts>") TAIL,
     "svar:6: found no status, expected TxSts"},
    {HEAD GROUP_OF("") PAYMENTS_OF(TX("A", "PART", "")) TAIL,
     "svar:6: found PART, expected a status: ACTC, ACCP, ACFC, ACWC, ACSC, ACCC, RCVD, PDNG, PATC, ACSP, "
     "ACWP, BLCK, RJCT, CANC"},
    {HEAD GROUP_OF("") PAYMENTS_OF(TX("123456789012345678901234567890123456", "ACCP", "")) TAIL,
     "svar:6: found"},
    {HEAD GROUP_OF("") PAYMENTS_OF(TX("A&#9;B", "ACCP", "")) TAIL, "svar:6: found A?B, expected"},
    {HEAD GROUP_OF("") PAYMENTS_OF(TX("A", CPR_LIKE, "")) TAIL, "svar:6: found 700180****"},
    {HEAD GROUP_OF("<GrpSts>ACCP</GrpSts>") "</CstmrPmtStsRpt>\n", "found text that is no XML"},
    {HEAD GROUP_OF("<GrpSts>ACCP</GrpSts>") TAIL "<x/>", "found text that is no XML"},
    {HEAD GROUP_OF("<GrpSts>&x;</GrpSts>") TAIL, "svar:4: found text that is no XML"},
    {"<?xml version=\"1.0\"?>\n<!DOCTYPE x>\n" HEAD GROUP_OF("<GrpSts>ACCP</GrpSts>") TAIL,
     "svar:2: found <!DOCTYPE, expected no DOCTYPE"},
    {"<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>", "svar:1: found <!DOCTYPE"},
    {"<!-- -->\n<!ENTITY a SYSTEM \"file:///etc/passwd\">", "svar:2: found <!ENTITY"},
};

Test(answer, damaged_files) {
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        Error error;
        cr_expect_eq(read_text(damaged[i].text, &error), STATUS_DATA, "%zu: %s", i, damaged[i].text);
        cr_expect_not_null(strstr(error.message, damaged[i].message), "%zu: '%s' is not in '%s'", i,
                           damaged[i].message, error.message);
        cr_expect_null(strstr(error.message, CPR_LIKE), "%zu", i);
        answer_file_free(&file);
    }
}

Test(answer, nul_bytes_and_utf16) {
    Error error = {.status = STATUS_OK};
    static const char utf16[] = "\xFF\xFE<\0x\0/\0>\0";
    cr_expect_eq(answer_file_read(&codes, "svar", utf16, sizeof utf16 - 1, &file, &error), STATUS_DATA);
    cr_expect_not_null(strstr(error.message, "a NUL byte"));
}

/* Cut anywhere, or one byte changed: read as a whole or refused, never more answers than there were. */
Test(answer, cut_and_changed) {
    static const char *const whole[] = {
        CSV "YD1-1;8;2024-03-28\nYD2-1;9;2024-03-28T10:00:00Z\n#SLUT;2;\n",
        HEAD GROUP_OF("<OrgnlNbOfTxs>2</OrgnlNbOfTxs><GrpSts>PART</GrpSts>")
            PAYMENTS_OF(TX("A", "RJCT", REASON_OF("AC04")) TX("B", "ACCP", "")) TAIL,
    };
    unsigned random = 1;
    for (size_t w = 0; w < 2; w++) {
        const size_t size = strlen(whole[w]);
        char *copy = malloc(size);
        for (size_t i = 0; i < size + 2000; i++) {
            Error error = {.status = STATUS_OK};
            memcpy(copy, whole[w], size);
            random = random * 1103515245u + 12345u;
            if (i >= size)
                copy[random / 65536u % size] = (char)(random / 256u);
            const Status status = answer_file_read(&codes, "svar", copy, i < size ? i : size, &file, &error);
            cr_expect(status == STATUS_OK || status == STATUS_DATA, "%zu %zu: %s", w, i, error.message);
            cr_expect_leq(file.count, 2);
            answer_file_free(&file);
        }
        free(copy);
    }
}
