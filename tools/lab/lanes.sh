#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lanes.sh SPEC [ARCH]... - the lanes that fit a kernel, one a line with its variants.
# A lane says in WANTS what it is for: "event" or "configure", the two models of
# memory hotplug, and options of the kernel, !OPTION if it must not have it. Without
# ARCH: the one a tree is for, or those of the default lanes.

. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || die "usage: lanes.sh SPEC [ARCH]..."
spec=$1
shift
[ $# != 0 ] || case $spec in
/* | ./* | ../*) set -- "$("$LAB/kernel_tree.sh" "$spec")" ;;
*) set -- s390x x86_64 ;;
esac

# model KERNEL-DIR: what its headers say, which are below the tree or beside it
model() {
	local h
	for h in "$1"/headers/{,source/}include/linux/memory_hotplug.h \
		"$1"/src/include/linux/memory_hotplug.h \
		"$1"/usr/src/linux-headers-*-common/include/linux/memory_hotplug.h; do
		[ -r "$h" ] || continue
		if grep -q MHP_OFFLINE_INACCESSIBLE "$h"; then echo event; else echo configure; fi
		return
	done
	die "no include/linux/memory_hotplug.h for $1"
}

# fits LANE: sets variants, if it does
fits() {
	local want
	lane_load "$1"
	[ "$ARCH" = "$arch" ] || return 1
	for want in $WANTS; do
		case $want in
		event | configure) [ "$model" = "$want" ] || return 1 ;;
		!*) ! grep -qx "CONFIG_${want#!}=y" "$kernel/config" || return 1 ;;
		*) grep -qx "CONFIG_$want=y" "$kernel/config" || return 1 ;;
		esac
	done
}

for arch; do
	kernel=$("$LAB/kernel.sh" "$spec" "$arch")
	model=$(model "$kernel")
	for name in $(cd "$LAB/lanes" && echo *); do
		fits "$name" || continue
		if [ -n "$VARIANTS" ]; then
			for variant in $VARIANTS; do echo "$name.$variant"; done
		else
			echo "$name"
		fi
	done
done
