# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with lib.sh
#
# Look at the kernel while an event or a firmware call is in progress.

# unfinished ROW: the latest row of that name is in progress
unfinished()
{
	[ "$(event "$1" errno | tail -n 1)" = ... ]
}

# during WHAT ROW FILE TEXT LOOK...: write TEXT to FILE, and run LOOK while WHAT
# (of inject) is in progress there, which the ledger shows as ROW. The write is
# expected to go through. Prints what LOOK prints. A machine too slow to look in
# time gets more of it.
during()
{
	dr_what=$1 dr_row=$2 dr_file=$3 dr_text=$4
	shift 4
	for dr_delay in 2000 8000 32000; do
		writes "what=$dr_what delay_ms=$dr_delay times=1" "$MHP/inject"
		clear_events
		wr "$dr_file" "$dr_text" > "$work/during" &
		dr_pid=$!
		until unfinished "$dr_row"; do
			kill -0 $dr_pid 2> /dev/null || break
		done
		"$@" > "$work/looked"
		dr_in_time=
		! unfinished "$dr_row" || dr_in_time=y
		wait $dr_pid
		writes clear "$MHP/inject"
		expect "write of '$dr_text' to $dr_file" OK "$(cat "$work/during")"
		if [ -n "$dr_in_time" ]; then
			cat "$work/looked"
			return
		fi
		missed
	done
	fail "this machine is too slow to look during $dr_row: not in $((dr_delay / 1000)) s"
}

# missed: undo the write, so that it can be tried again; a test may have its own
missed()
{
	offline 0
}
