# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# standby.sh - what scripts of tests on the host have at hand in the guest.

PATH=/selftests:$PATH
MHP=/sys/kernel/debug/mhp_standby
MEMORY=/sys/devices/system/memory
BLOCK=$((0x$(cat $MEMORY/block_size_bytes)))

# load [PARAMETER...]
load() {
	# shellcheck disable=SC2086 # one word a parameter
	modctl load "$MHP_MODULE" $MHP_MODULE_PARAMS "$@"
}

# add, remove: BLOCK-ID [COUNT [WORDS]]; these, online and offline print OK or
# an errno, which is their status too.
add() { wr $MHP/add "start=$(($1 * BLOCK)) size=$((${2-1} * BLOCK))${3:+ $3}"; }
remove() { wr $MHP/remove "start=$(($1 * BLOCK)) size=$((${2-1} * BLOCK))"; }
online() { wr "$MEMORY/memory$1/state" online_movable; }

# Pages in flight make an offline EBUSY now and then.
offline() {
	for _ in 1 2 3; do
		result=$(wr "$MEMORY/memory$1/state" offline)
		[ "$result" = EBUSY ] || break
		sleep 1
	done
	echo "$result"
	[ "$result" = OK ]
}

# assigned: increments that the module says are assigned, as QEMU shows its own:
# ranges of rn
assigned() {
	awk 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["state"] != "assigned" { next }
		$at["rn"] == last + 1 { last++; next }
		{ show(); first = last = $at["rn"] }
		END { show(); print list }
		function show() {
			if (first)
				list = list (list ? "," : "") first (last > first ? "-" last : "")
		}' $MHP/increments
}

# rows TABLE COLUMN=VALUE COLUMN...: these columns of the rows with that value
rows() {
	awk -v where="$2" -v names="$(shift 2; echo "$*")" '
		/^#/ { next }
		!n { for (i = 1; i <= NF; i++) at[$i] = i; n = split(names, name)
			split(where, want, "="); next }
		$at[want[1]] == want[2] {
			for (i = 1; i <= n; i++)
				printf "%s%s", $at[name[i]], i < n ? " " : "\n"
		}' "$MHP/$1"
}
