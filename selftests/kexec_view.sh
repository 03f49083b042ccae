#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What kexec, the tool, takes for memory of the next kernel: plain System RAM, but
# nothing that is driver_managed. Nothing is booted, and nothing has to be loaded
# either: the tool says where it would put things before it asks the kernel.

. ./lib.sh

needs_kexec()
{
	[ -x "$(command -v kexec)" ] || skip "no kexec here (package kexec-tools)"
	# Ours would take its place.
	[ ! -r /sys/kernel/kexec_loaded ] || [ "$(cat /sys/kernel/kexec_loaded)" = 0 ] ||
		skip "somebody has loaded a kernel"
}

# kexec_says ARGUMENT...: what it says, to kexec; whatever comes of it is undone
kexec_says()
{
	"$@" > "$work/kexec" 2>&1 || :
	kexec -c -u > "$work/wr" 2>&1 || :
}

# The list of memory ranges that -d shows. The tool prefers /sys/firmware/memmap,
# where the firmware may have RAM that the kernel was told to leave alone; without
# it, it asks /proc/iomem like everybody.
listed()
{
	kexec_says unshare -m sh -c "mount -t tmpfs none /sys/firmware &&
		exec kexec -d -c -l $(command -v wr)"
	grep -q -e '^MEMORY RANGES' -e '^System RAM ranges' "$work/kexec" ||
		skip "kexec lists no memory ranges: $(tail -n 1 "$work/kexec")"
	ls_range=$(printf '%016x-%016x' "$(at 0)" $(($(at 0) + BLOCK - 1)))
	if grep -q "^$ls_range (0)" "$work/kexec"; then
		echo yes
	else
		echo no
	fi
}

# On s390 there is no such list, but an initrd has to lie in memory, and begins
# where the image ends: at block 0, if it is large enough.
accepted()
{
	truncate -s "$(at 0)" "$work/image"
	head -c 4096 /dev/zero > "$work/initrd"
	kexec_says kexec -d -c -l "$work/image" "--initrd=$work/initrd"
	ac_start=$(hex "$(at 0)")
	if grep -q "^Invalid memory segment $ac_start " "$work/kexec"; then
		echo no
	elif grep -q "^segment\[1\].mem *= $ac_start\$" "$work/kexec"; then
		echo yes
	else
		cat "$work/kexec"
	fi
}

# The image is read into memory, which takes its time.
room_for_image()
{
	[ "$(at 0)" -le $((1 << 30)) ] ||
		skip "an image of $(($(at 0) >> 20)) MiB is needed"
	rf_want=$((($(at 0) + BLOCK / 2) / 1024))
	rf_block=1
	while [ "$(meminfo MemAvailable)" -lt $rf_want ]; do
		needs_blocks $((rf_block + 1))
		add $rf_block
		online $rf_block
		rf_block=$((rf_block + 1))
	done
	setting /proc/sys/vm/overcommit_memory 1
}

# kexec_would_use yes|no [FLAGS]: block 0, online
kexec_would_use()
{
	needs_kexec
	look=listed
	if [ "$(uname -m)" = s390x ]; then
		look=accepted
		room_for_image
	fi
	add 0 1 "flags=${2-none}"
	online 0
	seen=$($look) || exit
	expect "block 0 in the view of kexec" "$1" "$seen"
	offline 0
	remove 0
}

never_added()
{
	needs_kexec
	[ "$(uname -m)" != s390x ] || skip "s390 has no list to look at"
	seen=$(listed) || exit
	expect "block 0 in the view of kexec" no "$seen"
}

it "what was not added is not there for kexec" never_added
it "plain: the next kernel may use it" kexec_would_use yes
it "driver_managed: the next kernel must not use it" \
	kexec_would_use no driver_managed

run "$@"
