#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Blocks in a kernel zone: online_kernel, and a plain online where nothing says
# movable. Its tests hold a block online for the blink of an eye (see cycle.c),
# as whatever the kernel allocates there meanwhile may never move. Should that
# happen, the block stays and takes the kernel's next allocations, and the test
# goes on with the next block; but the module stays loaded until reboot. So
# this file comes last.

. ./lib.sh

KEPT=5	# exit status of a test whose block the kernel keeps

# on_a_free_block FUNCTION WORD...: the test, on the first block that is not
# there, as what is kept is: block n
on_a_free_block()
{
	: >> "$work/kept"
	while :; do
		n=0
		while [ -e "$MEMORY/memory$(block_id "$n")" ]; do
			n=$((n + 1))
		done
		needs_blocks $((n + 1))
		( "$@" )
		ob_status=$?
		[ $ob_status = $KEPT ] || return $ob_status
	done
}

# cycles FILE TEXT [LOOK]: block n comes online by it and goes offline again
cycles()
{
	mkdir -p "$work/seen"
	cycle_result=$(cycle "$1" "$2" "$MEMORY/memory$(block_id "$n")/state" \
		"$work/seen" "$MHP/blocks" "$MHP/increments" "$MHP/events" \
		/proc/zoneinfo /proc/meminfo ${3+"$3"})
	case $? in
	0) ;;
	3)
		block_is "$n" start >> "$work/kept"
		echo offline > "$MEMORY/auto_online_blocks"
		exit $KEPT
		;;
	*) fail "cycle: expected online=OK offline=OK got $cycle_result" ;;
	esac
}

# seen COLUMN: of block n while it was online
seen()
{
	MHP=$work/seen block_is "$n" "$1"
}

# seen_zone: what zone_of said meanwhile, of the block whose valid_zones were LOOK
seen_zone()
{
	sed 's/ .*//' "$work/seen/valid_zones"
}

# whole_life FLAGS HOW
whole_life()
{
	[ "$1" = none ] || needs_altmap
	books > "$work/books0"
	add "$n" 1 "flags=$1"
	total=$(meminfo MemTotal)
	present=$(zone_pages Normal present)
	cycles "$MEMORY/memory$(block_id "$n")/state" "$2"
	expect "state, online" online "$(seen state)"
	for rn in $(increments_of "$n"); do
		expect "increment $rn, online" assigned \
			"$(MHP=$work/seen column increments "rn=$rn" state)"
		expect "increment $rn, offline" "$OFFLINE_STORAGE" \
			"$(column increments "rn=$rn" state)"
	done
	expect "pages of zone Normal gained" "$BLOCK_PAGES" $((
		$(zone_pages Normal present "$work/seen/zoneinfo") - present))
	expect "MemTotal gained" \
		$(((BLOCK_PAGES - $(seen altmap_nr_pages)) * PAGE / 1024)) $((
		$(awk '/^MemTotal:/ { print $2 }' "$work/seen/meminfo") - total))
	expect "state, offline" offline "$(block_is "$n" state)"
	remove "$n"
	same_as_before books0 books
}

# order HOW
order()
{
	add "$n"
	clear_events
	cycles "$MEMORY/memory$(block_id "$n")/state" "$1"
	expect "events" "$(driven MEM_PREPARE_ONLINE ASSIGN MEM_GOING_ONLINE \
		MEM_ONLINE MEM_GOING_OFFLINE MEM_OFFLINE MEM_FINISH_OFFLINE UNASSIGN)" \
		"$(events)"
}

# onlines_inside_add SETTING FLAGS
onlines_inside_add()
{
	[ "$2" = none ] || needs_altmap
	writes "$1" "$MEMORY/auto_online_blocks"
	present=$(zone_pages Normal present)
	clear_events
	cycles "$MHP/add" "$(range "$n") flags=$(flags_of "$2")"
	expect "state, online" online "$(seen state)"
	expect "pages of zone Normal gained" "$BLOCK_PAGES" $((
		$(zone_pages Normal present "$work/seen/zoneinfo") - present))
	expect "events" \
		"$(driven ADD MEM_PREPARE_ONLINE ASSIGN MEM_GOING_ONLINE MEM_ONLINE)" \
		"$(MHP=$work/seen events)"
	expect "state, offline" offline "$(block_is "$n" state)"
}

for how in online_kernel online; do
	it "whole life with altmap, $how" on_a_free_block whole_life altmap $how
	it "whole life without altmap, $how" on_a_free_block whole_life none $how
	it "order of events, $how" on_a_free_block order $how
	it "auto_online_blocks=$how onlines inside add, with altmap" \
		on_a_free_block onlines_inside_add $how altmap
	it "auto_online_blocks=$how onlines inside add, without altmap" \
		on_a_free_block onlines_inside_add $how none
done

