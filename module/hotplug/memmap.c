// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/vmalloc.h>

#include "core/geometry.h"
#include "hotplug/memmap.h"

DECLARE_RWSEM(mhps_memmap_rwsem);

/**
 * mhps_memmap_walk() - count the pages of a block's memmap
 * @start: of the block, physical, in bytes
 * @size: in bytes
 * @mapped: set to those that are mapped
 * @inside: set to those of them that lie in the block itself, where an altmap has
 *	them: at its begin
 *
 * Walks the page tables of the vmemmap area, huge mappings included, without
 * touching a struct page. The block need not be there, but nothing may be added
 * or removed meanwhile: call it from a memory notifier, or with
 * mhps_memmap_rwsem held where nobody else adds and removes.
 *
 * Return: false if this kernel cannot tell.
 */
bool mhps_memmap_walk(u64 start, u64 size, unsigned long *mapped,
		      unsigned long *inside)
{
	*mapped = 0;
	*inside = 0;
#if defined(CONFIG_SPARSEMEM_VMEMMAP) && !defined(CONFIG_DEBUG_VIRTUAL)
	/* With DEBUG_VIRTUAL, vmalloc_to_page() is for vmalloc space only. */
	const char *memmap = (const char *)pfn_to_page(PHYS_PFN(start));
	unsigned long pages = mhps_memmap_pages(size);
	unsigned long i;

	for (i = 0; i < pages; i++) {
		struct page *page = vmalloc_to_page(memmap + i * PAGE_SIZE);
		u64 address;

		if (!page)
			continue;
		(*mapped)++;
		address = PFN_PHYS(page_to_pfn(page));
		*inside += address >= start && address - start < PFN_PHYS(pages);
	}
	return true;
#else
	return false;
#endif
}

/**
 * mhps_memmap_find() - look up where the memmap of a block lives
 * @start: of the block, physical, in bytes
 * @size: in bytes
 *
 * As mhps_memmap_walk().
 *
 * Return: where.
 */
enum mhps_memmap mhps_memmap_find(u64 start, u64 size)
{
	unsigned long pages = mhps_memmap_pages(size);
	unsigned long mapped, inside;

	if (!mhps_memmap_walk(start, size, &mapped, &inside) || mapped != pages)
		return MHPS_MEMMAP_UNKNOWN;
	if (!inside)
		return MHPS_MEMMAP_SYSTEM;
	return inside == pages ? MHPS_MEMMAP_BLOCK : MHPS_MEMMAP_MIXED;
}
