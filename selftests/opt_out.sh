#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memmap on memory is chosen range by range: one with an altmap and one without,
# side by side in one zone, each with its memmap where it was asked for, and
# neither in the way of the other.

. ./lib.sh

needs_two()
{
	needs_altmap
	needs_blocks 2
}

# pages_of KIND: of a block, that the page allocator gets
pages_of()
{
	[ "$1" = none ] && echo "$BLOCK_PAGES" ||
		echo $((BLOCK_PAGES - $(feature altmap_pages)))
}

# movable: spanned, present and managed pages of the movable zones
movable()
{
	awk '/^Node/ { on = $4 == "Movable" }
		on && ($1 == "spanned" || $1 == "present" || $1 == "managed") {
			n[$1] += $2 }
		END { print n["spanned"] + 0, n["present"] + 0, n["managed"] + 0 }' \
		/proc/zoneinfo
}

# zone_has WHEN KIND...: the movable zone has gained these blocks, in a row
zone_has()
{
	zh_when=$1
	shift
	zh_blocks=0 zh_managed=0
	for zh_kind; do
		zh_blocks=$((zh_blocks + BLOCK_PAGES))
		zh_managed=$((zh_managed + $(pages_of "$zh_kind")))
	done
	# shellcheck disable=SC2046,SC2086 # words
	set -- $zone_was $(movable)
	expect "spanned, present, managed pages of the zone gained, $zh_when" \
		"$zh_blocks $zh_blocks $zh_managed" \
		"$(($4 - $1)) $(($5 - $2)) $(($6 - $3))"
}

# memmap_is N KIND: in tables, and by the kernel's own flags of its pages
memmap_is()
{
	case $2 in
	altmap) mi_want="block $(feature altmap_pages)" mi_held=$(feature altmap_pages) ;;
	none) mi_want="system 0" mi_held=0 ;;
	esac
	expect "memmap and altmap of block $1" "$mi_want" \
		"$(block_is "$1" memmap) $(block_is "$1" altmap_nr_pages)"
	[ "$(block_is "$1" state)" = online ] || return 0
	mi_got=$(probe memmap $(($(at "$1") / PAGE)) "$BLOCK_PAGES")
	[ "$mi_got" = unknown ] ||
		expect "pages held back in block $1" "$mi_held" "$mi_got"
}

# add_two FIRST SECOND: kinds of blocks 0 and 1, as ranges of their own
add_two()
{
	add 0 1 "flags=$(flags_of "$1")"
	add 1 1 "flags=$(flags_of "$2")"
}

# side_by_side FIRST SECOND OFFLINE-FIRST
side_by_side()
{
	needs_two
	zone_was=$(movable)
	add_two "$1" "$2"
	zone_has "added"
	online 0
	zone_has "one online" "$1"
	online 1
	zone_has "both online" "$1" "$2"
	for n in 0 1; do
		expect "zone of block $n" Movable "$(zone_of $n)"
	done
	memmap_is 0 "$1"
	memmap_is 1 "$2"
	offline "$3"
	if [ "$3" = 0 ]; then
		zone_has "the first offline" "$2"
		memmap_is 1 "$2"
	else
		zone_has "the second offline" "$1"
		memmap_is 0 "$1"
	fi
	offline $((1 - $3))
	zone_has "both offline"
}

# moves_over FIRST SECOND: data of block 0 survives as its block goes, and may
# move into block 1
moves_over()
{
	needs_two
	add_two "$1" "$2"
	online 0
	online 1
	used 0 -p 30 -x "wr $MEMORY/memory$(block_id 0)/state offline > /dev/null"
	expect "state of block 0" offline "$(block_is 0 state)"
	memmap_is 0 "$1"
	memmap_is 1 "$2"
}

# Each lives on as the other one is removed, and comes back the other way.
changes_sides()
{
	needs_two
	zone_was=$(movable)
	add_two altmap none
	online 0
	online 1
	offline 1
	remove 1
	add 1 1 "flags=$(flags_of altmap)"
	online 1
	zone_has "two with altmap" altmap altmap
	offline 0
	remove 0
	add 0 1 flags=none
	online 0
	zone_has "changed sides" none altmap
	memmap_is 0 none
	memmap_is 1 altmap
}

# The neighbours on both sides have the other kind.
in_between()
{
	needs_two
	needs_blocks 3
	zone_was=$(movable)
	add 0 1 "flags=$(flags_of "$1")"
	add 1 1 "flags=$(flags_of "$2")"
	add 2 1 "flags=$(flags_of "$1")"
	for n in 2 0 1; do
		online $n
	done
	zone_has "all online" "$1" "$2" "$1"
	memmap_is 1 "$2"
	offline 1
	memmap_is 0 "$1"
	memmap_is 2 "$1"
	online 1
	zone_has "all online again" "$1" "$2" "$1"
}

for first in 0 1; do
	it "altmap beside none, block $first offline first" \
		side_by_side altmap none $first
	it "none beside altmap, block $first offline first" \
		side_by_side none altmap $first
done
it "data moves out of a block with altmap beside one without" moves_over altmap none
it "data moves out of a block without altmap beside one with" moves_over none altmap
it "ranges change sides, one by one" changes_sides
it "one without altmap between two with" in_between altmap none
it "one with altmap between two without" in_between none altmap

run "$@"
