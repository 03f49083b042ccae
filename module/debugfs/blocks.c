// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/hex.h>
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pfn.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/time64.h>
#include <linux/xarray.h>

#include "debugfs/tables.h"
#include "hotplug/block.h"
#include "hotplug/range.h"
#include "hotplug/range_table.h"
#include "storage/increment_table.h"

static struct dentry *blocks_folder;	/* block/ */

/* State of a block, or of its range where that says more. */
static const char *state_of(const struct mhps_block *block)
{
	enum mhps_block_state state = READ_ONCE(block->state);

	if (READ_ONCE(block->preparing))
		return "preparing";
	if (state == MHPS_BLOCK_OFFLINE && block->range &&
	    mhps_range_phase(block->range) != MHPS_RANGE_PRESENT)
		return mhps_range_phase_name(mhps_range_phase(block->range));
	return mhps_block_state_name(state);
}

static void show_altmap_start(struct seq_file *m, const char *before,
			      const struct mhps_block *block)
{
	if (READ_ONCE(block->altmap_pages)) {
		seq_put_decimal_ull(m, before, PHYS_PFN(block->start));
	} else {
		seq_puts(m, before);
		seq_putc(m, '-');
	}
}

static void show_increments(struct seq_file *m, const char *before,
			    const struct mhps_block *block)
{
	u32 first = mhps_increment_first(block->start);
	u32 last = mhps_increment_last(block->start, memory_block_size_bytes());

	seq_put_decimal_ull(m, before, first);
	if (last != first)
		seq_put_decimal_ull(m, "-", last);
}

static void show_last(struct seq_file *m, const struct mhps_block *block)
{
	u64 last_ns = READ_ONCE(block->last_ns);
	u32 ns_rest;
	u64 seconds = div_u64_rem(last_ns, NSEC_PER_SEC, &ns_rest);

	if (last_ns) {
		seq_put_decimal_ull(m, " ", seconds);
		/* Nothing quick pads with zeroes. */
		seq_printf(m, ".%06u\n", ns_rest / (u32)NSEC_PER_USEC);
	} else {
		seq_puts(m, " -\n");
	}
}

/* As %llx, which has no quick form that modules may use. */
static void put_hex(struct seq_file *m, const char *before, u64 number)
{
	char digits[sizeof(number) * 2];
	unsigned int i = sizeof(digits);

	do {
		digits[--i] = hex_asc_lo(number);
		number >>= 4;
	} while (number);
	seq_puts(m, before);
	seq_write(m, digits + i, sizeof(digits) - i);
}

/* What we know of a block that we added, and of one that others did. */
static void show_range(struct seq_file *m, const struct mhps_block *block)
{
	if (!block->range) {
		seq_puts(m, " kernel - -");
		return;
	}
	seq_puts(m, " mhp_standby ");
	mhps_show_flags(m, block->range->flags);
	seq_put_decimal_ll(m, " ", block->nid);
}

/*
 * The seq_file's position is the block's number + 1, and its private data the walk,
 * from start to stop.
 */
static void *row_of(struct mhps_block *block, loff_t *pos)
{
	if (block)
		*pos = block->id + 1LL;
	return block;
}

static void *blocks_seq_start(struct seq_file *m, loff_t *pos)
	__acquires(RCU)
{
	rcu_read_lock();
	return *pos ? row_of(mhps_block_walk(m->private, *pos - 1), pos) :
		      SEQ_START_TOKEN;
}

static void *blocks_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return row_of(v == SEQ_START_TOKEN ? mhps_block_walk(m->private, *pos - 1) :
					     mhps_block_walk_on(m->private), pos);
}

