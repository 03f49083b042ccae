#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# soak.sh [LANE]... - random operations in a guest of each lane (sim-x86_64 unless
# named), held against a model of what they must do: selftests/soak.sh, for longer. KTAP
# on stdout, with how far it is; the last line has the totals.
#
# It stops at the first difference. build/soak then has LANE.trace, the operations since
# the module was loaded, and LANE.replay, as few of them as still end in it. After a
# guest that died there is the trace.
#
# Environment: MINUTES (for each lane, 5), SEED (of the clock; said at the begin),
# REPLAY (a trace to do again instead), SHRINK (seconds to make a trace shorter, 180),
# SMP, APPEND as for lane.sh.

. "$(dirname "$0")/../lab/common.sh"

out=$BUILD/soak
mkdir -p "$out"
MINUTES=${MINUTES:-5} SEED=${SEED:-$EPOCHSECONDS}
[[ $MINUTES =~ ^[0-9]+$ && $MINUTES != 0 ]] || die "MINUTES=$MINUTES: a number above 0"
[[ $SEED =~ ^(0x[0-9a-fA-F]+|[0-9]+)$ ]] || die "SEED=$SEED: a number"
# Each of two tests gets half of it; a replay is one.
seconds=$((MINUTES * 30))
params="MHP_SOAK_SEED=$SEED MHP_SOAK_OPS=y"
if [ -n "${REPLAY:-}" ]; then
	[ -r "$REPLAY" ] || die "REPLAY=$REPLAY: no such file"
	mkdir -p "$out/replay/soak"
	cp "$REPLAY" "$out/replay/soak/replay"
	export EXTRA=$out/replay
	params="$params MHP_SOAK_REPLAY=/soak/replay"
fi
export APPEND="${APPEND:-} $params MHP_SOAK_SECONDS=$seconds MHP_SOAK_SHRINK=${SHRINK:-180}"
# Rounds and shrinking end when they have come to an end.
export TEST_TIMEOUT=${TEST_TIMEOUT:-$((2 * seconds + 900))} PART=soak

# said WORD: what the soaker said with this word in front, without it
said() {
	sed -n "s/^ *# soak: $1: //p" "$log"
}

# keep_traces: LANE.trace and LANE.replay, if there is something to keep
keep_traces() {
	rm -f "$out/$lane.trace" "$out/$lane.replay"
	said trace >"$out/$lane.trace"
	said replay >"$out/$lane.replay"
	# It did not live to tell: what it did, from the last load on.
	[ -s "$out/$lane.trace" ] || said op | awk '
		/^(p[0-9]+ )?load/ && !/^p/ { n = 0 }
		{ line[n++] = $0 }
		END { for (i = 0; i < n; i++) print line[i] }' >"$out/$lane.trace"
	[ -s "$out/$lane.replay" ] || rm "$out/$lane.replay"
}

# totals: over the tests of this lane; sets what they add to
totals() {
	local ops more differences
	while read -r ops _ _ _ _ _ more _; do
		operations=$((operations + ops)) transitions=$((transitions + more))
	done < <(sed -n 's/^ *# soak: \([0-9].*difference\)$/\1/p' "$log")
	differences=$(grep -c '^ *# soak: difference: ' "$log") || true
	found=$((found + differences))
}

operations=0 transitions=0 found=0 failed=0 number=0
[ $# != 0 ] || set -- sim-x86_64
echo "KTAP version 1"
echo "1..$#"
echo "# seed $SEED, $MINUTES minutes"
for lane; do
	number=$((number + 1)) log=$out/$lane.ktap status=0
	"$LAB/prepare.sh" "$lane"
	SMP=$SMP "$LAB/lane.sh" "$lane" soak | tee "$log" |
		sed -u -e '/^ *# soak: \(op\|trace\): /d' -e 's/^/  /' || status=$?
	totals
	verdict=ok
	if [ "$status" != 0 ]; then
		verdict="not ok" failed=$((failed + 1))
		keep_traces
		for file in trace replay; do
			[ ! -s "$out/$lane.$file" ] ||
				echo "# $file: $out/$lane.$file ($(wc -l <"$out/$lane.$file") operations)"
		done
	fi
	echo "$verdict $number $lane"
done
echo "$operations operations, $transitions transitions, $found differences, $failed of $number lanes failed"
[ "$failed" = 0 ]
