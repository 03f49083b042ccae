/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a block's struct pages live: looked up in the kernel's page tables,
 * independent of what events and flags claim. Owns nothing.
 */
#ifndef MHPS_MEMMAP_H
#define MHPS_MEMMAP_H

#include <linux/types.h>

/* enum mhps_memmap - home of a memory block's struct page array */
enum mhps_memmap {
	MHPS_MEMMAP_UNKNOWN,	/* not mapped, or this kernel cannot tell */
	MHPS_MEMMAP_BLOCK,	/* inside the block itself */
	MHPS_MEMMAP_SYSTEM,	/* in other memory */
	MHPS_MEMMAP_MIXED,	/* part and part, which no kernel should do */
};

extern const char * const mhps_memmap_names[];

bool mhps_memmap_walk(u64 start, u64 size, unsigned long *mapped,
		      unsigned long *inside);
enum mhps_memmap mhps_memmap_find(u64 start, u64 size);
unsigned long mhps_memmap_pages(u64 size);
bool mhps_memmap_fits(u64 start, u64 size);

#endif /* MHPS_MEMMAP_H */
