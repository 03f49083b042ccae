#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lane.sh LANE [TEST]... - run tests that live on the host (host/tests) with
# guests of the lane; all of them unless named. KTAP on stdout, the totals in
# build/run/LANE/counts, exit status 0 if nothing failed.
#
# HOST_TEST_TIMEOUT bounds one test (seconds, 900).

. "$(dirname "$0")/../common.sh"
# shellcheck source=tools/lab/ktap.sh
. "$LAB/ktap.sh"
# shellcheck source=tools/lab/rundir.sh
. "$LAB/rundir.sh"

[ $# -ge 1 ] || die "usage: host/lane.sh LANE [TEST]..."
lane_load "$1"
shift
run_dir "$LANE"
if [ $# = 0 ]; then
	mapfile -t tests < <("$LAB/tests.sh" "$LANE")
else
	tests=("$@")
fi

# A test has guests and waits for them: with us all of it ends. The group is that of
# timeout, which hears of our death even if we cannot say so.
test_pid=''
stop_test() {
	[ -n "$test_pid" ] || return 0
	kill -TERM "$test_pid" 2>/dev/null || return 0
	for _ in $(seq 30); do
		kill -0 "$test_pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL -- "-$test_pid" 2>/dev/null || true
}
trap stop_test EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

expect_load "${EXPECT:-$LAB/expect/$LANE}"
printf 'KTAP version 1\n1..%s\n' ${#tests[@]}
number=0
for name in "${tests[@]}"; do
	number=$((number + 1)) began=$EPOCHREALTIME
	ktap_begin "$name"
	exec {results}< <(exec setpriv --pdeathsig TERM timeout -k 5 "${HOST_TEST_TIMEOUT:-900}" \
		"$LAB/host/tests/$name.sh" "$LANE" </dev/null 2>&1)
	test_pid=$!
	while IFS= read -r line <&"$results"; do
		ktap_line "$line"
	done
	status=0
	wait "$test_pid" || status=$?
	test_pid=''
	exec {results}<&-
	reason=
	case $status in
	0 | 4) ;;
	1) [ "$kt_bad" != 0 ] || reason="exit status 1 without a failed result" ;;
	124 | 137) reason="not done in ${HOST_TEST_TIMEOUT:-900} s" ;;
	*) reason="exit status $status" ;;
	esac
	echo "  # $name took $(seconds_since "$began") s"
	ktap_end "$number" "$reason"
done
expect_end
echo "$ktap_passed $ktap_failed $ktap_skipped" >"$run/counts"
[ "$ktap_failed" = 0 ]
