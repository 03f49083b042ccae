// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "firmware.h"
#include "increment.h"
#include "ledger.h"
#include "report.h"

/**
 * struct mhps_increment - a storage increment; allocated from load to unload
 * @rn: its number
 * @element: storage element, or -1 while the firmware has not said
 * @state: enum mhps_increment_state
 * @users: blocks and ranges that need it assigned
 * @hand: assigned through debugfs; stays assigned until unassigned there
 *
 * All but @rn change under increment_mutex, with WRITE_ONCE for lockless
 * readers.
 */
struct mhps_increment {
	u32 rn;
	int element;
	u8 state;
	bool hand;
	unsigned int users;
};

static const char * const increment_state_names[] = {
	[MHPS_ABSENT] = "absent",
	[MHPS_RESERVED] = "reserved",
	[MHPS_STANDBY] = "standby",
	[MHPS_ASSIGNED] = "assigned",
	[MHPS_STUCK] = "stuck",
};

static DEFINE_MUTEX(increment_mutex);
static DEFINE_XARRAY(increments);	/* filled at load, constant after */
static DECLARE_BITMAP(elements_attached, MHPS_MAX_ELEMENTS);
static DECLARE_BITMAP(elements_present, MHPS_MAX_ELEMENTS);

/**
 * mhps_increment_first() - first increment of a range
 * @start: physical address in bytes
 *
 * Return: its rn; not necessarily one that exists.
 */
u32 mhps_increment_first(u64 start)
{
	return (start >> ilog2(mhps_firmware.increment_size)) + 1;
}

/**
 * mhps_increment_last() - last increment of a range
 * @start: physical address in bytes
 * @size: in bytes, not 0
 *
 * Return: its rn; not necessarily one that exists.
 */
u32 mhps_increment_last(u64 start, u64 size)
{
	return mhps_increment_first(start + size - 1);
}

/**
 * mhps_increment_address() - where an increment begins
 * @rn: its number, from 1
 *
 * Return: physical address in bytes.
 */
u64 mhps_increment_address(u32 rn)
{
	return (u64)(rn - 1) << ilog2(mhps_firmware.increment_size);
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
	struct mhps_increment *incr = xa_load(&increments, rn);

	return incr ? READ_ONCE(incr->state) : MHPS_ABSENT;
}

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
	set_bit(id, elements_attached);
	for (i = 0; i < element.nr; i++) {
		incr = xa_load(&increments, element.rn[i]);
		if (incr && incr->state != MHPS_RESERVED)
			WRITE_ONCE(incr->element, id);
	}
	err = mhps_firmware_read(id, &element);
	if (err)
		return err;
	for (i = 0; i < element.nr; i++) {
		incr = xa_load(&increments, element.rn[i]);
		if (incr && incr->state == MHPS_STANDBY)
			set_state(incr, MHPS_ASSIGNED);
	}
	for (i = 1; i <= mhps_firmware.rnmax; i++) {
		incr = xa_load(&increments, i);
		if (incr && incr->element == id && !is_needed(incr) &&
		    incr->state == MHPS_ASSIGNED)
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

	for_each_set_bit(id, elements_present, MHPS_MAX_ELEMENTS) {
		if (test_bit(id, elements_attached))
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
		incr = xa_load(&increments, rn);
		if (!incr) {
			err = -ENOENT;
			goto err_unwind;
		}
		if (incr->state != MHPS_RESERVED && !is_needed(incr)) {
			err = incr->element < 0 ? attach_err : 0;
			if (!err)
				err = assign_one(incr, row_flags);
			if (err)
				goto err_unwind;
		}
		if (!hand)
			WRITE_ONCE(incr->users, incr->users + 1);
	}
	if (hand) {
		for (rn = first; rn <= last; rn++)
			WRITE_ONCE(((struct mhps_increment *)
				    xa_load(&increments, rn))->hand, true);
	}
	return 0;

err_unwind:
	while (rn-- > first) {
		incr = xa_load(&increments, rn);
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
		incr = xa_load(&increments, rn);
		if (WARN_ON_ONCE(!incr || !incr->users))
			continue;
		WRITE_ONCE(incr->users, incr->users - 1);
		if (incr->state == MHPS_ASSIGNED && !is_needed(incr))
			unassign_one(incr, 0);
	}
}

