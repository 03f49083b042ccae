// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/memory.h>
#include <linux/notifier.h>
#include <linux/pfn.h>

#include "core/compat.h"
#include "core/fault.h"
#include "core/geometry.h"
#include "core/ledger.h"
#include "core/model.h"
#include "hotplug/backing.h"
#include "hotplug/block.h"
#include "hotplug/memmap.h"
#include "hotplug/notifier.h"

/**
 * mhps_row_of_notification() - a row that says what a memory notifier was told
 * @row: all set
 * @action: as passed to the notifier
 * @arg: as passed to the notifier
 *
 * Return: false for an action this module does not know.
 */
bool mhps_row_of_notification(struct mhps_row *row, unsigned long action,
			      const struct memory_notify *arg)
{
	enum mhps_event event = mhps_event_of_action(action);

	if (event == MHPS_EVENT_NR)
		return false;
	*row = (struct mhps_row){
		.event = event,
		.block = mhps_block_of_pfn(arg->start_pfn),
		.has_range = true,
		.start_pfn = arg->start_pfn,
		.nr_pages = arg->nr_pages,
		.element = MHPS_ROW_NO_ELEMENT,
	};
	row->has_altmap = mhps_notify_altmap(event, arg,
					     &row->altmap_start_pfn,
					     &row->altmap_nr_pages);
	return true;
}

/* What the fault rules say; a negative errno refuses the event. */
static int ask_rules(struct mhps_row *row)
{
	struct mhps_fault fault;

	if (!mhps_fault_of_event(row->event, row->block, &fault))
		return 0;
	mhps_fault_delay(&fault, NULL);
	if (fault.error)
		row->flags |= MHPS_ROW_INJECTED;
	return fault.error;
}

/* What the event asks of us; a negative errno refuses it. */
static int handle_event(struct mhps_row *row, struct mhps_block *block)
{
	int err;

	switch (row->event) {
	case MHPS_MEM_PREPARE_ONLINE:
	case MHPS_MEM_GOING_ONLINE:
	case MHPS_MEM_GOING_OFFLINE:
		err = ask_rules(row);
		if (!err && row->event == MHPS_MEM_PREPARE_ONLINE && block)
			err = mhps_backing_prepare(block, row);
		return err;
	case MHPS_MEM_FINISH_OFFLINE:
		if (block)
			mhps_backing_finish(block);
		return 0;
	default:
		return 0;
	}
}

/*
 * The walk of the page tables is most of what we cost. The memmap of a block that
 * we added stays where it was found then, until we remove it; others' blocks are
 * removed and added again behind our back.
 */
static bool may_have_moved(const struct mhps_row *row,
			   const struct mhps_block *block)
{
	return block->memmap == MHPS_MEMMAP_UNKNOWN ||
	       (row->event == MHPS_MEM_GOING_ONLINE && !block->range);
}

/*
 * How many pages the altmap has. Where no event tells it: those that are not
 * brought online. And where its pages, and all others of the memmap, are.
 */
static void count_pages(const struct mhps_row *row, struct mhps_block *block)
{
	if (row->has_altmap)
		WRITE_ONCE(block->altmap_pages, row->altmap_nr_pages);
	else if (!mhps_model.has_prepare && row->event == MHPS_MEM_GOING_ONLINE)
		WRITE_ONCE(block->altmap_pages,
			   row->start_pfn - PHYS_PFN(block->start));
	if (may_have_moved(row, block))
		WRITE_ONCE(block->memmap,
			   mhps_memmap_find(block->start,
					    memory_block_size_bytes()));
}

/* Take the event into the block's record. */
static void record_event(struct mhps_row *row, struct mhps_block *block)
{
	count_pages(row, block);
	if (!row->result) {
		if (!mhps_block_advance(block, row->event))
			row->flags |= MHPS_ROW_UNPAIRED;
	} else if (row->event == MHPS_MEM_PREPARE_ONLINE) {
		/* What else is refused is counted when it is cancelled. */
		WRITE_ONCE(block->failed, block->failed + 1);
	}
}

static int memory_notifier(struct notifier_block *nb, unsigned long action,
			   void *data)
{
	struct mhps_block *block;
	struct mhps_row row;

	if (!mhps_row_of_notification(&row, action, data))
		return NOTIFY_DONE;
	mhps_ledger_begin(&row);
	block = mhps_block_find_or_note(row.block);
	row.result = handle_event(&row, block);
	if (block)
		record_event(&row, block);
	mhps_ledger_end(&row);
	return notifier_from_errno(row.result);
}

/*
 * The lowest priority, so that we are called last. When a subscriber vetoes
 * MEM_PREPARE_ONLINE, those called before it get no MEM_FINISH_OFFLINE: being
 * last, we assign only what nobody can veto any more. And on
 * MEM_FINISH_OFFLINE the storage goes when everybody else has let go of it.
 */
static struct notifier_block memory_nb = {
	.notifier_call = memory_notifier,
	.priority = INT_MIN,
};

/**
 * mhps_notifier_init() - subscribe to memory events
 *
 * Return: 0 or a negative errno.
 */
int mhps_notifier_init(void)
{
	return register_memory_notifier(&memory_nb);
}

/**
 * mhps_notifier_exit() - unsubscribe; waits for callbacks to end
 */
void mhps_notifier_exit(void)
{
	unregister_memory_notifier(&memory_nb);
}
