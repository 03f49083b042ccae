#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# build_test.sh - the module and the selftests' modules, built with all warnings
# and sparse for each form of kernel that is a package, and for those that can be
# made out of one; and standbyctl for each architecture. A warning is a failure. KTAP
# on stdout, a line a kernel, the totals as the last line. Logs are in
# build/build-test/.

. "$(dirname "$0")/common.sh"

# Kernels as kernel.sh names them, and architecture.
KERNELS=(
	'debian:bookworm-backports s390x'
	'debian:bookworm-backports x86_64'
	'debian:bookworm-backports arm64'
	'debian:bookworm-backports/arm64-16k arm64'
	'debian:bookworm-security/6.12-amd64 x86_64'
	'debian:bookworm-security/6.12-arm64 arm64'
	'debian:trixie s390x'
	'debian:trixie x86_64'
	'debian:trixie-backports x86_64'
	'debian:trixie-backports/7.2-amd64 x86_64'
	'debian:sid s390x'
	'debian:sid x86_64'
	'debian:sid arm64'
	'debian:experimental s390x'
	'debian:experimental x86_64'
)
# What a person set for one lane is not meant here.
unset KERNEL
work=$BUILD/build-test
number=0 failed=0 skipped=0
seen=''		# forms that were built

# result DESCRIPTION [REASON]: good unless there is a reason
result() {
	number=$((number + 1))
	[ -z "${2:-}" ] || failed=$((failed + 1))
	echo "${2:+not }ok $number $1${2:+ # $2}"
}

skip() {
	number=$((number + 1)) skipped=$((skipped + 1))
	echo "ok $number $1 # SKIP $2"
}

# form KERNEL-DIR: model, and what the MEM_* names are
form() {
	local common=$1/headers/include/linux
	[ -e "$common/memory.h" ] || common=$(echo "$1"/usr/src/linux-headers-*-common/include/linux)
	grep -q 'MHP_OFFLINE_INACCESSIBLE' "$common/memory_hotplug.h" && printf 'event model' || printf 'configure model'
	grep -qE '^#define[[:space:]]+MEM_ONLINE\>' "$common/memory.h" && echo ', macros' || echo ', enum'
}

# with_sparse KERNEL-DIR: C=1, as lint.sh has it, if the package has what that needs.
# The headers of 7.3-rc do not.
with_sparse() {
	local common
	common=$(echo "$1"/usr/src/linux-headers-*-common)
	if [ -e "$common/scripts/checker-valid.sh" ] || ! grep -q checker-valid.sh "$common/Makefile"; then
		echo "C=1 CF=-Wno-context"
	fi
}

# build KERNEL-DIR NAME: complaints on stdout, status of make
build() {
	local out=$work/$2 status=0 sparse
	sparse=$(with_sparse "$1")
	rm -rf "$out"
	mkdir -p "$out/module" "$out/tests"
	(cd "$TREE" && git ls-files -zco --exclude-standard Kbuild 'module/*.[ch]' | xargs -0 cp --parents -t "$out/module")
	cp "$TREE"/selftests/test_modules/{Kbuild,*.c} "$out/tests"
	# shellcheck disable=SC2086 # nothing, or words
	for dir in module tests; do
		"$LAB/kmake.sh" "$1" "$out/$dir" -s W=1 $sparse modules >>"$out/log" 2>&1 || status=$?
	done
	# Where a compiler had to be fetched first, it says so.
	sed '/^lab: /d' "$out/log"
	return "$status"
}

# builds KERNEL-DIR NAME TEXT: without a word
builds() {
	local out status=0
	out=$(build "$1" "$2") || status=$?
	[ -z "$out" ] || head -n 20 <<<"$out" | sed 's/^/# | /'
	[ "$status$out" = 0 ] || status="warnings or errors; log: $work/$2/log"
	result "$3" "${status#0}"
}

# packaged SPEC ARCH
packaged() {
	local kernel why status=0
	kernel=$(WHY_FILE=$work/why "$LAB/kernel.sh" "$@") || status=$?
	case $status in
	0) ;;
	"$NOT_RUN") skip "$*" "$(cat "$work/why")"; return ;;
	*) result "$*" "the package could not be fetched"; return ;;
	esac
	why=$(form "$kernel")
	seen="$seen$why;"
	[ -n "$(with_sparse "$kernel")" ] || why="$why, without sparse (not in the package)"
	builds "$kernel" "${kernel##*/}" "$*: $(cat "$kernel/release"), $why"
}

