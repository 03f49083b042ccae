/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges that become memory blocks: add_memory() and its memory group. Owns
 * nothing; range.c calls it and says when.
 */
#ifndef MHPS_RANGE_MEMORY_H
#define MHPS_RANGE_MEMORY_H

struct mhps_range;

int mhps_memory_add(struct mhps_range *range);
int mhps_memory_remove(struct mhps_range *range);

#endif /* MHPS_RANGE_MEMORY_H */
