#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What exists when. Adding makes the resource, the sections and the memory block
# and no zone notices; onlining grows the zone, by exactly what block and altmap
# say; offlining and removing undo that, the last step first.

. ./lib.sh
. ./during.sh

# zones: spanned, present and managed of every zone, total memory of every node
zones()
{
	awk '/^Node/ { sub(",", ""); where = $2 " " $4 }
		$1 == "spanned" || $1 == "present" || $1 == "managed" {
			print where, $1, $2 }' /proc/zoneinfo
	grep -s -h MemTotal /sys/devices/system/node/node*/meminfo /proc/meminfo
}

# zones_as WHEN FILE
zones_as()
{
	zones > "$work/zones_now"
	cmp -s "$2" "$work/zones_now" ||
		fail "zones $1: $(diff "$2" "$work/zones_now")"
}

# others_as WHEN FILE: all but the movable zone and the sums
others_as()
{
	grep -v -e Movable -e MemTotal "$2" > "$work/others_then"
	zones | grep -v -e Movable -e MemTotal > "$work/others_now"
	cmp -s "$work/others_then" "$work/others_now" ||
		fail "other zones $1: $(diff "$work/others_then" "$work/others_now")"
}

# movable: first pfn, spanned, present and managed of the movable zone of the
# node that block 0 belongs to
movable()
{
	awk -v node="$(block_nid)," '/^Node/ { on = $2 == node && $4 == "Movable" }
		on && ($1 == "spanned" || $1 == "present" || $1 == "managed") {
			n[$1] = $2 }
		on && $1 == "start_pfn:" { start = $2 }
		END { print start + 0, n["spanned"] + 0, n["present"] + 0,
			n["managed"] + 0 }' /proc/zoneinfo
}

block_nid()
{
	bn_nid=$(column ranges "" nid | head -n 1)
	echo "${bn_nid:-0}"
}

node_total()
{
	awk '/MemTotal/ { print $(NF - 1) }' \
		"/sys/devices/system/node/node$(block_nid)/meminfo" 2> /dev/null
}

usable_of()
{
	echo $((BLOCK_PAGES - $(block_is "$1" altmap_nr_pages)))
}

# The zone must be empty before, so that its span is known exactly.
needs_empty_zone()
{
	# shellcheck disable=SC2046 # words
	set -- $(movable)
	[ "$2" = 0 ] || skip "the movable zone has $2 pages already"
}

# zone_is WHEN FIRST LAST N...: the movable zone spans blocks FIRST to LAST, of
# which N... are online; - - for an empty one
zone_is()
{
	zi_when=$1 zi_first=$2 zi_last=$3
	shift 3
	zi_managed=0
	for zi_n; do
		zi_managed=$((zi_managed + $(usable_of "$zi_n")))
	done
	zi_want="0 0 0"
	[ "$zi_first" = - ] || zi_want="$(((zi_last - zi_first + 1) * BLOCK_PAGES)) $((
		$# * BLOCK_PAGES)) $zi_managed"
	# shellcheck disable=SC2046 # words
	set -- $(movable)
	expect "spanned, present, managed $zi_when" "$zi_want" "$2 $3 $4"
	[ "$zi_first" = - ] ||
		expect "start_pfn $zi_when" $(($(at "$zi_first") / PAGE)) "$1"
}

# exists WHEN FILE yes|no: resource, block and memmap of block 0; the rest of
# /proc/iomem is as in FILE
exists()
{
	ex_start=$(printf '%x' "$(at 0)")
	ex_end=$(printf '%x' $(($(at 1) - 1)))
	sed 's/^ *0*//; s/-0*/-/' /proc/iomem > "$work/iomem_now"
	sed 's/^ *0*//; s/-0*/-/' "$2" > "$work/iomem_want"
	if [ "$3" = yes ]; then
		grep -qx "$ex_start-$ex_end : System RAM" "$work/iomem_now" ||
			fail "/proc/iomem $1: expected $ex_start-$ex_end : System RAM"
		grep -vx "$ex_start-$ex_end : System RAM" "$work/iomem_now" > "$work/rest"
		[ -d "$MEMORY/memory$(block_id 0)" ] || fail "no memory$(block_id 0) $1"
		[ ! -d /sys/devices/system/node ] ||
			[ -e "/sys/devices/system/node/node$(block_nid)/memory$(block_id 0)" ] ||
			fail "no memory$(block_id 0) in its node $1"
		ex_mapped=$(feature altmap_pages)
	else
		cp "$work/iomem_now" "$work/rest"
		[ ! -e "$MEMORY/memory$(block_id 0)" ] || fail "memory$(block_id 0) is there $1"
		ex_mapped=0
	fi
	cmp -s "$work/iomem_want" "$work/rest" ||
		fail "/proc/iomem $1: $(diff "$work/iomem_want" "$work/rest")"
	[ "$(memmap_of 0 mapped)" = - ] ||
		expect "pages of its memmap mapped $1" "$ex_mapped" "$(memmap_of 0 mapped)"
}

