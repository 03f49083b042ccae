#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# install_test.sh - make install and make uninstall of a copy of the tree, into a
# directory: the module for a kernel of this machine's architecture, the tool, its
# pages, completions and service, each where it belongs, and in the end nothing. KTAP.

# check calls functions.
# shellcheck disable=SC2317
. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=selftests/ktap.sh
. "$TREE/selftests/ktap.sh"
# shellcheck source=tools/lab/ktap_check.sh
. "$LAB/ktap_check.sh"
# shellcheck disable=SC2034 # of check
CHECK_OF="install: " CHECK_LINES=25

case $(host_arch) in
amd64) arch=x86_64 ;;
*) arch=$(host_arch) ;;
esac
# Where none is to be had, the tool is installed all the same.
why=''
if kernel=$("$LAB/kernel.sh" debian:6.12 "$arch"); then
	release=$(cat "$kernel/release")
	read -r _ compiler _ <"$kernel/tools"
	command -v "$compiler" >/dev/null || why="no $compiler here, which $release was built with"
else
	why="no kernel of Debian's for $arch"
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/mhp_install.XXXXXX")
trap 'rm -rf "$work"' EXIT
tree=$work/tree dest=$work/dest
"$LAB/copy_tree.sh" "$tree"
export -n BUILD
set +e

run() { make -C "$tree" KDIR="$kernel/headers" CONFIG_DEBUG_INFO_BTF_MODULES= DESTDIR="$dest" "$@"; }

# there: files below the destination
there() { (cd "$dest" && find . ! -type d | sed 's/^\.//' | LC_ALL=C sort); }

installs() {
	run install || return
	{
		echo "/lib/modules/$release/updates/mhp_standby.ko"
		cat "$TREE/tools/package/files"
	} | LC_ALL=C sort | diff -u - <(there | sed 's/\.ko\..z$/.ko/')
}

fits_kernel() {
	local ko
	ko=$(find "$dest" -name 'mhp_standby.ko*')
	case $ko in
	*.xz) xz -dc "$ko" ;;
	*.zst) zstd -dc "$ko" ;;
	*.gz) gzip -dc "$ko" ;;
	*) cat "$ko" ;;
	esac | tr '\0' '\n' | grep -a -F "vermagic=$release "
}

tool_runs() {
	"$dest/usr/sbin/standbyctl" --version | grep -F "$(cat "$TREE/tools/package/version")"
}

pages_are_found() {
	man -M "$dest/usr/share/man" -w 8 standbyctl && man -M "$dest/usr/share/man" -w 4 mhp_standby
}

# good_service PREFIX: systemd takes it, with its own units beside it. It may have
# something to say of those.
good_service() {
	local units=$dest/usr/lib/systemd/system said
	mkdir -p "$units"
	cp /usr/lib/systemd/system/*.target /usr/lib/systemd/system/*.slice \
		/usr/lib/systemd/system/{*.mount,modprobe@.service} "$units/"
	[ "$1" = /usr ] || mv "$dest$1/lib/systemd/system/standbyctl.service" "$units/"
	said=$(systemd-analyze verify --man=no --root="$dest" standbyctl.service 2>&1)
	! grep -e standbyctl -e modprobe@mhp <<<"$said" || return
	grep -qx "ExecStart=$1/sbin/standbyctl layout --import .*" "$units/standbyctl.service"
}

# Its program must be there, or systemd would not have looked.
looked() {
	rm "$dest/usr/sbin/standbyctl"
	! good_service /usr
}

leaves_nothing() {
	run uninstall || return
	! there | grep . && ! find "$dest" -name standbyctl -o -name updates | grep .
}

installs_elsewhere() {
	make -C "$tree/tools/standbyctl" DESTDIR="$dest" prefix=/usr/local install &&
		sed 's,^/usr/,/usr/local/,' "$TREE/tools/package/files" | diff -u - <(there)
}

ktap_print_header
if [ -n "$why" ]; then
	ktap_test_skip "install: the module and all else" "$why"
else
	check "module, tool, pages, completions and service, and nothing else" installs
	check "the module is of that kernel" fits_kernel
	check "the tool runs" tool_runs
	check "man finds the pages" pages_are_found
	check "uninstall leaves nothing" leaves_nothing
fi
rm -rf "$dest"
check "prefix=/usr/local" installs_elsewhere
if command -v systemd-analyze >/dev/null; then
	check "systemd takes the service of /usr/local" good_service /usr/local
	rm -rf "$dest"
	make -s -C "$tree/tools/standbyctl" DESTDIR="$dest" install
	check "systemd takes the service" good_service /usr
	check "and would not without the program" looked
else
	ktap_test_skip "install: systemd takes the service" "no systemd-analyze here"
fi
# shellcheck disable=SC2154 # of ktap.sh
ktap_set_plan "$ktap_number"
ktap_finished
