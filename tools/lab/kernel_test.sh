#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel_test.sh - what needs no guest of a kernel of one's own: trees that are not
# ready are refused with what to do, the others understood as they were built; results
# of two runs are compared, and the exit status is right. KTAP on stdout.

. "$(dirname "$0")/common.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/mhp_kernel.XXXXXX")
trap 'rm -rf "$work"' EXIT
export BUILD=$work/build
number=0 failed=0

# expect DESCRIPTION STATUS REGEX COMMAND...: status, and a line of what it prints
expect() {
	local what=$1 want=$2 regex=$3 status=0 out
	shift 3
	out=$("$@" 2>&1) || status=$?
	number=$((number + 1))
	if [ "$status" = "$want" ] && grep -qE -- "$regex" <<<"$out"; then
		echo "ok $number $what"
		return
	fi
	failed=$((failed + 1))
	echo "# expected status $want and '$regex', got $status and:"
	printf '%s\n' "$out" | sed 's/^/# | /'
	echo "not ok $number $what"
}

tree_of() { "$LAB/kernel_tree.sh" "$work/tree" "$1"; }

# tree CONFIG...: built, with these lines as its configuration
tree() {
	rm -rf "$work/tree"
	mkdir -p "$work/tree"/{arch/{s390,x86}/boot,arch/arm64/boot,include/config,scripts}
	printf '%s\n' "$@" CONFIG_MODULES=y >"$work/tree/.config"
	echo 6.12.0-test >"$work/tree/include/config/kernel.release"
	touch "$work/tree"/{Makefile,scripts/module.lds}
	for f in Module.symvers vmlinux arch/s390/boot/bzImage arch/x86/boot/bzImage arch/arm64/boot/Image; do
		echo x >"$work/tree/$f"
		touch -d '1 minute ago' "$work/tree/vmlinux"
	done
}

arguments() { sort "$(tree_of "$1")/make" | tr '\n' ' '; }

echo "KTAP version 1"
rm -rf "$work/tree"
expect "no directory" 1 'no such directory' tree_of s390x
mkdir "$work/tree"
expect "a directory that is no kernel" 1 'no configured kernel' tree_of s390x
tree CONFIG_S390=y 'CONFIG_CC_VERSION_TEXT="s390x-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0"'
expect "s390: the compiler it was built with" 0 '^ARCH=s390 CROSS_COMPILE=s390x-linux-gnu- $' arguments s390x
expect "another architecture than the lane's" 1 'is for s390x, the lane.s guests are x86_64' tree_of x86_64
rm "$work/tree/arch/s390/boot/bzImage"
expect "no image yet" 1 'no arch/s390/boot/bzImage; build it: make bzImage' tree_of s390x
tree CONFIG_S390=y
touch "$work/tree/vmlinux"
expect "a kernel that is newer than its image" 1 'vmlinux is newer' tree_of s390x
tree CONFIG_S390=y
rm "$work/tree/scripts/module.lds"
expect "not prepared for modules" 1 'make modules_prepare' tree_of s390x
tree CONFIG_S390=y
rm "$work/tree/Module.symvers"
expect "no symbols at all" 1 'make modules' tree_of s390x
echo x >"$work/tree/vmlinux.symvers"
expect "the kernel's own symbols do" 0 'KBUILD_EXTRA_SYMBOLS=.*/vmlinux.symvers' arguments s390x
tree CONFIG_X86_64=y 'CONFIG_CC_VERSION_TEXT="gcc-13 (Debian 13.2.0) 13.2.0"'
expect "x86_64 by a gcc of a certain version" 0 'ARCH=x86_64 CC=gcc-13' arguments x86_64
tree CONFIG_ARM64=y CONFIG_CC_IS_CLANG=y CONFIG_LD_IS_LLD=y CONFIG_CLANG_VERSION=190107 \
	'CONFIG_CC_VERSION_TEXT="a clang of nobody, version 19.1.7"'
