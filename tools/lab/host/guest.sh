# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# guest.sh - a guest that stays up and does what a test on the host says, next to
# the QMP of its QEMU. Both go through pairs of named pipes, opened for reading
# and writing so that nobody waits for the other end. Sourced, not run.
#
#	guest_start		boot the lane's guest; wait until it serves
#	guest COMMANDS		run them there; their output and status are ours,
#				125 if the guest does not answer any more
#	guest_reboot	... from inside; wait until it serves again
#	guest_leaves COMMANDS	the same by COMMANDS
#	guest_end		wait for a guest that is ending; status of its QEMU
#	guest_kill		whatever state it is in
#	qmp COMMAND [JSON]	what it returns, compact
#	device_get NAME		property of the standby memory device
#	device_set NAME VALUE	VALUE as JSON
#
# Before: run (directory), lane_load, qemu.sh. GUEST_ARGS are more arguments of
# QEMU, GUEST_FILES a directory whose files the guest finds in its root; GUEST_TIMEOUT
# bounds every wait for an answer (seconds, 120), BOOT_TIMEOUT that for a kernel to
# come up (the same).

guest_pid='' guest_boots=0
GUEST_ARGS=() GUEST_FILES=''
DEVICE=/machine/peripheral/sm0

# open_pipes NAME: run/NAME.in and .out, as QEMU's pipe chardev wants them
open_pipes() {
	rm -f "$run/$1.in" "$run/$1.out"
	mkfifo "$run/$1.in" "$run/$1.out"
}

guest_start() {
	local kernel
	guest_kill
	guest_boots=$((guest_boots + 1))
	console=$run/console.$guest_boots.log
	kernel=$(lane_kernel)
	"$LAB/initramfs.sh" "$LANE" host "$run/initrd"
	[ -z "$GUEST_FILES" ] || pack "$GUEST_FILES" >>"$run/initrd"
	qemu_command "${GUEST_KERNEL:-$kernel}" "$run/initrd" "file,path=$console"
	coverage_port "$run/coverage.$guest_boots.tar"
	open_pipes qmp
	open_pipes cmd
	"${QEMU_COMMAND[@]}" \
		-chardev "pipe,id=qmp,path=$run/qmp" -mon chardev=qmp,mode=control \
		-chardev "pipe,id=cmd,path=$run/cmd" \
		-device virtserialport,chardev=cmd,name=mhp_cmd "${GUEST_ARGS[@]}" \
		</dev/null >"$run/qemu.log" 2>&1 &
	guest_pid=$!
	exec {qmp_in}<>"$run/qmp.in" {qmp_out}<>"$run/qmp.out"
	exec {cmd_in}<>"$run/cmd.in" {cmd_out}<>"$run/cmd.out"
	qmp qmp_capabilities >/dev/null || return
	guest_up
}

# Answers from before the reboot are gone with it.
guest_reboot() { guest_leaves 'reboot -f'; }

# guest_leaves COMMANDS: the last ones of this kernel; wait for the next
guest_leaves() {
	printf '%s\nmhp_lab: go\n' "$1" >&"$cmd_in"
	guest_up
}

# guest_line FD: next line into the variable line; fails if QEMU is gone or the
# wait was too long.
guest_line() {
	local deadline=$((SECONDS + ${GUEST_TIMEOUT:-120})) part=''
	while [ $SECONDS -lt $deadline ]; do
		if IFS= read -r -t 1 line <&"$1"; then
			line=$part${line%$'\r'}
			return 0
		fi
		part=$part$line
		kill -0 "$guest_pid" 2>/dev/null || break
	done
	return 1
}

guest_up() {
	local GUEST_TIMEOUT=${BOOT_TIMEOUT:-${GUEST_TIMEOUT:-}}
	while guest_line "$cmd_out"; do
		[[ $line != 'mhp_lab: up '* ]] || return 0
	done
	echo "the guest does not come up; the end of its console:"
	tail -n 15 "$console"
	cat "$run/qemu.log"
	return 125
}

guest() {
	local blank=''
	printf '%s\nmhp_lab: go\n' "$1" >&"$cmd_in"
	while guest_line "$cmd_out"; do
		# An empty line may be what the status brings with it.
		case $line in
		'mhp_lab: status '*) return "${line#mhp_lab: status }" ;;
		'mhp_lab: up '*) echo "the guest has rebooted"; break ;;
		'') blank=$blank$'\n' ;;
		*) printf '%s%s\n' "$blank" "$line"; blank= ;;
		esac
	done
	return 125
}

guest_end() {
	local status=0 i
	for ((i = 0; i < ${GUEST_TIMEOUT:-120}; i++)); do
		kill -0 "$guest_pid" 2>/dev/null || break
		sleep 1
	done
	kill -KILL "$guest_pid" 2>/dev/null && return 124
	wait "$guest_pid" 2>/dev/null || status=$?
	guest_close
	return "$status"
}

guest_kill() {
	[ -n "$guest_pid" ] || return 0
	kill -KILL "$guest_pid" 2>/dev/null
	wait "$guest_pid" 2>/dev/null
	guest_close
}

guest_close() {
	exec {qmp_in}<&- {qmp_out}<&- {cmd_in}<&- {cmd_out}<&-
	guest_pid=''
}

# Events and the greeting come on the same line; only answers count.
qmp() {
	local line
	printf '{"execute":"%s","arguments":%s}\n' "$1" "${2:-{\}}" >&"$qmp_in"
	while guest_line "$qmp_out"; do
		case $line in
		'{"return"'*) jq -c .return <<<"$line"; return ;;
		'{"error"'*) printf 'QMP: %s\n' "$line" >&2; return 1 ;;
		esac
	done
	return 125
}

device_get() { qmp qom-get '{"path":"'$DEVICE'","property":"'"$1"'"}' | jq -r .; }

device_set() {
	qmp qom-set '{"path":"'$DEVICE'","property":"'"$1"'","value":'"$2"'}' >/dev/null
}
