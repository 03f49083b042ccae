// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>

#include "hotplug/block.h"
#include "core/compat.h"
#include "debugfs/debugfs.h"
#include "firmware/firmware.h"
#include "storage/increment.h"
#include "core/ledger.h"
#include "hotplug/memmap.h"
#include "debugfs/memmap.h"
#include "hotplug/range.h"
#include "core/last_error.h"
#include "core/stats.h"

static struct dentry *debugfs_root;
static struct dentry *debugfs_blocks;	/* the folder block/ */

static void show_memmap_on_memory(struct seq_file *m)
{
	unsigned long block = memory_block_size_bytes();
	unsigned long size = PHYS_PFN(block) * sizeof(struct page);

	if (mhp_supports_memmap_on_memory())
		seq_puts(m, "memmap_on_memory=yes\n");
	else if (!IS_ALIGNED(size, PMD_SIZE))
		seq_printf(m, "memmap_on_memory=no (the struct pages of a block take %lu bytes, no multiple of %lu)\n",
			   size, PMD_SIZE);
	else
		seq_puts(m, "memmap_on_memory=no (boot with memory_hotplug.memmap_on_memory=1)\n");
}

static int features_show(struct seq_file *m, void *unused)
{
	unsigned long block = memory_block_size_bytes();
	u64 start, size;

	seq_printf(m, "model=%s\n", MHPS_EVENT_MODEL ? "event" : "configure");
	seq_printf(m, "firmware=%s\n", mhps_firmware.ops->name);
	seq_printf(m, "drives=%s\n", mhps_firmware.drives ? "yes" : "no");
	show_memmap_on_memory(m);
	seq_printf(m, "offline_inaccessible=%s\n",
		   MHPS_EVENT_MODEL ? "yes" : "no");
	seq_printf(m, "device=%s\n", !MHPS_HAVE_DEVICE ?
		   "no (this kernel has no ZONE_DEVICE)" :
		   !mhps_firmware.drives ?
		   "no (the in-kernel SCLP driver assigns nothing for it)" : "yes");
	seq_printf(m, "block_size=%lu\n", block);
	seq_printf(m, "increment_size=%llu\n", mhps_firmware.increment_size);
	seq_printf(m, "rnmax=%u\n", mhps_firmware.rnmax);
	seq_printf(m, "elements=%u\n", mhps_increments_elements());
	seq_printf(m, "altmap_pages=%lu\n", mhps_memmap_pages(block));
	seq_printf(m, "page_size=%lu\n", PAGE_SIZE);
	seq_printf(m, "struct_page_size=%zu\n", sizeof(struct page));
	if (mhps_increments_standby_run(&start, &size))
		seq_printf(m, "standby_start=0x%llx\nstandby_size=%llu\n",
			   start, size);
	else
		seq_puts(m, "standby_start=-\nstandby_size=0\n");
	if (mhps_firmware.ops->show)
		mhps_firmware.ops->show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(features);

static int last_error_show(struct seq_file *m, void *unused)
{
	mhps_report_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(last_error);
DEFINE_SHOW_ATTRIBUTE(mhps_stats);
DEFINE_SEQ_ATTRIBUTE(mhps_blocks);
DEFINE_SEQ_ATTRIBUTE(mhps_ranges);
DEFINE_SEQ_ATTRIBUTE(mhps_memmaps);

static int mhps_increments_open(struct inode *inode, struct file *file)
{
	int err = mhps_increments_refresh();

	return err ?: seq_open(file, &mhps_increments_sops);
}

static const struct file_operations mhps_increments_fops = {
	.owner = THIS_MODULE,
	.open = mhps_increments_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release,
};

/*
 * One value a file, for scripts. A file's private data is the block's number,
 * not its address: the block may be gone by the time the file is read.
 */
#define BLOCK_VALUE(name, ...)						\
static int block_##name##_show(struct seq_file *m, void *unused)	\
{									\
	const struct mhps_block *block;					\
									\
	rcu_read_lock();						\
	block = mhps_block_find((unsigned long)m->private);		\
	if (block && block->range)					\
		__VA_ARGS__;						\
	rcu_read_unlock();						\
	if (!block)							\
		return -ENODEV;						\
	seq_putc(m, '\n');						\
	return 0;							\
}									\
DEFINE_SHOW_ATTRIBUTE(block_##name)

static void show_altmap_start(struct seq_file *m, const struct mhps_block *block)
{
	if (READ_ONCE(block->altmap_pages))
		seq_printf(m, "%llu", (u64)PHYS_PFN(block->start));
	else
		seq_putc(m, '-');
}

static void show_rn(struct seq_file *m, const struct mhps_block *block)
{
	u32 first = mhps_increment_first(block->start);
	u32 last = mhps_increment_last(block->start, memory_block_size_bytes());

	seq_printf(m, "%u", first);
	if (last != first)
		seq_printf(m, "-%u", last);
}

BLOCK_VALUE(altmap_start_pfn, show_altmap_start(m, block));
BLOCK_VALUE(altmap_nr_pages,
	    seq_printf(m, "%lu", READ_ONCE(block->altmap_pages)));
BLOCK_VALUE(memmap,
	    seq_puts(m, mhps_memmap_names[READ_ONCE(block->memmap)]));
BLOCK_VALUE(state, seq_puts(m, mhps_block_state_name(block)));
BLOCK_VALUE(flags, mhps_range_show_flags(m, block->range));
BLOCK_VALUE(start, seq_printf(m, "0x%llx", block->start));
BLOCK_VALUE(size, seq_printf(m, "%lu", memory_block_size_bytes()));
BLOCK_VALUE(nid, seq_printf(m, "%d", block->nid));
BLOCK_VALUE(rn, show_rn(m, block));

static const struct {
	const char *name;
	const struct file_operations *fops;
} block_files[] = {
	{ "altmap_start_pfn", &block_altmap_start_pfn_fops },
	{ "altmap_nr_pages", &block_altmap_nr_pages_fops },
	{ "memmap", &block_memmap_fops },
	{ "state", &block_state_fops },
	{ "flags", &block_flags_fops },
	{ "start", &block_start_fops },
	{ "size", &block_size_fops },
	{ "nid", &block_nid_fops },
	{ "rn", &block_rn_fops },
};

static void block_added(u32 id)
{
	struct dentry *folder;
	char name[12];
	int i;

	snprintf(name, sizeof(name), "%u", id);
	folder = debugfs_create_dir(name, debugfs_blocks);
	for (i = 0; i < ARRAY_SIZE(block_files); i++)
		debugfs_create_file(block_files[i].name, 0400, folder,
				    (void *)(unsigned long)id,
				    block_files[i].fops);
}

static void block_removed(u32 id)
{
	char name[12];

	snprintf(name, sizeof(name), "%u", id);
	debugfs_lookup_and_remove(name, debugfs_blocks);
}

static const struct mhps_range_observer block_observer = {
	.added = block_added,
	.removed = block_removed,
};

/**
 * mhps_debugfs_init() - create the files; commands can come from here on
 *
 * Nothing fails: without debugfs the module goes on without files.
 */
void mhps_debugfs_init(void)
{
	debugfs_root = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_blocks = debugfs_create_dir("block", debugfs_root);
	mhps_range_observe(&block_observer);
	debugfs_create_file("features", 0400, debugfs_root, NULL,
			    &features_fops);
	debugfs_create_file("last_error", 0400, debugfs_root, NULL,
			    &last_error_fops);
	debugfs_create_file("stats", 0400, debugfs_root, NULL,
			    &mhps_stats_fops);
	debugfs_create_file("blocks", 0400, debugfs_root, NULL,
			    &mhps_blocks_fops);
	debugfs_create_file("ranges", 0400, debugfs_root, NULL,
			    &mhps_ranges_fops);
	debugfs_create_file("increments", 0400, debugfs_root, NULL,
			    &mhps_increments_fops);
	debugfs_create_file("memmap", 0400, debugfs_root, NULL,
			    &mhps_memmaps_fops);
	mhps_debugfs_commands(debugfs_root);
}

/**
 * mhps_debugfs_exit() - remove the files; waits for handlers to end
 */
void mhps_debugfs_exit(void)
{
	debugfs_remove(debugfs_root);
	mhps_range_observe(NULL);
}
