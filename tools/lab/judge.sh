# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2153
#
# judge.sh - what a lane's guests were worth, told from what comes out of them: the
# results as they come, and of each guest its console log, what its QEMU said and
# with which status that ended. Boots nothing, so selfcheck/ can try it on logs that
# were recorded. Sourced, not run.
#
#	judge_boot LOG STDERR	the next guest: where its console and its QEMU write
#	judge_line LINE		of the results
#	judge_late WHY		the guest was given up
#	judge_end STATUS	its QEMU has ended
#	judge_not_run TEST WHY	a test that no guest got to
#	judge_left_out TEST WHY	one that was not to be run
#	judge_guests		the last result of a lane: its guests themselves
#
# What the runner has to know:
#	up, finished	y: the guest said that it is up, and that it is done
#	doubt		y: better not use this guest any more
#	stuck		why no further guest should be tried; empty if one should
#	done_tests	tests that are over
# ... and what it may say: TEST_TIMEOUT, ACCEL, and SPLAT_PATIENCE, how many times
# to look again for a console log that lags behind the results (10).

. "$LAB/ktap.sh"

boot=0			# how many guests there were
done_tests=0 stuck='' up='' finished='' doubt=''
current=''		# the test that is running
current_nth=0		# how often it has run in this guest, with this time
verdict=''		# why the guest ended early
guest_problems=''	# what is wrong with the guests themselves
forgiven=''		# y: one guest died of the emulator
hung=0			# guests in a row that had to be given up

judge_boot() {
	boot=$((boot + 1)) console=$1 qemu_log=$2
	up='' finished='' doubt='' verdict='' current='' reported='' hangs=''
	first_test=$done_tests
	declare -gA runs=()
}

judge_line() {
	if [[ $1 == 'mhp_lab: '* ]]; then
		judge_mark "${1#mhp_lab: }"
	elif [ -n "$current" ]; then
		ktap_line "$1"
	fi
}

# judge_mark WORDS: what guest/tests.sh says
judge_mark() {
	local word name status left
	read -r word name status left <<<"$1"
	case $word in
	up) up=y ;;
	begin)
		# It was not told that the one before is over.
		[ -z "$current" ] || test_over "its end is not in the results"
		current=$name began=$EPOCHREALTIME
		runs[$name]=$((${runs[$name]:-0} + 1))
		current_nth=${runs[$name]}
		ktap_begin "$name"
		;;
	end)
		[ "$name" = "$current" ] || return 0
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
	137) reason="killed, or not done in $TEST_TIMEOUT s" doubt=y hangs=y ;;
	*) reason="exit status $1" ;;
	esac
}

# test_over REASON: the current test is over, well or not
test_over() {
	local reason=$1 splats=''
	splats_of "$current" "$current_nth"
	if [ -n "$splats" ]; then
		reported="$reported $current"
		head -n 40 <<<"$splats" | sed 's/^/  # log: /'
		reason=${reason:-"splat: $(first_words "$splats")"}
		doubt=y
	fi
	echo "  # $current took $(seconds_since "$began") s"
	done_tests=$((done_tests + 1))
	ktap_end "$done_tests" "$reason"
	if [ -n "$reason" ]; then
		echo "# console log: $console"
	fi
	current=''
}

judge_not_run() {
	ktap_begin "$1"
	done_tests=$((done_tests + 1))
	ktap_end "$done_tests" "not run: $2"
}

# judge_left_out TEST WHY: as told, which is no failure
judge_left_out() {
	ktap_begin "$1"
	done_tests=$((done_tests + 1))
	ktap_expects=''
	ktap_line "1..0 # SKIP $2"
	ktap_end "$done_tests" ""
}

# splats_of TEST NTH: sets splats. The console may lag behind the results.
splats_of() {
	local i
	for ((i = 1; ; i++)); do
		splats=$(awk -v test="$1" -v nth="$2" -f "$SPLATS" "$console") && return
		[ -z "$verdict" ] && [ "$i" -le "${SPLAT_PATIENCE:-10}" ] || return 0
		sleep 0.$((i < 10 ? i : 9))
	done
}

# The line of a splat that says most, without its time stamp.
first_words() {
	local lines
	lines=$(printf '%s\n' "$1" | sed 's/^\[[^]]*\] *//' | grep -v 'cut here' | cut -c1-100)
	grep -m 1 '^WARNING' <<<"$lines" || head -n 1 <<<"$lines"
}

judge_late() {
	hangs=y verdict=$1
	[ -z "$up" ] || verdict="hang: $1"
}

