// SPDX-License-Identifier: GPL-2.0-only
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/mm.h>

#include "hotplug/block.h"
#include "firmware/firmware.h"
#include "storage/increment.h"
#include "hotplug/memmap.h"
#include "debugfs/memmap.h"
#include "hotplug/range.h"

/**
 * struct memmap_look - one row
 * @start: of the block, physical, in bytes
 * @known: the numbers are
 * @mapped: pages of its memmap that are mapped
 * @inside: those of them that lie in the block
 */
struct memmap_look {
	u64 start;
	bool known;
	unsigned long mapped;
	unsigned long inside;
};

/* Blocks all of whose increments are standby storage, assigned or not. */
static bool is_standby_block(u32 id)
{
	u64 size = memory_block_size_bytes();
	u32 last = mhps_increment_last(id * size, size);
	enum mhps_increment_state state;
	u32 rn;

	for (rn = mhps_increment_first(id * size); rn <= last; rn++) {
		state = mhps_increment_state(rn);
		if (state == MHPS_ABSENT || state == MHPS_RESERVED)
			return false;
	}
	return true;
}

/* The seq_file's position is the number of the block + 1. */
static void *find_block(loff_t *pos)
{
	u64 end = (u64)mhps_firmware.rnmax * mhps_firmware.increment_size;
	u32 blocks = div64_u64(end, memory_block_size_bytes());

	for (; *pos <= blocks; (*pos)++) {
		if (is_standby_block(*pos - 1))
			return pos;
	}
	return NULL;
}

static void *memmaps_seq_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? find_block(pos) : SEQ_START_TOKEN;
}

static void *memmaps_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return find_block(pos);
}

static void memmaps_seq_stop(struct seq_file *m, void *v)
{
}

static void look(void *arg)
{
	struct memmap_look *row = arg;

	row->known = mhps_memmap_walk(row->start, memory_block_size_bytes(),
				      &row->mapped, &row->inside);
}

static int memmaps_seq_show(struct seq_file *m, void *v)
{
	u64 size = memory_block_size_bytes();
	unsigned long pages = mhps_memmap_pages(size);
	struct memmap_look row = { };
	const char *words = "-";
	u32 id;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "block start pages mapped inside words\n");
		return 0;
	}
	id = *(loff_t *)v - 1;
	row.start = id * size;
	/* Elsewhere others add and remove, and their locks are not exported. */
	if (mhps_firmware.drives)
		mhps_range_look(row.start, size, look, &row);
	if (mhps_firmware.ops->words)
		words = mhps_firmware.ops->words(row.start, pages * PAGE_SIZE);
	seq_printf(m, "%u 0x%llx %lu ", id, row.start, pages);
	if (row.known)
		seq_printf(m, "%lu %lu ", row.mapped, row.inside);
	else
		seq_puts(m, "- - ");
	seq_printf(m, "%s\n", words);
	return 0;
}

const struct seq_operations mhps_memmaps_sops = {
	.start = memmaps_seq_start,
	.next = memmaps_seq_next,
	.stop = memmaps_seq_stop,
	.show = memmaps_seq_show,
};
