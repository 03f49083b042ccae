// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "core/stats.h"

static atomic64_t stats_ok[MHPS_EVENT_NR];
static atomic64_t stats_errors[MHPS_EVENT_NR];
static atomic64_t stats_ns[MHPS_EVENT_NR][MHPS_BUCKETS];

/**
 * mhps_stats_event() - count an event and its duration
 * @event: what happened
 * @result: 0 or a negative errno
 * @ns: how long it took, in nanoseconds
 */
void mhps_stats_event(enum mhps_event event, int result, u64 ns)
{
	unsigned int bucket = min(ilog2(ns | 1), MHPS_BUCKETS - 1);

	atomic64_inc(result ? &stats_errors[event] : &stats_ok[event]);
	atomic64_inc(&stats_ns[event][bucket]);
}

/**
 * mhps_stats_ok() - how often something happened and went well
 * @event: what
 *
 * Return: the count since load.
 */
u64 mhps_stats_ok(enum mhps_event event)
{
	return atomic64_read(&stats_ok[event]);
}

/**
 * mhps_stats_errors() - how often something failed or was refused
 * @event: what
 *
 * Return: the count since load.
 */
u64 mhps_stats_errors(enum mhps_event event)
{
	return atomic64_read(&stats_errors[event]);
}

/**
 * mhps_stats_bucket() - how often something took a time
 * @event: what
 * @bucket: K for 2^K to 2^(K+1)-1 nanoseconds
 *
 * Return: the count since load.
 */
u64 mhps_stats_bucket(enum mhps_event event, unsigned int bucket)
{
	return atomic64_read(&stats_ns[event][bucket]);
}
