#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# source.sh - what the lab needs of the kernel's source, out of Debian's
# linux-source: checkpatch.pl with its word lists, kernel-doc, and kselftest. Prints the
# directory in the cache; paths below it are those of a kernel tree.

. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

SOURCE_SUITES='bookworm-backports trixie'
PARTS=(
	.gitignore
	scripts/{checkpatch.pl,spelling.txt,const_structs.checkpatch,subarch.include,kernel-doc}
	tools/testing/selftests/{.gitignore,Makefile,lib.mk,kselftest.h,kselftest_harness.h}
	tools/testing/selftests/{run_kselftest.sh,kselftest}
)

fetch() {
	local out=$1 package
	apt_open_any source "$SOURCE_SUITES" "$(host_arch)" || not_there "$APT_WHY"
	package=$(apt_depends linux-source | grep '^linux-source-')
	apt_linux_source "$out" "$package" "${PARTS[@]}"
	apt_close
}

dir=$CACHE/source/$(key fetch SOURCE_SUITES PARTS)
cached "$dir" fetch
echo "$dir"
