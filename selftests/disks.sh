# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # shared with lib.sh
#
# A disk in memory for a test, with a file system on it or to swap to. What is on it is
# kernel memory, which is never in a block that is online_movable.

DISK_MIB=128
DISK=/dev/ram0

disk=			# which there is one
disk_used=		# mounted, or swapped to

# needs_disk: a new one
needs_disk()
{
	[ ! -e /sys/block/ram0 ] || skip "there are RAM disks that are not ours"
	modprobe brd rd_nr=1 rd_size=$((DISK_MIB * 1024)) 2> /dev/null ||
		skip "no RAM disk in this kernel, or no module of it here (BLK_DEV_RAM)"
	disk=$DISK
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ ! -b $DISK ] || return 0
		sleep 0.2
	done
	fail "no $DISK with brd loaded"
}

# needs_file_system: mounted at $work/disk
needs_file_system()
{
	grep -qw ext2 /proc/filesystems || modprobe ext4 2> /dev/null ||
		skip "no file system for a disk in this kernel, or no module of it here (EXT4_FS)"
	needs_disk
	# mke2fs says what it does, and there is no way to tell it not to
	mke2fs $DISK > "$work/mke2fs" 2>&1 || fail "mke2fs: $(tail -n 1 "$work/mke2fs")"
	mkdir -p "$work/disk"
	mount -t ext2 $DISK "$work/disk" || fail "mount of $DISK"
	disk_used=mount
}

# needs_swap: nothing else is swapped to
needs_swap()
{
	[ -e /proc/swaps ] || skip "no swap in this kernel (SWAP)"
	[ "$(wc -l < /proc/swaps)" -eq 1 ] || skip "there is swap already"
	needs_disk
	mkswap $DISK > "$work/mkswap" 2>&1 || fail "mkswap: $(cat "$work/mkswap")"
	swapon $DISK || fail "swapon $DISK"
	disk_used=swap
}

# remove_disk: as if there had not been one
remove_disk()
{
	case $disk_used in
	mount) umount "$work/disk" || fail "umount of $DISK" ;;
	swap) swapoff $DISK || fail "swapoff $DISK" ;;
	esac
	disk_used=
	[ -z "$disk" ] || rmmod brd || fail "rmmod brd"
	disk=
}
