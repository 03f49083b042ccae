#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# standbyctl.sh ARCH - standbyctl for guests of the architecture, linked
# statically: they need not have libsmartcols, and Debian has no static one, so it
# is built from util-linux's source, once. Prints the path of the program; beside it
# is what its tests want in a guest.

. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

[ $# -eq 1 ] || die "usage: standbyctl.sh ARCH"
arch_load "$1"

SUITES='bookworm trixie'

build_library() {
	APT_WANT_SOURCE=y apt_open_any "smartcols-$DEB_ARCH" "$SUITES" "$DEB_ARCH" || not_there "$APT_WHY"
	apt_source "$1/src" util-linux
	apt_close
	say "building libsmartcols for $DEB_ARCH"
	(
		cd "$1/src"
		./configure -q --host="${CROSS_COMPILE%-}" --disable-all-programs \
			--enable-libsmartcols --disable-shared --enable-static \
			--disable-nls --disable-asciidoc --without-python \
			--without-ncurses --without-ncursesw --without-systemd
		make -s -j"$(nproc)" libsmartcols.la
	) >"$1/log" 2>&1 || { tail -n 20 "$1/log" >&2; die "libsmartcols for $DEB_ARCH"; }
	mv "$1/src/.libs/libsmartcols.a" "$1/src/libsmartcols/src/libsmartcols.h" "$1/"
	rm -rf "$1/src"
}

library=$CACHE/smartcols/$DEB_ARCH-$(key build_library SUITES)
cached "$library" build_library

out=$BUILD/standbyctl/$1
mkdir -p "$out"
exec 9>"$out.lock"
flock 9
make -s -C "$TREE/tools/standbyctl" OUTPUT="$out" CROSS_COMPILE="$CROSS_COMPILE" STATIC=1 \
	SMARTCOLS_CFLAGS="-I$library" SMARTCOLS_LIBS="$library/libsmartcols.a" >&2
"${CROSS_COMPILE}gcc" -D_GNU_SOURCE -Wall -Wextra -O2 -static -o "$out/pin" "$TREE/tools/standbyctl/test/pin.c"
echo "$out/standbyctl"
