#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh SUITE... - the packages of deb.sh in a fresh Debian of each suite
# (bookworm: headers of 6.1 and, from backports, 6.12; sid: the newest): they
# install, DKMS builds for 6.9 and later and refuses the rest with a reason, the tool
# starts, its pages and completions are there, and nothing is left when they are
# purged. KTAP; wants root. The root file systems are kept in the cache and never
# written to: what a run does lies above them and goes with it.

# cached and check call functions.
# shellcheck disable=SC2317
. "$(dirname "$0")/../lab/common.sh"
# shellcheck source=tools/lab/apt.sh
. "$LAB/apt.sh"
# shellcheck source=selftests/ktap.sh
. "$TREE/selftests/ktap.sh"
# shellcheck source=tools/lab/ktap_check.sh
. "$LAB/ktap_check.sh"
# shellcheck disable=SC2034 # of check
CHECK_LINES=25

VERSION=$(cat "$TREE/tools/package/version")

# make_root SUITE DIR: Debian with DKMS and the headers of its kernels
make_root() {
	local suite=$1 root=$2 mirror valid='' headers=(linux-headers-amd64)
	mirror=$(apt_mirror bookworm)
	# What this machine says of mirrors that stand still.
	eval "$(apt-config shell valid Acquire::Check-Valid-Until)"
	say "making a root file system of $suite"
	debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" >&2
	if [ "$suite" = bookworm ]; then
		echo "deb $mirror bookworm-backports main" >>"$root/etc/apt/sources.list"
		headers+=(linux-headers-amd64/bookworm-backports)
	fi
	# One after another: the second would take the place of the first. Headers bring
	# their kernel, which nobody boots, and takes minutes to be set up; the last ones go
	# without.
	unshare --mount --pid --fork --kill-child sh -ec "
		mount -t proc proc '$root/proc'
		exec chroot '$root' sh -ec '
			export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
			apt-get -q ${valid:+-o Acquire::Check-Valid-Until=$valid} update
			for h in ${headers[*]}; do
				apt-get -qy --no-install-recommends --download-only install \\
					dkms man-db bash-completion libsmartcols1 \$h
				cd /var/cache/apt/archives
				rm -f linux-image-*.deb initramfs-tools*.deb
				dpkg --force-depends -i *.deb
				rm -f *.deb
			done'" >&2
	rm -rf "$root"/var/lib/apt/lists/*
}

inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }

# What a package may leave is not there: caches, logs, and the key that DKMS made.
files() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./tmp -o -path ./var/cache -o \
		-path ./var/log -o -name 'mok.*' \) -prune -o -print | sort)
}

install_packages() {
	cp "${debs[@]}" "$root/tmp/" && inside sh -c 'dpkg -i /tmp/*.deb'
}

builds() {
	inside dkms install "mhp_standby/$VERSION" -k "$1" &&
		inside sh -c "modinfo -F vermagic /lib/modules/$1/updates/dkms/mhp_standby.ko*" | grep "^$1 "
}

refuses() {
	local out
	out=$(inside dkms build "mhp_standby/$VERSION" -k "$1" 2>&1) && return 1
	echo "$out"
	grep BUILD_EXCLUSIVE <<<"$out" && grep "needs Linux 6.9 or later" <<<"$out"
}

tool_starts() {
	inside standbyctl --version &&
		inside standbyctl online --help | grep -q -e --memmap-on-memory
}

pages_are_there() { inside man -w 8 standbyctl && inside man -w 4 mhp_standby; }

completes() {
	inside bash -c '. /usr/share/bash-completion/bash_completion
		_completion_loader standbyctl; complete -p standbyctl'
}

purges() {
	inside dpkg --purge standbyctl mhp-standby-dkms && diff -U 0 "$before" <(files)
}

# try SUITE DEB...: in a mount and process namespace of our own
try() {
	local CHECK_OF="$1: " root=$upper/root before=$upper/before debs=("${@:2}") kernel
	mkdir "$upper"/{upper,work,root}
	mount -t overlay overlay -o "lowerdir=$base,upperdir=$upper/upper,workdir=$upper/work" "$root"
	mount -t proc proc "$root/proc"
	files >"$before"
	set +e
	echo "KTAP version 1"
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
	# shellcheck disable=SC2154 # of ktap.sh
	echo "1..$ktap_number"
	[ "$ktap_failed" = 0 ]
}

[ "$(id -u)" = 0 ] || die "package/test.sh wants root: it makes and enters root file systems"
if [ "${1:-}" = --inside ]; then
	base=$2 upper=$3
	try "${@:4}" | sed -u 's/^/  /'
	exit
fi

mapfile -t debs < <(printf '%s\n' "$BUILD"/deb/*.deb | grep -v dbgsym)
[ -r "${debs[0]:-}" ] || die "no packages: make deb first"
upper='' pid='' failed=0 number=0
# shellcheck disable=SC2317 # by the trap
stop() {
	[ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null || true
	[ -z "$upper" ] || rm -rf "$upper"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

printf 'KTAP version 1\n1..%s\n' $#
for suite; do
	base=$CACHE/host/packages-$suite-$(host_arch)-$(key make_root)
	cached "$base" make_root "$suite"
	upper=$(mktemp -d "${TMPDIR:-/tmp}/mhp_package.XXXXXX")
	unshare --mount --propagation private --pid --fork --kill-child \
		"$0" --inside "$base" "$upper" "$suite" "${debs[@]}" &
	pid=$!
	number=$((number + 1))
	if wait "$pid"; then
		echo "ok $number $suite"
	else
		echo "not ok $number $suite"
		failed=1
	fi
	pid=''
	rm -rf "$upper"
	upper=''
done
exit "$failed"