expect "arm64 by LLVM, of another version than clang's" 0 'ARCH=arm64 LLVM=-19 ' arguments arm64
tree CONFIG_S390=y CONFIG_CC_IS_CLANG=y CONFIG_CLANG_VERSION=190107 'CONFIG_CC_VERSION_TEXT="a clang of nobody"'
expect "s390 by clang, linked by GNU ld" 0 'ARCH=s390 CC=clang-19 CROSS_COMPILE=s390x-linux-gnu- ' arguments s390x
tree CONFIG_SPARC=y
expect "an architecture without guests" 1 'no guests of' tree_of s390x
expect "a word that names nothing" 1 'no such kernel: 6.12' "$LAB/kernel.sh" 6.12 s390x
tree CONFIG_S390=y CONFIG_PRINTK=y
expect "options that are lacking, and for what" 1 'lacks CONFIG_MHP_MEMMAP_ON_MEMORY=y; without it skip or fail: altmap' \
	"$LAB/kernel_options.sh" "$work/tree" s390x

# run NAME: KTAP of a run on stdin, taken apart into that of each lane
run() {
	rm -f "$work"/*.lane
	awk -v work="$work" '
		/^  # Subtest: / { out = work "/" $3 ".lane"; next }
		sub(/^  /, "") && out { print >out }'
	for f in "$work"/*.lane; do
		[ ! -e "$f" ] || awk -v piece="$(basename "$f" .lane)" -f "$LAB/report/results.awk" "$f"
	done >"$work/$1.jsonl"
	jq -r -f "$LAB/report/table.jq" "$work/$1.jsonl" >"$work/$1"
}
compare() { awk -F '\t' -f "$LAB/compare.awk" "$work/$1" "$work/$2"; }

cat >"$work/ktap" <<'EOT'
KTAP version 1
1..2
  # Subtest: sim-s390x
    # Subtest: lifecycle
    ok 1 adds a block
    ok 2 onlines it
    ok 3 by hand # SKIP not here
    # lifecycle took 10 s
  ok 1 lifecycle
  ok 2 guest
ok 1 sim-s390x # 2 passed, 0 failed, 1 skipped
  # Subtest: sim-s390x+2
    # Subtest: altmap
    ok 1 is in the block
    # got \t, expected 2
    not ok 2 has its pages
    # altmap took 9 s
  not ok 1 altmap
  ok 2 guest
not ok 2 sim-s390x+2 # 1 passed, 1 failed, 0 skipped
EOT
run old <"$work/ktap"
expect "what failed, told in a line" 0 '^# failed: sim-s390x altmap: has its pages \(got \\t, expected 2\)$' \
	jq -r -f "$LAB/report/failed.jq" "$work/old.jsonl"
expect "compared with itself nothing changed" 0 '^Nothing changed' compare old old
sed 's/ok 2 onlines/not &/; s/^  ok 1 lifecycle/  not ok 1 lifecycle/' "$work/ktap" | run new
expect "a new failure" 1 'sim-s390x lifecycle: onlines it: pass -> fail' compare old new
expect "one that is gone is no reason to complain" 0 'onlines it: fail -> pass' compare new old
sed 's/^  ok 1 lifecycle/  not ok 1 lifecycle # splat: WARNING: mm/' "$work/ktap" | run new
expect "a new splat" 1 'lifecycle: pass -> fail \(splat: WARNING: mm\)' compare old new
sed 's/^  not ok 1 altmap/  not ok 1 altmap # panic: Kernel panic/' "$work/ktap" | run new
expect "a panic where only a result had failed" 1 'altmap: fails otherwise \(panic' compare old new
sed 's/lifecycle took 10/lifecycle took 30/' "$work/ktap" | run new
expect "a test that takes longer" 0 'lifecycle: 10 s -> 30 s' compare old new
sed 's/^    ok 2 onlines it/& # SKIP not now/' "$work/ktap" | run new
expect "a result that became a skip" 0 'onlines it: pass -> skip' compare old new
sed '/# Subtest: altmap/,/altmap took/d; s/^  not ok 1 altmap/& # not run: did not come up in 120 s/' \
	"$work/ktap" | run new
expect "a part that does not boot: cannot tell" 125 'Cannot tell' compare old new
printf '  # Subtest: sim-s390x\n  not ok 1 lifecycle # not run: did not come up in 120 s\n' | run new
expect "a kernel that does not boot: cannot tell" 125 'Cannot tell' compare old new
: | run new
expect "a run without results: cannot tell" 125 'Cannot tell' compare old new
{
	cat "$work/ktap"
	printf '  # Subtest: sim-arm64\n  KTAP version 1\n  1..0 # SKIP not run: no index\n'
} | run new
expect "a lane whose kernel was not there: cannot tell" 125 'sim-arm64 +\* .*not run' compare old new
echo "1..$number"
[ "$failed" = 0 ]
