/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control plane under /sys/kernel/debug/mhp_standby: shows the tables and
 * passes commands on. Owns the files, no state and no lock; debugfs_remove()
 * waits for handlers, so it is never called with a lock that one takes.
 */
#ifndef MHPS_DEBUGFS_H
#define MHPS_DEBUGFS_H

void mhps_debugfs_init(void);
void mhps_debugfs_exit(void);

#endif /* MHPS_DEBUGFS_H */
