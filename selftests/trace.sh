#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The tracepoints: what tracefs records is the ledger, row by row and field by
# field, no row more and none fewer.

. ./lib.sh

# needs_tracing: sets trace to an instance of our own, so that whoever traces here
# is not disturbed. The subshell of the test takes it away.
needs_tracing()
{
	tracefs=/sys/kernel/tracing
	tracefs_here=
	trace=
	[ -d $tracefs ] || skip "no tracefs in this kernel"
	trap end_tracing EXIT
	if [ ! -d $tracefs/instances ]; then
		mount -t tracefs none $tracefs || skip "tracefs cannot be mounted"
		tracefs_here=1
	fi
	[ -d $tracefs/events/mhp_standby ] || fail "no events/mhp_standby in tracefs"
	trace=$tracefs/instances/mhp_standby.$$
	mkdir "$trace" || skip "no trace instance can be made"
}

end_tracing()
{
	[ ! -d "$trace" ] || rmdir "$trace"
	[ -z "$tracefs_here" ] || umount "$tracefs"
}

# In both a row is: seq event by block start_pfn nr_pages altmap_start_pfn
# altmap_nr_pages rn element response errno ns flags. What a row has not is "-" in
# the ledger, and in the trace that of an unset row, or not there at all.
rows_of_ledger()
{
	awk '
		BEGIN { split("seq event by block start_pfn nr_pages altmap_start_pfn " \
				"altmap_nr_pages rn element response errno ns flags", names)
			unset["block"] = 4294967295; unset["element"] = -1
			unset["response"] = "0x0000"; unset["flags"] = "-" }
		/^#/ { next }
		!header { for (i = 1; i <= NF; i++) at[$i] = i; header = 1; next }
		$at["errno"] == "..." { next }
		{ for (i = 1; i in names; i++) {
			value = $at[names[i]]
			if (value == "-")
				value = names[i] in unset ? unset[names[i]] : 0
			if (value == "main")
				value = "main:0"
			printf "%s%s", value, i + 1 in names ? " " : "\n" }
		}' "$MHP/events" | sort -n
}

rows_of_trace()
{
	sed -n -e 's/.*: mhp_standby_event: //p' -e 's/.*: mhp_standby_firmware: //p' \
		"$trace/trace" | awk '
		BEGIN { n = split("seq event by block start_pfn nr_pages altmap_start_pfn " \
				"altmap_nr_pages rn element response result ns flags", names) }
		{ for (i = 1; i <= n; i++) value[names[i]] = 0
			value["by"] = "main:0"; value["block"] = 4294967295
			value["element"] = -1; value["response"] = "0x0000"
			for (i = 1; i <= NF; i++) {
				at = index($i, "=")
				value[substr($i, 1, at - 1)] = substr($i, at + 1) }
			if (value["flags"] == "") value["flags"] = "-"
			for (i = 1; i <= n; i++)
				printf "%s%s", value[names[i]], i < n ? " " : "\n"
		}' | sort -n
}

# traced STORY EVENT...: ledger and trace are the same after STORY, which has these
# EVENTs in it at least
traced()
{
	needs_tracing
	story=$1
	shift
	clear_events
	echo 1 > "$trace/events/mhp_standby/enable"
	$story
	echo 0 > "$trace/events/mhp_standby/enable"
	expect "rows lost" "# lost=0" "$(head -n 1 "$MHP/events" | cut -d ' ' -f 1,2)"
	rows_of_ledger > "$work/ledger"
	rows_of_trace > "$work/trace"
	echo "$(wc -l < "$work/ledger") rows"
	diff "$work/ledger" "$work/trace" > "$work/diff" ||
		fail "ledger (-) and trace (+) differ: $(grep '^[-+<>]' "$work/diff" | head -n 20)"
	for name; do
		grep -q "^[0-9]* $name " "$work/ledger" || fail "no $name among the rows"
	done
}

where_it_is()
{
	if [ "$MOM" = yes ]; then echo altmap; else echo none; fi
}

life()
{
	add 0 1 "flags=$(flags_of "$(where_it_is)")"
	online 0
	offline 0
	online 0
	offline 0
	remove 0
}

# From a fresh load on, so that elements are attached in it.
life_of_a_block()
{
	[ -z "$loaded_here" ] || reload canary=memmap
	# shellcheck disable=SC2046 # words
	traced life $(driven ADD MEM_PREPARE_ONLINE ASSIGN MEM_GOING_ONLINE MEM_ONLINE \
		MEM_GOING_OFFLINE MEM_OFFLINE MEM_FINISH_OFFLINE UNASSIGN REMOVE)
}

# Who refuses: another subscriber before us and one after us, and the firmware.
refusals()
{
	add 0
	rf_state=$MEMORY/memory$(block_id 0)/state
	writes "what=MEM_GOING_ONLINE errno=EBUSY times=1 priority=77" "$MHP/inject"
	writes "what=MEM_GOING_OFFLINE errno=ENOMEM times=1 priority=-2147483648" "$MHP/inject"
	expect "online" EBUSY "$(wr "$rf_state" online_movable)"
	online 0
	expect "offline" ENOMEM "$(wr "$rf_state" offline)"
	offline 0
	if [ "$MODEL$DRIVES" = eventyes ]; then
		writes "what=assign response=0x01f0 times=1" "$MHP/inject"
		expect "online" EIO "$(wr "$rf_state" online_movable)"
	fi
	writes clear "$MHP/inject"
	remove 0
}

refusals_and_extra_subscribers()
{
	traced refusals MEM_CANCEL_ONLINE MEM_CANCEL_OFFLINE
	grep -q ' prio:77 ' "$work/trace" || fail "no row of the subscriber before us"
	grep -q ' prio:-2147483648 ' "$work/trace" || fail "no row of the subscriber after us"
	grep -q ' injected$' "$work/trace" || fail "no row flagged injected"
}

hands()
{
	writes "rn=$(rns 0 2)" "$MHP/assign"
	writes "rn=$(rns 0 2)" "$MHP/unassign"
	writes "what=assign rn=$(rn 1) errno=EIO times=1" "$MHP/inject"
	expect "write to assign" EIO "$(wr "$MHP/assign" "rn=$(rns 0 2)")"
}

by_hand()
{
	needs_drive
	needs_blocks 2
	traced hands ASSIGN UNASSIGN
	[ "$(rn 0)" = "$(rn 1)" ] || grep -q ' unwind,manual$' "$work/trace" ||
		fail "no row flagged unwind,manual"
}

# A tracepoint that is off records nothing, and one alone its own rows.
calls_alone()
{
	needs_drive
	needs_tracing
	echo 1 > "$trace/events/mhp_standby/mhp_standby_firmware/enable"
	clear_events
	life
	echo 0 > "$trace/events/mhp_standby/mhp_standby_firmware/enable"
	rows_of_ledger | grep -e ' READ ' -e ' ATTACH ' -e ASSIGN > "$work/ledger"
	[ -s "$work/ledger" ] || fail "no firmware calls"
	rows_of_trace > "$work/trace"
	cmp -s "$work/ledger" "$work/trace" ||
		fail "calls: $(diff "$work/ledger" "$work/trace" | head -n 20)"
}

it "a block's life, with all its firmware calls" life_of_a_block
it "what is refused, and what extra subscribers see" refusals_and_extra_subscribers
it "increments by hand, and unwinding" by_hand
it "firmware calls alone" calls_alone

run "$@"
