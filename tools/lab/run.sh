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
. "$LAB/rundir.sh"

[ $# -ge 2 ] || die "usage: run.sh LANE FILE | LANE -c COMMAND"
lane_load "$1"
run_dir "$LANE.script"
script=$2
if [ "$2" = -c ]; then
	script=$run/script
	printf '%s\n' "$3" >"$script"
fi

# The guest must not outlive us, however we end; a ctrl-C reaches us alone if
# somebody runs us beside something else.
qemu_pid=''
trap '[ -z "$qemu_pid" ] || kill -KILL "$qemu_pid" 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

"$LAB/initramfs.sh" "$LANE" script "$run/initrd" "$script"
qemu_command "$(lane_kernel)" "$run/initrd" "file,path=$run/console.log"

# pass_on: the guest's lines but the last, which is the status. The line break in
# front of that one may have been added by the guest.
pass_on() {
	local line part='' blank='' left deadline=$((SECONDS + ${RUN_TIMEOUT:-600}))
	while left=$((deadline - SECONDS)) && [ "$left" -gt 0 ]; do
		if IFS= read -r -t "$left" line <&"$results"; then
			line=$part$line part=''
			case $line in
			'mhp_lab: status '*) return "${line#mhp_lab: status }" ;;
			'') blank=$blank$'\n' ;;
			*) printf '%s%s\n' "$blank" "$line"; blank= ;;
			esac
		elif [ $? -gt 128 ]; then
			part=$part$line
		else
			break
		fi
	done
	return 125
}

: >"$run/console.log"
exec {results}< <(exec "${QEMU_COMMAND[@]}" "${RESULTS_PORT[@]}" </dev/null 2>"$run/qemu.log")
qemu_pid=$!
status=0
pass_on || status=$?
if [ "$status" = 125 ]; then
	cat "$run/qemu.log" >&2
	tail -n 25 "$run/console.log" >&2
	die "the guest of $LANE did not finish; console log: $run/console.log"
fi
# It is powering off.
for _ in $(seq 100); do
	kill -0 "$qemu_pid" 2>/dev/null || break
	sleep 0.1
done
splats=$(awk -v test= -f "$SPLATS" "$run/console.log" || true)
if [ -n "$splats" ]; then
	printf '%s\n' "$splats" >&2
	die "the guest's kernel complained; console log: $run/console.log"
fi
exit "$status"
