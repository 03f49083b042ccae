/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two ways in which kernels tell drivers that memory comes and goes. This
 * and compat.h are the only places that know which one is compiled for. Owns
 * nothing; constant.
 *
 * Event model, 6.9 to 6.18: storage is assigned in MEM_PREPARE_ONLINE and
 * unassigned in MEM_FINISH_OFFLINE. Configure model, 6.19 and later: those
 * events are gone; storage is assigned before add_memory(), unassigned after
 * remove_memory().
 */
#ifndef MHPS_MODEL_H
#define MHPS_MODEL_H

#include <linux/types.h>

/**
 * struct mhps_model - how this kernel does it
 * @name: as debugfs features says it
 * @has_prepare: MEM_PREPARE_ONLINE, MEM_FINISH_OFFLINE and
 *		 MHP_OFFLINE_INACCESSIBLE are there
 * @assigns_at_add: storage is assigned from add to remove, whatever the flags
 */
struct mhps_model {
	const char *name;
	bool has_prepare;
	bool assigns_at_add;
};

extern const struct mhps_model mhps_model;

#endif /* MHPS_MODEL_H */
