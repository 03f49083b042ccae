# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ktap_check.sh - results that are those of commands, in KTAP of selftests/ktap.sh, which
# is sourced first. Sourced, not run.
#
#	check NAME COMMAND...	one result; what COMMAND says is shown if it fails
# CHECK_OF stands before each name, and no more than the last CHECK_LINES lines are shown
# where that is set.

check() {
	local name=${CHECK_OF:-}$1 out
	shift
	if out=$("$@" 2>&1); then
		ktap_test_pass "$name"
	else
		tail -n "${CHECK_LINES:-+1}" <<<"${out:-(no output)}" | sed 's/^/# /'
		ktap_test_fail "$name"
	fi
}
