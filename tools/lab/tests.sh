#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests.sh LANE [TEST]... - names of the tests to run in the lane, one a line:
# of those given (with or without .sh) the ones that the lane has, or all of
# them. A test that exists nowhere is an error; lane.sh runs any in any lane.

. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || die "usage: tests.sh LANE [TEST]..."
lane_load "$1"
shift
declare -A dirs=([guest]=${SELFTESTS:-$TREE/selftests} [host]=$LAB/host/tests)

if [ $# = 0 ]; then
	if [ -n "$LANE_TESTS" ]; then
		printf '%s' "$LANE_TESTS" | tr -s '[:space:]' '\n'
		echo
	elif [ "$SIDE" = guest ]; then
		make -s -C "${dirs[guest]}" list | sed 's/\.sh$//'
	else
		cd "${dirs[host]}"
		printf '%s\n' *.sh | sed 's/\.sh$//'
	fi
	exit
fi
for t; do
	t=${t%.sh}
	if [ -x "${dirs[$SIDE]}/$t.sh" ]; then
		[ -z "$LANE_TESTS" ] || grep -qw -e "$t" <<<"$LANE_TESTS" || continue
		echo "$t"
	elif [ ! -x "${dirs[guest]}/$t.sh" ] && [ ! -x "${dirs[host]}/$t.sh" ]; then
		die "no test $t in ${dirs[guest]} or ${dirs[host]}"
	fi
done
