// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "core/compat.h"
#include "core/geometry.h"
#include "core/last_error.h"
#include "core/ledger.h"
#include "firmware/firmware.h"
#include "hotplug/detached.h"
#include "hotplug/memmap.h"
#include "hotplug/range_table.h"
#include "storage/increment_table.h"

/* s390 has one node; sclp_mem.c and sclp_cmd.c add everything to it. */
#define KERNEL_NID	0

/* remove_memory() WARNs about a block that is not there, so look first. */
static int check_block(const struct mhps_range *block)
{
	unsigned long pfn = PHYS_PFN(block->start);
	u32 id = block->first_block;

	if (!pfn_valid(pfn) ||
	    region_intersects(block->start, block->size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_INTERSECTS)
		return mhps_refuse(-ENOENT, "remove: there is no memory%u", id);
	if (early_section(__pfn_to_section(pfn)))
		return mhps_refuse(-EPERM, "remove: memory%u is boot storage", id);
	if (pfn_to_online_page(pfn))
		return mhps_refuse(-EBUSY, "remove: memory%u is online; offline it first",
				   id);
	return 0;
}

static int remove_block(struct mhps_range *block)
{
	struct mhps_row row = mhps_range_row(MHPS_REMOVE, block);
	int err;

	mhps_ledger_begin(&row);
	scoped_guard(rwsem_write, &mhps_memmap_rwsem) {
		/* What the driver had added it with. */
		if (mhps_memmap_find(block->start, block->size) ==
		    MHPS_MEMMAP_BLOCK)
			block->flags = MHPS_MEMMAP_ON_MEMORY | MHPS_INACCESSIBLE;
		err = remove_memory(block->start, block->size);
	}
	row.result = err;
	mhps_ledger_end(&row);
	if (err)
		return mhps_refuse(err, "remove: the kernel refused memory%u; is it online?",
				   block->first_block);
	return 0;
}

static void give_back(struct mhps_range *block)
{
	struct mhps_row row = mhps_range_row(MHPS_ADD, block);
	mhp_t flags = MHP_NONE;

	if (block->flags)
		flags = MHP_MEMMAP_ON_MEMORY | MHPS_OFFLINE_INACCESSIBLE;
	mhps_ledger_begin(&row);
	scoped_guard(rwsem_write, &mhps_memmap_rwsem)
		row.result = add_memory(KERNEL_NID, block->start, block->size,
					flags);
	mhps_ledger_end(&row);
	if (row.result)
		pr_err("memory%u cannot be given back to the in-kernel driver (%pe)\n",
		       block->first_block, ERR_PTR(row.result));
}

static void free_blocks(struct list_head *blocks)
{
	struct mhps_range *block, *next;

	list_for_each_entry_safe(block, next, blocks, node)
		kfree(block);
}

static int new_blocks(u64 start, u64 size, struct list_head *blocks)
{
	u64 address, step = memory_block_size_bytes();
	struct mhps_range *block;

	for (address = start; address < start + size; address += step) {
		block = kzalloc(sizeof(*block), GFP_KERNEL);
		if (!block) {
			free_blocks(blocks);
			return mhps_refuse(-ENOMEM, "remove: no memory");
		}
		block->start = address;
		block->size = step;
		block->origin = MHPS_RANGE_KERNELS;
		block->first_block = mhps_block_at(address);
		block->nr_blocks = 1;
		block->nid = KERNEL_NID;
		block->phase = MHPS_RANGE_REMOVING;
		list_add_tail(&block->node, blocks);
	}
	return 0;
}

static int check_blocks(const struct list_head *blocks)
{
	struct mhps_range *block;
	int err;

	list_for_each_entry(block, blocks, node) {
		err = check_block(block);
		if (err)
			return err;
	}
	return 0;
}

/* Moves what is removed to @removed, the last one first. */
static int remove_blocks(struct list_head *blocks, struct list_head *removed)
{
	struct mhps_range *block, *next;
	int err;

	list_for_each_entry_safe(block, next, blocks, node) {
		err = remove_block(block);
		if (err)
			return err;
		list_move(&block->node, removed);
	}
	return 0;
}

static void forget_blocks(struct list_head *blocks)
{
	struct mhps_range *block, *next;

	list_for_each_entry_safe(block, next, blocks, node)
		mhps_range_forget_detached(block);
}

/**
 * mhps_detach() - take offline standby blocks out of the kernel
 * @start: physical address in bytes
 * @size: in bytes, whole memory blocks
 *
 * For blocks of the in-kernel SCLP driver on the event model, where it added
 * each block by itself. They come back at unload, with the flags they had. May
 * sleep; no lock held.
 *
 * Return: 0, or a negative errno with its reason in last_error; then nothing
 * has changed.
 */
int mhps_detach(u64 start, u64 size)
{
	struct mhps_range *block;
	LIST_HEAD(blocks);
	LIST_HEAD(removed);
	int err;

	if (mhps_increment_last(start, size) > mhps_firmware.rnmax)
		return mhps_refuse(-ENOENT, "remove: 0x%llx-0x%llx is beyond all storage",
				   start, start + size - 1);
	err = new_blocks(start, size, &blocks);
	if (err)
		return err;
	err = mhps_ranges_claim_detach(&blocks);
	if (err) {
		free_blocks(&blocks);
		return err;
	}
	err = check_blocks(&blocks);
	if (!err)
		err = remove_blocks(&blocks, &removed);
	list_for_each_entry(block, &removed, node) {
		if (err)
			give_back(block);
		else
			mhps_range_set_phase(block, MHPS_RANGE_DETACHED);
	}
	if (err) {
		forget_blocks(&removed);
		forget_blocks(&blocks);
	}
	return err;
}

/**
 * mhps_detached_exit() - give back all detached blocks
 *
 * No range of ours is there any more, so the places are free.
 */
void mhps_detached_exit(void)
{
	struct mhps_range *block;

	while ((block = mhps_range_first_detached())) {
		give_back(block);
		mhps_range_forget_detached(block);
	}
}
