/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of increments, filled from the firmware at load. Its entries live
 * until unload, so a pointer to one stays valid; the increment mutex of
 * increment.c guards what changes in them and the bitmaps below.
 */
#ifndef MHPS_INCREMENT_TABLE_H
#define MHPS_INCREMENT_TABLE_H

#include <linux/types.h>

/**
 * struct mhps_increment - a storage increment; allocated from load to unload
 * @rn: its number
 * @element: storage element, or -1 while the firmware has not said
 * @state: enum mhps_increment_state
 * @users: blocks and ranges that need it assigned
 * @hand: assigned through debugfs; stays assigned until unassigned there
 *
 * All but @rn change under increment_mutex, with WRITE_ONCE for lockless
 * readers.
 */
struct mhps_increment {
	u32 rn;
	int element;
	u8 state;
	bool hand;
	unsigned int users;
};

/* Storage elements that answered at load, and those attached by now. */
extern unsigned long mhps_elements_present[];
extern unsigned long mhps_elements_attached[];

struct mhps_increment *mhps_increment_find(u32 rn);
int mhps_increment_table_fill(void);
void mhps_increment_table_free(void);

#endif /* MHPS_INCREMENT_TABLE_H */
