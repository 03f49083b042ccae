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

struct seq_file;

/* enum mhps_canary_depth - how much of standby RAM is painted */
enum mhps_canary_depth {
	MHPS_CANARY_OFF,	/* nothing */
	MHPS_CANARY_MEMMAP,	/* all words where a block's memmap would be, */
				/* and the block's last word */
	MHPS_CANARY_FULL,	/* every word */
};

int mhps_canary_init(const char *depth);
const char *mhps_canary_name(void);
void mhps_canary_paint(u64 start, u64 size);
void mhps_canary_check(u64 start, u64 size, bool clear);
const char *mhps_canary_words(u64 start, u64 size);
void mhps_canary_stats_show(struct seq_file *m);

#endif /* MHPS_SIM_CANARY_H */
