// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>

#include "firmware/firmware.h"
#include "storage/increment.h"
#include "storage/increment_table.h"
#include "core/ledger.h"
#include "core/last_error.h"

static DEFINE_MUTEX(increment_mutex);

static void set_state(struct mhps_increment *incr, u8 state)
{
	WRITE_ONCE(incr->state, state);
}

static bool is_needed(const struct mhps_increment *incr)
{
	return incr->users || incr->hand;
}

static int assign_one(struct mhps_increment *incr, u8 row_flags)
{
	int err = mhps_firmware_assign(incr->rn, row_flags);

	if (!err)
		set_state(incr, MHPS_ASSIGNED);
	return err;
}

/* Nothing can be done about a refusal but to remember it. */
static int unassign_one(struct mhps_increment *incr, u8 row_flags)
{
	int err = mhps_firmware_unassign(incr->rn, row_flags);

	set_state(incr, err ? MHPS_STUCK : MHPS_STANDBY);
	return err;
}

/*
 * What comes with an element that is attached is in standby on some machines
 * and assigned on others. Ask, and unassign what is assigned, as the in-kernel
 * driver does with all of it (sclp_attach_storage()).
 */
static int attach_element(u8 id)
{
	struct mhps_element element;
	struct mhps_increment *incr;
	unsigned int i;
	int err;

	err = mhps_firmware_attach(id, &element);
	if (err)
		return err;
	set_bit(id, mhps_elements_attached);
	for (i = 0; i < element.nr; i++) {
		incr = mhps_increment_find(element.rn[i]);
		if (incr && incr->state != MHPS_RESERVED)
			WRITE_ONCE(incr->element, id);
	}
	err = mhps_firmware_read(id, &element);
	if (err)
		return err;
	for (i = 0; i < element.nr; i++) {
		incr = mhps_increment_find(element.rn[i]);
		if (incr && incr->state != MHPS_RESERVED && !is_needed(incr))
			unassign_one(incr, 0);
	}
	return 0;
}

/*
 * Elements are attached when storage is first needed, not at load: it may be
 * work for the machine. One that refuses does not keep the others back.
 *
 * Returns the first refusal; it matters only to who needs that element.
 */
static int attach_elements(void)
{
	unsigned int id;
	int err, first_err = 0;

	for_each_set_bit(id, mhps_elements_present, MHPS_MAX_ELEMENTS) {
		if (test_bit(id, mhps_elements_attached))
			continue;
		err = attach_element(id);
		if (err && !first_err)
			first_err = err;
	}
	return first_err;
}

static int assign_range(u32 first, u32 last, u8 row_flags, bool hand)
{
	struct mhps_increment *incr;
	int attach_err, err = 0;
	u32 rn;

	lockdep_assert_held(&increment_mutex);
	attach_err = attach_elements();
	for (rn = first; rn <= last; rn++) {
		incr = mhps_increment_find(rn);
		if (!incr) {
			err = -ENOENT;
			goto err_unwind;
		}
		if (incr->state != MHPS_RESERVED && !is_needed(incr)) {
			err = incr->element < 0 ? attach_err : 0;
			if (!err && hand && signal_pending(current))
				err = -EINTR;
			if (!err)
				err = assign_one(incr, row_flags);
			if (err)
				goto err_unwind;
		}
		if (!hand)
			WRITE_ONCE(incr->users, incr->users + 1);
	}
	for (rn = first; hand && rn <= last; rn++)
		WRITE_ONCE(mhps_increment_find(rn)->hand, true);
	return 0;

err_unwind:
	while (rn-- > first) {
		incr = mhps_increment_find(rn);
		if (!hand)
			WRITE_ONCE(incr->users, incr->users - 1);
		if (incr->state == MHPS_ASSIGNED && !is_needed(incr))
			unassign_one(incr, row_flags | MHPS_ROW_UNWIND);
	}
	return err;
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
	guard(mutex)(&increment_mutex);
	return assign_range(mhps_increment_first(start),
			    mhps_increment_last(start, size), 0, false);
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
	u32 first = mhps_increment_first(start);
	struct mhps_increment *incr;
	u32 rn;

	guard(mutex)(&increment_mutex);
	for (rn = mhps_increment_last(start, size); rn >= first; rn--) {
		incr = mhps_increment_find(rn);
		if (WARN_ON_ONCE(!incr || !incr->users))
			continue;
		WRITE_ONCE(incr->users, incr->users - 1);
		if (incr->state == MHPS_ASSIGNED && !is_needed(incr))
			unassign_one(incr, 0);
	}
}

/**
 * mhps_increments_observe() - note what the in-kernel driver has done
 * @start: physical address in bytes, of a memory block
 * @size: in bytes, not 0
 * @assigned: whether the increments are assigned now, or in standby
 *
 * Sends nothing to the firmware. The driver unassigns an increment with the
 * first of its blocks that goes offline; our count says who still needs it.
 * Takes the increment mutex.
 */
void mhps_increments_observe(u64 start, u64 size, bool assigned)
{
	u32 rn, last = mhps_increment_last(start, size);
	struct mhps_increment *incr;

	guard(mutex)(&increment_mutex);
	for (rn = mhps_increment_first(start); rn <= last; rn++) {
		incr = mhps_increment_find(rn);
		if (!incr || incr->state == MHPS_RESERVED)
			continue;
		if (assigned)
			WRITE_ONCE(incr->users, incr->users + 1);
		else if (incr->users)	/* none if it went online before us */
			WRITE_ONCE(incr->users, incr->users - 1);
		set_state(incr, assigned ? MHPS_ASSIGNED : MHPS_STANDBY);
	}
}

