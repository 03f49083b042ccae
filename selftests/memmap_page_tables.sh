#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The page tables for a block's memmap exist from add on, wherever the memmap
# lies and whether or not the block ever goes online, and are gone after remove.

. ./lib.sh
. ./during.sh

needs_walk()
{
	needs_drive
	[ "$(memmap_of 0 mapped)" != - ] ||
		skip "no page table walk in this kernel: DEBUG_VIRTUAL, or no vmemmap"
}

# mapped altmap|none|gone N: all of the memmap of block N is, in the block or
# elsewhere, or none of it
mapped()
{
	mp_pages=$(feature altmap_pages)
	case $1 in
	altmap) mp_want="$mp_pages $mp_pages" ;;
	none) mp_want="$mp_pages 0" ;;
	gone) mp_want="0 0" ;;
	esac
	expect "pages of the memmap of block $2 mapped, and in the block" "$mp_want" \
		"$(memmap_of "$2" mapped) $(memmap_of "$2" inside)"
}

# The kernel may free tables that neighbours share; a reader waits until our own
# adds and removes are done. Here one is not for three seconds.
readers_wait_for_adds()
{
	needs_walk
	writes online_movable "$MEMORY/auto_online_blocks"
	writes "what=MEM_GOING_ONLINE delay_ms=3000 times=1" "$MHP/inject"
	clear_events
	wr "$MHP/add" "$(range 0)" > "$work/added" &
	until [ -n "$(event MEM_GOING_ONLINE errno)" ]; do :; done
	cat "$MHP/memmap" > "$work/memmap"
	expect "add, when the table is read" OK "$(cat "$work/added")"
	wait
	offline 0
}

none_before_add()
{
	needs_walk
	expect "rows" "$(column memmap "" block | wc -l)" \
		"$(column memmap mapped=0 block | wc -l)"
	expect_number "rows" -ge "$RUN_BLOCKS" "$(column memmap "" block | wc -l)"
}

# from_add_on altmap|none
from_add_on()
{
	needs_walk
	[ "$1" = none ] || needs_altmap
	add 0 1 "flags=$(flags_of "$1")"
	expect "state" offline "$(block_is 0 state)"
	mapped "$1" 0
	remove 0
	mapped gone 0
}

# whole_life altmap|none
whole_life()
{
	needs_walk
	[ "$1" = none ] || needs_altmap
	add 0 1 "flags=$(flags_of "$1")"
	for _ in 1 2; do
		online 0
		mapped "$1" 0
		offline 0
		mapped "$1" 0
	done
	remove 0
	mapped gone 0
}

# Each block by itself, and neighbours of both kinds.
neighbours_keep_theirs()
{
	needs_walk
	needs_altmap
	needs_blocks 4
	add 0 1 "flags=$(flags_of altmap)"
	add 1 1 flags=none
	add 2 1 "flags=$(flags_of altmap)"
	mapped gone 3
	remove 1
	mapped altmap 0
	mapped gone 1
	mapped altmap 2
	add 1 1 "flags=$(flags_of altmap)"
	remove 0
	remove 2
	mapped gone 0
	mapped altmap 1
	mapped gone 2
}

a_range_goes_whole()
{
	needs_walk
	needs_blocks 3
	add 0 3
	online 1
	offline 1
	remove 0 3
	for n in 0 1 2; do
		mapped gone $n
	done
}

again_where_it_was()
{
	needs_walk
	needs_altmap
	for kind in none altmap none altmap; do
		add 0 1 "flags=$(flags_of $kind)"
		mapped $kind 0
		remove 0
		mapped gone 0
	done
}

# needs_dump: sets dp_file to the kernel's own dump, which knows nothing of the module
needs_dump()
{
	for dp_file in /sys/kernel/debug/page_tables/kernel \
		/sys/kernel/debug/kernel_page_tables; do
		[ ! -r $dp_file ] || break
	done
	[ -r "$dp_file" ] || skip "this kernel dumps no page tables (PTDUMP_DEBUGFS)"
}

dump()
{
	needs_dump
	awk 'tolower($0) ~ /---\[/ { on = tolower($0) ~ /vmemmap/ &&
		tolower($0) !~ / end / } on' "$dp_file"
}

kernel_says_so()
{
	needs_drive
	dump > "$work/dump0" || exit
	[ -s "$work/dump0" ] || skip "the dump names no vmemmap area"
	add 0 1 "flags=$1"
	dump > "$work/dump1"
	! cmp -s "$work/dump0" "$work/dump1" ||
		fail "vmemmap area: expected a change by add"
	remove 0
	dump > "$work/dump2"
	cmp "$work/dump0" "$work/dump2" || fail "$(diff "$work/dump0" "$work/dump2")"
}

missed()
{
	wait
	rm -f "$work/dumped"
	offline 0
}

# dumped: is a dump through, when there was time enough for several?
dumped()
{
	( cat "$dp_file" > /dev/null; : > "$work/dumped" ) &
	sleep "$dump_s"
	[ -e "$work/dumped" ] && echo through || echo waits
}

# Tables may go while blocks do: whoever walks them holds mem_hotplug_lock.
dump_waits()
{
	needs_dump
	add 0
	before=$(date +%s)
	cat "$dp_file" > /dev/null
	dump_s=$((2 * ($(date +%s) - before) + 2))
	[ $dump_s -le 20 ] || skip "a dump takes too long on this machine: $((dump_s / 2)) s"
	during MEM_GOING_ONLINE MEM_GOING_ONLINE \
		"$MEMORY/memory$(block_id 0)/state" online_movable dumped > "$work/seen" || exit
	wait
	offline 0
	expect "the dump, while a block goes online" waits "$(cat "$work/seen")"
}

it "standby storage that was not added has no memmap" none_before_add
for kind in altmap none; do
	it "mapped from add on, gone after remove, never online: $kind" \
		from_add_on $kind
	it "mapped through online and offline, gone after remove: $kind" \
		whole_life $kind
done
it "neighbours keep theirs" neighbours_keep_theirs
it "a range goes whole" a_range_goes_whole
it "a block added again, the other way, has its own again" again_where_it_was
it "the kernel's dump of page tables changes with add and is as before after remove" \
	kernel_says_so none

it "a reader of the table waits while memory is added" readers_wait_for_adds
it "the kernel's dump of page tables waits while a block goes online" dump_waits

run "$@"