/* Check a range of increments an operator named. */
static int check_by_hand(const char *command, u32 first, u32 last)
{
	u32 rn;

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
 * do. All or none, as mhps_increments_get(). Takes the increment mutex; may
 * sleep.
 *
 * Return: 0, -ENOENT, -EPERM for boot storage, the error of the firmware call
 * that failed; with the reason in last_error.
 */
int mhps_increments_assign(u32 first, u32 last)
{
	int err;

	guard(mutex)(&increment_mutex);
	err = check_by_hand("assign", first, last);
	if (err)
		return err;
	err = assign_range(first, last, MHPS_ROW_HAND, true);
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
 * them even if it refuses one. Takes the increment mutex; may sleep.
 *
 * Return: 0, -ENOENT, -EPERM for boot storage, -EBUSY if one is needed, the
 * first refusal of the firmware; with the reason in last_error.
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
		incr = xa_load(&increments, rn);
		if (incr->users)
			return mhps_fail(-EBUSY,
					 "unassign: rn=%u is needed by %u blocks; offline them first",
					 rn, incr->users);
	}
	for (rn = last; rn >= first; rn--) {
		incr = xa_load(&increments, rn);
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
 * mhps_increments_stuck() - increments the firmware refused to unassign
 *
 * Return: how many there are now.
 */
unsigned int mhps_increments_stuck(void)
{
	struct mhps_increment *incr;
	unsigned int stuck = 0;
	unsigned long rn;

	xa_for_each(&increments, rn, incr)
		stuck += READ_ONCE(incr->state) == MHPS_STUCK;
	return stuck;
}

/**
 * mhps_increments_elements() - storage elements of the machine
 *
 * Return: how many answered at load.
 */
unsigned int mhps_increments_elements(void)
{
	return bitmap_weight(elements_present, MHPS_MAX_ELEMENTS);
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
	struct mhps_increment *incr;
	unsigned long rn;

	*size = 0;
	xa_for_each(&increments, rn, incr) {
		if (READ_ONCE(incr->state) == MHPS_RESERVED) {
			if (*size)
				break;
			continue;
		}
		if (!*size)
			*start = mhps_increment_address(rn);
		*size += mhps_firmware.increment_size;
	}
	return *size;
}

static int insert_increment(u32 rn, int element, u8 state)
{
	struct mhps_increment *incr;
	int err;

	if (!rn || rn > mhps_firmware.rnmax)
		return 0;
	incr = kzalloc(sizeof(*incr), GFP_KERNEL);
	if (!incr)
		return -ENOMEM;
	incr->rn = rn;
	incr->element = element;
	incr->state = state;
	err = xa_insert(&increments, rn, incr, GFP_KERNEL);
	if (err)
		kfree(incr);
	/* A machine that lists an increment twice is odd, but no reason to fail. */
	return err == -EBUSY ? 0 : err;
}

/*
 * Assigned before we came: boot storage, in element 0 or where the kernel has
 * RAM, or left assigned in another element by whoever ran before.
 */
static u8 state_of_assigned(unsigned int id, u32 rn)
{
	if (!id || region_intersects(mhps_increment_address(rn),
				     mhps_firmware.increment_size,
				     IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) !=
		   REGION_DISJOINT)
		return MHPS_RESERVED;
	return MHPS_ASSIGNED;
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
	set_bit(id, elements_present);
	if (!element.attached)
		return 0;
	set_bit(id, elements_attached);
	for (i = 0; i < element.nr; i++) {
		err = insert_increment(element.rn[i], id,
				       state_of_assigned(id, element.rn[i]));
		if (err)
			return err;
	}
	return 0;
}

static int read_elements(void)
{
	unsigned int id, max_id = 0;
	u32 rn;
	int err;

	/* Wider than u8: with max_id 255 a u8 never ends. */
	for (id = 0; id <= max_id; id++) {
		err = read_element(id, &max_id);
		if (err)
			return err;
	}
	/* The gaps up to rnmax are standby; see sclp_detect_standby_memory(). */
	for (rn = 1; rn <= mhps_firmware.rnmax; rn++) {
		err = insert_increment(rn, -1, MHPS_STANDBY);
		if (err)
			return err;
	}
	return 0;
}

static void free_increments(void)
{
	struct mhps_increment *incr;
	unsigned long rn;

	xa_for_each(&increments, rn, incr)
		kfree(incr);
	xa_destroy(&increments);
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
		err = read_elements();
	if (err)
		free_increments();
	return err;
}

/**
 * mhps_increments_exit() - return what was assigned by hand, free the table
 *
 * Nothing else can be assigned: the module is pinned while it owns a range.
 */
void mhps_increments_exit(void)
{
	struct mhps_increment *incr;
	unsigned long rn;

	scoped_guard(mutex, &increment_mutex) {
		xa_for_each(&increments, rn, incr) {
			if (incr->hand || incr->state == MHPS_STUCK)
				unassign_one(incr, MHPS_ROW_HAND);
		}
	}
	free_increments();
}

static void *increments_seq_start(struct seq_file *m, loff_t *pos)
{
	unsigned long rn = *pos;

	if (!*pos)
		return SEQ_START_TOKEN;
	return xa_find(&increments, &rn, ULONG_MAX, XA_PRESENT);
}

static void *increments_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	unsigned long rn = ++*pos;
	void *incr = xa_find(&increments, &rn, ULONG_MAX, XA_PRESENT);

	if (incr)
		*pos = rn;
	return incr;
}

static void increments_seq_stop(struct seq_file *m, void *v)
{
}

static int increments_seq_show(struct seq_file *m, void *v)
{
	const struct mhps_increment *incr = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "rn element start state users hand\n");
		return 0;
	}
	seq_printf(m, "%u ", incr->rn);
	if (READ_ONCE(incr->element) >= 0)
		seq_printf(m, "%d ", READ_ONCE(incr->element));
	else
		seq_puts(m, "- ");
	seq_printf(m, "0x%llx %s %u %d\n", mhps_increment_address(incr->rn),
		   increment_state_names[READ_ONCE(incr->state)],
		   READ_ONCE(incr->users), READ_ONCE(incr->hand));
	return 0;
}

const struct seq_operations mhps_increments_sops = {
	.start = increments_seq_start,
	.next = increments_seq_next,
	.stop = increments_seq_stop,
	.show = increments_seq_show,
};
