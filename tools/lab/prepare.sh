#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# prepare.sh LANE - everything a boot of the lane needs, built or fetched: the
# kernel, the userland, the module, the selftests' helpers and their modules. What is
# not to be had today (not_there) is written to build/run/LANE.why.

. "$(dirname "$0")/common.sh"

[ $# -eq 1 ] || die "usage: prepare.sh LANE"
lane_load "$1"
export WHY_FILE=$BUILD/run/$LANE.why
mkdir -p "$BUILD/run"
rm -f "$WHY_FILE"
[ -z "$HOST_GROUP$LANE_GROUP" ] || "$LAB/host.sh" ${HOST_GROUP:+"$HOST_GROUP"} ${LANE_GROUP:+"$LANE_GROUP"}
[ -z "$OUR_QEMU" ] || [ -x "$QEMU" ] || "$LAB/our_qemu.sh"
kernel=$(lane_kernel)
"$LAB/kernel_modules.sh" "$kernel" >/dev/null
"$LAB/userland.sh" "$ARCH" >/dev/null
[ ! -r "${MODULE_SRC:-$TREE}/Kbuild" ] || "$LAB/module.sh" "$LANE" >/dev/null
[ ! -r "${SELFTESTS:-$TREE/selftests}/test_modules/Kbuild" ] || "$LAB/test_modules.sh" "$LANE" >/dev/null
if [ -n "$STANDBYCTL" ]; then
	"$LAB/standbyctl.sh" "$ARCH" >/dev/null
fi
for program in $PROGRAMS; do
	"$LAB/program.sh" "$ARCH" "$program" >/dev/null
done
helpers=$BUILD/selftests/$ARCH
mkdir -p "$helpers"
if [ -r "${SELFTESTS:-$TREE/selftests}/Makefile" ]; then
	# Lanes of one architecture share them.
	exec 9>"$helpers.lock"
	flock 9
	make -s -C "${SELFTESTS:-$TREE/selftests}" CROSS_COMPILE="$CROSS_COMPILE" OUTPUT="$helpers" >&2
fi
