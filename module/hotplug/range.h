/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges: what this module added to the kernel. One range is one add_memory()
 * (range_memory.c) or memremap_pages() call (range_device.c), and is removed as
 * a whole. Owns the list of ranges; the range mutex guards the list and every
 * range's phase, and is held across none of these calls, of their opposites,
 * and of the firmware's. Each range pins the module: a block left behind would
 * crash the kernel when onlined.
 */
#ifndef MHPS_RANGE_H
#define MHPS_RANGE_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/types.h>

#include "core/command.h"
#include "hotplug/memmap.h"

struct dev_pagemap;

/* Flags of a range; names in range_check.c. */
#define MHPS_MEMMAP_ON_MEMORY		BIT(0)
#define MHPS_INACCESSIBLE		BIT(1)
#define MHPS_MERGE_RESOURCE		BIT(2)
#define MHPS_DRIVER_MANAGED		BIT(3)

/* enum mhps_range_type - what the kernel takes a range for; names in range_check.c */
enum mhps_range_type {
	MHPS_RANGE_MEMORY,	/* memory blocks, to be onlined */
	MHPS_RANGE_DEVICE,	/* ZONE_DEVICE: a memmap and nothing else */
};

/* enum mhps_range_phase - life of a range */
enum mhps_range_phase {
	MHPS_RANGE_ADDING,	/* the kernel takes it; events may come already */
	MHPS_RANGE_PRESENT,	/* its blocks go online and offline */
	MHPS_RANGE_REMOVING,	/* the kernel lets go of it */
};

/**
 * struct mhps_range - memory added by one command
 * @node: in the list of ranges, under the range mutex
 * @rcu: for freeing behind readers of its blocks
 * @start: physical address in bytes
 * @size: in bytes
 * @type: what the kernel takes it for
 * @first_block: number of its first memory block
 * @nr_blocks: how many, 0 for a device range
 * @nid: node
 * @flags: MHPS_* above
 * @group: kind of memory group it is added as
 * @mgid: the kernel's number of that group, while there is one
 * @phase: under the range mutex, READ_ONCE by readers
 * @holds: its increments are assigned from add to remove
 * @memmap: where all its struct pages live, once present
 * @altmap_pages: pages of its altmaps, once present
 * @pgmap: of a device range, while it is mapped
 */
struct mhps_range {
	struct list_head node;
	struct rcu_head rcu;
	u64 start;
	u64 size;
	enum mhps_range_type type;
	u32 first_block;
	u32 nr_blocks;
	int nid;
	unsigned int flags;
	struct mhps_group group;
	int mgid;
	enum mhps_range_phase phase;
	bool holds;
	enum mhps_memmap memmap;
	unsigned long altmap_pages;
	struct dev_pagemap *pgmap;
};

/**
 * struct mhps_range_request - an add command
 * @start: physical address in bytes
 * @size: in bytes
 * @type: what the kernel is to take it for
 * @nid: node, NUMA_NO_NODE for the one the platform says
 * @flags: MHPS_* above
 * @group: memory group to add it as
 * @unsafe: accept that adding touches storage that is in standby
 */
struct mhps_range_request {
	u64 start;
	u64 size;
	enum mhps_range_type type;
	int nid;
	unsigned int flags;
	struct mhps_group group;
	bool unsafe;
};

/**
 * struct mhps_range_observer - whom to tell of blocks that come and go
 * @added: block of ours that is there now; no lock is held
 * @removed: block of ours that is gone; no lock is held
 */
struct mhps_range_observer {
	void (*added)(u32 block);
	void (*removed)(u32 block);
};

void mhps_range_observe(const struct mhps_range_observer *observer);
unsigned int mhps_range_default_flags(enum mhps_range_type type);
int mhps_range_parse_type(const char *text, enum mhps_range_type *type,
			  char *why, size_t why_size);
int mhps_range_parse_flags(const char *text, unsigned int *flags,
			   char *why, size_t why_size);
int mhps_range_add(struct mhps_range_request *request);
int mhps_range_check(struct mhps_range_request *request, bool *holds);
int mhps_range_check_geometry(const char *command, u64 start, u64 size);
int mhps_range_remove(u64 start, u64 size);
bool mhps_range_look(u64 start, u64 size, void (*look)(void *arg), void *arg);
const char *mhps_range_type_name(const struct mhps_range *range);
void mhps_range_show_header(struct seq_file *m);
void mhps_range_show(struct seq_file *m, const struct mhps_range *range);
void mhps_range_show_flags(struct seq_file *m, const struct mhps_range *range);
const char *mhps_range_phase_name(const struct mhps_range *range);

static inline enum mhps_range_phase
mhps_range_phase(const struct mhps_range *range)
{
	return READ_ONCE(range->phase);
}

extern const struct seq_operations mhps_ranges_sops;

#endif /* MHPS_RANGE_H */
