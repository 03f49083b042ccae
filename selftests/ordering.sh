#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Nobody touches a range between add and PREPARE; the altmap is written first
# after PREPARE has assigned the storage; nobody touches it after FINISH. In
# simulated standby storage the words of the altmap themselves tell. On real
# firmware there are none to look at, and who touches it faults.

. ./lib.sh
. ./touch.sh
. ./during.sh

# words: what the words of block 0's memmap hold, if it is in the block: canary
# (nobody wrote), clear (assigned, and nobody wrote since), written. On real
# firmware: absent, clear, written, by the first words of some struct pages.
words()
{
	if [ "$FIRMWARE" = sim ]; then
		memmap_of 0 words
		return
	fi
	needs_access
	wd_size=$(($(feature altmap_pages) * PAGE))
	wd_seen=clear
	for wd_at in 0 8 64 128 1024 $((wd_size / 2)) $((wd_size - 64)) $((wd_size - 8)); do
		wd_result=$(wr $ACCESS "lura $(hex $(($(at 0) + wd_at)))")
		case $wd_result in
		EFAULT) wd_seen=absent; break ;;
		OK) ;;
		*) fail "lura: $wd_result" ;;
		esac
		[ "$(cat $ACCESS)" = 0x0000000000000000 ] || wd_seen=written
	done
	echo $wd_seen
}

# words_are WHEN standby|clear|written
words_are()
{
	wa_want=$2
	if [ "$2" = standby ]; then
		wa_want=canary
		[ "$FIRMWARE" = sim ] || wa_want=absent
	fi
	wa_got=$(words) || exit
	expect "words of the altmap $1" "$wa_want" "$wa_got"
}

needs_words()
{
	needs_drive
	needs_altmap
	[ "$FIRMWARE" = sim ] || needs_access
	[ "$(memmap_of 0 words)" != - ] || [ "$FIRMWARE" != sim ] ||
		skip "canary=off"
}

add_with_altmap()
{
	add 0 1 "flags=$(flags_of altmap)"
}

# use: what goes on in a kernel, and looks at memory
use()
{
	cat /proc/zoneinfo /proc/pagetypeinfo /proc/buddyinfo \
		"$MHP"/blocks "$MHP"/memmap "$MEMORY/memory$(block_id 0)"/* \
		> "$work/use" 2>&1
	echo 1 > /proc/sys/vm/compact_memory
	echo 3 > /proc/sys/vm/drop_caches
}

untouched_before_prepare()
{
	needs_words
	needs_event_model
	add_with_altmap
	words_are "after add" standby
	use
	words_are "later" standby
	expect "events" "" "$(column events "" event | grep MEM_)"
}

state_file()
{
	echo "$MEMORY/memory$(block_id 0)/state"
}

not_before_assign()
{
	needs_words
	needs_event_model
	add_with_altmap
	during assign ASSIGN "$(state_file)" online_movable words > "$work/seen" || exit
	[ "$FIRMWARE" = sim ] && want=canary || want=absent
	expect "words of the altmap in PREPARE, not assigned yet" "$want" "$(cat "$work/seen")"
}

# Somebody after us says no: PREPARE has done its work, and that is all.
not_by_prepare()
{
	needs_words
	needs_event_model
	add_with_altmap
	writes "what=MEM_PREPARE_ONLINE errno=EIO priority=-2147483648" "$MHP/inject"
	expect "online" EIO "$(wr "$(state_file)" online_movable)"
	expect "storage" assigned "$(storage_of 0)"
	words_are "after PREPARE" clear
	writes clear "$MHP/inject"
	allows unpaired
	online 0
	words_are "online" written
}

written_before_going_online()
{
	needs_words
	add_with_altmap
	during MEM_GOING_ONLINE MEM_GOING_ONLINE "$(state_file)" online_movable words \
		> "$work/seen" || exit
	expect "words of the altmap in GOING_ONLINE" written "$(cat "$work/seen")"
}

untouched_after_finish()
{
	needs_words
	needs_event_model
	add_with_altmap
	for _ in 1 2; do
		online 0
		words_are "online" written
		offline 0
		words_are "after FINISH" standby
		use
		words_are "later" standby
	done
	remove 0
	words_are "after remove" standby
}

# As after FINISH of any offline.
untouched_after_refusal()
{
	needs_words
	needs_event_model
	add_with_altmap
	writes "what=MEM_GOING_ONLINE errno=EIO" "$MHP/inject"
	expect "online" EIO "$(wr "$(state_file)" online_movable)"
	words_are "after FINISH" standby
	use
	words_are "later" standby
}

neighbours_come_and_go()
{
	needs_words
	needs_event_model
	needs_blocks 3
	add_with_altmap
	add 1 1 flags=none
	online 1
	use
	offline 1
	add 2 1 "flags=$(flags_of altmap)"
	online 2
	use
	offline 2
	remove 1
	words_are "while neighbours came and went" standby
}

# The same where there is no PREPARE and no FINISH.
configure_events()
{
	needs_drive
	[ "$MODEL" = configure ] || skip "for the configure model"
	clear_events
	add_with_altmap
	expect "events of add" "ADD ASSIGN" "$(events)"
	expect "storage" assigned "$(storage_of 0)"
	online 0
	offline 0
	expect "storage after offline" assigned "$(storage_of 0)"
	clear_events
	remove 0
	expect "events of remove" "REMOVE UNASSIGN" "$(events)"
	expect "state of the increments" standby "$(column increments \
		"start=$(hex "$(at 0)")" state)"
}

missed()
{
	case $dr_row in
	MEM_*) offline 0 ;;
	ASSIGN) offline 0 2> /dev/null || remove 0 ;;
	UNASSIGN) add_with_altmap ;;
	esac
}

configure_words()
{
	needs_words
	[ "$MODEL" = configure ] || skip "for the configure model"
	words_are "before add" standby
	add_with_altmap
	online 0
	words_are "online" written
	offline 0
	during unassign UNASSIGN "$MHP/remove" "$(range 0)" memmap_of 0 mapped \
		> "$work/seen" || exit
	expect_one_of "pages of the memmap mapped at unassign" "$(cat "$work/seen")" 0 -
	words_are "after remove" standby
	use
	words_are "later" standby
}

it "nobody touches the altmap between add and PREPARE" untouched_before_prepare
it "nor in PREPARE before storage is assigned" not_before_assign
it "after PREPARE the altmap is clear: it is written after it" not_by_prepare
it "it is written when GOING_ONLINE comes" written_before_going_online
it "nobody touches it after FINISH" untouched_after_finish
it "nor after the FINISH of a refused online" untouched_after_refusal
it "nor when neighbours come and go" neighbours_come_and_go
it "without PREPARE: assigned inside add, unassigned inside remove" configure_events
it "without PREPARE: nobody touches it before add and after remove" configure_words
it "the module that touched it goes" touching_ends

run "$@"
