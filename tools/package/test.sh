#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh SUITE... - the packages of deb.sh in a fresh Debian of each suite
# (bookworm: headers of 6.1 and, from backports, 6.12; sid: the newest): they
# install, DKMS builds for 6.9 and later and refuses the rest with a reason, the tool
# starts, its pages and completions are there, and nothing is left when they are
# purged. KTAP; wants root. The root file systems are kept in the cache.

. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=tools/lab/apt.sh
. "$LAB/apt.sh"
# shellcheck source=selftests/ktap.sh
. "$TREE/selftests/ktap.sh"
set +e

[ "$(id -u)" = 0 ] || die "package/test.sh wants root: it makes and enters root file systems"
mapfile -t debs < <(printf '%s\n' "$BUILD"/deb/*.deb | grep -v dbgsym)
[ -r "${debs[0]:-}" ] || die "no packages: make deb first"
VERSION=$(cat "$TREE/tools/package/version")

# cached() gives the directory last.
make_root_of() { make_root "$2" "$1"; }

# make_root DIR SUITE: Debian with DKMS and the headers of its kernels
make_root() (
	set -e
	mirror=$(apt_mirror bookworm)
	say "making a root file system of $2"
	debootstrap --variant=minbase --include=ca-certificates "$2" "$1/root" "$mirror" >"$1/log" 2>&1
	headers=(linux-headers-amd64)
	if [ "$2" = bookworm ]; then
		echo "deb $mirror bookworm-backports main" >>"$1/root/etc/apt/sources.list"
		headers+=(linux-headers-amd64/bookworm-backports)
	fi
	mount -t proc proc "$1/root/proc"
	trap 'umount "$1/root/proc"' EXIT
	chroot "$1/root" sh -ec "
		export DEBIAN_FRONTEND=noninteractive
		apt-get -q update
		for h in ${headers[*]}; do
			apt-get -qy --no-install-recommends install dkms man-db bash-completion libsmartcols1 \$h
		done
		apt-get clean" >>"$1/log" 2>&1
)

check() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		ktap_test_pass "$suite: $name"
	else
		tail -n 25 <<<"${out:-(no output)}" | sed 's/^/# /'
		ktap_test_fail "$suite: $name"
	fi
}

inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }

install_packages() { cp "${debs[@]}" "$root/tmp/" && inside sh -c 'dpkg -i /tmp/*.deb'; }
builds() { inside dkms install "mhp_standby/$VERSION" -k "$1" && inside modinfo -k "$1" -n mhp_standby | grep /updates/dkms/; }
refuses() { ! inside dkms build "mhp_standby/$VERSION" -k "$1" >"$root/tmp/out" 2>&1 && grep -i BUILD_EXCLUSIVE "$root/tmp/out"; }
tool_starts() { inside standbyctl --version && inside standbyctl online --help | grep -q -e --memmap-on-memory; }
pages_are_there() { inside man -w 8 standbyctl && inside man -w 4 mhp_standby; }
completes() { inside bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader standbyctl; complete -p standbyctl'; }
purges() {
	inside dpkg --purge standbyctl mhp-standby-dkms || return
	! find "$root" -xdev \( -name '*mhp[_-]standby*' -o -name '*standbyctl*' \) ! -path "$root/tmp/*" | grep .
}

ktap_print_header
for suite; do
	base=$CACHE/debian/$suite-$(key make_root)
	cached "$base" make_root_of "$suite" || die "no root file system of $suite"
	root=$BUILD/deb/root-$suite
	rm -rf "$root"
	cp -a "$base/root" "$root"
	mount -t proc proc "$root/proc"
	check "the packages install" install_packages
	for kernel in "$root"/usr/src/linux-headers-*-amd64; do
		kernel=${kernel##*/linux-headers-}
		case $kernel in
		6.[0-8].* | [1-5].*) check "DKMS refuses $kernel, and says why" refuses "$kernel" ;;
		*) check "DKMS builds for $kernel" builds "$kernel" ;;
		esac
	done
	check "standbyctl starts" tool_starts
	check "the manual pages are there" pages_are_there
	check "bash loads the completion" completes
	check "purged, nothing is left" purges
	umount "$root/proc"
	rm -rf "$root"
done
ktap_set_plan "$ktap_number"
ktap_finished
