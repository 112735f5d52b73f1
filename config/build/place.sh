#!/bin/sh
# Installs what was built, or removes it: one list for both.
#   place.sh install|uninstall DESTDIR PREFIX [PROGRAM]      PROGRAM: build/ydelse
# Nothing is put in /etc: the settings are an example to copy to /etc/ydelse/ydelse.ini. The units and the crontab
# carry the path of the program under PREFIX.
set -eu
cd "$(dirname "$0")/../.."
what=$1
root=$2$3
prefix=$3
program=${4:-build/ydelse}
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT

# place MODE SOURCE TARGET
place() {
    case $what in
    install) install -D -m "$1" "$2" "$root/$3" ;;
    uninstall) rm -f "$root/$3" ;;
    esac
}

# The same for a file that names the program.
place_with_path() {
    sed "s|/usr/local/bin/|$prefix/bin/|g" "$2" >"$pages/path"
    place "$1" "$pages/path" "$3"
}

place_examples() {
    for file in forventet.csv betalere.csv kontoplan.csv; do
        place 644 "config/$file" "share/ydelse/$file"
    done
    place 644 config/ydelse.ini share/ydelse/ydelse.ini.example
    for file in config/satser/*.csv config/koder/*.csv; do
        place 644 "$file" "share/ydelse/${file#config/}"
    done
    place_with_path 644 config/cron/ydelse share/ydelse/cron/ydelse
}

place_documents() {
    for file in config/README.md config/handbook/*.md sql/README.md; do
        place 644 "$file" "share/doc/ydelse/$file"
    done
    place 644 README.md share/doc/ydelse/README.md
}

place_units() {
    for unit in config/systemd/*.service config/systemd/*.timer; do
        [ ! -f "$unit" ] || place_with_path 644 "$unit" "lib/systemd/system/${unit##*/}"
    done
}

# The pages and the completion are made by the program that is installed.
place_made() {
    "$program" man --output "$pages"
    for page in "$pages"/*.1; do
        place 644 "$page" "share/man/man1/${page##*/}"
    done
    "$program" completion bash >"$pages/completion"
    place 644 "$pages/completion" share/bash-completion/completions/ydelse
}

remove_made() {
    rm -f "$root"/share/man/man1/ydelse.1 "$root"/share/man/man1/ydelse-*.1 \
        "$root/share/bash-completion/completions/ydelse"
}

remove_folders() {
    for folder in share/ydelse share/doc/ydelse; do
        [ ! -d "$root/$folder" ] || find "$root/$folder" -depth -type d -empty -delete
    done
}

case $what in
install | uninstall) ;;
*)
    echo "place.sh: unknown: $what" >&2
    exit 64
    ;;
esac
place 755 "$program" bin/ydelse
place_examples
place_documents
place_units
if [ "$what" = install ]; then
    place_made
    echo "ydelse: installed under $root; copy $prefix/share/ydelse/ydelse.ini.example to /etc/ydelse/ydelse.ini"
else
    remove_made
    remove_folders
fi
