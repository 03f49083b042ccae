#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# make.sh [LANE] - the pictures in docs/pictures, from a run of a guest: the map that
# standbyctl draws, the life of a block by the ledger, and what memory costs with
# and without altmaps. The numbers they were made of stay beside them.

. "$(dirname "$0")/../lab/common.sh"

lane=${1:-sim-s390x}
here=$TREE/tools/pictures
out=$TREE/docs/pictures
work=$BUILD/pictures
rm -rf "$work"
mkdir -p "$work/extra/bin" "$out"

lane_load "$lane"
"$LAB/prepare.sh" "$lane"
cp "$("$LAB/standbyctl.sh" "$ARCH")" "$work/extra/bin/"
say "running the scenes in $lane"
EXTRA=$work/extra "$LAB/run.sh" "$lane" "$here/scenes.sh" >"$work/log"
awk -v base="$work/" '/^@ / { file = base $2; next } file { print >file }' "$work/log"
for name in cost life map; do
	[ -s "$work/$name" ] || die "the guest told nothing of $name; see $work/log"
done

cp "$work/map" "$out/map.svg"
cp "$work/cost" "$out/cost.dat"
# Start and end in ms from the first one on, a row each in the order of the ledger.
jq -rs '(.[0].time | tonumber) as $t0 | .[] | select(.ns) |
	[(((.time | tonumber) - $t0) * 1000), .ns / 1e6,
	.event + (if .rn then " of increment \(.rn)" else "" end)] | @tsv' "$work/life" >"$out/life.dat"
cd "$out"
gnuplot "$here/cost.gp" >cost.svg
gnuplot "$here/life.gp" >life.svg
say "$(wc -l <life.dat) events, $(wc -l <cost.dat) sizes; look at docs/pictures/*.svg"
