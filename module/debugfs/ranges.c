// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "core/geometry.h"
#include "debugfs/tables.h"
#include "hotplug/range_check.h"
#include "hotplug/range_table.h"

/**
 * mhps_memmap_name() - home of a memmap
 * @memmap: where
 *
 * Return: a word.
 */
const char *mhps_memmap_name(enum mhps_memmap memmap)
{
	static const char * const names[] = {
		[MHPS_MEMMAP_UNKNOWN] = "-",
		[MHPS_MEMMAP_BLOCK] = "block",
		[MHPS_MEMMAP_SYSTEM] = "system",
		[MHPS_MEMMAP_MIXED] = "mixed",
	};

	static_assert(ARRAY_SIZE(names) == MHPS_MEMMAP_NR);
	return names[memmap];
}

/**
 * mhps_show_flags() - print flags of a range as flags= takes them
 * @m: where to
 * @flags: MHPS_*
 */
void mhps_show_flags(struct seq_file *m, unsigned int flags)
{
	const struct mhps_name *name;
	const char *comma = "";

	if (!flags)
		seq_puts(m, mhps_range_flag_names[0].name);
	for (name = mhps_range_flag_names; name->name; name++) {
		if (flags & name->value) {
			seq_puts(m, comma);
			seq_puts(m, name->name);
			comma = ",";
		}
	}
}

/* As group= takes it. */
static void show_group(struct seq_file *m, const struct mhps_range *range)
{
	switch (range->group.kind) {
	case MHPS_GROUP_STATIC:
		seq_puts(m, "static ");
		break;
	case MHPS_GROUP_DYNAMIC:
		seq_printf(m, "dynamic:%llu ", range->group.unit);
		break;
	default:
		seq_puts(m, "- ");
		break;
	}
}

/* What the kernel gave it; known while it is there. */
static void show_given(struct seq_file *m, const struct mhps_range *range)
{
	if (range->phase != MHPS_RANGE_PRESENT) {
		seq_puts(m, "- - - ");
		return;
	}
	if (range->group.kind == MHPS_GROUP_NONE)
		seq_puts(m, "- ");
	else
		seq_printf(m, "%d ", range->mgid);
	seq_printf(m, "%s %lu ", mhps_memmap_name(range->memmap),
		   range->altmap_pages);
}

/* The position is the block that a range begins with, + 1; private data its copy. */
static void *range_at(struct seq_file *m, loff_t *pos)
{
	struct mhps_range *range = m->private;

	if (!mhps_range_next(mhps_block_address(*pos - 1), range))
		return NULL;
	*pos = range->first_block + 1LL;
	return range;
}

static void *ranges_seq_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? range_at(m, pos) : SEQ_START_TOKEN;
}

static void *ranges_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return range_at(m, pos);
}

static void ranges_seq_stop(struct seq_file *m, void *v)
{
}

static int ranges_seq_show(struct seq_file *m, void *v)
{
	const struct mhps_range *range = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "start size state flags nid blocks type group mgid memmap altmap_nr_pages origin\n");
		return 0;
	}
	seq_printf(m, "0x%llx %llu %s ", range->start, range->size,
		   mhps_range_phase_name(range->phase));
	mhps_show_flags(m, range->flags);
	seq_printf(m, " %d ", range->nid);
	if (range->nr_blocks)
		seq_printf(m, "%u-%u", range->first_block,
			   range->first_block + range->nr_blocks - 1);
	else
		seq_putc(m, '-');
	seq_printf(m, " %s ", mhps_range_type_names[range->type].name);
	show_group(m, range);
	show_given(m, range);
	seq_puts(m, range->origin == MHPS_RANGE_OURS ? "mhp_standby\n" : "kernel\n");
	return 0;
}

static const struct seq_operations ranges_sops = {
	.start = ranges_seq_start,
	.next = ranges_seq_next,
	.stop = ranges_seq_stop,
	.show = ranges_seq_show,
};

static int ranges_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &ranges_sops, sizeof(struct mhps_range));
}

static const struct file_operations ranges_fops = {
	.owner = THIS_MODULE,
	.open = ranges_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

/**
 * mhps_ranges_create() - create debugfs ranges
 * @root: the module's folder
 */
void mhps_ranges_create(struct dentry *root)
{
	debugfs_create_file("ranges", 0400, root, NULL, &ranges_fops);
}
