#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# root.sh SUITE COMPILER ARCH - a small system of a suite, with the compiler its
# kernels were built with and what Kbuild runs: a suite's tools do not run with the
# libc of an older one, and a compiler of another version is not the kernel's.
# Prints its directory in the cache, or nothing if this machine is of that suite and
# has that compiler.

. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

[ $# -eq 3 ] || die "usage: root.sh SUITE COMPILER ARCH"
compiler=$2
arch_load "$3"
case $1 in
experimental) suite=sid ;;
*) suite=${1%%-*} ;;
esac
if [ "$suite" = "$(host_codename)" ] && command -v "$CROSS_COMPILE$compiler" >/dev/null; then
	exit
fi
host=$(host_arch)

# Nothing of it is ever configured; what maintainer scripts would have linked is
# linked here.
fetch_root() {
	local root=$1 triplet=${CROSS_COMPILE%-} libelf=libelf1t64 cross=$compiler d
	apt_open "root-$suite-$DEB_ARCH" "$suite" "$host" || die "$APT_WHY"
	apt_has "$libelf" || libelf=libelf1
	[ "$DEB_ARCH" = "$host" ] || cross=$compiler-${triplet//_/-}
	apt_unpack_all "$root" base-files bash dash coreutils sed grep mawk findutils diffutils \
		make pahole "$libelf" zlib1g "$cross" sparse
	# Where /bin and /lib are no links yet, they are in no package.
	for d in bin sbin lib lib64; do
		[ -e "$root/$d" ] || ln -s "usr/$d" "$root/$d"
	done
	ln -s mawk "$root/usr/bin/awk"
	[ -e "$root/usr/bin/sh" ] || [ -e "$root/bin/sh" ] || ln -s dash "$root/usr/bin/sh"
	rm -rf "$root"/usr/share/{doc,man,locale,info}
	apt_close
}

dir=$CACHE/root/$suite-$host-$DEB_ARCH-$compiler-$(key fetch_root apt_unpack_all)
cached "$dir" fetch_root
echo "$dir"
