#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ways.sh - the same blocks added and brought online in one command, and one by one; by
# one task, and by four at once. All the time is counted: tasks wait for each other, and
# of the work of a block now one thread of the kernel does a part, now another.

. "$(dirname "$0")/../lib.sh"

BLOCKS=${WAYS_BLOCKS:-32}

EXACT=y STANDBY=$((BLOCKS / 4 + 1))G boots sclp-s390x.info "MEMORY=2G,maxmem=$((BLOCKS / 4 + 3))G" || {
	not_run ways.together "$why"
	exit 0
}
# shellcheck disable=SC2016
in_guest 'unset CLOCK; load >/dev/null; F=$(first_block); B=$((F + 4)); L=$((B + '"$BLOCKS"' - 1))
	auto=$MEMORY/auto_online_blocks; range="start=$((B * BLOCK)) size=$(('"$BLOCKS"' * BLOCK))"
	# Once, for what is done only once.
	add $F 4 >/dev/null; stopwatch each online_movable $F $((F + 3)) >/dev/null
	leave() { stopwatch each offline $B $L >/dev/null && echo "$range" >$MHP/remove; }
	for i in 1 2; do
		{ stopwatch write $MHP/add "$range"; stopwatch each online_movable $B $L | awk "{ print \$2 }"; } |
			awk "{ n += \$1 } END { print \"single\", n }"
		leave || exit
		echo online_movable >$auto
		echo together $(stopwatch write $MHP/add "$range")
		echo offline >$auto
		leave || exit
	done
	for n in 1 4 1 4; do
		echo "$range" >$MHP/add || exit
		echo tasks$n $(stopwatch tasks $n online_movable $B $L)
		leave || exit
	done' >"$run/ways" || failed "$(cat "$run/ways")"
for series in together single; do
	# shellcheck disable=SC2046
	sample ways.together $series $(awk -v s=$series '$1 == s { print $2 }' "$run/ways")
done
for series in tasks4 tasks1; do
	# shellcheck disable=SC2046
	sample ways.tasks $series $(awk -v s=$series '$1 == s { print $2 }' "$run/ways")
done
