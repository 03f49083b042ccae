// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/printk.h>

#include "core/geometry.h"
#include "core/model.h"
#include "core/row.h"
#include "firmware/firmware.h"
#include "hotplug/backing.h"
#include "hotplug/block.h"
#include "storage/increment.h"
#include "storage/increment_table.h"

/* We drive the firmware for our own blocks only; others' are looked at. */
static bool is_driven(const struct mhps_block *block)
{
	return mhps_firmware.drives && block->range;
}

/*
 * The in-kernel SCLP driver assigns and unassigns for every block there is. It
 * has the default priority: what it did is done when we are called.
 */
static bool is_observed(void)
{
	return !mhps_firmware.drives;
}

static void observe(struct mhps_block *block, bool assigned)
{
	mhps_increments_observe(block->start, memory_block_size_bytes(), assigned,
				assigned - block->storage_held);
	block->storage_held = assigned;
}

static int assign(struct mhps_block *block, const struct mhps_row *row)
{
	u64 size = memory_block_size_bytes();
	int err;

	WRITE_ONCE(block->preparing, true);
	err = mhps_increments_get(block->start, size);
	WRITE_ONCE(block->preparing, false);
	if (err) {
		pr_err("memory%u cannot go online: its increments %u-%u were not assigned (%pe)\n",
		       block->id, mhps_increment_first(block->start),
		       mhps_increment_last(block->start, size), ERR_PTR(err));
		return err;
	}
	block->storage_held = true;
	if (row->altmap_nr_pages)
		mhps_firmware_set_nodat(row->altmap_start_pfn,
					row->altmap_nr_pages);
	return 0;
}

/**
 * mhps_backing_prepare() - a block's memmap is about to be touched
 * @block: the block
 * @row: its MEM_PREPARE_ONLINE
 *
 * All increments of the block are assigned or none. A block may be prepared
 * already: when a subscriber registered behind us with the same priority vetoed,
 * nobody told us (memory_block_online(): the chain stops, goto out_notifier).
 * From the memory notifier chain; may sleep.
 *
 * Return: 0 or a negative errno, to refuse the event with.
 */
int mhps_backing_prepare(struct mhps_block *block, const struct mhps_row *row)
{
	if (is_observed())
		observe(block, true);
	else if (is_driven(block) && !block->storage_held)
		return assign(block, row);
	return 0;
}

/**
 * mhps_backing_finish() - a block and its memmap are out of use
 * @block: the block
 *
 * From the memory notifier chain; may sleep.
 */
void mhps_backing_finish(struct mhps_block *block)
{
	if (is_observed())
		observe(block, false);
	else
		mhps_backing_removed(block);
}

/**
 * mhps_backing_removed() - let go of storage that a block still has
 * @block: offline, or removed and not yet taken out of the table
 *
 * A removed block has some if it was prepared, then vetoed behind our back. May
 * sleep.
 */
void mhps_backing_removed(struct mhps_block *block)
{
	if (!is_driven(block) || !block->storage_held)
		return;
	mhps_increments_put(block->start, memory_block_size_bytes());
	block->storage_held = false;
}

/**
 * mhps_backing_note_online() - note blocks that are online already
 *
 * At load, for blocks of standby storage that the in-kernel SCLP driver has
 * assigned: no event will tell that they need it. Before events can come.
 */
void mhps_backing_note_online(void)
{
	u64 size = memory_block_size_bytes();
	u64 end = mhps_increment_address(mhps_firmware.rnmax + 1);
	struct mhps_block *block;
	u64 start;

	if (mhps_firmware.drives || !mhps_model.has_prepare)
		return;
	for (start = 0; start + size <= end; start += size) {
		if (!mhps_increments_are_standby(start, size) ||
		    !pfn_to_online_page(PHYS_PFN(start + size) - 1))
			continue;
		block = mhps_block_find_or_note(mhps_block_at(start));
		if (!block)
			return;
		WRITE_ONCE(block->state, MHPS_BLOCK_ONLINE);
		observe(block, true);
	}
}
