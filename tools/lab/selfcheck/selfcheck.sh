#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# selfcheck.sh [LANE]... - does the lab notice what it is there to notice? Runs
# tests that panic, hang, splat and lose results with a module made for it, and
# compares what the lab says of each.

. "$(dirname "$0")/../common.sh"

export MODULE_SRC=$LAB/selfcheck SELFTESTS=$LAB/selfcheck/tests BUILD=$BUILD/selfcheck
# Nothing is declared of these.
export EXPECT=none
export TEST_TIMEOUT=10 HANG_TIMEOUT=30 BOOT_TIMEOUT=${BOOT_TIMEOUT:-120}
failed=0

# A regular expression for the line that sums up each test.
expected=(
	'ok pass$'
	'ok skip # SKIP not on this machine$'
	'not ok fail$'
	'not ok panic # panic: Kernel panic - not syncing: selfcheck wants a panic'
	'not ok warn # splat: WARNING: '
	'ok warn_expected$'
	'not ok warn_after_expected # splat: WARNING: '
	'ok lockdep_expected$'
	'not ok lockdep_after_expected # splat: WARNING: possible circular'
	'not ok oops # splat: '
	'not ok hang # hang: '
	'not ok missing # results are missing$'
	'not ok silent # no plan$'
	'not ok reboot # guest ended without a result'
	'not ok slow # killed, or not done in 10 s$'
	'ok pass$'
)
order=(pass skip fail panic warn warn_expected warn_after_expected lockdep_expected lockdep_after_expected oops hang missing silent reboot slow pass)

# compare WHAT REGEX FILE
compare() {
	if grep -qE "$2" "$3"; then
		say "noticed: $1"
	else
		say "NOT noticed: $1 (no line like '$2' in $3)"
		failed=$((failed + 1))
	fi
}

for lane in "${@:-sim-s390x}"; do
	"$LAB/prepare.sh" "$lane"
	out=$BUILD/$lane.ktap
	status=0
	"$LAB/lane.sh" "$lane" "${order[@]}" >"$out" || status=$?
	[ "$status" = 1 ] || { say "NOT noticed: failures in the exit status ($status)"; failed=$((failed + 1)); }
	for i in "${!expected[@]}"; do
		want=${expected[i]}
		# Each in its place in the stream.
		compare "$lane: ${order[i]}" "^${want/ok /ok $((i + 1)) }" "$out"
	done
	compare "$lane: totals" '^15 12 1$' "$BUILD/run/$lane/counts"

	# A guest that never comes up, and one that QEMU cannot even start.
	BOOT_TIMEOUT=1 "$LAB/lane.sh" "$lane" pass >"$out.late" || true
	compare "$lane: late guest" '^not ok 1 pass # not run: did not come up in 1 s' "$out.late"
	compare "$lane: late guest, its log" '^# console logs: .*/run/.*/console' "$out.late"
	ACCEL=none "$LAB/lane.sh" "$lane" pass >"$out.none" || true
	compare "$lane: no guest" '^not ok 1 pass # not run: QEMU: ' "$out.none"
done

[ "$failed" = 0 ] || die "$failed not noticed"
say "all noticed"
