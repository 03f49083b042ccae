// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/interval_tree_generic.h>
#include <linux/ioport.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pfn.h>
#include <linux/slab.h>

#include "core/last_error.h"
#include "hotplug/block.h"
#include "hotplug/range_table.h"

/*
 * An interval tree: it finds what overlaps, its nodes lie in the ranges, so that
 * nothing that unwinds needs memory, and it lets a range of ours lie over the
 * detached blocks whose place it takes.
 */
static u64 range_start(const struct mhps_range *range)
{
	return range->start;
}

static u64 range_last(const struct mhps_range *range)
{
	return range->start + range->size - 1;
}

INTERVAL_TREE_DEFINE(struct mhps_range, rb, u64, subtree_last, range_start,
		     range_last, static, tree);

static DEFINE_MUTEX(range_mutex);
static struct rb_root_cached ranges = RB_ROOT_CACHED;	/* under range_mutex */

/* The first range of @origin in @start to @last, from @range on. */
static struct mhps_range *of_origin(struct mhps_range *range,
				    enum mhps_range_origin origin, u64 start,
				    u64 last)
{
	while (range && range->origin != origin)
		range = tree_iter_next(range, start, last);
	return range;
}

static struct mhps_range *find_overlap(enum mhps_range_origin origin, u64 start,
				       u64 last)
{
	lockdep_assert_held(&range_mutex);
	return of_origin(tree_iter_first(&ranges, start, last), origin, start,
			 last);
}

/**
 * mhps_range_phase_name() - phase of a range
 * @phase: the phase
 *
 * Return: a word.
 */
const char *mhps_range_phase_name(enum mhps_range_phase phase)
{
	static const char * const names[] = {
		[MHPS_RANGE_ADDING] = "adding",
		[MHPS_RANGE_PRESENT] = "present",
		[MHPS_RANGE_REMOVING] = "removing",
		[MHPS_RANGE_DETACHED] = "detached",
	};

	return names[phase];
}

/**
 * mhps_range_row() - a row that says what becomes of a range
 * @event: MHPS_ADD or MHPS_REMOVE
 * @range: the range, ours or a detached block
 *
 * Return: the row, not yet in the ledger.
 */
struct mhps_row mhps_range_row(enum mhps_event event,
			       const struct mhps_range *range)
{
	return (struct mhps_row){
		.event = event,
		.block = range->nr_blocks ? range->first_block :
					    MHPS_ROW_NO_BLOCK,
		.has_range = true,
		.start_pfn = PHYS_PFN(range->start),
		.nr_pages = PHYS_PFN(range->size),
		.element = MHPS_ROW_NO_ELEMENT,
	};
}

/* Take the first @nr blocks of a range out of the block table. */
static void delete_blocks(struct mhps_range *range, u32 nr)
{
	u32 i;

	lockdep_assert_held(&range_mutex);
	for (i = 0; i < nr; i++)
		mhps_block_delete(mhps_block_find(range->first_block + i));
}

static int insert_blocks(struct mhps_range *range)
{
	struct mhps_block *block;
	u32 i;

	lockdep_assert_held(&range_mutex);
	for (i = 0; i < range->nr_blocks; i++) {
		block = mhps_block_new(range->first_block + i);
		if (!block)
			goto err_delete;
		block->range = range;
		block->nid = range->nid;
		if (mhps_block_insert(block)) {
			kfree(block);
			goto err_delete;
		}
	}
	return 0;

err_delete:
	delete_blocks(range, i);
	return mhps_refuse(-ENOMEM, "add: no memory for block %u",
			   range->first_block + i);
}

/* Who has what a range would take, if anybody. */
static struct mhps_range *find_owner(u64 start, u64 last)
{
	struct mhps_range *range = find_overlap(MHPS_RANGE_OURS, start, last);

	if (range)
		return range;
	range = find_overlap(MHPS_RANGE_KERNELS, start, last);
	while (range && range->phase == MHPS_RANGE_DETACHED)
		range = of_origin(tree_iter_next(range, start, last),
				  MHPS_RANGE_KERNELS, start, last);
	return range;
}

/**
 * mhps_range_publish() - make a range and its blocks known
 * @range: in phase adding
 *
 * From here on its events find it and nobody adds it twice. Takes the range
 * mutex; may sleep.
 *
 * Return: 0 or a negative errno with its reason in last_error; readers may have
 * seen the range through a block of it even then.
 */
int mhps_range_publish(struct mhps_range *range)
{
	u64 last = range_last(range);
	struct mhps_range *other;
	int err;

	guard(mutex)(&range_mutex);
	other = find_owner(range->start, last);
	if (other && other->phase == MHPS_RANGE_REMOVING)
		return mhps_refuse(-EBUSY, "add: 0x%llx-0x%llx is being removed",
				   other->start, range_last(other));
	if (other)
		return mhps_refuse(-EEXIST, "add: 0x%llx-0x%llx is there already",
				   other->start, range_last(other));
	if (region_intersects(range->start, range->size, 0, IORES_DESC_NONE) !=
	    REGION_DISJOINT)
		return mhps_refuse(-EEXIST, "add: /proc/iomem has something in 0x%llx-0x%llx",
				   range->start, last);
	err = insert_blocks(range);
	if (err)
		return err;
	tree_insert(range, &ranges);
	__module_get(THIS_MODULE);
	return 0;
}

/**
 * mhps_range_unpublish() - undo mhps_range_publish(), and free the range
 * @range: whose memory is gone
 *
 * Takes the range mutex.
 */
