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
SPLATS=$TREE/selftests/splats.awk
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/mhp_standby
BUILD=${BUILD:-$TREE/build}
# No more virtual CPUs than processors; more than two find little more.
SMP=${SMP:-$(($(nproc) < 2 ? 1 : 2))}

# Progress goes to stderr: stdout belongs to results.
say() { printf 'lab: %s\n' "$*" >&2; }
die() { printf 'lab: %s\n' "$*" >&2; exit 1; }

# not_there WHY: what is wanted cannot be had here today, which says nothing about
# what is tested. Whoever sets WHY_FILE finds the reason there.
NOT_RUN=4
not_there() {
	say "$*"
	[ -z "${WHY_FILE:-}" ] || printf '%s\n' "$*" >"$WHY_FILE"
	exit $NOT_RUN
}

# not_prepared LANE: the KTAP of a lane with nothing to boot. Where it was not there the
# lane was not run, which is neither good nor bad.
not_prepared() {
	if [ -s "$BUILD/run/$1.why" ]; then
		printf 'KTAP version 1\n1..0 # SKIP not run: %s\n' "$(cat "$BUILD/run/$1.why")"
	else
		printf 'KTAP version 1\n1..1\nnot ok 1 prepare # nothing to boot\n'
	fi
}

# What this machine is, in Debian's words; without dpkg, its machine's name.
host_arch() {
	dpkg --print-architecture 2>/dev/null || uname -m | sed 's/^x86_64$/amd64/; s/^aarch64$/arm64/'
}
host_codename() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

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
	if [ -d "$dir" ]; then
		# When it was used last, for cache.sh; a cache of others may be read-only.
		touch "$dir.lock" 2>/dev/null || true
		return 0
	fi
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
	# Of host.sh, what this machine needs for this architecture alone; LANE_GROUP for
	# this lane.
	HOST_GROUP=
	# shellcheck source=tools/lab/arch/s390x
	. "$LAB/arch/$1"
}

# options_lost CONFIG <FRAGMENT: which options of the fragment the configuration has not:
# dependencies take options away without a word.
options_lost() {
	local option
	while read -r option; do
		case $option in '' | '#'*) continue ;; esac
		grep -qxF "$option" "$1" || printf ' %s' "$option"
	done
}

# lane_load LANE[.VARIANT]: the facts about a lane and its architecture. KERNEL in the
# environment takes the place of the lane's own.
lane_load() {
	LANE=$1 VARIANT=
	case $LANE in *.*) VARIANT=${LANE#*.} ;; esac
	[ -r "$LAB/lanes/${LANE%%.*}" ] || die "no such lane: $LANE (there is: $(cd "$LAB/lanes" && echo *))"
	DEFAULT=no VARIANTS='' MODULE_PARAMS='' QEMU_ARGS=() OUR_QEMU='' SIDE=guest LANE_TESTS='' WANTS='' STANDBYCTL='' PROGRAMS='' LANE_GROUP=''
	# shellcheck source=tools/lab/lanes/sim-s390x
	. "$LAB/lanes/${LANE%%.*}"
	arch_load "$ARCH"
	[ -z "$OUR_QEMU" ] || QEMU=$(make -s -C "$TREE/tools/qemu" qemu-path)
}

# lane_kernel: directory of the lane's kernel, as kernel.sh makes it
lane_kernel() { "$LAB/kernel.sh" "${KERNEL:-$LANE_KERNEL}" "$ARCH"; }

# module_dir KERNEL-DIR: where modules for that kernel are built; a directory of its
# own for each, so that no object is ever linked with another kernel's.
module_dir() { echo "$BUILD/module/${1##*/}"; }
