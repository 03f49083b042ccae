// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/printk.h>

#include "core/last_error.h"
#include "core/row.h"
#include "firmware/firmware.h"
#include "storage/increment.h"
#include "storage/increment_table.h"

/**
 * mhps_increment_unassign() - have the firmware take an increment back
 * @incr: not needed by anybody, under the increment mutex
 * @row_flags: MHPS_ROW_* for the ledger
 * @refusals: where a refusal is counted
 *
 * Nothing can be done about a refusal but to remember it. May sleep.
 *
 * Return: 0, the error of the firmware call.
 */
int mhps_increment_unassign(struct mhps_increment *incr, u8 row_flags,
			    struct mhps_refusals *refusals)
{
	u32 rn = mhps_increment_rn(incr);
	u16 response;
	int err;

	lockdep_assert_held(&mhps_increment_mutex);
	err = mhps_firmware_unassign(rn, row_flags, &response);
	mhps_increment_set_state(incr, err ? MHPS_STUCK : MHPS_STANDBY);
	if (err && !refusals->nr++) {
		refusals->rn = rn;
		refusals->err = err;
		refusals->response = response;
	}
	return err;
}

/**
 * mhps_refusals_log() - one line, however many there were
 * @refusals: counted by mhps_increment_unassign()
 */
void mhps_refusals_log(const struct mhps_refusals *refusals)
{
	if (refusals->nr)
		pr_err("UNASSIGN of %u increments failed, they are stuck: first rn %u, response 0x%04x (%pe)\n",
		       refusals->nr, refusals->rn, refusals->response,
		       ERR_PTR(refusals->err));
}

/*
 * What comes with an element that is attached is in standby on some machines
 * and assigned on others. Ask, and unassign what is assigned. Where the firmware
 * does not say, unassign all that came, as the in-kernel driver does anyway
 * (sclp_attach_storage()): what is in standby already is no error.
 */
static int attach_element(u8 id, struct mhps_refusals *refusals)
{
	struct mhps_element element;
	struct mhps_increment *incr;
	unsigned int i;
	int err;

	lockdep_assert_held(&mhps_increment_mutex);
	err = mhps_firmware_attach(id, &element);
	if (err)
		return err;
	for (i = 0; i < element.nr; i++) {
		incr = mhps_increment_find(element.rn[i]);
		if (incr && incr->state != MHPS_RESERVED)
			WRITE_ONCE(incr->element, id);
	}
	/*
	 * On failure element stays what ATTACH has listed. That is nothing for one
	 * that was attached before: then it has to be asked again.
	 */
	err = mhps_firmware_read(id, &element);
	if (err && !element.nr)
		return err;
	set_bit(id, mhps_elements_attached);
	for (i = 0; i < element.nr; i++) {
		incr = mhps_increment_find(element.rn[i]);
		if (incr && incr->state != MHPS_RESERVED &&
		    !mhps_increment_is_needed(incr))
			mhps_increment_unassign(incr, 0, refusals);
	}
	return 0;
}

/*
 * Elements are attached when storage is first needed, not at load: it may be
 * work for the machine. One that refuses does not keep the others back.
 *
 * Returns the first refusal.
 */
static int attach_elements(void)
{
	struct mhps_refusals refusals = { };
	int err, first_err = 0;
	unsigned int id;

	for_each_set_bit(id, mhps_elements_present, MHPS_MAX_ELEMENTS) {
		if (test_bit(id, mhps_elements_attached))
			continue;
		err = attach_element(id, &refusals);
		if (err && !first_err)
			first_err = err;
	}
	mhps_refusals_log(&refusals);
	return first_err;
}

/**
 * mhps_increment_assign() - have the firmware assign an increment
 * @incr: in standby, stuck or assigned, under the increment mutex
 * @row_flags: MHPS_ROW_* for the ledger
 *
 * An increment of which the firmware has not told the storage element may be in
 * one that is to be attached first. A refusal is logged: it ends whatever asked
 * for it. May sleep.
 *
 * Return: 0, the error of the firmware call.
 */
int mhps_increment_assign(struct mhps_increment *incr, u8 row_flags)
{
	u32 rn = mhps_increment_rn(incr);
	u16 response;
	int err = 0;

	lockdep_assert_held(&mhps_increment_mutex);
	if (incr->element < 0)
		err = attach_elements();
	/* It is no matter of ours if another element than its own has refused. */
	if (err && incr->element < 0)
		return err;
	err = mhps_firmware_assign(rn, row_flags, &response);
	if (err)
		pr_err("ASSIGN of rn %u failed: response 0x%04x (%pe)\n", rn,
		       response, ERR_PTR(err));
	else
		mhps_increment_set_state(incr, MHPS_ASSIGNED);
	return err;
}

/* One user more of an increment; the first has it assigned. */
static int get_one(u32 rn)
{
	struct mhps_increment *incr = mhps_increment_find(rn);
	int err = 0;

	lockdep_assert_held(&mhps_increment_mutex);
	if (!incr)
		return -ENOENT;
	if (incr->state != MHPS_RESERVED && !mhps_increment_is_needed(incr))
		err = mhps_increment_assign(incr, 0);
	if (!err)
		WRITE_ONCE(incr->users, incr->users + 1);
	return err;
}

