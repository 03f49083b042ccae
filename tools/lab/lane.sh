#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lane.sh LANE [TEST]... - run selftests in a guest of the lane; all of them
# unless named. KTAP on stdout as it comes, exit status 0 if nothing failed.
#
# One boot serves all tests; after one that took the guest down, or left its
# kernel in doubt (a splat, a test that had to be killed or left the module loaded),
# a fresh guest runs the rest. After two guests in a row that hung there is no third.
# Logs are in build/run/LANE/: console.N.log of boot N, the totals in counts.
#
# Environment, times in seconds: BOOT_TIMEOUT (120), TEST_TIMEOUT (one test, kept
# by the guest, 600), HANG_TIMEOUT (how much later a guest that did not keep it is
# given up, 60); SMP, ACCEL, APPEND (more kernel parameters); ONLY (tests of a file
# whose description has this in it); REPEAT (run the list that often), STOP=first
# (no further test after one that failed); COVERAGE=y (coverage.N.tar is what the
# kernel of boot N counted, if it does).

. "$(dirname "$0")/common.sh"
. "$LAB/qemu.sh"
. "$LAB/rundir.sh"
. "$LAB/judge.sh"

[ $# -ge 1 ] || die "usage: lane.sh LANE [TEST]..."
lane_load "$1"
shift
export TEST_TIMEOUT=${TEST_TIMEOUT:-600}
BOOT_TIMEOUT=${BOOT_TIMEOUT:-120}
HANG_TIMEOUT=${HANG_TIMEOUT:-60}
run_dir "$LANE${PART:++$PART}"

# Everything that must not outlive us.
qemu_pid=''
stop_guest() {
	[ -z "$qemu_pid" ] || kill -KILL "$qemu_pid" 2>/dev/null || true
}
trap stop_guest EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

main() {
	local tests=("$@") once i t
	if [ ${#tests[@]} = 0 ]; then
		mapfile -t tests < <("$LAB/tests.sh" "$LANE")
	fi
	once=("${tests[@]}")
	for ((i = 1; i < ${REPEAT:-1}; i++)); do
		tests+=("${once[@]}")
	done
	[ ${#tests[@]} != 0 ] || die "no tests"
	kernel=$(lane_kernel)

	accel_pick "$kernel"
	printf 'KTAP version 1\n# %s: Linux %s, %s, CPUs %s, %s of memory, %s\n' "$LANE" \
		"$(cat "$kernel/release")" "$ACCEL" "$SMP" "$MEMORY" "$KERNEL_PARAMS"
	expect_load "${EXPECT:-$LAB/expect/$LANE}"
	echo "1..$((${#tests[@]} + 1))"
	while [ $done_tests -lt ${#tests[@]} ] && ! is_enough; do
		run_guest "${tests[@]:done_tests}"
		[ -z "$stuck" ] || break
	done
	[ -z "$stuck" ] || [ $done_tests = ${#tests[@]} ] ||
		echo "# $stuck: the lane stops here, $((${#tests[@]} - done_tests)) tests are not run"
	for t in "${tests[@]:done_tests}"; do
		if is_enough; then
			judge_left_out "$t" "stopped at the first failure"
		else
			judge_not_run "$t" "$stuck"
		fi
	done
	expect_end
	judge_guests
	echo "$ktap_passed $ktap_failed $ktap_skipped" >"$run/counts"
	[ "$ktap_failed" = 0 ]
}

# is_enough: a failure was all that was wanted
is_enough() {
	[ "${STOP:-}" = first ] && [ "$ktap_failed" != 0 ]
}

# run_guest TEST...: one boot, as many of the tests as it survives
run_guest() {
	local fd status=0 log=$run/console.$((boot + 1)).log
	"$LAB/initramfs.sh" "$LANE" tests "$run/initrd" "$@"
	qemu_command "$kernel" "$run/initrd" "file,path=$log"
	coverage_port "$run/coverage.$((boot + 1)).tar"
	: >"$log"
	judge_boot "$log" "$run/qemu.$((boot + 1)).log"
	exec {fd}< <(exec "${QEMU_COMMAND[@]}" "${RESULTS_PORT[@]}" </dev/null 2>"$qemu_log")
	qemu_pid=$!
	read_results "$fd"
	if [ -n "$verdict$doubt" ] || is_enough; then stop_guest; fi
	exec {fd}<&-
	wait "$qemu_pid" 2>/dev/null || status=$?
	qemu_pid=''
	if is_enough; then doubt=y; fi
	judge_end "$status"
}

# read_results FD: follow the guest until it ends, or is late.
read_results() {
	local line part='' left limit=$BOOT_TIMEOUT
	local deadline=$((SECONDS + limit))
	while :; do
		left=$((deadline - SECONDS))
		if [ "$left" -le 0 ]; then
			if [ -n "$up" ]; then
				judge_late "nothing new for $limit s"
			else
				judge_late "did not come up in $BOOT_TIMEOUT s"
			fi
			return 0
		fi
		if IFS= read -r -t "$left" line <&"$1"; then
			line=$part${line%$'\r'}
			part=''
			judge_line "$line"
			if [ -n "$doubt" ] || is_enough; then return 0; fi
			[[ $line == 'mhp_lab: '* ]] || continue
			# The guest stops a slow test itself; we only notice if it cannot.
			limit=$((TEST_TIMEOUT + HANG_TIMEOUT))
			[ -z "$finished" ] || limit=$HANG_TIMEOUT
			deadline=$((SECONDS + limit))
		elif [ $? -gt 128 ]; then
			part=$part$line
		else
			return 0
		fi
	done
}

main "$@"
exit
