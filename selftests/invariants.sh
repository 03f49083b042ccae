# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154 # shared with lib.sh
#
# What holds after every test (check_module) and, whatever a file did, at its
# end (check_invariants): the firmware has all its increments back, and the
# kernel looks as it did before the module came.

# books: numbers of the kernel that must come back exactly. The kernel never
# shrinks ZONE_DEVICE (remove_pfn_range_from_zone()), which keeps a node's zones.
books()
{
	awk '/^Node/ { sub(",", ""); node = $2; zone = $4 }
		zone == "Device" && $1 == "spanned" { next }
		$2 && ($1 == "spanned" || $1 == "present" || $1 == "managed") {
			print "node", node, "zone", zone, $1, $2 }' /proc/zoneinfo
	# Memmap that boot made comes back as ordinary memmap: their sum counts.
	awk '$1 ~ /^nr_memmap/ { n += $2 } END { print "nr_memmap", n + 0 }' /proc/vmstat
	grep '^MemTotal:' /proc/meminfo
	# A node that ZONE_DEVICE keeps has none.
	cat /sys/devices/system/node/node[0-9]*/meminfo 2> /dev/null |
		awk '$3 == "MemTotal:" && $4 { print "node", $2, $3, $4 }'
	for bo_mask in has_memory has_normal_memory; do
		[ ! -r /sys/devices/system/node/$bo_mask ] || {
			echo "nodes: $bo_mask"
			cat /sys/devices/system/node/$bo_mask
		}
	done
}

# miscounts: this test had the kernel lose count of its memmap, for good
miscounts()
{
	sed -i '/^nr_memmap /d' "$work/books"
	: > "$work/miscounted"
}

# books_and_map: those, and what is mapped, which added memory is before it is online
books_and_map()
{
	books | if [ -e "$work/miscounted" ]; then grep -v '^nr_memmap '; else cat; fi
	# Pages of it are split, which moves no memory: their sum counts.
	awk '/^DirectMap/ { n += $2 } END { print "DirectMap", n + 0 }' /proc/meminfo
}

# maps: who says what lies where
maps()
{
	cat /proc/iomem
	for mp_entry in /sys/firmware/memmap/*; do
		[ ! -d "$mp_entry" ] || cat "$mp_entry/start" "$mp_entry/end" \
			"$mp_entry/type" | tr '\n' ' '
		echo
	done | sort
	ls "$MEMORY"
	# The links of each node to its blocks, also one that leads nowhere, of which some
	# ls -d say that it is not there.
	printf '%s\n' /sys/devices/system/node/node*/memory[0-9]*
}

baseline()
{
	books_and_map > "$work/books"
	maps > "$work/maps"
}

# allows COUNTER: this test moves COUNTER on purpose
allows()
{
	: > "$work/allow_$1"
}

# check_module: what the module says about itself is clean
check_module()
{
	is_loaded || return 0
	survey
	cm_bad=0
	check_counter canary_damage "$sv_canary_damage"
	check_counter unpaired "$sv_unpaired"
	[ -z "$sv_ranges" ] || {
		echo "ranges: expected none got$sv_ranges"
		cm_bad=1
	}
	[ -z "$sv_assigned$sv_stuck" ] || {
		echo "increments not in standby: expected none got$sv_assigned$sv_stuck"
		cm_bad=1
	}
	[ $cm_bad = 0 ] || : > "$work/dirty"
	return $cm_bad
}

# check_counter NAME VALUE: did not grow, unless the test allows it
check_counter()
{
	case $2 in
	'' | *[!0-9]*)
		echo "$1: expected a number got '$2'"
		cm_bad=1
		return
		;;
	esac
	cc_was=0
	[ ! -e "$work/was_$1" ] || read -r cc_was < "$work/was_$1"
	# A reload, or clearing the ledger, starts again from zero.
	[ "$2" -ge "$cc_was" ] || cc_was=0
	[ "$2" = "$cc_was" ] || echo "$2" > "$work/was_$1"
	if [ "$2" -gt "$cc_was" ] && [ ! -e "$work/allow_$1" ]; then
		echo "$1: expected $cc_was got $2"
		cm_bad=1
	fi
	[ ! -e "$work/allow_$1" ] || rm "$work/allow_$1"
}

# Tests of their own, run after all others and not undone.

stayed_clean()
{
	check_module
	[ ! -e "$work/dirty" ] || fail "some test left the module dirty, see above"
}

# The kernel may keep a block of a kernel zone online for good; then there is
# nothing to compare.
needs_nothing_kept()
{
	[ ! -s "$work/kept" ] ||
		skip "the kernel keeps a page that cannot move in $(cat "$work/kept")"
}

unloads()
{
	needs_nothing_kept
	[ -n "$loaded_here" ] || skip "the module was loaded before the tests"
	expect "unload" OK "$(unload)"
}

# same_as_before FILE COMMAND
same_as_before()
{
	"$2" > "$work/now"
	cmp -s "$work/$1" "$work/now" ||
		fail "$(diff "$work/$1" "$work/now")"
}

books_as_before()
{
	needs_nothing_kept
	same_as_before books books_and_map
}

maps_as_before()
{
	needs_nothing_kept
	same_as_before maps maps
}

# What the test has announced is fine, and nothing else. What comes too late for the
# file before is ours to tell.
log_is_clean()
{
	dmesg > "$work/dmesg"
	li_splat=$(awk -v from="$log_mark" -f splats.awk "$work/dmesg") ||
		fail "the kernel log has wrapped: its begin is gone (log_buf_len= helps)"
	[ -z "$li_splat" ] || fail "kernel log: $li_splat"
	li_splat=$(awk -v from="$log_end" -v to="$log_mark" -f splats.awk "$work/dmesg")
	[ -z "$li_splat" ] || fail "kernel log, after the file before: $li_splat"
}

nr_invariants=5

check_invariants()
{
	no_undo=1
	run_one "$TEST_FILE: every range removed, every increment in standby, no canary damage, no unpaired event" \
		stayed_clean
	run_one "$TEST_FILE: the module unloads" unloads
	run_one "$TEST_FILE: zones, MemTotal, memmap and direct map counters are as before" \
		books_as_before
	run_one "$TEST_FILE: iomem, firmware memmap, memory blocks and their nodes are as before" \
		maps_as_before
	run_one "$TEST_FILE: the kernel log has no splat" log_is_clean
}
