#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# initramfs.sh LANE MODE OUT [ARGUMENT]... - the initramfs of one boot: the cached
# userland with what belongs to this run behind it, as a second archive.
# MODE is what guest/init does:
#	tests NAME...	these selftests
#	script FILE	this shell script
#	host		what a test on the host asks for, see host/guest.sh
#	dev		what dev.sh asks for
#	shell		a prompt on the console
# Wants the module and the selftests' helpers built (prepare.sh). EXTRA names a
# directory whose contents go to the root of the guest.

. "$(dirname "$0")/common.sh"

[ $# -ge 3 ] || die "usage: initramfs.sh LANE MODE OUT [ARGUMENT]..."
lane_load "$1"
mode=$2 out=$3
shift 3
base=$("$LAB/userland.sh" "$ARCH")
root=$(mktemp -d "${TMPDIR:-/tmp}/mhp_lab.XXXXXX")
trap 'rm -rf "$root"' EXIT

mkdir -p "$root"/{lab,lib/modules}
cp "$LAB/guest/init" "$root/init"
cp "$LAB"/guest/* "$root/lab/"
[ "$mode" != script ] || cp "$1" "$root/lab/script"

# copy_built DIR FILES TO: what is there of it, and not while another make links it
copy_built() {
	local file
	[ -d "$1" ] || return 0
	exec 9>"$1.lock"
	flock -s 9
	for file in "$1"/$2; do
		[ ! -e "$file" ] || cp -r "$file" "$3/"
	done
	exec 9>&-
}
cp -r "${SELFTESTS:-$TREE/selftests}" "$root/selftests"
kernel=$(lane_kernel)
modules=$(module_dir "$kernel")
own=$("$LAB/kernel_modules.sh" "$kernel")
cp -r "$own/." "$root/lib/modules/"
copy_built "$modules${MODULE_OUT:-}" 'mhp_standby*.ko' "$root/lib/modules"
mkdir -p "$root/selftests/test_modules"
copy_built "$modules.tests" '*.ko' "$root/selftests/test_modules"
copy_built "$BUILD/selftests/$ARCH" '*' "$root/selftests"
[ -z "${EXTRA:-}" ] || cp -r "$EXTRA/." "$root/"
cat >"$root/lab/job" <<-EOT
	MODE='$mode'
	TESTS='$*'
	TEST_TIMEOUT='${TEST_TIMEOUT:-600}'
	export MHP_ONLY='${ONLY:-}'
	MODULE_PARAMS='$MODULE_PARAMS'
EOT

mkdir -p "$(dirname "$out")"
{ cat "$base"; pack "$root"; } >"$out"
