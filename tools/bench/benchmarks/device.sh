#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# device.sh - the firmware of QEMU: ASSIGN and UNASSIGN against the number of increments
# that are assigned, and against the pieces they are in; what an increment that is
# assigned and not yet touched takes of the host's memory; what UNASSIGN waits for until
# every vCPU has dropped its translations.
#
# What QEMU does is this machine's work: of a call it is the microseconds of CPU that all
# threads of QEMU have for it, which what else the machine does changes little. The
# instructions that the guest executes for it are in there, the same for each.
#
# MACHINES="small large smp" are its machines: increments of 1 MiB, of 256 MiB, two CPUs.

MACHINES=${MACHINES:-small large smp}
LEVELS=8	# of how many are assigned
CHUNK=32	# increments that come and go at each
CYCLES=16	# ... so often: much beside a command that does nothing
SWEEPS=2	# over all levels and back
BATCHES=16

. "$(dirname "$0")/../lib.sh"

# machine INCREMENT COUNT: boot storage of 512 MiB, then so many
machine() {
	MORE_ARGS=(-msg timestamp=on -D "$run/trace")
	INCREMENT=$1M STANDBY=$(($1 * $2))M boots sclp-s390x.info "MEMORY=512M,maxmem=$((512 + $1 * $2))M" || return
	first=$((512 / $1 + 1))
	last=$((first + $2 - 1))
	in_guest 'load >/dev/null' || return
	spends_idle
}