# step_by_step altmap|none
step_by_step()
{
	[ "$1" = none ] || needs_altmap
	needs_empty_zone
	cat /proc/iomem > "$work/iomem"
	zones > "$work/zones"
	exists "before" "$work/iomem" no
	clear_events
	add 0 1 "flags=$(flags_of "$1")"
	expect "events of add" ADD "$(events | sed 's/ ASSIGN//')"
	exists "added" "$work/iomem" yes
	zones_as "added" "$work/zones"
	total=$(node_total)

	online 0
	exists "online" "$work/iomem" yes
	others_as "online" "$work/zones"
	zone_is "online" 0 0 0
	[ -z "$total" ] || expect "kB of the node gained" \
		$(($(usable_of 0) * PAGE / 1024)) $(($(node_total) - total))

	offline 0
	exists "offline" "$work/iomem" yes
	zones_as "offline" "$work/zones"

	clear_events
	remove 0
	expect "events of remove" REMOVE "$(events | sed 's/ UNASSIGN//')"
	exists "removed" "$work/iomem" no
	zones_as "removed" "$work/zones"
}

# The span reaches from the first online block to the last, and shrinks when one
# of these goes.
span_follows()
{
	needs_altmap
	needs_blocks 4
	needs_empty_zone
	add 0 1 flags=none
	add 1 1 "flags=$(flags_of altmap)"
	add 2 1 flags=none
	add 3 1 "flags=$(flags_of altmap)"
	zones > "$work/zones"
	zone_is "added" - -
	online 1
	zone_is "1 online" 1 1 1
	online 3
	zone_is "1, 3 online" 1 3 1 3
	online 0
	zone_is "0, 1, 3 online" 0 3 0 1 3
	offline 3
	zone_is "0, 1 online" 0 1 0 1
	online 2
	zone_is "0, 1, 2 online" 0 2 0 1 2
	offline 1
	zone_is "0, 2 online" 0 2 0 2
	offline 0
	zone_is "2 online" 2 2 2
	offline 2
	zone_is "none online" - -
	zones_as "at last" "$work/zones"
}

# Adding and removing beside memory that is online.
neighbours_are_added_and_removed()
{
	needs_blocks 3
	needs_empty_zone
	add 1
	online 1
	zones > "$work/zones"
	add 0
	zones_as "with block 0 added" "$work/zones"
	add 2 1 flags=none
	zones_as "with block 2 added" "$work/zones"
	remove 0
	zones_as "with block 0 removed" "$work/zones"
	remove 2
	zones_as "with block 2 removed" "$work/zones"
	zone_is "block 1 online" 1 1 1
}

# refused EVENT altmap|none: what a refused online had done is undone
refused()
{
	[ "$2" = none ] || needs_altmap
	[ "$1" != MEM_PREPARE_ONLINE ] || needs_event_model
	add 0 1 "flags=$(flags_of "$2")"
	cat /proc/iomem > "$work/iomem"
	zones > "$work/zones"
	# By somebody who is asked before any storage is assigned.
	writes "what=$1 errno=ENOMEM priority=100" "$MHP/inject"
	expect "online" ENOMEM "$(wr "$MEMORY/memory$(block_id 0)/state" online_movable)"
	zones_as "after the refusal" "$work/zones"
	cmp "$work/iomem" /proc/iomem || fail "/proc/iomem changed"
}

