// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs memmap: the memmap of every block of standby storage as the page
 * tables have it, also of blocks that were never added or are gone.
 */
#include <linux/debugfs.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "core/geometry.h"
#include "debugfs/tables.h"
#include "firmware/firmware.h"
#include "hotplug/memmap.h"
#include "storage/increment_table.h"

/* The seq_file's position is the number of the block + 1. */
static loff_t *block_at(loff_t *pos)
{
	u64 size = memory_block_size_bytes();
	u64 end = mhps_increment_address(mhps_firmware.rnmax + 1);

	for (; mhps_block_address(*pos - 1) + size <= end; ++*pos) {
		if (mhps_increments_are_standby(mhps_block_address(*pos - 1), size))
			return pos;
	}
	return NULL;
}

static void *memmap_seq_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? block_at(pos) : SEQ_START_TOKEN;
}

static void *memmap_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return block_at(pos);
}

static void memmap_seq_stop(struct seq_file *m, void *v)
{
}

static int show_pages(struct seq_file *m, u64 start)
{
	unsigned long mapped, inside;
	bool known = false;
	int err;

	/* Elsewhere others add and remove, and their locks are not exported. */
	if (mhps_firmware.drives) {
		err = down_read_interruptible(&mhps_memmap_rwsem);
		if (err)
			return err;
		known = mhps_memmap_walk(start, memory_block_size_bytes(),
					 &mapped, &inside);
		up_read(&mhps_memmap_rwsem);
	}
	if (known)
		seq_printf(m, "%lu %lu ", mapped, inside);
	else
		seq_puts(m, "- - ");
	return 0;
}

static int memmap_seq_show(struct seq_file *m, void *v)
{
	unsigned long pages = mhps_memmap_pages(memory_block_size_bytes());
	const char *words = "-";
	u64 start;
	u32 id;
	int err;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "block start pages mapped inside words\n");
		return 0;
	}
	id = *(loff_t *)v - 1;
	start = mhps_block_address(id);
	seq_printf(m, "%u 0x%llx %lu ", id, start, pages);
	err = show_pages(m, start);
	if (err)
		return err;
	if (mhps_firmware.ops->words)
		words = mhps_firmware.ops->words(start, pages * PAGE_SIZE);
	seq_printf(m, "%s\n", words);
	return 0;
}

static const struct seq_operations memmap_sops = {
	.start = memmap_seq_start,
	.next = memmap_seq_next,
	.stop = memmap_seq_stop,
	.show = memmap_seq_show,
};
DEFINE_SEQ_ATTRIBUTE(memmap);

/**
 * mhps_memmap_create() - create debugfs memmap
 * @root: the module's folder
 */
void mhps_memmap_create(struct dentry *root)
{
	debugfs_create_file("memmap", 0400, root, NULL, &memmap_fops);
}
