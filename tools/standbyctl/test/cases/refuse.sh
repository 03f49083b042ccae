# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # root is run.sh's
# Tables that are not what this program reads: nothing is guessed.

use sim-s390x-used
echo 2 >"$root/sys/kernel/debug/mhp_standby/version"
check "another version is refused" says "have version 2" 1 list
check "and can be gone around" says "online" 0 list --no-module
rm "$root/sys/kernel/debug/mhp_standby/version"
check "no version is refused" says "older than this program" 1 list

use sim-s390x-used
edit blocks '1s/owner/holder/'
check "a column that is gone is refused" says "no column owner" 1 list
use sim-s390x-used
edit blocks '3s/ [^ ]*$//'
check "a short row is refused" says "another number of columns" 1 list
use sim-s390x-used
edit increments '4s/reserved/lent/'
check "an unknown state is refused" says "row 3 is not understood" 1 increments
use sim-s390x-used
edit features '/^increment_size/d'
check "a missing feature is refused" says "no number increment_size" 1 list

new_columns() {
	# shellcheck disable=SC2016 # the dollar is sed's
	edit ranges '1s/$/ origin/; 2,$s/$/ -/'
	# shellcheck disable=SC2016
	edit increments '1s/^/new /; 2,$s/^/x /'
	golden list 0 list && golden increments 0 increments
}
use sim-s390x-used
check "new columns do no harm" new_columns

use sim-s390x-used
rm -r "$root/sys/kernel/debug/mhp_standby"
check "debugfs out of sight is said" says "become root" 0 list

use sim-s390x-used
echo offline >"$root/sys/devices/system/memory/memory4/state"
check "a range is not removed in part: its end" says "that of block 5 is --blocks 4-7" 1 remove --blocks 5-7
check "a range is not removed in part: its beginning" says "is --blocks 4-7" 1 remove --blocks 4-6
check "a range is removed whole" says "start=0x40000000 size=1073741824" 0 remove --dry-run --blocks 4-7
