// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/set_memory.h>
#include <linux/slab.h>

#include "core/compat.h"
#include "firmware/sim_adopt.h"
#include "firmware/sim_ram.h"

/*
 * Only x86_64 lets boot memory go: arm64 refuses in a memory notifier, and
 * s390 hides RAM by mem= better.
 */
#if defined(CONFIG_X86_64) && defined(CONFIG_MEMORY_HOTREMOVE)

static u64 adopted_start;	/* what was taken; adopted_size is 0 if nothing */
static u64 adopted_size;
static int *adopted_nid;	/* node of each block from adopted_start up */

/*
 * remove_memory() cuts the block out of its System RAM resource and keeps that
 * resource's children, such as the kernel's own image, with the lower part. A
 * child above the block makes release_mem_region_adjustable() WARN and leaves
 * the resource as it was. No exported walk shows children; these come at boot
 * and do not go, so a look without the resource lock is good enough.
 */
static bool can_cut_out(u64 address, u64 size)
{
	struct resource *ram, *child;

	for (ram = iomem_resource.child; ram; ram = ram->sibling) {
		if (address < ram->start || address + size - 1 > ram->end)
			continue;
		for (child = ram->child; child; child = child->sibling) {
			if (child->end >= address)
				return false;
		}
		return (ram->flags & IORESOURCE_SYSTEM_RAM) ==
		       IORESOURCE_SYSTEM_RAM;
	}
	return false;
}

static bool mapped_beyond(u64 address, u64 size)
{
	unsigned int level;

	return lookup_address((unsigned long)__va(address), &level) &&
	       page_level_size(level) > size;
}

/*
 * remove_memory() cuts the block out of the direct map as well. Where one 1 GiB
 * entry maps the block and more, remove_pud_table() (arch/x86/mm/init_64.c) takes
 * the page at the start of that GiB for a table of smaller entries: it clears
 * what looks like entries of the block in it, and if the page holds nothing but
 * zeroes frees it and drops the entry. On 7.2 per-cpu data was in that GiB, and
 * every exception faulted again; 6.12 survives with a wrong direct map.
 *
 * The kernel splits an entry when one page of it gets other attributes, and does
 * not merge it again. So do that, for a moment, to a free page of the block.
 */
static int split_direct_map(u64 address, u64 size)
{
	u64 at = address;
	unsigned long page;
	int err;

	for (; mapped_beyond(address, size) && at < address + size;
	     at += PAGE_SIZE << pageblock_order) {
		if (mhps_alloc_contig_range(PHYS_PFN(at), PHYS_PFN(at) + 1))
			continue;
		page = (unsigned long)__va(at);
		err = set_memory_uc(page, 1);
		if (!err)
			err = set_memory_wb(page, 1);
		/* A page with wrong attributes is better lost than used. */
		if (!err)
			mhps_free_contig_range(PHYS_PFN(at), 1);
	}
	return mapped_beyond(address, size) ? -EBUSY : 0;
}

static int adopt_block(u64 address, int *nid)
{
	struct page *page = pfn_to_online_page(PHYS_PFN(address));
	u64 block = memory_block_size_bytes();
	int err;

	if (!page || !can_cut_out(address, block))
		return -ENXIO;
	err = split_direct_map(address, block);
	if (err)
		return err;
	*nid = page_to_nid(page);
	return offline_and_remove_memory(address, block);
}

static void return_block(u64 address, int nid)
{
	u64 block = memory_block_size_bytes();
	int err;

	/* Merging keeps /proc/iomem from growing a line a block. */
	err = add_memory(nid, address, block, MHP_MERGE_RESOURCE);
	if (err)
		pr_err("adopt: 0x%llx-0x%llx cannot be given back (%pe) and is lost until reboot\n",
		       address, address + block - 1, ERR_PTR(err));
	else if (!pfn_to_online_page(PHYS_PFN(address)))
		pr_notice("adopt: memory%llu is given back offline, as auto_online_blocks says; online it with: chmem -e -b %llu\n",
			  div64_u64(address, block), div64_u64(address, block));
}

/**
 * mhps_sim_adopt_return() - give back what mhps_sim_adopt() took
 *
 * The blocks come back offline or online as /sys/devices/system/memory/
 * auto_online_blocks says: a module cannot online them (device_online() is not
 * exported), so where that says offline, the log says what to type.
 */
void mhps_sim_adopt_return(void)
{
	u64 block = memory_block_size_bytes();
	u64 offset;

	for (offset = 0; offset < adopted_size; offset += block)
		return_block(adopted_start + offset,
			     adopted_nid[div64_u64(offset, block)]);
	adopted_size = 0;
	kfree(adopted_nid);
	adopted_nid = NULL;
}

/**
 * mhps_sim_adopt() - take a contiguous run of idle memory blocks
 * @size: in bytes, rounded up to whole memory blocks
 * @start: set to its physical address in bytes
 *
 * Works down from the end of RAM, where the kernel's own data is rarest. A
 * block in use breaks the run; what was taken above it is given back. May take
 * long: every block is migrated free first.
 *
 * Return: 0, -EBUSY if no run is free, -ENOMEM.
 */
int mhps_sim_adopt(u64 size, u64 *start)
{
	u64 block = memory_block_size_bytes();
	u64 end = mhps_sim_ram_kernel_end();
	u64 blocks;
	int nid, i;

	blocks = div64_u64(size - 1, block) + 1;
	if (blocks > div64_u64(end, block))
		return -EBUSY;
	adopted_nid = kcalloc(blocks, sizeof(*adopted_nid), GFP_KERNEL);
	if (!adopted_nid)
		return -ENOMEM;

	/* The lowest block holds what the boot needs; leave it alone. */
	for (end = round_down(end, block); end > block; end -= block) {
		if (adopt_block(end - block, &nid)) {
			for (i = 0; adopted_size; i++, adopted_size -= block)
				return_block(adopted_start + i * block,
					     adopted_nid[i]);
			continue;
		}
		/* Keep nids in address order: shift what is above. */
		for (i = div64_u64(adopted_size, block); i > 0; i--)
			adopted_nid[i] = adopted_nid[i - 1];
		adopted_nid[0] = nid;
		adopted_start = end - block;
		adopted_size += block;
		if (adopted_size == blocks * block) {
			*start = adopted_start;
			return 0;
		}
	}
	mhps_sim_adopt_return();
	return -EBUSY;
}

#else

int mhps_sim_adopt(u64 size, u64 *start)
{
	return -EOPNOTSUPP;
}

void mhps_sim_adopt_return(void)
{
}

#endif
