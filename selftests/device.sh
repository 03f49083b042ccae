#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Users that never online what they add: type=device maps a range into
# ZONE_DEVICE, as persistent memory is. No block, no PREPARE, so its storage is
# assigned as long as it is there; its memmap may lie in the range all the same.

. ./lib.sh

NAME="mhp_standby (device)"

# device N [COUNT [FLAGS]]: map these blocks
device()
{
	needs_device
	needs_blocks $(($1 + ${2-1}))
	add "$1" "${2-1}" "type=device${3:+ flags=$3}"
}

# Pages of the memmap of COUNT blocks
memmap_pages()
{
	echo $(($1 * BLOCK_PAGES * $(feature struct_page_size) / PAGE))
}

# The kernel tells by its list of zones whether it has ZONE_DEVICE.
feature_is_true()
{
	if ! grep -q 'zone *Device$' /proc/zoneinfo; then
		expect device "no (this kernel has no ZONE_DEVICE)" "$(feature device)"
		refuses_command EOPNOTSUPP add "$(range 0) type=device" ZONE_DEVICE
	elif [ "$DRIVES" = no ]; then
		expect device "no (the in-kernel SCLP driver assigns nothing for it)" \
			"$(feature device)"
		refuses_command EOPNOTSUPP add "$(range 0) type=device" driver
	else
		expect device yes "$(feature device)"
	fi
}

# lives FLAGS WHERE COUNT: where the memmap of COUNT blocks is
lives()
{
	device 0 "$3" "$1"
	altmap=0
	[ "$1" = none ] || altmap=$(memmap_pages "$3")
	expect type device "$(range_is 0 type)"
	expect flags "$1" "$(range_is 0 flags)"
	expect memmap "$2" "$(range_is 0 memmap)"
	expect altmap_nr_pages "$altmap" "$(range_is 0 altmap_nr_pages)"
	remove 0 "$3"
}

by_default_in_the_range()
{
	device 0
	expect flags memmap_on_memory "$(range_is 0 flags)"
	expect memmap block "$(range_is 0 memmap)"
}

named_in_iomem()
{
	ls /sys/firmware/memmap > "$work/before" 2> /dev/null
	device 0 2
	expect "name in /proc/iomem" "$NAME" "$(iomem 0 2)"
	ls /sys/firmware/memmap > "$work/mapped" 2> /dev/null
	cmp "$work/before" "$work/mapped" || fail "/sys/firmware/memmap: $(
		diff "$work/before" "$work/mapped")"
	remove 0 2
	expect "name after remove" "" "$(iomem 0 2)"
}

# no_block WHEN
no_block()
{
	[ ! -e "$MEMORY/memory$(block_id 0)" ] ||
		fail "memory$(block_id 0) exists $1"
	expect "row in blocks $1" "" "$(block_is 0 state)"
	[ ! -e "$MHP/block/$(block_id 0)" ] ||
		fail "block/$(block_id 0) exists $1"
}

has_no_block()
{
	device 0
	no_block "mapped"
	expect "blocks of the range" - "$(range_is 0 blocks)"
	# The same place as memory, to see that this test can tell.
	remove 0
	add 0
	expect type memory "$(range_is 0 type)"
	[ -e "$MEMORY/memory$(block_id 0)" ] || fail "no memory$(block_id 0)"
	remove 0
	no_block "at the end"
}

# events_are FLAGS: nobody prepares
events_are()
{
	needs_device
	clear_events
	device 0 1 "$1"
	expect "events of add" "ADD ASSIGN" "$(events)"
	expect "block of ADD" - "$(event ADD block)"
	expect "start_pfn of ADD" $(($(at 0) / PAGE)) "$(event ADD start_pfn)"
	remove 0
	expect "events" "ADD ASSIGN REMOVE UNASSIGN" "$(events)"
}

# storage_is_assigned FLAGS COUNT: while mapped
storage_is_assigned()
{
	device 0 "$2" "$1"
	expect "storage, mapped" assigned "$(storage_of 0 "$2")"
	expect "users of its first increment" 1 \
		"$(increment "$(rn 0)" users)"
	refuses_command EBUSY unassign "rn=$(rn 0)" "needed by"
	remove 0 "$2"
	expect "storage, removed" standby "$(storage_of 0 "$2")"
}

