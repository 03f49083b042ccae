#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# dev.sh - a guest that waits for new files and runs tests with them, until it is told
# to go or nobody has spoken to it for half an hour. What it is told (by ../dev.sh):
#	mhp_lab: files SIZE	a cpio archive of that size follows, for the root
#	mhp_lab: run TEST	with what /lab/job says
#	mhp_lab: quit

# shellcheck source=tools/lab/guest/run_test.sh
. /lab/run_test.sh

boot_is_over
# shellcheck disable=SC3045 # busybox has it
while IFS= read -r -t 1800 line; do
	case $line in
	'mhp_lab: files '*)
		head -c "${line##* }" >/tmp/files
		(cd / && cpio -idu </tmp/files) 2>/dev/null
		tell "got $?"
		rm -f /tmp/files
		;;
	'mhp_lab: run '*)
		# shellcheck source=/dev/null
		. /lab/job
		run_test "${line##* }"
		;;
	'mhp_lab: quit') break ;;
	esac
done
