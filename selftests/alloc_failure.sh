#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# No memory, at any point of what the module does: for N = 1, 2, 3 ... the Nth
# allocation fails, until there are no more. Each time it is done whole, or
# refused with an errno and everything is as it was. Needs a kernel with fault
# injection: the debug lane's. failing (failing.c) goes through the Ns.

. ./lib.sh
. ./fail_nth.sh

# What has to be as before: of blocks all but counts and times.
WATCHED="$MHP/ranges $MHP/increments $MHP/inject $MHP/blocks:11
	$MEMORY /proc/iomem /proc/zoneinfo=spanned,present,managed
	/proc/vmstat=nr_memmap_pages,nr_memmap_boot_pages /proc/meminfo=MemTotal"

# from and to: where the code lies whose allocations fail
any_allocation()
{
	every_allocation
	: > "$work/walk"
	watched=$WATCHED
	from=0 to=0xffffffffffffffff
}

# symbol FUNCTION: sets from and to, where its code is. Those of a module are in no order.
symbol()
{
	from=$(awk -v f="$1" '$3 == f { print $1; exit }' /proc/kallsyms)
	to=$(awk -v from="$from" 'from != "" && $1 "" > from "" && (to == "" || $1 "" < to "") { to = $1 }
		END { print to }' /proc/kallsyms)
	[ -n "$to" ] || skip "no $1 in /proc/kallsyms"
	from=0x$from to=0x$to
}

# not_below FUNCTION: its allocations do not fail
not_below()
{
	symbol "$1"
	knob reject-start "$from"
	knob reject-end "$to"
	from=0 to=0xffffffffffffffff
}

# only KNOBS: the other kind of allocation does not fail, and so is not counted
only()
{
	for on_knobs in $KNOBS; do
		on_from=$from on_to=$to
		[ "$on_knobs" = "$1" ] || on_from=1 on_to=1
		echo "$on_from" > "$on_knobs/require-start"
		echo "$on_to" > "$on_knobs/require-end"
	done
}

# walk [TEXT...] -- ARGUMENT... : failing with these arguments and what is
# watched; TEXTs are in splats the kernel prints on the way. Slab objects first,
# then pages: what slabs are made of comes at any time and shifts the count.
walk()
{
	while [ "$1" != -- ]; do
		echo "mhp_lab: expect $1" > /dev/kmsg
		shift
	done
	shift
	kmemleak_aside Y
	wa_bad=
	for wa_knobs in $KNOBS; do
		only "$wa_knobs"
		# shellcheck disable=SC2086 # a list
		failing "$@" $watched > "$work/one" 2>&1 || wa_bad=1
		echo "${wa_knobs##*/}: $(awk '{ n[$2]++ } $1 { last = $1 } END {
			for (i in n) printf "%d %s, ", n[i], i
			print "last", last }' "$work/one")"
		grep -v '^[0-9]* [A-Z]*$' "$work/one"
		cat "$work/one" >> "$work/walk"
	done
	kmemleak_aside N
	echo "mhp_lab: expect-end" > /dev/kmsg
	[ -z "$wa_bad" ] || exit 1
}

# errnos [ERRNO...]: ENOMEM was seen, and besides none but these. EEXIST is kernel
# fault 7, where an add may have it at all.
errnos()
{
	en_got=$(awk '$2 != "OK" && !seen[$2]++ { print $2 }' "$work/walk")
	echo "$en_got" | grep -qx ENOMEM || fail "errno: expected ENOMEM got $en_got"
	for en_one in $en_got; do
		expect_one_of "errno" "$en_one" ENOMEM "$@"
	done
	case " $* " in
	*' EEXIST '*) ;;
	*) return ;;
	esac
	if echo "$en_got" | grep -qx EEXIST; then has_fault 7; else is_fixed 7; fi
}

# beside BLOCK: it is there, so that page tables are: on x86_64 6.12 no memory
# for one of the direct map is a NULL dereference (phys_pud_init() uses whatever
# alloc_low_page() returns).
beside()
{
	needs_blocks $(($1 + 1))
	add "$1"
}

