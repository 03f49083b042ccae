/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of ranges: what this module added to the kernel, and what it took
 * out of the hands of the in-kernel SCLP driver. Owns the table and the entries
 * of its blocks in the block table.
 *
 * The range mutex guards the table and every range's phase. It is held across no
 * call that adds or removes memory or goes to the firmware: a phase says that one
 * is on its way, and keeps others out. Each range that is added pins the module: a
 * block left behind would crash the kernel when onlined.
 */
#ifndef MHPS_RANGE_TABLE_H
#define MHPS_RANGE_TABLE_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "core/command.h"
#include "core/row.h"
#include "hotplug/memmap.h"

struct dev_pagemap;

/* Flags of a range; names in range_check.c. */
#define MHPS_MEMMAP_ON_MEMORY		BIT(0)
#define MHPS_INACCESSIBLE		BIT(1)
#define MHPS_MERGE_RESOURCE		BIT(2)
#define MHPS_DRIVER_MANAGED		BIT(3)

/**
 * enum mhps_range_type - what the kernel takes a range for
 * @MHPS_RANGE_MEMORY: memory blocks, to be onlined
 * @MHPS_RANGE_DEVICE: ZONE_DEVICE, a memmap and nothing else
 */
enum mhps_range_type {
	MHPS_RANGE_MEMORY,
	MHPS_RANGE_DEVICE,
};

/**
 * enum mhps_range_origin - whose memory a range is
 * @MHPS_RANGE_OURS: added by this module
 * @MHPS_RANGE_KERNELS: a block that the in-kernel SCLP driver added and we removed
 */
enum mhps_range_origin {
	MHPS_RANGE_OURS,
	MHPS_RANGE_KERNELS,
};

/**
 * enum mhps_range_phase - life of a range
 * @MHPS_RANGE_ADDING: the kernel takes it; events may come already
 * @MHPS_RANGE_PRESENT: its blocks go online and offline
 * @MHPS_RANGE_REMOVING: the kernel lets go of it
 * @MHPS_RANGE_DETACHED: the kernel's; it is gone and comes back at unload. Until
 *			 then its place is free for ranges of ours
 */
enum mhps_range_phase {
	MHPS_RANGE_ADDING,
	MHPS_RANGE_PRESENT,
	MHPS_RANGE_REMOVING,
	MHPS_RANGE_DETACHED,
};

/**
 * struct mhps_range - memory added by one command, or one block detached
 * @rb: in the table, by @start; under the range mutex
 * @subtree_last: of the table
 * @node: for a list of ranges not yet or no more in the table
 * @rcu: for freeing behind readers of its blocks
 * @start: physical address in bytes
 * @size: in bytes
 * @origin: whose it is
 * @type: what the kernel takes it for
 * @first_block: number of its first memory block
 * @nr_blocks: how many, 0 for a device range
 * @nid: node
 * @flags: MHPS_* above
 * @group: kind of memory group it is added as
 * @mgid: the kernel's number of that group, while there is one
 * @phase: under the range mutex, READ_ONCE by readers
 * @storage_held: its increments are assigned from add to remove
 * @memmap: where all its struct pages live, once present
 * @altmap_pages: pages of its altmaps, once present
 * @pgmap: of a device range, while it is mapped
 */
struct mhps_range {
	struct rb_node rb;
	u64 subtree_last;
	struct list_head node;
	struct rcu_head rcu;
	u64 start;
	u64 size;
	enum mhps_range_origin origin;
	enum mhps_range_type type;
	u32 first_block;
	u32 nr_blocks;
	int nid;
	unsigned int flags;
	struct mhps_group group;
	int mgid;
	enum mhps_range_phase phase;
	bool storage_held;
	enum mhps_memmap memmap;
	unsigned long altmap_pages;
	struct dev_pagemap *pgmap;
};

struct mhps_row mhps_range_row(enum mhps_event event,
			       const struct mhps_range *range);
int mhps_range_publish(struct mhps_range *range);
void mhps_range_unpublish(struct mhps_range *range);
int mhps_range_claim(u64 start, u64 size, struct mhps_range **range);
void mhps_range_set_phase(struct mhps_range *range, enum mhps_range_phase phase);
int mhps_ranges_claim_detach(struct list_head *ranges);
void mhps_range_forget_detached(struct mhps_range *range);
bool mhps_range_next(u64 from, struct mhps_range *copy);
struct mhps_range *mhps_range_first_detached(void);

static inline enum mhps_range_phase
mhps_range_phase(const struct mhps_range *range)
{
	return READ_ONCE(range->phase);
}

const char *mhps_range_phase_name(enum mhps_range_phase phase);

#endif /* MHPS_RANGE_TABLE_H */
