#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# device.sh - the firmware of QEMU: ASSIGN and UNASSIGN against the number of increments
# that are assigned, and against the pieces they are in; and what an increment that is
# assigned and not yet touched takes of the host's memory. By the clock: it is this
# machine's work. What a guest's kernel has of it is in no number here.

. "$(dirname "$0")/../lib.sh"

# machine INCREMENT COUNT [VARIABLE]...: boot storage of 512 MiB, then so many
machine() {
	INCREMENT=$1M STANDBY=$(($1 * $2))M boots sclp-s390x.info "MEMORY=512M,maxmem=$((512 + $1 * $2))M" || return
	first=$((512 / $1 + 1))
	last=$((first + $2 - 1))
	in_guest 'load ledger_size=65536 >/dev/null'
}

# calls KIND COMMANDS: ns of the firmware's answers to them
calls() {
	in_guest "echo >\$MHP/events
		$2
		awk '/ $1 / { print \$(NF - 1) }' \$MHP/events" | grep -E '^[0-9]+$' || failed "no $1"
}

# KiB of the host's memory that the standby storage has, all of whose size is one mapping
# shellcheck disable=SC2154 # guest.sh
resident() {
	awk -v size="$1" '$1 == "Size:" { fits = $2 == size } $1 == "Rss:" && fits { n += $2 } END { print n + 0 }' \
		"/proc/$guest_pid/smaps"
}

# many INCREMENT COUNT FIGURE: all assigned one after another, then unassigned
many() {
	machine "$1" "$2" || { not_run "$3.assign" "$why"; return; }
	# shellcheck disable=SC2046 # one word a value
	sample "$3.assign" ns $(calls ASSIGN "wr \$MHP/assign rn=$first-$last" | tee "$run/assign")
	awk '{ print NR - 1, $1 / 1e6 }' "$run/assign" >"$out/$3.assign.dat"
	if has_figure "$3.resident"; then
		sample "$3.resident" KiB "$(awk "BEGIN { print $(resident $(($1 * $2 * 1024))) / $2 }")"
	fi
	# shellcheck disable=SC2046
	sample "$3.unassign" ns $(calls UNASSIGN "wr \$MHP/unassign rn=$first-$last" | tee "$run/unassign")
	awk '{ print NR - 1, $1 / 1e6 }' "$run/unassign" >"$out/$3.unassign.dat"
}

# Every second one: the pieces are as many as can be.
pieces() {
	machine 1 4096 || { not_run device.runs "$why"; return; }
	# shellcheck disable=SC2016,SC2046 # for the guest's shell
	sample device.runs ns $(calls ASSIGN 'rn='"$first"'; n=0; while [ $n -lt 2000 ]; do
		echo rn=$rn >$MHP/assign; rn=$((rn + 2)); n=$((n + 1)); done' | tee "$run/runs")
	awk '{ print NR - 1, $1 / 1e6 }' "$run/runs" >"$out/device.runs.dat"
}

many 1 4096 device
many 256 512 device.256
pieces
