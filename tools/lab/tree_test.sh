#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tree_test.sh [ARCH:COMPILER]... - are trees found and tested however they were built?
# Builds Debian's linux-source with the options of make kernel-config, as
# docs/your-kernel.md says, for each of x86_64:gcc and arm64:clang (LLVM=1), and runs
# "make check KERNEL=" on it. s390x:gcc is what bisect_test.sh has. KTAP on stdout; all
# is in build/tree-test/, where a second run only builds what changed.
#
# Environment: TESTS ("lifecycle altmap").

# cached calls unpack.
# shellcheck disable=SC2317
. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

[ $# != 0 ] || set -- x86_64:gcc arm64:clang
tests=${TESTS:-lifecycle altmap}
work=$BUILD/tree-test
src=$work/linux
SOURCE=linux-source-6.12

unpack() {
	apt_open_any tree "bookworm-backports trixie" "$(host_arch)" || not_there "$APT_WHY"
	apt_linux_source "$1" "$SOURCE"
	apt_close
}

# build ARCH COMPILER: prints how it was built, the arguments of make
build() {
	local obj=$work/$1-$2 kmake
	arch_load "$1"
	kmake=(ARCH="$KARCH")
	case $2 in
	gcc) [ "$DEB_ARCH" = "$(host_arch)" ] || kmake+=("CROSS_COMPILE=$CROSS_COMPILE") ;;
	clang) kmake+=(LLVM=1) ;;
	*) die "COMPILER is gcc or clang, not $2" ;;
	esac
	mkdir -p "$obj"
	echo "${kmake[*]}"
	kmake=(make -s "-j$(nproc)" -C "$src" "O=$obj" "${kmake[@]}")
	"$LAB/kernel_options.sh" --fragment "$1" >"$work/fragment.$1"
	{
		[ -e "$obj/.config" ] ||
			"${kmake[@]}" KCONFIG_ALLCONFIG="$work/fragment.$1" allnoconfig
		"${kmake[@]}" "${IMAGE##*/}" modules_prepare
	} >"$obj.log" 2>&1
}

# try NUMBER ARCH:COMPILER
try() {
	local arch=${2%:*} compiler=${2#*:} how last
	local obj=$work/$arch-$compiler
	say "building $2 (5 minutes and more, once); log: $obj.log"
	if ! how=$(build "$arch" "$compiler"); then
		tail -n 5 "$obj.log" | sed 's/^/# | /'
		echo "not ok $1 $2 # it does not build; log: $obj.log"
		return 1
	fi
	if ! LANES=sim-$arch TESTS=$tests make -s -C "$TREE" check "KERNEL=$obj" >"$obj.ktap" 2>"$obj.check.log"; then
		grep -E '^ *not ok' "$obj.ktap" | head -n 5 | sed 's/^ */# | /'
		echo "not ok $1 $2 ($how) # log: $obj.check.log $obj.ktap"
		return 1
	fi
	last=$(tail -n 1 "$obj.ktap")
	echo "ok $1 $2 ($how) # $last"
}

number=0 failed=0
mkdir -p "$work"
"$LAB/host.sh" kernel
case " $* " in *:clang\ *) "$LAB/host.sh" llvm ;; esac
for t; do
	arch_load "${t%:*}"
	[ -z "$HOST_GROUP" ] || "$LAB/host.sh" "$HOST_GROUP"
done
cached "$src" unpack
echo "KTAP version 1"
echo "1..$#"
for t; do
	number=$((number + 1))
	try $number "$t" || failed=$((failed + 1))
done
[ "$failed" = 0 ]
