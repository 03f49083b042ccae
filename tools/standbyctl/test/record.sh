#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# record.sh [LANE]... - record the machines that the tests of standbyctl look at,
# from guests of these lanes, into fixtures/. A machine is the files of a kernel
# in one text (scenes.sh); unpack.sh makes a tree of it.

. "$(dirname "$0")/../../lab/common.sh"

here=$TREE/tools/standbyctl/test
lanes=("$@")
[ ${#lanes[@]} != 0 ] || lanes=(sim-s390x sclp-s390x.info sclp-s390x.on next-s390x.info next-s390x.on)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

for lane in "${lanes[@]}"; do
	"$LAB/prepare.sh" "$lane"
	say "recording $lane"
	"$LAB/run.sh" "$lane" "$here/scenes.sh" >"$out/log"
	awk -v base="$here/fixtures/${lane//./-}" -v log_file="$out/guest" '
		/^@log/ { file = log_file; next }
		/^@ / { file = base "-" $2; printf "" >file; next }
		file { print >file }
	' "$out/log"
	sed 's/^/  /' "$out/guest" >&2
done
