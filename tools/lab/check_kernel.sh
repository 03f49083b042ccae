#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check_kernel.sh [ARCH]... - make check for the kernel that KERNEL names, as for
# kernel.sh: says what the tests will miss in it, and runs the lanes that fit, or
# LANES. Without KERNEL: check.sh.

set_smp=${SMP:-}
. "$(dirname "$0")/common.sh"
# The default of common.sh is nobody's wish: check.sh chooses by test.
export SMP=$set_smp

[ -n "${KERNEL:-}" ] || exec "$LAB/check.sh"
case $KERNEL in
debian:* | /*) ;;
*[!a-z]*) KERNEL=$(cd "${KERNEL%/}" 2>/dev/null && pwd) || die "KERNEL is no directory, nor debian:..." ;;
esac
export KERNEL
LANES=${LANES:-}
if [ -z "$LANES" ]; then
	LANES=$("$LAB/lanes.sh" "$KERNEL" "$@" | tr '\n' ' ')
	[ -n "$LANES" ] || die "no lane fits $KERNEL"
	say "lanes that fit $KERNEL: $LANES"
fi
export LANES

archs=''
for lane in ${LANES//,/ }; do
	[ "$lane" != all ] || die "all lanes are for kernels of all architectures; name some"
	lane_load "$lane"
	[[ " $archs " == *" $ARCH "* ]] || archs="$archs $ARCH"
done
for arch in $archs; do
	arch_load "$arch"
	[ -z "$HOST_GROUP" ] || "$LAB/host.sh" "$HOST_GROUP"
	"$LAB/kernel_options.sh" "$KERNEL" "$arch" ||
		die "the kernel cannot run in the lab; make kernel-config ARCH=$arch prints what it wants"
done
exec "$LAB/check.sh"
