// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/mmzone.h>
#include <linux/pfn.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "firmware/firmware.h"
#include "storage/increment.h"
#include "storage/increment_table.h"

static DEFINE_XARRAY(increments);	/* constant from load to unload */
DECLARE_BITMAP(mhps_elements_present, MHPS_MAX_ELEMENTS);
DECLARE_BITMAP(mhps_elements_attached, MHPS_MAX_ELEMENTS);

static const char * const increment_state_names[] = {
	[MHPS_ABSENT] = "absent",
	[MHPS_RESERVED] = "reserved",
	[MHPS_STANDBY] = "standby",
	[MHPS_ASSIGNED] = "assigned",
	[MHPS_STUCK] = "stuck",
};

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
 * mhps_increment_find() - look an increment up
 * @rn: its number
 *
 * Return: the increment, valid until unload; NULL if there is none.
 */
struct mhps_increment *mhps_increment_find(u32 rn)
{
	return xa_load(&increments, rn);
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

/* Memory the kernel booted with, as opposed to memory that was added. */
static bool is_boot_memory(u32 rn)
{
	unsigned long pfn = PHYS_PFN(mhps_increment_address(rn));
	unsigned long end = pfn + PHYS_PFN(mhps_firmware.increment_size);

	for (; pfn < end; pfn += PAGES_PER_SECTION) {
		if (pfn_to_section_nr(pfn) < NR_MEM_SECTIONS &&
		    early_section(__pfn_to_section(pfn)))
			return true;
	}
	return false;
}

/*
 * Assigned before we came: boot storage, in element 0 or where the kernel
 * booted from, or assigned in another element by whoever ran before.
 */
static u8 state_of_assigned(unsigned int id, u32 rn)
{
	return !id || is_boot_memory(rn) ? MHPS_RESERVED : MHPS_ASSIGNED;
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
	for (i = 0; i < element.nr; i++) {
		err = insert_increment(element.rn[i], id,
				       state_of_assigned(id, element.rn[i]));
		if (err)
			return err;
	}
	return 0;
}

/**
 * mhps_increment_table_fill() - learn from the firmware which increments there are
 *
 * Under the increment mutex.
 *
 * Return: 0, -ENOMEM, or the error of a firmware call.
 */
int mhps_increment_table_fill(void)
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

/**
 * mhps_increment_table_free() - free all increments
 */
void mhps_increment_table_free(void)
{
	struct mhps_increment *incr;
	unsigned long rn;

	xa_for_each(&increments, rn, incr)
		kfree(incr);
	xa_destroy(&increments);
	bitmap_zero(mhps_elements_present, MHPS_MAX_ELEMENTS);
	bitmap_zero(mhps_elements_attached, MHPS_MAX_ELEMENTS);
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
