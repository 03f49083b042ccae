#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two hundred times online, used, offline: the host gets all memory back. QEMU's
# resident memory is compared with what it was when all was offline, after every
# page of the guest's small boot memory had been touched once. CYCLES (200) is how
# often.

export ADVERTISE=info BOOT_MEMORY=512M ACCEL=tcg,tb-size=96
. "$(dirname "$0")/../lib.sh"

CYCLES=${CYCLES:-200}
GUEST_TIMEOUT=600

# KiB of the host's memory that QEMU has, but for what TCG has translated: its
# buffer, the one mapping to be written and executed, fills up in time. It is kept
# small above, as what TCG notes about its contents is not told apart.
resident() {
	awk '$1 ~ /^[0-9a-f]+-[0-9a-f]+$/ { code = $2 ~ /wx/ } $1 == "Rss:" && !code { n += $2 }
		END { print n }' "/proc/$guest_pid/smaps"
}

# ... and that the standby storage has: the 4 GiB that memory-backend-ram mapped
standby_resident() {
	awk '$1 == "Size:" { size = $2 } $1 == "Rss:" && size == 4194304 { n += $2 } END { print n + 0 }' \
		"/proc/$guest_pid/smaps"
}

# One round: three blocks, one after another: online, filled in part, offline.
# Movable memory lands there, as there is no other movable zone.
# shellcheck disable=SC2016 # for the guest's shell
ROUND='
round() {
	for id in 2 3 4; do
		online $id >/dev/null || { echo "online of $id: $?"; return 1; }
		start=$(($(sed -n "s/^altmap_nr_pages=//p" $MHP/block/$id) + id * BLOCK / 4096))
		fill -r $start:$(((id + 1) * BLOCK / 4096 - start)) -p "$1" >/tmp/fill || { cat /tmp/fill; return 1; }
		grep -q bad=0 /tmp/fill || { cat /tmp/fill; return 1; }
		[ "$(offline $id)" = OK ] || { echo "offline of $id failed"; return 1; }
	done
}
settle() { sync; echo 3 >/proc/sys/vm/drop_caches; }
'

boots_and_warms_up() {
	guest_start || return
	guest_says $'OK\nOK' "load; add 2 3" || return
	guest_says "" "$ROUND round 60; round 20; round 5; round 5
		fill -r 0:131072 -p 100 -k 12 >/dev/null; settle" || return
	before=$(resident)
	map_is ""
}

memory_is_really_used() {
	local used
	expect "resident standby storage, all offline" 0 "$(standby_resident)" || return
	guest_says "" "$ROUND online 2 >/dev/null
		mkdir -p /tmp/used; mount -t tmpfs tmpfs /tmp/used
		dd if=/dev/urandom of=/tmp/used/file bs=1M count=150 2>/dev/null" || return
	used=$(standby_resident)
	guest_says OK "umount /tmp/used; offline 2" || return
	# The file lies in the movable zone, which is this block.
	[ "$used" -gt $((140 * 1024)) ] || fail "resident standby storage: only $used KiB" || return
	expect "resident standby storage, offline again" 0 "$(standby_resident)"
}

cycles() {
	local i
	for ((i = 0; i < CYCLES; i += 3)); do
		guest_says "" "$ROUND round 2" || return
	done
	map_is "" || return
	expect "blocks" "" "$(guest 'rows blocks state=online block')"
}

host_has_its_memory_back() {
	local after
	guest "$ROUND settle"
	after=$(resident)
	echo "resident: before $before KiB, after $CYCLES cycles $after KiB" | tee "$run/resident"
	expect "resident standby storage" 0 "$(standby_resident)" || return
	[ "$after" -le $((before * 105 / 100)) ] || fail "more than 5 percent more"
}

counters_fit() {
	local counters
	counters=$(device_get counters)
	expect "assigns less unassigns" 0 "$(jq '.assigns - .unassigns' <<<"$counters")" || return
	expect "commands refused" 0 "$(jq .errors <<<"$counters")"
}

lets_go() { guest_says $'OK\nOK' "remove 2 3; modctl unload mhp_standby"; }

it "a guest, and rounds that warm it up" boots_and_warms_up
it "a block in use is in the host's memory" memory_is_really_used
it "$CYCLES times online, filled, offline" cycles
it "the host has its memory back, but for 5 percent" host_has_its_memory_back
it "as many unassigns as assigns, none refused" counters_fit
it "the blocks and the module can go" lets_go
run_tests
