# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# expect.sh - what a lane is declared to have and to skip, in expect/LANE:
#	has KEY=VALUE...	of the line "# has:" with which every selftest begins
#	skip TEST: REASON	a skip that is fine; both are patterns of the shell
# Any other skip is a failure there: a test that stops to run looks the same as one
# that cannot. A lane without a file, and a kernel of one's own (KERNEL), may skip
# whatever it likes, and the lane says so. EXPECT names another file. Sourced, not run.
#
#	expect_load FILE		the declarations of $LANE
#	expect_skip TEST REASON		is that skip fine?
#	expect_has TEST WORDS		sets unlike, to what is other than declared
#	expect_end			says what was declared and did not come

expect_file='' expect_tests=() expect_reasons=() expect_used=() expect_seen=' '
declare -A expect_facts=()

expect_load() {
	local word rest
	expect_file=$1
	if [ ! -r "$expect_file" ] || [ -n "${KERNEL:-}${KERNEL_DIR:-}" ]; then
		expect_file=
		echo "# skips are not judged: $LANE declares none${KERNEL:+ for a kernel of one\'s own}"
		return
	fi
	while read -r word rest; do
		case $word in
		'' | '#'*) ;;
		has)
			for word in $rest; do expect_facts[${word%%=*}]=${word#*=}; done
			;;
		skip)
			[[ $rest == *': '* ]] || die "$expect_file: no 'TEST: REASON': $rest"
			expect_tests+=("${rest%%: *}") expect_reasons+=("${rest#*: }") expect_used+=('')
			;;
		*) die "$expect_file: neither has nor skip: $word" ;;
		esac
	done <"$expect_file"
}

expect_skip() {
	local i
	[ -n "$expect_file" ] || return 0
	# Not the lane's doing.
	case $2 in *'(ONLY)') return 0 ;; esac
	for i in "${!expect_tests[@]}"; do
		# shellcheck disable=SC2053 # patterns
		if [[ $1 == ${expect_tests[i]} && $2 == ${expect_reasons[i]} ]]; then
			expect_used[i]=y
			return 0
		fi
	done
	return 1
}

expect_has() {
	local word key
	unlike=
	expect_seen+="$1 "
	for word in $2; do
		key=${word%%=*}
		[ -n "${expect_facts[$key]+y}" ] || continue
		[ "${expect_facts[$key]}" = "${word#*=}" ] ||
			unlike+="${unlike:+, }$word where ${expect_facts[$key]} is declared"
	done
	for key in "${!expect_facts[@]}"; do
		[[ " $2 " == *" $key="* ]] || unlike+="${unlike:+, }nothing about $key"
	done
}

expect_end() {
	local i
	for i in "${!expect_tests[@]}"; do
		[ -z "${expect_used[i]}" ] || continue
		[[ $expect_seen == *" ${expect_tests[i]} "* ]] || continue
		echo "# declared in $expect_file, but did not come: skip ${expect_tests[i]}: ${expect_reasons[i]}"
	done
}
