#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.sh [NAME]... - break the module in each of the ways of mutants/list
# and see that the selftests notice. KTAP on stdout: a mutant is ok if a test
# fails with it in its lane (its own, or MUTANT_LANE, sim-s390x), or
# the guest's kernel is in trouble. The guest goes as soon as that is so: mutants
# leave kernels behind that go on for a while, or hang. A test that is killed
# because it took too long has noticed nothing.

. "$(dirname "$0")/common.sh"
. "$LAB/mutants/mutate.sh"

work=$BUILD/mutants
# Its own module, and its own runs: a make check beside it keeps what it has.
export MODULE_OUT=.mutant PART=mutant
export HANG_TIMEOUT=${HANG_TIMEOUT:-20}
# A stall is one of the machine that has too much to do: what hangs runs out of time.
export APPEND="${APPEND:-} rcupdate.rcu_cpu_stall_suppress=1"

# The lane that runs, if any; it stops its guest when it is stopped.
lane_pid=
stop_lane() {
	[ -z "$lane_pid" ] || kill "$lane_pid" 2>/dev/null || true
	[ -z "$lane_pid" ] || wait "$lane_pid" || true
	lane_pid=
}
trap stop_lane EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# trim TEXT: without blanks around it.
trim() { printf '%s' "$1" | sed 's/^[[:space:]]*//;s/[[:space:]]*$//'; }

# mutant NAME FILE SCRIPT LANE: makes it; a script that no longer fits the source is an
# error of the list. What was mutated for that kernel before is compiled again, too.
mutant() {
	local name=$1 file=$2 script=$3 lane=$4 out status=0
	out=$(lane_load "$lane" && module_dir "$(lane_kernel)")$MODULE_OUT
	mkdir -p "$(dirname "$out")"
	mutate "$work/$name" "$file" "$script" || status=1
	if [ -e "$out.before" ]; then
		touch -c "$work/$name/module/$(cat "$out.before")"
	else
		rm -rf "${out:?}"
	fi
	echo "$file" >"$out.before"
	return $status
}

# What says nothing about the module: a test or a guest that took too long.
SLOW='not done in|did not come up|not run:'

# noticed NAME LANE TEST...: prints what the tests or the kernel said by now.
noticed() {
	local name=$1 run=$BUILD/run/$2+$PART console t said
	shift 2
	said=$(grep -E "^ *not ok" "$work/$name.ktap" | grep -Ev "$SLOW") || true
	for console in "$run"/console.*.log; do
		[ -z "$said" ] || break
		[ -e "$console" ] || continue
		for t in "$@"; do
			said+=$(awk -v "test=$t" -f "$SPLATS" "$console") || true
		done
	done
	[ -n "$said" ] && head -n 3 <<<"$said"
}

# run_lane NAME LANE TEST...: until something is noticed or the lane has ended.
run_lane() {
	local name=$1 runner=lane.sh
	lane_load "$2"
	[ "$SIDE" = guest ] || runner=host/lane.sh
	rm -rf "${BUILD:?}/run/$2+$PART"
	MODULE_SRC=$work/$name "$LAB/$runner" "${@:2}" >"$work/$name.ktap" 2>&1 &
	lane_pid=$!
	while kill -0 "$lane_pid" 2>/dev/null; do
		if noticed "$@" >"$work/$name.noticed"; then
			stop_lane
			return
		fi
		sleep 1
	done
	wait "$lane_pid" || true
	lane_pid=
	noticed "$@" >"$work/$name.noticed"
}

mkdir -p "$work"
exec 8>"$work/lock"
flock -n 8 || { say "waiting for another make mutants in this tree"; flock 8; }

number=0 passed=0 failed=0
report() {
	number=$((number + 1))
	if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	printf '%s %d %s\n' "$1" "$number" "$2"
}

echo "KTAP version 1"
while IFS='|' read -r name tests file script <&3; do
	case $name in '#'* | '') continue ;; esac
	name=$(trim "$name") tests=$(trim "$tests")
	file=$(trim "$file") script=$(trim "$script")
	if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then
		continue
	fi
	lane=${MUTANT_LANE:-sim-s390x}
	case $tests in *:*) lane=${tests%%:*} tests=${tests#*:} ;; esac
	if ! mutant "$name" "$file" "$script" "$lane"; then
		report "not ok" "$name # its sed script changes nothing in $file"
		continue
	fi
	if ! MODULE_SRC=$work/$name "$LAB/prepare.sh" "$lane" >"$work/$name.build" 2>&1; then
		report "not ok" "$name # does not build, see $work/$name.build"
		continue
	fi
	# shellcheck disable=SC2086 # one word a test
	if run_lane "$name" "$lane" $tests; then
		sed 's/^ */# seen by: /' "$work/$name.noticed"
		report ok "$name"
	else
		report "not ok" "$name # no test of $tests noticed, see $work/$name.ktap"
	fi
done 3<"$LAB/mutants/list"
echo "1..$number"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$number" != 0 ]
