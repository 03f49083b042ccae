/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory blocks as the memory notifier chain shows them: the state of each,
 * whether its events come in pairs, and what they told about its altmap. Owns
 * the table of blocks by number. Entries of ranges we added are put in and
 * taken out by range_table.c; those of other blocks appear with their first
 * event.
 *
 * Fields change in memory notifiers, which the kernel serialises, and by who
 * adds and removes while the block cannot have events; with WRITE_ONCE, for
 * readers, who use RCU.
 */
#ifndef MHPS_BLOCK_H
#define MHPS_BLOCK_H

#include <linux/rcupdate.h>
#include <linux/types.h>

#include "core/event.h"
#include "core/model.h"
#include "hotplug/memmap.h"

struct xa_state;

struct mhps_range;

/**
 * enum mhps_block_state - what the events so far say
 * @MHPS_BLOCK_UNKNOWN: there before us, no event yet
 * @MHPS_BLOCK_OFFLINE: not in use; on the event model its storage is in standby
 * @MHPS_BLOCK_PREPARED: storage assigned, memmap not yet in use
 * @MHPS_BLOCK_GOING_ONLINE: its struct pages are being initialised
 * @MHPS_BLOCK_ONLINE: in use
 * @MHPS_BLOCK_GOING_OFFLINE: its pages are being moved away
 * @MHPS_BLOCK_OFFLINED: out of use, storage not yet unassigned
 * @MHPS_BLOCK_STATE_NR: how many there are
 */
enum mhps_block_state {
	MHPS_BLOCK_UNKNOWN,
	MHPS_BLOCK_OFFLINE,
	MHPS_BLOCK_PREPARED,
	MHPS_BLOCK_GOING_ONLINE,
	MHPS_BLOCK_ONLINE,
	MHPS_BLOCK_GOING_OFFLINE,
	MHPS_BLOCK_OFFLINED,
	MHPS_BLOCK_STATE_NR,
};

/**
 * struct mhps_block_transition - what an event does to a block's state
 * @to: state it leads to
 * @from: BIT() of each state it may come from; none for an event that this model
 *	  does not have
 */
struct mhps_block_transition {
	u8 to;
	u8 from;
};

/**
 * struct mhps_block - a memory block
 * @rcu: for freeing behind readers
 * @id: N of memoryN
 * @start: physical address in bytes
 * @range: range it belongs to, NULL if we did not add it
 * @nid: node, NUMA_NO_NODE if not known
 * @state: by its events
 * @preparing: MEM_PREPARE_ONLINE is being handled
 * @storage_held: its increments are got, and have to be put
 * @memmap: where its struct pages live
 * @altmap_pages: pages of its altmap, as the last event told, before the first
 *		  one as the page tables show
 * @onlined: MEM_ONLINE events
 * @offlined: MEM_OFFLINE events
 * @failed: refused preparations and cancelled transitions
 * @last_ns: local_clock() of the last event
 */
struct mhps_block {
	struct rcu_head rcu;
	u32 id;
	u64 start;
	struct mhps_range *range;
	int nid;
	enum mhps_block_state state;
	bool preparing;
	bool storage_held;
	enum mhps_memmap memmap;
	unsigned long altmap_pages;
	unsigned long onlined;
	unsigned long offlined;
	unsigned long failed;
	u64 last_ns;
};

struct mhps_block *mhps_block_find(u32 id);
struct mhps_block *mhps_block_walk(struct xa_state *walk, u32 id);
struct mhps_block *mhps_block_walk_on(struct xa_state *walk);
struct mhps_block *mhps_block_find_or_note(u32 id);
struct mhps_block *mhps_block_new(u32 id);
int mhps_block_insert(struct mhps_block *block);
void mhps_block_delete(struct mhps_block *block);
void mhps_blocks_exit(void);

const struct mhps_block_transition *
mhps_block_transition(const struct mhps_model *model, enum mhps_event event);
bool mhps_block_advance(struct mhps_block *block, enum mhps_event event);
const char *mhps_block_state_name(enum mhps_block_state state);

#endif /* MHPS_BLOCK_H */
