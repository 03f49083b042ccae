#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# CPUs come and go while the module is at work. What it does for blocks the kernel
# keeps apart from CPUs by its hotplug locks, which the module must not get into
# the way of; commands, loading and unloading really meet them.

. ./lib.sh

CPUS=/sys/devices/system/cpu
ROUNDS=${MHP_LOAD_ROUNDS:-6}

# needs_cpu: sets cpu to the last one that can be taken offline, and that it is
# put back
needs_cpu()
{
	cpu=
	for nc_file in "$CPUS"/cpu[0-9]*/online; do
		[ ! -w "$nc_file" ] || [ "$(cat "$nc_file")" != 1 ] || cpu=$nc_file
	done
	[ -n "$cpu" ] || skip "no CPU can be taken offline"
	[ "$(nproc)" -ge 2 ] || skip "needs two CPUs"
	trap cpu_back EXIT
}

cpu_back()
{
	: > "$work/stop"
	wait
	[ "$(cat "$cpu")" = 1 ] || echo 1 > "$cpu"
}

# toggle_cpu: until told to stop; how often goes to toggled, what failed to failed
toggle_cpu()
{
	toggled=0
	while [ ! -e "$work/stop" ]; do
		for tc_state in 0 1; do
			tc_result=$(wr "$cpu" $tc_state)
			[ "$tc_result" = OK ] ||
				echo "$cpu $tc_state: $tc_result" >> "$work/failed"
		done
		toggled=$((toggled + 1))
		echo $toggled > "$work/toggled"
	done
}

# beside FUNCTION...: rounds of this while the CPU comes and goes, and until it has
# done so some times
beside()
{
	needs_cpu
	rm -f "$work/stop" "$work/failed"
	echo 0 > "$work/toggled"
	toggle_cpu &
	bs_round=0
	while [ $bs_round -lt "$ROUNDS" ] || [ "$(cat "$work/toggled")" -lt 3 ]; do
		bs_round=$((bs_round + 1))
		[ $bs_round -le 200 ] || fail "the CPU never came and went"
		"$@"
	done
	cpu_back
	echo "$bs_round rounds, $(cat "$work/toggled") times a CPU"
	[ ! -e "$work/failed" ] || fail "$(sort "$work/failed" | uniq -c)"
}

whole_life()
{
	add 0
	online 0
	expect "storage, online" assigned "$(storage_of 0)"
	offline 0
	expect "storage, offline" "$OFFLINE_STORAGE" "$(storage_of 0)"
	remove 0
}

blocks_come_and_go()
{
	beside whole_life
}

by_hand()
{
	writes "rn=$rn" "$MHP/assign"
	writes "rn=$rn" "$MHP/unassign"
}

hands_come_and_go()
{
	needs_drive
	rn=$(rn 0)
	beside by_hand
}

module_again()
{
	expect "unload" OK "$(unload)"
	expect "load" OK "$(load canary=off)"
}

module_comes_and_goes()
{
	needs_reload
	touch "$work/reloaded"
	beside module_again
}

it "blocks are added, onlined, offlined, removed" blocks_come_and_go
it "increments are assigned by hand" hands_come_and_go
it "the module loads and unloads" module_comes_and_goes

run "$@"
