#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel_tree.sh PATH [ARCH] - a kernel of one's own, where it was built: a source tree
# or what O= named; s390, x86 or arm64, by gcc or clang. Nothing there is changed.
# Prints a directory laid out as kernel.sh's. Without ARCH: the architecture it is
# for, in the lab's words.

. "$(dirname "$0")/common.sh"

[ $# -eq 1 ] || [ $# -eq 2 ] || die "usage: kernel_tree.sh PATH [ARCH]"
[ -d "$1" ] || die "KERNEL=$1: no such directory"
tree=$(readlink -e "$1")
config=$tree/.config

has() { grep -qx "CONFIG_$1=y" "$config"; }
value() { sed -n "s/^CONFIG_$1=\"\\{0,1\\}\\([^\"]*\\)\"\\{0,1\\}\$/\\1/p" "$config"; }

[[ -e $tree/Makefile && -e $config ]] ||
	die "KERNEL=$1 is no configured kernel: it has no Makefile and .config. Name the source tree, or what O= was when it was built; 'make kernel-config' prints what to configure"
if has S390; then
	arch=s390x
elif has X86_64; then
	arch=x86_64
elif has ARM64; then
	arch=arm64
else
	die "KERNEL=$1 is for an architecture that the lab has no guests of (s390, x86_64, arm64)"
fi
[ $# = 2 ] || { echo "$arch"; exit; }
[ "$2" = "$arch" ] || die "KERNEL=$1 is for $arch, the lane's guests are $2"
arch_load "$arch"

target=${IMAGE##*/}
[ -s "$tree/$IMAGE" ] || die "KERNEL=$1: no $IMAGE; build it: make $target modules_prepare"
[ ! "$tree/vmlinux" -nt "$tree/$IMAGE" ] || [ ! -s "$tree/vmlinux" ] ||
	die "KERNEL=$1: vmlinux is newer than $IMAGE; build that, too: make $target"
release=$(cat "$tree/include/config/kernel.release" 2>/dev/null) ||
	die "KERNEL=$1: no include/config/kernel.release; build it: make $target modules_prepare"
has MODULES || die "KERNEL=$1 is built without CONFIG_MODULES; 'make kernel-config' prints what is wanted"
[ -e "$tree/scripts/module.lds" ] ||
	die "KERNEL=$1 is not prepared for modules; do: make modules_prepare"
symbols=
if [ ! -s "$tree/Module.symvers" ]; then
	symbols=$tree/vmlinux.symvers
	[ -s "$symbols" ] || die "KERNEL=$1: neither Module.symvers nor vmlinux.symvers; do: make modules"
fi

# make_arguments: as it was built, so far as .config tells
make_arguments() {
	local compiler
	compiler=$(value CC_VERSION_TEXT | awk '{ print $1 }')
	echo "ARCH=$KARCH"
	[ -z "$symbols" ] || echo "KBUILD_EXTRA_SYMBOLS=$symbols"
	if has CC_IS_CLANG; then
		clang_arguments
		return
	fi
	# The compiler by its name: a cross compiler, or one of several versions.
	case $compiler in
	*-gcc | *-gcc-[0-9]*) echo "CROSS_COMPILE=${compiler%gcc*}" ;;
	*) [ "$DEB_ARCH" = "$(host_arch)" ] || echo "CROSS_COMPILE=$CROSS_COMPILE" ;;
	esac
	case $compiler in
	*gcc-[0-9]*) echo "CC=$compiler" ;;
	esac
}

clang_arguments() {
	local suffix='' version
	version=$(value CLANG_VERSION)
	case $(clang --version 2>/dev/null) in
	"$(value CC_VERSION_TEXT)"*) ;;
	*) suffix=-$((version / 10000)) ;;
	esac
	if has LD_IS_LLD; then
		echo "LLVM=${suffix:-1}"
	else
		echo "CC=clang$suffix"
		echo "CROSS_COMPILE=$CROSS_COMPILE"
	fi
}

# The image is copied: the tree may be built on while guests boot.
dir=$BUILD/kernel/$release-$(sha256sum <<<"$tree" | cut -c1-12)
mkdir -p "$dir"
exec 9>"$dir.lock"
flock 9
if ! cmp -s "$tree/$IMAGE" "$dir/vmlinuz"; then
	cp "$tree/$IMAGE" "$dir/vmlinuz.new"
	mv "$dir/vmlinuz.new" "$dir/vmlinuz"
fi
cp "$config" "$dir/config"
echo "$release" >"$dir/release"
ln -sfn "$tree" "$dir/headers"
make_arguments >"$dir/make"
echo "$dir"
