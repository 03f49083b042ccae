#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A share of all blocks goes offline and comes back in random order, round by round, as
# tools/testing/selftests/memory-hotplug has it: standby blocks with altmap and without,
# and boot memory that can. After each step all that is counted fits what is online.

. ./lib.sh

SHARE=${MHP_SHARE:-50}		# percent
SHARE_ROUNDS=${MHP_SHARE_ROUNDS:-2}
SHARE_SEED=${MHP_SHARE_SEED:-$(date +%s)}
MOST_BLOCKS=8			# of standby storage
MOST_BOOT=3			# of boot memory, a round

# share: of the lines of stdin that many percent, at least one, in random order
share()
{
	sh_seed=$((sh_seed + 1))
	awk -v seed=$sh_seed -v percent="$SHARE" '
		BEGIN { srand(seed) }
		{ line[n++] = $0 }
		END {
			for (i = n - 1; i > 0; i--) {
				j = int(rand() * (i + 1))
				keep = line[i]; line[i] = line[j]; line[j] = keep
			}
			want = int((n * percent + 99) / 100)
			for (i = 0; i < want; i++) print line[i]
		}'
}

# all_fits: every block is what it is said to be, and pages are counted once
all_fits()
{
	: > "$work/wrong"
	af_present=$present af_managed=$managed
	while read -r af_n af_state; do
		af_altmap=0 af_storage=$OFFLINE_STORAGE
		[ "$af_state" = offline ] || af_storage=assigned
		# The increment of a block may be another one's, too.
		[ "$INCREMENT" -gt "$BLOCK" ] || [ "$(storage_of "$af_n")" = $af_storage ] ||
			echo "storage of block $af_n, $af_state: $(storage_of "$af_n")" >> "$work/wrong"
		read -r af_sysfs < "$MEMORY/memory$(block_id "$af_n")/state"
		[ "$af_sysfs" = "$af_state" ] ||
			echo "block $af_n is $af_sysfs in sysfs, not $af_state" >> "$work/wrong"
		[ "$af_state" = online ] || continue
		af_present=$((af_present + BLOCK_PAGES))
		[ $((af_n % 2)) = 0 ] || af_altmap=$altmap
		af_managed=$((af_managed + BLOCK_PAGES - af_altmap))
	done < "$work/states"
	awk -v first="$(block_id 0)" -v offline="$OFFLINE_STORAGE" '
		NR == FNR { want[$1 + first] = $2; next }
		/^#/ { next }
		FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["block"] in want && $at["state"] != want[$at["block"]] {
			print "block " $at["block"] - first " is " $at["state"] ", not " \
				want[$at["block"]] }
	' "$work/states" "$MHP/blocks" >> "$work/wrong"
	[ ! -s "$work/wrong" ] || fail "$(cat "$work/wrong")"
	expect "present pages" "$af_present" "$(zone_sum present)"
	expect "managed pages" "$af_managed" "$(zone_sum managed)"
	expect "MemTotal" $((af_managed * PAGE / 1024)) "$(meminfo MemTotal)"
	expect "isolated pageblocks" 0 "$(isolated)"
}

# note N STATE
note()
{
	sed -i "s/^$1 .*/$1 $2/" "$work/states"
}

# in_state STATE: the blocks
in_state()
{
	sed -n "s/ $1\$//p" "$work/states"
}

needs_a_few()
{
	sh_seed=$SHARE_SEED
	echo "MHP_SHARE_SEED=$SHARE_SEED"
	needs_blocks 4
	present=$(zone_sum present) managed=$(zone_sum managed) altmap=0
	blocks=$((RUN_BLOCKS < MOST_BLOCKS ? RUN_BLOCKS : MOST_BLOCKS))
	for n in $(seq 0 $((blocks - 1))); do
		if [ $((n % 2)) = 0 ]; then add "$n" 1 flags=none; else add "$n"; fi
		echo "$n offline" >> "$work/states"
	done
	for n in $(in_state offline | SHARE=100 share); do
		online "$n"
		note "$n" online
	done
	[ "$MOM" != yes ] || altmap=$(block_is 1 altmap_nr_pages)
	all_fits
}

standby_blocks()
{
	: > "$work/states"
	needs_a_few
	for _ in $(seq "$SHARE_ROUNDS"); do
		for n in $(in_state online | share); do
			offline "$n"
			note "$n" offline
		done
		all_fits
		for n in $(in_state offline | share); do
			online "$n"
			note "$n" online
		done
		all_fits
	done
}

# whole ID: its memory has no hole, as that of x86 below 1 MiB, with which no block goes
# offline
whole()
{
	while IFS=' -' read -r wh_first wh_last _; do
		[ $((0x$wh_first)) -gt $(($1 * BLOCK)) ] ||
			[ $((0x$wh_last)) -lt $((($1 + 1) * BLOCK - 1)) ] || return 0
	done <<-ranges
		$(grep ' : System RAM' /proc/iomem)
	ranges
	return 1
}

# boot_blocks: whole ones with boot memory of the same zone behind them, without which the
# zone would end before the block, and the kernel take it to another one
boot_blocks()
{
	bb_was=
	for id in $(seq 0 $(($(block_id 0) - 1))); do
		bb_zone=$(cat "$MEMORY/memory$id/valid_zones" 2> /dev/null)
		[ -z "$bb_was" ] || [ "$bb_zone" != "$bb_was" ] || ! whole $((id - 1)) || echo $((id - 1))
		bb_was=${bb_zone#none}
	done
}

# Where it went to there is room: all standby blocks are online.
boot_memory()
{
	: > "$work/states"
	needs_a_few
	boot_blocks > "$work/boot"
	went=0
	for id in $(SHARE=100 share < "$work/boot"); do
		before=$(cat "$MEMORY/memory$id/valid_zones")
		result=$(timeout 20 wr "$MEMORY/memory$id/state" offline)
		case $result in
		OK) ;;
		EBUSY | EAGAIN | '') continue ;;
		*) fail "offline of boot block $id: $result" ;;
		esac
		expect "present pages without boot block $id" \
			$((present + (blocks - 1) * BLOCK_PAGES)) "$(zone_sum present)"
		# One of ours meanwhile.
		n=$(in_state online | share | head -n 1)
		offline "$n"
		writes online "$MEMORY/memory$id/state"
		expect "zone of boot block $id" "$before" "$(cat "$MEMORY/memory$id/valid_zones")"
		online "$n"
		all_fits
		went=$((went + 1))
		[ $went -lt $MOST_BOOT ] || break
	done
	[ $went != 0 ] || skip "no block of boot memory goes offline"
	echo "boot blocks that went offline: $went"
}

it "a share of the standby blocks goes offline and comes back" standby_blocks
it "boot memory goes offline and comes back beside them" boot_memory

run "$@"