# The kernel takes whatever __request_region() refuses for a collision: EEXIST.
# x86_64 6.12 WARNs where __add_pages() fails, and once where a huge page for the
# memmap fails, for which it takes small ones. It forgets the sections that
# __add_pages() has added before (not undone by arch_add_memory()'s callers), so
# without altmap, where that is called once for all, a block it is.
adds_without_altmap()
{
	any_allocation
	beside 1
	walk "add_pages+" "vmemmap alloc failure" -- -e "$MHP/last_error" \
		"$MHP/add" "$(range 0) flags=none" "$MHP/remove" "$(range 0)"
	errnos EEXIST
}

# Where the device of a block cannot be made, 6.12 undoes arch_add_memory()
# without the altmap (create_altmaps_and_memory_blocks()) and so frees what lies
# in the block to the page allocator: not that, unless asked to.
adds_with_altmap()
{
	needs_altmap
	any_allocation
	[ -n "${MHP_KERNEL_FAULTS-}" ] || not_below create_memory_block_devices
	beside 2
	walk "add_pages+" -- -e "$MHP/last_error" \
		"$MHP/add" "$(range 0 2) flags=$ALTMAP" "$MHP/remove" "$(range 0 2)"
	errnos EEXIST
}

# A block that could not be made must not stay in the list of its group: it would
# keep the group for good.
adds_to_a_group()
{
	any_allocation
	needs_faults "it takes its time"
	beside 1
	walk "add_pages+" "vmemmap alloc failure" -- -e "$MHP/last_error" \
		"$MHP/add" "$(range 0) flags=none group=static" "$MHP/remove" "$(range 0)"
	errnos EEXIST
	expect "memory groups that stay" "" \
		"$(log_since_start | grep 'memory group .* stays')"
}

# The first block is there as there is no memory for the second.
adds_two_without_altmap()
{
	any_allocation
	beside 2
	symbol create_memory_block_devices
	walk "add_pages+" -- -e "$MHP/last_error" \
		"$MHP/add" "$(range 0 2) flags=none" "$MHP/remove" "$(range 0 2)"
	errnos
}

# add_without FUNCTION N: sets result to what add of block N says while there is no
# memory below FUNCTION, however often it asks
add_without()
{
	symbol "$1"
	for ad_knobs in $KNOBS; do
		keep "$ad_knobs/probability" "$ad_knobs/times"
	done
	knob require-start "$from"
	knob require-end "$to"
	knob times -1
	echo "mhp_lab: expect add_pages+" > /dev/kmsg
	echo "mhp_lab: expect vmemmap alloc failure" > /dev/kmsg
	knob probability 100
	result=$(wr "$MHP/add" "$(range "$2") flags=none")
	knob probability 0
	echo "mhp_lab: expect-end" > /dev/kmsg
}

# Neither a huge page nor small ones. 6.12 before .101 takes from nr_memmap_pages what
# it never counted (section_activate()): not that, unless asked to.
adds_without_memmap()
{
	any_allocation
	needs_faults "the kernel may miscount"
	beside 1
	counted=$(nr_memmap)
	add_without vmemmap_populate 0
	expect "add" ENOMEM "$result"
	# A section is a block here.
	lost=$((counted - $(nr_memmap)))
	expect_but 4 "pages of memmap lost" 0 "$(feature altmap_pages)" $lost
	[ $lost = 0 ] || miscounts
	# x86_64 keeps it in the direct map until it has come and gone (kernel fault 5).
	add 0
}

# 64 memory blocks share a node of the tree that finds them by number
# (XA_CHUNK_SIZE): the first of them is what there may be no memory for.
adds_without_index()
{
	any_allocation
	first=$(((64 - $(block_id 0) % 64) % 64))
	[ "$RUN_BLOCKS" -gt $first ] ||
		skip "of $RUN_BLOCKS standby blocks from $(block_id 0) on none is the first of 64"
	tables > "$work/before"
	# The module's own table comes first.
	not_below mhps_block_insert
	add_without xa_store $first
	expect "add" ENOMEM "$result"
	nothing_moved
	add $first
	remove $first
}

