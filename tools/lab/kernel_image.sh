#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel_image.sh SUITE ARCH - a stock Debian kernel just to boot, without what
# modules are built with. Prints the directory in the cache: vmlinuz, release.

. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

[ $# -eq 2 ] || die "usage: kernel_image.sh SUITE ARCH"
suite=$1
arch_load "$2"

fetch_image() {
	local out=$1 image parts
	apt_open "image-$suite-$DEB_ARCH" "$suite" "$DEB_ARCH"
	image=$(apt_depends "linux-image-$KERNEL_FLAVOUR:$DEB_ARCH" | grep '^linux-image-')
	parts=$(apt_image_parts "$image:$DEB_ARCH")
	# shellcheck disable=SC2086 # one word a package
	apt_unpack "$out/all" $parts
	find "$out/all" -type f -name 'vmlinuz*' -exec mv {} "$out/vmlinuz" \;
	[ -s "$out/vmlinuz" ] || die "no kernel in $parts"
	rm -rf "$out/all"
	echo "${image#linux-image-}" >"$out/release"
	apt_close
}

dir=$CACHE/kernel-image/$suite-$DEB_ARCH-$(key fetch_image apt_image_parts)
cached "$dir" fetch_image
echo "$dir"
