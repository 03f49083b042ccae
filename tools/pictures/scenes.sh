#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# scenes.sh - in a guest: what the pictures show. A line @ NAME begins a file.

# shellcheck source=tools/lab/guest/standby.sh
. /lab/standby.sh

feature() { sed -n "s/^$1=//p" "$MHP/features"; }

# kB of free memory, with what the page allocator keeps for each CPU
free_now() {
	echo 3 >/proc/sys/vm/drop_caches
	awk '$1 == "nr_free_pages" || $1 == "count:" { n += $2 } END { print n * 4 }' /proc/zoneinfo
}

# cost BLOCKS FLAGS: kB of system memory that adding so many takes
cost() {
	before=$(free_now)
	add "$first" "$1" "$2" >/dev/null || exit 1
	after=$(free_now)
	remove "$first" "$1" >/dev/null || exit 1
	echo $((before - after))
}

exec 3>&1 >/tmp/log 2>&1
# shellcheck disable=SC2119
load
first=$(($(feature standby_start) / BLOCK))
n=$(($(feature standby_size) / BLOCK))

echo "@ cost" >&3
# Once for nothing: what is allocated only once.
cost "$n" ""
blocks=1
while [ "$blocks" -le "$n" ]; do
	echo "$((blocks * BLOCK >> 20)) $(cost "$blocks" flags=none) $(cost "$blocks" "")" >&3
	blocks=$((blocks + 1))
done

echo "@ life" >&3
echo >"$MHP/events"
add "$first"
online "$first"
sleep 1
offline "$first"
remove "$first"
standbyctl events --jsonl --output-all >&3

echo "@ map" >&3
add "$first" 4
add $((first + 4)) 2 flags=none
add $((first + 6)) 1 type=device
online "$first"
online $((first + 1))
online $((first + 2))
wr "$MEMORY/memory$((first + 4))/state" online_kernel
standbyctl map --svg - >&3
