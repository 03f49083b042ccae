#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lane.sh LANE [TEST]... - run selftests in a guest of the lane; all of them
# unless named. KTAP on stdout as it comes, exit status 0 if nothing failed.
#
# One boot serves all tests; after one that took the guest down, or left its
# kernel in doubt (a splat, a test that had to be killed or left the module loaded), a fresh guest runs the
# rest. Logs are in build/run/LANE/: console.N.log of boot N, the
# whole stream in ktap, the totals in counts.
#
# Environment, times in seconds: BOOT_TIMEOUT (120), TEST_TIMEOUT (one test, kept
# by the guest, 600), HANG_TIMEOUT (how much later a guest that did not keep it is
# given up, 60); SMP, ACCEL, APPEND (more kernel parameters).

. "$(dirname "$0")/common.sh"
. "$LAB/qemu.sh"
. "$LAB/ktap.sh"

[ $# -ge 1 ] || die "usage: lane.sh LANE [TEST]..."
lane_load "$1"
shift
export TEST_TIMEOUT=${TEST_TIMEOUT:-600}
BOOT_TIMEOUT=${BOOT_TIMEOUT:-120}
HANG_TIMEOUT=${HANG_TIMEOUT:-60}
run=$BUILD/run/$LANE
rm -rf "$run"
mkdir -p "$run"

# Where the guest stands in the run; results of the current boot.
boot=0		# how many boots there were
console=''	# log of the current one
current=''	# the test that is running
done_tests=0	# tests that are over
verdict=''	# why a guest ended early
doubt=''	# y: better not use this guest any more
guest_problems=''	# what is wrong with the guests themselves
forgiven=''	# y: one guest did not come up

# Everything that must not outlive us.
qemu_pid=''
stop_guest() {
	[ -z "$qemu_pid" ] || kill -KILL "$qemu_pid" 2>/dev/null || true
}
trap stop_guest EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

main() {
	local tests=("$@") kernel
	if [ ${#tests[@]} = 0 ]; then
		mapfile -t tests < <("$LAB/tests.sh" "$LANE")
	fi
	[ ${#tests[@]} != 0 ] || die "no tests"
	kernel=$(lane_kernel)

	printf 'KTAP version 1\n# %s: Linux %s, %s of memory, %s\n1..%s\n' "$LANE" \
		"$(cat "$kernel/release")" "$MEMORY" "$KERNEL_PARAMS" $((${#tests[@]} + 1))
	while [ $done_tests -lt ${#tests[@]} ]; do
		run_guest "${tests[@]:done_tests}"
		[ -z "$stuck" ] || break
	done
	local t
	for t in "${tests[@]:done_tests}"; do
		ktap_begin "$t"
		test_over "not run: $verdict"
	done
	guest_result
	echo "$ktap_passed $ktap_failed $ktap_skipped" >"$run/counts"
	[ "$ktap_failed" = 0 ]
}

# run_guest TEST...: one boot, as many of the tests as it survives. Sets stuck
# if it did not even get to the first, twice.
run_guest() {
	local first=$done_tests fd status=0
	boot=$((boot + 1)) verdict='' doubt='' current='' finished='' up='' console=$run/console.$boot.log
	"$LAB/initramfs.sh" "$LANE" tests "$run/initrd" "$@"
	qemu_command "$kernel" "$run/initrd" "file,path=$console"
	: >"$console"
	exec {fd}< <(exec "${QEMU_COMMAND[@]}" "${RESULTS_PORT[@]}" </dev/null 2>"$run/qemu.$boot.log")
	qemu_pid=$!
	read_results "$fd"
	[ -z "$verdict$doubt" ] || stop_guest
	exec {fd}<&-
	wait "$qemu_pid" 2>/dev/null || status=$?
	qemu_pid=''

	local known=$guest_problems
	[ -n "$doubt" ] || judge_end "$status"
	# Before init reports nothing of ours has run: a stock kernel that dies there
	# dies of the emulator, on a busy machine at that. One such boot is forgiven.
	if [ -z "$up$forgiven" ]; then
		forgiven=y stuck='' guest_problems=$known
		echo "# boot $boot ended before init: once more"
		return
	fi
	if [ -n "$current" ]; then
		test_over "$verdict"
	fi
	stuck=''
	if [ "$done_tests" = "$first" ]; then stuck=y; fi
	note_guest "$(awk -v test= -f "$LAB/splats.awk" "$console" || true)"
}

# read_results FD: follow the guest until it ends, or is late.
read_results() {
	local line part='' left limit=$BOOT_TIMEOUT
	local deadline=$((SECONDS + limit))
	while :; do
		left=$((deadline - SECONDS))
		if [ "$left" -le 0 ]; then
			verdict="did not come up in $BOOT_TIMEOUT s"
			[ -z "$up" ] || verdict="hang: nothing new for $limit s"
			return 0
		fi
		if IFS= read -r -t "$left" line <&"$1"; then
			line=$part${line%$'\r'}
			part=''
			if [[ $line == 'mhp_lab: '* ]]; then
				marker "${line#mhp_lab: }"
				[ -z "$doubt" ] || return 0
				# The guest stops a slow test itself; we only notice if it cannot.
				limit=$((TEST_TIMEOUT + HANG_TIMEOUT))
				[ -z "$finished" ] || limit=$HANG_TIMEOUT
				deadline=$((SECONDS + limit))
			elif [ -n "$current" ]; then
				ktap_line "$line"
			fi
		elif [ $? -gt 128 ]; then
			part=$part$line
		else
			return 0
		fi
	done
}

# marker WORDS: what guest/tests.sh says
marker() {
	local word name status left reason
	read -r word name status left <<<"$1"
	case $word in
	up) up=y ;;
	begin) current=$name began=$SECONDS; ktap_begin "$name" ;;
	end)
		[ -z "$left" ] || doubt=y
		exit_reason "$status"
		test_over "$reason"
		;;
	done) finished=y ;;
	esac
}

# exit_reason STATUS: sets reason if a test's exit status is one.
exit_reason() {
	reason=
	case $1 in
	0 | 4) ;;
	1) [ "$kt_bad" != 0 ] || reason="exit status 1 without a failed result" ;;
	137) reason="killed, or not done in $TEST_TIMEOUT s" doubt=y ;;
	*) reason="exit status $1" ;;
	esac
}

# test_over REASON: the current test is over, well or not
test_over() {
	local reason=$1 splats=''
	if [ -n "$current" ]; then
		splats=$(splats_of "$current")
	fi
	if [ -n "$splats" ]; then
		head -n 40 <<<"$splats" | sed 's/^/  # log: /'
		reason=${reason:-"splat: $(first_words "$splats")"}
		doubt=y
	fi
	[ -z "$current" ] || echo "  # $current took $((SECONDS - began)) s"
	done_tests=$((done_tests + 1))
	ktap_end "$done_tests" "$reason"
	if [ -n "$reason" ] && [ -n "$console" ]; then
		echo "# console log: $console"
	fi
	current=''
}

# The console may lag behind the results.
splats_of() {
	local splats i
	for i in 1 2 3 4 5 6 7 8 9 10; do
		splats=$(awk -v test="$1" -f "$LAB/splats.awk" "$console") && break
		[ -z "$verdict" ] || break
		sleep 0.$i
	done
	echo "$splats"
}

# The line of a splat that says most, without its time stamp.
first_words() {
	local lines
	lines=$(printf '%s\n' "$1" | sed 's/^\[[^]]*\] *//' | grep -v 'cut here' | cut -c1-100)
	grep -m 1 '^WARNING' <<<"$lines" || head -n 1 <<<"$lines"
}

# judge_end STATUS: QEMU has ended with STATUS; was it the right end?
judge_end() {
	local panic
	panic=$(grep -a -m 1 -o 'Kernel panic.*' "$console" | tr -d '\r') || true
	if [ -n "$panic" ]; then
		verdict="panic: $panic"
	elif [ -n "$verdict" ]; then
		:
	elif [ -s "$run/qemu.$boot.log" ]; then
		verdict="QEMU: $(head -n 1 "$run/qemu.$boot.log")"
	elif [ -z "$finished" ]; then
		verdict="guest ended without a result (QEMU exit status $1)"
	elif [ "$1" != 0 ]; then
		verdict="QEMU exit status $1 at power-off"
	fi
	if [ -n "$verdict" ]; then
		echo "# guest of boot $boot: $verdict; the end of its console:"
		last_words | tr -d '\r' | sed 's/^/# | /'
		[ -n "$current" ] || note_guest "$verdict"
	fi
}

# A trace is long: begin with what it is about.
last_words() {
	tail -n 60 "$console" | awk '
		/Kernel panic|cut here|BUG: |detected stalls/ && !found++ { n = 0 }
		{ line[n++] = $0 }
		END { for (i = found || n < 25 ? 0 : n - 25; i < n; i++) print line[i] }'
}

note_guest() {
	[ -z "$1" ] || guest_problems="$guest_problems${guest_problems:+$'\n'}boot $boot: $1"
}

# The last result of a lane: the guests booted, powered off and logged nothing
# alarming outside of the tests. Counts only when it is bad.
guest_result() {
	if [ -z "$guest_problems" ]; then
		echo "ok $((done_tests + 1)) guest"
		return
	fi
	printf '%s\n' "$guest_problems" | sed 's/^/# /'
	echo "# console logs: $run/console.*.log"
	echo "not ok $((done_tests + 1)) guest # $(first_words "$guest_problems")"
	ktap_failed=$((ktap_failed + 1))
}

main "$@"
exit
