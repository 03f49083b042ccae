// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>

#include "core/last_error.h"
#include "core/row.h"
#include "firmware/firmware.h"
#include "storage/increment.h"
#include "storage/increment_table.h"
#include "storage/manual.h"

static DEFINE_MUTEX(manual_mutex);

/* Check a range of increments an operator named. */
static int check_range(const char *command, u32 first, u32 last)
{
	u32 rn;

	if (!mhps_firmware.drives)
		return mhps_refuse(-EOPNOTSUPP,
				   "%s: the in-kernel SCLP driver assigns and unassigns here",
				   command);
	for (rn = first; rn <= last; rn++) {
		switch (mhps_increment_state(rn)) {
		case MHPS_ABSENT:
			return mhps_refuse(-ENOENT, "%s: there is no increment rn=%u; rnmax is %u",
					   command, rn, mhps_firmware.rnmax);
		case MHPS_RESERVED:
			return mhps_refuse(-EPERM, "%s: rn=%u is boot storage",
					   command, rn);
		default:
			break;
		}
	}
	return 0;
}

static int assign_one(u32 rn)
{
	struct mhps_increment *incr = mhps_increment_find(rn);
	int err = 0;

	guard(mutex)(&mhps_increment_mutex);
	mhps_firmware_begin();
	if (incr->manual == MHPS_MANUAL)
		return 0;
	if (!mhps_increment_is_needed(incr))
		err = mhps_increment_assign(incr, MHPS_ROW_MANUAL);
	if (!err)
		WRITE_ONCE(incr->manual, MHPS_MANUAL_PENDING);
	return err;
}

static void undo_assign_one(u32 rn, struct mhps_refusals *refusals)
{
	struct mhps_increment *incr = mhps_increment_find(rn);

	guard(mutex)(&mhps_increment_mutex);
	mhps_firmware_begin();
	if (incr->manual != MHPS_MANUAL_PENDING)
		return;
	WRITE_ONCE(incr->manual, MHPS_MANUAL_NO);
	if (!mhps_increment_is_needed(incr))
		mhps_increment_unassign(incr, MHPS_ROW_MANUAL | MHPS_ROW_UNWIND,
					refusals);
}

static int assign_range(u32 first, u32 last)
{
	struct mhps_refusals refusals = { };
	int err;
	u32 rn;

	for (rn = first; rn <= last; rn++) {
		err = signal_pending(current) ? -EINTR : assign_one(rn);
		if (!err)
			continue;
		while (rn-- > first)
			undo_assign_one(rn, &refusals);
		mhps_refusals_log(&refusals);
		return err;
	}
	guard(mutex)(&mhps_increment_mutex);
	for (rn = first; rn <= last; rn++)
		WRITE_ONCE(mhps_increment_find(rn)->manual, MHPS_MANUAL);
	return 0;
}

/**
 * mhps_manual_assign() - assign increments by hand
 * @first: rn
 * @last: rn
 *
 * They stay assigned until mhps_manual_unassign(), whatever blocks on them do.
 * All or none, as mhps_increments_get(), also when a signal comes. Takes the
 * increment mutex once for each; may sleep.
 *
 * Return: 0, -ENOENT, -EPERM for boot storage, -EOPNOTSUPP where the in-kernel
 * driver is active, -EINTR, the error of the firmware call that failed; with
 * the reason in last_error.
 */
int mhps_manual_assign(u32 first, u32 last)
{
	int err;

	guard(mutex)(&manual_mutex);
	err = check_range("assign", first, last);
	if (err)
		return err;
	err = assign_range(first, last);
	if (err == -EINTR)
		return mhps_refuse(err, "assign: interrupted; none of rn=%u-%u is assigned by this",
				   first, last);
	if (err)
		return mhps_refuse(err, "assign: rn=%u-%u: the firmware refused; see events",
				   first, last);
	return 0;
}

/* Nothing is done if a block or range needs one of them. */
static int check_unused(u32 first, u32 last)
{
	u32 rn, users;

	for (rn = first; rn <= last; rn++) {
		users = READ_ONCE(mhps_increment_find(rn)->users);
		if (users)
			return mhps_refuse(-EBUSY,
					   "unassign: rn=%u is needed by %u blocks or ranges; offline or remove them first",
					   rn, users);
	}
	return 0;
}

static int unassign_one(u32 rn, struct mhps_refusals *refusals)
{
	struct mhps_increment *incr = mhps_increment_find(rn);

	guard(mutex)(&mhps_increment_mutex);
	mhps_firmware_begin();
	/* A block may have come meanwhile; from now on it alone keeps the storage. */
	WRITE_ONCE(incr->manual, MHPS_MANUAL_NO);
	if (incr->users)
		return -EBUSY;
	if (incr->state != MHPS_STANDBY)
		mhps_increment_unassign(incr, MHPS_ROW_MANUAL, refusals);
	return 0;
}

/**
 * mhps_manual_unassign() - unassign increments by hand
 * @first: rn
 * @last: rn
 *
 * Nothing is done if one of them has users. The firmware is asked for all of
 * them even if it refuses one. A signal, or a block that goes online on one of
 * them meanwhile, stops it at the increment last_error names; those below stay as
 * they are. Takes the increment mutex once for each; may sleep.
 *
 * Return: 0, -ENOENT, -EPERM for boot storage, -EOPNOTSUPP where the in-kernel
 * driver is active, -EBUSY if one is needed, -EINTR, the first refusal of the
 * firmware; with the reason in last_error.
 */
int mhps_manual_unassign(u32 first, u32 last)
{
	struct mhps_refusals refusals = { };
	int err;
	u32 rn;

	guard(mutex)(&manual_mutex);
	err = check_range("unassign", first, last);
	if (!err)
		err = check_unused(first, last);
	if (err)
		return err;
	for (rn = last; !err && rn >= first; rn--) {
		if (signal_pending(current))
			err = mhps_refuse(-EINTR, "unassign: interrupted; rn=%u-%u are left",
					  first, rn);
		else if (unassign_one(rn, &refusals))
			err = mhps_refuse(-EBUSY,
					  "unassign: rn=%u has come into use meanwhile; those below are left",
					  rn);
	}
	mhps_refusals_log(&refusals);
	if (!err && refusals.nr)
		err = mhps_refuse(refusals.err,
				  "unassign: the firmware keeps %u increments assigned, rn=%u and below; they are stuck, try again",
				  refusals.nr, refusals.rn);
	return err;
}

/**
 * mhps_manual_exit() - return what was assigned by hand, and try what is stuck
 *
 * Nothing else can be assigned: the module is pinned while it owns a range.
 */
void mhps_manual_exit(void)
{
	struct mhps_refusals refusals = { };
	struct mhps_increment *incr;
	u32 rn;

	guard(mutex)(&manual_mutex);
	for (rn = 1; rn <= mhps_firmware.rnmax; rn++) {
		incr = mhps_increment_find(rn);
		if (incr && (incr->manual || incr->state == MHPS_STUCK))
			unassign_one(rn, &refusals);
	}
	mhps_refusals_log(&refusals);
}
