// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/numa.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "core/geometry.h"
#include "core/model.h"
#include "hotplug/block.h"

static DEFINE_XARRAY(blocks);

#define FROM(state)	BIT(MHPS_BLOCK_##state)

/*
 * Where an event leads, and from which states it may come. A subscriber before
 * us that vetoes GOING_* keeps that event from us, but not the CANCEL_* that
 * follows: so those may also come from the state before.
 */
static const struct mhps_block_transition event_transitions[MHPS_MEM_EVENT_NR] = {
	[MHPS_MEM_PREPARE_ONLINE] = { MHPS_BLOCK_PREPARED, FROM(OFFLINE) },
	[MHPS_MEM_GOING_ONLINE] = { MHPS_BLOCK_GOING_ONLINE, FROM(PREPARED) },
	[MHPS_MEM_ONLINE] = { MHPS_BLOCK_ONLINE, FROM(GOING_ONLINE) },
	[MHPS_MEM_CANCEL_ONLINE] = { MHPS_BLOCK_PREPARED,
				     FROM(GOING_ONLINE) | FROM(PREPARED) },
	[MHPS_MEM_GOING_OFFLINE] = { MHPS_BLOCK_GOING_OFFLINE, FROM(ONLINE) },
	[MHPS_MEM_OFFLINE] = { MHPS_BLOCK_OFFLINED, FROM(GOING_OFFLINE) },
	[MHPS_MEM_CANCEL_OFFLINE] = { MHPS_BLOCK_ONLINE,
				      FROM(GOING_OFFLINE) | FROM(ONLINE) },
	[MHPS_MEM_FINISH_OFFLINE] = { MHPS_BLOCK_OFFLINE,
				      FROM(OFFLINED) | FROM(PREPARED) },
};

static const struct mhps_block_transition configure_transitions[MHPS_MEM_EVENT_NR] = {
	[MHPS_MEM_GOING_ONLINE] = { MHPS_BLOCK_GOING_ONLINE, FROM(OFFLINE) },
	[MHPS_MEM_ONLINE] = { MHPS_BLOCK_ONLINE, FROM(GOING_ONLINE) },
	[MHPS_MEM_CANCEL_ONLINE] = { MHPS_BLOCK_OFFLINE,
				     FROM(GOING_ONLINE) | FROM(OFFLINE) },
	[MHPS_MEM_GOING_OFFLINE] = { MHPS_BLOCK_GOING_OFFLINE, FROM(ONLINE) },
	[MHPS_MEM_OFFLINE] = { MHPS_BLOCK_OFFLINE, FROM(GOING_OFFLINE) },
	[MHPS_MEM_CANCEL_OFFLINE] = { MHPS_BLOCK_ONLINE,
				      FROM(GOING_OFFLINE) | FROM(ONLINE) },
};

/**
 * mhps_block_transition() - what an event does to a block's state
 * @model: of the kernel
 * @event: a MEM_* event
 *
 * Return: the transition, constant.
 */
const struct mhps_block_transition *
mhps_block_transition(const struct mhps_model *model, enum mhps_event event)
{
	return model->has_prepare ? &event_transitions[event] :
				    &configure_transitions[event];
}

static void count(unsigned long *counter)
{
	WRITE_ONCE(*counter, *counter + 1);
}

/**
 * mhps_block_advance() - take an event into a block's state
 * @block: the block
 * @event: a MEM_* event that was not refused
 *
 * Called from the memory notifier chain.
 *
 * Return: true if the event fits the one before it. A block that was there
 * before us fits any event first.
 */
bool mhps_block_advance(struct mhps_block *block, enum mhps_event event)
{
	const struct mhps_block_transition *transition =
		mhps_block_transition(&mhps_model, event);
	bool fits = block->state == MHPS_BLOCK_UNKNOWN ||
		    (transition->from & BIT(block->state));

	WRITE_ONCE(block->state, transition->to);
	WRITE_ONCE(block->last_ns, local_clock());
	if (event == MHPS_MEM_ONLINE)
		count(&block->onlined);
	else if (event == MHPS_MEM_OFFLINE)
		count(&block->offlined);
	else if (event == MHPS_MEM_CANCEL_ONLINE ||
		 event == MHPS_MEM_CANCEL_OFFLINE)
		count(&block->failed);
	return fits;
}

