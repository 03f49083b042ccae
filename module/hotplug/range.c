// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "core/geometry.h"
#include "core/last_error.h"
#include "core/ledger.h"
#include "core/model.h"
#include "firmware/firmware.h"
#include "hotplug/detached.h"
#include "hotplug/range.h"
#include "hotplug/range_check.h"
#include "hotplug/range_device.h"
#include "hotplug/range_memory.h"
#include "hotplug/range_table.h"
#include "storage/increment.h"

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

static void observe_blocks(const struct mhps_range *range, bool added)
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

static struct mhps_range *range_new(const struct mhps_range_request *request,
				    bool storage_held)
{
	struct mhps_range *range = kzalloc(sizeof(*range), GFP_KERNEL);

	if (!range)
		return NULL;
	range->start = request->start;
	range->size = request->size;
	range->type = request->type;
	range->first_block = mhps_block_at(range->start);
	if (range->type == MHPS_RANGE_MEMORY)
		range->nr_blocks = range->size >> mhps_block_shift();
	range->nid = request->nid;
	range->flags = request->flags;
	range->group = request->group;
	range->phase = MHPS_RANGE_ADDING;
	range->storage_held = storage_held;
	return range;
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

static int hold_storage(const struct mhps_range *range)
{
	int err = mhps_increments_get(range->start, range->size);

	if (err)
		return mhps_refuse(err, "add: the increments could not be assigned; see events");
	mhps_firmware_set_nodat(PHYS_PFN(range->start), PHYS_PFN(range->size));
	return 0;
}

/* Storage first, then the kernel; on failure everything is as before. */
static int add_to_kernel(struct mhps_range *range)
{
	int err;

	if (range->storage_held) {
		err = hold_storage(range);
		if (err)
			return err;
	}
	if (range->type == MHPS_RANGE_DEVICE)
		err = mhps_device_map(range);
	else
		err = mhps_memory_add(range);
	if (err && range->storage_held)
		mhps_increments_put(range->start, range->size);
	return err;
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
	bool storage_held;
	int err;

	err = mhps_range_check(request, &storage_held);
	if (err)
		return err;
	range = range_new(request, storage_held);
	if (!range)
		return mhps_refuse(-ENOMEM, "add: no memory for the range");
	err = mhps_range_publish(range);
	if (err) {
		kfree_rcu(range, rcu);
		return err;
	}
	row = mhps_range_row(MHPS_ADD, range);
	mhps_ledger_begin(&row);
	err = add_to_kernel(range);
	row.result = err;
	if (err) {
		mhps_ledger_end(&row);
		mhps_range_unpublish(range);
		return err;
	}
	observe_blocks(range, true);
	mhps_ledger_end(&row);
	say_added(range);
	mhps_range_set_phase(range, MHPS_RANGE_PRESENT);
	return 0;
}

/* Nothing of ours is there; where the in-kernel driver added memory, that may go. */
static int remove_others(u64 start, u64 size)
{
	if (mhps_firmware.drives)
		return mhps_refuse(-ENOENT, "remove: nothing was added here; see ranges");
	if (!mhps_model.has_prepare)
		return mhps_refuse(-EOPNOTSUPP,
				   "remove: the in-kernel SCLP driver configures memory here; see /sys/firmware/memory");
	return mhps_detach(start, size);
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
	if (!err)
		err = mhps_range_claim(start, size, &range);
	if (err)
		return err;
	if (!range)
		return remove_others(start, size);
	row = mhps_range_row(MHPS_REMOVE, range);
	mhps_ledger_begin(&row);
	if (range->type == MHPS_RANGE_DEVICE)
		mhps_device_unmap(range);
	else
		err = mhps_memory_remove(range);
	if (err) {
		row.result = err;
		mhps_ledger_end(&row);
		mhps_range_set_phase(range, MHPS_RANGE_PRESENT);
		return err;
	}
	if (range->storage_held)
		mhps_increments_put(start, size);
	observe_blocks(range, false);
	mhps_ledger_end(&row);
	mhps_range_unpublish(range);
	return 0;
}
