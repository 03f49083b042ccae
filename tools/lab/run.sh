#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh LANE FILE - run a shell script in a guest of the lane.
# run.sh LANE -c COMMAND - the same for one line.
#
# Its output comes on stdout, its exit status is ours; 125 if the guest did not
# live to tell. RUN_TIMEOUT bounds boot and script (seconds, 600).

. "$(dirname "$0")/common.sh"
. "$LAB/qemu.sh"

[ $# -ge 2 ] || die "usage: run.sh LANE FILE | LANE -c COMMAND"
lane_load "$1"
run=$BUILD/run/$LANE.script
rm -rf "$run"
mkdir -p "$run"
script=$2
if [ "$2" = -c ]; then
	script=$run/script
	printf '%s\n' "$3" >"$script"
fi

"$LAB/initramfs.sh" "$LANE" script "$run/initrd" "$script"
qemu_command "$(lane_kernel)" "$run/initrd" "file,path=$run/console.log"

# pass_on: the guest's lines but the last, which is the status. The line break in
# front of that one may have been added by the guest.
pass_on() {
	local line blank=
	while IFS= read -r line; do
		case $line in
		'mhp_lab: status '*) return "${line#mhp_lab: status }" ;;
		'') blank=$blank$'\n' ;;
		*) printf '%s%s\n' "$blank" "$line"; blank= ;;
		esac
	done
	return 125
}

status=0
timeout -k 5 "${RUN_TIMEOUT:-600}" "${QEMU_COMMAND[@]}" "${RESULTS_PORT[@]}" </dev/null 2>"$run/qemu.log" |
	pass_on || status=$?
if [ "$status" = 125 ]; then
	cat "$run/qemu.log" >&2
	tail -n 25 "$run/console.log" >&2
	die "the guest of $LANE did not finish; console log: $run/console.log"
fi
splats=$(awk -v test= -f "$LAB/splats.awk" "$run/console.log" || true)
if [ -n "$splats" ]; then
	printf '%s\n' "$splats" >&2
	die "the guest's kernel complained; console log: $run/console.log"
fi
exit "$status"