# cpu_ns: what all threads of QEMU have had
# shellcheck disable=SC2154 # guest.sh
cpu_ns() { cat /proc/"$guest_pid"/task/*/schedstat | awk '{ n += $1 } END { printf "%.0f\n", n }'; }

# spends COUNT COMMANDS: us of CPU for each of so many calls in these
spends() {
	local before
	before=$(cpu_ns)
	in_guest "$2" >"$run/said" || failed "$2: $(cat "$run/said")"
	awk -v ns="$(($(cpu_ns) - before - ${idle:-0}))" -v n="$1" 'BEGIN { printf "%.2f\n", ns / n / 1000 }'
}

# spends_idle: sets idle, ns of commands that do nothing
spends_idle() {
	idle=0
	idle=$(for _ in 1 2 3 4 5; do spends 1 :; done | sort -n | awk 'NR == 3 { printf "%.0f", $1 * 1000 }')
}

# pairs: us of CPU for an ASSIGN or UNASSIGN of the last CHUNK increments, which come and
# go; without a process in the guest, which takes more than some of them. The least of
# several: whatever else this CPU's core does can only make it more.
pairs() {
	local i
	for i in 1 2 3; do
		spends $((2 * CHUNK * CYCLES)) "rn=$((last - CHUNK + 1))-$last; i=0; while [ \$i -lt $CYCLES ]; do
			echo rn=\$rn >\$MHP/assign && echo rn=\$rn >\$MHP/unassign || exit; i=\$((i + 1)); done"
	done | sort -g | head -n 1
}

# resident KIB: KiB of the host's memory that the standby storage of that size has, all of
# which is one mapping; false if there is none
resident() {
	awk -v size="$1" '$1 == "Size:" { fits = $2 == size } $1 == "Rss:" && fits { n += $2; found = 1 }
		END { print n + 0; exit !found }' "/proc/$guest_pid/smaps"
}

# level ACTION N: so many increments more are assigned, or fewer
level() {
	in_guest "wr \$MHP/$1 rn=$((first + $2 * step))-$((first + ($2 + 1) * step - 1))" >"$run/said" ||
		failed "$(cat "$run/said")"
}

# many INCREMENT COUNT FIGURE: more and more are assigned, one after another, and then
# fewer, SWEEPS times; of each level the least counts, as a busy machine can only make it
# more
many() {
	local i sweep kib step=$((($2 - CHUNK) / (LEVELS - 1)))
	pairs >/dev/null
	for ((sweep = 0; sweep < SWEEPS; sweep++)); do
		for ((i = 0; i < LEVELS; i++)); do
			echo "$i $(pairs)"
			[ $i = $((LEVELS - 1)) ] || level assign $i
		done
		if [ $sweep != 0 ] || ! has_figure "$3.resident"; then
			:
		elif kib=$(resident $(($1 * $2 * 1024))); then
			sample "$3.resident" KiB "$(awk "BEGIN { print $kib / $step / ($LEVELS - 1) }")"
		else
			not_run "$3.resident" "no mapping of that size"
		fi
		for ((i = LEVELS - 1; i >= 0; i--)); do
			[ $i = $((LEVELS - 1)) ] || level unassign $i
			echo "$i $(pairs)"
		done
	done >"$run/$3.all"
	awk '!($1 in us) || $2 < us[$1] { us[$1] = $2 } END { for (i = 0; i in us; i++) print us[i] }' "$run/$3.all" >"$run/$3"
	[ "$(wc -l <"$run/$3")" = $LEVELS ] || failed "$3: $(cat "$run/said")"
	# shellcheck disable=SC2046 # one word a value
	sample "$3.calls" us $(cat "$run/$3")
	# shellcheck disable=SC2046
	! has_figure "$3.calls.us" || sample "$3.calls.us" us $(cat "$run/$3")
	awk -v n="$step" '{ print (NR - 1) * n, $1 / 1000 }' "$run/$3" >"$out/$3.calls.dat"
}

# Every second one: the pieces are as many as can be.
pieces() {
	local i n=64
	for ((i = 0; i < BATCHES; i++)); do
		spends $n "rn=$((first + 2 * i * n)); n=0; while [ \$n -lt $n ]; do
			echo rn=\$rn >\$MHP/assign; rn=\$((rn + 2)); n=\$((n + 1)); done"
	done >"$run/runs"
	[ "$(wc -l <"$run/runs")" = $BATCHES ] || failed "pieces: $(cat "$run/said")"
	# shellcheck disable=SC2046 # one word a value
	sample device.runs us $(cat "$run/runs")
	awk -v n=$n '{ print (NR - 1) * n, $1 / 1000 }' "$run/runs" >"$out/device.runs.dat"
}

# The same calls with no block online, and with many, twice: the guest's kernel has walked
# their memmap, and QEMU has to forget what it cached of that.
beside_online() {
	local i word blocks=128
	# shellcheck disable=SC2016
	in_guest 'B=$(first_block); add $B '$blocks >"$run/said" || failed "$(cat "$run/said")"
	: >"$run/none"
	: >"$run/many"
	for word in offline online_movable offline online_movable; do
		# shellcheck disable=SC2016
		[ ! -s "$run/none" ] || in_guest 'B=$(first_block)
			stopwatch each '$word' $B $((B + '"$blocks"' - 1)) >/dev/null' >"$run/said" || failed "$(cat "$run/said")"
		for i in 1 2 3 4; do pairs; done >>"$run/$([ $word = offline ] && echo none || echo many)"
	done
	# shellcheck disable=SC2046 # one word a value
	sample device.online many $(cat "$run/many")
	# shellcheck disable=SC2046
	sample device.online none $(cat "$run/none")
}

# fence VCPUS: of the answers to UNASSIGN, how much is from when the increment is gone from
# the memory map until the marker has passed all vCPUs, the others of which are busy. In
# QEMU, by its own tracepoints.
fence() {
	local figure=device.fence.$1 command='command 0x000c0001'
	qmp trace-event-set-state '{"name":"sclp_standby_*","enable":true}' >/dev/null || failed "$figure: no tracepoints"
	in_guest "i=1; while [ \$i -lt $1 ]; do while :; do :; done & i=\$((i + 1)); done
		wr \$MHP/assign rn=$((last - CHUNK + 1))-$last && wr \$MHP/unassign rn=$((last - CHUNK + 1))-$last
		kill \$(jobs -p) 2>/dev/null; :" >"$run/said"
	qmp trace-event-set-state '{"name":"sclp_standby_*","enable":false}' >/dev/null
	awk -F '[@: ]' -v command="$command" '
		function at() { split($2, t, "."); return t[1] % 100000 * 1e6 + t[2] }
		/sclp_standby_request/ && index($0, command) { asked = at(); gone = passed = 0 }
		/sclp_standby_unmap/ { gone = at() }
		/sclp_standby_fenced/ { passed = at() }
		/sclp_standby_response/ && index($0, command) && passed { print at() - asked, passed - gone }' \
		"$run/trace" >"$run/fence.$1"
	[ "$(wc -l <"$run/fence.$1")" = $CHUNK ] || failed "$figure: $(cat "$run/said"); see $run/trace"
	# shellcheck disable=SC2046 # one word a value
	sample "$figure" answer $(column 1 <"$run/fence.$1")
	# shellcheck disable=SC2046
	sample "$figure" fence $(column 2 <"$run/fence.$1")
	# shellcheck disable=SC2046
	sample "$figure.us" fence $(column 2 <"$run/fence.$1")
}

# part NAME FIGURE MEASURE: with a machine of its own
part() {
	local name=$1 figure=$2
	if [[ " $MACHINES " != *" $name "* ]]; then
		not_run "$figure" "not asked for by MACHINES"
	elif ! "$3"; then
		not_run "$figure" "${why:-it did not end}"
	fi
}
small() { machine 1 4096 && many 1 4096 device && pieces; }
large() { machine 256 512 && many 256 512 device.256 && fence 1 && beside_online; }
smp() { SMP=2 machine 256 64 && fence 2; }

part small device.calls small
part large device.256.calls large
part smp device.fence.2 smp
