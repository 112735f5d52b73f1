/* From decoded Values to the engine's structs, the same for every source. Texts stay borrowed. */
#ifndef YDELSE_IO_INTAKE_FACT_H
#define YDELSE_IO_INTAKE_FACT_H

#include "io/intake/kind.h"

void fact_deltager(const Value *values, Source source, Deltager *row);
void fact_forloeb(const Value *values, Source source, Forloeb *row);
void fact_barn(const Value *values, Source source, Barn *row);
void fact_periode(const Value *values, Source source, Periode *row);
void fact_indkomst(const Value *values, Source source, Indkomst *row);
void fact_feriepenge(const Value *values, Source source, Feriepenge *row);
void fact_sanktion(const Value *values, Source source, Sanktion *row);
void fact_skattekort(const Value *values, Source source, Skattekort *row);

#endif
