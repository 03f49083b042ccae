#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What kexec, the tool, takes for memory of the next kernel, and what the kernel does
# that is given a file: plain System RAM, but nothing that is driver_managed. Nothing
# is booted, and nothing has to be loaded for the tool: it says where it would put
# things before it asks the kernel.

. ./lib.sh

needs_kexec()
{
	[ -x "$(command -v kexec)" ] || skip "no kexec here (package kexec-tools)"
	needs_nothing_loaded
}

# Ours would take its place.
needs_nothing_loaded()
{
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

# segments FLAGS: of the image that was placed with these, START and SIZE
segments()
{
	log_since_start | sed "1,/kexec_file, flags=$1\$/d" |
		sed -n 's/.*segment\[[0-9]*\]:.* mem=\(0x[0-9a-f]*\) memsz=\(0x[0-9a-f]*\).*/\1 \2/p'
}

# kernel_places yes|no [FLAGS]: an image in block 0, online. On x86_64 it takes the
# highest memory there is.
kernel_places()
{
	[ "$(uname -m)" = x86_64 ] || skip "for an image of x86_64"
	needs_nothing_loaded
	kp_last=$(sed -n 's/^[0-9a-f]*-\([0-9a-f]*\) : System RAM.*/0x\1/p' /proc/iomem | tail -n 1)
	[ $((kp_last)) -lt "$(at 0)" ] || skip "memory behind block 0, up to $kp_last"
	add 0 1 "flags=${2-none}"
	online 0
	echo "mhp_standby: kexec_file, flags=${2-none}" > /dev/kmsg
	kp_result=$(kexec_file)
	# ENOSYS, of which wr and its like know no name.
	[ "$kp_result" != 38 ] || skip "no kexec_file_load() in this kernel"
	expect "kexec_file_load()" OK "$kp_result"
	segments "${2-none}" > "$work/segments"
	[ -s "$work/segments" ] || fail "the kernel has no segment on its log"
	kp_seen=no
	while read -r kp_start kp_size; do
		[ $((kp_start + kp_size)) -le "$(at 0)" ] || kp_seen=yes
	done < "$work/segments"
	expect "something placed in block 0 or behind" "$1" "$kp_seen"
	offline 0
	remove 0
}

it "what was not added is not there for kexec" never_added
it "plain: the next kernel may use it" kexec_would_use yes
it "driver_managed: the next kernel must not use it" \
	kexec_would_use no driver_managed
it "plain: kexec_file_load() places an image there" kernel_places yes
it "driver_managed: kexec_file_load() places nothing there" \
	kernel_places no driver_managed

run "$@"
