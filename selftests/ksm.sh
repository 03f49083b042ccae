# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with lib.sh
#
# KSM, which merges pages of the same contents, for a test.

KSM=/sys/kernel/mm/ksm

# needs_ksm: quick, as soon as it is told to run
needs_ksm()
{
	[ -d $KSM ] || skip "no KSM in this kernel"
	needs_madvise
	setting $KSM/pages_to_scan 10000
	setting $KSM/sleep_millisecs 0
}

# For fill's -x, with its kind same: until KSM has merged a page of it.
# shellcheck disable=SC2016,SC2034 # for the shell of fill
UNTIL_MERGED='for i in $(seq 100); do
	[ "$(cat /proc/$PPID/ksm_merging_pages)" = 0 ] || exit 0
	sleep 0.1
done
exit 1'
