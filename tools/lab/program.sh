#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# program.sh ARCH NAME - a program that only some tests want, of the package by that
# name, for guests of the architecture, with its libraries. Prints a directory to put
# over a guest's root.

. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"
. "$LAB/elf.sh"

[ $# -eq 2 ] || die "usage: program.sh ARCH NAME"
arch_load "$1"

name=$2
PACKAGES=("$name")
SUITES='bookworm trixie'

# cached calls it.
# shellcheck disable=SC2317
build() {
	local all=$1/all root=$1
	apt_open_any "$name-$DEB_ARCH" "$SUITES" "$DEB_ARCH" || not_there "$APT_WHY"
	apt_unpack_all "$all" base-files:"$DEB_ARCH" "${PACKAGES[@]/%/:$DEB_ARCH}"
	mkdir -p "$root"/{bin,lib}
	install_elf "$name" bin
	rm -rf "$all"
	apt_close
}

dir=$CACHE/userland/$name-$DEB_ARCH-$(key build install_elf locate PACKAGES SUITES)
cached "$dir" build
echo "$dir"
