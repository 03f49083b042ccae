#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The ledger: order and pairing of events, what they say, clearing, overflow.

. ./lib.sh

# order FLAGS HOW: a block through online and offline
order()
{
	[ "$1" = none ] || needs_altmap
	[ "$2" != online ] || movable_around 1
	add 1 1 "flags=$1"
	clear_events
	online 1 "$2"
	expect "events of $2" \
		"$(driven MEM_PREPARE_ONLINE ASSIGN MEM_GOING_ONLINE MEM_ONLINE)" "$(events)"
	clear_events
	offline 1
	expect "events of offline" \
		"$(driven MEM_GOING_OFFLINE MEM_OFFLINE MEM_FINISH_OFFLINE UNASSIGN)" "$(events)"
}

add_and_remove_are_rows()
{
	clear_events
	add 0
	expect "events of add" "$(driven ADD)" "$(events)"
	expect "start_pfn of ADD" $(($(at 0) / PAGE)) "$(event ADD start_pfn)"
	expect "nr_pages of ADD" "$BLOCK_PAGES" "$(event ADD nr_pages)"
	clear_events
	remove 0
	expect "events of remove" "$(driven REMOVE)" "$(events)"
	expect "start_pfn of REMOVE" $(($(at 0) / PAGE)) "$(event REMOVE start_pfn)"
}

prepare_and_going_online_fit()
{
	needs_event_model
	needs_altmap
	add 0 1 flags=$ALTMAP
	clear_events
	online 0
	pfn=$(($(at 0) / PAGE))
	altmap=$(event MEM_PREPARE_ONLINE altmap_nr_pages)
	expect "PREPARE altmap_start_pfn" $pfn \
		"$(event MEM_PREPARE_ONLINE altmap_start_pfn)"
	for name in MEM_PREPARE_ONLINE MEM_GOING_ONLINE MEM_ONLINE; do
		expect "$name start_pfn" $((pfn + altmap)) "$(event $name start_pfn)"
		expect "$name nr_pages" $((BLOCK_PAGES - altmap)) \
			"$(event $name nr_pages)"
	done
	for name in MEM_GOING_ONLINE MEM_ONLINE; do
		expect "$name altmap_start_pfn" - "$(event $name altmap_start_pfn)"
		expect "$name altmap_nr_pages" - "$(event $name altmap_nr_pages)"
	done
}

finish_says_what_prepare_said()
{
	needs_event_model
	needs_altmap
	add 0 1 flags=$ALTMAP
	clear_events
	online 0
	offline 0
	for field in block start_pfn nr_pages altmap_start_pfn altmap_nr_pages; do
		expect "$field of FINISH" "$(event MEM_PREPARE_ONLINE $field)" \
			"$(event MEM_FINISH_OFFLINE $field)"
	done
}

without_altmap_prepare_covers_the_block()
{
	needs_event_model
	add 0 1 flags=none
	clear_events
	online 0
	expect "PREPARE start_pfn" $(($(at 0) / PAGE)) \
		"$(event MEM_PREPARE_ONLINE start_pfn)"
	expect "PREPARE nr_pages" "$BLOCK_PAGES" \
		"$(event MEM_PREPARE_ONLINE nr_pages)"
	expect "PREPARE altmap_nr_pages" 0 \
		"$(event MEM_PREPARE_ONLINE altmap_nr_pages)"
}

firmware_calls_are_rows()
{
	needs_drive
	needs_event_model
	add 0
	clear_events
	online 0
	offline 0
	for call in ASSIGN UNASSIGN; do
		expect "rns of $call" "$(increments_of 0 | sort -n)" \
			"$(event $call rn | sort -n)"
		expect "responses of $call" 0x0020 "$(event $call response | sort -u)"
		expect "errnos of $call" 0 "$(event $call errno | sort -u)"
	done
}

attaching_is_a_row_once()
{
	needs_event_model
	reload canary=memmap
	add 0
	clear_events
	online 0
	expect_number "attached elements" -ge 1 "$(event ATTACH element | wc -l)"
	expect "responses of ATTACH" 0x0020 "$(event ATTACH response | sort -u)"
	expect "first event" MEM_PREPARE_ONLINE "$(column events "" event | head -n 1)"
	offline 0
	clear_events
	online 0
	expect "attached elements, second online" "" "$(event ATTACH element)"
}

rows_carry_seq_time_and_ns()
{
	clear_events
	add 0
	online 0
	offline 0
	remove 0
	column events "" seq | awk 'NR > 1 && $1 != last + 1 { exit 1 } { last = $1 }' ||
		fail "seq: expected steps of one got $(column events "" seq | tr '\n' ' ')"
	column events "" time | awk 'NR > 1 && $1 < last { exit 1 } { last = $1 }' ||
		fail "time: expected rising got $(column events "" time | tr '\n' ' ')"
	column events "" by | sort -u > "$work/by"
	expect "by" main "$(cat "$work/by")"
	expect "errno" 0 "$(column events "" errno | sort -u)"
	[ "$MODEL" != event ] || expect_number "ns of PREPARE" -gt 0 \
		"$(event MEM_PREPARE_ONLINE ns)"
	expect_number "ns of ADD" -gt 0 "$(event ADD ns)"
}

every_block_is_told_apart()
{
	needs_event_model
	needs_blocks 2
	add 0 2
	clear_events
	online 1
	online 0
	expect "blocks of PREPARE" "$(block_id 1) $(block_id 0)" \
		"$(event MEM_PREPARE_ONLINE block | tr '\n' ' ' | sed 's/ $//')"
	[ "$DRIVES" = no ] ||
		expect "increments of ASSIGN" "$(increments_of 1; increments_of 0)" \
			"$(event ASSIGN rn)"
}

