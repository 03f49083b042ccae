#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# compare.sh OLD NEW [ARCH]... - two kernels, the same lanes and tests, side by side:
# a row a test, then what changed. Kernels are named as for kernel.sh. Exit status as
# verdict.sh: 0 nothing got worse, 1 something did, 125 cannot tell.
#
# The lanes are those that fit both, or LANES. Logs and KTAP are in build/compare/.

. "$(dirname "$0")/common.sh"

if [ -z "${1:-}" ] || [ -z "${2:-}" ]; then die "usage: make compare OLD=KERNEL NEW=KERNEL"; fi
old=$1 new=$2
shift 2
work=$BUILD/compare
rm -rf "$work"
mkdir -p "$work"/{old,new}

if [ -z "${LANES:-}" ]; then
	"$LAB/lanes.sh" "$old" "$@" | sort >"$work/old/lanes"
	"$LAB/lanes.sh" "$new" "$@" | sort >"$work/new/lanes"
	LANES=$(comm -12 "$work"/{old,new}/lanes | tr '\n' ' ')
	[ -n "$LANES" ] ||
		die "no lane fits both; they may be of two models of memory hotplug: say LANES="
fi
export LANES

# try WHICH KERNEL
try() {
	say "$1: $2"
	KERNEL=$2 BUILD=$work/$1 "$LAB/check_kernel.sh" >"$work/$1/ktap" || true
	# There is none of a run that did not get to its end.
	mkdir -p "$work/$1/run"
	touch "$work/$1/run/results.jsonl"
	jq -r -f "$LAB/report/table.jq" "$work/$1/run/results.jsonl" >"$work/$1/results"
	tail -n 1 "$work/$1/ktap" | sed "s/^/lab: $1: /" >&2
}
try old "$old"
try new "$new"

printf 'old: %s\nnew: %s\n\n' "$old" "$new"
awk -F '\t' -f "$LAB/compare.awk" "$work/old/results" "$work/new/results"
