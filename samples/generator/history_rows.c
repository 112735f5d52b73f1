/* The rows of a history, kind by kind. */
#include <stdio.h>

#include "samples/generator/calendar.h"
#include "samples/generator/history.h"

static const FileFormat FORMATS[FILE_COUNT] = {
    [FILE_DELTAGERE] = {"deltagere", "posttype;cpr_nummer;kommunekode;doedsdato;se_nummer", false},
    [FILE_FORLOEB] = {"forloeb",
                      "posttype;forloeb_id;cpr_nummer;ordning;startdato;slutdato;tidligere_ydelse;ugebeloeb;"
                      "niveau_slutdato;afgoerelse_id",
                      true},
    [FILE_BOERN] = {"boern", "posttype;post_id;cpr_nummer;barn_foedselsdato;forhold", false},
    [FILE_PERIODER] = {"perioder",
                       "posttype;post_id;cpr_nummer;art;foerste_dag;sidste_dag;beloeb;afgoerelse_id", true},
    [FILE_INDKOMST] = {"indkomst",
                       "posttype;post_id;cpr_nummer;arbejdsgiver_se;indkomsttype;klasse;loenperiode_start;"
                       "loenperiode_slut;dispositionsdato;felt_0013;felt_0014;felt_0147;felt_0200",
                       true},
    [FILE_FERIEPENGE] = {"feriepenge",
                         "posttype;post_id;kilde;cpr_nummer;art;udbetalingstype;ferieaar;foerste_feriedag;"
                         "sidste_feriedag;antal_feriedage;beloeb_brutto;udbetalingsdato",
                         true},
    [FILE_SANKTIONER] = {"sanktioner",
                         "posttype;sanktion_id;cpr_nummer;art;haendelsesdato;dage;virkningsmaaned;"
                         "foerste_dag;sidste_dag;afgoerelse_id",
                         false},
    [FILE_SKATTEKORT] = {"skattekort",
                         "posttype;post_id;cpr_nummer;foerste_dag;sidste_dag;korttype;traekprocent;"
                         "maanedsfradrag",
                         false},
};

const FileFormat *history_format(FileKind kind) {
    return &FORMATS[kind];
}

/* A file that cannot be opened is remembered by its writer, and reported when the night is closed. */
static Writer *row_of(History *history, FileKind kind, char posttype) {
    Writer *writer = &history->delivery.writers[kind];
    if (writer->stream == NULL && !writer->failed)
        writer->failed = writer_open(writer, &FORMATS[kind], history->folder) != 0;
    if (writer->failed)
        return NULL;
    row_begin(writer);
    put_char(writer, posttype);
    put_char(writer, ';');
    return writer;
}

/* The person and the number of the row among theirs; a decision has the same. */
static void field_row_id(const History *history, Writer *writer, const char *prefix, int32_t serial) {
    char text[48];
    snprintf(text, sizeof text, "%s%07lld-%d", prefix, (long long)history->index, serial);
    field_text(writer, text);
}

static void fields_empty(Writer *writer, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        field_empty(writer);
}

void tell_deltager(History *history, const Life *life, char posttype) {
    Writer *writer = row_of(history, FILE_DELTAGERE, posttype);
    if (writer == NULL)
        return;
    field_text(writer, life->cpr.text);
    field_number(writer, kommune_code(life->kommune), 4);
    field_date_or_empty(writer, life->is_dead, life->death);
    field_text(writer, history->delivery.kommune_units[life->kommune].text);
    row_end(writer);
}

void tell_forloeb(History *history, const Life *life, char posttype, const char *former) {
    const Course *course = &life->course;
    Writer *writer = row_of(history, FILE_FORLOEB, posttype);
    if (writer == NULL)
        return;
    field_row_id(history, writer, "F", course->serial);
    field_text(writer, life->cpr.text);
    field_text(writer, course->is_ja ? "JA" : "RF");
    field_date(writer, course->first);
    field_date_or_empty(writer, course->is_over || !course->is_open, course->last);
    field_text(writer, former);
    field_control_amount(writer, course->is_sick ? 420000 : 0);
    field_date_or_empty(writer, course->is_sick, course->level_last);
    field_row_id(history, writer, "AF-", course->serial);
    row_end(writer);
}

void tell_barn(History *history, const Life *life, int32_t serial, int32_t birth) {
    Writer *writer = row_of(history, FILE_BOERN, 'N');
    if (writer == NULL)
        return;
    field_row_id(history, writer, "B", serial);
    field_text(writer, life->cpr.text);
    field_date(writer, birth);
    field_text(writer, "FORSOERGER");
    row_end(writer);
}

