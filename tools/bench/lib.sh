# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# lib.sh - what every benchmark stands on; a benchmark is a script that boots guests
# (tools/lab/host/guest.sh), and tells what it measured:
#
#	sample FIGURE SERIES VALUE...	values of a series of a figure, see figures.awk
#	not_run FIGURE WHY		... or why there are none
#	boot LANE			the lane's guest; stop ends it
#	boots LANE			... false, and said why, if it cannot be had
#
# EXACT is set for a guest whose clock counts the instructions it executes: the same
# ones give the same time, whatever else this machine does (QEMU's -icount). What
# QEMU itself does for the guest, as the answer of its firmware, takes no such time.
# stopwatch then counts those of its own task, and what that waits for is left out.

. "$(dirname "${BASH_SOURCE[0]}")/../lab/common.sh"
# shellcheck source=tools/lab/qemu.sh
. "$LAB/qemu.sh"
# shellcheck source=tools/lab/host/guest.sh
. "$LAB/host/guest.sh"

# A guest that is gone is no reason to end: benchmarks say what is.
set +e

BENCH_DIR=$TREE/tools/bench
NAME=${BENCH_NAME:-$(basename "$0" .sh)}
out=$BUILD/bench
run=$out/$NAME
rm -rf "$run"
mkdir -p "$run"
samples=$out/$NAME.samples
: >"$samples"
rm -f "$out/$NAME".*.dat
export GUEST_TIMEOUT=${GUEST_TIMEOUT:-900}
# One: two are more work to emulate, and nothing here needs the second.
SMP=1
trap guest_kill EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

sample() {
	local figure=$1 series=$2 value
	shift 2
	for value; do
		printf '%s %s %s\n' "$figure" "$series" "$value"
	done >>"$samples"
}

not_run() {
	say "$1: not run: $2"
	printf '# %s %s\n' "$1" "$2" >>"$samples"
}

has_figure() { grep -q "^$1 |" "$BENCH_DIR/figures"; }

# column N: of stdin, as words
column() { awk -v n="$1" '{ print $n }'; }

# What the guest has of ours: a helper of its own architecture.
guest_files() {
	GUEST_FILES=$out/guest.$ARCH
	local stopwatch=$GUEST_FILES/bench/stopwatch
	mkdir -p "$GUEST_FILES/bench"
	[ "$stopwatch" -nt "$BENCH_DIR/guest/stopwatch.c" ] ||
		"${CROSS_COMPILE}gcc" -D_GNU_SOURCE -static -O2 -Wall -Wextra -o "$stopwatch" \
			"$BENCH_DIR/guest/stopwatch.c"
	cp "$BENCH_DIR"/guest/*.{sh,awk} "$GUEST_FILES/bench/"
}

# boots LANE [VARIABLE=VALUE]...: lane variables that are to be others, MEMORY=...
boots() {
	# What a lane sets must not be there for the next one.
	local word STANDBY=${STANDBY:-} INCREMENT=${INCREMENT:-} LAYOUT=${LAYOUT:-} ADVERTISE=${ADVERTISE:-}
	local BOOT_MEMORY=${BOOT_MEMORY:-}
	guest_kill
	lane_load "$1"
	shift
	[ -n "${PREPARED[$LANE]:-}" ] || "$LAB/prepare.sh" "$LANE" || {
		why="$LANE: $(cat "$BUILD/run/$LANE.why" 2>/dev/null || echo "it cannot be prepared")"
		return 1
	}
	PREPARED[$LANE]=y
	for word; do
		declare -g "$word"
	done
	guest_files
	GUEST_ARGS=("${MORE_ARGS[@]}")
	exact=${EXACT:-}
	[ -z "$exact" ] || GUEST_ARGS+=(-icount "shift=0,sleep=off")
	ACCEL=tcg
	guest_start || {
		why="$LANE does not come up"
		return 1
	}
}
declare -A PREPARED=()
# Of QEMU, for all guests of a benchmark.
MORE_ARGS=()

# in_guest COMMANDS: what stands in guest/bench.sh is at hand there
in_guest() {
	guest "export CLOCK=${exact:+cpu}
. /bench/bench.sh
$1"
}

# What is wrong is said with the end of the console.
failed() {
	say "$NAME: $*"
	tail -n 15 "$console" >&2
	exit 1
}

# wanted KERNEL: is it one of those to be measured? sim: 6.12 with the firmware simulated
wanted() { [[ " ${KERNELS:-6.12 7.2 7.3 sim} " == *" $1 "* ]]; }

kernel_release() { cat "$(lane_kernel)/release"; }
