#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# scenes.sh - in a guest: bring standby memory into each state there is, and dump
# the kernel's files that standbyctl reads after each scene (record.sh).
# A line @ NAME begins a machine, @f PATH a file whose lines follow behind a tab,
# @l PATH TARGET is a symbolic link, @d PATH a folder.

# shellcheck source=tools/lab/guest/standby.sh
. /lab/standby.sh

dump_file() {
	[ -r "$1" ] || return 0
	echo "@f $1"
	sed 's/^/	/' "$1" 2>/dev/null
}

dump_kernel() {
	dump_file "$MEMORY/block_size_bytes"
	dump_file "$MEMORY/auto_online_blocks"
	for folder in "$MEMORY"/memory[0-9]*; do
		dump_file "$folder/state"
		dump_file "$folder/valid_zones"
		for node in "$folder"/node[0-9]*; do
			[ ! -L "$node" ] || echo "@l $node ../../node/${node##*/}"
		done
	done
	for file in /sys/firmware/memory/*/* /sys/firmware/memory/*; do
		[ -d "$file" ] || dump_file "$file"
	done
	for file in /sys/module/memory_hotplug/parameters/*; do
		dump_file "$file"
	done
	dump_file /sys/kernel/security/lockdown
	for file in cmdline meminfo sys/kernel/osrelease; do
		dump_file "/proc/$file"
	done
	echo "@f /proc/dynamic_debug/control"
	grep -hs offline_pages /proc/dynamic_debug/control | sed 's/^/	/'
	echo "@f /dev/kmsg"
	timeout 2 cat /dev/kmsg | grep -E 'mhp_standby|offline|migrat|page:|dumped|raw:' | sed 's/^/	/'
}

dump_module() {
	[ -d /sys/module/mhp_standby ] || return 0
	echo "@d /sys/module/mhp_standby"
	for file in "$MHP"/* "$MHP"/block/*; do
		[ -d "$file" ] || dump_file "$file"
	done
}

# dump NAME
dump() {
	echo "@ $1"
	dump_kernel
	dump_module
}

feature() { sed -n "s/^$1=//p" "$MHP/features"; }

# The module drives the firmware: two kinds of memmap, two zones, a device range,
# a failure by rule and one by the grammar.
drive() {
	add "$first" 4
	add $((first + 4)) 2 flags=none
	add $((first + 6)) 1 type=device
	online "$first"
	online $((first + 1))
	wr "$MEMORY/memory$((first + 4))/state" online_kernel
	offline $((first + 1))
	rn=$(rows blocks block=$((first + 2)) rn)
	if [ "$(feature model)" = event ]; then
		wr "$MHP/inject" "what=assign rn=${rn%-*} errno=EIO"
	else
		wr "$MHP/inject" "what=MEM_GOING_ONLINE block=$((first + 2)) errno=EBUSY"
	fi
	online $((first + 2))
	wr "$MHP/add" "start=$((first * BLOCK)) size=$BLOCK"
}

# The kernel's own driver has the storage; the module looks on.
observe() {
	if [ -d /sys/firmware/memory ]; then
		for i in 0 1 2 3; do
			wr /sys/firmware/memory/memory$((first + i))/memmap_on_memory $((i != 2))
			wr /sys/firmware/memory/memory$((first + i))/config 1
		done
	else
		remove $((first + 2))
		add $((first + 2)) 1 flags=none
	fi
	online "$first"
	online $((first + 1))
	online $((first + 2))
	offline $((first + 1))
}

exec 3>&1 >/tmp/log 2>&1
dump bare >&3
# shellcheck disable=SC2119
load
first=$(($(feature standby_start) / BLOCK))
if [ "$(feature drives)" = yes ]; then
	dump fresh >&3
	drive
else
	observe
fi
dump used >&3
if [ "$(feature drives)" = no ]; then
	offline "$first"
	offline $((first + 2))
	for i in 0 1 2 3; do
		wr /sys/firmware/memory/memory$((first + i))/config 0
	done
fi
echo "@log" >&3
sed 's/^/	/' /tmp/log >&3
