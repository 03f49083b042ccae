#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Beside the in-kernel SCLP driver from 6.19 on, which assigns, adds, removes and
# unassigns a block where /sys/firmware/memory says so: the module shows what it
# does, sends nothing but READ, and keeps its hands off.

. ./lib.sh

FW=/sys/firmware/memory
leave_blocks=1

needs_configure()
{
	[ -d $FW ] || skip "no /sys/firmware/memory in this kernel"
	[ "$DRIVES" = no ] || skip "the module drives the firmware here"
	needs_blocks 3
}

# config N 0|1: what a write says
config()
{
	wr "$FW/memory$(block_id "$1")/config" "$2"
}

configured()
{
	cat "$FW/memory$(block_id "$1")/config"
}

# configure N [0|1]: with memmap on memory or without
configure()
{
	block_id "$1" >> "$work/configured"
	[ $# = 1 ] || writes "$2" "$FW/memory$(block_id "$1")/memmap_on_memory"
	expect "config of block $1" OK "$(config "$1" 1)"
}

# back: what the test configured; common undo has no hand in it
back()
{
	( "$@" )
	back_status=$?
	[ -e "$work/configured" ] || return $back_status
	while read -r id; do
		for _ in 1 2 3; do
			[ -d "$MEMORY/memory$id" ] || break
			wr "$MEMORY/memory$id/state" offline
			wr "$FW/memory$id/config" 0
		done
		wr "$FW/memory$id/memmap_on_memory" 1
	done < "$work/configured" > "$work/wr"
	rm -f "$work/configured"
	return $back_status
}

no_calls()
{
	expect "firmware calls in the ledger" "" "$(column events "" event |
		grep -x -e ATTACH -e ASSIGN -e UNASSIGN)"
}

assigned_by_config()
{
	needs_configure
	clear_events
	expect "storage" standby "$(storage_of 0)"
	configure 0
	expect "storage, configured" assigned "$(storage_of 0)"
	expect "sysfs state" offline "$(cat "$MEMORY/memory$(block_id 0)/state")"
	expect "storage of the next block" standby "$(storage_of 1)"
	expect "config to 0" OK "$(config 0 0)"
	expect "storage, not configured" standby "$(storage_of 0)"
	[ ! -d "$MEMORY/memory$(block_id 0)" ] || fail "memory$(block_id 0) still there"
	no_calls
}

stays_assigned_while_offline()
{
	needs_configure
	configure 0
	clear_events
	online 0
	expect "events of online" "MEM_GOING_ONLINE MEM_ONLINE" "$(events)"
	expect "block" "online kernel 1 0" "$(block_is 0 state) $(block_is 0 owner) $(
		block_is 0 onlined) $(block_is 0 offlined)"
	expect "storage, online" assigned "$(storage_of 0)"
	clear_events
	offline 0
	expect "events of offline" "MEM_GOING_OFFLINE MEM_OFFLINE" "$(events)"
	expect "block" "offline kernel 1 1" "$(block_is 0 state) $(block_is 0 owner) $(
		block_is 0 onlined) $(block_is 0 offlined)"
	expect "storage, offline" assigned "$(storage_of 0)"
	expect "config to 0" OK "$(config 0 0)"
	expect "storage, not configured" standby "$(storage_of 0)"
	expect "rows of a block that is gone" "" "$(block_is 0 block)"
	no_calls
}

online_block_stays()
{
	needs_configure
	configure 0
	online 0
	expect "config to 0 of an online block" EBUSY "$(config 0 0)"
	expect "config" 1 "$(configured 0)"
	expect "storage" assigned "$(storage_of 0)"
	expect "block state" online "$(block_is 0 state)"
}

side_by_side()
{
	needs_configure
	needs_altmap
	configure 0 1
	configure 1 0
	for n in 0 1; do
		online $n
	done
	expect "memmaps" "block system" "$(block_is 0 memmap) $(block_is 1 memmap)"
	expect "altmaps" "$(($(at 0) / PAGE)) $(feature altmap_pages) - 0" \
		"$(block_is 0 altmap_start_pfn) $(block_is 0 altmap_nr_pages) $(
		block_is 1 altmap_start_pfn) $(block_is 1 altmap_nr_pages)"
	expect "zones" Movable "$(for n in 0 1; do
		cat "$MEMORY/memory$(block_id $n)/valid_zones"
	done | sort -u)"
	no_calls
}

memmap_moves_in_and_out()
{
	needs_configure
	needs_altmap
	for where in block system block; do
		how=0
		[ $where = system ] || how=1
		configure 0 $how
		online 0
		expect "memmap with memmap_on_memory=$how" $where "$(block_is 0 memmap)"
		offline 0
		expect "config to 0" OK "$(config 0 0)"
	done
}

hands_off()
{
	needs_configure
	rn=$(rn 0)
	for what in "is not" is; do
		refuses_command EOPNOTSUPP add "$(range 0)" /sys/firmware/memory
		refuses_command EOPNOTSUPP remove "$(range 0)" /sys/firmware/memory
		refuses_command EOPNOTSUPP assign "rn=$rn"
		refuses_command EOPNOTSUPP unassign "rn=$rn"
		[ "$what" = is ] || configure 0
	done
	expect "storage" assigned "$(storage_of 0)"
	no_calls
}

stays_through_an_unload()
{
	needs_configure
	needs_reload
	configure 0
	configure 1
	online 1
	expect "unload" OK "$(unload)"
	expect "config" "1 1" "$(configured 0) $(configured 1)"
	expect "sysfs state" online "$(cat "$MEMORY/memory$(block_id 1)/state")"
	expect "load" OK "$(load)"
	expect "storage" "assigned assigned standby" \
		"$(storage_of 0) $(storage_of 1) $(storage_of 2)"
	offline 1
	expect "unpaired" 0 "$(counter unpaired)"
	no_calls
}

# A firmware that does not answer: an error is better than an old table.
no_answer_is_an_error()
{
	needs_configure
	writes "what=read errno=EIO times=1" "$MHP/inject"
	got=$(cat "$MHP/increments" 2>&1) &&
		fail "increments: expected an error got $got"
	error_names increments EIO
	expect "increments, read again" standby "$(storage_of 0)"
}

it "config=1 assigns a block's storage, config=0 returns it" back assigned_by_config
it "storage stays assigned while a configured block is offline" \
	back stays_assigned_while_offline
it "config=0 of an online block is refused by the kernel" back online_block_stays
it "memmap on memory chosen block by block, side by side" back side_by_side
it "a block's memmap moves in and out" back memmap_moves_in_and_out
it "add, remove, assign and unassign are refused" back hands_off
it "configured blocks stay while the module goes and comes" \
	back stays_through_an_unload
it "firmware that does not answer is an error, not an old table" \
	back no_answer_is_an_error

run "$@"
