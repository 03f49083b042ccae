#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel_options.sh SPEC ARCH - which of the options that tests want a kernel lacks
# (options), a line each for which tests. Exit status 1 if it would not even boot in
# a guest or take the module.
# kernel_options.sh --fragment ARCH [debug] - what to merge into a configuration:
# what guests and tests want, and what looks over the kernel's shoulder.

. "$(dirname "$0")/common.sh"

if [ "${1:-}" = --fragment ]; then
	[ -r "$LAB/debug/config.$2" ] || die "no such guest architecture: $2"
	echo "# For guests of mhp_standby, $2${3:+, with debugging}. In a kernel tree:"
	echo "#	scripts/kconfig/merge_config.sh [-O OBJECTS] .config THIS-FILE"
	cat "$LAB/debug"/config.{guest,"$2"} ${3:+"$LAB/debug/config.$3"} | grep -v -e '^#' -e LOCALVERSION
	exit
fi

[ $# -eq 2 ] || die "usage: kernel_options.sh SPEC ARCH | --fragment ARCH [debug]"
kernel=$("$LAB/kernel.sh" "$1" "$2")

awk -v arch="$2" -v config="$kernel/config" -v release="$(cat "$kernel/release")" '
	BEGIN { while ((getline line < config) > 0)
		if (match(line, /^CONFIG_[A-Z0-9_]+=y/))
			has[substr(line, 8, RLENGTH - 9)] = 1 }
	/^#/ || NF < 3 || ($2 != "*" && $2 != arch) || $1 in has { next }
	{
		option = $1
		sub(/^[^\t]*\t+[^\t]*\t+/, "")
		what = $0 == "boot" ? "nothing runs" : "without it skip or fail: " $0
		print "lab: " release " lacks CONFIG_" option "=y; " what
		if ($0 == "boot") dead = 1
	}
	END { exit dead }' "$LAB/options" >&2
