#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# control.sh - reading the module's tables: what a row takes when there are few, and
# when there are many; and what a reader that never stops costs a block that comes and
# goes meanwhile.

. "$(dirname "$0")/../lib.sh"

ROUNDS=${ROUNDS:-20}

# per_row FIGURE FEW MANY FILE, of lines "ROWS NS": what a row takes in tables of that size
per_row() {
	local rows ns
	awk '{ print $1, $2 / 1e6 }' "$4" | sort -n >"$out/$1.dat"
	while read -r rows ns; do
		[ "$rows" -gt "$2" ] || sample "$1.linear" few "$(awk "BEGIN { print $ns / $rows }")"
		[ "$rows" -lt "$3" ] || sample "$1.linear" many "$(awk "BEGIN { print $ns / $rows }")"
		[ "$rows" -lt "$3" ] || sample "$1.row" instructions "$(awk "BEGIN { print $ns / $rows }")"
	done <"$4"
}

# What a table takes: the quicker of two readings, as the first one may wait for memory.
# shellcheck disable=SC2016 # for the guest's shell
LOOK='look() { stopwatch read 2 $MHP/$1 | sort -n | awk "NR == 1 { print \$3 - ${2:-1}, \$1 }"; }'

# A block of one increment, 8192 of them.
blocks() {
	STANDBY=2050G EXACT=y boots sclp-s390x.info MEMORY=2G,maxmem=2052G || {
		not_run control.blocks.linear "$why"
		return 1
	}
	# shellcheck disable=SC2016
	in_guest "$LOOK"'
		load >/dev/null; look increments >/tmp/increments; B=$(first_block); n=0
		for rows in 256 512 1024 2048 4096 8192; do
			add $((B + n)) $((rows - n)) >/dev/null || { cat $MHP/last_error; exit 1; }
			n=$rows; look blocks
		done; echo @; cat /tmp/increments' >"$run/few" || failed "$(cat "$run/few")"
	sed '/^@/,$d' "$run/few" >"$run/blocks"
	per_row control.blocks 256 8192 "$run/blocks"
}

# As many increments as there can be, and as many events.
events() {
	STANDBY=65023M INCREMENT=1M LAYOUT=,per-element=255 EXACT=y boots sclp-s390x.info MEMORY=512M,maxmem=66G || {
		not_run control.events.linear "$why"
		return 1
	}
	# shellcheck disable=SC2016
	in_guest "$LOOK"'
		load ledger_size=131072 >/dev/null; look increments >/tmp/increments
		first=$(awk "\$4 == \"standby\" { print \$1; exit }" $MHP/increments); last=$((first + 1023)); n=0
		for rows in 2048 8192 32768 100352; do
			while [ $n -lt $rows ]; do
				[ $n != 0 ] || echo >$MHP/events
				wr $MHP/assign rn=$first-$last >/dev/null && wr $MHP/unassign rn=$first-$last >/dev/null || exit
				n=$((n + 2048))
			done
			look events 2
		done
		add $(first_block) 12 >/dev/null || { cat $MHP/last_error; exit 1; }
		echo @ memmap; look memmap; echo @ increments; cat /tmp/increments' >"$run/many" || failed "$(cat "$run/many")"
	awk -v dir="$run/" 'BEGIN { file = dir "events" } /^@ / { file = dir $2; next } { print >file }' "$run/many"
	per_row control.events 3000 100000 "$run/events"
	sample control.memmap.row instructions "$(awk '{ print $2 / $1 }' "$run/memmap")"
}

# Another task is busy in both: with a reader, or with something that is none of ours. They
# share a CPU whose clock counts instructions, and all the time counts that a block takes,
# as it may wait for the reader: with two CPUs this machine's scheduler decides.
reader() {
	EXACT=y boots sclp-s390x.info || { not_run control.reader "$why"; return; }
	# shellcheck disable=SC2016
	in_guest 'unset CLOCK
		load >/dev/null; B=$(first_block); add $B 16 >/dev/null; state=$MEMORY/memory$B/state
		beside() {
			stopwatch reread $1 & reader=$!
			stopwatch steps 1 $state online_movable $state offline | awk -v s=$2 "{ print s, \$1 + \$2 }"
			kill $reader; wait $reader 2>/dev/null
		}
		stopwatch steps 3 $state online_movable $state offline >/dev/null
		i=0; while [ $i -lt '"$ROUNDS"' ]; do
			if [ $((i % 2)) = 0 ]; then beside $MHP/blocks reader; beside /proc/zoneinfo other
			else beside /proc/zoneinfo other; beside $MHP/blocks reader; fi
			i=$((i + 1))
		done' >"$run/reader" || failed "$(tail "$run/reader")"
	# shellcheck disable=SC2046 # one word a value
	sample control.reader reader $(awk '$1 == "reader" { print $2 }' "$run/reader")
	# shellcheck disable=SC2046
	sample control.reader other $(awk '$1 == "other" { print $2 }' "$run/reader")
}

if blocks && events; then
	{ sed '1,/^@/d' "$run/few"; cat "$run/increments"; } >"$run/both"
	per_row control.increments 9000 65000 "$run/both"
fi
reader
