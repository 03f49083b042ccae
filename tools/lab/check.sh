#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh - run selftests in lanes and add up. One KTAP stream on stdout, a
# subtest for each lane, and as the last line the totals over all results.
#
# Environment: LANES (names, "all"; the default lanes unless set), TESTS (names;
# all unless set), JOBS (virtual CPUs at work; as many as there are processors unless
# set), SMP (of each guest; one unless set, two for tests that want them), ONLY,
# REPEAT and STOP as for lane.sh. The longest lanes come first (durations.sh), and
# one that would keep the others waiting is split over several guests: SPLIT is the
# longest piece in seconds, 0 for none. A lane that runs beside the one being shown
# is printed when its turn comes; the next one begins as soon as any has ended.
#
# Besides the stream there are reports in build/run, see report.sh.

SET_SMP=${SMP:-}
. "$(dirname "$0")/common.sh"
. "$LAB/durations.sh"

run=$BUILD/run
mkdir -p "$run"
exec 8>"$run/lock"
flock -n 8 || { say "waiting for another make check in this tree"; flock 8; }

# Lane names with a suffix for each variant.
list_lanes() {
	local name variant
	for name in ${LANES:-$(cd "$LAB/lanes" && echo *)}; do
		if [ "$name" = all ]; then
			LANES='' ALL=y list_lanes
			continue
		fi
		lane_load "$name"
		if [ -z "${LANES:-}" ] && [ -z "${ALL:-}" ] && [ "$DEFAULT" != yes ]; then
			continue
		fi
		if [ -z "$VARIANT" ] && [ -n "$VARIANTS" ]; then
			for variant in $VARIANTS; do echo "$name.$variant"; done
		else
			echo "$name"
		fi
	done
}

# open_pipe: sets pipe, to a descriptor that both ends use
open_pipe() {
	rm -f "$run/pipe"
	mkfifo "$run/pipe"
	exec {pipe}<>"$run/pipe"
}

# start PIECE TURN: when a byte comes from the pipe TURN. Whoever ends this ends what
# it started.
start() {
	local child='' cpus=${weight[$1]}
	# Filled in now: when a failed lane ends this, locals are gone by then.
	# shellcheck disable=SC2064
	trap "printf '%0*d' $cpus 0 >&$free" EXIT
	trap '[ -z "$child" ] || { kill "$child" && wait "$child"; } || true; exit 143' TERM
	read -r -n 1 -u "$2"
	run_piece "$1" >"$run/$1.ktap" &
	child=$!
	wait "$child"
}

# in_turn: one piece after the other, when there are as many bytes in the pipe of
# those that are free as it has CPUs. Were they all to read that one, whoever came
# first would not be served first.
in_turn() {
	local i
	for i in "${!names[@]}"; do
		read -r -N "${weight[${names[i]}]}" -u "$free"
		printf . >&"${turns[i]}"
	done
}

# prepare_once LANE: what one piece has prepared, or found that it cannot be had, the
# others need not look at
prepare_once() {
	(
		flock 9
		[ ! -e "$run/$1.prepared" ] || exit 0
		[ ! -s "$run/$1.why" ] || exit "$NOT_RUN"
		WHY_FILE=$run/$1.why "$LAB/prepare.sh" "$1" 9>&- || exit
		touch "$run/$1.prepared"
	) 9>"$run/$1.prepare"
}

# run_piece PIECE: what prepare.sh could not build is reported as a failed lane; what
# was not there to be fetched, as one that was not run.
run_piece() {
	local runner=lane.sh lane=${1%+*}
	lane_load "$lane"
	[ "$SIDE" = guest ] || runner=host/lane.sh
	rm -f "$run/$1/counts"
	prepare_once "$lane" || {
		not_prepared "$lane"
		exit 0
	}
	[ "$lane" = "$1" ] || export PART=${1#*+}
	export SMP=${smp[$1]}
	# shellcheck disable=SC2086 # one word a test
	exec "$LAB/$runner" "$lane" ${tests[$1]}
}

LANES=${LANES:-} TESTS=${TESTS:-}
LANES=${LANES//,/ } TESTS=${TESTS//,/ }
jobs=${JOBS:-$(nproc)}

# What each lane has of the tests that are wanted; no lane without one.
declare -A tests=() lane_did=() smp=() weight=()
wanted=$(list_lanes)
for lane in $wanted; do
	# shellcheck disable=SC2086 # one word a test
	names=$("$LAB/tests.sh" "$lane" $TESTS)
	[ -z "$names" ] || printf '%s\n' "$lane ${names//$'\n'/ }"
done >"$run/plan"
[ -s "$run/plan" ] || die "no lane and test to run"
rm -f "$run"/*.prepared "$run"/*.why
: >"$run/results.jsonl"
pieces "$run/lanes" <"$run/plan" >"$run/pieces"
names=()
while read -r name cpus words; do
	names+=("$name") tests[$name]=$words smp[$name]=$cpus
	weight[$name]=$((cpus < jobs ? cpus : jobs))
done <"$run/pieces"

# Lanes are children that end with us.
trap 'trap - EXIT; kill $(jobs -p) 2>/dev/null || true; wait' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

open_pipe
free=$pipe
printf '%0*d' "$jobs" 0 >&"$free"

printf 'KTAP version 1\n1..%s\n' ${#names[@]}
reports=("${names[@]/#/$run/}") reports=("${reports[@]/%/.ktap}")
pids=() turns=() passed=0 failed=0 skipped=0 not_run=''
for name in "${names[@]}"; do
	: >"$run/$name.ktap"
	open_pipe
	start "$name" "$pipe" &
	pids+=($!) turns+=("$pipe")
done
in_turn &
for i in "${!names[@]}"; do
	name=${names[i]}
	printf '  # Subtest: %s\n' "$name"
	tail -n +1 -s 0.2 -f --pid="${pids[i]}" "$run/$name.ktap" | sed -u 's/^/  /' &
	wait $!
	status=0
	wait "${pids[i]}" || status=$?
	if [ -s "$run/${name%+*}.why" ]; then
		printf 'ok %s %s # SKIP not run: %s\n' $((i + 1)) "$name" "$(cat "$run/${name%+*}.why")"
		not_run="$not_run $name"
		continue
	fi
	p=0 f=0 s=0
	[ ! -r "$run/$name/counts" ] || read -r p f s <"$run/$name/counts"
	# A lane that broke down counts, whatever it managed to say before.
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then f=1; fi
	# So does one that said nothing.
	if [ $((p + f + s)) = 0 ]; then f=1; fi
	printf '%s %s %s # %s passed, %s failed, %s skipped\n' \
		"$([ "$f" = 0 ] && echo ok || echo not ok)" $((i + 1)) "$name" "$p" "$f" "$s"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	lane_did[${name%+*}]=$((${lane_did[${name%+*}]:-0} + p + f))
done

# Nothing tested is not a success, nor is a lane that skipped all there is.
for lane in "${!lane_did[@]}"; do
	if [ "${lane_did[$lane]}" = 0 ] && [ -z "$TESTS${ONLY:-}" ]; then
		echo "# $lane skipped all there is"
		failed=$((failed + 1))
	fi
done
if [ $((passed + failed)) = 0 ]; then failed=1; fi
awk -f "$LAB/faults.awk" "${reports[@]}"
# Neither passed nor skipped: nobody knows.
[ -z "$not_run" ] || echo "# not run, for want of what to boot:$not_run"
durations_keep "${names[@]}"
"$LAB/report.sh" "${names[@]}" || say "the reports could not be written"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
