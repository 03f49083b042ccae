#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Fault rules, and what is left after the faults: the errno arrives at the
# write to state, and storage is where it belongs. Vetoes are in unwinding.sh.

. ./lib.sh

inject()
{
	# Firmware calls of the in-kernel driver are not ours to spoil.
	case $1 in
	what=assign | what=unassign | what=attach | what=read) needs_drive ;;
	esac
	writes "$*" "$MHP/inject"
}

# rule ID COLUMN
rule()
{
	column inject "id=$1" "$2"
}

rules_are_listed()
{
	inject what=assign "rn=$(rn 0)" skip=3 times=2 errno=ENOMEM delay_ms=5
	inject what=MEM_GOING_ONLINE "block=$(block_id 0)" errno=5 priority=-7
	first=$(column inject "" id | head -n 1)
	expect "rules" 2 "$(column inject "" id | wc -l | tr -d ' ')"
	expect "first rule" "assign $(rn 0) - 3 2 -12 - 5 - 0" "$(
		for name in what rn block skip times errno response delay_ms \
			priority hits; do
			rule "$first" $name
		done | tr '\n' ' ' | sed 's/ $//')"
	expect "second rule" "MEM_GOING_ONLINE - $(block_id 0) -5 -7" "$(
		for name in what rn block errno priority; do
			rule $((first + 1)) $name
		done | tr '\n' ' ' | sed 's/ $//')"
}

clear_removes_all()
{
	add 0
	inject what=assign errno=EIO
	inject what=MEM_GOING_ONLINE errno=EIO priority=3
	inject clear
	expect "rules" "" "$(column inject "" id)"
	online 0
	expect "rows of other subscribers" main "$(column events "" by | sort -u)"
}

skips_and_times()
{
	ready_to_assign 0
	inject what=assign "rn=$(rn 0)" skip=1 times=2 errno=EIO
	got=
	for _ in 1 2 3 4; do
		result=$(assign_storage 0)
		got="$got $result"
		[ "$result" != OK ] || unassign_storage 0
	done
	expect "four times" " OK EIO EIO OK" "$got"
	expect "hits" 2 "$(column inject "" hits)"
}

# errno_given WORD NAME
errno_given()
{
	ready_to_assign 0
	inject what=assign "errno=$1"
	expect "write" "$2" "$(assign_storage 0)"
	expect "errno in the ledger" "$(column inject "" errno)" \
		"$(event ASSIGN errno | tail -n 1)"
	expect "storage" standby "$(storage_of 0)"
}

# response_given CODE
response_given()
{
	ready_to_assign 0
	inject what=assign "response=$1"
	expect "write" EIO "$(assign_storage 0)"
	expect "response in the ledger" "$1" "$(event ASSIGN response | tail -n 1)"
	expect "flags in the ledger" injected "$(event ASSIGN flags | tail -n 1)"
	expect "storage" standby "$(storage_of 0)"
	log_since_start | grep mhp_standby: | grep -q "response $1" ||
		fail "kernel log: expected a line with response $1"
}

already_assigned_is_no_error()
{
	ready_to_assign 0
	expect "write" OK "$(assign_storage 0)"
	# Storage stays with the block, only the answer differs.
	inject what=unassign response=0x0120
	unassign_storage 0
	expect "storage" standby "$(storage_of 0)"
	inject clear
	clear_events
	expect "write" OK "$(assign_storage 0)"
	expect "response to the second assign" 0x0120 "$(event ASSIGN response | tail -n 1)"
	expect "storage, online" assigned "$(storage_of 0)"
}

delays()
{
	ready_to_assign 0
	# The kernel sleeps in ticks, which an emulated machine that had to wait gets
	# all at once: it may be less by its own clock.
	inject what=assign delay_ms=300
	expect "write" OK "$(assign_storage 0)"
	expect_number "ns of ASSIGN" -ge 200000000 "$(event ASSIGN ns | tail -n 1)"
	expect_number "ns of $ASSIGNS_IN" -ge 200000000 \
		"$(event "$ASSIGNS_IN" ns | tail -n 1)"
}