# 6.12 forgets the sections before one that fails (__add_pages()): they stay, and
# every later add of them is EEXIST.
adds_two_with_sections()
{
	any_allocation
	needs_faults "the first block may stay for good"
	beside 2
	symbol __add_pages
	walk "add_pages+" "vmemmap alloc failure" -- -e "$MHP/last_error" \
		"$MHP/add" "$(range 0 2) flags=none" "$MHP/remove" "$(range 0 2)"
	errnos
}

# Where there is no block beside.
adds_without_page_table()
{
	any_allocation
	needs_faults "x86_64 goes through NULL"
	add_without init_memory_mapping 0
	expect "add" ENOMEM "$result"
}

adds_without_resource()
{
	any_allocation
	add_without __request_region 0
	expect_but 7 "add" ENOMEM EEXIST "$result"
}

adds_device()
{
	needs_device
	any_allocation
	beside 1
	walk "add_pages+" "vmemmap alloc failure" -- -e "$MHP/last_error" \
		"$MHP/add" "$(range 0) type=device flags=$1" \
		"$MHP/remove" "$(range 0)"
	errnos
}

removes()
{
	any_allocation
	beside 1
	add 0
	walk -- -e "$MHP/last_error" "$MHP/remove" "$(range 0)" "$MHP/add" "$(range 0)"
	errnos
}

# KASAN refuses GOING_ONLINE with NOTIFY_BAD, EPERM, if it has no shadow memory.
goes_online()
{
	any_allocation
	beside 1
	online 1
	add 0
	go_state=$MEMORY/memory$(block_id 0)/state
	watched="$WATCHED $go_state"
	walk "vmalloc error" -- -s 12 "$go_state" online_movable "$go_state" offline
	errnos EPERM
}

goes_offline()
{
	any_allocation
	beside 1
	online 1
	add 0
	online 0
	go_state=$MEMORY/memory$(block_id 0)/state
	watched="$WATCHED $go_state"
	walk -- "$go_state" offline "$go_state" online_movable
	errnos
}

assigns_by_hand()
{
	needs_drive
	any_allocation
	walk -- -e "$MHP/last_error" "$MHP/assign" "rn=$(rn 0)" \
		"$MHP/unassign" "rn=$(rn 0)"
	errnos
}

takes_a_rule()
{
	any_allocation
	# Each rule has a new id.
	watched=$(echo "$WATCHED" | sed "s,$MHP/inject,,")
	walk -- -e "$MHP/last_error" "$MHP/inject" \
		"what=MEM_GOING_ONLINE errno=EBUSY priority=1" "$MHP/inject" clear
	errnos
}

# Below do_one_initcall(): what the loader of modules does before is not ours.
loads()
{
	needs_reload
	any_allocation
	symbol do_one_initcall
	lo_small=
	[ "$FIRMWARE" != sim ] || lo_small="sim_size=$((2 * BLOCK))"
	expect "unload" OK "$(unload)"
	watched="$MEMORY /proc/iomem /sys/module
		/proc/zoneinfo=spanned,present,managed /proc/meminfo=MemTotal"
	walk -- -m -s 8 "$module_file" "$MHP_MODULE_PARAMS $lo_small" "$MODULE_NAME"
	errnos
}

it "adding two blocks with altmaps without memory" adds_with_altmap
it "adding a block without altmap without memory" adds_without_altmap
it "adding two blocks without altmap without memory for their devices" \
	adds_two_without_altmap
it "adding a block to a memory group without memory" adds_to_a_group
it "adding a block where there is no page for its memmap" adds_without_memmap
it "adding two blocks without memory for a section" adds_two_with_sections
it "adding a block without memory for a page table of the direct map" \
	adds_without_page_table
it "adding a block without memory for its line of /proc/iomem" adds_without_resource
it "adding the first block of 64 without memory for its place among all" \
	adds_without_index
it "adding a device range with an altmap without memory" adds_device memmap_on_memory
it "adding a device range without altmap without memory" adds_device none
it "removing a block without memory" removes
it "bringing a block online without memory" goes_online
it "taking a block offline without memory" goes_offline
it "assigning by hand without memory" assigns_by_hand
it "making a fault rule without memory" takes_a_rule
it "loading the module without memory" loads

run "$@"
