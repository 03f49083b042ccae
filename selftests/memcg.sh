#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A memory cgroup is short of memory while blocks go on- and offline: its pages are
# reclaimed, swapped and read again just when they are to move. Offline goes through, or
# is refused or stopped, and then all is as it was; in the end nothing is charged.

. ./lib.sh
. ./rounds.sh
. ./disks.sh
. ./cgroups.sh

ROUNDS=${MHP_LOAD_ROUNDS:-2}

# needs_group: it has an eighth of a block, or less: what is more goes to a disk. Where
# that does not go quickly enough it waits; it would be killed with memory.max.
needs_group()
{
	trap end_test EXIT
	needs_controller memory "memory controller for cgroups of version 2 here (MEMCG)"
	dying=$(dying_groups)
	make_group
	LIMIT_MIB=$((BLOCK / 8 >> 20))
	[ $LIMIT_MIB -le $((DISK_MIB / 4)) ] || LIMIT_MIB=$((DISK_MIB / 4))
	writes "${LIMIT_MIB}M" "$group/memory.high"
}

# of_group KEY FILE
of_group()
{
	awk -v key="$1" '$1 == key { print $2 }' "$group/$2"
}

# dying_groups: those that were removed, and have something charged
dying_groups()
{
	awk '$1 == "nr_dying_descendants" { print $2 }' "$groups/cgroup.stat"
}

end_test()
{
	stop_load
	remove_disk
	end_groups
}

# squeeze OPTION...: twice as much as the group is to have, written and read again
squeeze()
{
	sq_said=$(in_group fill -r "$(both_blocks)" -p 100 -m $((2 * LIMIT_MIB)) "$@" 2>&1)
	filled $? "$sq_said"
}

swapping()
{
	squeeze -t anon
}

shared()
{
	squeeze -t shmem
}

file()
{
	squeeze -t file -f "$work/disk/file"
}

# in_the_group LOAD...: rounds of it, and what is left then
in_the_group()
{
	come_and_go "$@"
	was_short
	nothing_is_left
}

was_short()
{
	expect_number "times that the group had too much" -gt 0 "$(of_group high memory.events)"
	expect "tasks of the group killed" 0 "$(of_group oom_kill memory.events)"
	expect_number "pages of the group that were reclaimed" -ge $(((LIMIT_MIB << 20) / PAGE)) \
		"$(of_group pgsteal memory.stat)"
}

nothing_is_left()
{
	remove_disk
	for nl_what in anon file shmem file_mapped file_dirty swapcached; do
		expect "bytes of $nl_what of a group without tasks" 0 \
			"$(of_group $nl_what memory.stat)"
	done
	expect "isolated pages" "0 0" "$(vmcounter nr_isolated_anon) $(vmcounter nr_isolated_file)"
	remove_group
	for _ in $(seq 50); do
		# Also what each CPU has put aside.
		echo 3 > /proc/sys/vm/drop_caches
		[ "$(dying_groups)" -gt "$dying" ] || return 0
		sleep 0.2
	done
	fail "something is charged to a group that was removed"
}

swapped_out()
{
	needs_group
	needs_swap
	in_the_group swapping shared
}

written_back()
{
	needs_group
	needs_file_system
	in_the_group file
}

# stopped_after MS: an offline of block 0 is; yes if it was under way then
stopped_after()
{
	clear_events
	wr "$MEMORY/memory$(block_id 0)/state" offline > "$work/said.offline" &
	sa_pid=$!
	usleep $(($1 * 1000))
	kill $sa_pid 2> /dev/null
	wait $sa_pid
	sa_state=$(cat "$MEMORY/memory$(block_id 0)/state")
	agrees 0 "$sa_state"
	if [ "$sa_state" = offline ]; then
		online 0
		return 1
	fi
	expect "pageblocks isolated after an offline that was stopped" 0 "$(isolated)"
	expect_one_of "events of an offline that was stopped" "$(events)" "" \
		"MEM_GOING_OFFLINE MEM_CANCEL_OFFLINE"
	[ -n "$(events)" ]
}

stopped_halfway()
{
	needs_group
	needs_swap
	needs_blocks 2
	add 0 2
	begin swapping
	online 0
	online 1
	stopped=0
	for ms in 10 20 40 60 80 100 150 200 300 400; do
		! stopped_after $ms || stopped=$((stopped + 1))
		[ $stopped -lt 3 ] || break
	done
	goes_offline 0
	goes_offline 1
	stop_load
	work_was_done swapping
	was_short
	nothing_is_left
	[ $stopped != 0 ] || skip "no offline was slow enough to be stopped"
	echo "stopped $stopped times"
}

it "while a group swaps" swapped_out
it "while a group has its file written back" written_back
it "an offline that is stopped while a group swaps" stopped_halfway

run "$@"
