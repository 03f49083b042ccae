/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters and latency histograms since the module was loaded. Atomics only,
 * no lock: any context may count, a reader sees each counter by itself.
 */
#ifndef MHPS_STATS_H
#define MHPS_STATS_H

#include <linux/types.h>

#include "core/event.h"

/* Latencies of 2^39 ns (9 minutes) and more share the last bucket. */
#define MHPS_BUCKETS	40

void mhps_stats_event(enum mhps_event event, int result, u64 ns);
u64 mhps_stats_ok(enum mhps_event event);
u64 mhps_stats_errors(enum mhps_event event);
u64 mhps_stats_bucket(enum mhps_event event, unsigned int bucket);

#endif /* MHPS_STATS_H */
