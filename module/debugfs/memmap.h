/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * debugfs memmap: the memmap of every block of standby storage as the page
 * tables have it, also of blocks that were never added or are gone. Owns
 * nothing.
 */
#ifndef MHPS_MEMMAP_TABLE_H
#define MHPS_MEMMAP_TABLE_H

#include <linux/seq_file.h>

extern const struct seq_operations mhps_memmaps_sops;

#endif /* MHPS_MEMMAP_TABLE_H */
