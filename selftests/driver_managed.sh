#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# driver_managed and merge_resource: what /proc/iomem and /sys/firmware/memmap
# tell kexec and everybody else about the memory.

. ./lib.sh

NAME="System RAM (mhp_standby)"

needs_memmap()
{
	[ -d /sys/firmware/memmap ] || skip "no /sys/firmware/memmap in this kernel"
}

# in_memmap N [COUNT]: type of exactly these blocks in /sys/firmware/memmap
in_memmap()
{
	im_start=$(hex "$(at "$1")")
	im_end=$(hex $(($(at "$1") + ${2-1} * BLOCK - 1)))
	for im_entry in /sys/firmware/memmap/*; do
		[ "$(cat "$im_entry/start")" != "$im_start" ] ||
			[ "$(cat "$im_entry/end")" != "$im_end" ] ||
			cat "$im_entry/type"
	done
}

with_altmap()
{
	[ "$MOM" != yes ] || echo ",memmap_on_memory$(
		[ "$MODEL" != event ] || echo ,offline_inaccessible)"
}

named_after_us()
{
	add 0 1 "flags=driver_managed"
	expect "name in /proc/iomem" "$NAME" "$(iomem 0)"
	expect "flags" driver_managed "$(block_is 0 flags)"
}

named_system_ram()
{
	add 0
	expect "name in /proc/iomem" "System RAM" "$(iomem 0)"
}

not_in_firmware_memmap()
{
	needs_memmap
	add 0 1 "flags=driver_managed"
	expect "type in /sys/firmware/memmap" "" "$(in_memmap 0)"
}

in_firmware_memmap()
{
	needs_memmap
	add 0
	expect "type in /sys/firmware/memmap" "System RAM" "$(in_memmap 0)"
	remove 0
	expect "type after remove" "" "$(in_memmap 0)"
}

whole_life_with_altmap()
{
	add 0 1 "flags=driver_managed$(with_altmap)"
	expect "name in /proc/iomem" "$NAME" "$(iomem 0)"
	online 0
	expect "name in /proc/iomem, online" "$NAME" "$(iomem 0)"
	[ "$MOM" != yes ] || expect memmap block "$(block_is 0 memmap)"
	offline 0
	remove 0
	expect "name after remove" "" "$(iomem 0)"
}

both_kinds_side_by_side()
{
	needs_blocks 2
	add 0 1 "flags=driver_managed"
	add 1
	expect "names" "$NAME, System RAM" "$(iomem 0), $(iomem 1)"
}

neighbours_stay_apart()
{
	needs_blocks 2
	add 0 1 "flags=driver_managed"
	add 1 1 "flags=driver_managed"
	expect "names" "$NAME, $NAME" "$(iomem 0), $(iomem 1)"
	expect "name of both together" "" "$(iomem 0 2)"
}

neighbours_merge()
{
	needs_blocks 2
	add 0 1 "flags=driver_managed,merge_resource"
	add 1 1 "flags=driver_managed,merge_resource"
	expect "name of both together" "$NAME" "$(iomem 0 2)"
}

merged_is_split_by_remove()
{
	needs_blocks 3
	for n in 0 1 2; do
		add $n 1 "flags=driver_managed,merge_resource"
	done
	expect "name of all three" "$NAME" "$(iomem 0 3)"
	remove 1
	expect "names of the ends" "$NAME, $NAME" "$(iomem 0), $(iomem 2)"
	expect "name of the middle" "" "$(iomem 1)"
	remove 0
	expect "name of the last" "$NAME" "$(iomem 2)"
}

one_asks_the_other_does_not()
{
	needs_blocks 2
	add 0 1 "flags=driver_managed"
	add 1 1 "flags=driver_managed,merge_resource"
	expect "names" "$NAME, $NAME" "$(iomem 0), $(iomem 1)"
}

kinds_do_not_merge()
{
	needs_blocks 2
	add 0 1 "flags=driver_managed,merge_resource"
	add 1 1 "flags=merge_resource"
	expect "name of block 0" "$NAME" "$(iomem 0)"
	# Block 1 may have merged with System RAM behind it, never with block 0.
	expect "name of both together" "" "$(iomem 0 2)"
}

it "driver_managed: /proc/iomem says $NAME" named_after_us
it "plain: /proc/iomem says System RAM" named_system_ram
it "driver_managed: nothing in /sys/firmware/memmap" not_in_firmware_memmap
it "plain: System RAM in /sys/firmware/memmap, gone after remove" \
	in_firmware_memmap
it "driver_managed with altmap through its whole life" whole_life_with_altmap
it "driver_managed and plain side by side" both_kinds_side_by_side
it "neighbours stay apart without merge_resource" neighbours_stay_apart
it "merge_resource merges neighbours" neighbours_merge
it "remove splits what was merged" merged_is_split_by_remove
it "neighbours merge only if both ask" one_asks_the_other_does_not
it "driver_managed and plain never merge" kinds_do_not_merge

run "$@"
