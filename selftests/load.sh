#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Blocks go on- and offline while the machine is at work: tasks allocate and
# free, memory is compacted, /proc is read. What tasks hold keeps its contents,
# everything can go offline in the end.
#
# Compaction and whatever else walks along page frames asks once whether they are
# online, and goes on. Nothing makes an offline wait for it (seen on 6.12: oops in
# isolate_migratepages_block), which is harmless as long as the memmap stays, and
# not where it goes away with the block's storage. So walkers run over blocks whose
# memmap is elsewhere; MHP_KERNEL_FAULTS=1 lets them run over altmaps too.

. ./lib.sh
. ./rounds.sh
. ./ksm.sh

DAMON=/sys/kernel/mm/damon/admin/kdamonds
DAMON_STAT=/sys/module/damon_stat/parameters/enabled

# Loads; each is repeated until the rounds are over. One that fails says why.

# Pages of tasks that can move, written with a pattern and read back. As much as
# the blocks would take is never used up.
allocate()
{
	free=$(($(meminfo MemFree) / 1024))
	al_said=$(fill -r "$(both_blocks)" -p 15 -k $((free - 48)) 2>&1)
	filled $? "$al_said" || return
	case $al_said in
	*" pages=0 "*) echo "no room for a page"; return 1 ;;
	esac
}

# Page cache comes and goes.
files()
{
	dd if=/dev/zero of="$work/file" bs=1M count=24 && rm -f "$work/file"
}

compact()
{
	echo 1 > /proc/sys/vm/compact_memory && echo 1 > /proc/sys/vm/drop_caches
}

read_pages()
{
	kcore pa "$(at 0)" $((1 << 20)) &&
		kcore pa $(($(at 1) + BLOCK - (1 << 20))) $((1 << 20)) || return
	for file in kpageflags kpagecount kpagecgroup; do
		[ ! -r /proc/$file ] ||
			dd if=/proc/$file bs=32768 skip=$(($(at 0) / PAGE / 4096)) count=32 ||
			return
	done
	cat /proc/pagetypeinfo
}

read_zones()
{
	cat /proc/buddyinfo /proc/zoneinfo /proc/vmstat \
		/proc/meminfo /proc/iomem "$MEMORY"/memory*/valid_zones
}

read_tables()
{
	tables
	cat "$MHP/events" "$MHP/stats"
	cat "$MHP"/block/* || :	# one may go meanwhile
}

# alike: pages of blocks 0 and 1 that KSM merges, and that go
alike()
{
	grep -qs online "$MEMORY/memory$(block_id 0)/state" "$MEMORY/memory$(block_id 1)/state" ||
		{ sleep 0.1; echo "no block is online"; return 1; }
	in_use same -x "$UNTIL_MERGED" || return
	case $iu_said in
	in_range=0\ *) echo "no page of the blocks: $iu_said"; return 1 ;;
	esac
}

# look_by_damon: which samples pages of the blocks, and moves each to where it is
# reclaimed first
look_by_damon()
{
	sleep 1
	echo update_schemes_stats > $DAMON/0/state &&
		[ "$(cat $DAMON/0/contexts/0/schemes/0/stats/nr_tried)" -gt 0 ] &&
		echo off > $DAMON/0/state && echo on > $DAMON/0/state
}

take_pages()
{
	pages 500
}

# The list of zones gets shorter behind who is looking for a page, and ends where the
# zone was that it took: the one that statistics of nodes want to know of.
zone_comes_and_goes()
{
	[ ! -d /sys/devices/system/node ] || [ "$(kernel_zones)" != 1 ] ||
		needs_faults "the kernel may oops, with one zone beside Movable"
	# The task that oopses has its pipe locked, for ever.
	setting /proc/sys/kernel/panic_on_oops 1
	add 0
	begin take_pages
	for _ in $(seq $((ROUNDS * 10))); do
		online 0
		goes_offline 0
	done
	stop_load
	work_was_done take_pages
}

# Where storage goes away at offline: the kernel's own, nothing here is to blame if
# the guest goes down.
walkers_over_altmap()
{
	[ "$OFFLINE_STORAGE" = assigned ] || needs_faults "the kernel may oops, whoever assigns"
	needs_altmap
	stay_added altmap compact compact read_pages
}

loads_ended()
{
	! grep -qs on $DAMON/0/state || echo off > $DAMON/0/state
}

# damon_wants TEXT FILE...: a setting that goes with the daemon
damon_wants()
{
	dw_text=$1
	shift
	for file; do
		writes "$dw_text" "$DAMON/0/contexts/$file"
	done
}

merge_alike()
{
	needs_ksm
	setting $KSM/run 1
}

# watch_by_damon N: what samples pages by their numbers, of blocks 0 to N - 1
watch_by_damon()
{
	[ -d $DAMON ] || skip "no DAMON in this kernel (DAMON_SYSFS, DAMON_PADDR)"
	[ ! -e $DAMON_STAT ] || setting $DAMON_STAT N	# it lets nobody else
	setting $DAMON/nr_kdamonds 1
	writes 1 $DAMON/0/contexts/nr_contexts
	damon_wants paddr 0/operations
	damon_wants 1 0/targets/nr_targets 0/targets/0/regions/nr_regions 0/schemes/nr_schemes
	damon_wants "$(at 0)" 0/targets/0/regions/0/start
	damon_wants "$(at "$1")" 0/targets/0/regions/0/end
	damon_wants 1000 0/monitoring_attrs/intervals/sample_us
	damon_wants 20000 0/monitoring_attrs/intervals/aggr_us
	damon_wants lru_deprio 0/schemes/0/action
	damon_wants 18446744073709551615 0/schemes/0/access_pattern/sz/max \
		0/schemes/0/access_pattern/nr_accesses/max 0/schemes/0/access_pattern/age/max
	writes on $DAMON/0/state
}

# Both know no zone.
damon_and_ksm()
{
	needs_blocks 2
	merge_alike
	watch_by_damon 2
	stay_added none alike look_by_damon
}

# Nobody moves this one, so its memmap may be gone.
damon_of_standby()
{
	needs_altmap
	add 0 1 "flags=$ALTMAP"
	trap loads_ended EXIT
	watch_by_damon 1
	look_by_damon || fail "DAMON tried no region"
	expect "bytes that DAMON found in use" 0 \
		"$(cat $DAMON/0/contexts/0/schemes/0/stats/sz_applied)"
}

# Its tree has to forget pages before their memmap goes: it waits for an offline.
ksm_over_altmap()
{
	needs_altmap
	merge_alike
	come_and_go alike
}

it "while tasks allocate and free, zones and tables are read" \
	come_and_go allocate files read_zones read_tables
it "while memory is compacted" stay_added none allocate compact
it "while kcore, page flags and page blocks are read" \
	stay_added none allocate read_pages
it "while all of this happens" stay_added none allocate files compact read_pages \
	read_zones read_tables
it "while DAMON samples pages and KSM merges them" damon_and_ksm
it "a block in standby is sampled by DAMON" damon_of_standby
it "while KSM merges pages whose memmap goes with them" ksm_over_altmap
it "while tasks take pages the movable zone comes and goes" zone_comes_and_goes
it "while altmaps of blocks that go offline are walked" walkers_over_altmap

run "$@"
