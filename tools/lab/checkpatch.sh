#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# checkpatch.sh [OPTION]... FILE... - the kernel's checkpatch.pl --strict on files.

. "$(dirname "$0")/common.sh"

source=$("$LAB/source.sh")
[ $# = 0 ] || exec perl "$source/scripts/checkpatch.pl" --no-tree --strict --terse --no-summary --show-types -f "$@"
