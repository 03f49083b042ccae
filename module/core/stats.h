/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters and latency histograms since the module was loaded. Atomics only,
 * no lock: any context may count, a reader sees each counter by itself.
 */
#ifndef MHPS_STATS_H
#define MHPS_STATS_H

#include <linux/types.h>

#include "core/event.h"

struct seq_file;

void mhps_stats_event(enum mhps_event event, int result, u64 ns);
int mhps_stats_show(struct seq_file *m, void *unused);

#endif /* MHPS_STATS_H */
