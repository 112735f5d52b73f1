/* The words of an explanation, in Danish and in English. */
#include "io/explanation.h"

static const Wording danish_words = {
    .title = "Sådan er ydelsen regnet ud",
    .outcome = "Udfald",
    .scheme = "Ordning",
    .active_days = "Aktive dage",
    .steps = "Beregningen, trin for trin",
    .result = "Resultat",
    .findings = "Bemærkninger",
    .rate = "Sats",
    .line = "linje",
    .note = "OBS",
    .rounded_oere = "afrundet til hele øre",
    .rounded_krone = "afrundet til hele kroner",
    .rounded_down = "rundet ned til hele kroner",
    .advice = "Hvad kan gøres",
    .no_tax = "Der er ikke trukket skat her: det gør det system, der udbetaler.",
    .amount = {"Ydelse før fradrag", "Fradrag for løn", "Fradrag for løn under sygdom", "Fradrag for løn i tilbud",
               "Fradrag for anden indkomst", "Fradrag for feriepenge", "Ydelse efter indkomst", "Sanktioner",
               "Ydelse", "ATP, egen andel", "ATP, kommunens andel (betales oveni)",
               "Obligatorisk pension (betales oveni)", "A-skat", "Til udbetaling"},
    .month = {"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober",
              "november", "december"},
    .outcome_name = {"Ingen ydelse i måneden", "Udbetales", "Sat ned til 0 kr.", "Får førtidspension i stedet",
                     "Holdt tilbage: det kan ikke siges sikkert, hvad der skal betales"},
    .status = {"trykt", "kun set i én svagere kilde", "beregnet efter reguleringen, aldrig set på tryk"},
};

static const Wording english_words = {
    .title = "How the benefit was computed",
    .outcome = "Outcome",
    .scheme = "Scheme",
    .active_days = "Active days",
    .steps = "The calculation, step by step",
    .result = "Result",
    .findings = "Remarks",
    .rate = "Rate",
    .line = "line",
    .note = "NOTE",
    .rounded_oere = "rounded to whole øre",
    .rounded_krone = "rounded to whole kroner",
    .rounded_down = "rounded down to whole kroner",
    .advice = "What can be done",
    .no_tax = "No tax is withheld here: the system that pays does that.",
    .amount = {"Benefit before deductions", "Deduction for wages", "Deduction for pay during sickness",
               "Deduction for pay in offers", "Deduction for other income", "Deduction for holiday pay",
               "Benefit after income", "Sanctions", "Benefit", "ATP, own share",
               "ATP, the municipality's share (paid on top)", "Obligatory pension (paid on top)", "A-tax",
               "To be paid"},
    .month = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
              "November", "December"},
    .outcome_name = {"No benefit in the month", "Paid", "Reduced to 0 kr.", "Gets a disability pension instead",
                     "Held: it cannot be said for certain what is owed"},
    .status = {"published", "seen in one weaker source only", "computed by the regulation, never seen in print"},
};

const Wording *wording(bool danish) {
    return danish ? &danish_words : &english_words;
}
