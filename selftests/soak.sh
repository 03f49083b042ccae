#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Random operations on every file of the module and the states of its blocks, held
# against a model of what they must do (soak/). Here for a short while with a seed of
# its own; `make soak` goes on for as long as one likes, with other seeds.
#
# MHP_SOAK_SECONDS	for each of the two tests
# MHP_SOAK_SEED		what comes, comes again with the same seed
# MHP_SOAK_REPLAY	a trace that is done instead
# MHP_SOAK_OPS		set: each operation is said before it is done
# MHP_SOAK_SHRINK	seconds to make the trace of a difference shorter

. ./lib.sh
. ./fail_nth.sh

SOAK_SECONDS=${MHP_SOAK_SECONDS:-10}

# What is said comes at once, and not with the result.
exec 8>&1

# soaked OPTION...: the module is ours alone meanwhile
soaked()
{
	needs_drive
	needs_reload
	touch "$work/reloaded"
	expect "unload" OK "$(unload)"
	so_lacks=$(lacks_fail_nth)
	if [ -z "$so_lacks" ]; then
		every_allocation
		kmemleak_aside Y
	fi
	# Lockdep does not see that a writer of state does not wait for a block that goes.
	echo "mhp_lab: expect --> cpu_hotplug_lock --> mem_hotplug_lock" > /dev/kmsg
	echo "mhp_lab: expect vmalloc error" > /dev/kmsg
	# shellcheck disable=SC2086 # a list of parameters
	soaker -o 8 -k "${MHP_SOAK_SHRINK:-60}" ${MHP_SOAK_OPS:+-v} -s "${MHP_SOAK_SEED:-1}" "$@" \
		"$module_file" $MHP_MODULE_PARAMS
	so_status=$?
	echo "mhp_lab: expect-end" > /dev/kmsg
	[ -n "$so_lacks" ] || kmemleak_aside N
	[ $so_status != 4 ] || skip "$(tail -n 1 "$work/log")"
	[ $so_status = 0 ] || fail "a difference, see the trace (status $so_status)"
}

alone()
{
	soaked -t "$SOAK_SECONDS" -m alone
}

together()
{
	soaked -t "$SOAK_SECONDS" -m together
}

replayed()
{
	soaked -t "$SOAK_SECONDS" -r "$MHP_SOAK_REPLAY"
}

if [ -n "${MHP_SOAK_REPLAY-}" ]; then
	it "the operations of a trace do what the model says" replayed
else
	it "one process: each answer and every table are what the model says" alone
	it "several processes: tables, sysfs and increments agree when all is quiet" together
fi

run "$@"
