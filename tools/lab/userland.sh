#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# userland.sh ARCH - the part of a guest's initramfs that never changes: busybox,
# kmod, lsmem, chmem and kexec with the libraries they need. Prints the path of the
# cpio archive in the cache. Not compressed: a guest without hardware support
# spends longer unpacking than QEMU does loading.

. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"
. "$LAB/elf.sh"

[ $# -eq 1 ] || die "usage: userland.sh ARCH"
arch_load "$1"

PACKAGES=(busybox-static kmod util-linux kexec-tools)
SUITES='bookworm trixie'

# own_programs: without apt, those of this machine for guests of its architecture;
# sets all to where they are, and programs
own_programs() {
	local p
	[ "$DEB_ARCH" = "$(host_arch)" ] ||
		not_there "without apt there is no userland for guests of $DEB_ARCH here"
	all='' programs=''
	for p in busybox kmod lsmem chmem kexec; do
		if (locate "$p") >/dev/null 2>&1; then programs="$programs $p"; fi
	done
	for p in busybox kmod; do
		[[ " $programs " == *" $p "* ]] || die "this machine has no $p; install it"
	done
}

build() {
	local out=$1 all=$1/all root=$1/root p programs='busybox kmod lsmem chmem kexec'
	if [ -z "$own" ]; then
		apt_open_any "userland-$DEB_ARCH" "$SUITES" "$DEB_ARCH" || not_there "$APT_WHY"
		apt_unpack_all "$all" base-files:"$DEB_ARCH" "${PACKAGES[@]/%/:$DEB_ARCH}"
	else
		own_programs
	fi
	mkdir -p "$root"/{bin,sbin,lib,lab,dev,proc,sys,tmp,run,etc,root,usr/bin,usr/sbin}
	for p in $programs; do
		install_elf "$p" bin
	done
	for p in insmod rmmod modprobe lsmod modinfo depmod; do
		ln -s kmod "$root/bin/$p"
	done
	[ -n "$own" ] || rm -rf "$all"
	pack "$root" >"$out/base.cpio"
	rm -rf "$root"
	[ -n "$own" ] || apt_close
}

own=
command -v apt-get >/dev/null || own=-own
dir=$CACHE/userland/$DEB_ARCH$own-$(key build own_programs install_elf locate PACKAGES SUITES)
cached "$dir" build
echo "$dir/base.cpio"
