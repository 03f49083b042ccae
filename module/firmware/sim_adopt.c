// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/set_memory.h>
#include <linux/slab.h>

#include "core/compat.h"
#include "core/geometry.h"
#include "firmware/sim_adopt.h"
#include "firmware/sim_ram.h"

/*
 * Only x86_64 lets boot memory go: arm64 refuses in a memory notifier, and
 * s390 hides RAM by mem= better.
 */
#if defined(CONFIG_X86_64) && defined(CONFIG_MEMORY_HOTREMOVE)

/**
 * struct adopted_block - how a block was before it was taken
 * @nid: its node
 * @movable: it was in ZONE_MOVABLE
 */
struct adopted_block {
	int nid;
	bool movable;
};

static u64 adopted_start;		/* address of the first block */
static u32 adopted_nr;			/* how many were taken, from there up */
static struct adopted_block *adopted;	/* of each */

static int first_cb(struct resource *res, void *data)
{
	*(struct resource *)data = *res;
	return 1;
}

/* The first resource of a kind in a range, cut to it. */
static bool find_resource_of(unsigned long desc, unsigned long flags, u64 start,
			     u64 end, struct resource *found)
{
	return walk_iomem_res_desc(desc, flags, start, end, found, first_cb) == 1;
}

/*
 * remove_memory() cuts the block out of its System RAM resource and keeps that
 * resource's children with the lower part. A child above the block's start makes
 * release_mem_region_adjustable() WARN and leaves the resource as it was. The
 * tree is not ours to walk, and its exported walks show no children that are of
 * the same kind as their parent. The kernel's own image is one: it lies around
 * its symbols. All others have a kind of their own.
 */
static bool can_cut_out(u64 address, u64 size)
{
	u64 symbol = __pa_symbol(&system_state);
	struct resource ram, child;

	if (!find_resource_of(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM, address,
			      U64_MAX, &ram) ||
	    ram.start != address || ram.end < address + size - 1)
		return false;
	if (symbol <= ram.end && symbol + KERNEL_IMAGE_SIZE > address)
		return false;
	return !find_resource_of(IORES_DESC_CRASH_KERNEL, IORESOURCE_MEM,
				 address, ram.end, &child) &&
	       !find_resource_of(IORES_DESC_RESERVED, IORESOURCE_MEM, address,
				 ram.end, &child);
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

/* Whether a block is in use as one piece of one zone, as far as can be seen. */
static bool is_candidate(u64 address)
{
	u64 block = memory_block_size_bytes();
	struct page *first = pfn_to_online_page(PHYS_PFN(address));
	struct page *last = pfn_to_online_page(PHYS_PFN(address + block) - 1);

	return first && last && page_zone(first) == page_zone(last) &&
	       can_cut_out(address, block);
}

/*
 * Taking memory that is in use means that what it holds finds a place elsewhere,
 * and the machine goes on with the rest: leave it a quarter of what is free.
 */
static bool is_idle(u64 size)
{
	return size <= PFN_PHYS((u64)si_mem_available()) / 4 * 3;
}

static int take_block(u64 address, struct adopted_block *was)
{
	struct page *page = pfn_to_online_page(PHYS_PFN(address));
	u64 block = memory_block_size_bytes();
	int err;

	if (!page)
		return -ENXIO;
	err = split_direct_map(address, block);
	if (err)
		return err;
	was->nid = page_to_nid(page);
	was->movable = is_zone_movable_page(page);
	return offline_and_remove_memory(address, block);
}

/*
 * device_online() is not exported, and add_memory() brings a block online as
 * auto_online_blocks says, in the zone it chooses. So do what an administrator
 * would.
 */
static int online_block(u32 id, bool movable)
{
	const char *how = movable ? "online_movable" : "online_kernel";
	struct file *file;
	char path[48];
	loff_t pos = 0;
	ssize_t written;

	snprintf(path, sizeof(path), "/sys/devices/system/memory/memory%u/state",
		 id);
	file = filp_open(path, O_WRONLY, 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	written = kernel_write(file, how, strlen(how), &pos);
	filp_close(file, NULL);
	return min(written, 0);
}

static void return_block(u64 address, const struct adopted_block *was)
{
	u32 id = mhps_block_at(address);
	int err;

	/* Merging keeps /proc/iomem from growing a line a block. */
	err = add_memory(was->nid, address, memory_block_size_bytes(),
			 MHP_MERGE_RESOURCE);
	if (err) {
		pr_err("adopt: memory%u cannot be given back (%pe) and is lost until reboot\n",
		       id, ERR_PTR(err));
		return;
	}
	if (pfn_to_online_page(PHYS_PFN(address)))
		return;
	err = online_block(id, was->movable);
	if (err)
		pr_err("adopt: memory%u is given back, but does not go online (%pe): chmem -e -b %u\n",
		       id, ERR_PTR(err), id);
}

/**
 * mhps_sim_adopt_return() - give back what mhps_sim_adopt() took, as it was
 *
 * In the order of addresses, so that zones grow as at boot.
 */
void mhps_sim_adopt_return(void)
{
	u32 i;

	for (i = 0; i < adopted_nr; i++)
		return_block(adopted_start + mhps_block_address(i), &adopted[i]);
	adopted_nr = 0;
	kfree(adopted);
	adopted = NULL;
}

/*
 * Take the run of @nr blocks that ends at @end, from its end down. Returns false
 * if one is in use in a way that does not end: then the others are given back, and
 * *@end is where to look on.
 */
static bool take_run(u64 *end, u32 nr)
{
	u64 start = *end - mhps_block_address(nr);
	u32 i = nr;

	while (i--) {
		if (!take_block(start + mhps_block_address(i), &adopted[i]))
			continue;
		*end = start + mhps_block_address(i);
		while (++i < nr)
			return_block(start + mhps_block_address(i), &adopted[i]);
		return false;
	}
	adopted_start = start;
	adopted_nr = nr;
	return true;
}

/**
 * mhps_sim_adopt() - take a contiguous run of idle memory blocks
 * @size: in bytes, whole memory blocks
 * @start: set to its physical address in bytes
 *
 * Looks down from the end of RAM, where the kernel's own data is rarest, for
 * runs that might be had, before it touches any. What was taken of one that is
 * not to be had after all is put back as it was. May take long: every block is
 * migrated free first.
 *
 * Return: 0, -EBUSY if no run is free, -ENOMEM.
 */
int mhps_sim_adopt(u64 size, u64 *start)
{
	u64 block = memory_block_size_bytes();
	u64 kernel_end = round_down(mhps_sim_ram_kernel_end(), block);
	u32 nr = min_t(u64, size >> mhps_block_shift(), U32_MAX);
	u64 end, address;

	if (size > kernel_end || !is_idle(size))
		return -EBUSY;
	adopted = kcalloc(nr, sizeof(*adopted), GFP_KERNEL);
	if (!adopted)
		return -ENOMEM;

	/* The lowest block holds what the boot needs; leave it alone. */
	end = kernel_end;
	for (address = end; address > block; ) {
		address -= block;
		if (!is_candidate(address)) {
			end = address;
			continue;
		}
		if (end - address < size)
			continue;
		if (take_run(&end, nr)) {
			*start = adopted_start;
			return 0;
		}
		address = end;
	}
	kfree(adopted);
	adopted = NULL;
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