/* One user less; with the last one it goes. */
static void put_one(u32 rn, u8 row_flags, struct mhps_refusals *refusals)
{
	struct mhps_increment *incr = mhps_increment_find(rn);

	lockdep_assert_held(&mhps_increment_mutex);
	if (WARN_ON_ONCE(!incr || !incr->users))
		return;
	WRITE_ONCE(incr->users, incr->users - 1);
	if (incr->state == MHPS_ASSIGNED && !mhps_increment_is_needed(incr))
		mhps_increment_unassign(incr, row_flags, refusals);
}

/**
 * mhps_increments_get() - have all increments of a range assigned
 * @start: physical address in bytes
 * @size: in bytes, not 0
 *
 * Counts a user of each. Firmware is called for those without users only. All
 * are assigned or none is: on failure those assigned by this call are
 * unassigned again in reverse. Takes the increment mutex; may sleep.
 *
 * Return: 0, -ENOENT if an increment does not exist, the error of the firmware
 * call that failed.
 */
int mhps_increments_get(u64 start, u64 size)
{
	u32 rn, first = mhps_increment_first(start);
	u32 last = mhps_increment_last(start, size);
	struct mhps_refusals refusals = { };
	int err;

	guard(mutex)(&mhps_increment_mutex);
	mhps_firmware_begin();
	for (rn = first; rn <= last; rn++) {
		err = get_one(rn);
		if (!err)
			continue;
		while (rn-- > first)
			put_one(rn, MHPS_ROW_UNWIND, &refusals);
		mhps_refusals_log(&refusals);
		return err;
	}
	return 0;
}

/**
 * mhps_increments_put() - undo mhps_increments_get()
 * @start: as there
 * @size: as there
 *
 * Increments that lose their last user are unassigned, the last first, unless
 * they were assigned by hand. One that the firmware refuses to take becomes
 * stuck; the others go. Takes the increment mutex; may sleep.
 */
void mhps_increments_put(u64 start, u64 size)
{
	u32 rn, first = mhps_increment_first(start);
	struct mhps_refusals refusals = { };

	guard(mutex)(&mhps_increment_mutex);
	mhps_firmware_begin();
	for (rn = mhps_increment_last(start, size); rn >= first; rn--)
		put_one(rn, 0, &refusals);
	mhps_refusals_log(&refusals);
}

/**
 * mhps_increments_observe() - note what the in-kernel driver has done
 * @start: physical address in bytes, of a memory block
 * @size: in bytes, not 0
 * @assigned: whether the increments are assigned now, or in standby
 * @users: 1 if a block began to need them, -1 if it ceased to, or 0
 *
 * Sends nothing to the firmware. The driver unassigns an increment with the
 * first of its blocks that goes offline; our count says who still needs it.
 * Takes the increment mutex.
 */
void mhps_increments_observe(u64 start, u64 size, bool assigned, int users)
{
	u32 rn, last = mhps_increment_last(start, size);
	struct mhps_increment *incr;

	guard(mutex)(&mhps_increment_mutex);
	for (rn = mhps_increment_first(start); rn <= last; rn++) {
		incr = mhps_increment_find(rn);
		if (!incr || incr->state == MHPS_RESERVED)
			continue;
		WRITE_ONCE(incr->users, incr->users + users);
		mhps_increment_set_state(incr, assigned ? MHPS_ASSIGNED :
							  MHPS_STANDBY);
	}
}

static int read_assigned(unsigned long *assigned)
{
	struct mhps_element element;
	unsigned int id, i;
	int err;

	lockdep_assert_held(&mhps_increment_mutex);
	for_each_set_bit(id, mhps_elements_present, MHPS_MAX_ELEMENTS) {
		err = mhps_firmware_read(id, &element);
		if (err)
			return err;
		for (i = 0; element.attached && i < element.nr; i++) {
			if (element.rn[i] <= mhps_firmware.rnmax)
				set_bit(element.rn[i], assigned);
		}
	}
	return 0;
}

/**
 * mhps_increments_refresh() - ask the firmware which increments are assigned
 *
 * For where the in-kernel driver assigns: no event tells what it does in
 * /sys/firmware/memory (6.19 and later), or that it left an increment assigned
 * when another one of the block was refused (before). Nothing is sent where
 * this module drives. Takes the increment mutex; may sleep.
 *
 * Return: 0, -ENOMEM, the error of a firmware call; with the reason in
 * last_error, and the table as it was.
 */
int mhps_increments_refresh(void)
{
	unsigned long *assigned __free(bitmap) = NULL;
	struct mhps_increment *incr;
	u32 rn;
	int err;

	if (mhps_firmware.drives)
		return 0;
	assigned = bitmap_zalloc(mhps_firmware.rnmax + 1, GFP_KERNEL);
	if (!assigned)
		return mhps_refuse(-ENOMEM, "increments: no memory");
	guard(mutex)(&mhps_increment_mutex);
	mhps_firmware_begin();
	err = read_assigned(assigned);
	if (err)
		return mhps_refuse(err,
				   "increments: the firmware does not say what is assigned; see events");
	for (rn = 1; rn <= mhps_firmware.rnmax; rn++) {
		incr = mhps_increment_find(rn);
		if (incr && incr->state != MHPS_RESERVED)
			mhps_increment_set_state(incr, test_bit(rn, assigned) ?
						 MHPS_ASSIGNED : MHPS_STANDBY);
	}
	return 0;
}
