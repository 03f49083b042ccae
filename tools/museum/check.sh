#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh [NAME]... - does each exhibit still fit the source: its edits change the
# lines that they say, and no others? Silence is success. Where the source is not at
# hand it is not fetched, and nothing is looked at. FETCH=y fetches it; COMPILE=y also
# compiles each file that is edited.

. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=tools/lab/apt.sh
. "$LAB/apt.sh"
# shellcheck source=tools/lab/rundir.sh
. "$LAB/rundir.sh"
# shellcheck source=tools/museum/tree.sh
. "$TREE/tools/museum/tree.sh"
# shellcheck source=tools/museum/exhibit.sh
. "$MUSEUM/exhibit.sh"

[ -n "${FETCH:-}${COMPILE:-}" ] || source_at_hand || exit 0
source_tree
# Who only looks at originals need not wait for who edits.
if [ -n "${COMPILE:-}" ]; then
	take_dir "$SOURCE_TREE"
	trap tree_restore EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	tree_restore
fi

# compiles: sets complaint
compiles() {
	local file log=$BUILD/museum/$name.compile
	mkdir -p "$BUILD/museum"
	lane_load "$lane"
	object_tree "$ARCH" "$config"
	"${KMAKE[@]}" -s prepare >"$log" 2>&1 || { complaint="no objects; log: $log"; return 0; }
	exhibit_apply "$BUILD/museum/$name.edit" || return 0
	for file in $files; do
		"${KMAKE[@]}" -s "${file%.c}.o" >"$log" 2>&1 ||
			complaint="$file does not compile: $(grep -m 1 error: "$log"); log: $log"
	done
	tree_restore
}

failed=
for name in $([ $# = 0 ] && exhibits || echo "$@"); do
	exhibit_load "$name"
	exhibit_state
	[ -n "$complaint" ] || [ -z "${COMPILE:-}" ] || [ "$state" != edit ] || compiles
	[ -z "$complaint" ] || { echo "exhibit $name: $complaint"; failed=y; }
done
[ -z "$failed" ]
