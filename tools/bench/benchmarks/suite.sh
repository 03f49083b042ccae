#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# suite.sh - from an edit to its verdict: a file of the module is newer, and one test
# decides. How many mutants an hour get theirs. A few tests in three lanes, as make check
# has them run and as it had before: two CPUs a guest, lanes whole, as many guests as
# processors, whose boot leaves nothing out. And what the tests of each lane took last on
# this machine (lab/durations.sh).

. "$(dirname "$0")/../lib.sh"
# shellcheck source=tools/bench/cpu.sh
. "$BENCH_DIR/cpu.sh"

TESTS=${SUITE_TESTS:-lifecycle}
LANE=${SUITE_LANE:-sim-x86_64}
# The first pays for what is compiled once. Each is of another file, and of one test.
MUTANTS=(wrong-errno altmap-off-by-one altmap-never)

start() { began=$EPOCHREALTIME cpu_then=$(children_cpu); }

# stop: sets wall and cpu, seconds since start
stop() {
	wall=$(awk "BEGIN { print $EPOCHREALTIME - $began }")
	cpu=$(awk "BEGIN { print ($(children_cpu) - $cpu_then) / 1000 }")
}

lane_load "$LANE"
"$LAB/prepare.sh" "$LANE" || { not_run suite.edit "$LANE cannot be prepared"; exit 0; }
module=$(module_dir "$(lane_kernel)")
touch "$TREE/module/hotplug/block.c"
start
LANES=$LANE TESTS=$TESTS "$LAB/check.sh" >"$run/ktap" || say "$LANE: $TESTS did not pass; see $run/ktap"
stop
sample suite.edit seconds "$wall"
sample suite.cpu seconds "$cpu"
[ -e "$module/mhp_standby.ko" ] || failed "no module in $module"

MUTANT_LANE=$LANE "$LAB/mutants.sh" "${MUTANTS[0]}" >"$run/mutants" 2>&1 || say "see $run/mutants"
start
if MUTANT_LANE=$LANE "$LAB/mutants.sh" "${MUTANTS[@]:1}" >"$run/mutants" 2>&1; then
	stop
	sample suite.mutants hour "$(awk "BEGIN { print 3600 * 2 / $wall }")"
	sample suite.mutants.cpu seconds "$(awk "BEGIN { print $cpu / 2 }")"
else
	not_run suite.mutants "not all were noticed; see $run/mutants"
fi

few=(TESTS="${CHECK_TESTS:-lifecycle altmap stages events}" LANES="sim-x86_64 sim-s390x sclp-s390x.info")
before=(JOBS=$(($(nproc) * 2)) SMP=2 SPLIT=0 QUICK_PARAMS=)

# check SERIES [VARIABLE=VALUE]...
check() {
	local series=$1
	shift
	start
	env "${few[@]}" "$@" "$LAB/check.sh" >"$run/check.$series" 2>&1 || say "see $run/check.$series"
	stop
	sample suite.check "$series" "$wall"
	sample suite.check.cpu "$series" "$cpu"
}

# The first finds all prepared, as the others do.
for lane in sim-s390x sclp-s390x.info; do "$LAB/prepare.sh" $lane; done
for ((i = 0; i < ${CHECK_ROUNDS:-2}; i++)); do
	check before "${before[@]}"
	check now
done

if [ -s "$CACHE/durations" ]; then
	awk '{ n[$1] += $3 } END { for (l in n) print l, n[l] }' "$CACHE/durations" | sort -k2,2nr >"$out/suite.lanes"
	sample suite.lanes seconds "$(awk '{ n += $2 } END { print n }' "$out/suite.lanes")"
else
	not_run suite.lanes "no make check was run on this machine"
fi