# make_it BASE RECIPE DIR, made BASE RECIPE: a copy of headers, changed by a recipe.
# Prints the directory.
make_it() {
	local common
	cp -a "$1/usr" "$1/headers" "$1/tools" "$3/"
	common=$(echo "$3"/usr/src/linux-headers-*-common)
	"$2" "$3/headers" "$common/include/linux"
}
made() {
	local dir
	dir=$CACHE/made/$2-$(basename "$1")-$(key make_it "$2" without)
	cached "$dir" make_it "$1" "$2"
	echo "$dir"
}

# The MEM_* names as an enum, with the values counted from 0.
mem_enum() {
	local h=$2/memory.h
	awk '
		/^#define[ \t]+MEM_[A-Z_]+[ \t]/ {
			if (!n++) print "enum {"
			print "\t" $2 ","
			next
		}
		n && !closed { print "};"; closed = 1 }
		{ print }' "$h" >"$h.new"
	mv "$h.new" "$h"
}

# without SYMBOL...: a recipe for a configuration that lacks them
without() {
	local headers=$1 s
	for s in "${SYMBOLS[@]}"; do
		sed -i "/^CONFIG_$s=/d" "$headers/include/config/auto.conf"
		sed -i "/^#define CONFIG_$s /d" "$headers/include/generated/autoconf.h"
	done
}
no_options() { SYMBOLS=(MHP_MEMMAP_ON_MEMORY NUMA_KEEP_MEMINFO DEBUG_FS DYNAMIC_DEBUG); without "$1"; }
no_hotremove() { SYMBOLS=(MEMORY_HOTREMOVE MHP_MEMMAP_ON_MEMORY); without "$1"; }

# refuses_old KERNEL-DIR: the same headers, if they were those of 6.8
refuses_old() {
	local out=$work/old
	mkdir -p "$out"
	cp -r "$TREE/Kbuild" "$TREE/module" "$out/"
	if "$LAB/kmake.sh" "$1" "$out" VERSION=6 PATCHLEVEL=8 modules >"$out/log" 2>&1; then
		echo "it builds"
	else
		grep -q 'mhp_standby needs Linux 6.9 or later' "$out/log" || echo "does not say why; log: $out/log"
	fi
}

# tool ARCH: standbyctl, as guests have it
tool() {
	local program out='' status=0
	# The library first, for which these flags are not meant.
	"$LAB/standbyctl.sh" "$1" >"$work/tool-$1.log" 2>&1 &&
		out=$(BUILD=$work CFLAGS='-O2 -g -Werror' "$LAB/standbyctl.sh" "$1" 2>"$work/tool-$1.log") || status=$?
	program=${out##*$'\n'}
	[ "$status" = 0 ] || status="warnings or errors; log: $work/tool-$1.log"
	if [ "$status" = 0 ] && ! readelf -h "$program" | grep -qE "Machine:.*($ELF_MACHINE)"; then
		status="$program is not of $ELF_MACHINE"
	fi
	result "standbyctl for $1" "${status#0}"
}

rm -rf "$work"
mkdir -p "$work"
echo "KTAP version 1"
echo "1..$((${#KERNELS[@]} + 7))"
for k in "${KERNELS[@]}"; do
	# shellcheck disable=SC2086 # one word an argument
	packaged $k
done
for form in 'event model, macros' 'event model, enum' 'configure model, enum'; do
	case $seen in
	*"$form;"*) ;;
	*) echo "# no package of today is of the form: $form" ;;
	esac
done
# 6.9 to 6.11 are in no suite any more; what differs from 6.12 is not ours.
echo "# 6.9 to 6.11: no suite has a package"

base=$("$LAB/kernel.sh" debian:6.12 s390x)
kernel=$(made "$base" mem_enum)
why=$(form "$kernel")
[ "$why" = "event model, enum" ] || die "the recipe for an enum does not work any more"
builds "$kernel" made-enum "MADE of $(cat "$base/release"): $why"

base=$("$LAB/kernel.sh" debian:6.12 x86_64)
kernel=$(made "$base" no_options)
builds "$kernel" made-no-options "MADE of $(cat "$base/release"): without memmap on memory, debugfs and more"

kernel=$(made "$base" no_hotremove)
if why=$(build "$kernel" made-no-hotremove); then
	why="it builds"
elif grep -q 'mhp_standby needs CONFIG_MEMORY_HOTPLUG' <<<"$why"; then
	why=
else
	why="does not say why"
fi
result "MADE of $(cat "$base/release"): without memory hot-remove it says what it needs" "$why"

result "$(cat "$base/release") as 6.8: refused, with a reason" "$(refuses_old "$base")"

ELF_MACHINE='S/390' tool s390x
ELF_MACHINE='X86-64' tool x86_64
ELF_MACHINE=AArch64 tool arm64

echo "$((number - failed - skipped)) passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
