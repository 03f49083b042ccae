#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh SPEC ARCH - a kernel to boot with what modules for it are built with.
# Prints a directory:
#	vmlinuz config	the kernel
#	release		its version, as uname -r says it
#	headers		build directory for kmake.sh
#	tools		suite and compiler it was built with, and ARCH, if it is Debian's
#	make		arguments that make wants for it, a line each
#
# SPEC is one of these, or several, of which the first that is there is taken:
#	debian:SUITE[/[VERSION-]FLAVOUR]	the newest of a suite: debian:sid,
#				debian:bookworm-backports/arm64-16k
#	debian:VERSION[-FLAVOUR]	the newest of a version, of the first suite that
#				has it: debian:6.12, debian:6.12-arm64-16k
#	/path/to/tree		a kernel of one's own, see kernel_tree.sh
#	debug, kexec		built here of Debian's source, see debug/kernel.sh
#
# Old versions vanish from the mirrors, so no version is written down anywhere: what
# a SPEC means is asked once and remembered for KERNEL_DAYS (14).

# cached calls fetch.
# shellcheck disable=SC2317
. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

[ $# -eq 2 ] || die "usage: kernel.sh SPEC ARCH"
arch=$2
arch_load "$arch"
host=$(host_arch)

# Where a version is looked for: this machine's own release first, which needs no
# compiler of another one.
case $(host_codename) in
trixie) SUITES='trixie bookworm-backports trixie-backports sid experimental' ;;
*) SUITES='bookworm-backports trixie trixie-backports sid experimental' ;;
esac

# parse SPEC: sets suites, version, flavour
parse() {
	local rest=${1#debian:}
	suites=$SUITES version='' flavour=$KERNEL_FLAVOUR
	case $rest in
	[a-z]*/*) suites=${rest%%/*} rest=${rest#*/} ;;
	[a-z]*) suites=$rest rest='' ;;
	esac
	case $rest in
	[0-9]*-*) version=${rest%%-*} flavour=${rest#*-} ;;
	[0-9]*) version=$rest ;;
	?*) flavour=$rest ;;
	esac
}

# find_image: in the suite whose indexes are open; prints the package
find_image() {
	local name real names="linux-image-$flavour"
	[ -z "$version" ] ||
		names=$(apt_names "linux-image-${version//./\\.}([.+~][a-z0-9.+~]*)?-$flavour:$DEB_ARCH" | tac)
	for name in $names; do
		apt_has "$name:$DEB_ARCH" || continue
		# A meta package names the real one.
		real=$(apt_depends "$name:$DEB_ARCH" | sed -n '/^linux-image-/{p;q}' | grep . || echo "$name")
		if apt_has "linux-headers-${real#linux-image-}:$DEB_ARCH"; then
			echo "$real"
			return
		fi
		say "$APT_SUITE has $real, but no headers of it"
	done
	return 1
}

# resolve SPEC FILE: write what a SPEC of Debian's means today
resolve() {
	local image suite why=''
	for suite in $suites; do
		if apt_open "kernel-$suite-$DEB_ARCH" "$suite" "${hosts[@]}"; then
			if image=$(find_image); then
				echo "$suite $image $(apt_version "$image:$DEB_ARCH")" >"$2.new"
				mv "$2.new" "$2"
				apt_close
				return
			fi
			APT_WHY="$suite has no kernel ${version:+$version }($flavour) with headers"
			apt_close
		fi
		say "$APT_WHY"
		why="$why${why:+; }$APT_WHY"
	done
	APT_WHY=$why
	return 1
}

fetch() {
	local out=$1 parts headers helpers compiler
	headers=linux-headers-$release
	apt_open "kernel-$suite-$DEB_ARCH" "$suite" "${hosts[@]}" || die "$APT_WHY"
	[ "$(apt_version "$image:$DEB_ARCH")" = "$package_version" ] ||
		die "$suite has another $image now; once more"
	# -common is for all architectures, -kbuild runs on this one.
	helpers=$(apt_depends "$headers:$DEB_ARCH" | grep -E '^linux-(headers-.*-common|kbuild-.*)$')
	compiler=$(apt_depends "$headers:$DEB_ARCH" | sed -n 's/^\(gcc-[0-9]*\)\(-for-host\)\?$/\1/p')
	parts=$(apt_image_parts "$image:$DEB_ARCH")
	# shellcheck disable=SC2086 # one word a package
	apt_unpack "$out/all" $parts "$headers:$DEB_ARCH" $helpers ||
		die "the mirror does not have what its index of $suite names"

	find "$out/all" -type f -name 'vmlinuz*' -exec mv {} "$out/vmlinuz" \;
	find "$out/all" \( -path "*/boot/config-*" -o -path "*/modules/*/config" \) -exec mv {} "$out/config" \;
	if ! [ -s "$out/vmlinuz" ] || ! [ -s "$out/config" ]; then die "no kernel in $parts"; fi
	mkdir "$out/usr"
	mv "$out/all/usr/src" "$out/all/usr/lib" "$out/usr/"
	rm -rf "$out/all"
	relocate "$out/usr/src/$headers/Makefile"
	ln -s "usr/src/$headers" "$out/headers"
	echo "$release" >"$out/release"
	echo "$suite $compiler $arch" >"$out/tools"
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

# asked_lately FILE
asked_lately() {
	[ -n "$(find "$1" -mtime "-${KERNEL_DAYS:-14}" 2>/dev/null)" ]
}

# debian SPEC: sets dir; fails and sets APT_WHY where there is no such kernel
debian() {
	local meaning=$CACHE/kernel/spec/${1//[^a-z0-9.:-]/_}-$2 suite image package_version release
	local suites version flavour hosts=("$DEB_ARCH")
	[ "$host" = "$DEB_ARCH" ] || hosts+=("$host")
	parse "$1"
	mkdir -p "${meaning%/*}"
	if ! asked_lately "$meaning"; then
		# Others wait and then find it written.
		exec {lock}>"$meaning.lock"
		flock "$lock"
		if ! asked_lately "$meaning" && ! resolve "$1" "$meaning"; then
			[ -r "$meaning" ] || return 1
			say "$1 is what it was: $(cut -d ' ' -f 2,3 "$meaning")"
			touch "$meaning"
		fi
		exec {lock}>&-
	fi
	read -r suite image package_version <"$meaning"
	release=${image#linux-image-}
	dir=$CACHE/kernel/$release-${package_version//[^a-z0-9.+~-]/_}-$(key fetch relocate apt_image_parts)
	cached "$dir" fetch || { APT_WHY="$image of $suite cannot be fetched"; return 1; }
}

why=''
for spec in $1; do
	case $spec in
	debian:*)
		if debian "$spec" "$2"; then
			echo "$dir"
			exit
		fi
		why="$why${why:+; }$APT_WHY"
		;;
	/* | ./* | ../*) exec "$LAB/kernel_tree.sh" "$spec" "$2" ;;
	*)
		[ -r "$LAB/debug/config.$spec" ] ||
			die "no such kernel: $spec (debian:SUITE, debian:VERSION, /path/to/tree; see tools/lab/kernel.sh)"
		exec "$LAB/debug/kernel.sh" "$spec" "$2"
		;;
	esac
done
# Not a failure of what is tested: see not_there.
not_there "$why"
