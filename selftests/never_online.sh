#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory that is added and removed without ever being onlined: nothing touches
# its struct pages, which with an altmap lie in inaccessible storage. Every word
# of the memmap holds a canary, and every check reads all of it.

. ./lib.sh

# untouched: have the canary looked at, now. Real firmware needs none: whoever
# touches storage that is not there faults, and the guest is gone.
untouched()
{
	[ "$FIRMWARE" = sim ] || return 0
	checks=$(counter canary_checks)
	damage=$(counter canary_damage)
	canary_looked_at 0 "${1-1}"
	expect_number "canary checks" -gt "$checks" "$(counter canary_checks)"
	expect "words of canary damaged, first at pfn $(counter canary_bad_pfn)" \
		"$damage" "$(counter canary_damage)"
}

# added_and_removed FLAGS BLOCKS
added_and_removed()
{
	[ "$1" = none ] || needs_altmap
	needs_blocks "$2"
	clear_events
	add 0 "$2" "flags=$1"
	remove 0 "$2"
	expect "events" "$(driven ADD REMOVE)" "$(events)"
	untouched "$2"
}

untouched_at_full_depth()
{
	needs_altmap
	reload canary=full "sim_size=$BLOCK"
	add 0 1 flags=$ALTMAP
	remove 0
	untouched
}

zones_do_not_notice()
{
	[ "$1" = none ] || needs_altmap
	books | grep -v nr_memmap > "$work/before"
	add 0 1 "flags=$1"
	books | grep -v nr_memmap > "$work/added"
	remove 0
	books | grep -v nr_memmap > "$work/after"
	cmp "$work/before" "$work/added" || fail "$(diff "$work/before" "$work/added")"
	cmp "$work/before" "$work/after" || fail "$(diff "$work/before" "$work/after")"
}

storage_stays_in_standby()
{
	needs_event_model
	clear_events
	add 0
	expect "storage while added" standby "$(storage_of 0)"
	expect "assigns" 0 "$(event ASSIGN rn | wc -l | tr -d ' ')"
}

again_and_again()
{
	needs_altmap
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		add 0 1 flags=$ALTMAP
		remove 0
	done
	untouched
}

# looked_at COMMAND...: readers of memory files while a block is added
looked_at()
{
	needs_altmap
	needs_event_model
	add 0 1 flags=$ALTMAP
	"$@" > "$work/out" 2>&1
	remove 0
	untouched
}

read_block_files()
{
	for file in "$MEMORY/memory$(block_id 0)"/*; do
		[ ! -f "$file" ] || [ ! -r "$file" ] || cat "$file"
	done
}

read_proc_files()
{
	cat /proc/zoneinfo /proc/pagetypeinfo /proc/buddyinfo /proc/vmstat
}

read_page_flags()
{
	for file in kpageflags kpagecount kpagecgroup; do
		[ ! -r /proc/$file ] ||
			dd if=/proc/$file bs=8 skip=$(($(at 0) / PAGE)) count=64
	done
}

read_own_tables()
{
	cat "$MHP/blocks" "$MHP/increments" "$MHP/block/$(block_id 0)"
}

compact_and_drop()
{
	echo 1 > /proc/sys/vm/compact_memory
	echo 3 > /proc/sys/vm/drop_caches
}

refused_online_touches_nothing()
{
	needs_drive
	needs_altmap
	needs_event_model
	add 0 1 flags=$ALTMAP
	writes "what=assign errno=EIO" "$MHP/inject"
	expect "online" EIO "$(wr "$MEMORY/memory$(block_id 0)/state" online_movable)"
	writes clear "$MHP/inject"
	remove 0
	untouched
}

it "added and removed with altmap: no event, no touch" added_and_removed altmap 1
it "added and removed without altmap: no event, no touch" added_and_removed none 1
it "three blocks added and removed: no event, no touch" added_and_removed altmap 3
it "added and removed: no touch of any word, canary=full" untouched_at_full_depth
it "zones and MemTotal do not notice memory with altmap" zones_do_not_notice altmap
it "zones and MemTotal do not notice memory without altmap" zones_do_not_notice none
it "storage stays in standby while only added" storage_stays_in_standby
it "twenty times added and removed: no touch" again_and_again
it "reading the block's sysfs files touches nothing" looked_at read_block_files
it "reading zoneinfo and its neighbours touches nothing" looked_at read_proc_files
it "reading kpageflags of the block touches nothing" looked_at read_page_flags
it "reading the module's own tables touches nothing" looked_at read_own_tables
it "compaction and dropping caches touches nothing" looked_at compact_and_drop
it "an online refused in PREPARE touches nothing" refused_online_touches_nothing

run "$@"
