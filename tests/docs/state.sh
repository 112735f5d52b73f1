# shellcheck shell=sh
# Sourced by commands.sh: what the entries of commands.txt stand on, beside a delivery and the runs 1 (2024-02) and 2
# (2024-03). Batches 1 to 4 are drafts. Files of the reader's lie in $work/place.
quietly ydelse pay --due 2024-03-27 --allow-replacement-cpr
cp "$here"/samples/lille/deltagere.csv "$work/place/deltagere.csv"
cp "$here"/samples/lille/indkomst.csv "$work/place/indkomst-2024-03.csv"
cp -r "$here/config/satser" "$work/place/forslag"
head -n 1 "$here/config/satser/ydelse.csv" >"$work/place/aendrede.csv"
echo 6112881008 >"$work/place/cpr.txt"
printf 'cpr_nummer;uger;sidste_uge\n6112881008;26;2023-W50\n' >"$work/place/uger.csv"
printf 'end_to_end_id;svar;tidspunkt\nYD999990-1;8;2024-03-28\n' >"$work/place/nemkonto.csv"
SEAL=$(sql "SELECT encode(seal, 'hex') FROM ydelse.run ORDER BY run_id DESC LIMIT 1")
PAYMENT=$(sql "SELECT min(end_to_end_id) FROM ydelse.payment WHERE batch_id = 4")
export SEAL PAYMENT
