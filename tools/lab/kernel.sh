#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh SUITE ARCH [SERIES] - a stock Debian kernel with what modules for it
# are built with; the suites "debug" and "kexec" are kernels of our own (debug/).
# Prints the directory in the cache:
#	vmlinuz config	the kernel to boot
#	release		its version, as uname -r says it
#	headers/	build directory for kmake.sh
#	root/		if this machine's tools are too old for them: a small system
#			of that suite, with the compiler the kernel was built with
#
# KERNEL_DIR names a directory like that to use instead: a kernel of one's own,
# where headers may be its build directory.
#
# Old versions vanish from the mirrors, so the version is not written down
# anywhere: the meta package names the current one when it is fetched. A suite
# with several has a meta package for each SERIES, such as 6.12.

. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

[ $# -eq 2 ] || [ $# -eq 3 ] || die "usage: kernel.sh SUITE ARCH [SERIES]"
[ -z "${KERNEL_DIR:-}" ] || { echo "$KERNEL_DIR"; exit; }
suite=$1
# Not a suite: built here.
[ ! -r "$LAB/debug/config.$suite" ] || exec "$LAB/debug/kernel.sh" "$suite" "$2"
arch_load "$2"
KERNEL_FLAVOUR=${3:+$3-}$KERNEL_FLAVOUR
host=$(dpkg --print-architecture)

fetch() {
	local out=$1 image parts headers helpers compiler
	apt_open "kernel-$suite-$DEB_ARCH" "$suite" "$host" "$DEB_ARCH"
	image=$(apt_depends "linux-image-$KERNEL_FLAVOUR:$DEB_ARCH" | grep '^linux-image-')
	headers=$(apt_depends "linux-headers-$KERNEL_FLAVOUR:$DEB_ARCH" | grep '^linux-headers-')
	[ "${image#linux-image-}" = "${headers#linux-headers-}" ] ||
		die "$suite has $image but $headers; the mirror is being updated, try again later"
	# -common is for all architectures, -kbuild runs on this one.
	helpers=$(apt_depends "$headers:$DEB_ARCH" | grep -E '^linux-(headers-.*-common|kbuild-.*)$')
	compiler=$(apt_depends "$headers:$DEB_ARCH" | sed -n 's/^\(gcc-[0-9]*\)\(-for-host\)\?$/\1/p')
	parts=$(apt_image_parts "$image:$DEB_ARCH")
	# shellcheck disable=SC2086 # one word a package
	apt_unpack "$out/all" $parts "$headers:$DEB_ARCH" $helpers

	release=${image#linux-image-}
	find "$out/all" -type f -name 'vmlinuz*' -exec mv {} "$out/vmlinuz" \;
	find "$out/all" \( -path "*/boot/config-*" -o -path "*/modules/*/config" \) -exec mv {} "$out/config" \;
	if ! [ -s "$out/vmlinuz" ] || ! [ -s "$out/config" ]; then die "no kernel in $parts"; fi
	mkdir "$out/usr"
	mv "$out/all/usr/src" "$out/all/usr/lib" "$out/usr/"
	rm -rf "$out/all"
	relocate "$out/usr/src/$headers/Makefile"
	ln -s "usr/src/$headers" "$out/headers"
	echo "$release" >"$out/release"
	apt_close
	case $suite in
	bookworm*) ;;
	*) fetch_root "$out/root" "$compiler" ;;
	esac
}

# fetch_root DIR COMPILER: nothing of it is ever configured; what maintainer
# scripts would have linked is linked here.
fetch_root() {
	local root=$1 triplet=${CROSS_COMPILE%-}
	apt_open "root-$suite-$DEB_ARCH" "$suite" "$host"
	apt_unpack_all "$root" base-files bash dash coreutils sed grep mawk findutils diffutils \
		make pahole libelf1t64 zlib1g "$2-${triplet//_/-}" sparse
	ln -s mawk "$root/usr/bin/awk"
	[ -e "$root/usr/bin/sh" ] || ln -s dash "$root/usr/bin/sh"
	rm -rf "$root"/usr/share/{doc,man,locale,info}
	apt_close
}

# Debian's headers name themselves and the common Makefile by absolute paths; all
# links between the packages are relative already.
relocate() {
	# shellcheck disable=SC2016 # make's variables
	sed -i -e 's,^include /usr/src/,include $(dir $(lastword $(MAKEFILE_LIST)))../,' \
		-e 's,^KBUILD_OUTPUT=/.*,KBUILD_OUTPUT=$(CURDIR),' "$1"
	! grep -qE '^include /|=/' "$1" || die "$1 still has an absolute path"
}

dir=$CACHE/kernel/$suite${3:+-$3}-$DEB_ARCH-$(key fetch fetch_root relocate apt_image_parts apt_unpack_all)
cached "$dir" fetch
echo "$dir"