clearing_empties()
{
	add 0
	online 0
	clear_events
	expect "rows" "" "$(events)"
	expect "first line" "# lost=0 unpaired=0" "$(head -n 1 "$MHP/events")"
}

pairs_survive_clearing()
{
	add 0
	online 0
	clear_events
	offline 0
	expect "first line" "# lost=0 unpaired=0" "$(head -n 1 "$MHP/events")"
	expect "rows flagged" "" "$(column events flags=unpaired event)"
}

boot_memory_is_seen_not_driven()
{
	boot=$(for dir in "$MEMORY"/memory[0-9]*; do
		echo "${dir##*memory}"
	done | sort -n | tail -n 1)
	clear_events
	result=$(wr "$MEMORY/memory$boot/state" offline)
	[ "$result" = OK ] || skip "boot block $boot does not go offline: $result"
	writes online "$MEMORY/memory$boot/state"
	expect "firmware calls" "" "$(event ASSIGN rn)$(event UNASSIGN rn)"
	expect "unpaired" 0 "$(counter unpaired)"
}

# Refused before anybody was asked: up to three blocks with pages that cannot move.
boot_memory_that_stays()
{
	bm_seen=
	for id in $(for dir in "$MEMORY"/memory[0-9]*; do
			echo "${dir##*memory}"
		done | sort -nr); do
		[ "$(cat "$MEMORY/memory$id/state")" = online ] || continue
		clear_events
		result=$(timeout 20 wr "$MEMORY/memory$id/state" offline)
		[ "$result" != OK ] || writes online "$MEMORY/memory$id/state"
		[ "$result" = EBUSY ] || continue
		# One that was asked about had its pages moved, and one stayed.
		[ -z "$(event MEM_GOING_OFFLINE block)" ] || continue
		expect "events of block $id, refused" "" "$(column events "" event)"
		expect "pageblocks isolated after the refusal of block $id" 0 "$(isolated)"
		bm_seen="$bm_seen $id"
		[ "$(echo "$bm_seen" | wc -w)" -lt 3 ] || return 0
	done
	[ -n "$bm_seen" ] || skip "every block of boot memory goes offline"
}

# gives_back: what a_page_that_stays took, so that the block can go
gives_back()
{
	[ ! -d /sys/module/reserved_page ] || modctl unload reserved_page > "$work/unload"
}

# a_page_that_stays FLAGS: in the middle, where the pageblocks before it are isolated
# already as it is found
a_page_that_stays()
{
	rs_module=test_modules/reserved_page.ko
	[ -f $rs_module ] || skip "$rs_module is not built"
	[ "$1" = none ] || needs_altmap
	add 0 1 "flags=$(flags_of "$1")"
	online 0
	isolated=$(isolated)
	trap gives_back EXIT
	expect "load of reserved_page" OK "$(modctl load $rs_module \
		pfn=$(($(at 0) / PAGE + BLOCK_PAGES / 2)) count=$((BLOCK_PAGES / 4)))"
	clear_events
	expect "offline of a block with a reserved page" EBUSY "$(try_offline 0)"
	expect "events, refused" "" "$(column events "" event)"
	expect "state, refused" online "$(cat "$MEMORY/memory$(block_id 0)/state")"
	expect "pageblocks isolated after the refusal" "$isolated" "$(isolated)"
	expect "unload of reserved_page" OK "$(modctl unload reserved_page)"
	offline 0
	expect "pageblocks isolated after the offline" "$isolated" "$(isolated)"
}

overflow_is_counted()
{
	needs_drive
	needs_event_model
	reload ledger_size=16
	add 0
	for _ in 1 2 3; do
		online 0
		offline 0
	done
	column events "" seq > "$work/seq"
	expect "rows kept" 16 "$(wc -l < "$work/seq" | tr -d ' ')"
	first=$(head -n 1 "$work/seq")
	expect "first line" "# lost=$first unpaired=0" "$(head -n 1 "$MHP/events")"
	expect "lost in stats" "$first" "$(counter lost)"
	expect "last row" UNASSIGN "$(column events "" event | tail -n 1)"
	clear_events
	expect "first line after clearing" "# lost=0 unpaired=0" \
		"$(head -n 1 "$MHP/events")"
}

for how in online online_movable; do
	it "order of events with altmap, $how" order altmap $how
	it "order of events without altmap, $how" order none $how
done
it "add and remove are rows of their own" add_and_remove_are_rows
it "PREPARE names the altmap, GOING_ONLINE starts behind it" \
	prepare_and_going_online_fit
it "PREPARE covers the whole block without altmap" \
	without_altmap_prepare_covers_the_block
it "FINISH says what PREPARE said" finish_says_what_prepare_said
it "firmware calls are rows with rn, block and response" firmware_calls_are_rows
it "a storage element is attached inside the first PREPARE, once" \
	attaching_is_a_row_once
it "rows carry seq, time, by, errno and ns" rows_carry_seq_time_and_ns
it "events of two blocks are told apart" every_block_is_told_apart
it "clearing empties the ledger" clearing_empties
it "a pair is a pair although the ledger was cleared between" \
	pairs_survive_clearing
it "boot memory going offline and online causes no firmware call" \
	boot_memory_is_seen_not_driven
it "boot memory with pages that cannot move: no event, nothing stays isolated" \
	boot_memory_that_stays
for flags in altmap none; do
	it "a block with a page that cannot move: no event, nothing stays isolated, flags=$flags" \
		a_page_that_stays $flags
done
it "rows that do not fit are counted" overflow_is_counted

run "$@"
