#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests.sh [TEST]... - names of the selftests to run, one a line: those given
# (with or without .sh; they must exist), or all the selftests' Makefile has.

. "$(dirname "$0")/common.sh"

src=${SELFTESTS:-$TREE/selftests}
if [ $# = 0 ]; then
	make -s -C "$src" list | sed 's/\.sh$//'
	exit
fi
for t; do
	t=${t%.sh}
	[ -x "$src/$t.sh" ] || die "no selftest $t in $src"
	echo "$t"
done
