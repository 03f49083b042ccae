#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kmake.sh KERNEL-DIR DIR [MAKE-ARGUMENT]... - build the external modules in DIR
# for a kernel of kernel.sh, with the tools of the suite it is from (root.sh) if
# this machine's do not fit, and with what its tree was built with.

. "$(dirname "$0")/common.sh"

[ $# -ge 2 ] || die "usage: kmake.sh KERNEL-DIR DIR [MAKE-ARGUMENT]..."
kernel=$1 out=$2
shift 2
# Only pahole could make BTF, and nothing here reads it.
command=(make -C "$kernel/headers" "M=$out" --no-print-directory "-j$(nproc)"
	CONFIG_DEBUG_INFO_BTF_MODULES=)
if [ -r "$kernel/make" ]; then
	mapfile -t -O ${#command[@]} command <"$kernel/make"
fi
command+=("$@")
root=
if [ -r "$kernel/tools" ]; then
	read -r suite compiler arch <"$kernel/tools"
	root=$("$LAB/root.sh" "$suite" "$compiler" "$arch")
fi
[ -n "$root" ] || exec "${command[@]}"

# A mount namespace of our own: nothing is left behind, whatever happens. Who is
# not root becomes so in a user namespace.
inside() {
	local root=$1 dir
	shift
	for dir in /proc /dev "$CACHE" "$TREE" "$BUILD" "$out" "$src"; do
		mkdir -p "$root$dir"
		mount --rbind "$dir" "$root$dir"
	done
	exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin LC_ALL=C "$@"
}

src=${MODULE_SRC:-${SELFTESTS:-$TREE}}
if [ -z "${MHP_LAB_INSIDE:-}" ]; then
	userns=()
	[ "$(id -u)" = 0 ] || userns=(--map-root-user)
	MHP_LAB_INSIDE=y exec unshare "${userns[@]}" --mount --propagation private \
		"$0" "$kernel" "$out" "$@"
fi
inside "$root" "${command[@]}"
