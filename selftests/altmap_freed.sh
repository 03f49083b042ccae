#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What add takes, remove gives back: the altmap whole, the memmap elsewhere, page
# tables and all. A page lost in each round adds up over MHP_ROUNDS of them (500;
# with fewer than 200 the kernel's own comings and goings are in the way).

. ./lib.sh

ROUNDS=${MHP_ROUNDS:-500}
ONLINE_EVERY=20

# pages: free, also on the lists of CPUs, or used for something that comes and
# goes with processes and files. All other uses are not forgiven.
pages()
{
	[ ! -r /proc/sys/vm/stat_refresh ] || cat /proc/sys/vm/stat_refresh
	awk -v page="$PAGE" '
		$1 == "nr_free_pages" || $1 == "count:" ||
		$1 == "nr_anon_pages" || $1 == "nr_file_pages" ||
		$1 == "nr_slab_reclaimable" ||
		$1 == "nr_page_table_pages" { n += $2 }
		$1 == "nr_kernel_stack" { n += $2 * 1024 / page }
		END { printf "%d\n", n }' /proc/zoneinfo
}

# settled: pages, when what is no longer used has been given back
settled()
{
	sync
	echo 3 > /proc/sys/vm/drop_caches
	pages
}

# memmap: what the kernel counts of it
memmap()
{
	grep '^nr_memmap' /proc/vmstat
}

# rounds NUMBER FLAGS: with echo, which takes no process
rounds()
{
	state=$MEMORY/memory$(block_id 0)/state
	where=$(range 0)
	flags=$(flags_of "$2")
	round=0
	while [ $round -lt "$1" ]; do
		round=$((round + 1))
		echo "$where flags=$flags" > "$MHP/add" || fail "add in round $round"
		if [ $((round % ONLINE_EVERY)) = 0 ]; then
			echo online_movable > "$state" || fail "online in round $round"
			offline 0
		fi
		echo "$where" > "$MHP/remove" || fail "remove in round $round"
	done
}

# nothing_lost FLAGS
nothing_lost()
{
	[ "$1" = none ] || needs_altmap
	# The first rounds pay for slabs.
	rounds $ONLINE_EVERY "$1"
	before=$(settled)
	memmap > "$work/memmap"
	rounds "$ROUNDS" "$1"
	same_as_before memmap memmap
	# One in sixteen rounds, as the kernel has allocations of its own: -2 to 13
	# pages in 500 rounds, on s390x and x86_64. What is only late comes back.
	most=$((ROUNDS / 16))
	for _ in 1 2 3 4 5; do
		lost=$((before - $(settled)))
		[ $lost -ge $most ] || break
		sleep 1
	done
	echo "lost in $ROUNDS rounds: $lost"
	expect_number "pages lost in $ROUNDS rounds" -lt $most "$lost"
}

altmap_is_whole_again()
{
	needs_altmap
	expect "complaints in the kernel log" "" \
		"$(log_since_start | grep "Altmap not fully unmapped")"
}

it "$ROUNDS rounds of add and remove with altmap, some online: no page is lost" \
	nothing_lost altmap
it "$ROUNDS rounds of add and remove without altmap, some online: no page is lost" \
	nothing_lost none
it "the kernel found every altmap freed whole" altmap_is_whole_again

run "$@"
