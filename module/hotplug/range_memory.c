// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/printk.h>

#include "core/compat.h"
#include "core/geometry.h"
#include "core/last_error.h"
#include "hotplug/backing.h"
#include "hotplug/block.h"
#include "hotplug/memmap.h"
#include "hotplug/range_memory.h"
#include "hotplug/range_table.h"

/* The format is checked by add_memory_driver_managed(). */
#define MHPS_RESOURCE_NAME	"System RAM (mhp_standby)"

static mhp_t mhp_flags_of(unsigned int flags)
{
	mhp_t mhp = MHP_NONE;

	if (flags & MHPS_MEMMAP_ON_MEMORY)
		mhp |= MHP_MEMMAP_ON_MEMORY;
	if (flags & MHPS_INACCESSIBLE)
		mhp |= MHPS_OFFLINE_INACCESSIBLE;
	if (flags & MHPS_MERGE_RESOURCE)
		mhp |= MHP_MERGE_RESOURCE;
	return mhp;
}

/*
 * Look where the struct pages are before the range can be removed. Where the
 * first event is still to come, this tells the size of the altmap.
 */
static void find_memmaps(struct mhps_range *range)
{
	u64 size = memory_block_size_bytes();
	struct mhps_block *block;
	bool elsewhere = false;
	u32 i;

	for (i = 0; i < range->nr_blocks; i++) {
		block = mhps_block_find(range->first_block + i);
		WRITE_ONCE(block->memmap, mhps_memmap_find(block->start, size));
		if (block->memmap == MHPS_MEMMAP_BLOCK && !block->altmap_pages)
			WRITE_ONCE(block->altmap_pages, mhps_memmap_pages(size));
		range->altmap_pages += block->altmap_pages;
		if (!i)
			range->memmap = block->memmap;
		else if (range->memmap != block->memmap)
			range->memmap = MHPS_MEMMAP_MIXED;
		elsewhere |= block->memmap == MHPS_MEMMAP_SYSTEM;
	}
	if (elsewhere && (range->flags & MHPS_MEMMAP_ON_MEMORY))
		pr_notice("0x%llx-0x%llx: memmap_on_memory is a hint, and this kernel did not take it; see features\n",
			  range->start, range->start + range->size - 1);
}

/* The kernel decides by group which zone suits a block; see virtio-mem, dax. */
static int group_register(struct mhps_range *range)
{
	int mgid;

	if (range->group.kind == MHPS_GROUP_STATIC)
		mgid = memory_group_register_static(range->nid,
						    PHYS_PFN(range->size));
	else
		mgid = memory_group_register_dynamic(range->nid,
						     PHYS_PFN(range->group.unit));
	if (mgid < 0)
		return mhps_refuse(mgid, "add: the kernel gives no memory group");
	range->mgid = mgid;
	return 0;
}

static void group_unregister(struct mhps_range *range)
{
	int err;

	if (range->group.kind == MHPS_GROUP_NONE)
		return;
	err = memory_group_unregister(range->mgid);
	if (err)
		pr_err("0x%llx-0x%llx: memory group %d stays (%pe)\n",
		       range->start, range->start + range->size - 1,
		       range->mgid, ERR_PTR(err));
}

/**
 * mhps_memory_add() - have the kernel take a range as memory
 * @range: in phase adding, its blocks in the table
 *
 * One group for each range that asks for one. May sleep; no lock held.
 *
 * Return: 0 or a negative errno with its reason in last_error.
 */
int mhps_memory_add(struct mhps_range *range)
{
	mhp_t flags = mhp_flags_of(range->flags);
	int nid = range->nid;
	int err;

	guard(rwsem_write)(&mhps_memmap_rwsem);
	if (range->group.kind != MHPS_GROUP_NONE) {
		err = group_register(range);
		if (err)
			return err;
		flags |= MHP_NID_IS_MGID;
		nid = range->mgid;
	}
	if (range->flags & MHPS_DRIVER_MANAGED)
		err = add_memory_driver_managed(nid, range->start, range->size,
						MHPS_RESOURCE_NAME, flags);
	else
		err = add_memory(nid, range->start, range->size, flags);
	if (err) {
		group_unregister(range);
		return mhps_refuse(err, "add: the kernel refused 0x%llx-0x%llx; see dmesg",
				   range->start, range->start + range->size - 1);
	}
	find_memmaps(range);
	return 0;
}

/**
 * mhps_memory_remove() - undo mhps_memory_add()
 * @range: in phase removing
 *
 * May sleep; no lock held.
 *
 * Return: 0, or a negative errno with its reason in last_error if a block is
 * online; then nothing has changed.
 */
int mhps_memory_remove(struct mhps_range *range)
{
	u32 i;
	int err;

	/* A block may have gone online since: the kernel says so by -EBUSY. */
	scoped_guard(rwsem_write, &mhps_memmap_rwsem)
		err = remove_memory(range->start, range->size);
	if (err)
		return mhps_refuse(err,
				   "remove: the kernel refused 0x%llx-0x%llx; is a block online?",
				   range->start, range->start + range->size - 1);
	group_unregister(range);
	for (i = 0; i < range->nr_blocks; i++)
		mhps_backing_removed(mhps_block_find(range->first_block + i));
	return 0;
}
