// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "block.h"
#include "compat.h"
#include "firmware.h"
#include "increment.h"
#include "ledger.h"
#include "memmap.h"
#include "range.h"
#include "report.h"
#include "taken.h"
#include "transition.h"

/* The format is checked by add_memory_driver_managed(). */
#define MHPS_RESOURCE_NAME	"System RAM (mhp_standby)"

static DEFINE_MUTEX(range_mutex);
static LIST_HEAD(ranges);
static const struct mhps_range_observer *range_observer;

/**
 * mhps_range_observe() - choose whom to tell of blocks
 * @observer: them, NULL for nobody
 *
 * At load and unload only, when no command can come.
 */
void mhps_range_observe(const struct mhps_range_observer *observer)
{
	range_observer = observer;
}

/**
 * mhps_range_phase_name() - phase of a range
 * @range: under RCU or the range mutex
 *
 * Return: a word.
 */
const char *mhps_range_phase_name(const struct mhps_range *range)
{
	switch (mhps_range_phase(range)) {
	case MHPS_RANGE_ADDING:
		return "adding";
	case MHPS_RANGE_REMOVING:
		return "removing";
	default:
		return "present";
	}
}

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

static struct mhps_range *range_new(const struct mhps_range_request *request,
				    bool holds)
{
	struct mhps_range *range = kzalloc(sizeof(*range), GFP_KERNEL);

	if (!range)
		return NULL;
	range->start = request->start;
	range->size = request->size;
	range->nid = request->nid;
	range->flags = request->flags;
	range->phase = MHPS_RANGE_ADDING;
	range->holds = holds;
	return range;
}

static u32 first_block(const struct mhps_range *range)
{
	return mhps_block_of_pfn(PHYS_PFN(range->start));
}

static u32 last_block(const struct mhps_range *range)
{
	return mhps_block_of_pfn(PHYS_PFN(range->start + range->size - 1));
}

/* Take the blocks of a range below @end out of the table. */
static void delete_blocks(struct mhps_range *range, u32 end)
{
	u32 id;

	for (id = first_block(range); id < end; id++)
		mhps_block_delete(mhps_block_find(id));
}