never_onlined()
{
	needs_device
	writes online_movable "$MEMORY/auto_online_blocks"
	total=$(meminfo MemTotal)
	books | grep -v nr_memmap > "$work/before"
	clear_events
	device 0
	expect "events" "ADD ASSIGN" "$(events)"
	books | grep -v nr_memmap > "$work/mapped"
	cmp "$work/before" "$work/mapped" || fail "$(diff "$work/before" "$work/mapped")"
	expect MemTotal "$total" "$(meminfo MemTotal)"
}

# The zone keeps its span for ever, so this comes first.
zone_device_spans_it()
{
	device 0
	expect_number "pages zone Device spans" -ge "$BLOCK_PAGES" "$(zone_pages Device spanned)"
	expect "pages present in zone Device" 0 "$(zone_pages Device present)"
	remove 0
}

# cost FLAGS: free pages that mapping 4 blocks took
cost()
{
	cost_before=$(free_pages)
	device 0 4 "$1"
	cost_pages=$((cost_before - $(free_pages)))
	remove 0 4
}

altmap_saves_system_memory()
{
	memmap=$(memmap_pages 4)
	# The first time pays for slabs and page tables.
	cost none
	cost none
	without=$cost_pages
	cost memmap_on_memory
	saved=$((without - cost_pages))
	expect_number "pages saved, of $memmap" -ge $((memmap * 15 / 16)) $saved
	expect_number "pages saved, of $memmap" -le $((memmap * 17 / 16)) $saved
}

# counted_and_freed FLAGS: nr_memmap, and free memory over ten rounds
counted_and_freed()
{
	counter=$(nr_memmap)
	device 0 1 "$1"
	[ -z "$counter" ] || expect "nr_memmap gained" "$(memmap_pages 1)" \
		$(($(nr_memmap) - counter))
	remove 0
	expect "nr_memmap after remove" "$counter" "$(nr_memmap)"
	free=$(free_pages)
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		device 0 1 "$1"
		remove 0
	done
	expect "nr_memmap after ten rounds" "$counter" "$(nr_memmap)"
	# Less than one of the ten memmaps: the rest is other people's.
	expect_number "pages lost in ten rounds" -lt "$(memmap_pages 1)" \
		$((free - $(free_pages)))
	! log_since_start | grep -q "failed to free all reserved pages" ||
		fail "kernel log: the altmap was not freed whole"
}

nobody_touches_it_afterwards()
{
	needs_sim
	device 0
	remove 0
	checks=$(counter canary_checks)
	damage=$(counter canary_damage)
	writes "rn=$(rn 0)" "$MHP/assign"
	writes "rn=$(rn 0)" "$MHP/unassign"
	expect_number "canary checks" -gt "$checks" "$(counter canary_checks)"
	expect "words of canary damaged" "$damage" "$(counter canary_damage)"
}

beside_memory()
{
	needs_blocks 3
	device 0 1 none
	add 1
	device 2
	online 1
	expect "types" "device memory device" \
		"$(range_is 0 type) $(range_is 1 type) $(range_is 2 type)"
	remove 0
	expect "state of block 1" online "$(block_is 1 state)"
	expect "storage of block 1" assigned "$(storage_of 1)"
	offline 1
	remove 1
	expect "storage of block 2" assigned "$(storage_of 2)"
	remove 2
}

# shares_an_increment FIRST: a device range and a memory block in one increment;
# who of them goes first
shares_an_increment()
{
	needs_device
	reload "increment_size=$((2 * BLOCK))"
	needs_blocks 2
	device 0
	add 1
	online 1
	expect "users" 2 "$(increment "$(rn 0)" users)"
	if [ "$1" = device ]; then
		remove 0
		expect "storage, device gone" assigned "$(storage_of 1)"
		offline 1
		remove 1
	else
		offline 1
		remove 1
		expect "storage, memory gone" assigned "$(storage_of 0)"
		remove 0
	fi
	expect "storage at the end" standby "$(storage_of 0)"
}

second_increment_refused()
{
	needs_device
	needs_blocks 2
	[ "$INCREMENT" -le "$BLOCK" ] || skip "needs two increments in two blocks"
	# The table shows elements once they are attached.
	writes "rn=$(rn 0)" "$MHP/assign"
	writes "rn=$(rn 0)" "$MHP/unassign"
	writes "what=assign rn=$(rn 1) errno=EIO" "$MHP/inject"
	clear_events
	refuses_command EIO add "$(range 0 2) type=device" "not be assigned"
	expect "events" "ADD ASSIGN UNASSIGN" "$(events)"
	expect "storage" standby "$(storage_of 0 2)"
	expect "name in /proc/iomem" "" "$(iomem 0 2)"
	writes clear "$MHP/inject"
	device 0 2
}

