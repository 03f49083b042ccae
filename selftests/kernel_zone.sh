#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Blocks in a kernel zone: online_kernel, and a plain online where nothing says
# movable. This file comes last, and its tests hold the block online for the
# blink of an eye (see cycle.c): whatever the kernel allocates there meanwhile
# may never move. Should that happen the rest is skipped, and the block and the
# module stay until reboot.

. ./lib.sh

ALTMAP=memmap_on_memory,offline_inaccessible

# cycles FILE TEXT: block 0 comes online by it and goes offline again
cycles()
{
	mkdir -p "$work/seen"
	cycle_result=$(cycle "$1" "$2" "$MEMORY/memory$(block_id 0)/state" \
		"$work/seen" "$MHP/blocks" "$MHP/increments" "$MHP/events" \
		/proc/zoneinfo /proc/meminfo)
	case $? in
	0) ;;
	3) spoils "the kernel keeps a page that cannot move: $cycle_result" ;;
	*) fail "cycle: expected online=OK offline=OK got $cycle_result" ;;
	esac
}

# seen COLUMN: of block 0 while it was online
seen()
{
	MHP=$work/seen block_is 0 "$1"
}

# zone_pages ZONE FIELD FILE: out of a zoneinfo
zone_pages()
{
	awk -v zone="$1" -v field="$2" '/^Node/ { at = $4 }
		at == zone && $1 == field { n += $2 } END { print n + 0 }' "$3"
}

# whole_life FLAGS HOW
whole_life()
{
	[ "$1" = none ] || needs_altmap
	books > "$work/books0"
	add 0 1 "flags=$1"
	total=$(meminfo MemTotal)
	present=$(zone_pages Normal present /proc/zoneinfo)
	cycles "$MEMORY/memory$(block_id 0)/state" "$2"
	expect "state, online" online "$(seen state)"
	[ "$MODEL" != event ] || for rn in $(increments_of 0); do
		expect "increment $rn, online" assigned \
			"$(MHP=$work/seen column increments "rn=$rn" state)"
		expect "increment $rn, offline" standby \
			"$(column increments "rn=$rn" state)"
	done
	expect "pages of zone Normal gained" "$BLOCK_PAGES" $((
		$(zone_pages Normal present "$work/seen/zoneinfo") - present))
	expect "MemTotal gained" \
		$(((BLOCK_PAGES - $(seen altmap_nr_pages)) * PAGE / 1024)) $((
		$(awk '/^MemTotal:/ { print $2 }' "$work/seen/meminfo") - total))
	expect "state, offline" offline "$(block_is 0 state)"
	remove 0
	same_as_before books0 books
}

# order HOW
order()
{
	needs_event_model
	add 0
	clear_events
	cycles "$MEMORY/memory$(block_id 0)/state" "$1"
	expect "events" "MEM_PREPARE_ONLINE ASSIGN MEM_GOING_ONLINE MEM_ONLINE MEM_GOING_OFFLINE MEM_OFFLINE MEM_FINISH_OFFLINE UNASSIGN" \
		"$(events)"
}

# onlines_inside_add SETTING FLAGS
onlines_inside_add()
{
	[ "$2" = none ] || needs_altmap
	writes "$1" "$MEMORY/auto_online_blocks"
	present=$(zone_pages Normal present /proc/zoneinfo)
	clear_events
	cycles "$MHP/add" "$(range 0) flags=$2"
	expect "state, online" online "$(seen state)"
	expect "pages of zone Normal gained" "$BLOCK_PAGES" $((
		$(zone_pages Normal present "$work/seen/zoneinfo") - present))
	[ "$MODEL" != event ] || expect "events" \
		"ADD MEM_PREPARE_ONLINE ASSIGN MEM_GOING_ONLINE MEM_ONLINE" \
		"$(MHP=$work/seen events)"
	expect "state, offline" offline "$(block_is 0 state)"
}

for how in online_kernel online; do
	it "whole life with altmap, $how" whole_life $ALTMAP $how
	it "whole life without altmap, $how" whole_life none $how
	it "order of events, $how" order $how
	it "auto_online_blocks=$how onlines inside add, with altmap" \
		onlines_inside_add $how $ALTMAP
	it "auto_online_blocks=$how onlines inside add, without altmap" \
		onlines_inside_add $how none
done

run "$@"
