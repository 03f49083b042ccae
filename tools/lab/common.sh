# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
#
# common.sh - what every script of the lab needs: where things are, how it
# speaks, and how something expensive is made exactly once. Sourced, not run.

set -euo pipefail

# Variables of an outer make are meant for it, not for the kernel's build system.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES ARCH CROSS_COMPILE CC

LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TREE=$(cd "$LAB/../.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/mhp_standby
BUILD=${BUILD:-$TREE/build}

# Progress goes to stderr: stdout belongs to results.
say() { printf 'lab: %s\n' "$*" >&2; }
die() { printf 'lab: %s\n' "$*" >&2; exit 1; }

# key NAME...: a short name for what these functions and variables are. A recipe
# that changes gets a new place in the cache; a fresh clone finds the old one.
key() {
	local name
	for name; do declare -f "$name" || declare -p "$name"; done | sha256sum | cut -c1-12
}

# cached DIR COMMAND [ARG]...: publish as DIR what COMMAND ARG... DIR.part makes.
# Only one process makes it, others wait; an interrupted one leaves no DIR.
cached() {
	local dir=$1
	shift
	[ ! -d "$dir" ] || return 0
	mkdir -p "$(dirname "$dir")"
	(
		flock -n 9 || { say "waiting for another make to finish ${dir##*/}"; flock 9; }
		[ ! -d "$dir" ] || exit 0
		rm -rf "$dir.part"
		mkdir "$dir.part"
		"$@" "$dir.part"
		mv "$dir.part" "$dir"
	) 9>"$dir.lock"
}

# pack DIR: a cpio archive on stdout, the same for the same content.
pack() {
	(cd "$1" && find . | LC_ALL=C sort | cpio --quiet -o -H newc --reproducible -R 0:0)
}

# arch_load ARCH: the facts about a guest architecture.
arch_load() {
	[ -r "$LAB/arch/$1" ] || die "no such guest architecture: $1 (there is: $(cd "$LAB/arch" && echo *))"
	# Of host.sh, what this machine needs for this architecture alone.
	HOST_GROUP=
	# shellcheck source=tools/lab/arch/s390x
	. "$LAB/arch/$1"
}

# lane_load LANE[.VARIANT]: the facts about a lane and its architecture.
lane_load() {
	LANE=$1 VARIANT=
	case $LANE in *.*) VARIANT=${LANE#*.} ;; esac
	[ -r "$LAB/lanes/${LANE%%.*}" ] || die "no such lane: $LANE (there is: $(cd "$LAB/lanes" && echo *))"
	DEFAULT=no VARIANTS='' MODULE_PARAMS='' QEMU_ARGS=() OUR_QEMU='' SIDE=guest LANE_TESTS='' STANDBYCTL=''
	# shellcheck source=tools/lab/lanes/sim-s390x
	. "$LAB/lanes/${LANE%%.*}"
	arch_load "$ARCH"
	[ -z "$OUR_QEMU" ] || QEMU=$(make -s -C "$TREE/tools/qemu" qemu-path)
}
