// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "hotplug/block.h"
#include "core/compat.h"
#include "core/ledger.h"
#include "hotplug/memmap.h"
#include "core/last_error.h"
#include "hotplug/detached.h"

/**
 * struct mhps_taken - a block the in-kernel driver added and we removed
 * @node: in taken, under taken_mutex
 * @start: physical address in bytes
 * @flags: what the driver had added it with
 */
struct mhps_taken {
	struct list_head node;
	u64 start;
	mhp_t flags;
};

static DEFINE_MUTEX(taken_mutex);
static LIST_HEAD(taken);

/* s390 has one node; sclp_mem.c and sclp_cmd.c add everything to it. */
#define TAKEN_NID	0

static struct mhps_row taken_row(enum mhps_event event, u64 start)
{
	return (struct mhps_row){
		.event = event,
		.block = mhps_block_of_pfn(PHYS_PFN(start)),
		.has_range = true,
		.start_pfn = PHYS_PFN(start),
		.nr_pages = PHYS_PFN(memory_block_size_bytes()),
		.element = MHPS_ROW_NO_ELEMENT,
	};
}

/* remove_memory() WARNs about a block that is not there, so look first. */
static int check_block(u64 start)
{
	unsigned long pfn = PHYS_PFN(start);
	u32 id = mhps_block_of_pfn(pfn);

	if (!pfn_valid(pfn) ||
	    region_intersects(start, memory_block_size_bytes(),
			      IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) !=
	    REGION_INTERSECTS)
		return mhps_fail(-ENOENT, "remove: there is no memory%u", id);
	if (early_section(__pfn_to_section(pfn)))
		return mhps_fail(-EPERM, "remove: memory%u is boot storage", id);
	if (pfn_to_online_page(pfn))
		return mhps_fail(-EBUSY, "remove: memory%u is online; offline it first",
				 id);
	return 0;
}

static int take_block(u64 start, struct list_head *list)
{
	u64 size = memory_block_size_bytes();
	struct mhps_taken *block;
	struct mhps_row row;
	int err;

	block = kzalloc(sizeof(*block), GFP_KERNEL);
	if (!block)
		return mhps_fail(-ENOMEM, "remove: no memory");
	block->start = start;
	block->flags = MHP_NONE;
	/* Nobody else removes it meanwhile: the driver never does. */
	if (mhps_memmap_find(start, size) == MHPS_MEMMAP_BLOCK)
		block->flags = MHP_MEMMAP_ON_MEMORY | MHPS_OFFLINE_INACCESSIBLE;
	row = taken_row(MHPS_REMOVE, start);
	mhps_ledger_begin(&row);
	err = remove_memory(start, size);
	row.result = err;
	mhps_ledger_end(&row);
	if (err) {
		kfree(block);
		return mhps_fail(err, "remove: the kernel refused memory%u; is it online?",
				 row.block);
	}
	list_add(&block->node, list);
	return 0;
}

/* Add the blocks of a list again, the last taken first. */
static void give_back(struct list_head *list)
{
	u64 size = memory_block_size_bytes();
	struct mhps_taken *block, *next;
	struct mhps_row row;

	list_for_each_entry_safe(block, next, list, node) {
		row = taken_row(MHPS_ADD, block->start);
		mhps_ledger_begin(&row);
		row.result = add_memory(TAKEN_NID, block->start, size,
					block->flags);
		mhps_ledger_end(&row);
		if (row.result)
			pr_err("memory%u cannot be given back to the in-kernel driver (%pe)\n",
			       row.block, ERR_PTR(row.result));
		list_del(&block->node);
		kfree(block);
	}
}

/**
 * mhps_taken_remove() - take offline standby blocks out of the kernel
 * @start: physical address in bytes
 * @size: in bytes, whole memory blocks
 *
 * For blocks of the in-kernel SCLP driver on the event model, where it added
 * each block by itself. They come back at unload, with the flags they had. May
 * sleep.
 *
 * Return: 0, or a negative errno with its reason in last_error; then nothing
 * has changed.
 */
int mhps_taken_remove(u64 start, u64 size)
{
	LIST_HEAD(now);
	u64 address;
	int err;

	guard(mutex)(&taken_mutex);
	for (address = start; address < start + size;
	     address += memory_block_size_bytes()) {
		err = check_block(address);
		if (err)
			return err;
	}
	for (address = start; address < start + size;
	     address += memory_block_size_bytes()) {
		err = take_block(address, &now);
		if (err) {
			give_back(&now);
			return err;
		}
	}
	list_splice(&now, &taken);
	return 0;
}

/**
 * mhps_taken_exit() - give back all blocks that were taken
 *
 * No range of ours is there any more, so the places are free.
 */
void mhps_taken_exit(void)
{
	guard(mutex)(&taken_mutex);
	give_back(&taken);
}
