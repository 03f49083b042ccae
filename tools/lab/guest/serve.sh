#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# serve.sh - run what a test on the host sends (host/guest.sh): a script, up to
# a line "mhp_lab: go". Its output goes back, then a line with its status.

# shellcheck source=tools/lab/guest/coverage.sh
. /lab/coverage.sh

printf '\nmhp_lab: up %s\n' "$(uname -r)"
: >/tmp/script
while IFS= read -r line; do
	if [ "$line" != "mhp_lab: go" ]; then
		printf '%s\n' "$line" >>/tmp/script
		continue
	fi
	# shellcheck source=/dev/null
	(. /lab/standby.sh && . /tmp/script) </dev/null
	status=$?
	give_coverage
	printf '\nmhp_lab: status %s\n' "$status"
	: >/tmp/script
done