/**
 * mhps_block_find() - look a block up
 * @id: its number
 *
 * Under RCU, or where the block cannot go away.
 *
 * Return: the block, NULL if it is not in the table.
 */
struct mhps_block *mhps_block_find(u32 id)
{
	return xa_load(&blocks, id);
}

/**
 * mhps_block_walk() - walk the table, in the order of numbers
 * @walk: where the walk is
 * @id: number to look from
 *
 * Under RCU, from here to the end of the walk.
 *
 * Return: the first block; NULL if there is none from @id on.
 */
struct mhps_block *mhps_block_walk(struct xa_state *walk, u32 id)
{
	struct mhps_block *block;

	*walk = (struct xa_state)__XA_STATE(&blocks, id, 0, 0);
	do {
		block = xas_find(walk, U32_MAX);
	} while (xas_retry(walk, block));
	return block;
}

/**
 * mhps_block_walk_on() - the walk's next step
 * @walk: from mhps_block_walk()
 *
 * Return: the next block; NULL if that was the last one.
 */
struct mhps_block *mhps_block_walk_on(struct xa_state *walk)
{
	struct mhps_block *block;

	do {
		block = xas_next_entry(walk, U32_MAX);
	} while (xas_retry(walk, block));
	return block;
}

/**
 * mhps_block_new() - allocate a block
 * @id: its number
 *
 * Return: an offline block of no range, not yet in the table; NULL if there is
 * no memory.
 */
struct mhps_block *mhps_block_new(u32 id)
{
	struct mhps_block *block = kzalloc(sizeof(*block), GFP_KERNEL);

	if (!block)
		return NULL;
	block->id = id;
	block->start = mhps_block_address(id);
	block->state = MHPS_BLOCK_OFFLINE;
	block->nid = NUMA_NO_NODE;
	return block;
}

/**
 * mhps_block_find_or_note() - look a block up that an event is about
 * @id: its number
 *
 * Called from the memory notifier chain.
 *
 * Return: the block; NULL if it is new to the table and there is no memory to
 * note it, which is no reason to fail the event.
 */
struct mhps_block *mhps_block_find_or_note(u32 id)
{
	struct mhps_block *block = mhps_block_find(id);

	if (block)
		return block;
	block = mhps_block_new(id);
	if (!block)
		return NULL;
	block->state = MHPS_BLOCK_UNKNOWN;
	if (mhps_block_insert(block)) {
		kfree(block);
		return NULL;
	}
	return block;
}

/**
 * mhps_block_insert() - put a block into the table
 * @block: from mhps_block_new()
 *
 * A note about a block of the same number that is not ours is replaced: its
 * memory has gone if ours can come. May sleep.
 *
 * Return: 0, -ENOMEM.
 */
int mhps_block_insert(struct mhps_block *block)
{
	struct mhps_block *old;

	old = xa_store(&blocks, block->id, block, GFP_KERNEL);
	if (xa_is_err(old))
		return xa_err(old);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

/**
 * mhps_block_delete() - take a block out of the table and free it
 * @block: whose memory is gone
 */
void mhps_block_delete(struct mhps_block *block)
{
	xa_erase(&blocks, block->id);
	kfree_rcu(block, rcu);
}

/**
 * mhps_blocks_exit() - free the notes about blocks of others
 */
void mhps_blocks_exit(void)
{
	struct mhps_block *block;
	unsigned long id;

	xa_for_each(&blocks, id, block)
		mhps_block_delete(block);
	xa_destroy(&blocks);
}

/**
 * mhps_block_state_name() - state of a block
 * @state: its state
 *
 * Return: a word.
 */
const char *mhps_block_state_name(enum mhps_block_state state)
{
	static const char * const names[] = {
		[MHPS_BLOCK_UNKNOWN] = "unknown",
		[MHPS_BLOCK_OFFLINE] = "offline",
		[MHPS_BLOCK_PREPARED] = "prepared",
		[MHPS_BLOCK_GOING_ONLINE] = "going-online",
		[MHPS_BLOCK_ONLINE] = "online",
		[MHPS_BLOCK_GOING_OFFLINE] = "going-offline",
		[MHPS_BLOCK_OFFLINED] = "offlined",
	};

	return names[state];
}
