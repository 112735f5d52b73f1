/* The facts about one participant, as the engine sees them: what the input files say, decoded.
 *
 * Struct and member names are those of the input format (README, "Input"), in ASCII. A fact of a kind
 * that the engine only carries (names, tax withheld, net amounts) is not here.
 * Invariants on a Facts value, kept by whoever builds it (io/stream):
 *   - each array is sorted: forloeb by (startdato, forloeb_id), everything else by id, compared as bytes;
 *   - only rows that count are present (posttype is already resolved), all for this participant;
 *   - amounts lie within AMOUNT_MAX_OERE. An array longer than ROWS_PER_PARTICIPANT_MAX holds the participant.
 * The engine borrows everything and keeps nothing.
 */
#ifndef YDELSE_ENGINE_FACTS_H
#define YDELSE_ENGINE_FACTS_H

#include <stddef.h>

#include "engine/cpr.h"
#include "engine/date.h"
#include "engine/money.h"

/* Bytes borrowed from the reader's memory; not NUL-terminated. */
typedef struct {
    const char *bytes;
    uint32_t size_bytes;
} Text;

/* Where a row came from: file is the number the reader gave it, line the physical line it begins on. */
typedef struct {
    int32_t file;
    int32_t line;
} Source;

typedef enum { ORDNING_RF, ORDNING_JA } Ordning;

typedef enum {
    TIDLIGERE_KONTANTHJAELP,
    TIDLIGERE_UDDANNELSESHJAELP,
    TIDLIGERE_SYGEDAGPENGE,
    TIDLIGERE_LEDIGHEDSYDELSE,
    TIDLIGERE_FOERTIDSPENSION,
    TIDLIGERE_REVALIDERING,
    TIDLIGERE_SHYDELSE,
    TIDLIGERE_INGEN,
} TidligereYdelse;

typedef enum { FORHOLD_FORSOERGER, FORHOLD_BIDRAG } Forhold;

typedef enum {
    PERIODE_HJEMMEBOENDE,
    PERIODE_SELVSTAENDIG_KVART,
    PERIODE_SELVSTAENDIG_HALV,
    PERIODE_MINDSTESATS,
    PERIODE_FERIE,
    PERIODE_UDLAND,
    PERIODE_FAENGSEL,
    PERIODE_OPHOER,
    PERIODE_SPAERRING,
} PeriodeArt;

/* KLASSE_NONE: no case worker has judged the row, its indkomsttype decides. */
typedef enum {
    KLASSE_NONE = -1,
    KLASSE_LOEN,
    KLASSE_LOEN_SYGDOM,
    KLASSE_TILBUD,
    KLASSE_FRIKORT,
    KLASSE_FLEKSTILSKUD,
    KLASSE_OVERSKUD,
    KLASSE_ANDEN,
    KLASSE_IGNORER,
} Klasse;

typedef enum { FERIE_FG, FERIE_FT, FERIE_FF } FerieArt;
typedef enum { UDBETALING_UDB1, UDBETALING_UDB2, UDBETALING_UDB3, UDBETALING_UDB4 } Udbetalingstype;
typedef enum { SANKTION_PERIODE, SANKTION_PUNKT, SANKTION_TREDJEDEL } SanktionArt;
/* In the order in which a card is preferred (law section 7). */
typedef enum { KORT_HOVED, KORT_FRI, KORT_BI } KortType;

typedef struct {
    Source source;
    Cpr cpr;
    int32_t kommunekode;
    Date foedselsdato; /* always set: the given one, else the one in the CPR number */
    Date doedsdato;    /* or DATE_NONE */
    Text se_nummer;    /* of the unit that pays the benefit, may be empty */
} Deltager;

typedef struct {
    Source source;
    Text forloeb_id;
    Ordning ordning;
    TidligereYdelse tidligere_ydelse;
    Date startdato;
    Date slutdato;      /* or DATE_NONE: still running */
    Date bevilget_dato; /* always set: default startdato */
    Date niveau_slutdato;
    Money ugebeloeb; /* kroner a week, or MONEY_NONE */
} Forloeb;

typedef struct {
    Source source;
    Text post_id;
    Forhold forhold;
    bool i_riget;
    Date foedselsdato; /* always set */
    Date forsoergelse_fra;
    Date forsoergelse_til;
    Money bidrag_beloeb; /* a month, or MONEY_NONE */
} Barn;

typedef struct {
    Source source;
    Text post_id;
    PeriodeArt art;
    bool afgoerelse; /* a decision id is given */
    Date foerste_dag;
    Date sidste_dag;
    Money beloeb; /* a month, or MONEY_NONE */
} Periode;

typedef struct {
    Source source;
    Text post_id;
    Text arbejdsgiver_se;
    int32_t indkomsttype;
    Klasse klasse;
    Date loenperiode_start; /* both or neither */
    Date loenperiode_slut;
    Date dispositionsdato;
    /* Empty amounts are 0. */
    Money felt_0013, felt_0014, felt_0036, felt_0038, felt_0147, felt_0148, felt_0198;
    int64_t felt_0200_hundredths; /* hours */
} Indkomst;

#define FERIEAAR_INDEFROSSET 9999

typedef struct {
    Source source;
    Text post_id;
    FerieArt art;
    Udbetalingstype udbetalingstype;
    int32_t ferieaar;
    Date foerste_feriedag; /* both or neither */
    Date sidste_feriedag;
    int64_t antal_feriedage_hundredths;
    Money beloeb_brutto;
    Date udbetalingsdato;
} Feriepenge;

typedef struct {
    Source source;
    Text sanktion_id;
    SanktionArt art;
    bool afgoerelse;
    int32_t dage;
    Date haendelsesdato;
    Month virkningsmaaned; /* or MONTH_NONE */
    Date foerste_dag;
    Date sidste_dag;
} Sanktion;

typedef struct {
    Source source;
    Text post_id;
    KortType korttype;
    int64_t traekprocent_hundredths; /* or -1: not given */
    Date foerste_dag;
    Date sidste_dag;
    Money maanedsfradrag;  /* not negative, or MONEY_NONE */
    Money frikort_graense; /* the same */
} Skattekort;

typedef struct {
    const Deltager *deltager;
    const Forloeb *forloeb;
    const Barn *boern;
    const Periode *perioder;
    const Indkomst *indkomst;
    const Feriepenge *feriepenge;
    const Sanktion *sanktioner;
    const Skattekort *skattekort;
    int32_t forloeb_count, boern_count, perioder_count, indkomst_count, feriepenge_count, sanktioner_count,
        skattekort_count;
} Facts;

/* Byte order, the shorter first when one begins the other. */
int text_compare(Text a, Text b);

#endif
