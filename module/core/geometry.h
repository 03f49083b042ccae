/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arithmetic of addresses, memory blocks, increments and memmaps. Owns nothing.
 * What has a unit in its arguments is pure and takes any geometry; what has not
 * is about the blocks of the running kernel.
 */
#ifndef MHPS_GEOMETRY_H
#define MHPS_GEOMETRY_H

#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

/**
 * mhps_rn_at() - increment that an address lies in
 * @address: physical, in bytes
 * @shift: of the increment size
 *
 * Return: its rn, which need not exist; U32_MAX, which does not, where the
 * number does not fit.
 */
static inline u32 mhps_rn_at(u64 address, unsigned int shift)
{
	return min_t(u64, address >> shift, U32_MAX - 1) + 1;
}

/**
 * mhps_rn_address() - where an increment begins
 * @rn: its number, from 1
 * @shift: of the increment size
 *
 * Return: physical address in bytes.
 */
static inline u64 mhps_rn_address(u32 rn, unsigned int shift)
{
	return (u64)(rn - 1) << shift;
}

/**
 * mhps_memmap_bytes() - size of the struct pages of a piece of memory
 * @size: of the memory, in bytes
 * @page_shift: of its pages
 * @struct_page: bytes of a struct page
 *
 * Return: bytes, whole pages.
 */
static inline u64 mhps_memmap_bytes(u64 size, unsigned int page_shift,
				    size_t struct_page)
{
	u64 page = 1ULL << page_shift;

	return round_up((size >> page_shift) * struct_page, page);
}

/**
 * mhps_memmap_pages() - size of the memmap of a range
 * @size: of the range, in bytes
 *
 * memory_block_memmap_on_memory_pages() in mm/memory_hotplug.c, without the
 * rounding of memmap_on_memory=force.
 *
 * Return: pages.
 */
static inline unsigned long mhps_memmap_pages(u64 size)
{
	return PHYS_PFN(mhps_memmap_bytes(size, PAGE_SHIFT, sizeof(struct page)));
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
static inline bool mhps_memmap_fits(u64 start, u64 size)
{
#ifdef CONFIG_S390
	unsigned long end = (unsigned long)pfn_to_page(PHYS_PFN(start + size));

	return end <= VMALLOC_START - SZ_16M && end > (unsigned long)vmemmap;
#else
	return true;
#endif
}

/**
 * mhps_block_shift() - shift of the memory block size
 *
 * Blocks are powers of two of up to 2 GiB on x86_64 and 4 GiB on s390 so far:
 * with a shift no divisor can be cut to 32 bits.
 *
 * Return: log2 of bytes.
 */
static inline unsigned int mhps_block_shift(void)
{
	return ilog2(memory_block_size_bytes());
}

/**
 * mhps_block_at() - memory block of an address
 * @address: physical, in bytes
 *
 * Return: N of memoryN.
 */
static inline u32 mhps_block_at(u64 address)
{
	return address >> mhps_block_shift();
}

/**
 * mhps_block_of_pfn() - memory block of a page frame
 * @pfn: the page frame
 *
 * Return: N of memoryN.
 */
static inline u32 mhps_block_of_pfn(unsigned long pfn)
{
	return mhps_block_at(PFN_PHYS(pfn));
}

/**
 * mhps_block_address() - where a memory block begins
 * @id: N of memoryN
 *
 * Return: physical address in bytes.
 */
static inline u64 mhps_block_address(u32 id)
{
	return (u64)id << mhps_block_shift();
}

#endif /* MHPS_GEOMETRY_H */
