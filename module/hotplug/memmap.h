/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a block's struct pages live: looked up in the kernel's page tables,
 * independent of what events and flags claim.
 *
 * The kernel frees page tables of the vmemmap area when memory goes, also upper
 * ones that neighbours share. Owns the rw_semaphore that keeps our own adds and
 * removes, which hold it for writing, from those who walk the tables. No memory
 * notifier takes it: those run inside of adds, under mem_hotplug_lock, which no
 * module can take.
 */
#ifndef MHPS_MEMMAP_H
#define MHPS_MEMMAP_H

#include <linux/rwsem.h>
#include <linux/types.h>

/**
 * enum mhps_memmap - home of a memory block's struct page array
 * @MHPS_MEMMAP_UNKNOWN: not mapped, or this kernel cannot tell
 * @MHPS_MEMMAP_BLOCK: inside the block itself
 * @MHPS_MEMMAP_SYSTEM: in other memory
 * @MHPS_MEMMAP_MIXED: part and part, which no kernel should do
 * @MHPS_MEMMAP_NR: how many there are
 */
enum mhps_memmap {
	MHPS_MEMMAP_UNKNOWN,
	MHPS_MEMMAP_BLOCK,
	MHPS_MEMMAP_SYSTEM,
	MHPS_MEMMAP_MIXED,
	MHPS_MEMMAP_NR,
};

extern struct rw_semaphore mhps_memmap_rwsem;

bool mhps_memmap_walk(u64 start, u64 size, unsigned long *mapped,
		      unsigned long *inside);
enum mhps_memmap mhps_memmap_find(u64 start, u64 size);

#endif /* MHPS_MEMMAP_H */
