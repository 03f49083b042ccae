#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel_doc.sh FILE... - the kernel's kernel-doc on C files: what is described is
# described whole, and every struct and enum that has a name is. Silence is success.

. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || die "usage: kernel_doc.sh FILE..."
source=$("$LAB/source.sh")
failed=

"$source/scripts/kernel-doc" -none -Wall -Werror "$@" 2>&1 || failed=y

# The comment that ends right above is a kernel-doc one of this name.
awk '
	FNR == 1 { doc = "" }
	/^\/\*\*$/ { getline; doc = $2 " " $3; next }
	/^(static )?(const )?(struct|enum) [a-z_0-9]+ \{$/ {
		sub(/^static /, ""); sub(/^const /, "")
		if (doc != $1 " " $2) {
			printf "%s:%d: %s %s has no kernel-doc\n", FILENAME, FNR, $1, $2
			bad = 1
		}
	}
	/^[^ ]/ { doc = "" }
	END { exit bad }' "$@" || failed=y
[ -z "$failed" ]
