# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# elf.sh - programs out of packages, with the libraries they need and nothing else.
# Sourced, not run. all is where PACKAGES were unpacked, root what the guest will have.

# locate NAME: where the packages put a program or library. Debian moves things
# between /bin and /usr/bin, and libraries lie one directory deeper. An absolute
# link would lead out of the packages and to the host's own files.
locate() {
	local dir file
	for dir in "$all"{,/usr}/{bin,sbin,lib,lib64,lib/*-linux-gnu}; do
		file=$(readlink -e "$dir/$1") || continue
		[[ $file == "$(readlink -e "$all")"/* ]] || continue
		echo "$file"
		return
	done
	die "no $1 in the packages ${PACKAGES[*]}"
}

# install_elf NAME DIR: copy a program or library and all the libraries it needs.
install_elf() {
	local needed interpreter
	[ ! -e "$root/$2/$1" ] || return 0
	cp "$(locate "$1")" "$root/$2/$1"
	interpreter=$(readelf -l "$root/$2/$1" | sed -n 's/.*program interpreter: \(.*\)]/\1/p')
	if [ -n "$interpreter" ]; then
		mkdir -p "$root$(dirname "$interpreter")"
		cp "$(locate "${interpreter##*/}")" "$root$interpreter"
	fi
	for needed in $(readelf -d "$root/$2/$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
		install_elf "$needed" lib
	done
}