# offline_refused altmap|none
offline_refused()
{
	[ "$1" = none ] || needs_altmap
	add 0 1 "flags=$(flags_of "$1")"
	online 0
	zones > "$work/zones"
	writes "what=MEM_GOING_OFFLINE errno=ENOMEM" "$MHP/inject"
	expect "offline" ENOMEM "$(wr "$MEMORY/memory$(block_id 0)/state" offline)"
	zones_as "after the refusal" "$work/zones"
	expect "pageblocks isolated after the refusal" 0 "$(isolated)"
	writes clear "$MHP/inject"
	offline 0
}

look()
{
	movable
	cat /proc/iomem > "$work/iomem_during"
	memmap_of 0 mapped
}

missed()
{
	case $MODEL$dr_row in
	eventUNASSIGN) online 0 ;;
	configureASSIGN) remove 0 ;;
	configureUNASSIGN) add 0 ;;
	*) offline 0 ;;
	esac
}

# in_events altmap|none: PREPARE comes before the zone grows, GOING_ONLINE with
# the span grown and nothing in it yet, FINISH when the zone has let go; resource
# and memmap are there all the time
in_events()
{
	needs_event_model
	needs_drive
	[ "$1" = none ] || needs_altmap
	needs_empty_zone
	add 0 1 "flags=$(flags_of "$1")"
	state=$MEMORY/memory$(block_id 0)/state
	mapped=$(memmap_of 0 mapped)
	cat /proc/iomem > "$work/iomem"
	empty=$(movable)
	during assign ASSIGN "$state" online_movable look > "$work/seen" || exit
	expect "zone and memmap in PREPARE" "$empty $mapped" "$(paste -s -d ' ' "$work/seen")"
	cmp "$work/iomem" "$work/iomem_during" || fail "/proc/iomem in PREPARE"
	during unassign UNASSIGN "$state" offline look > "$work/seen" || exit
	expect "zone and memmap in FINISH" "$(movable) $mapped" \
		"$(paste -s -d ' ' "$work/seen")"
	zone_is "in FINISH" - -
	cmp "$work/iomem" "$work/iomem_during" || fail "/proc/iomem in FINISH"
	during MEM_GOING_ONLINE MEM_GOING_ONLINE "$state" online_movable look \
		> "$work/seen" || exit
	# A zone without present pages does not tell where it starts.
	expect "zone and memmap in GOING_ONLINE" "0 $BLOCK_PAGES 0 0 $mapped" \
		"$(paste -s -d ' ' "$work/seen")"
}

# Without PREPARE storage comes before all of it, and goes after all of it.
in_commands()
{
	[ "$MODEL" = configure ] || skip "for the configure model"
	needs_drive
	cat /proc/iomem > "$work/iomem"
	during assign ASSIGN "$MHP/add" "$(range 0)" look_around_it > "$work/seen" || exit
	expect "memory block while storage is assigned" no "$(cat "$work/seen")"
	cmp "$work/iomem" "$work/iomem_during" || fail "/proc/iomem while assigning"
	exists "added" "$work/iomem" yes
	during unassign UNASSIGN "$MHP/remove" "$(range 0)" look_around_it \
		> "$work/seen" || exit
	expect "memory block while storage is unassigned" no "$(cat "$work/seen")"
	cmp "$work/iomem" "$work/iomem_during" || fail "/proc/iomem while unassigning"
}

look_around_it()
{
	cat /proc/iomem > "$work/iomem_during"
	[ -e "$MEMORY/memory$(block_id 0)" ] && echo yes || echo no
}

for kind in altmap none; do
	it "step by step: before, added, online, offline, removed: $kind" \
		step_by_step $kind
	it "what exists in PREPARE, in GOING_ONLINE, in FINISH: $kind" \
		in_events $kind
	it "a refused PREPARE leaves all as it was: $kind" \
		refused MEM_PREPARE_ONLINE $kind
	it "a refused GOING_ONLINE leaves all as it was: $kind" \
		refused MEM_GOING_ONLINE $kind
	it "a refused GOING_OFFLINE leaves all as it was: $kind" offline_refused $kind
done
it "without PREPARE: storage is assigned before there is anything, and unassigned after" \
	in_commands
it "the zone's span follows the first and the last online block" span_follows
it "memory is added and removed beside online memory, and its zone stays" \
	neighbours_are_added_and_removed

run "$@"
