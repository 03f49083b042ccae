/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who needs which increment assigned: memory blocks and ranges get and put
 * theirs, and where the in-kernel driver assigns we note what it does. Owns
 * nothing but the order of firmware calls; what is counted lies in the table.
 */
#ifndef MHPS_INCREMENT_H
#define MHPS_INCREMENT_H

#include <linux/types.h>

#include "storage/increment_table.h"

int mhps_increments_get(u64 start, u64 size);
void mhps_increments_put(u64 start, u64 size);
void mhps_increments_observe(u64 start, u64 size, bool assigned, int users);
int mhps_increments_refresh(void);

/**
 * struct mhps_refusals - unassigns that the firmware refused
 * @rn: the first one
 * @err: its errno
 * @response: its response code, 0 if there was none
 * @nr: how many there are
 */
struct mhps_refusals {
	u32 rn;
	int err;
	u16 response;
	u32 nr;
};

/* For manual.c, with the increment mutex held. */
int mhps_increment_assign(struct mhps_increment *incr, u8 row_flags);
int mhps_increment_unassign(struct mhps_increment *incr, u8 row_flags,
			    struct mhps_refusals *refusals);
void mhps_refusals_log(const struct mhps_refusals *refusals);

#endif /* MHPS_INCREMENT_H */
