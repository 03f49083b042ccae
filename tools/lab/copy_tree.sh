#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# copy_tree.sh DIR - the tree as it is committed or edited, without what was built in it.

. "$(dirname "$0")/common.sh"

mkdir -p "$1"
# shellcheck disable=SC2016 # for that sh
(cd "$TREE" && git ls-files -zco --exclude-standard | xargs -0 -r sh -c '
	for f; do [ ! -e "$f" ] || printf "%s\0" "$f"; done' sh | tar -c --null -T -) | tar -x -C "$1"
