/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What there is: memory blocks and standby storage as sysfs, /sys/firmware/memory
 * and the module's debugfs tell together. Read once, then constant; a verb that
 * has changed something reads a new one. Which source knows what is decided
 * here and nowhere else.
 */
#ifndef STANDBYCTL_MODEL_H
#define STANDBYCTL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table.h"

#define UNKNOWN		(-1)	/* for every signed number below */

enum block_state {
	BLOCK_STANDBY,		/* storage that the kernel does not have */
	BLOCK_OFFLINE,
	BLOCK_ONLINE,
	BLOCK_GOING_OFFLINE,
	BLOCK_DEVICE,		/* mapped into ZONE_DEVICE, never onlined */
	BLOCK_STATES
};

enum memmap { MEMMAP_UNKNOWN, MEMMAP_BLOCK, MEMMAP_SYSTEM, MEMMAP_MIXED };

/**
 * struct block - a memory block, or as much storage that could become one
 * @id: N of memoryN
 * @state: now
 * @zone: of an online block
 * @valid_zones: where an offline block may go
 * @owner: who added it: mhp_standby or kernel
 * @flags: it was added with
 * @last: when its last event was
 * @node: NUMA node
 * @memmap: where its struct pages are
 * @altmap_pages: of it that hold its own memmap
 * @rn_first: increment it begins in, 0 where increments are not known
 * @rn_last: and ends in
 * @assigned: how many of those are assigned
 * @counts: @onlined, @offlined and @failed are known
 * @storage: it is standby storage, not memory that was there at boot
 * @want_altmap: memmap_on_memory of /sys/firmware/memory
 */
struct block {
	uint64_t id;
	enum block_state state;
	const char *zone;
	const char *valid_zones;
	const char *owner;
	const char *flags;
	const char *last;
	int64_t node;
	enum memmap memmap;
	int64_t altmap_pages;
	unsigned int rn_first;
	unsigned int rn_last;
	int64_t assigned;
	bool counts;
	uint64_t onlined;
	uint64_t offlined;
	uint64_t failed;
	bool storage;
	int want_altmap;
};

enum increment_state {
	INCREMENT_RESERVED,	/* the machine booted with it */
	INCREMENT_STANDBY,
	INCREMENT_ASSIGNED,
	INCREMENT_STUCK,	/* the firmware refused to take it back */
	INCREMENT_STATES
};

/**
 * struct increment - what the firmware gives and takes
 * @rn: its number, from 1
 * @element: storage element, UNKNOWN for one that is not attached
 * @state: now
 * @users: blocks that need it
 * @manual: assigned by hand
 */
struct increment {
	unsigned int rn;
	int element;
	enum increment_state state;
	unsigned int users;
	bool manual;
};

/**
 * struct range - what was added through the module in one go
 * @start: physical address in bytes
 * @size: in bytes
 * @state: its phase
 * @flags: it was added with
 * @type: memory or device
 * @node: NUMA node
 * @altmap_pages: of a device range
 * @memmap: of a device range
 */
struct range {
	uint64_t start;
	uint64_t size;
	const char *state;
	const char *flags;
	const char *type;
	int64_t node;
	int64_t altmap_pages;
	enum memmap memmap;
};

/**
 * struct model - the machine
 * @block_size: in bytes
 * @page_size: in bytes, UNKNOWN without the module
 * @struct_page_size: in bytes, UNKNOWN without the module
 * @increment_size: in bytes, 0 without the module
 * @expected_altmap: pages of a block's memmap, UNKNOWN without the module
 * @module: the module's tables are here
 * @firmware: /sys/firmware/memory is here
 * @drives: the module assigns storage, and not the kernel's own driver
 * @prepares: storage is assigned when a block goes online, not when it is added
 * @why_no_module: why they are not, where the module is loaded; else NULL
 * @features: text of the module's file, key=value lines; NULL without
 * @blocks: sorted by number
 * @increments: sorted by number
 * @ranges: as added
 * @strings: behind every string of the model
 */
struct model {
	uint64_t block_size;
	int64_t page_size;
	int64_t struct_page_size;
	uint64_t increment_size;
	int64_t expected_altmap;
	bool module;
	bool firmware;
	bool drives;
	bool prepares;
	const char *why_no_module;
	char *features;
	struct block *blocks;
	size_t nr_blocks;
	struct increment *increments;
	size_t nr_increments;
	struct range *ranges;
	size_t nr_ranges;
	char **strings;
	size_t nr_strings;
};

extern bool model_without_module;	/* --no-module */

/* Words for the enums; also what JSON has. */
extern const char * const block_state_names[BLOCK_STATES];
extern const char * const increment_state_names[INCREMENT_STATES];
extern const char * const memmap_names[];

void model_read(struct model *model);
void model_free(struct model *model);
struct block *model_block(const struct model *model, uint64_t id);
const struct range *model_range_at(const struct model *model, uint64_t address);
char *model_feature(const struct model *model, const char *name);
void model_need_module(const struct model *model, const char *what);

/* The rooms of the house, in the order model_read() goes through them. */
void model_read_sysfs(struct model *model);
void model_read_firmware(struct model *model);
void model_read_module(struct model *model);

const char *model_keep(struct model *model, char *string);
struct block *model_add_block(struct model *model, uint64_t id);
enum memmap memmap_parse(const char *word);

void module_table(struct table *table, const char *name,
		  const char * const *needed);

#endif /* STANDBYCTL_MODEL_H */
