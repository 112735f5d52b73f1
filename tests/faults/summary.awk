# How often a command ended with which exit code, by fault: the table of faults.sh in brief.
function trim(text) {
    gsub(/^ +| +$/, "", text)
    return text
}
{
    command = trim($2)
    sub(/,.*/, "", command)
    fault = trim($4)
    code = trim($5)
    if (!(command in total))
        commands[++command_count] = command
    if (!(fault in known)) {
        known[fault] = 1
        faults[++fault_count] = fault
    }
    if (!((command, fault, code) in count))
        codes[command, fault] = codes[command, fault] " " code
    count[command, fault, code]++
    total[command]++
}
END {
    print "Times x exit code, by command and fault:"
    printf "%-18s %5s", "command", "cells"
    for (f = 1; f <= fault_count; f++)
        printf "  %-19s", faults[f]
    print ""
    for (c = 1; c <= command_count; c++) {
        printf "%-18s %5d", commands[c], total[commands[c]]
        for (f = 1; f <= fault_count; f++) {
            text = ""
            n = split(codes[commands[c], faults[f]], list, " ")
            for (i = 1; i <= n; i++)
                text = text (i > 1 ? " " : "") count[commands[c], faults[f], list[i]] "x" list[i]
            printf "  %-19s", text == "" ? "." : text
        }
        print ""
        cells += total[commands[c]]
    }
    printf "%d disturbances\n", cells
}
