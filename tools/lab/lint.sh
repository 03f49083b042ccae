#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lint.sh - everything a machine can say about the sources without running
# them: checkpatch, compiler warnings and sparse for each architecture's kernel,
# spelling, and what shellcheck finds. Silence is success.

. "$(dirname "$0")/common.sh"
cd "$TREE"
failed=''

# check NAME COMMAND...: fails on a status and on any output.
check() {
	local name=$1 out status=0
	shift
	out=$("$@" 2>&1) || status=$?
	if [ "$status" != 0 ] || [ -n "$out" ]; then
		printf '%s\n' "$out"
		say "$name: failed"
		failed="$failed${failed:+, }$name"
	else
		say "$name: clean"
	fi
}

# A full build with all warnings, and sparse where CHECK says so, of which only
# the complaints are shown. Objects of their own: nothing may be up to date. Of
# guard() for a spinlock sparse sees the beginning and not the end.
# The KUnit suites are built, too, and cannot be linked: Debian's kernels have KUnit's
# headers, and no KUnit.
warnings() {
	rm -rf "$(module_dir "$(lane_kernel)")"{,.tests}-lint
	MODULE_OUT=-lint "$LAB/module.sh" "$1" -s W=1 C=1 CF=-Wno-context \
		MHP_STANDBY_KUNIT=y CONFIG_KUNIT=y KBUILD_MODPOST_WARN=1 2>&1 >/dev/null |
		sed -e '/^WARNING: modpost: "[^"]*kunit[^"]*" .*mhp_standby_kunit.ko\] undefined!$/d' \
			-e '/^WARNING: modpost: suppressed .* unresolved symbol warnings/d'
	TESTS_OUT=-lint "$LAB/test_modules.sh" "$1" -s W=1 C=1 >/dev/null
}

mapfile -t kernel_c < <(git ls-files 'module/*.[ch]' 'tools/drgn/*.c' 'selftests/test_modules/*.[ch]' ':!module/core/trace.h')
mapfile -t user_c < <(git ls-files 'selftests/*.[ch]' 'tools/bench/guest/*.c' ':!selftests/test_modules')
mapfile -t tool_c < <(git ls-files 'tools/standbyctl/*.[ch]')
mapfile -t shell < <(git ls-files | xargs grep -lE '^#!/bin/(busybox )?(ba)?sh|shellcheck shell=' --)

check layers "$LAB/layers.sh"
check "mutants' list" "$LAB/mutants/check.sh"
check "museum's edits" "$TREE/tools/museum/check.sh"
"$LAB/checkpatch.sh"
check "checkpatch module" "$LAB/checkpatch.sh" "${kernel_c[@]}"
# TRACE_EVENT() is laid out as in the kernel, which checkpatch does not know.
check "checkpatch trace.h" "$LAB/checkpatch.sh" --ignore \
	OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT,COMPLEX_MACRO,CAMELCASE,MACRO_ARG_UNUSED,TRAILING_SEMICOLON \
	module/core/trace.h
check kernel-doc "$LAB/kernel_doc.sh" "${kernel_c[@]}" module/core/trace.h
# In a program volatile is how a store that must happen is written, and an errno is
# above zero.
check "checkpatch selftests" "$LAB/checkpatch.sh" --ignore \
	VOLATILE,USE_NEGATIVE_ERRNO,PREFER_DEFINED_ATTRIBUTE_MACRO "${user_c[@]}"
# A program's messages stand on one line each, to be found whole; BIT() and the
# like are the kernel's own.
check "checkpatch standbyctl" "$LAB/checkpatch.sh" --ignore "VOLATILE,LONG_LINE,LONG_LINE_STRING,\
SPLIT_STRING,PREFER_DEFINED_ATTRIBUTE_MACRO,BIT_MACRO,CAMELCASE,MULTIPLE_ASSIGNMENTS,\
EMBEDDED_FUNCTION_NAME,REPEATED_WORD" "${tool_c[@]}"
for lane in sim-s390x sim-x86_64; do
	lane_load "$lane"
	lane_kernel >/dev/null
	check "W=1 and sparse $ARCH" warnings "$lane"
done
check shellcheck shellcheck "${shell[@]}"
# DAMON is a part of the kernel.
check codespell codespell --ignore-words-list damon --skip './.git,./build,./LICENSE' .

[ -z "$failed" ] || die "lint: $failed"
