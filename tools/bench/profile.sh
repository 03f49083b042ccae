#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# profile.sh [TABLE] - where the instructions of a row of a table go, blocks, increments
# or events (blocks): function by function, instructions and calls a row. QEMU writes
# down each one that the guest executes.

BENCH_NAME=profile
. "$(dirname "$0")/lib.sh"

table=${1:-blocks}
show=${table}_seq_show
ROWS=256

hmp() { qmp human-monitor-command '{"command-line":"'"$1"'"}' >/dev/null || failed "QEMU: $1"; }

STANDBY=$((ROWS / 4 + 2))G EXACT=y boots sclp-s390x.info "MEMORY=2G,maxmem=$((ROWS / 4 + 4))G" || die "$why"
# shellcheck disable=SC2016 # for the guest's shell
in_guest 'load >/dev/null; B=$(first_block); add $B '$ROWS' >/dev/null; rn=$((B + 1))-$((B + '$ROWS'))
	wr $MHP/assign rn=$rn >/dev/null; wr $MHP/unassign rn=$rn >/dev/null
	stopwatch read 2 $MHP/'"$table"' | tail -n 1; cat /proc/kallsyms' >"$run/guest" || failed "$(tail "$run/guest")"
hmp "logfile $run/log"
hmp "one-insn-per-tb on"
hmp "log exec,nochain"
# shellcheck disable=SC2016
in_guest 'stopwatch read 1 $MHP/'"$table" >/dev/null
hmp "log none"
guest_kill

# From the first row to the last: addresses, sorted into those of functions. A user's are
# below all of these.
awk -v show="$show" '
	FILENAME == ARGV[1] { if ($3 == show) at = $1; next }
	!/^Trace/ { next }
	{ split($0, part, "/"); pc = part[2] }
	pc == at { rows++; for (p in since) { n[p] += since[p]; delete since[p] } began = 1 }
	began { since[pc]++ }
	END { print "rows", rows - 1; for (p in n) print p, n[p] }
' <(sed 1d "$run/guest") "$run/log" >"$run/pcs"
awk 'FILENAME == ARGV[1] { if ($2 ~ /^[tTwW]$/) print $1, "a", $3; next } $1 != "rows" { print $1, "b", $2 }' \
	<(sed 1d "$run/guest") "$run/pcs" | sort | awk -v rows="$(awk '$1 == "rows" { print $2 }' "$run/pcs")" '
	BEGIN { name = "user space" }
	$2 == "a" { name = $3; at = $1; next }
	{ n[name] += $3; all += $3 }
	$1 == at { calls[name] += $3 }
	END {
		printf "%-32s %8.1f\n", "all", all / rows
		for (f in n) if (n[f] >= rows) printf "%-32s %8.1f %8.2f\n", f, n[f] / rows, calls[f] / rows | "sort -k2,2nr"
	}'
