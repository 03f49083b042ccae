#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# layers.sh [DIR] - the folders of DIR (module/) are layers: a file includes its
# own folder's and those of the layers before, by their path from DIR, and no files
# go round in a circle, a .c file and its .h taken as one. Silence is success.

. "$(dirname "$0")/common.sh"

LAYERS=(core firmware storage hotplug debugfs)

cd "${1:-$TREE/module}"
failed=

# layer FILE: the number of its layer; main.c, in none, is above all
layer() {
	local i
	for i in "${!LAYERS[@]}"; do
		[ "${1%%/*}" != "${LAYERS[i]}" ] || { echo "$i"; return; }
	done
	echo "${#LAYERS[@]}"
}

# FILE INCLUDED, of all includes in quotes; the kernel's are in angle brackets
includes=$(find . -name '*.[ch]' -printf '%P\n' | sort |
	xargs grep -H '^#include "' | sed 's/:#include "\(.*\)".*/ \1/')
[ -n "$includes" ] || die "layers: nothing to look at in $PWD"

while read -r file included; do
	if [ ! -e "$included" ]; then
		echo "$file: \"$included\" does not name its layer"
		failed=y
	elif [ "$(layer "$file")" -lt "$(layer "$included")" ]; then
		echo "$file: ${file%%/*} must not include \"$included\""
		failed=y
	fi
done < <(grep -v ' core/command_user.h$' <<<"$includes")

if ! circle=$(awk '{ gsub(/[.][ch]( |$)/, " ") } $1 != $2' <<<"$includes" | tsort 2>&1 >/dev/null); then
	echo "a circle of includes: $(awk '/contains a loop/ && seen++ { exit }
		!/contains a loop/ { printf "%s ", $2 }' <<<"$circle")"
	failed=y
fi
[ -z "$failed" ]