judge_end() {
	[ -n "$doubt" ] || how_it_ended "$1"
	if [ -z "$up" ] && [ -z "$forgiven" ] && emulator_failed; then
		forgiven=y stuck=''
		echo "# boot $boot: $emulator_said: the emulator, not the kernel; once more"
		return
	fi
	if [ -n "$verdict" ]; then
		echo "# guest of boot $boot: $verdict; the end of its console:"
		last_words | tr -d '\r' | sed 's/^/# | /'
		[ -n "$current" ] || note_guest "$verdict"
	fi
	[ -z "$current" ] || test_over "$verdict"
	look_back
	look_at_qemu

	if [ -n "$hangs" ]; then hung=$((hung + 1)); else hung=0; fi
	stuck=''
	if [ "$done_tests" = "$first_test" ]; then
		stuck=${verdict:-it got to no test}
	elif [ "$hung" -ge 2 ]; then
		stuck="two guests in a row hung"
	fi
}

# how_it_ended STATUS: QEMU has ended with STATUS; was it the right end?
how_it_ended() {
	local panic
	panic=$(grep -a -m 1 -o 'Kernel panic.*' "$console" | tr -d '\r') || true
	if [ -n "$panic" ]; then
		verdict="panic: $panic"
	elif [ -n "$verdict" ]; then
		:
	elif [ -z "$finished" ] && [ -s "$qemu_log" ]; then
		verdict="QEMU: $(qemu_said | head -n 1)"
	elif [ -z "$finished" ]; then
		verdict="guest ended without a result (QEMU exit status $1)"
	elif [ "$1" != 0 ]; then
		verdict="QEMU exit status $1 at power-off"
	fi
}

# What QEMU said, first what is more than a warning.
qemu_said() {
	qemu_errors
	grep -aEv "$QEMU_ERROR" "$qemu_log" || true
}

# A warning, a deprecation or a word of a library is no fault of the guest.
QEMU_ERROR='^qemu-system-[^ :]*: [^:]|^(qemu|ERROR): |[Aa]ssertion .*failed|^\*\*( |$)|(Bail out|core dumped|AddressSanitizer)'
qemu_errors() {
	grep -aE "$QEMU_ERROR" "$qemu_log" | grep -aEv '^qemu-system-[^ :]*: (.*: )?(warning|info): |terminating on signal' || true
}

look_at_qemu() {
	local errors
	[ -s "$qemu_log" ] || return 0
	sed 's/^/# QEMU: /' "$qemu_log" | head -n 10
	errors=$(qemu_errors)
	# If it took the guest down that was said already.
	[ -z "$errors" ] || [ "${verdict#QEMU: }" != "$verdict" ] || note_guest "QEMU: $(head -n 1 <<<"$errors")"
}

# Two faults of TCG are known, both of a stock x86 kernel that has not come as far
# as init on a busy machine: the timer is late for the check of the IO-APIC, and an
# int3 that was just put into code is met and not expected any more.
emulator_failed() {
	[[ ${ACCEL:-tcg} == tcg* ]] || return 1
	emulator_said=$(grep -a -m 1 -oE 'IO-APIC \+ timer doesn.t work|Oops: int3|int3: 0000 \[#1\]' "$console")
}

# The whole log once more, now that it is complete: what came too late for its test,
# or in between, or where no test was told about.
look_back() {
	local where splats late=''
	splats=$(awk -v tag=y -v test= -f "$SPLATS" "$console" || true)
	while IFS=$'\t' read -r where line; do
		[ -n "$line" ] || continue
		[[ "$reported " != *" $where "* ]] || continue
		late+="${where:+$where: }$line"$'\n'
	done <<<"$splats"
	note_guest "${late%$'\n'}"
	# A console that says nothing is not a clean one.
	if [ -n "$finished" ] && [ "$(grep -a -c 'mhp_lab: begin ' "$console")" -lt $((done_tests - first_test)) ]; then
		note_guest "the console log lacks the marks of tests"
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

# The guests booted, powered off and logged nothing alarming outside of the tests.
# Counts only when it is bad.
judge_guests() {
	if [ -z "$guest_problems" ]; then
		echo "ok $((done_tests + 1)) guest"
		return
	fi
	head -n 60 <<<"$guest_problems" | sed 's/^/# /'
	echo "# console logs: $(dirname "$console")/console.*.log"
	echo "not ok $((done_tests + 1)) guest # $(first_words "$guest_problems")"
	ktap_failed=$((ktap_failed + 1))
}
