#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A series of random add, online, offline, remove, assign and unassign: after
# each step the firmware (QEMU's map), the module (increments, blocks) and sysfs
# agree. SEED repeats a series, STEPS (60) is its length.

export ADVERTISE=info INCREMENT=${INCREMENT:-128M}
. "$(dirname "$0")/../lib.sh"

SEED=${SEED:-$(date +%s)} STEPS=${STEPS:-60}

# Six blocks of 256 MiB from 2 GiB on, each of two increments.
FIRST=8 BLOCKS=6

boots() {
	guest_start || return
	guest_says OK load
}

# One step in the guest, and what the module and sysfs say after it: a line of
# "COMMAND RESULT | increments | blocks by the module | blocks by sysfs".
# shellcheck disable=SC2016 # for the guest's shell
STEP='
step() {
	echo "$* $("$@" | head -n 1) | $(assigned) | $(
		rows blocks owner=mhp_standby block state | tr "\n" " ") | $(
		for id in 8 9 10 11 12 13; do
			[ ! -d $MEMORY/memory$id ] || echo "$id $(cat $MEMORY/memory$id/state)"
		done | tr "\n" " ")"
}
assign() { wr $MHP/assign "rn=$1"; }
unassign() { wr $MHP/unassign "rn=$1"; }
'

# The increments that what the module and sysfs say must have: those of online
# blocks, and those assigned by hand. Both are ours to know here.
agree() {
	local words=$1 line module kernel map
	line=$(guest "$STEP step $words") || { fail "step $number, $words: no answer"; return; }
	echo "$number: $line"
	IFS='|' read -r _ map module kernel <<<"$line"
	map=${map// /}
	expect "step $number, $words: map of QEMU against the module's" "$map" "$(device_get assigned)" || return
	expect "step $number, $words: blocks in sysfs against the module's" \
		"$(xargs <<<"$module")" "$(xargs <<<"$kernel")" || return
	note_result "$line"
	expect "step $number, $words: increments that online blocks and hands need" "$(needed)" "$map"
}

# What should be assigned, kept here: state of blocks, hands on increments.
declare -A online=() hand=()
note_result() {
	local verb what result
	read -r verb what result _ <<<"$1"
	[ "$result" = OK ] || return 0
	case $verb in
	online) online[$what]=y ;;
	offline) unset "online[$what]" ;;
	assign) hand[$what]=y ;;
	unassign) unset "hand[$what]" ;;
	esac
}

# needed: as ranges of rn
needed() {
	local id rn
	{
		for id in "${!online[@]}"; do echo $((id * 2 + 1)); echo $((id * 2 + 2)); done
		for rn in "${!hand[@]}"; do echo "$rn"; done
	} | sort -nu | awk '
		$1 != last + 1 { show(); first = $1 }
		{ last = $1 }
		END { show(); print list }
		function show() {
			if (first)
				list = list (list ? "," : "") first (last > first ? "-" last : "")
		}'
}

random_steps() {
	local verbs=(add add online online online offline offline remove assign unassign) verb
	echo "SEED=$SEED"
	RANDOM=$SEED
	for ((number = 1; number <= STEPS; number++)); do
		verb=${verbs[RANDOM % ${#verbs[@]}]}
		case $verb in
		assign | unassign) agree "$verb $((FIRST * 2 + 1 + RANDOM % (BLOCKS * 2)))" || return ;;
		*) agree "$verb $((FIRST + RANDOM % BLOCKS))" || return ;;
		esac
	done
}

cleans_up() {
	local id rn
	number=end
	for id in "${!online[@]}"; do agree "offline $id" || return; done
	for rn in "${!hand[@]}"; do agree "unassign $rn" || return; done
	expect "increments at the end" "" "$(device_get assigned)" || return
	guest_says OK "for id in 8 9 10 11 12 13; do remove \$id >/dev/null; done; modctl unload mhp_standby"
}

it "a guest with two increments in a block" boots
it "$STEPS random steps (SEED=$SEED): QEMU, module and sysfs agree after each" random_steps
it "all offline and unassigned: none is assigned, the module goes" cleans_up
run_tests
