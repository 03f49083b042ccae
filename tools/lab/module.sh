#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# module.sh LANE [MAKE-ARGUMENT]... - build the module for the lane's kernel.
# Prints the path of mhp_standby.ko. Built from a tree of symbolic links below
# build/, so that lanes do not share objects and the sources stay clean. For a kernel
# that has KUnit the suites are built as well, mhp_standby_kunit.ko beside it; for one that
# counts executed lines, so that it is counted too.
# MODULE_SRC names another directory with a Kbuild (for experiments).

. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || die "usage: module.sh LANE [MAKE-ARGUMENT]..."
lane_load "$1"
shift
src=${MODULE_SRC:-$TREE}
kernel=$(lane_kernel)
out=$(module_dir "$kernel")${MODULE_OUT:-}
[ -r "$src/Kbuild" ] || die "$src has no Kbuild"

# Link what there is, forget what is gone.
mkdir -p "$out"
exec 9>"$out.lock"
flock 9
find "$out" -type l ! -exec test -e {} \; -delete
for f in Kbuild $(cd "$src" && find module -name '*.[ch]' ! -name '*.mod.c' 2>/dev/null); do
	mkdir -p "$out/$(dirname "$f")"
	ln -sfn "$src/$f" "$out/$f"
done

asked=()
! grep -qE '^CONFIG_KUNIT=[ym]$' "$kernel/config" || asked+=(MHP_STANDBY_KUNIT=y)
! grep -qx CONFIG_GCOV_KERNEL=y "$kernel/config" || asked+=(GCOV_PROFILE=y)
"$LAB/kmake.sh" "$kernel" "$out" "${asked[@]}" "$@" modules >&2
echo "$out/mhp_standby.ko"
