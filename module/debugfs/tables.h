/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of debugfs, each created by the source file of its name, and the
 * words that several of them print. Owns nothing.
 */
#ifndef MHPS_TABLES_H
#define MHPS_TABLES_H

#include <linux/types.h>

#include "hotplug/memmap.h"

struct dentry;
struct seq_file;

void mhps_blocks_create(struct dentry *root);
void mhps_blocks_forget(void);
void mhps_commands_create(struct dentry *root);
void mhps_events_create(struct dentry *root);
void mhps_features_create(struct dentry *root);
void mhps_increments_create(struct dentry *root);
void mhps_memmap_create(struct dentry *root);
void mhps_ranges_create(struct dentry *root);
void mhps_stats_create(struct dentry *root);

int mhps_rules_show(struct seq_file *m, void *unused);
void mhps_show_flags(struct seq_file *m, unsigned int flags);
const char *mhps_memmap_name(enum mhps_memmap memmap);

#endif /* MHPS_TABLES_H */