static int insert_blocks(struct mhps_range *range)
{
	struct mhps_block *block;
	u32 id;

	for (id = first_block(range); id <= last_block(range); id++) {
		block = mhps_block_new(id);
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
	delete_blocks(range, id);
	return mhps_fail(-ENOMEM, "add: no memory for block %u", id);
}

static struct mhps_range *find_overlap(u64 start, u64 size)
{
	struct mhps_range *range;

	lockdep_assert_held(&range_mutex);
	list_for_each_entry(range, &ranges, node) {
		if (start < range->start + range->size &&
		    range->start < start + size)
			return range;
	}
	return NULL;
}

/* Make the range known, so that its events find it and nobody adds it twice. */
static int publish(struct mhps_range *range)
{
	struct mhps_range *other;
	int err;

	guard(mutex)(&range_mutex);
	other = find_overlap(range->start, range->size);
	if (other && other->phase == MHPS_RANGE_REMOVING)
		return mhps_fail(-EBUSY, "add: 0x%llx-0x%llx is being removed",
				 other->start, other->start + other->size - 1);
	if (other)
		return mhps_fail(-EEXIST, "add: 0x%llx-0x%llx is there already",
				 other->start, other->start + other->size - 1);
	if (region_intersects(range->start, range->size, 0, IORES_DESC_NONE) !=
	    REGION_DISJOINT)
		return mhps_fail(-EEXIST, "add: /proc/iomem has something in 0x%llx-0x%llx",
				 range->start, range->start + range->size - 1);
	err = insert_blocks(range);
	if (err)
		return err;
	list_add_tail(&range->node, &ranges);
	__module_get(THIS_MODULE);
	return 0;
}

static void unpublish(struct mhps_range *range)
{
	guard(mutex)(&range_mutex);
	delete_blocks(range, last_block(range) + 1);
	list_del(&range->node);
	kfree_rcu(range, rcu);
	module_put(THIS_MODULE);
}

static void set_phase(struct mhps_range *range, enum mhps_range_phase phase)
{
	guard(mutex)(&range_mutex);
	WRITE_ONCE(range->phase, phase);
}

/*
 * Look where the struct pages are before the range can be removed. Where the
 * first event is still to come, this tells the size of the altmap.
 */
static void look_at_memmap(struct mhps_range *range)
{
	u64 size = memory_block_size_bytes();
	struct mhps_block *block;
	bool elsewhere = false;
	u32 id;

	for (id = first_block(range); id <= last_block(range); id++) {
		block = mhps_block_find(id);
		WRITE_ONCE(block->memmap, mhps_memmap_find(block->start, size));
		if (block->memmap == MHPS_MEMMAP_BLOCK && !block->altmap_pages)
			WRITE_ONCE(block->altmap_pages, mhps_memmap_pages(size));
		elsewhere |= block->memmap == MHPS_MEMMAP_SYSTEM;
	}
	if (elsewhere && (range->flags & MHPS_MEMMAP_ON_MEMORY))
		pr_notice("0x%llx-0x%llx: memmap_on_memory is a hint, and this kernel did not take it; see features\n",
			  range->start, range->start + range->size - 1);
}

static void observe_blocks(struct mhps_range *range, bool added)
{
	u32 id;

	if (!range_observer)
		return;
	for (id = first_block(range); id <= last_block(range); id++) {
		if (added)
			range_observer->added(id);
		else
			range_observer->removed(id);
	}
}

static struct mhps_row range_row(enum mhps_event event,
				 const struct mhps_range *range)
{
	return (struct mhps_row){
		.event = event,
		.block = first_block(range),
		.has_range = true,
		.start_pfn = PHYS_PFN(range->start),
		.nr_pages = PHYS_PFN(range->size),
		.element = MHPS_ROW_NO_ELEMENT,
	};
}

/**
 * mhps_range_add() - add standby storage to the kernel
 * @request: what and how; its nid is filled in
 *
 * On the event model storage stays in standby until a block goes online. On
 * the configure model, and where the memmap is accessed before that, it is
 * assigned first and unassigned after removing. May sleep; no lock held.
 *
 * Return: 0 or a negative errno with its reason in last_error; then nothing
 * has changed.
 */
int mhps_range_add(struct mhps_range_request *request)
{
	struct mhps_range *range;
	struct mhps_row row;
	mhp_t flags;
	bool holds;
	int err;

	err = mhps_range_check(request, &holds);
	if (err)
		return err;
	range = range_new(request, holds);
	if (!range)
		return mhps_fail(-ENOMEM, "add: no memory for the range");
	err = publish(range);
	if (err) {
		kfree(range);
		return err;
	}
	row = range_row(MHPS_ADD, range);
	mhps_ledger_begin(&row);
	if (range->holds) {
		err = mhps_increments_get(range->start, range->size);
		if (err) {
			mhps_fail(err, "add: the increments could not be assigned; see events");
			goto err_unpublish;
		}
	}
	flags = mhp_flags_of(range->flags);
	if (range->flags & MHPS_DRIVER_MANAGED)
		err = add_memory_driver_managed(range->nid, range->start,
						range->size,
						MHPS_RESOURCE_NAME, flags);
	else
		err = add_memory(range->nid, range->start, range->size, flags);
	if (err) {
		mhps_fail(err, "add: the kernel refused 0x%llx-0x%llx; see dmesg",
			  range->start, range->start + range->size - 1);
		goto err_put;
	}
	look_at_memmap(range);
	observe_blocks(range, true);
	set_phase(range, MHPS_RANGE_PRESENT);
	mhps_ledger_end(&row);
	/* rmmod is refused before any code of ours runs: say now what pins us. */
	pr_info("0x%llx-0x%llx (memory%u-memory%u) added; the module stays until it is removed\n",
		range->start, range->start + range->size - 1,
		first_block(range), last_block(range));
	return 0;

err_put:
	if (range->holds)
		mhps_increments_put(range->start, range->size);
err_unpublish:
	row.result = err;
	mhps_ledger_end(&row);
	unpublish(range);
	return err;
}

/* Find the range to remove and claim it, so that only one command removes it. */
static struct mhps_range *claim(u64 start, u64 size)
{
	struct mhps_range *range;
	struct mhps_block *block;
	u32 id;

	guard(mutex)(&range_mutex);
	range = find_overlap(start, size);
	if (!range)
		return ERR_PTR(mhps_fail(-ENOENT, "remove: nothing was added here; see ranges"));
	if (range->start != start || range->size != size)
		return ERR_PTR(mhps_fail(-EINVAL,
					 "remove: a range goes as it was added: start=0x%llx size=0x%llx",
					 range->start, range->size));
	if (range->phase != MHPS_RANGE_PRESENT)
		return ERR_PTR(mhps_fail(-EBUSY, "remove: 0x%llx-0x%llx is %s now",
					 start, start + size - 1,
					 mhps_range_phase_name(range)));
	for (id = first_block(range); id <= last_block(range); id++) {
		block = mhps_block_find(id);
		if (READ_ONCE(block->state) != MHPS_BLOCK_OFFLINE &&
		    READ_ONCE(block->state) != MHPS_BLOCK_PREPARED)
			return ERR_PTR(mhps_fail(-EBUSY, "remove: memory%u is %s; offline it first",
						 id, mhps_block_state_name(block)));
	}
	WRITE_ONCE(range->phase, MHPS_RANGE_REMOVING);
	return range;
}

static bool is_ours(u64 start, u64 size)
{
	guard(mutex)(&range_mutex);
	return find_overlap(start, size);
}

/**
 * mhps_range_remove() - remove what mhps_range_add() added
 * @start: physical address in bytes
 * @size: in bytes; exactly as added
 *
 * All blocks must be offline. Where the in-kernel driver is active, blocks it
 * added can be removed too. May sleep; no lock held.
 *
 * Return: 0 or a negative errno with its reason in last_error; then nothing
 * has changed.
 */
int mhps_range_remove(u64 start, u64 size)
{
	struct mhps_range *range;
	struct mhps_row row;
	u32 id;
	int err;

	err = mhps_range_check_geometry("remove", start, size);
	if (err)
		return err;
	if (!mhps_firmware.drives && !is_ours(start, size)) {
		if (MHPS_EVENT_MODEL)
			return mhps_taken_remove(start, size);
		return mhps_fail(-EOPNOTSUPP,
				 "remove: the in-kernel SCLP driver configures memory here; see /sys/firmware/memory");
	}
	range = claim(start, size);
	if (IS_ERR(range))
		return PTR_ERR(range);
	row = range_row(MHPS_REMOVE, range);
	mhps_ledger_begin(&row);
	/* A block may have gone online since: the kernel says so by -EBUSY. */
	err = remove_memory(start, size);
	row.result = err;
	if (err) {
		mhps_ledger_end(&row);
		set_phase(range, MHPS_RANGE_PRESENT);
		return mhps_fail(err,
				 "remove: the kernel refused 0x%llx-0x%llx; is a block online?",
				 start, start + size - 1);
	}
	for (id = first_block(range); id <= last_block(range); id++)
		mhps_transition_removed(mhps_block_find(id));
	if (range->holds)
		mhps_increments_put(start, size);
	observe_blocks(range, false);
	mhps_ledger_end(&row);
	unpublish(range);
	return 0;
}

/**
 * mhps_range_look() - look at memory, or where none is, while it stays so
 * @start: physical address in bytes
 * @size: in bytes
 * @look: called under the range mutex
 * @arg: for it
 *
 * Where this module is the one that adds and removes. May sleep.
 *
 * Return: false, and @look is not called, if memory is being added or removed
 * there.
 */
bool mhps_range_look(u64 start, u64 size, void (*look)(void *arg), void *arg)
{
	struct mhps_range *range;

	guard(mutex)(&range_mutex);
	range = find_overlap(start, size);
	if (range && range->phase != MHPS_RANGE_PRESENT)
		return false;
	look(arg);
	return true;
}

static void *ranges_seq_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&range_mutex);
	return seq_list_start_head(&ranges, *pos);
}

static void *ranges_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &ranges, pos);
}

static void ranges_seq_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&range_mutex);
}

static int ranges_seq_show(struct seq_file *m, void *v)
{
	const struct mhps_range *range;

	if (v == &ranges) {
		seq_puts(m, "start size state flags nid blocks\n");
		return 0;
	}
	range = list_entry(v, struct mhps_range, node);
	seq_printf(m, "0x%llx %llu %s ", range->start, range->size,
		   mhps_range_phase_name(range));
	mhps_range_show_flags(m, range);
	seq_printf(m, " %d %u-%u\n", range->nid, first_block(range),
		   last_block(range));
	return 0;
}

const struct seq_operations mhps_ranges_sops = {
	.start = ranges_seq_start,
	.next = ranges_seq_next,
	.stop = ranges_seq_stop,
	.show = ranges_seq_show,
};
