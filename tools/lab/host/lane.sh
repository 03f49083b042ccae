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

[ $# -ge 1 ] || die "usage: host/lane.sh LANE [TEST]..."
lane_load "$1"
shift
run=$BUILD/run/$LANE
rm -rf "$run"
mkdir -p "$run"
if [ $# = 0 ]; then
	mapfile -t tests < <("$LAB/tests.sh" "$LANE")
else
	tests=("$@")
fi

printf 'KTAP version 1\n1..%s\n' ${#tests[@]}
number=0
for name in "${tests[@]}"; do
	number=$((number + 1)) began=$SECONDS
	ktap_begin "$name"
	while IFS= read -r line; do
		case $line in
		'mhp_lab: status '*) status=${line##* } ;;
		*) ktap_line "$line" ;;
		esac
	done < <(
		status=0
		timeout -k 5 "${HOST_TEST_TIMEOUT:-900}" "$LAB/host/tests/$name.sh" "$LANE" </dev/null 2>&1 || status=$?
		printf 'mhp_lab: status %s\n' "$status"
	)
	reason=
	case $status in
	0 | 4) ;;
	1) [ "$kt_bad" != 0 ] || reason="exit status 1 without a failed result" ;;
	124 | 137) reason="not done in ${HOST_TEST_TIMEOUT:-900} s" ;;
	*) reason="exit status $status" ;;
	esac
	echo "  # $name took $((SECONDS - began)) s"
	ktap_end "$number" "$reason"
done
echo "$ktap_passed $ktap_failed $ktap_skipped" >"$run/counts"
[ "$ktap_failed" = 0 ]
