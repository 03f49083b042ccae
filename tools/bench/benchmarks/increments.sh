#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# increments.sh - a machine of few increments and one of as many as there can be: what a
# block takes in the module's handlers, and what finding them all takes, beside the
# kernel's own driver in the same guest.

. "$(dirname "$0")/../lib.sh"

ROUNDS=${ROUNDS:-10}

# handlers FIGURE SERIES LANE STANDBY [VARIABLE=VALUE]...: of a block that comes and goes
handlers() {
	local figure=$1 series=$2 lane=$3 standby=$4
	shift 4
	STANDBY=$standby EXACT=y boots "$lane" "$@" || { not_run "$figure" "$why"; return; }
	# shellcheck disable=SC2016 # for the guest's shell
	in_guest 'load ledger_size=65536 >/dev/null; B=$(first_block); add $B >/dev/null; state=$MEMORY/memory$B/state
		stopwatch steps 2 $state online_movable $state offline >/dev/null; echo >$MHP/events
		stopwatch steps '"$ROUNDS"' $state online_movable $state offline >/dev/null; ledger_ns' >"$run/ledger" ||
		failed "$(cat "$run/ledger")"
	# shellcheck disable=SC2046 # one word a value
	sample "$figure" "$series" $(awk '{ n += $2 - $3 } $1 == "MEM_FINISH_OFFLINE" { print n; n = 0 }' "$run/ledger")
}

# In the order of the machines: the kernel's driver puts each increment into a list.
discovery() {
	EXACT=y ADVERTISE=on STANDBY=65023M APPEND=initcall_debug \
		boots sclp-s390x.host MEMORY=512M,maxmem=66G || { not_run increments.discovery "$why"; return; }
	# shellcheck disable=SC2016
	in_guest 'dmesg | sed -n "s/.*initcall sclp_detect_standby_memory.* after \([0-9]*\) usecs.*/kernel \1/p"
		/bench/stopwatch load $MHP_MODULE firmware=sclp | awk "{ print \"module\", \$1 / 1000 }"' >"$run/discovery" ||
		failed "$(cat "$run/discovery")"
	sample increments.discovery kernel "$(awk '$1 == "kernel" { print $2 }' "$run/discovery")"
	sample increments.discovery module "$(awk '$1 == "module" { print $2 }' "$run/discovery")"
}

# A block is one increment: 64 of them, and 4096.
handlers increments.blocks few sclp-s390x.info 14G MEMORY=2G,maxmem=16G
handlers increments.blocks many sclp-s390x.info 1022G MEMORY=2G,maxmem=1024G
# A block is 256 increments of 1 MiB: 2048 of them, and 65535.
export INCREMENT=1M LAYOUT=,per-element=255
handlers increments.small few sclp-s390x.info 1536M MEMORY=512M,maxmem=4G
handlers increments.small many sclp-s390x.info 65023M MEMORY=512M,maxmem=66G
discovery
