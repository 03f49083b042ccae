// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/slab.h>

#include "firmware/firmware.h"
#include "storage/increment_table.h"

/* What it guards and when it may be taken: increment_table.h. */
DEFINE_MUTEX(mhps_increment_mutex);
DECLARE_BITMAP(mhps_elements_present, MHPS_MAX_ELEMENTS);
DECLARE_BITMAP(mhps_elements_attached, MHPS_MAX_ELEMENTS);

/* rns are dense: one array, by rn; rn 0 is always absent. */
static struct mhps_increment *increments;
static unsigned int increments_stuck;	/* under the increment mutex */

/* The first run of increments that are not boot storage; constant after init. */
static u32 run_first, run_nr;

/**
 * mhps_increment_find() - look an increment up
 * @rn: its number
 *
 * Return: the increment, valid until unload; NULL if there is none.
 */
struct mhps_increment *mhps_increment_find(u32 rn)
{
	if (rn > mhps_firmware.rnmax ||
	    READ_ONCE(increments[rn].state) == MHPS_ABSENT)
		return NULL;
	return &increments[rn];
}

/**
 * mhps_increment_rn() - number of an increment
 * @incr: from mhps_increment_find()
 *
 * Return: its rn.
 */
u32 mhps_increment_rn(const struct mhps_increment *incr)
{
	return incr - increments;
}

/**
 * mhps_increment_state() - state of an increment
 * @rn: its number
 *
 * Any context; the state may change at once unless the caller keeps users.
 *
 * Return: the state, MHPS_ABSENT for one that does not exist.
 */
enum mhps_increment_state mhps_increment_state(u32 rn)
{
	struct mhps_increment *incr = mhps_increment_find(rn);

	return incr ? READ_ONCE(incr->state) : MHPS_ABSENT;
}

/**
 * mhps_increment_is_needed() - whether an increment has to be assigned
 * @incr: the increment, under the increment mutex
 *
 * Return: true if a block, a range or an operator needs it.
 */
bool mhps_increment_is_needed(const struct mhps_increment *incr)
{
	lockdep_assert_held(&mhps_increment_mutex);
	return incr->users || incr->manual;
}

/**
 * mhps_increment_set_state() - note what the firmware thinks now
 * @incr: the increment, under the increment mutex
 * @state: its new state
 */
void mhps_increment_set_state(struct mhps_increment *incr,
			      enum mhps_increment_state state)
{
	lockdep_assert_held(&mhps_increment_mutex);
	WRITE_ONCE(increments_stuck, increments_stuck +
		   (state == MHPS_STUCK) - (incr->state == MHPS_STUCK));
	WRITE_ONCE(incr->state, state);
}

/**
 * mhps_increments_stuck() - increments the firmware refused to unassign
 *
 * Return: how many there are now.
 */
unsigned int mhps_increments_stuck(void)
{
	return READ_ONCE(increments_stuck);
}

/**
 * mhps_increments_elements() - storage elements of the machine
 *
 * Return: how many answered at load.
 */
unsigned int mhps_increments_elements(void)
{
	return bitmap_weight(mhps_elements_present, MHPS_MAX_ELEMENTS);
}

/**
 * mhps_increments_standby_run() - where storage that is not boot storage lies
 * @start: set to the physical address of the first such increment, in bytes
 * @size: set to the length of the run that begins there, in bytes
 *
 * Return: false if there is none.
 */
bool mhps_increments_standby_run(u64 *start, u64 *size)
{
	*start = run_nr ? mhps_increment_address(run_first) : 0;
	*size = run_nr * mhps_increment_size();
	return run_nr;
}

/**
 * mhps_increments_are_standby() - whether a range is standby storage
 * @start: physical address in bytes
 * @size: in bytes, not 0
 *
 * Return: true if all of its increments are there and none is boot storage,
 * assigned or not.
 */
bool mhps_increments_are_standby(u64 start, u64 size)
{
	u32 rn, last = mhps_increment_last(start, size);
	enum mhps_increment_state state;

	for (rn = mhps_increment_first(start); rn <= last; rn++) {
		state = mhps_increment_state(rn);
		if (state == MHPS_ABSENT || state == MHPS_RESERVED)
			return false;
	}
	return true;
}

/*
 * Assigned before we came: boot storage, or assigned by whoever ran before. A
 * machine that lists an increment twice is odd, but no reason to fail.
 */
static void note_assigned(unsigned int id, u32 rn)
{
	if (!rn || rn > mhps_firmware.rnmax ||
	    increments[rn].state != MHPS_STANDBY)
		return;
	increments[rn].element = id;
	increments[rn].state =
		mhps_firmware.ops->is_boot_storage(id, rn) ? MHPS_RESERVED :
							     MHPS_ASSIGNED;
}

static int read_element(unsigned int id, unsigned int *max_id)
{
	struct mhps_element element;
	unsigned int i;
	int err;

	err = mhps_firmware_read(id, &element);
	if (err == -ENOENT)
		return 0;	/* ids may have gaps */
	if (err)
		return err;
	*max_id = element.max_id ?: *max_id;
	set_bit(id, mhps_elements_present);
	if (!element.attached)
		return 0;
	set_bit(id, mhps_elements_attached);
	for (i = 0; i < element.nr; i++)
		note_assigned(id, element.rn[i]);
	return 0;
}

static int read_elements(void)
{
	unsigned int id, max_id = 0;
	int err;

	lockdep_assert_held(&mhps_increment_mutex);
	mhps_firmware_begin();
	/* Wider than u8: with max_id 255 a u8 never ends. */
	for (id = 0; id <= max_id; id++) {
		err = read_element(id, &max_id);
		if (err)
			return err;
	}
	return 0;
}

static void find_standby_run(void)
{
	u32 rn = 1;

	run_first = 0;
	run_nr = 0;
	while (rn <= mhps_firmware.rnmax &&
	       increments[rn].state == MHPS_RESERVED)
		rn++;
	run_first = rn;
	while (rn <= mhps_firmware.rnmax &&
	       increments[rn].state != MHPS_RESERVED)
		rn++;
	run_nr = rn - run_first;
}

static void table_free(void)
{
	lockdep_assert_held(&mhps_increment_mutex);
	kvfree(increments);
	increments = NULL;
	increments_stuck = 0;
	bitmap_zero(mhps_elements_present, MHPS_MAX_ELEMENTS);
	bitmap_zero(mhps_elements_attached, MHPS_MAX_ELEMENTS);
}

/**
 * mhps_increment_table_init() - learn from the firmware which increments there are
 *
 * Takes the increment mutex; may sleep.
 *
 * Return: 0, -ENOMEM, or the error of a firmware call.
 */
int mhps_increment_table_init(void)
{
	u32 rn;
	int err;

	guard(mutex)(&mhps_increment_mutex);
	increments = kvcalloc(mhps_firmware.rnmax + 1, sizeof(*increments),
			      GFP_KERNEL);
	if (!increments)
		return -ENOMEM;
	/* What is not listed up to rnmax is standby: sclp_detect_standby_memory(). */
	for (rn = 1; rn <= mhps_firmware.rnmax; rn++) {
		increments[rn].state = MHPS_STANDBY;
		increments[rn].element = -1;
	}
	err = read_elements();
	if (err) {
		table_free();
		return err;
	}
	find_standby_run();
	return 0;
}

/**
 * mhps_increment_table_exit() - free all increments
 *
 * Nobody reads the table any more. Takes the increment mutex.
 */
void mhps_increment_table_exit(void)
{
	guard(mutex)(&mhps_increment_mutex);
	table_free();
}
