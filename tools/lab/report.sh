#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# report.sh PIECE... - what a run of check.sh said, in other forms. KTAP stays the
# truth: all is made of build/run/PIECE.ktap, and written to build/run:
#	results.jsonl	a line a result, a file and a lane, see report/results.awk
#	junit.xml	a suite a file
#	report.html	lanes by tests, each cell with its log, its splats and what changed
# What changed is told against the last run of each lane in this tree, which is kept
# in build/baseline/LANE.jsonl. BASELINE names another directory of that kind to
# compare with; then nothing is kept.

. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || die "usage: report.sh PIECE..."
run=$BUILD/run
baseline=${BASELINE:-$BUILD/baseline}
export LC_ALL=C

for piece; do
	awk -v piece="$piece" -f "$LAB/report/results.awk" "$run/$piece.ktap"
done >"$run/results.jsonl"

# Only what can be compared: no logs.
jq -c 'select(.kind == "result" or .kind == "test") | {kind, lane, test, name, result, reason, seconds}' \
	"$run/results.jsonl" >"$run/short.jsonl"
lanes=$(jq -r .lane "$run/short.jsonl" | sort -u)
for lane in $lanes; do
	cat "$baseline/$lane.jsonl" 2>/dev/null || true
done >"$run/before.jsonl"

jq -n -f "$LAB/report/compare.jq" --slurpfile now "$run/results.jsonl" \
	--slurpfile before "$run/before.jsonl" --arg when "$(date '+%Y-%m-%d %H:%M')" \
	--arg commit "$(git -C "$TREE" log -1 --format='%h %s' 2>/dev/null || true)" >"$run/report.json"
jq -r -f "$LAB/report/junit.jq" "$run/report.json" >"$run/junit.xml"

# Into the page as it is; only the end of a script may not stand in one.
{
	sed '/^@DATA@$/,$d' "$LAB/report/report.html"
	sed 's,</,<\\/,g' "$run/report.json"
	sed '1,/^@DATA@$/d' "$LAB/report/report.html"
} >"$run/report.html"

if [ -z "${BASELINE:-}" ]; then
	mkdir -p "$baseline"
	# A run of some tests leaves the others as they were.
	for lane in $lanes; do
		jq -c -n --arg lane "$lane" --slurpfile now "$run/short.jsonl" --slurpfile before "$run/before.jsonl" '
			[$now[] | select(.lane == $lane)] as $new |
			[$new[].test] as $ran |
			([$before[] | select(.lane == $lane and ([.test] | inside($ran) | not))] + $new)[]
		' >"$baseline/$lane.new"
		mv "$baseline/$lane.new" "$baseline/$lane.jsonl"
	done
fi
rm -f "$run/short.jsonl" "$run/before.jsonl"

# What changed and what failed, for those who read no more than the end of the stream.
jq -r '.changes[] | "# changed: \(.lane) \(.test)\(if .name then ": " + .name else "" end): \(.what)"' "$run/report.json"
jq -r -f "$LAB/report/failed.jq" "$run/results.jsonl" | uniq
echo "# report: $run/report.html"
