#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test_modules.sh LANE [MAKE-ARGUMENT]... - build the modules that selftests
# load (selftests/test_modules) for the lane's kernel. Prints the directory with
# what there is for its architecture, which may be nothing.

. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || die "usage: test_modules.sh LANE [MAKE-ARGUMENT]..."
lane_load "$1"
shift
src=${SELFTESTS:-$TREE/selftests}/test_modules
kernel=$(lane_kernel)
out=$(module_dir "$kernel").tests${TESTS_OUT:-}

mkdir -p "$out"
exec 9>"$out.lock"
flock 9
find "$out" -type l ! -exec test -e {} \; -delete
for f in "$src"/Kbuild "$src"/*.[ch]; do
	case $f in *.mod.c) continue ;; esac
	ln -sfn "$f" "$out/${f##*/}"
done
"$LAB/kmake.sh" "$kernel" "$out" "$@" modules >&2
echo "$out"
