// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/memory.h>
#include <linux/notifier.h>
#include <linux/pfn.h>
#include <linux/printk.h>

#include "hotplug/block.h"
#include "core/compat.h"
#include "firmware/firmware.h"
#include "storage/increment.h"
#include "core/fault.h"
#include "core/ledger.h"
#include "hotplug/memmap.h"
#include "core/trace.h"
#include "hotplug/notifier.h"

/* We drive the firmware for our own blocks only; others' are looked at. */
static bool is_driven(const struct mhps_block *block)
{
	return MHPS_EVENT_MODEL && mhps_firmware.drives && block && block->range;
}

/*
 * The in-kernel SCLP driver assigns and unassigns for every block there is. It
 * has the default priority: what it did is done when we are called.
 */
static bool is_observed(const struct mhps_block *block)
{
	return MHPS_EVENT_MODEL && !mhps_firmware.drives && block;
}

static void observe_block(struct mhps_block *block, bool assigned)
{
	if (block->holds == assigned && assigned)
		return;
	mhps_increments_observe(block->start, memory_block_size_bytes(),
				assigned);
	block->holds = assigned;
}

/*
 * All increments of the block or none. A block may be prepared already: when a
 * subscriber registered behind us with the same priority vetoed, nobody told us
 * (memory_block_online(): the chain stops, goto out_notifier).
 */
static int prepare_block(struct mhps_block *block, const struct mhps_row *row)
{
	int err;

	if (block->holds)
		return 0;
	WRITE_ONCE(block->preparing, true);
	err = mhps_increments_get(block->start, memory_block_size_bytes());
	WRITE_ONCE(block->preparing, false);
	if (err) {
		pr_err("memory%u cannot go online: its increments %u-%u were not assigned (%pe)\n",
		       block->id, mhps_increment_first(block->start),
		       mhps_increment_last(block->start,
					   memory_block_size_bytes()),
		       ERR_PTR(err));
		return err;
	}
	block->holds = true;
	if (row->altmap_nr_pages && mhps_firmware.ops->memmap_assigned)
		mhps_firmware.ops->memmap_assigned(row->altmap_start_pfn,
						   row->altmap_nr_pages);
	return 0;
}

static void finish_block(struct mhps_block *block)
{
	if (!block->holds || !mhps_firmware.drives)
		return;
	mhps_increments_put(block->start, memory_block_size_bytes());
	block->holds = false;
}

/* What the event asks of us; a negative errno refuses it. */
static int act(struct mhps_row *row, struct mhps_block *block)
{
	int err;

	switch (row->event) {
	case MHPS_MEM_PREPARE_ONLINE:
	case MHPS_MEM_GOING_ONLINE:
	case MHPS_MEM_GOING_OFFLINE:
		err = mhps_inject_event(row->event, row->block);
		if (err) {
			row->flags |= MHPS_ROW_INJECTED;
			return err;
		}
		if (row->event == MHPS_MEM_PREPARE_ONLINE && is_driven(block))
			return prepare_block(block, row);
		if (row->event == MHPS_MEM_PREPARE_ONLINE && is_observed(block))
			observe_block(block, true);
		return 0;
	case MHPS_MEM_FINISH_OFFLINE:
		if (is_driven(block))
			finish_block(block);
		else if (is_observed(block))
			observe_block(block, false);
		return 0;
	default:
		return 0;
	}
}

/* Take the event into the block's record. */
static void note(struct mhps_row *row, struct mhps_block *block)
{
	/* Where no event tells it: the pages that are not onlined. */
	if (row->has_altmap)
		WRITE_ONCE(block->altmap_pages, row->altmap_nr_pages);
	else if (!MHPS_EVENT_MODEL && row->event == MHPS_MEM_GOING_ONLINE)
		WRITE_ONCE(block->altmap_pages,
			   row->start_pfn - PHYS_PFN(block->start));
	if (row->event == MHPS_MEM_GOING_ONLINE ||
	    block->memmap == MHPS_MEMMAP_UNKNOWN)
		WRITE_ONCE(block->memmap,
			   mhps_memmap_find(block->start,
					    memory_block_size_bytes()));
	if (row->result)
		block->failed += row->event == MHPS_MEM_PREPARE_ONLINE;
	else if (!mhps_block_advance(block, row->event))
		row->flags |= MHPS_ROW_UNPAIRED;
}

static int transition_notifier(struct notifier_block *nb,
			       unsigned long action, void *data)
{
	struct mhps_block *block;
	struct mhps_row row;

	if (!mhps_row_of_notification(&row, action, data))
		return NOTIFY_DONE;
	mhps_ledger_begin(&row);
	block = mhps_block_find_or_note(row.block);
	row.result = act(&row, block);
	if (block)
		note(&row, block);
	mhps_ledger_end(&row);
	trace_mhp_standby_event(&row);
	return notifier_from_errno(row.result);
}

/*
 * The lowest priority, so that we are called last. When a subscriber vetoes
 * MEM_PREPARE_ONLINE, those called before it get no MEM_FINISH_OFFLINE: being
 * last, we assign only what nobody can veto any more. And on
 * MEM_FINISH_OFFLINE the storage goes when everybody else has let go of it.
 */
static struct notifier_block transition_nb = {
	.notifier_call = transition_notifier,
	.priority = INT_MIN,
};

/**
 * mhps_transition_removed() - let go of storage a removed block still has
 * @block: of ours, removed, not yet taken out of the table
 *
 * Such a block was prepared, then vetoed behind our back.
 */
void mhps_transition_removed(struct mhps_block *block)
{
	finish_block(block);
}

/**
 * mhps_transition_init() - subscribe to memory events
 *
 * Return: 0 or a negative errno.
 */
int mhps_transition_init(void)
{
	return register_memory_notifier(&transition_nb);
}

/**
 * mhps_transition_exit() - unsubscribe; waits for callbacks to end
 */
void mhps_transition_exit(void)
{
	unregister_memory_notifier(&transition_nb);
}
