/* deltagere.csv: one row: number, municipality, an invented name. */
#include "samples/generator/rows.h"

static void write_name(Writer *writer, Random *random) {
    static const char *const FIRST_NAMES[16] = {"Anna",  "Bo",    "Carla",  "Dan",    "Ella",  "Frede",
                                                "Gitte", "Hans",  "Ida",    "Jørgen", "Karen", "Lars",
                                                "Mette", "Niels", "Øjvind", "Åse"};
    static const char *const LAST_NAMES[16] = {"Prøve",  "Eksempel", "Demo",   "Opdigtet", "Fiktiv", "Test",
                                               "Model",  "Skabelon", "Påfund", "Udkast",   "Kladde", "Forsøg",
                                               "Øvelse", "Ærlig",    "Attrap", "Mønster"};
    put_text(writer, FIRST_NAMES[random_below(random, 16)]);
    put_char(writer, ' ');
    field_text(writer, LAST_NAMES[random_below(random, 16)]);
}

void write_deltager(Delivery *delivery, Random *random, const Person *person) {
    Writer *writer = &delivery->writers[FILE_DELTAGERE];
    row_begin(writer);
    field_text(writer, person->cpr.text);
    field_number(writer, kommune_code(person->kommune), 4);
    write_name(writer, random);
    field_text(writer, delivery->kommune_units[person->kommune].text);
    row_end(writer);
}
