#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.sh [NAME]... - break the module in each of the ways of mutants/list
# and see that the selftests notice. KTAP on stdout: a mutant is ok if the lane
# (its own, or MUTANT_LANE, sim-s390x) fails with it. Takes a minute a mutant.

. "$(dirname "$0")/common.sh"

work=$BUILD/mutants
export MODULE_OUT=.mutant
# A guest whose storage went away under it mostly hangs.
export TEST_TIMEOUT=${TEST_TIMEOUT:-120} HANG_TIMEOUT=${HANG_TIMEOUT:-20}

# trim TEXT: without blanks around it.
trim() { printf '%s' "$1" | sed 's/^[[:space:]]*//;s/[[:space:]]*$//'; }

# Apply a mutation to a copy of the module; a script that no longer fits the
# source is an error of the list.
mutate() {
	local name=$1 file=$2 script=$3
	rm -rf "${work:?}/$name"
	mkdir -p "$work/$name"
	cp -r "$TREE/Kbuild" "$TREE/module" "$work/$name/"
	sed -i -e "$script" "$work/$name/module/$file"
	! cmp -s "$TREE/module/$file" "$work/$name/module/$file"
}

number=0 passed=0 failed=0
report() {
	number=$((number + 1))
	if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	printf '%s %d %s\n' "$1" "$number" "$2"
}

echo "KTAP version 1"
while IFS='|' read -r name tests file script <&3; do
	case $name in '#'* | '') continue ;; esac
	name=$(trim "$name") tests=$(trim "$tests")
	file=$(trim "$file") script=$(trim "$script")
	if [ $# -gt 0 ] && ! printf '%s\n' "$@" | grep -qx "$name"; then
		continue
	fi
	lane=${MUTANT_LANE:-sim-s390x}
	case $tests in *:*) lane=${tests%%:*} tests=${tests#*:} ;; esac
	if ! mutate "$name" "$file" "$script"; then
		report "not ok" "$name # its sed script changes nothing in $file"
		continue
	fi
	if ! MODULE_SRC=$work/$name "$LAB/prepare.sh" "$lane" >"$work/$name.build" 2>&1; then
		report "not ok" "$name # does not build, see $work/$name.build"
		continue
	fi
	# shellcheck disable=SC2086 # one word a test
	if MODULE_SRC=$work/$name "$LAB/lane.sh" "$lane" $tests >"$work/$name.ktap" 2>&1; then
		report "not ok" "$name # no test of $tests noticed, see $work/$name.ktap"
	else
		grep -E '^ +not ok' "$work/$name.ktap" | head -n 3 | sed 's/^ */# seen by: /' || true
		report ok "$name"
	fi
done 3<"$LAB/mutants/list"
echo "1..$number"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$number" != 0 ]
