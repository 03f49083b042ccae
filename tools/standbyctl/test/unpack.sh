#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# unpack.sh FIXTURE DIR - make the tree of files that a fixture describes.
set -eu
mkdir -p "$2"
awk -v root="$2" '
	function folder(path) {
		sub("/[^/]*$", "", path)
		if (!(path in made)) {
			system("mkdir -p \"" path "\"")
			made[path]
		}
	}
	/^@/ {
		if (file)
			close(file)
		file = root $2
		folder(file)
	}
	/^@f / { printf "" >file; next }
	/^@l / { system("ln -s \"" $3 "\" \"" file "\""); file = ""; next }
	/^@d / { folder(file "/"); file = ""; next }
	/^\t/ { print substr($0, 2) >file; next }
	{ print "unpack.sh: line " NR " of a fixture is not understood: " $0 >"/dev/stderr"; exit 1 }
' "$1"