# let_go: the kernel may have let go of what it kept
let_go()
{
	while read -r start; do
		wr "$MEMORY/memory$((start / BLOCK))/state" offline &&
			wr "$MHP/remove" "start=$start size=$(column ranges \
				"start=$(hex "$start")" size)" && continue
		echo "$start" >> "$work/still"
	done < "$work/kept"
	rm -f "$work/kept"
	[ ! -e "$work/still" ] || mv "$work/still" "$work/kept"
	needs_nothing_kept
}

# boot_memory: as boot_pages, which counts blocks that are kept, too
boot_memory()
{
	boot_pages
	early=$((early - $(wc -l < "$work/kept") * BLOCK_PAGES))
}

# kernel_part GROUP ZONE: room for nothing movable but by a block of kernel
# memory, which block n is for a moment: where block n + 1 would go meanwhile
kernel_part()
{
	needs_blocks $((n + 2))
	boot_memory
	ratio=$(((BLOCK_PAGES + cma) * 100 / (early + BLOCK_PAGES) + 1))
	[ $((ratio * early / 100)) -lt $((BLOCK_PAGES + cma)) ] ||
		skip "no whole percent tells $early pages from a block more"
	auto_movable $ratio
	add "$n" 2 "$1"
	zones=$MEMORY/memory$(block_id $((n + 1)))/valid_zones
	expect "zone before" Normal "$(zone_of $((n + 1)))"
	cycles "$MEMORY/memory$(block_id "$n")/state" online_kernel "$zones"
	expect "zone beside kernel memory" "$2" "$(seen_zone)"
	expect "zone after" Normal "$(zone_of $((n + 1)))"
}
it "kernel memory lets a dynamic group have movable memory" \
	on_a_free_block kernel_part group=dynamic Movable
it "kernel memory lets no static group have movable memory" \
	on_a_free_block kernel_part group=static Normal
it "kernel memory that was hotplugged allows nobody else movable memory" \
	on_a_free_block kernel_part flags=none Normal

# others_have KERNEL: with block n + 1 of a dynamic group movable and so many of its
# pages in a kernel zone, is there room for a movable block of nobody's?
others_have()
{
	oh_taken=$((BLOCK_PAGES * 100 / ratio - $1))
	[ $oh_taken -gt 0 ] || oh_taken=0
	[ $((cma + BLOCK_PAGES)) -le $((ratio * (early - oh_taken) / 100)) ] &&
		echo Movable || echo Normal
}

# A group's movable memory takes from what boot memory allows everybody, but for
# what its own kernel memory allows it.
leaves_others_more()
{
	needs_blocks $((n + 3))
	boot_memory
	# Two movable blocks would be just too many.
	ratio=$((((2 * BLOCK_PAGES + cma) * 100 - 1) / early))
	[ "$(others_have 0) $(others_have "$BLOCK_PAGES")" = "Normal Movable" ] ||
		skip "a block beside $early pages makes no difference to others"
	auto_movable $ratio
	add "$n" 2 group=dynamic
	add $((n + 2))
	zones=$MEMORY/memory$(block_id $((n + 2)))/valid_zones
	expect "zone before" Movable "$(zone_of $((n + 2)))"
	online $((n + 1)) online_movable
	expect "zone beside movable memory" Normal "$(zone_of $((n + 2)))"
	cycles "$MEMORY/memory$(block_id "$n")/state" online_kernel "$zones"
	expect "zone beside kernel memory" Movable "$(seen_zone)"
	expect "zone after" Normal "$(zone_of $((n + 2)))"
}
it "kernel memory of a dynamic group leaves others more room" \
	on_a_free_block leaves_others_more

# A unit of a dynamic group goes to one zone.
unit_in_kernel_zone()
{
	[ $(($(at "$n") / BLOCK % 2)) = 0 ] || n=$((n + 1))
	needs_blocks $((n + 2))
	auto_movable 1000
	add "$n" 2 group=dynamic:$((2 * BLOCK))
	zones=$MEMORY/memory$(block_id $((n + 1)))/valid_zones
	expect "zone before" Movable "$(zone_of $((n + 1)))"
	cycles "$MEMORY/memory$(block_id "$n")/state" online_kernel "$zones"
	expect "zone of the unit's other half" Normal "$(seen_zone)"
	expect "zone after" Movable "$(zone_of $((n + 1)))"
}
it "a unit of a dynamic group begun in a kernel zone goes on there" \
	on_a_free_block unit_in_kernel_zone

# A zone with another one's block in its midst ends where its own last block does.
shrinks_past_movable()
{
	needs_blocks $((n + 2))
	spanned=$(zone_pages Normal spanned)
	add "$n"
	online "$n" online_movable
	n=$((n + 1))
	add "$n"
	cycles "$MEMORY/memory$(block_id "$n")/state" online_kernel
	expect_number "pages zone Normal spans, online" -ge $((spanned + BLOCK_PAGES)) \
		"$(zone_pages Normal spanned "$work/seen/zoneinfo")"
	expect "pages zone Normal spans, offline" "$spanned" \
		"$(zone_pages Normal spanned)"
}
it "a kernel zone shrinks past a movable block" on_a_free_block shrinks_past_movable

it "nothing stays online" let_go

run "$@"
