// SPDX-License-Identifier: GPL-2.0-only
#include <linux/align.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "hotplug/memmap.h"

const char * const mhps_memmap_names[] = {
	[MHPS_MEMMAP_UNKNOWN] = "-",
	[MHPS_MEMMAP_BLOCK] = "block",
	[MHPS_MEMMAP_SYSTEM] = "system",
	[MHPS_MEMMAP_MIXED] = "mixed",
};

/**
 * mhps_memmap_pages() - size of the memmap of a range
 * @size: of the range, in bytes
 *
 * memory_block_memmap_on_memory_pages() in mm/memory_hotplug.c, without the
 * rounding of memmap_on_memory=force.
 *
 * Return: pages.
 */
unsigned long mhps_memmap_pages(u64 size)
{
	return PFN_UP(PHYS_PFN(size) * sizeof(struct page));
}

/**
 * mhps_memmap_walk() - count the pages of a block's memmap
 * @start: of the block, physical, in bytes
 * @size: in bytes
 * @mapped: set to those that are mapped
 * @inside: set to those of them that lie in the block itself
 *
 * Walks the page tables of the vmemmap area, huge mappings included, without
 * touching a struct page. The block need not be there, but must not be removed
 * meanwhile: call it from a memory notifier, before a range becomes removable,
 * or through mhps_range_look().
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
		*inside += address >= start && address - start < size;
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

/**
 * mhps_memmap_fits() - whether the vmemmap area reaches up to a range
 * @start: physical, in bytes
 * @size: in bytes
 *
 * s390 sizes the area for the memory it boots with (setup_kernel_memory_layout()
 * in arch/s390/boot/startup.c) and arch_add_memory() does not check: beyond its
 * slack the struct pages would lie over what follows. That is the absolute
 * lowcore and the memcpy_real area, a few MiB at most below vmalloc space.
 * Elsewhere the area covers all that mhp_get_pluggable_range() allows.
 *
 * Return: true if it does.
 */
bool mhps_memmap_fits(u64 start, u64 size)
{
#ifdef CONFIG_S390
	unsigned long end = (unsigned long)pfn_to_page(PHYS_PFN(start + size));

	return end <= VMALLOC_START - SZ_16M && end > (unsigned long)vmemmap;
#else
	return true;
#endif
}
