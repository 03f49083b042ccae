/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The canary: standby RAM of the simulation holds a pattern, so that an access
 * real firmware would answer with an addressing exception leaves a trace.
 * Reads leave none. Owns the counts; painting and checking run under the
 * increment mutex.
 */
#ifndef MHPS_SIM_CANARY_H
#define MHPS_SIM_CANARY_H

#include <linux/types.h>

/**
 * enum mhps_canary_depth - how much of standby RAM is painted
 * @MHPS_CANARY_OFF: nothing
 * @MHPS_CANARY_MEMMAP: all words where a block's memmap would be, and the block's
 *			last word
 * @MHPS_CANARY_FULL: every word
 */
enum mhps_canary_depth {
	MHPS_CANARY_OFF,
	MHPS_CANARY_MEMMAP,
	MHPS_CANARY_FULL,
};

/**
 * struct mhps_canary_counts - what was found since load
 * @checks: pieces of storage looked at
 * @damage: words that somebody wrote
 * @bad_pfn: page of the first of them, if there is any
 */
struct mhps_canary_counts {
	u64 checks;
	u64 damage;
	u64 bad_pfn;
};

int mhps_canary_init(const char *depth);
const char *mhps_canary_name(void);
void mhps_canary_paint(u64 start, u64 size);
void mhps_canary_check(u64 start, u64 size, bool clear);
const char *mhps_canary_words(u64 start, u64 size);
void mhps_canary_counts(struct mhps_canary_counts *counts);

#endif /* MHPS_SIM_CANARY_H */
