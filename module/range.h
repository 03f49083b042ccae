/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges: what this module added to the kernel. One range is one add_memory()
 * call, and is removed as a whole. Owns the list of ranges; the range mutex
 * guards the list and every range's phase, and is held across neither
 * add_memory(), remove_memory() nor a firmware call. Each range pins the
 * module: a block left behind would crash the kernel when onlined.
 */
#ifndef MHPS_RANGE_H
#define MHPS_RANGE_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/types.h>

/* Flags of a range; names in range_check.c. */
#define MHPS_MEMMAP_ON_MEMORY		BIT(0)
#define MHPS_INACCESSIBLE		BIT(1)
#define MHPS_MERGE_RESOURCE		BIT(2)
#define MHPS_DRIVER_MANAGED		BIT(3)

/* enum mhps_range_phase - life of a range */
enum mhps_range_phase {
	MHPS_RANGE_ADDING,	/* add_memory() runs; events may come already */
	MHPS_RANGE_PRESENT,	/* its blocks go online and offline */
	MHPS_RANGE_REMOVING,	/* remove_memory() runs */
};

/**
 * struct mhps_range - memory added by one command
 * @node: in the list of ranges, under the range mutex
 * @rcu: for freeing behind readers of its blocks
 * @start: physical address in bytes
 * @size: in bytes
 * @nid: node
 * @flags: MHPS_* above
 * @phase: under the range mutex, READ_ONCE by readers
 * @holds: its increments are assigned from add to remove
 */
struct mhps_range {
	struct list_head node;
	struct rcu_head rcu;
	u64 start;
	u64 size;
	int nid;
	unsigned int flags;
	enum mhps_range_phase phase;
	bool holds;
};

/**
 * struct mhps_range_request - an add command
 * @start: physical address in bytes
 * @size: in bytes
 * @nid: node, NUMA_NO_NODE for the one the platform says
 * @flags: MHPS_* above
 * @unsafe: accept that adding touches storage that is in standby
 */
struct mhps_range_request {
	u64 start;
	u64 size;
	int nid;
	unsigned int flags;
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
unsigned int mhps_range_default_flags(void);
int mhps_range_parse_flags(const char *text, unsigned int *flags,
			   char *why, size_t why_size);
int mhps_range_add(struct mhps_range_request *request);
int mhps_range_check(struct mhps_range_request *request, bool *holds);
int mhps_range_check_geometry(const char *command, u64 start, u64 size);
int mhps_range_remove(u64 start, u64 size);
bool mhps_range_look(u64 start, u64 size, void (*look)(void *arg), void *arg);
void mhps_range_show_flags(struct seq_file *m, const struct mhps_range *range);
const char *mhps_range_phase_name(const struct mhps_range *range);

static inline enum mhps_range_phase
mhps_range_phase(const struct mhps_range *range)
{
	return READ_ONCE(range->phase);
}

extern const struct seq_operations mhps_ranges_sops;

#endif /* MHPS_RANGE_H */
