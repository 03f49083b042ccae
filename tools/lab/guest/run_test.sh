# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# run_test.sh - run a selftest, results to stdout. Lines that begin with mhp_lab:
# are for the runner outside; the same in the kernel log, so that what is logged
# there can be told apart by test. Sourced, not run.

# shellcheck source=tools/lab/guest/coverage.sh
. /lab/coverage.sh

log() { echo "mhp_lab: $*" >/dev/kmsg; }
tell() { printf '\nmhp_lab: %s\n' "$*"; }

# look_for_leaks: kmemleak logs how many it found, which the runner takes for a
# splat. It says nothing of objects younger than 5 s, nor of any that it sees for the
# first time (update_checksum() in mm/kmemleak.c): one scan would find the leaks of the
# test before.
kmemleak=/sys/kernel/debug/kmemleak
look_for_leaks()
{
	[ -w $kmemleak ] || return 0
	echo scan >$kmemleak
	sleep 6
	echo scan >$kmemleak
	head -n 40 $kmemleak >/dev/kmsg
	echo clear >$kmemleak
}

# boot_is_over: what it left behind is not ours.
boot_is_over()
{
	tell "up $(uname -r)"
	log "expect new suspected memory leaks"
	look_for_leaks
	log "expect-end"
}

run_test()
{
	tell "begin $1"
	log "begin $1"
	(cd /selftests && exec timeout -s KILL "$TEST_TIMEOUT" "./$1.sh") </dev/null 2>&1
	status=$?
	# What a test left running would disturb the next one. Init and we are spared.
	kill -KILL -1 2>/dev/null
	look_for_leaks
	log "end $1"
	give_coverage
	# A module that cannot be unloaded is what the next test would find.
	left=''
	[ ! -d /sys/module/mhp_standby ] || left=left
	tell "end $1 $status $left"
}
