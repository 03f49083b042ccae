# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ktap.sh - one test's lines become a subtest of the lane's KTAP stream. What a
# crashed test did not report is reported for it, so that the stream is whole
# and every loss counts as a failure. Sourced, not run.
#
#	ktap_begin NAME		a test begins
#	ktap_line LINE		a line of its output
#	ktap_end NUMBER REASON	it is over; REASON (may be empty) is why it failed
#				for what its own results do not say
#	seconds_since TIME	of EPOCHREALTIME, with a tenth
# Totals over all tests: ktap_passed ktap_failed ktap_skipped

# shellcheck source=tools/lab/expect.sh
. "$LAB/expect.sh"

ktap_passed=0 ktap_failed=0 ktap_skipped=0
ktap_expects=y		# skips are held against what the lane declares, see expect.sh

ktap_begin() {
	kt_name=$1 kt_plan='' kt_seen=0 kt_bad=0 kt_good=0 kt_unexpected='' kt_skips=0 kt_skip_all='' kt_problem=''
	printf '  # Subtest: %s\n  KTAP version 1\n' "$kt_name"
}

ktap_line() {
	local line=$1
	local result='^(not )?ok( ([0-9]+))?( .*)?$' plan='^1\.\.([0-9]+)[[:space:]]*(#.*)?$'
	case $line in
	'' | 'KTAP version '* | 'TAP version '*) return ;;
	esac
	if [[ $line =~ $result ]]; then
		kt_seen=$((kt_seen + 1))
		[ "${BASH_REMATCH[3]:-$kt_seen}" = "$kt_seen" ] ||
			kt_problem="result ${BASH_REMATCH[3]} where $kt_seen was due"
		ktap_count "${BASH_REMATCH[1]}" "${BASH_REMATCH[4]}"
		if [ -n "$kt_unexpected" ]; then
			line="not ok $kt_seen$kt_what # skipped, which the lane does not expect: $kt_unexpected"
		fi
	elif [[ $line =~ $plan ]]; then
		[ -z "$kt_plan" ] || kt_problem="two plans"
		kt_plan=${BASH_REMATCH[1]}
		if [ "$kt_plan" = 0 ]; then
			kt_skip_all=${BASH_REMATCH[2]:-# SKIP}
			may_skip "$kt_skip_all" || kt_problem="skipped, which the lane does not expect: $kt_unexpected"
		fi
	elif [[ $line == 'Bail out!'* ]]; then
		kt_problem=$line
	elif [[ $line == '# has: '* ]]; then
		expect_has "$kt_name" "${line#\# has: }"
		[ -z "$unlike" ] || kt_problem="not the lane that was declared: $unlike"
	elif [[ $line != [#[:space:]]* ]]; then
		line="# $line"
	fi
	printf '  %s\n' "$line"
}

# ktap_count "not "|"" DESCRIPTION
ktap_count() {
	kt_unexpected=
	case $1${2^^} in
	'not '*'# TODO'* | 'not '*'# XFAIL'* | 'not '*'# SKIP'* | *'# SKIP'*)
		if may_skip "$2"; then
			kt_skips=$((kt_skips + 1))
		else
			kt_bad=$((kt_bad + 1))
		fi
		;;
	'not '*) kt_bad=$((kt_bad + 1)) ;;
	*) kt_good=$((kt_good + 1)) ;;
	esac
}

# may_skip "DESCRIPTION # SKIP REASON": otherwise sets kt_what and kt_unexpected
may_skip() {
	local skip='^(.*)# ([Ss][Kk][Ii][Pp]|[Tt][Oo][Dd][Oo]|[Xx][Ff][Aa][Ii][Ll])[[:space:]]*(.*)$'
	[ -n "$ktap_expects" ] && [[ $1 =~ $skip ]] || return 0
	kt_what=${BASH_REMATCH[1]% } kt_unexpected=${BASH_REMATCH[3]:-no reason}
	! expect_skip "$kt_name" "$kt_unexpected" || kt_unexpected=''
	[ -z "$kt_unexpected" ]
}

ktap_end() {
	local number=$1 reason=${2:-$kt_problem}
	if [ -z "$kt_plan" ]; then
		reason=${reason:-no plan}
	elif [ "$kt_seen" -gt "$kt_plan" ]; then
		reason=${reason:-"$kt_seen results, $kt_plan planned"}
	elif [ "$kt_seen" -lt "$kt_plan" ]; then
		reason=${reason:-results are missing}
		while [ "$kt_seen" -lt "$kt_plan" ]; do
			ktap_line "not ok $((kt_seen + 1)) # no result: $reason"
		done
	fi
	# Whatever is wrong with a test shows in the counts, once at least.
	if [ -n "$reason" ] && [ "$kt_bad" = 0 ]; then
		kt_bad=1
	fi

	if [ "$kt_bad" != 0 ]; then
		printf 'not ok %s %s%s\n' "$number" "$kt_name" "${reason:+ # $reason}"
	elif [ "$kt_good" = 0 ]; then
		[ -n "$kt_skip_all" ] || kt_skip_all='# SKIP'
		[ "$kt_skips" != 0 ] || kt_skips=1
		printf 'ok %s %s %s\n' "$number" "$kt_name" "$kt_skip_all"
	else
		printf 'ok %s %s\n' "$number" "$kt_name"
	fi
	ktap_expects=y
	ktap_passed=$((ktap_passed + kt_good))
	ktap_failed=$((ktap_failed + kt_bad))
	ktap_skipped=$((ktap_skipped + kt_skips))
}

# seconds_since EPOCHREALTIME: with a tenth
seconds_since() {
	local tenths=$(((${EPOCHREALTIME/./} - ${1/./}) / 100000))
	echo "$((tenths / 10)).$((tenths % 10))"
}
