#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# pieces.sh - are lanes cut into pieces of which each has a test, and each test a piece?
# One without would run the whole lane. KTAP on stdout.

. "$(dirname "$0")/../common.sh"
# shellcheck source=tools/lab/durations.sh
. "$LAB/durations.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# planned SPLIT TEST...: into as many as may be
planned() {
	local got want
	got=$(echo "sim-x86_64 ${*:2}" | SPLIT=$1 pieces "$work/lanes")
	want=$(printf '%s\n' "${@:2}" | sort)
	number=$((number + 1))
	if awk 'NF < 3 { exit 1 }' <<<"$got" &&
	   [ "$(tests_of <<<"$got")" = "$want" ]; then
		echo "ok $number ${*:2}; SPLIT=$1"
	else
		failed=$((failed + 1))
		printf '%s\n' "$got" | sed 's/^/# | /'
		echo "not ok $number ${*:2}; SPLIT=$1"
	fi
}

tests_of() { awk '{ for (i = 3; i <= NF; i++) print $i }' | sort; }

echo "KTAP version 1"
planned 1 lifecycle
planned 1 lifecycle altmap events
planned 1 concurrent load cpu_hotplug soak
planned 1 lifecycle concurrent load cpu_hotplug soak
planned 1 lifecycle altmap concurrent load cpu_hotplug soak
planned 0 lifecycle altmap concurrent load cpu_hotplug soak
echo "1..$number"
[ "$failed" = 0 ]
