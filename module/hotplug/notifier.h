/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From memory notifier events to firmware calls. Owns the module's place on
 * the memory notifier chain.
 *
 * Callbacks run under device_hotplug_lock, the block's device lock,
 * cpus_read_lock, mem_hotplug_lock for writing and the chain's rwsem for
 * reading, and may sleep. With auto-onlining they run inside add_memory(), so
 * nobody holds the range or increment mutex across that.
 */
#ifndef MHPS_TRANSITION_H
#define MHPS_TRANSITION_H

struct mhps_block;

int mhps_transition_init(void);
void mhps_transition_exit(void);
void mhps_transition_removed(struct mhps_block *block);

#endif /* MHPS_TRANSITION_H */