static int read_assigned(unsigned long *assigned)
{
	struct mhps_element element;
	unsigned int id, i;
	int err;

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
		return mhps_fail(-ENOMEM, "increments: no memory");
	guard(mutex)(&increment_mutex);
	err = read_assigned(assigned);
	if (err)
		return mhps_fail(err,
				 "increments: the firmware does not say what is assigned; see events");
	for (rn = 1; rn <= mhps_firmware.rnmax; rn++) {
		incr = mhps_increment_find(rn);
		if (incr && incr->state != MHPS_RESERVED)
			set_state(incr, test_bit(rn, assigned) ?
				  MHPS_ASSIGNED : MHPS_STANDBY);
	}
	return 0;
}

/* Check a range of increments an operator named. */
static int check_by_hand(const char *command, u32 first, u32 last)
{
	u32 rn;

	if (!mhps_firmware.drives)
		return mhps_fail(-EOPNOTSUPP,
				 "%s: the in-kernel SCLP driver assigns and unassigns here",
				 command);
	for (rn = first; rn <= last; rn++) {
		switch (mhps_increment_state(rn)) {
		case MHPS_ABSENT:
			return mhps_fail(-ENOENT, "%s: there is no increment rn=%u; rnmax is %u",
					 command, rn, mhps_firmware.rnmax);
		case MHPS_RESERVED:
			return mhps_fail(-EPERM, "%s: rn=%u is boot storage",
					 command, rn);
		default:
			break;
		}
	}
	return 0;
}

/**
 * mhps_increments_assign() - assign increments by hand
 * @first: rn
 * @last: rn
 *
 * They stay assigned until mhps_increments_unassign(), whatever blocks on them
 * do. All or none, as mhps_increments_get(), also when a signal comes. Takes
 * the increment mutex; may sleep.
 *
 * Return: 0, -ENOENT, -EPERM for boot storage, -EOPNOTSUPP where the in-kernel
 * driver is active, -EINTR, the error of the firmware call that failed; with
 * the reason in last_error.
 */
int mhps_increments_assign(u32 first, u32 last)
{
	int err;

	guard(mutex)(&increment_mutex);
	err = check_by_hand("assign", first, last);
	if (err)
		return err;
	err = assign_range(first, last, MHPS_ROW_HAND, true);
	if (err == -EINTR)
		return mhps_fail(err, "assign: interrupted; none of rn=%u-%u is assigned by this",
				 first, last);
	if (err)
		return mhps_fail(err, "assign: rn=%u-%u: the firmware refused; see events",
				 first, last);
	return 0;
}

/**
 * mhps_increments_unassign() - unassign increments by hand
 * @first: rn
 * @last: rn
 *
 * Nothing is done if one of them has users. The firmware is asked for all of
 * them even if it refuses one. A signal stops it at the increment last_error
 * names; those below stay as they are. Takes the increment mutex; may sleep.
 *
 * Return: 0, -ENOENT, -EPERM for boot storage, -EOPNOTSUPP where the in-kernel
 * driver is active, -EBUSY if one is needed, -EINTR, the first refusal of the
 * firmware; with the reason in last_error.
 */
int mhps_increments_unassign(u32 first, u32 last)
{
	struct mhps_increment *incr;
	int err, first_err = 0;
	u32 rn, refused = 0;

	guard(mutex)(&increment_mutex);
	err = check_by_hand("unassign", first, last);
	if (err)
		return err;
	for (rn = first; rn <= last; rn++) {
		incr = mhps_increment_find(rn);
		if (incr->users)
			return mhps_fail(-EBUSY,
					 "unassign: rn=%u is needed by %u blocks or ranges; offline or remove them first",
					 rn, incr->users);
	}
	for (rn = last; rn >= first; rn--) {
		if (signal_pending(current))
			return mhps_fail(-EINTR, "unassign: interrupted; rn=%u-%u are left",
					 first, rn);
		incr = mhps_increment_find(rn);
		WRITE_ONCE(incr->hand, false);
		if (incr->state == MHPS_STANDBY)
			continue;
		err = unassign_one(incr, MHPS_ROW_HAND);
		if (err) {
			first_err = first_err ?: err;
			refused = rn;
		}
	}
	if (first_err)
		return mhps_fail(first_err,
				 "unassign: the firmware keeps rn=%u assigned; it is stuck, try again",
				 refused);
	return 0;
}

/**
 * mhps_increments_init() - learn from the firmware which increments there are
 *
 * Return: 0, -ENOMEM, or the error of a firmware call.
 */
int mhps_increments_init(void)
{
	int err;

	scoped_guard(mutex, &increment_mutex)
		err = mhps_increment_table_fill();
	if (err)
		mhps_increment_table_free();
	return err;
}

/**
 * mhps_increments_exit() - return what was assigned by hand, forget all
 *
 * Nothing else can be assigned: the module is pinned while it owns a range.
 */
void mhps_increments_exit(void)
{
	struct mhps_increment *incr;
	u32 rn;

	scoped_guard(mutex, &increment_mutex) {
		for (rn = 1; rn <= mhps_firmware.rnmax; rn++) {
			incr = mhps_increment_find(rn);
			if (!incr)
				continue;
			if (incr->hand || incr->state == MHPS_STUCK)
				unassign_one(incr, MHPS_ROW_HAND);
		}
	}
	mhps_increment_table_free();
}

