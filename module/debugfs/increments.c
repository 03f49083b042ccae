// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "debugfs/tables.h"
#include "firmware/firmware.h"
#include "storage/increment.h"
#include "storage/increment_table.h"

/* The seq_file's position is the rn. */
static void *increment_at(loff_t *pos)
{
	struct mhps_increment *incr;

	for (; *pos <= mhps_firmware.rnmax; ++*pos) {
		incr = mhps_increment_find(*pos);
		if (incr)
			return incr;
	}
	return NULL;
}

static void *increments_seq_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? increment_at(pos) : SEQ_START_TOKEN;
}

static void *increments_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return increment_at(pos);
}

static void increments_seq_stop(struct seq_file *m, void *v)
{
}

static int increments_seq_show(struct seq_file *m, void *v)
{
	static const char * const states[] = {
		[MHPS_ABSENT] = "absent",
		[MHPS_RESERVED] = "reserved",
		[MHPS_STANDBY] = "standby",
		[MHPS_ASSIGNED] = "assigned",
		[MHPS_STUCK] = "stuck",
	};
	const struct mhps_increment *incr = v;
	u32 rn;

	static_assert(ARRAY_SIZE(states) == MHPS_INCREMENT_STATE_NR);
	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "rn element start state users manual\n");
		return 0;
	}
	rn = mhps_increment_rn(incr);
	seq_printf(m, "%u ", rn);
	if (READ_ONCE(incr->element) >= 0)
		seq_printf(m, "%d ", READ_ONCE(incr->element));
	else
		seq_puts(m, "- ");
	seq_printf(m, "0x%llx %s %u %d\n", mhps_increment_address(rn),
		   states[READ_ONCE(incr->state)], READ_ONCE(incr->users),
		   READ_ONCE(incr->manual) != MHPS_MANUAL_NO);
	return 0;
}

static const struct seq_operations increments_sops = {
	.start = increments_seq_start,
	.next = increments_seq_next,
	.stop = increments_seq_stop,
	.show = increments_seq_show,
};

static int increments_open(struct inode *inode, struct file *file)
{
	int err = mhps_increments_refresh();

	return err ?: seq_open(file, &increments_sops);
}

static const struct file_operations increments_fops = {
	.owner = THIS_MODULE,
	.open = increments_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release,
};

/**
 * mhps_increments_create() - create debugfs increments
 * @root: the module's folder
 */
void mhps_increments_create(struct dentry *root)
{
	debugfs_create_file("increments", 0400, root, NULL, &increments_fops);
}
