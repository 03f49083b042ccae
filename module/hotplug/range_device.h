/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges of users that never online what they add: struct pages in ZONE_DEVICE
 * by memremap_pages(), as for persistent memory. There are no memory blocks and
 * no memory notifier events, so nothing is ever prepared: range.c assigns the
 * increments before and unassigns them after. Owns the pgmap of each range.
 */
#ifndef MHPS_RANGE_DEVICE_H
#define MHPS_RANGE_DEVICE_H

#include <linux/errno.h>

struct mhps_range;

#ifdef CONFIG_ZONE_DEVICE
int mhps_device_map(struct mhps_range *range);
void mhps_device_unmap(struct mhps_range *range);
#else
/* mhps_range_check() refuses such ranges. */
static inline int mhps_device_map(struct mhps_range *range)
{
	return -EOPNOTSUPP;
}

static inline void mhps_device_unmap(struct mhps_range *range)
{
}
#endif

#endif /* MHPS_RANGE_DEVICE_H */
