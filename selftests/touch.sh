# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with lib.sh
#
# Real firmware: have test_modules/standby_access.ko touch storage that may not
# be there. A file that sources this registers touching_ends as its last test.

ACCESS=/sys/kernel/debug/standby_access

needs_access()
{
	[ "$FIRMWARE" = sclp ] ||
		skip "simulated standby storage can be touched, see canary.sh"
	[ -e $ACCESS ] && return
	[ -f test_modules/standby_access.ko ] ||
		skip "test_modules/standby_access.ko is not built"
	expect "load of standby_access" OK "$(modctl load test_modules/standby_access.ko)"
}

# touches OK|EFAULT HOW ADDRESS [VALUE]
touches()
{
	th_want=$1
	shift
	expect "$*" "$th_want" "$(wr $ACCESS "$*")"
}

touching_ends()
{
	[ -e $ACCESS ] || skip "standby_access is not loaded"
	expect "unload of standby_access" OK "$(modctl unload standby_access)"
}
