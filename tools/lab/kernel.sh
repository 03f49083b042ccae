#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh SUITE ARCH - a stock Debian kernel with what modules for it are
# built with. Prints the directory in the cache:
#	vmlinuz config	the kernel to boot
#	release		its version, as uname -r says it
#	headers/	build directory for make -C
#
# Old versions vanish from the mirrors, so the version is not written down
# anywhere: the meta package names the current one when it is fetched.

. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

[ $# -eq 2 ] || die "usage: kernel.sh SUITE ARCH"
suite=$1
arch_load "$2"
host=$(dpkg --print-architecture)

fetch() {
	local out=$1 image headers helpers
	apt_open "kernel-$suite-$DEB_ARCH" "$suite" "$host" "$DEB_ARCH"
	image=$(apt_depends "linux-image-$KERNEL_FLAVOUR:$DEB_ARCH" | grep '^linux-image-')
	headers=$(apt_depends "linux-headers-$KERNEL_FLAVOUR:$DEB_ARCH" | grep '^linux-headers-')
	[ "${image#linux-image-}" = "${headers#linux-headers-}" ] ||
		die "$suite has $image but $headers; the mirror is being updated, try again later"
	# -common is for all architectures, -kbuild runs on this one.
	helpers=$(apt_depends "$headers:$DEB_ARCH" | grep -E '^linux-(headers-.*-common|kbuild-.*)$')
	# shellcheck disable=SC2086 # one word a package
	apt_unpack "$out/all" "$image:$DEB_ARCH" "$headers:$DEB_ARCH" $helpers

	release=${image#linux-image-}
	mv "$out/all/boot/vmlinuz-$release" "$out/vmlinuz"
	mv "$out/all/boot/config-$release" "$out/config"
	mkdir "$out/usr"
	mv "$out/all/usr/src" "$out/all/usr/lib" "$out/usr/"
	rm -rf "$out/all"
	relocate "$out/usr/src/$headers/Makefile"
	ln -s "usr/src/$headers" "$out/headers"
	echo "$release" >"$out/release"
	apt_close
}

# Debian's headers include the common Makefile from /usr/src; all other links
# between the packages are relative already.
relocate() {
	# shellcheck disable=SC2016 # make's variables
	sed -i 's,^include /usr/src/,include $(dir $(lastword $(MAKEFILE_LIST)))../,' "$1"
	! grep -q '^include /' "$1" || die "$1 still has an absolute path"
}

dir=$CACHE/kernel/$suite-$DEB_ARCH-$(key fetch relocate)
cached "$dir" fetch
echo "$dir"
