#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# rpm_test.sh - the packages of rpm.sh: what is in them, what they ask for, and that
# they go into a root of their own and leave nothing there. KTAP.

# check calls functions.
# shellcheck disable=SC2317
. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=selftests/ktap.sh
. "$TREE/selftests/ktap.sh"
# shellcheck source=tools/lab/ktap_check.sh
. "$LAB/ktap_check.sh"
# shellcheck disable=SC2034 # of check
CHECK_OF="rpm: " CHECK_LINES=25
set +e

VERSION=$(cat "$TREE/tools/package/version")
tool=$(echo "$BUILD"/rpm/RPMS/*/standbyctl-"$VERSION"-*.rpm)
dkms=$(echo "$BUILD"/rpm/RPMS/noarch/mhp-standby-dkms-"$VERSION"-*.rpm)
if ! [ -r "$tool" ] || ! [ -r "$dkms" ]; then die "no packages: make rpm first"; fi
root=$(mktemp -d "${TMPDIR:-/tmp}/mhp_rpm.XXXXXX")
trap 'rm -rf "$root"' EXIT

# Not Debian's place for it, which is in root's home.
in_root() { rpm --root "$root" --dbpath /var/lib/rpm "$@"; }

# there: files below the root but rpm's own, and licences
there() {
	(cd "$root" && find . ! -type d ! -path './var/*' ! -path '*/licenses/*' | sed 's/^\.//; s/\.gz$//' | LC_ALL=C sort)
}

tool_has() {
	in_root --nodeps -i "$tool" || return
	sed 's,zsh/vendor-completions,zsh/site-functions,' "$TREE/tools/package/files" |
		LC_ALL=C sort | diff -u - <(there)
}

tool_runs() { "$root/usr/sbin/standbyctl" --version | grep -F "$VERSION"; }

# The source that DKMS gets is what the module is made of.
dkms_has() {
	in_root --nodeps --noscripts -i "$dkms" || return
	local src=$root/usr/src/mhp_standby-$VERSION
	grep -qx "PACKAGE_VERSION=\"$VERSION\"" "$src/dkms.conf" || return
	diff -r -x '*.o' -x '*.cmd' "$TREE/module" "$src/module" && cmp "$TREE/Kbuild" "$src/Kbuild"
}

dkms_asks() {
	rpm -qp --requires "$dkms" | grep -x dkms &&
		rpm -qp --scripts "$dkms" | grep "dkms remove -m mhp_standby -v $VERSION .*--all"
}

tool_asks() { rpm -qp --requires "$tool" | grep -F libsmartcols.so.1; }

leaves_nothing() {
	in_root --noscripts -e standbyctl mhp-standby-dkms || return
	! find "$root" ! -path "$root/var/*" \
		\( -name '*standbyctl*' -o -name '*mhp[_-]standby*' \) | grep .
}

ktap_print_header
check "the tool's files, each where it belongs" tool_has
check "the tool runs" tool_runs
check "it asks for its library" tool_asks
check "the module's source for DKMS" dkms_has
check "it asks for DKMS, and tells it when it goes" dkms_asks
check "erased, nothing is left" leaves_nothing
# shellcheck disable=SC2154 # of ktap.sh
ktap_set_plan "$ktap_number"
ktap_finished