static void blocks_seq_stop(struct seq_file *m, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

static int blocks_seq_show(struct seq_file *m, void *v)
{
	const struct mhps_block *block = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "block start size state owner flags nid altmap_start_pfn altmap_nr_pages memmap rn onlined offlined failed last\n");
		return 0;
	}
	/* No event tells that a block of the in-kernel driver is removed. */
	if (!block->range && !pfn_valid(PHYS_PFN(block->start)))
		return SEQ_SKIP;
	/* Thousands of rows, each of which would parse fourteen formats. */
	seq_put_decimal_ull(m, "", block->id);
	put_hex(m, " 0x", block->start);
	seq_put_decimal_ull(m, " ", memory_block_size_bytes());
	seq_putc(m, ' ');
	seq_puts(m, state_of(block));
	show_range(m, block);
	show_altmap_start(m, " ", block);
	seq_put_decimal_ull(m, " ", READ_ONCE(block->altmap_pages));
	seq_putc(m, ' ');
	seq_puts(m, mhps_memmap_name(READ_ONCE(block->memmap)));
	show_increments(m, " ", block);
	seq_put_decimal_ull(m, " ", READ_ONCE(block->onlined));
	seq_put_decimal_ull(m, " ", READ_ONCE(block->offlined));
	seq_put_decimal_ull(m, " ", READ_ONCE(block->failed));
	show_last(m, block);
	return 0;
}

static const struct seq_operations blocks_sops = {
	.start = blocks_seq_start,
	.next = blocks_seq_next,
	.stop = blocks_seq_stop,
	.show = blocks_seq_show,
};

static int blocks_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &blocks_sops, sizeof(struct xa_state));
}

static const struct file_operations blocks_fops = {
	.owner = THIS_MODULE,
	.open = blocks_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

static void show_values(struct seq_file *m, const struct mhps_block *block)
{
	seq_printf(m, "state=%s\n", state_of(block));
	seq_printf(m, "start=0x%llx\n", block->start);
	seq_printf(m, "size=%lu\n", memory_block_size_bytes());
	seq_puts(m, "flags=");
	mhps_show_flags(m, block->range->flags);
	seq_printf(m, "\nnid=%d\n", block->nid);
	show_altmap_start(m, "altmap_start_pfn=", block);
	seq_printf(m, "\naltmap_nr_pages=%lu\n", READ_ONCE(block->altmap_pages));
	seq_printf(m, "memmap=%s\n", mhps_memmap_name(READ_ONCE(block->memmap)));
	show_increments(m, "rn=", block);
	seq_putc(m, '\n');
}

/*
 * One file a block, key=value lines as in features: a file costs more than all
 * we remember of a block. Its private data is the block's number, not its
 * address: the block may be gone by the time the file is read.
 */
static int block_show(struct seq_file *m, void *unused)
{
	const struct mhps_block *block;
	int err = -ENODEV;

	rcu_read_lock();
	block = mhps_block_find((unsigned long)m->private);
	if (block && block->range) {
		show_values(m, block);
		err = 0;
	}
	rcu_read_unlock();
	return err;
}
DEFINE_SHOW_ATTRIBUTE(block);

static void block_added(u32 id)
{
	char name[12];

	snprintf(name, sizeof(name), "%u", id);
	debugfs_create_file(name, 0400, blocks_folder,
			    (void *)(unsigned long)id, &block_fops);
}

static void block_removed(u32 id)
{
	char name[12];

	snprintf(name, sizeof(name), "%u", id);
	debugfs_lookup_and_remove(name, blocks_folder);
}

static const struct mhps_range_observer block_observer = {
	.added = block_added,
	.removed = block_removed,
};

/**
 * mhps_blocks_create() - create debugfs blocks and the folder block/
 * @root: the module's folder
 */
void mhps_blocks_create(struct dentry *root)
{
	blocks_folder = debugfs_create_dir("block", root);
	mhps_range_observe(&block_observer);
	debugfs_create_file("blocks", 0400, root, NULL, &blocks_fops);
}

/**
 * mhps_blocks_forget() - the folder is gone
 */
void mhps_blocks_forget(void)
{
	mhps_range_observe(NULL);
}
