// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/pfn.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include <linux/xarray.h>

#include "hotplug/block.h"
#include "core/compat.h"
#include "storage/increment.h"
#include "hotplug/range.h"

static DEFINE_XARRAY(blocks);

const char * const mhps_block_state_names[] = {
	[MHPS_BLOCK_UNKNOWN] = "unknown",
	[MHPS_BLOCK_OFFLINE] = "offline",
	[MHPS_BLOCK_PREPARED] = "prepared",
	[MHPS_BLOCK_GOING_ONLINE] = "going-online",
	[MHPS_BLOCK_ONLINE] = "online",
	[MHPS_BLOCK_GOING_OFFLINE] = "going-offline",
	[MHPS_BLOCK_OFFLINED] = "offlined",
};

/*
 * Where an event leads, and from which states it may come. A subscriber before
 * us that vetoes GOING_* keeps that event from us, but not the CANCEL_* that
 * follows: so those may also come from the state before.
 */
#define FROM(state)	BIT(MHPS_BLOCK_##state)
#define UNPREPARED	(MHPS_EVENT_MODEL ? MHPS_BLOCK_PREPARED : MHPS_BLOCK_OFFLINE)

static const struct {
	u8 to;
	u8 from;
} block_transitions[MHPS_MEM_EVENT_NR] = {
	[MHPS_MEM_PREPARE_ONLINE] = { MHPS_BLOCK_PREPARED, FROM(OFFLINE) },
	[MHPS_MEM_GOING_ONLINE] = { MHPS_BLOCK_GOING_ONLINE, BIT(UNPREPARED) },
	[MHPS_MEM_ONLINE] = { MHPS_BLOCK_ONLINE, FROM(GOING_ONLINE) },
	[MHPS_MEM_CANCEL_ONLINE] = { UNPREPARED,
				     FROM(GOING_ONLINE) | BIT(UNPREPARED) },
	[MHPS_MEM_GOING_OFFLINE] = { MHPS_BLOCK_GOING_OFFLINE, FROM(ONLINE) },
	[MHPS_MEM_OFFLINE] = { MHPS_EVENT_MODEL ? MHPS_BLOCK_OFFLINED :
						  MHPS_BLOCK_OFFLINE,
			       FROM(GOING_OFFLINE) },
	[MHPS_MEM_CANCEL_OFFLINE] = { MHPS_BLOCK_ONLINE,
				      FROM(GOING_OFFLINE) | FROM(ONLINE) },
	[MHPS_MEM_FINISH_OFFLINE] = { MHPS_BLOCK_OFFLINE,
				      FROM(OFFLINED) | FROM(PREPARED) },
};

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
	bool fits = block->state == MHPS_BLOCK_UNKNOWN ||
		    (block_transitions[event].from & BIT(block->state));

	WRITE_ONCE(block->state, block_transitions[event].to);
	WRITE_ONCE(block->last_ns, local_clock());
	if (event == MHPS_MEM_ONLINE)
		block->onlined++;
	else if (event == MHPS_MEM_OFFLINE)
		block->offlined++;
	else if (event == MHPS_MEM_CANCEL_ONLINE ||
		 event == MHPS_MEM_CANCEL_OFFLINE)
		block->failed++;
	return fits;
}

/**
 * mhps_block_of_pfn() - number of the memory block of a page frame
 * @pfn: the page frame
 *
 * Return: N of memoryN.
 */
u32 mhps_block_of_pfn(unsigned long pfn)
{
	return PFN_PHYS(pfn) >> ilog2(memory_block_size_bytes());
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
	block->start = (u64)id << ilog2(memory_block_size_bytes());
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
 * mhps_block_state_name() - state of a block, or of its range where that says more
 * @block: under RCU
 *
 * Return: a word.
 */
const char *mhps_block_state_name(const struct mhps_block *block)
{
	enum mhps_block_state state = READ_ONCE(block->state);

	if (READ_ONCE(block->preparing))
		return "preparing";
	if (state == MHPS_BLOCK_OFFLINE && block->range &&
	    mhps_range_phase(block->range) != MHPS_RANGE_PRESENT)
		return mhps_range_phase_name(block->range);
	return mhps_block_state_names[state];
}

static void *blocks_seq_start(struct seq_file *m, loff_t *pos)
	__acquires(RCU)
{
	unsigned long id = *pos - 1;

	rcu_read_lock();
	if (!*pos)
		return SEQ_START_TOKEN;
	return xa_find(&blocks, &id, ULONG_MAX, XA_PRESENT);
}

/* *pos is the block's number + 1. */
static void *blocks_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	unsigned long id = *pos;
	void *block = xa_find(&blocks, &id, ULONG_MAX, XA_PRESENT);

	*pos = block ? id + 1 : *pos + 1;
	return block;
}

static void blocks_seq_stop(struct seq_file *m, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

static int blocks_seq_show(struct seq_file *m, void *v)
{
	const struct mhps_block *block = v;
	u64 size = memory_block_size_bytes();
	u64 last_ns, seconds;
	u32 first, last, ns_rest;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "block start size state owner flags nid altmap_start_pfn altmap_nr_pages memmap rn onlined offlined failed last\n");
		return 0;
	}
	/* No event tells that a block of the in-kernel driver is removed. */
	if (!block->range && !pfn_valid(PHYS_PFN(block->start)))
		return SEQ_SKIP;
	seq_printf(m, "%u 0x%llx %llu %s ", block->id, block->start, size,
		   mhps_block_state_name(block));
	if (block->range) {
		seq_puts(m, "mhp_standby ");
		mhps_range_show_flags(m, block->range);
		seq_printf(m, " %d ", block->nid);
	} else {
		seq_puts(m, "kernel - - ");
	}
	if (block->altmap_pages)
		seq_printf(m, "%llu ", (u64)PHYS_PFN(block->start));
	else
		seq_puts(m, "- ");
	seq_printf(m, "%lu %s ", block->altmap_pages,
		   mhps_memmap_names[READ_ONCE(block->memmap)]);
	first = mhps_increment_first(block->start);
	last = mhps_increment_last(block->start, size);
	if (first == last)
		seq_printf(m, "%u", first);
	else
		seq_printf(m, "%u-%u", first, last);
	seq_printf(m, " %lu %lu %lu ", block->onlined, block->offlined,
		   block->failed);
	last_ns = READ_ONCE(block->last_ns);
	seconds = div_u64_rem(last_ns, NSEC_PER_SEC, &ns_rest);
	if (last_ns)
		seq_printf(m, "%llu.%06u\n", seconds,
			   ns_rest / (u32)NSEC_PER_USEC);
	else
		seq_puts(m, "-\n");
	return 0;
}

const struct seq_operations mhps_blocks_sops = {
	.start = blocks_seq_start,
	.next = blocks_seq_next,
	.stop = blocks_seq_stop,
	.show = blocks_seq_show,
};
