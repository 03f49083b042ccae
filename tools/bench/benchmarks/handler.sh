#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# handler.sh - a block comes and goes, by the module alone and by the kernel's own SCLP
# driver alone, on the same machine: what is the difference, and how much of it all is
# in the module's handlers beyond the firmware's answer.
#
# On the event model the round is online and offline; on the configure model, where
# storage comes with the block, the block is configured or added before, and goes after.

. "$(dirname "$0")/../lib.sh"

ROUNDS=${ROUNDS:-20}
# The functions of a transition, for the tracer: the module's, and what they wait for.
FUNCTIONS='memory_notifier:mod:mhp_standby sclp_execute:mod:mhp_standby sim_execute:mod:mhp_standby'

# What a round is, in the guest; B is a block of standby storage.
# shellcheck disable=SC2016 # for the guest's shell
STEPS='
	state=$MEMORY/memory$B/state
	event() { stopwatch steps $1 $state online_movable $state offline; }
	kernels() {
		config=/sys/firmware/memory/memory$B
		[ ! -e $config/memmap_on_memory ] || echo ${2:-1} >$config/memmap_on_memory
		stopwatch steps $1 $config/config 1 $state online_movable $state offline $config/config 0
	}
	ours() {
		range="start=$((B * BLOCK)) size=$BLOCK"
		stopwatch steps $1 $MHP/add "$range $2" $state online_movable $state offline $MHP/remove "$range"
	}
	sums() { awk "{ for (i = 2; i <= NF; i++) \$1 += \$i; print \$1 }"; }
'

# kernels_own LANE MODEL FIGURE...: rounds of the kernel's driver
kernels_own() {
	local lane=$1 round=event figure ns
	[ "$2" = event ] || round=kernels
	boots "$lane" || return
	# Of 2 GiB at boot; the first round pays for what is done once.
	ns=$(in_guest "B=\$(((2 << 30) / BLOCK)); $STEPS $round 2 >/dev/null; $round $ROUNDS | sums") ||
		failed "$lane: $ns"
	shift 2
	# shellcheck disable=SC2086 # one word a value
	for figure; do sample "$figure" kernel $ns; done
}

# module LANE MODEL FLAGS FIGURE...: rounds of the module; what its ledger says is left
# in $run/ledger, what the tracer says in $run/traced
module() {
	local lane=$1 round="event \$n" flags=$3 prepare='' figure ns
	if [ "$2" = event ]; then
		# shellcheck disable=SC2016 # for the guest's shell
		prepare='add $B 1 "'$flags'" >/dev/null;'
	else
		round="ours \$n '$flags'"
	fi
	boots "$lane" || return
	# shellcheck disable=SC2016 # for the guest's shell
	in_guest 'load >/dev/null; B=$(first_block);'"$prepare $STEPS"'
		n=2; '"$round"' >/dev/null; echo >$MHP/events
		n='"$ROUNDS; $round"' >/tmp/ns; echo @ ns; sums </tmp/ns; echo @ ledger; ledger_ns
		trace_functions '"$FUNCTIONS"'; n=2; '"$round"' >/dev/null; echo @ traced; traced' >"$run/said" ||
		failed "$lane: $(cat "$run/said")"
	awk -v dir="$run/" '/^@ / { file = dir $2; printf "" >file; next } file { print >file }' "$run/said"
	ns=$(cat "$run/ns")
	shift 3
	# shellcheck disable=SC2086 # one word a value
	for figure; do sample "$figure" module $ns; done
}

# share TAG MODEL: of the rounds that module() left: what is ours beyond the firmware's
# answer, for which only the event model waits in a handler
share() {
	local ours event calls='^(sclp|sim)_execute '
	[ "$2" = event ] || calls='^$'
	# A round's events sum up; FINISH_OFFLINE or OFFLINE ends it.
	ours=$(awk '{ n += $2 - $3 } $1 == last { print n; n = 0 }' \
		last="$(tail -n 1 "$run/ledger" | column 1)" "$run/ledger")
	# shellcheck disable=SC2086 # one word a value
	sample "handler.$1.share" ours $ours
	# shellcheck disable=SC2046
	sample "handler.$1.share" round $(cat "$run/ns")
	# shellcheck disable=SC2086
	sample "handler.$1.instructions" ours $ours
	while read -r event; do
		has_figure "handler.$1.$event" || continue
		# shellcheck disable=SC2046
		sample "handler.$1.$event" ours $(awk -v e="$event" '$1 == "MEM_" e { print $2 - $3 }' "$run/ledger")
	done < <(column 1 <"$run/ledger" | sort -u | sed -n 's/^MEM_\(PREPARE_ONLINE\|GOING_ONLINE\|FINISH_OFFLINE\)$/\1/p')
	# What the tracer says has its own cost in it, so it is the most that it can be.
	sample "handler.$1.traced" ours "$(awk -v calls="$calls" '/^memory_notifier / { n += $2 } $0 ~ calls { n -= $2 } END { print n / 2 }' "$run/traced")"
	sample "handler.$1.traced" round "$(sort -n "$run/ns" | sed -n "$((ROUNDS / 2 + 1))p")"
}

# compare TAG MODEL LANES: both drivers of a machine
compare() {
	local tag=$1 model=$2 lane=$3 i
	wanted "$tag" || { not_run "handler.$tag.ratio" "not asked for by KERNELS"; return; }
	if ! EXACT=y kernels_own "$lane.on" "$model" "handler.$tag.ratio" ||
	   ! EXACT=y module "$lane.info" "$model" "" "handler.$tag.ratio"; then
		not_run "handler.$tag.ratio" "$why"
		return
	fi
	kernel_release >>"$out/$NAME.guests"
	share "$tag" "$model"
	EXACT=y module "$lane.info" "$model" flags=none && share "$tag.system" "$model"
	[ "${BY_CLOCK:-y}" = y ] || return 0
	# By the clock, one beside the other; who comes first is second the next time.
	for i in 1 2; do
		if [ $i = 1 ]; then
			kernels_own "$lane.on" "$model" "handler.$tag.clock"
			module "$lane.info" "$model" "" "handler.$tag.clock"
		else
			module "$lane.info" "$model" "" "handler.$tag.clock"
			kernels_own "$lane.on" "$model" "handler.$tag.clock"
		fi
	done
}

# alone TAG LANE: where the kernel has no driver to compare with
alone() {
	wanted sim || wanted "$1" || { not_run "handler.$1.share" "not asked for by KERNELS"; return; }
	if EXACT=y module "$2" event ""; then
		share "$1" event
	else
		not_run "handler.$1.share" "$why"
	fi
}

: >"$out/$NAME.guests"
compare 6.12 event sclp-s390x
compare 7.2 configure next-s390x
alone sim.s390x sim-s390x
alone sim.x86_64 sim-x86_64
alone sim.big big-x86_64
