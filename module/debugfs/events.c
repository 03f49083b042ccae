// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/time64.h>

#include "core/ledger.h"
#include "debugfs/tables.h"

/*
 * The seq_file's position is a row's seq + 1, and its private data the row.
 * Rows that are overwritten between two reads are skipped.
 */
static void *row_at(struct seq_file *m, loff_t *pos)
{
	struct mhps_row *row = m->private;

	if (!mhps_ledger_next(*pos - 1, row))
		return NULL;
	*pos = row->seq + 1;
	return row;
}

static void *events_seq_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? row_at(m, pos) : SEQ_START_TOKEN;
}

static void *events_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return row_at(m, pos);
}

static void events_seq_stop(struct seq_file *m, void *v)
{
}

static void show_row_flags(struct seq_file *m, unsigned int flags)
{
	static const char * const names[] = {
		"unpaired", "unwind", "manual", "injected",
	};
	const char *comma = "";
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (flags & BIT(i)) {
			seq_printf(m, "%s%s", comma, names[i]);
			comma = ",";
		}
	}
	seq_puts(m, flags ? "\n" : "-\n");
}

static void show_row(struct seq_file *m, const struct mhps_row *row)
{
	u32 ns_rest;
	u64 seconds = div_u64_rem(row->time_ns, NSEC_PER_SEC, &ns_rest);

	seq_printf(m, "%llu %llu.%06u %s ", row->seq, seconds,
		   ns_rest / (u32)NSEC_PER_USEC, mhps_event_names[row->event]);
	if (row->extra_subscriber)
		seq_printf(m, "prio:%d ", row->priority);
	else
		seq_puts(m, "main ");
	if (row->block != MHPS_ROW_NO_BLOCK)
		seq_printf(m, "%u ", row->block);
	else
		seq_puts(m, "- ");
	if (row->has_range)
		seq_printf(m, "%lu %lu ", row->start_pfn, row->nr_pages);
	else
		seq_puts(m, "- - ");
	if (row->has_altmap)
		seq_printf(m, "%lu %lu ", row->altmap_start_pfn,
			   row->altmap_nr_pages);
	else
		seq_puts(m, "- - ");
	if (row->rn)
		seq_printf(m, "%u ", row->rn);
	else
		seq_puts(m, "- ");
	if (row->element != MHPS_ROW_NO_ELEMENT)
		seq_printf(m, "%d ", row->element);
	else
		seq_puts(m, "- ");
	if (row->response)
		seq_printf(m, "0x%04x ", row->response);
	else
		seq_puts(m, "- ");
	if (row->done)
		seq_printf(m, "%d %llu ", row->result, row->ns);
	else
		seq_puts(m, "... ... ");
	show_row_flags(m, row->flags);
}

static int events_seq_show(struct seq_file *m, void *v)
{
	if (v == SEQ_START_TOKEN) {
		seq_printf(m, "# lost=%llu unpaired=%llu\n",
			   mhps_ledger_lost(), mhps_ledger_unpaired());
		seq_puts(m, "seq time event by block start_pfn nr_pages altmap_start_pfn altmap_nr_pages rn element response errno ns flags\n");
	} else {
		show_row(m, v);
	}
	return 0;
}

static const struct seq_operations events_sops = {
	.start = events_seq_start,
	.next = events_seq_next,
	.stop = events_seq_stop,
	.show = events_seq_show,
};

static int events_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &events_sops, sizeof(struct mhps_row));
}

static ssize_t events_write(struct file *file, const char __user *buffer,
			    size_t count, loff_t *pos)
{
	mhps_ledger_clear();
	return count;
}

static const struct file_operations events_fops = {
	.owner = THIS_MODULE,
	.open = events_open,
	.read = seq_read,
	.write = events_write,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

/**
 * mhps_events_create() - create debugfs events
 * @root: the module's folder
 */
void mhps_events_create(struct dentry *root)
{
	debugfs_create_file("events", 0600, root, NULL, &events_fops);
}
