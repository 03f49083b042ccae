#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# shell.sh LANE - a prompt in a guest of the lane, with the module at hand.

. "$(dirname "$0")/common.sh"
. "$LAB/qemu.sh"

[ $# -eq 1 ] || die "usage: shell.sh LANE"
lane_load "$1"
run=$BUILD/run/$LANE.shell
mkdir -p "$run"
"$LAB/initramfs.sh" "$LANE" shell "$run/initrd"
# quiet: the prompt is on the console; dmesg has the rest.
APPEND="quiet ${APPEND:-}"
qemu_command "$(lane_kernel)" "$run/initrd" "stdio,mux=on,signal=off"
exec "${QEMU_COMMAND[@]}" -mon chardev=console
