#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh - every mutant of the list still changes the file it names. Which of
# them the selftests notice is for mutants.sh; this takes a second.

. "$(dirname "$0")/../common.sh"

failed=
while IFS='|' read -r name _ file script; do
	case $name in '#'* | '') continue ;; esac
	file=$TREE/module/${file// /}
	if ! [ -r "$file" ]; then
		echo "mutant $name: there is no $file"
		failed=y
	elif sed -e "${script# }" "$file" | cmp -s - "$file"; then
		echo "mutant $name: its sed script changes nothing in $file"
		failed=y
	fi
done <"$LAB/mutants/list"
[ -z "$failed" ]
