# shellcheck shell=sh
# Sourced by cluster.sh and tests/support/with_postgres.sh: where PostgreSQL's programs are, and who runs it.
# Sets pg_bin and pg_user; defines as_pg_user.

# Debian keeps the server's programs out of PATH, one folder per version.
find_pg_bin() {
    for version in ${1:-} 15 16 17 18; do
        if [ -x "/usr/lib/postgresql/$version/bin/initdb" ]; then
            printf '%s\n' "/usr/lib/postgresql/$version/bin"
            return 0
        fi
    done
    if command -v initdb >/dev/null 2>&1; then
        dirname "$(command -v initdb)"
        return 0
    fi
    echo "PostgreSQL's server programs are not installed; \`make packages\` installs them." >&2
    return 69
}

# postgres refuses to run as root: then it runs as the user that Debian's package makes for it.
if [ "$(id -u)" -eq 0 ]; then
    pg_user=postgres
    if ! id "$pg_user" >/dev/null 2>&1; then
        echo "There is no user postgres to run the server as; \`make packages\` installs PostgreSQL." >&2
        exit 69
    fi
else
    pg_user=$(id -un)
fi

# Runs a program as that user, from a folder it can be in.
as_pg_user() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && exec setpriv --reuid="$pg_user" --regid="$(id -g "$pg_user")" --init-groups -- \
            env HOME=/ PATH="$PATH" "$@")
    else
        (cd / && exec "$@")
    fi
}
