#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# checkpatch.sh [OPTION]... FILE... - the kernel's checkpatch.pl --strict on files.
# It comes out of linux-source, of which only the script and its word lists are
# kept.

. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

fetch() {
	local out=$1 package
	apt_open checkpatch bookworm-backports "$(dpkg --print-architecture)"
	package=$(apt_depends linux-source | grep '^linux-source-')
	apt_unpack "$out/all" "$package"
	say "unpacking checkpatch.pl"
	tar -xJf "$out/all/usr/src/$package.tar.xz" -C "$out" --strip-components=2 \
		"$package/scripts/"{checkpatch.pl,spelling.txt,const_structs.checkpatch}
	rm -rf "$out/all"
	apt_close
}

dir=$CACHE/checkpatch/$(key fetch)
cached "$dir" fetch
[ $# = 0 ] || exec perl "$dir/checkpatch.pl" --no-tree --strict --terse --no-summary --show-types -f "$@"
