/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Add standby storage to the kernel, and remove it again. One range is one
 * add_memory() (range_memory.c) or memremap_pages() call (range_device.c), and
 * is removed as a whole. Owns nothing; no lock is held on entry.
 */
#ifndef MHPS_RANGE_H
#define MHPS_RANGE_H

#include <linux/types.h>

struct mhps_range_request;

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
int mhps_range_add(struct mhps_range_request *request);
int mhps_range_remove(u64 start, u64 size);

#endif /* MHPS_RANGE_H */
