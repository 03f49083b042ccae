#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# tests.sh - run the tests of /lab/job one after another, results to stdout.
# Lines that begin with mhp_lab: are for the runner outside; the same in the
# kernel log, so that what is logged there can be told apart by test.

# shellcheck source=/dev/null
. /lab/job

log() { echo "mhp_lab: $*" >/dev/kmsg; }
tell() { printf '\nmhp_lab: %s\n' "$*"; }

# look_for_leaks: kmemleak logs how many it found, which the runner takes for a
# splat. It says nothing of objects younger than 5 s.
kmemleak=/sys/kernel/debug/kmemleak
look_for_leaks()
{
	[ -w $kmemleak ] || return 0
	sleep 6
	echo scan >$kmemleak
	head -n 40 $kmemleak >/dev/kmsg
	echo clear >$kmemleak
}

tell "up $(uname -r)"
# What the boot left behind is not ours.
log "expect new suspected memory leaks"
look_for_leaks
log "expect-end"
for t in $TESTS; do
	tell "begin $t"
	log "begin $t"
	(cd /selftests && exec timeout -s KILL "$TEST_TIMEOUT" "./$t.sh") </dev/null 2>&1
	status=$?
	# What a test left running would disturb the next one. Init is spared.
	kill -KILL -1 2>/dev/null
	look_for_leaks
	log "end $t"
	# A module that cannot be unloaded is what the next test would find.
	left=''
	[ ! -d /sys/module/mhp_standby ] || left=left
	tell "end $t $status $left"
done
tell "done"
