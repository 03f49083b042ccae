# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034 # KSFT_* are for whoever sources this
#
# KTAP output. In a kernel tree kselftest's own helpers are used; elsewhere
# these functions of the same names stand in for them.

KSFT_PASS=0
KSFT_FAIL=1
KSFT_SKIP=4

if [ -r ../kselftest/ktap_helpers.sh ]; then

# shellcheck source=/dev/null
. ../kselftest/ktap_helpers.sh
# It knows none: one that passes, with the directive where KTAP has it.
ktap_test_xfail()
{
	ktap_test_pass "$1 # XFAIL ${2-}"
}

else

ktap_number=0
ktap_planned=0
ktap_passed=0
ktap_failed=0
ktap_skipped=0
ktap_xfailed=0

ktap_print_header()
{
	echo "TAP version 13"
}

ktap_print_msg()
{
	printf '# %s\n' "$*"
}

ktap_set_plan()
{
	ktap_planned=$1
	echo "1..$1"
}

ktap_skip_all()
{
	echo "1..0 # SKIP $*"
}

ktap_test_pass()
{
	ktap_number=$((ktap_number + 1))
	ktap_passed=$((ktap_passed + 1))
	echo "ok $ktap_number $1"
}

# ktap_test_skip NAME [REASON]: kselftest's version knows no reason.
ktap_test_skip()
{
	ktap_number=$((ktap_number + 1))
	ktap_skipped=$((ktap_skipped + 1))
	echo "ok $ktap_number $1 # SKIP ${2-}"
}

ktap_test_xfail()
{
	ktap_number=$((ktap_number + 1))
	ktap_xfailed=$((ktap_xfailed + 1))
	echo "ok $ktap_number $1 # XFAIL ${2-}"
}

ktap_test_fail()
{
	ktap_number=$((ktap_number + 1))
	ktap_failed=$((ktap_failed + 1))
	echo "not ok $ktap_number $1"
}

ktap_print_totals()
{
	echo "# Totals: pass:$ktap_passed fail:$ktap_failed xfail:$ktap_xfailed xpass:0 skip:$ktap_skipped error:0"
}

ktap_exit_fail_msg()
{
	echo "Bail out! $*"
	ktap_print_totals
	exit "$KSFT_FAIL"
}

ktap_finished()
{
	ktap_print_totals
	[ $((ktap_passed + ktap_xfailed + ktap_skipped)) -eq "$ktap_planned" ] ||
		exit "$KSFT_FAIL"
	[ $((ktap_passed + ktap_xfailed)) -gt 0 ] || exit "$KSFT_SKIP"
	exit "$KSFT_PASS"
}

fi
