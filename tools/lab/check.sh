#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh - run selftests in lanes and add up. One KTAP stream on stdout, a
# subtest for each lane, and as the last line the totals over all results.
#
# Environment: LANES (names, "all"; the default lanes unless set), TESTS (names;
# all unless set), JOBS (lanes side by side; one for each CPU unless set). A lane
# that runs beside the one being shown is printed when its turn comes; the next
# one begins as soon as any has ended.

. "$(dirname "$0")/common.sh"

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

# start LANE TURN: when a byte comes from the pipe TURN. Whoever ends this ends what
# it started.
start() {
	local child=
	trap 'printf . >&"$free"' EXIT
	trap '[ -z "$child" ] || { kill "$child" && wait "$child"; } || true; exit 143' TERM
	read -r -n 1 -u "$2"
	run_lane "$1" >"$run/$1.ktap" &
	child=$!
	wait "$child"
}

# in_turn TURN...: one for each byte there is in the pipe of those that are free.
# Were they all to read that one, whoever came first would not be served first.
in_turn() {
	local turn
	for turn; do
		read -r -n 1 -u "$free"
		printf . >&"$turn"
	done
}

# run_lane LANE: what prepare.sh could not build is reported as a failed lane.
run_lane() {
	local runner=lane.sh
	lane_load "$1"
	[ "$SIDE" = guest ] || runner=host/lane.sh
	rm -f "$run/$1/counts"
	"$LAB/prepare.sh" "$1" || {
		printf 'KTAP version 1\n1..1\nnot ok 1 prepare # nothing to boot\n'
		exit 0
	}
	# shellcheck disable=SC2086 # one word a test
	exec "$LAB/$runner" "$1" ${tests[$1]}
}

LANES=${LANES//,/ } TESTS=${TESTS//,/ }
# What each lane has of the tests that are wanted; no lane without one.
declare -A tests=()
lanes=()
wanted=$(list_lanes)
for lane in $wanted; do
	# shellcheck disable=SC2086 # one word a test
	names=$("$LAB/tests.sh" "$lane" $TESTS)
	[ -n "$names" ] || continue
	tests[$lane]=${names//$'\n'/ }
	lanes+=("$lane")
done
[ ${#lanes[@]} != 0 ] || die "no lane and test to run"

# Lanes are children that end with us.
trap 'trap - EXIT; kill $(jobs -p) 2>/dev/null || true; wait' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

open_pipe
free=$pipe
printf '%0*d' "${JOBS:-$(nproc)}" 0 >&"$free"

printf 'KTAP version 1\n1..%s\n' ${#lanes[@]}
pids=() turns=() passed=0 failed=0 skipped=0
for lane in "${lanes[@]}"; do
	: >"$run/$lane.ktap"
	open_pipe
	start "$lane" "$pipe" &
	pids+=($!) turns+=("$pipe")
done
in_turn "${turns[@]}" &
for i in "${!lanes[@]}"; do
	lane=${lanes[i]}
	printf '  # Subtest: %s\n' "$lane"
	tail -n +1 -s 0.2 -f --pid="${pids[i]}" "$run/$lane.ktap" | sed -u 's/^/  /' &
	wait $!
	status=0
	wait "${pids[i]}" || status=$?
	p=0 f=0 s=0
	[ ! -r "$run/$lane/counts" ] || read -r p f s <"$run/$lane/counts"
	# A lane that broke down counts, whatever it managed to say before.
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then f=1; fi
	# So does one that skipped all there is.
	if [ $((p + f)) = 0 ] && { [ "$s" = 0 ] || [ -z "$TESTS" ]; }; then f=1; fi
	printf '%s %s %s # %s passed, %s failed, %s skipped\n' \
		"$([ "$f" = 0 ] && echo ok || echo not ok)" $((i + 1)) "$lane" "$p" "$f" "$s"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

# Nothing tested is not a success.
if [ $((passed + failed)) = 0 ]; then failed=1; fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