void mhps_range_unpublish(struct mhps_range *range)
{
	guard(mutex)(&range_mutex);
	delete_blocks(range, range->nr_blocks);
	tree_remove(range, &ranges);
	kfree_rcu(range, rcu);
	module_put(THIS_MODULE);
}

/**
 * mhps_range_set_phase() - the next phase of a range's life begins
 * @range: the range; once it is present any remove may free it
 * @phase: the phase
 */
void mhps_range_set_phase(struct mhps_range *range, enum mhps_range_phase phase)
{
	guard(mutex)(&range_mutex);
	WRITE_ONCE(range->phase, phase);
}

static int check_offline(const struct mhps_range *range)
{
	enum mhps_block_state state;
	u32 i;

	lockdep_assert_held(&range_mutex);
	for (i = 0; i < range->nr_blocks; i++) {
		state = READ_ONCE(mhps_block_find(range->first_block + i)->state);
		if (state != MHPS_BLOCK_OFFLINE && state != MHPS_BLOCK_PREPARED)
			return mhps_refuse(-EBUSY, "remove: memory%u is %s; offline it first",
					   range->first_block + i,
					   mhps_block_state_name(state));
	}
	return 0;
}

/**
 * mhps_range_claim() - find a range to remove, for one remover only
 * @start: physical address in bytes
 * @size: in bytes; exactly as added
 * @claimed: set to the range, in phase removing; NULL if none of ours is there
 *
 * Takes the range mutex.
 *
 * Return: 0 or a negative errno with its reason in last_error.
 */
int mhps_range_claim(u64 start, u64 size, struct mhps_range **claimed)
{
	struct mhps_range *range;
	int err;

	*claimed = NULL;
	guard(mutex)(&range_mutex);
	range = find_overlap(MHPS_RANGE_OURS, start, start + size - 1);
	if (!range)
		return 0;
	if (range->start != start || range->size != size)
		return mhps_refuse(-EINVAL,
				   "remove: a range goes as it was added: start=0x%llx size=0x%llx",
				   range->start, range->size);
	if (range->phase != MHPS_RANGE_PRESENT)
		return mhps_refuse(-EBUSY, "remove: 0x%llx-0x%llx is %s now",
				   start, start + size - 1,
				   mhps_range_phase_name(range->phase));
	err = check_offline(range);
	if (err)
		return err;
	WRITE_ONCE(range->phase, MHPS_RANGE_REMOVING);
	*claimed = range;
	return 0;
}

/* A block of the kernel's that nobody works on and that is not detached. */
static int check_detach(const struct mhps_range *block)
{
	struct mhps_range *other;

	other = find_owner(block->start, range_last(block));
	if (other)
		return mhps_refuse(-EBUSY, "remove: 0x%llx-0x%llx is %s now",
				   other->start, range_last(other),
				   mhps_range_phase_name(other->phase));
	if (find_overlap(MHPS_RANGE_KERNELS, block->start, range_last(block)))
		return mhps_refuse(-ENOENT, "remove: memory%u is removed already",
				   block->first_block);
	return 0;
}

/**
 * mhps_ranges_claim_detach() - claim blocks of the in-kernel driver, all or none
 * @blocks: a list of them, of origin kernel and in phase removing; still that list
 *	    when they are in the table
 *
 * Takes the range mutex.
 *
 * Return: 0 or a negative errno with its reason in last_error.
 */
int mhps_ranges_claim_detach(struct list_head *blocks)
{
	struct mhps_range *block;
	int err;

	guard(mutex)(&range_mutex);
	list_for_each_entry(block, blocks, node) {
		err = check_detach(block);
		if (err)
			return err;
	}
	list_for_each_entry(block, blocks, node)
		tree_insert(block, &ranges);
	return 0;
}

/**
 * mhps_range_forget_detached() - take a block of the kernel's out of the table
 * @block: from mhps_ranges_claim_detach(); freed
 *
 * Takes the range mutex.
 */
void mhps_range_forget_detached(struct mhps_range *block)
{
	guard(mutex)(&range_mutex);
	tree_remove(block, &ranges);
	kfree(block);
}

/**
 * mhps_range_first_detached() - a block that is to be given back
 *
 * At unload, when nobody adds or removes any more.
 *
 * Return: the lowest one, NULL if there is none.
 */
struct mhps_range *mhps_range_first_detached(void)
{
	guard(mutex)(&range_mutex);
	return find_overlap(MHPS_RANGE_KERNELS, 0, U64_MAX);
}

/**
 * mhps_range_next() - copy a range
 * @from: physical address in bytes
 * @copy: set to the first range that begins there or above. A detached block is
 *	  left out while a range of ours takes its place.
 *
 * Takes the range mutex.
 *
 * Return: false if there is none.
 */
bool mhps_range_next(u64 from, struct mhps_range *copy)
{
	struct mhps_range *range;

	guard(mutex)(&range_mutex);
	for (range = tree_iter_first(&ranges, from, U64_MAX); range;
	     range = tree_iter_next(range, from, U64_MAX)) {
		if (range->start < from)
			continue;
		if (range->origin == MHPS_RANGE_KERNELS &&
		    find_overlap(MHPS_RANGE_OURS, range->start, range_last(range)))
			continue;
		/* Memmap and altmap are found while it is added, and not yet shown. */
		*copy = data_race(*range);
		return true;
	}
	return false;
}
