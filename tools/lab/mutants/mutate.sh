# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# mutate.sh - the module with an edit, as MODULE_SRC wants it. Sourced, not run.

# mutate DIR FILE SCRIPT: a copy of the module in DIR, in whose module/FILE sed's SCRIPT
# is; fails if that changes nothing. Files keep their dates, so that only what is
# changed is compiled again.
mutate() {
	rm -rf "${1:?}"
	mkdir -p "$1"
	cp -rp "$TREE/Kbuild" "$TREE/module" "$1/"
	sed -i -e "$3" "$1/module/$2"
	! cmp -s "$TREE/module/$2" "$1/module/$2"
}
