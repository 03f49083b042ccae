# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# lib.sh - what every test on the host stands on. It reads like a selftest:
#
#	. "$(dirname "$0")/../lib.sh"
#	power_is_on() { expect "answer" 1 "$(guest 'echo 1')"; }
#	it "the guest answers" power_is_on
#	run_tests
#
# Each test begins with guest_start, or with there: the guest of the one before, if
# there was one.
# $1 is the lane; the guests' logs are in $run.

. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
# shellcheck source=tools/lab/qemu.sh
. "$LAB/qemu.sh"
# shellcheck source=tools/lab/host/guest.sh
. "$LAB/host/guest.sh"
# shellcheck source=selftests/ktap.sh
. "$TREE/selftests/ktap.sh"
# shellcheck source=selftests/faults.sh
. "$TREE/selftests/faults.sh"
# Tests say themselves what is a failure.
set +e

TEST=$(basename "$0" .sh)
lane_load "${1:-sclp-s390x.host}"
run=$BUILD/run/$LANE/$TEST
rm -rf "$run"
mkdir -p "$run"
fault_notes=$run/faults
trap guest_kill EXIT
trap 'exit 143' TERM INT HUP

descriptions=() functions=()
may_splat=''	# y: what the guest's kernel says is part of the test

# it DESCRIPTION FUNCTION [WORD]...: a test. ONLY leaves those alone that have this in it.
it() {
	[[ $1 == *"${ONLY:-}"* ]] || return 0
	descriptions+=("$1")
	shift
	functions+=("$*")
}

there() { [ -n "$guest_pid" ] || guest_start; }

fail() { echo "$*"; return 1; }

# skip REASON, to be followed by a return
skip() { skipped=$*; return 1; }

# expect WHAT WANTED GOT; to be followed by || return
expect() { [ "$2" = "$3" ] || fail "$1: expected '$2' got '$3'"; }

# guest_says WANTED COMMANDS
guest_says() {
	local got status=0
	got=$(guest "$2") || status=$?
	[ "$got" = "$1" ] || fail "guest: $2: expected '$1' got '$got' (status $status)"
}

# map_is RANGES: the increments that are assigned, as QEMU sees it
map_is() { expect "increments assigned in QEMU" "$1" "$(device_get assigned)"; }

run_tests() {
	local i splats
	ktap_print_header
	if [ ${#functions[@]} = 0 ]; then
		ktap_skip_all "no test has '$ONLY' in its description (ONLY)"
		exit "$KSFT_SKIP"
	fi
	ktap_set_plan $((${#functions[@]} + 1))
	for i in "${!functions[@]}"; do
		skipped=''
		rm -f "$fault_notes"
		# Not in a subshell: guests live on. The log is shown on failure.
		if ${functions[i]} >"$run/log" 2>&1; then
			passed_but "${descriptions[i]}"
		elif [ -n "$skipped" ]; then
			ktap_test_skip "${descriptions[i]}" "$skipped"
		else
			sed 's/^/# /' "$run/log"
			ktap_test_fail "${descriptions[i]}"
		fi
	done
	guest_kill
	splats=$(find "$run" -name 'console.*.log' -exec awk -v test= -f "$SPLATS" {} +)
	if [ -z "$splats" ] || [ -n "$may_splat" ]; then
		ktap_test_pass "$TEST: the guests' logs have no splat"
	else
		head -n 40 <<<"$splats" | sed 's/^/# /'
		ktap_test_fail "$TEST: the guests' logs have no splat"
	fi
	ktap_finished
}
