#!/bin/sh
# Run by the systemd that boot.sh started: tries the timer and the service, and reports.
cd /seen || exit 70
checks=0
failed=0
expect() { # what, expected, found
    checks=$((checks + 1))
    if [ "$2" = "$3" ]; then
        echo "ok: $1: $3"
    else
        failed=$((failed + 1))
        echo "FAILED: $1: $3, expected $2"
    fi
}
state() { systemctl show --value -p "$1" ydelse.service; }
# Until the service is what it is asked to be, at most 20 seconds.
await() { # property, value
    for _ in $(seq 200); do
        [ "$(state "$1")" != "$2" ] || return 0
        sleep 0.1
    done
    return 1
}

# A night was missed: the timer makes up for it as soon as it is there.
touch -d '3 days ago' /var/lib/systemd/timers/stamp-ydelse.timer
systemctl start ydelse.timer
systemctl list-timers --all --no-pager >/seen/timers
await ActiveState activating
await ActiveState inactive
expect "the timer started the service that was missed" "success 1" "$(state Result) $(state ExecMainStatus)"
expect "the next night" "01:30:00" "$(systemctl show --value -p NextElapseUSecRealtime ydelse.timer | cut -d' ' -f3)"
expect "the figures for monitoring" "1" "$(grep -c '^ydelse_command_exit_code{command="run"} 1$' /var/lib/ydelse/ydelse.prom)"
expect "its folder" "drwxr-x--- ydelse" "$(stat -c '%A %U' /var/lib/ydelse)"
cp /var/lib/ydelse/ydelse.prom /seen/first.prom

# The journal has every message with its priority, and no CPR number.
journalctl --sync
journalctl -u ydelse.service -o json --output-fields=PRIORITY,MESSAGE,SYSLOG_IDENTIFIER --no-pager >/seen/journal.json
journalctl -u ydelse.service --no-pager >/seen/journal.text
expect "warnings have priority 4" "yes" \
    "$(grep -q '"PRIORITY":"4"' /seen/journal.json && echo yes || echo no)"
expect "the program's messages are found by its name" "yes" \
    "$(journalctl -t ydelse -p 4 -o cat --no-pager | grep -q UKENDT_KODE && echo yes || echo no)"
expect "no message carries its priority as text" "0" "$(grep -c '"MESSAGE":"<[0-9]>' /seen/journal.json)"
expect "no CPR number in the journal" "0" "$(grep -cwE '[0-9]{6}-?[0-9]{4}' /seen/journal.text)"

# Again: nothing is new, and that is no trouble.
systemctl start ydelse.service
expect "again by hand" "success" "$(state Result)"

# The database is away: the hook is told, and systemd tries again in ten minutes.
mkdir -p /etc/systemd/system/ydelse.service.d
printf '[Service]\nEnvironment=PGHOST=/run/nobody\n' >/etc/systemd/system/ydelse.service.d/away.conf
systemctl daemon-reload
systemctl start --no-block ydelse.service
await SubState auto-restart
expect "the database is away" "exit-code 69 auto-restart" "$(state Result) $(state ExecMainStatus) $(state SubState)"
expect "the hook was told" "run 69" "$(tr '\n' ' ' </var/lib/ydelse/hook | sed 's/ $//')"
journalctl --sync
expect "an error has priority 3" "yes" \
    "$(journalctl -u ydelse.service -p 3 -o cat --no-pager | grep -q . && echo yes || echo no)"
systemctl stop ydelse.service

# A setting that is wrong does not mend itself: no second attempt.
printf '[Service]\nEnvironment=YDELSE_DRIFT_ARBEJDERE=0\n' >/etc/systemd/system/ydelse.service.d/away.conf
systemctl daemon-reload
systemctl reset-failed ydelse.service
systemctl start ydelse.service
expect "a wrong setting" "failed exit-code 78" "$(state ActiveState) $(state Result) $(state ExecMainStatus)"
echo "systemd $(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p'): $checks checks, $failed failed"
