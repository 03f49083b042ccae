#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel_modules.sh KERNEL-DIR - modules of the kernel's own that tests load: a file
# system, a block device, a balloon, virtio-mem, DAX, and what these need. Prints a
# directory to be /lib/modules in the guest. Kernels built here have theirs beside them,
# or none. Where the mirror has another version by now, or there is none today, it is
# empty for a day, and tests that want these are skipped.

# cached calls fetch.
# shellcheck disable=SC2317
. "$(dirname "$0")/common.sh"
. "$LAB/apt.sh"

[ $# -eq 1 ] || die "usage: kernel_modules.sh KERNEL-DIR"
kernel=$1
# By their file names. ext4 asks for crc32c by an alias that depmod finds.
WANTED='brd ext4 crc32c_generic virtio_balloon virtio_mem device_dax kmem dax_hmem'

# needs FILE: the modules it says it needs
needs() {
	tr '\0' '\n' <"$1" | sed -n 's/^depends=//p' | tr ',' '\n'
}

# take NAME: that module, and what it needs, from all to modules
take() {
	local file name
	file=$(find "$all" -name "${1//[_-]/[_-]}.ko*" -print -quit)
	name=${file##*/} name=${name%.ko*}.ko
	[ -n "$file" ] && [ ! -e "$modules/$name" ] || return 0
	case $file in
	*.xz) xz -dc "$file" ;;
	*.zst) zstd -dcq "$file" ;;
	*) cat "$file" ;;
	esac >"$modules/$name"
	for name in $(needs "$modules/$name"); do take "$name"; done
}

# fetch OUT: OUT/why is why there are none
fetch() {
	local out=$1 all=$1/all modules=$1/modules/$release deb name
	mkdir "$out/modules"
	apt_open "modules-$suite-$arch" "$suite" "$arch" || { echo "$APT_WHY" >"$out/why"; return 0; }
	deb=linux-modules-$release
	apt_has "$deb:$arch" || deb=linux-image-$release
	name=$(apt_version "$deb:$arch")
	# The kernel's directory is named after the version.
	if [[ ${kernel##*/} != "$release-${name//[^a-z0-9.+~-]/_}"-* ]]; then
		echo "$suite has no $release of that version any more" >"$out/why"
	elif apt_unpack "$all" "$deb:$arch"; then
		mkdir "$modules"
		for name in $WANTED; do take "$name"; done
		rm -rf "$all"
	else
		echo "the mirror does not have $deb" >"$out/why"
	fi
	apt_close
}

dir=$CACHE/modules/${kernel##*/}-$(key fetch take needs WANTED)
if [ -d "$kernel/modules" ]; then
	echo "$kernel/modules"
	exit
elif [ ! -r "$kernel/tools" ]; then
	mkdir -p "$BUILD/modules.none"
	echo "$BUILD/modules.none"
	exit
fi
read -r suite _ lab_arch <"$kernel/tools"
release=$(cat "$kernel/release")
arch_load "$lab_arch"
arch=$DEB_ARCH
[ ! -s "$dir/why" ] || [ -z "$(find "$dir" -maxdepth 0 -mtime +0)" ] || rm -rf "$dir"
cached "$dir" fetch
[ ! -s "$dir/why" ] || say "no modules of $release: $(cat "$dir/why")"
echo "$dir/modules"
