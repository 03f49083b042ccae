// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "hotplug/block.h"
#include "core/compat.h"
#include "firmware/firmware.h"
#include "storage/increment.h"
#include "core/ledger.h"
#include "hotplug/range.h"
#include "hotplug/range_device.h"
#include "hotplug/range_memory.h"
#include "core/last_error.h"
#include "hotplug/detached.h"

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

static struct mhps_range *range_new(const struct mhps_range_request *request,
				    bool holds)
{
	struct mhps_range *range = kzalloc(sizeof(*range), GFP_KERNEL);

	if (!range)
		return NULL;
	range->start = request->start;
	range->size = request->size;
	range->type = request->type;
	range->first_block = mhps_block_of_pfn(PHYS_PFN(range->start));
	if (range->type == MHPS_RANGE_MEMORY)
		range->nr_blocks = div_u64(range->size, memory_block_size_bytes());
	range->nid = request->nid;
	range->flags = request->flags;
	range->group = request->group;
	range->phase = MHPS_RANGE_ADDING;
	range->holds = holds;
	return range;
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
	err = mhps_range_blocks_insert(range);
	if (err)
		return err;
	list_add_tail(&range->node, &ranges);
	__module_get(THIS_MODULE);
	return 0;
}

static void unpublish(struct mhps_range *range)
{
	guard(mutex)(&range_mutex);
	mhps_range_blocks_delete(range);
	list_del(&range->node);
	kfree_rcu(range, rcu);
	module_put(THIS_MODULE);
}

static void set_phase(struct mhps_range *range, enum mhps_range_phase phase)
{
	guard(mutex)(&range_mutex);
	WRITE_ONCE(range->phase, phase);
}

static void observe_blocks(struct mhps_range *range, bool added)
{
	u32 i;

	if (!range_observer)
		return;
	for (i = 0; i < range->nr_blocks; i++) {
		if (added)
			range_observer->added(range->first_block + i);
		else
			range_observer->removed(range->first_block + i);
	}
}

static struct mhps_row range_row(enum mhps_event event,
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

/* rmmod is refused before any code of ours runs: say now what pins us. */
static void say_added(const struct mhps_range *range)
{
	u64 end = range->start + range->size - 1;

	if (range->nr_blocks)
		pr_info("0x%llx-0x%llx (memory%u-memory%u) added; the module stays until it is removed\n",
			range->start, end, range->first_block,
			range->first_block + range->nr_blocks - 1);
	else
		pr_info("0x%llx-0x%llx (device) added; the module stays until it is removed\n",
			range->start, end);
}

/**
 * mhps_range_add() - add standby storage to the kernel
 * @request: what and how; its nid is filled in
 *
 * On the event model storage stays in standby until a block goes online. On
 * the configure model, where the memmap is accessed before that, and for a
 * device range, it is assigned first and unassigned after removing. May sleep;
 * no lock held.
 *
 * Return: 0 or a negative errno with its reason in last_error; then nothing
 * has changed.
 */
int mhps_range_add(struct mhps_range_request *request)
{
	struct mhps_range *range;
	struct mhps_row row;
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
		/* Readers may have seen it through a block of it. */
		kfree_rcu(range, rcu);
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
	if (range->type == MHPS_RANGE_DEVICE)
		err = mhps_device_map(range);
	else
		err = mhps_memory_add(range);
	if (err)
		goto err_put;
	observe_blocks(range, true);
	set_phase(range, MHPS_RANGE_PRESENT);
	mhps_ledger_end(&row);
	say_added(range);
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
	u32 i;

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
	for (i = 0; i < range->nr_blocks; i++) {
		block = mhps_block_find(range->first_block + i);
		if (READ_ONCE(block->state) != MHPS_BLOCK_OFFLINE &&
		    READ_ONCE(block->state) != MHPS_BLOCK_PREPARED)
			return ERR_PTR(mhps_fail(-EBUSY, "remove: memory%u is %s; offline it first",
						 block->id, mhps_block_state_name(block)));
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
	if (range->type == MHPS_RANGE_DEVICE)
		mhps_device_unmap(range);
	else
		err = mhps_memory_remove(range);
	if (err) {
		row.result = err;
		mhps_ledger_end(&row);
		set_phase(range, MHPS_RANGE_PRESENT);
		return err;
	}
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
	if (v == &ranges)
		mhps_range_show_header(m);
	else
		mhps_range_show(m, list_entry(v, struct mhps_range, node));
	return 0;
}

const struct seq_operations mhps_ranges_sops = {
	.start = ranges_seq_start,
	.next = ranges_seq_next,
	.stop = ranges_seq_stop,
	.show = ranges_seq_show,
};