unassign_refused()
{
	device 0
	writes "what=unassign rn=$(rn 0) errno=EIO" "$MHP/inject"
	remove 0
	expect "storage" stuck "$(storage_of 0)"
	writes clear "$MHP/inject"
	# What is stuck is assigned, so the range can come back.
	device 0
	expect "storage, mapped again" assigned "$(storage_of 0)"
	remove 0
	expect "storage, removed again" standby "$(storage_of 0)"
}

# pointless WORDS REASON: what only means something for memory
pointless()
{
	needs_device
	refuses_command EINVAL add "$(range 0) type=device $1" "$2"
}

unknown_type()
{
	refuses_command EINVAL add "$(range 0) type=pmem" "type=pmem"
	refuses_command EINVAL add "$(range 0) type=" "type="
}

odd_size()
{
	needs_device
	refuses_command EINVAL add "start=$(at 0) size=$((BLOCK / 2)) type=device" \
		"block size"
	refuses_command EINVAL add "start=$(($(at 0) + PAGE)) size=$BLOCK type=device" \
		"block size"
}

overlaps()
{
	needs_blocks 2
	device 0 2
	refuses_command EEXIST add "$(range 1)"
	refuses_command EEXIST add "$(range 0) type=device"
	remove 0 2
	add 1
	refuses_command EEXIST add "$(range 0 2) type=device"
}

removed_as_a_whole()
{
	needs_blocks 2
	device 0 2
	refuses_command EINVAL remove "$(range 0)" "as it was added"
	refuses_command EINVAL remove "$(range 1)" "as it was added"
	remove 0 2
	refuses_command ENOENT remove "$(range 0 2)"
}

pins_the_module()
{
	needs_reload
	device 0
	expect "unload" EAGAIN "$(unload)"
	log_since_start | grep -q "mhp_standby: .* (device) added; the module stays" ||
		fail "kernel log: expected a line that says what pins the module"
	remove 0
}

it "features: device says whether this kernel can, and why not" feature_is_true
it "zone Device spans it and has no page" zone_device_spans_it
it "the memmap lies in the range with altmap" lives memmap_on_memory block 1
it "the memmap lies in system memory without altmap" lives none system 1
it "one altmap for a range of three blocks" lives memmap_on_memory block 3
it "three blocks without altmap" lives none system 3
it "the altmap is the default" by_default_in_the_range
it "/proc/iomem names it, /sys/firmware/memmap does not" named_in_iomem
it "there is no memory block" has_no_block
it "no PREPARE, with altmap" events_are memmap_on_memory
it "no PREPARE, without altmap" events_are none
it "storage is assigned while mapped, with altmap" \
	storage_is_assigned memmap_on_memory 2
it "storage is assigned while mapped, without altmap" storage_is_assigned none 2
it "auto_online_blocks does not online it; zones gain nothing" never_onlined
it "the altmap saves the system memory of the memmap" altmap_saves_system_memory
it "the altmap is freed whole, ten times" counted_and_freed memmap_on_memory
it "a memmap in system memory is freed whole, ten times" counted_and_freed none
it "nobody touches the storage after remove" nobody_touches_it_afterwards
it "device, memory, device side by side" beside_memory
it "an increment shared with memory stays when the device goes" \
	shares_an_increment device
it "an increment shared with memory stays when the memory goes" \
	shares_an_increment memory
it "storage refused to the second increment undoes the first" \
	second_increment_refused
it "storage the firmware does not take back is stuck, and used again" \
	unassign_refused
for flag in offline_inaccessible merge_resource driver_managed \
	memmap_on_memory,driver_managed; do
	it "flags=$flag means nothing here" pointless flags=$flag flags=
done
it "group= means nothing here" pointless group=static group=
it "unsafe= means nothing here" pointless unsafe=1 unsafe=
it "an impossible node is refused" pointless nid=1000000 nid=
it "an unknown type is refused" unknown_type
it "a part of a block is refused" odd_size
it "what is there already is refused, both ways" overlaps
it "it is removed as a whole" removed_as_a_whole
it "it pins the module" pins_the_module

run "$@"
