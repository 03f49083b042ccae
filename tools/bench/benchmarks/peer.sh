#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# peer.sh - what a user would pick instead: virtio-mem beside the module, in one x86_64
# guest, turn about. The same storage comes and goes by each; what it takes by the clock,
# and how much of it the guest has for its own use then. The module's firmware is the
# simulated one: Debian's s390x kernels have no virtio-mem.
#
# Needs a kernel whose package has modules below /usr: trixie's.

. "$(dirname "$0")/../lib.sh"

ROUNDS=${PEER_ROUNDS:-5}
BLOCKS=8
MIB=$((BLOCKS * 128))
export KERNEL=${PEER_KERNEL:-debian:trixie}

# set_size MIB: what virtio-mem is asked for, until it is so
set_size() {
	local size=$(($1 << 20)) deadline=$((SECONDS + 300))
	qmp qom-set '{"path":"/machine/peripheral/vm0","property":"requested-size","value":'$size'}' >/dev/null || return
	until [ "$(qmp qom-get '{"path":"/machine/peripheral/vm0","property":"size"}')" = $size ]; do
		[ $SECONDS -lt $deadline ] || return
		sleep 0.02
	done
}

# shellcheck disable=SC2016 # for the guest's shell
FREE='free_now() { echo 3 >/proc/sys/vm/drop_caches; echo 1 >/proc/sys/vm/stat_refresh
	awk "\$1 == \"nr_free_pages\" || \$1 == \"count:\" { n += \$2 } END { print n * 4096 }" /proc/zoneinfo; }'

# did WHO WHAT COMMAND...: how long it takes
did() {
	local who=$1 what=$2 began=$EPOCHREALTIME
	shift 2
	"$@" >"$run/did" || failed "$who $what: $(cat "$run/did")"
	awk -v us="$((${EPOCHREALTIME/./} - ${began/./}))" -v mib=$MIB -v what="$what" -v who="$who" \
		'BEGIN { print what, who, mib * 1e6 / us }' >>"$run/rates"
}

# kept WHO BEFORE: percent of what came that the guest cannot use
kept() {
	local now
	now=$(in_guest "$FREE; free_now") || failed "$now"
	echo "kept $1 $(awk "BEGIN { print 100 - 100 * ($now - $2) / ($MIB * 1048576) }")" >>"$run/rates"
}

lane_load sim-x86_64
kernel=$(lane_kernel) || { not_run peer.plug "there is no $KERNEL"; exit 0; }
module=$(find "$kernel/usr/lib/modules" -name virtio_mem.ko.xz 2>/dev/null)
[ -n "$module" ] || { not_run peer.plug "no virtio_mem beside $(cat "$kernel/release")"; exit 0; }
mkdir -p "$out/guest.$ARCH/bench"
xz -dc "$module" >"$out/guest.$ARCH/bench/virtio_mem.ko"

MORE_ARGS=(-object "memory-backend-ram,id=vmb0,size=4G,reserve=off"
	-device "virtio-mem-pci,id=vm0,memdev=vmb0,requested-size=0")
EXACT='' boots sim-x86_64 "MEMORY=5G,maxmem=16G" || { not_run peer.plug "$why"; exit 0; }
kernel_release >"$out/$NAME.guests"

# The kernel brings virtio-mem's blocks online itself, and ours are told to be.
# shellcheck disable=SC2016
in_guest 'load canary=off >/dev/null && modctl load /bench/virtio_mem.ko >/dev/null || exit
	echo online_movable >$MEMORY/auto_online_blocks; first_block' >"$run/first" || failed "$(cat "$run/first")"
first=$(tail -n 1 "$run/first")
: >"$run/rates"
for ((i = 0; i <= ROUNDS; i++)); do
	# The first round pays for what is done once.
	[ $i != 1 ] || : >"$run/rates"
	before=$(in_guest "$FREE; free_now")
	did ours plug in_guest "add $first $BLOCKS"
	kept ours "$before"
	did ours unplug in_guest "for b in \$(seq $first $((first + BLOCKS - 1))); do offline \$b || exit; done; remove $first $BLOCKS"
	before=$(in_guest "$FREE; free_now")
	did virtio plug set_size $MIB
	kept virtio "$before"
	did virtio unplug set_size 0
done
for what in plug unplug kept; do
	for who in ours virtio; do
		# shellcheck disable=SC2046 # one word a value
		sample peer.$what $who $(awk -v what=$what -v who=$who '$1 == what && $2 == who { print $3 }' "$run/rates")
		# shellcheck disable=SC2046
		sample peer.$what.$who $what $(awk -v what=$what -v who=$who '$1 == what && $2 == who { print $3 }' "$run/rates")
	done
done
