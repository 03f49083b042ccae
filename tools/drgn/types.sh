#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# types.sh KERNEL-DIR - types.ko for a kernel of the lab, for blocks.py; prints its path.

. "$(dirname "$0")/../lab/common.sh"

[ $# -eq 1 ] || die "usage: types.sh KERNEL-DIR"
out=$(module_dir "$1").types
mkdir -p "$out"
exec 9>"$out.lock"
flock 9
ln -sf "$TREE"/tools/drgn/{Kbuild,types.c} "$out/"
"$LAB/kmake.sh" "$1" "$out" modules >&2
echo "$out/types.ko"
