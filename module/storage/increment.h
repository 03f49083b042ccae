/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Storage increments: what the firmware knows, and who needs which. Owns the
 * table of increments by rn. The increment mutex guards every change and is
 * held across firmware calls; readers use no lock and never wait for one.
 *
 * Lock order: device_hotplug_lock and all that memory notifiers hold, then the
 * increment mutex. It is never held across add_memory() or remove_memory().
 */
#ifndef MHPS_INCREMENT_H
#define MHPS_INCREMENT_H

#include <linux/seq_file.h>
#include <linux/types.h>

/* enum mhps_increment_state - what we know the firmware to think */
enum mhps_increment_state {
	MHPS_ABSENT,		/* no such increment */
	MHPS_RESERVED,		/* boot storage, never ours */
	MHPS_STANDBY,		/* defined, not to be touched */
	MHPS_ASSIGNED,		/* backed */
	MHPS_STUCK,		/* should be standby, but unassign was refused */
};

int mhps_increments_init(void);
void mhps_increments_exit(void);

u32 mhps_increment_first(u64 start);
u32 mhps_increment_last(u64 start, u64 size);
u64 mhps_increment_address(u32 rn);
enum mhps_increment_state mhps_increment_state(u32 rn);

int mhps_increments_get(u64 start, u64 size);
void mhps_increments_put(u64 start, u64 size);
void mhps_increments_observe(u64 start, u64 size, bool assigned);
int mhps_increments_refresh(void);
int mhps_increments_assign(u32 first, u32 last);
int mhps_increments_unassign(u32 first, u32 last);

unsigned int mhps_increments_stuck(void);
unsigned int mhps_increments_elements(void);
bool mhps_increments_standby_run(u64 *start, u64 *size);

extern const struct seq_operations mhps_increments_sops;

#endif /* MHPS_INCREMENT_H */
