#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# host.sh GROUP... - see to it that this machine has what the lab needs. Missing
# packages are installed when we are root; otherwise the command is printed.
# Groups: guest (build and boot guests), arm64 (the same for that architecture),
# kernel (build one), llvm (with clang), lint, kselftest, report (look at its page),
# host-test, standbyctl (build and test it), qemu (build ours), qemu-test, deb, rpm,
# drgn, pictures, coverage. On a machine without Debian's packages the programs are looked for,
# and those missing are named.

. "$(dirname "$0")/common.sh"

# compiler ARCH: packages that build for it, which this machine may be itself
compiler() {
	arch_load "$1"
	local triplet=${CROSS_COMPILE%-}
	if [ "$DEB_ARCH" = "$(host_arch)" ]; then
		echo gcc libc6-dev
	else
		echo "gcc-${triplet//_/-}" "libc6-dev-$DEB_ARCH-cross"
	fi
}

# packages GROUP: a|b is whichever of them there is here; names differ by release.
packages() {
	case $1 in
	guest)
		# libelf: the kernel's objtool runs on this machine
		echo gcc libc6-dev make binutils 'libelf1t64|libelf1' \
			'qemu-system-s390x|qemu-system-misc' qemu-system-x86 qemu-system-data \
			debian-archive-keyring cpio xz-utils jq
		compiler s390x
		compiler x86_64
		;;
	kernel)
		echo flex bison bc libelf-dev libssl-dev xz-utils
		;;
	llvm)
		echo clang lld llvm
		;;
	arm64)
		echo qemu-system-arm
		compiler arm64
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
	drgn)
		echo python3-drgn
		;;
	rpm)
		echo rpm gcc libc6-dev make pkg-config libsmartcols-dev
		;;
	pictures)
		echo gnuplot-nox jq
		;;
	coverage)
		echo gcovr jq
		;;
	kselftest)
		echo git rsync
		;;
	qemu)
		echo build-essential dpkg-dev ninja-build patch pkg-config python3 python3-venv \
			xz-utils zlib1g-dev libglib2.0-dev qemu-system-data
		;;
	qemu-test)
		echo jq
		compiler s390x
		;;
	host-test)
		echo debootstrap debian-archive-keyring
		;;
	report)
		echo chromium jq
		;;
	*)
		die "host.sh: no group $1"
		;;
	esac
}

# programs GROUP: the same on a machine without Debian's packages
programs() {
	local arch
	case $1 in
	guest)
		echo gcc make readelf cpio xz jq flock setpriv unshare busybox kmod lsmem chmem
		[ -z "${KERNEL:-}" ] || for arch in $("$LAB/kernel_tree.sh" "$KERNEL"); do
			arch_load "$arch"
			[ "$DEB_ARCH" = "$(host_arch)" ] || echo "${CROSS_COMPILE}gcc"
			echo "$QEMU"
		done
		;;
	kernel) echo flex bison bc ;;
	lint) echo sparse shellcheck codespell perl ;;
	kselftest) echo git rsync ;;
	esac
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	missing=()
	for group; do
		for p in $(programs "$group"); do
			command -v "$p" >/dev/null || missing+=("$p")
		done
	done
	[ ${#missing[@]} = 0 ] || die "this machine has no apt; install these yourself: ${missing[*]}"
	[ -n "${KERNEL:-}" ] ||
		die "this machine has no apt, so no kernel of Debian's; say KERNEL=/path/to/tree"
	exit 0
fi

installed() {
	local state
	state=$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null || true)
	[ "$state" = "install ok installed" ]
}

# missing_of GROUP...: sets missing to what has to be installed
missing_of() {
	local group p name choice
	missing=()
	for group; do
		for p in $(packages "$group"); do
			choice=''
			for name in ${p//|/ }; do
				if installed "$name"; then
					choice=''
					break
				elif [ -z "$choice" ] && apt-cache policy "$name" 2>/dev/null | awk '
						/^ *Candidate: [^(]/ { found = 1 } END { exit !found }'; then
					choice=$name
				fi
				# Where apt has read no index yet it knows none of them.
				[ "$name" != "${p##*|}" ] || choice=${choice:-$name}
			done
			[ -z "$choice" ] || missing+=("$choice")
		done
	done
}

missing_of "$@"
[ ${#missing[@]} != 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
	die "packages are missing; install them with
    sudo apt-get install --no-install-recommends ${missing[*]}"
fi
export DEBIAN_FRONTEND=noninteractive
# Another make may be at it, in another tree; or somebody else's apt.
mkdir -p "$CACHE"
exec 9>"$CACHE/host.lock"
flock -n 9 || { say "waiting for another make to install packages"; flock 9; }
missing_of "$@"
[ ${#missing[@]} != 0 ] || exit 0
apt-get -q update >&2 9>&-
missing_of "$@"
say "installing ${missing[*]}"
apt-get -q -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}" >&2 9>&-
