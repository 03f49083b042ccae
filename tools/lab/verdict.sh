#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# verdict.sh KERNEL [TEST]... - is this kernel good? Runs these tests, or TESTS, in the
# lanes that fit, or LANES. The exit status is for git bisect run:
#	0	good: something was tested and nothing failed
#	1	bad: a test failed, or the kernel complained or died in it
#	125	cannot tell: not built, not booted, or nothing tested
# The KTAP goes to build/verdict.ktap and, with what failed, to stderr.

. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || die "usage: verdict.sh KERNEL [TEST]..."
export KERNEL=$1
shift
[ $# = 0 ] || export TESTS=$*
ktap=$BUILD/verdict.ktap
# There are none of a run that does not get to its end.
mkdir -p "$BUILD/run"
: >"$BUILD/run/results.jsonl"
"$LAB/check_kernel.sh" >"$ktap" || true
results=$(jq -r -f "$LAB/report/table.jq" "$BUILD/run/results.jsonl")
bad=$(awk -F '\t' '$4 == "fail" { print "lab: failed: " $1 " " $2 ($3 == "*" ? "" : ": " $3) ($5 == "" ? "" : " (" $5 ")") }' <<<"$results")
passed=$(awk -F '\t' '$4 == "pass" && $3 != "*" { n++ } END { print n + 0 }' <<<"$results")
unknown=$(awk -F '\t' '$4 == "none" { print "lab: cannot tell: " $1 " " $2 " (" $5 ")" }' <<<"$results")
[ -z "$unknown$bad" ] || printf '%s\n' "$unknown" "$bad" | grep . >&2
if [ -n "$bad" ]; then
	say "bad: $KERNEL"
	exit 1
elif [ -n "$unknown" ] || [ "$passed" = 0 ]; then
	say "cannot tell: $KERNEL; log: $ktap"
	exit 125
fi
say "good: $KERNEL, $passed passed"
