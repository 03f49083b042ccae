#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# host.sh GROUP... - see to it that this machine has what the lab needs. Missing
# packages are installed when we are root; otherwise the command is printed.
# Groups: guest (build and boot guests), arm64 (the same for that architecture),
# kernel (build one), lint, standbyctl (build and test it), deb,
# pictures, kselftest.

. "$(dirname "$0")/common.sh"

packages() {
	case $1 in
	guest)
		# libelf1: the kernel's objtool runs on this machine
		echo gcc gcc-12 libc6-dev make binutils libelf1 gcc-s390x-linux-gnu gcc-12-s390x-linux-gnu \
			libc6-dev-s390x-cross qemu-system-misc qemu-system-x86 qemu-system-data \
			debian-archive-keyring cpio xz-utils jq
		;;
	kernel)
		echo flex bison bc libelf-dev libssl-dev xz-utils
		;;
	arm64)
		echo gcc-aarch64-linux-gnu gcc-12-aarch64-linux-gnu libc6-dev-arm64-cross qemu-system-arm
		;;
	lint)
		echo sparse shellcheck codespell perl xz-utils
		;;
	standbyctl)
		echo gcc libc6-dev make pkg-config libsmartcols-dev valgrind libc6-dbg \
			python3-jsonschema man-db groff bsdextrautils zsh
		;;
	deb)
		echo dpkg-dev debhelper dh-dkms lintian fakeroot pkg-config libsmartcols-dev debootstrap
		;;
	pictures)
		echo gnuplot-nox jq
		;;
	kselftest)
		echo git rsync
		;;
	*)
		die "host.sh: no group $1"
		;;
	esac
}

command -v dpkg-query >/dev/null || die "the lab wants a Debian machine (dpkg, apt)"

missing=()
for group; do
	for p in $(packages "$group"); do
		state=$(dpkg-query -W -f '${Status}' "$p" 2>/dev/null || true)
		[ "$state" = "install ok installed" ] || missing+=("$p")
	done
done
[ ${#missing[@]} != 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
	die "packages are missing; install them with
    sudo apt-get install --no-install-recommends ${missing[*]}"
fi
say "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get -q update >&2
apt-get -q install -y --no-install-recommends "${missing[@]}" >&2