read_all_tables()
{
	tables
	cat "$MHP/stats" "$MHP/features" "$MHP/inject"
}

# The call takes several times as long as reading does on this machine.
readers_do_not_wait()
{
	ready_to_assign 0
	before=$(date +%s)
	read_all_tables > "$work/tables"
	wait_s=$((4 * ($(date +%s) - before) + 3))
	clear_events
	inject what=assign delay_ms=$((wait_s * 1000)) times=1
	assign_storage 0 > "$work/online" &
	sleep 1
	read_all_tables > "$work/tables"
	unfinished=$(event "$ASSIGNS_IN" errno)
	wait
	expect "errno of $ASSIGNS_IN after reading" ... "$unfinished"
	expect "write" OK "$(cat "$work/online")"
}

refused_unassign()
{
	ready_to_assign 0
	expect "write" OK "$(assign_storage 0)"
	errors=$(counter unassign_errors)
	inject what=unassign errno=EIO times=1
	unassign_storage 0
	expect "storage" stuck "$(storage_of 0)"
	expect "unassign errors" $((errors + 1)) "$(counter unassign_errors)"
	expect "write" OK "$(assign_storage 0)"
	expect "storage, online again" assigned "$(storage_of 0)"
}

refused_attach()
{
	reload canary=memmap
	ready_to_assign 0
	inject what=attach errno=EIO times=1
	expect "write" EIO "$(assign_storage 0)"
	expect "storage" standby "$(storage_of 0)"
	expect "write" OK "$(assign_storage 0)"
	expect "storage, second try" assigned "$(storage_of 0)"
}

refused_read()
{
	reload canary=memmap
	ready_to_assign 0
	inject what=read errno=EIO times=1
	result=$(assign_storage 0)
	expect_one_of "write" "$result" OK EIO
	[ "$result" = OK ] || {
		expect "storage" standby "$(storage_of 0)"
		expect "second write" OK "$(assign_storage 0)"
	}
	expect "storage" assigned "$(storage_of 0)"
}

# Whether what comes with an element is assigned or in standby only READ tells.
unassigned_where_read_says_nothing()
{
	reload canary=memmap
	ready_to_assign 0
	clear_events
	inject what=read errno=EIO times=1
	assign_storage 0 > "$work/wr"
	element=$(event ATTACH element | head -n 1)
	[ -n "$element" ] || skip "this machine has no element to attach"
	column increments "element=$element" rn > "$work/came"
	[ -s "$work/came" ] || fail "no increment came with element $element"
	event UNASSIGN rn > "$work/unassigned"
	cmp -s "$work/came" "$work/unassigned" ||
		fail "increments unassigned: $(diff "$work/came" "$work/unassigned")"
	inject clear
	unassign_storage 0
	expect "storage" standby "$(storage_of 0)"
}

delays_have_a_bound()
{
	inject what=MEM_GOING_ONLINE delay_ms=40000
	refuses_command ERANGE inject "what=MEM_GOING_OFFLINE delay_ms=40000" delay_ms
	inject what=MEM_GOING_OFFLINE delay_ms=20000
	inject clear
}

# Eight calls or more under one lock, of which each would wait 20 s.
delays_of_one_block_have_a_bound()
{
	needs_drive
	[ "$MODEL" = configure ] || needs_device
	needs_blocks 8
	began=$(date +%s)
	inject what=assign delay_ms=20000
	if [ "$MODEL" = event ]; then
		writes "$(range 0 8) type=device" "$MHP/add"
	else
		writes "$(range 0 8)" "$MHP/add"
	fi
	inject clear
	expect_number "seconds" -lt 100 $(($(date +%s) - began))
	remove 0 8
}

block_rule_hits_one_block()
{
	needs_blocks 2
	add 0 2
	inject what=MEM_GOING_ONLINE "block=$(block_id 1)" errno=EIO
	expect "online of block 0" OK "$(set_state 0 online_movable)"
	expect "online of block 1" EIO "$(set_state 1 online_movable)"
	expect "storage of block 0" assigned "$(storage_of 0)"
	expect "storage of block 1" "$OFFLINE_STORAGE" "$(storage_of 1)"
}

