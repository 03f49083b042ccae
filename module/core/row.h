/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A row of the ledger, as it is written, kept, traced and shown. Owns nothing.
 */
#ifndef MHPS_ROW_H
#define MHPS_ROW_H

#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/types.h>

#include "core/event.h"

/* Flags of a row, printed by name. */
#define MHPS_ROW_UNPAIRED	BIT(0)	/* event without its counterpart */
#define MHPS_ROW_UNWIND		BIT(1)	/* undoes an earlier call */
#define MHPS_ROW_MANUAL		BIT(2)	/* asked for through debugfs */
#define MHPS_ROW_INJECTED	BIT(3)	/* outcome decided by a fault rule */

#define MHPS_ROW_NO_BLOCK	U32_MAX
#define MHPS_ROW_NO_ELEMENT	(-1)

/**
 * struct mhps_row - one line of the ledger
 * @seq: position since the module was loaded; set by mhps_ledger_begin()
 * @time_ns: local_clock() at the beginning, as printk stamps messages
 * @began_ns: ktime_get_ns() at the beginning: the same on all CPUs
 * @ns: duration; 0 while in progress
 * @event: what it is about
 * @flags: MHPS_ROW_*
 * @done: set by mhps_ledger_end()
 * @extra_subscriber: seen by a subscriber that a fault rule made
 * @has_range: @start_pfn and @nr_pages are valid
 * @has_altmap: @altmap_start_pfn and @altmap_nr_pages are valid
 * @priority: notifier priority of the extra subscriber
 * @result: 0 or negative errno
 * @block: memory block number, or MHPS_ROW_NO_BLOCK
 * @start_pfn: first pfn of the event, as the kernel told it
 * @nr_pages: its length in pages
 * @altmap_start_pfn: first pfn of the altmap
 * @altmap_nr_pages: its length in pages
 * @rn: increment of a firmware call, or 0
 * @element: storage element of a firmware call, or MHPS_ROW_NO_ELEMENT
 * @command: command word of a firmware call, or 0
 * @response: response code of a firmware call, or 0
 */
struct mhps_row {
	u64 seq;
	u64 time_ns;
	u64 began_ns;
	u64 ns;
	u8 event;
	u8 flags;
	bool done;
	bool extra_subscriber;
	bool has_range;
	bool has_altmap;
	int priority;
	int result;
	u32 block;
	unsigned long start_pfn;
	unsigned long nr_pages;
	unsigned long altmap_start_pfn;
	unsigned long altmap_nr_pages;
	u32 rn;
	int element;
	u32 command;
	u16 response;
};

#endif /* MHPS_ROW_H */
