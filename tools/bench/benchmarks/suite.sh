#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# suite.sh - from an edit to its verdict: a file of the module is newer, and one test
# decides. And what the tests of each lane took last on this machine (lab/durations.sh).

. "$(dirname "$0")/../lib.sh"

TESTS=${SUITE_TESTS:-lifecycle}
LANE=${SUITE_LANE:-sim-x86_64}

lane_load "$LANE"
"$LAB/prepare.sh" "$LANE" || { not_run suite.edit "$LANE cannot be prepared"; exit 0; }
module=$(module_dir "$(lane_kernel)")
touch "$TREE/module/hotplug/block.c"
began=$EPOCHREALTIME cpu=$(cut -d' ' -f 16,17 /proc/$$/stat)
LANES=$LANE TESTS=$TESTS "$LAB/check.sh" >"$run/ktap" || say "$LANE: $TESTS did not pass; see $run/ktap"
ended=$EPOCHREALTIME
sample suite.edit seconds "$(awk "BEGIN { print $ended - $began }")"
sample suite.cpu seconds "$(cut -d' ' -f 16,17 /proc/$$/stat | awk -v was="$cpu" -v hz="$(getconf CLK_TCK)" '
	{ split(was, w, " "); print ($1 + $2 - w[1] - w[2]) / hz }')"
[ -e "$module/mhp_standby.ko" ] || failed "no module in $module"

if [ -s "$CACHE/durations" ]; then
	awk '{ n[$1] += $3 } END { for (l in n) print l, n[l] }' "$CACHE/durations" | sort -k2,2nr >"$out/suite.lanes"
	sample suite.lanes seconds "$(awk '{ n += $2 } END { print n }' "$out/suite.lanes")"
else
	not_run suite.lanes "no make check was run on this machine"
fi
