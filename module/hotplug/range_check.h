/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an add command may ask for: names of types and flags, and everything
 * that can be refused before anything is touched. Owns nothing.
 */
#ifndef MHPS_RANGE_CHECK_H
#define MHPS_RANGE_CHECK_H

#include <linux/types.h>

#include "core/command.h"
#include "hotplug/range_table.h"

/**
 * struct mhps_range_request - an add command
 * @start: physical address in bytes
 * @size: in bytes
 * @type: what the kernel is to take it for
 * @nid: node, NUMA_NO_NODE for the one the platform says
 * @flags: MHPS_* of range_table.h
 * @group: memory group to add it as
 * @unsafe: accept that adding touches storage that is in standby
 */
struct mhps_range_request {
	u64 start;
	u64 size;
	enum mhps_range_type type;
	int nid;
	unsigned int flags;
	struct mhps_group group;
	bool unsafe;
};

extern const struct mhps_name mhps_range_flag_names[];
extern const struct mhps_name mhps_range_type_names[];

unsigned int mhps_range_default_flags(enum mhps_range_type type);
int mhps_range_check(struct mhps_range_request *request, bool *storage_held);
int mhps_range_check_geometry(const char *command, u64 start, u64 size);

#endif /* MHPS_RANGE_CHECK_H */
