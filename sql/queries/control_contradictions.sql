-- Rejected payments that the bank says it has paid all the same, by municipality.
SELECT kommunekode, payments, amount_oere, twice FROM ydelse.contradiction_sums()
