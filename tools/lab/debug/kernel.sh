#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# debug/kernel.sh KIND ARCH - a kernel built from Debian's linux-source. Prints a
# directory in the cache laid out as kernel.sh's. KIND is what config.KIND adds to
# what guests need (config.guest, config.ARCH):
#	debug	looks over its own shoulder, and has what walks along memory; some 10
#		minutes on two processors, once
#	kexec	starts other kernels; 3 minutes
#	coverage	counts how often each line of the files in covered is executed;
#		those, and what the compiler says of their lines, stay in covered/

. "$(dirname "$0")/../common.sh"
# shellcheck source=tools/lab/apt.sh
. "$LAB/apt.sh"

[ $# -eq 2 ] || die "usage: debug/kernel.sh KIND ARCH"
kind=$1 arch=$2
[ -r "$LAB/debug/config.$kind" ] || die "no such kind of kernel: $kind"
arch_load "$arch"
SOURCE=linux-source-6.12 SOURCE_SUITES='bookworm-backports trixie'
# What comes later counts.
fragments=("$LAB/debug"/config.{guest,"$kind","$arch"})
[ ! -e "$LAB/debug/config.$kind.$arch" ] || fragments+=("$LAB/debug/config.$kind.$arch")
fragment=$(grep -hv '^#' "${fragments[@]}" | tac | awk -F = '!seen[$1]++' | tac)
# The kernel's own part in a block's life.
covered=(mm/memory_hotplug drivers/base/memory mm/sparse mm/sparse-vmemmap drivers/s390/char/sclp_cmd)
# Of the key: modules are built with the same.
# shellcheck disable=SC2034
compiler=$("${CROSS_COMPILE}gcc" -dumpfullversion)

# Every 200th line of the build.
progress() {
	awk -v log_file="$1" '
		{ print >log_file; fflush(log_file) }
		NR % 200 == 0 { print "lab: debug kernel, " NR " steps"; fflush() }' >&2
}

kernel_make() {
	local counting=()
	[ "$kind" != coverage ] || { count_covered; counting=("KCFLAGS=-fprofile-prefix-map=$src=$dir/covered"); }
	make -C "$src" O="$build" ARCH="$KARCH" CROSS_COMPILE="$CROSS_COMPILE" -j"$(nproc)" "${counting[@]}" "$@" || return
	[ "$kind" != coverage ] || keep_covered
}

# count_covered: in these files; an argument of make would be for all of the same name.
count_covered() {
	local f line
	for f in "${covered[@]}"; do
		line="GCOV_PROFILE_${f##*/}.o := y"
		grep -qxF "$line" "$src/${f%/*}/Makefile" || echo "$line" >>"$src/${f%/*}/Makefile"
	done
}

# keep_covered: build_kernel throws sources away. Not all are of this architecture.
# gcov wants the headers that are there as well, or says nothing at all.
keep_covered() {
	local f kept=${build%/headers}/covered
	for f in "${covered[@]}"; do
		[ -e "$build/$f.o" ] || continue
		mkdir -p "$kept/${f%/*}"
		cp "$src/$f.c" "$build/$f.gcno" "$src/${f%/*}"/*.h "$kept/${f%/*}" || return
	done
	[ ! -d "$kept" ] || ln -sfn ../src/include ../src/arch "$kept"
}

build_kernel() {
	local lost out=$1 src=$1/src build=$1/headers log=$BUILD/debug-kernel-$arch.log
	"$LAB/host.sh" kernel
	mkdir -p "$BUILD"
	apt_open_any "debug-$arch" "$SOURCE_SUITES" "$(host_arch)" || not_there "$APT_WHY"
	mkdir "$src" "$build"
	apt_linux_source "$src" "$SOURCE"
	apt_close

	printf '%s\n' "$fragment" >"$out/fragment"
	kernel_make -s KCONFIG_ALLCONFIG="$out/fragment" allnoconfig >&2
	lost=$(options_lost "$build/.config" <<<"$fragment")
	[ -z "$lost" ] || die "the debug kernel's configuration lost$lost"
	say "building a debug kernel for $arch (10 minutes and more, once); log: $log"
	kernel_make "${IMAGE##*/}" modules 2>&1 | progress "$log" || {
		tail -n 25 "$log" >&2
		die "the debug kernel could not be built; log: $log"
	}
	cp "$build/$IMAGE" "$out/vmlinuz"
	cp "$build/.config" "$out/config"
	cp "$build/include/config/kernel.release" "$out/release"
	# What modules are built with stays.
	find "$src" -type f -name '*.c' ! -path '*/scripts/*' -delete
	find "$build" -type f \( -name '*.o' -o -name '*.a' -o -name 'vmlinux*' -o -name '.*.cmd' \) \
		! -path '*/scripts/*' ! -path '*/tools/*' -delete
	# Written into the build directory as it was called meanwhile.
	grep -rlF "$out" "$build" --include=Makefile --include='*.mk' | xargs -r sed -i "s,$out,$dir,g"
}

# Who builds modules for it says nothing about the architecture.
build_for_arch() {
	build_kernel "$1"
	mkdir -p "$1/modules/$(cat "$1/release")"
	find "$1/headers" -name '*.ko' -exec mv -t "$1/modules/$(cat "$1/release")" {} +
	sed -i -e "1i export ARCH := $KARCH" -e "1i export CROSS_COMPILE := $CROSS_COMPILE" "$1/headers/Makefile"
}

counts=()
[ "$kind" != coverage ] || counts=(kernel_make count_covered keep_covered covered)
dir=$CACHE/kernel/$kind-$DEB_ARCH-$(key build_kernel SOURCE SOURCE_SUITES compiler fragment "${counts[@]}")
cached "$dir" build_for_arch
echo "$dir"
