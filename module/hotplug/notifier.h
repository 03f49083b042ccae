/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module's place on the memory notifier chain: from events to what happens
 * to storage, to the block's record and to the ledger. Owns the subscription.
 *
 * Callbacks run under device_hotplug_lock, the block's device lock,
 * cpus_read_lock, mem_hotplug_lock for writing and the chain's rwsem for
 * reading, and may sleep. With auto-onlining they run inside add_memory(), so
 * nobody holds the range or increment mutex across that.
 */
#ifndef MHPS_NOTIFIER_H
#define MHPS_NOTIFIER_H

#include <linux/types.h>

struct memory_notify;
struct mhps_row;

int mhps_notifier_init(void);
void mhps_notifier_exit(void);
bool mhps_row_of_notification(struct mhps_row *row, unsigned long action,
			      const struct memory_notify *arg);

#endif /* MHPS_NOTIFIER_H */
