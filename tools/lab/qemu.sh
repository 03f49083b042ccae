# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2054
#
# qemu.sh - the command line of a lane's guest. Sourced, not run.

# qemu_command KERNEL-DIR INITRD CONSOLE-CHARDEV: sets the array QEMU_COMMAND.
# Results come out of a virtio-serial port on stdout; CONSOLE-CHARDEV is where
# the console goes, e.g. file,path=console.log. The guest dies with its parent.
qemu_command() {
	QEMU_COMMAND=(
		setpriv --pdeathsig KILL "$QEMU" "${MACHINE[@]}"
		-accel "${ACCEL:-tcg}" -smp "${SMP:-2}" -m "$MEMORY"
		-nodefaults -no-user-config -display none -no-reboot
		-action panic=exit-failure
		-kernel "$1/vmlinuz" -initrd "$2"
		-append "$CONSOLE_PARAM log_buf_len=4M $KERNEL_PARAMS ${APPEND:-}"
		-chardev "$3,id=console" "${CONSOLE[@]}"
		-device "virtio-serial-$VIRTIO_BUS" "${QEMU_ARGS[@]}"
	)
}

# The port whose data comes out on stdout. Not a stdio chardev: the end of stdin
# would disconnect it, and the guest would wait for a listener for ever.
RESULTS_PORT=(
	-chardev file,id=results,path=/dev/stdout,append=on
	-device virtserialport,chardev=results,name=mhp_lab
)
