# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154 # shared with lib.sh
#
# What holds after every test (check_module) and, whatever a file did, at its
# end (check_invariants): the firmware has all its increments back, and the
# kernel looks as it did before the module came.

# books: numbers of the kernel that must come back exactly
books()
{
	awk '/^Node/ { sub(",", ""); node = $2; zone = $4 }
		$1 == "spanned" || $1 == "present" || $1 == "managed" {
			print "node", node, "zone", zone, $1, $2 }' /proc/zoneinfo
	# Memmap that boot made comes back as ordinary memmap: their sum counts.
	awk '$1 ~ /^nr_memmap/ { n += $2 } END { print "nr_memmap", n + 0 }' /proc/vmstat
	grep '^MemTotal:' /proc/meminfo
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
}

baseline()
{
	books > "$work/books"
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
	cm_bad=0
	for cm_name in canary_damage unpaired; do
		cm_now=$(counter $cm_name)
		cm_was=$(cat "$work/was_$cm_name" 2> /dev/null || echo 0)
		# A reload starts again from zero.
		[ "$cm_now" -ge "$cm_was" ] || cm_was=0
		echo "$cm_now" > "$work/was_$cm_name"
		if [ "$cm_now" -gt "$cm_was" ] && [ ! -e "$work/allow_$cm_name" ]; then
			echo "$cm_name: expected $cm_was got $cm_now"
			cm_bad=1
		fi
		rm -f "$work/allow_$cm_name"
	done
	cm_left=$(column ranges "" start | tr '\n' ' ')
	[ -z "$cm_left" ] || {
		echo "ranges: expected none got $cm_left"
		cm_bad=1
	}
	cm_left=$(for cm_state in assigned stuck; do
		column increments state=$cm_state rn
	done | tr '\n' ' ')
	[ -z "$cm_left" ] || {
		echo "increments not in standby: expected none got $cm_left"
		cm_bad=1
	}
	if [ $cm_bad = 1 ]; then
		: > "$work/dirty"
	fi
	return $cm_bad
}

# Tests of their own, run after all others and not undone.

stayed_clean()
{
	check_module
	[ ! -e "$work/dirty" ] || fail "some test left the module dirty, see above"
}

unloads()
{
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
	same_as_before books books
}

maps_as_before()
{
	same_as_before maps maps
}

log_is_clean()
{
	li_splat=$(log_since_start | grep -E -A 15 \
		'WARNING:|BUG:|Oops|Call Trace|kernel BUG|Kernel panic|Altmap not fully|possible (circular|recursive)|scheduling while atomic|UBSAN|KASAN|page allocation failure|hung task')
	[ -z "$li_splat" ] || fail "kernel log: $li_splat"
}

nr_invariants=5

check_invariants()
{
	no_undo=1
	run_one "$TEST_FILE: every range removed, every increment in standby, no canary damage, no unpaired event" \
		stayed_clean
	run_one "$TEST_FILE: the module unloads" unloads
	run_one "$TEST_FILE: zones, MemTotal and memmap counters are as before" \
		books_as_before
	run_one "$TEST_FILE: iomem, firmware memmap and memory blocks are as before" \
		maps_as_before
	run_one "$TEST_FILE: the kernel log has no splat" log_is_clean
}