void tell_periode(History *history, const Life *life, const Circumstance *row) {
    Writer *writer = row_of(history, FILE_PERIODER, row->posttype);
    if (writer == NULL)
        return;
    field_row_id(history, writer, "P", row->serial);
    field_text(writer, life->cpr.text);
    field_text(writer, row->art);
    field_date(writer, row->first);
    field_date_or_empty(writer, row->last >= row->first, row->last);
    field_control_amount(writer, row->amount_oere);
    if (row->has_decision)
        field_row_id(history, writer, "AP-", row->serial);
    else
        field_empty(writer);
    row_end(writer);
}

void tell_indkomst(History *history, const Life *life, const Income *income, char posttype) {
    Writer *writer = row_of(history, FILE_INDKOMST, posttype);
    if (writer == NULL)
        return;
    field_row_id(history, writer, "I", income->serial);
    if (posttype == 'T') {
        fields_empty(writer, 11);
        row_end(writer);
        return;
    }
    field_text(writer, life->cpr.text);
    field_text(writer, history->delivery.employers[income->payer].text);
    field_text(writer, income->is_unusable ? "99" : income->is_wage ? "00" : "05");
    field_text(writer, income->is_sick ? "LOEN_SYGDOM" : "");
    field_date_or_empty(writer, income->is_wage, income->period_first);
    field_date_or_empty(writer, income->is_wage, income->period_last);
    field_date(writer, income->paid);
    field_control_amount(writer, income->is_wage ? income->amount_oere : 0);
    field_amount(writer, income->is_wage ? 0 : income->amount_oere);
    field_amount(writer, income->pension_oere);
    field_amount(writer, income->hours_hundredths);
    row_end(writer);
}

/* The last weekday of a holiday of so many weekdays from a Monday on. */
static int32_t holiday_last(int32_t monday, int32_t weekdays) {
    return monday + (weekdays - 1) / 5 * 7 + (weekdays - 1) % 5;
}

void tell_ferie(History *history, const Life *life, int32_t serial, int32_t monday, int32_t weekdays,
                int64_t amount_oere) {
    const int32_t last = holiday_last(monday, weekdays);
    Writer *writer = row_of(history, FILE_FERIEPENGE, 'N');
    if (writer == NULL)
        return;
    field_row_id(history, writer, "H", serial);
    field_text(writer, "FK");
    field_text(writer, life->cpr.text);
    field_text(writer, "FG");
    field_text(writer, "UDB1");
    field_number(writer, ymd_of(monday).year - 1, 4);
    field_date(writer, monday);
    field_date(writer, last);
    field_number(writer, weekdays, 1);
    field_control_amount(writer, amount_oere);
    field_date(writer, monday - 4);
    row_end(writer);
    count_event(history, EVENT_HOLIDAY);
    if (ymd_of(monday).month != ymd_of(last).month)
        count_event(history, EVENT_HOLIDAY_OVER_MONTH_END);
}

void tell_ferie_withdrawn(History *history, const Life *life, int32_t serial) {
    Writer *writer = row_of(history, FILE_FERIEPENGE, 'T');
    if (writer == NULL)
        return;
    field_row_id(history, writer, "H", serial);
    field_empty(writer);
    field_text(writer, life->cpr.text);
    fields_empty(writer, 8);
    row_end(writer);
}

void tell_sanktion(History *history, const Life *life, int32_t serial, const char *art, int32_t event,
                   int32_t dage, bool has_decision) {
    const bool is_third = art[0] == 'T';
    Writer *writer = row_of(history, FILE_SANKTIONER, 'N');
    if (writer == NULL)
        return;
    field_row_id(history, writer, "X", serial);
    field_text(writer, life->cpr.text);
    field_text(writer, art);
    field_date(writer, event);
    if (dage > 0)
        field_number(writer, dage, 1);
    else
        field_empty(writer);
    if (is_third)
        field_empty(writer);
    else
        field_month(writer, history->delivery.first);
    field_date_or_empty(writer, is_third, event);
    field_date_or_empty(writer, is_third, event + 45);
    if (has_decision)
        field_row_id(history, writer, "AS-", serial);
    else
        field_empty(writer);
    row_end(writer);
}

void tell_skattekort(History *history, const Life *life, int32_t serial, int32_t year, int32_t percent,
                     int64_t allowance_oere) {
    Writer *writer = row_of(history, FILE_SKATTEKORT, 'N');
    if (writer == NULL)
        return;
    field_row_id(history, writer, "S", serial);
    field_text(writer, life->cpr.text);
    field_date(writer, day_of(year, 1, 1));
    field_date(writer, day_of(year, 12, 31));
    field_text(writer, "HOVED");
    field_number(writer, percent, 1);
    field_amount(writer, allowance_oere);
    row_end(writer);
}