first_rule_wins()
{
	ready_to_assign 0
	inject what=assign errno=ENOMEM
	inject what=assign errno=EIO
	expect "write" ENOMEM "$(assign_storage 0)"
}

second_subscriber_is_told_apart()
{
	needs_event_model
	add 0
	inject what=MEM_GOING_ONLINE errno=EIO times=1 skip=1 priority=42
	clear_events
	online 0
	expect "events of prio:42" \
		"MEM_PREPARE_ONLINE MEM_GOING_ONLINE MEM_ONLINE" "$(
		column events by=prio:42 event | tr '\n' ' ' | sed 's/ $//')"
	expect "first to see PREPARE" prio:42 "$(event MEM_PREPARE_ONLINE by | head -n 1)"
}

# attribute NAME KEY VALUE...: of the kernel's fault attributes; undo does not know them
attribute()
{
	[ -d "$MHP/$1" ] || skip "no fault attributes (FAULT_INJECTION_DEBUG_FS)"
	at_dir=$MHP/$1
	trap 'wr "$at_dir/probability" 0 > /dev/null' EXIT
	shift
	writes 0 "$at_dir/verbose"
	while [ $# -gt 0 ]; do
		writes "$2" "$at_dir/$1"
		shift 2
	done
}

fault_attributes_of_calls()
{
	needs_drive
	attribute fail_assign probability 100 interval 1 space 0 times 2
	for wanted in EIO EIO OK OK; do
		expect "assign" $wanted "$(wr "$MHP/assign" "rn=$(rn 0)")"
		wr "$MHP/unassign" "rn=$(rn 0)" > /dev/null
	done
	writes 100 "$at_dir/times"
	writes 2 "$at_dir/interval"
	got=
	for _ in 1 2 3 4 5 6; do
		got="$got $(wr "$MHP/assign" "rn=$(rn 0)")"
		wr "$MHP/unassign" "rn=$(rn 0)" > /dev/null
	done
	case $got in
	" OK EIO OK EIO OK EIO" | " EIO OK EIO OK EIO OK") ;;
	*) fail "with interval=2: $got" ;;
	esac
	expect "storage" standby "$(storage_of 0)"
}

fault_attributes_of_events()
{
	add 0
	attribute fail_going_online probability 100 interval 1 space 0 times 1
	expect "online" EIO "$(set_state 0 online_movable)"
	expect "state" offline "$(block_is 0 state)"
	expect "storage" "$OFFLINE_STORAGE" "$(storage_of 0)"
	online 0
	attribute fail_going_offline probability 100 interval 1 space 0 times 1
	expect "offline" EIO "$(set_state 0 offline)"
	expect "state" online "$(block_is 0 state)"
	offline 0
}

it "rules are listed as they were written" rules_are_listed
it "clear removes all rules and subscribers" clear_removes_all
it "skip=1 times=2: the second and third of four fail" skips_and_times
it "errno by name" errno_given EBUSY EBUSY
it "errno by number" errno_given 12 ENOMEM
for code in 0x01f0 0x0300 0x0100 0x0410; do
	it "response $code to assign is an error, in ledger and log" \
		response_given $code
done
it "response 0x0120 is no error" already_assigned_is_no_error
it "delay_ms delays the call" delays
it "readers of tables do not wait for a slow firmware" readers_do_not_wait
it "unassign refused: stuck, the next assign recovers" refused_unassign
it "attach refused: nothing half done, the next assign works" refused_attach
it "read refused: nothing half done, the next assign works" refused_read
it "READ refused behind ATTACH: all that came is unassigned" \
	unassigned_where_read_says_nothing
it "a rule with block= concerns that block alone" block_rule_hits_one_block
it "the delays of all rules together have a bound" delays_have_a_bound
it "a rule that waits in many calls of one block ends in time" \
	delays_of_one_block_have_a_bound
it "of two rules the first one's errno counts" first_rule_wins
it "a second subscriber has rows of its own" second_subscriber_is_told_apart
it "the kernel's fault attributes: times and interval of a call" fault_attributes_of_calls
it "the kernel's fault attributes of events" fault_attributes_of_events

run "$@"
