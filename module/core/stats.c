// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/seq_file.h>

#include "storage/increment.h"
#include "core/ledger.h"
#include "firmware/sim_canary.h"
#include "core/stats.h"

/* Latencies of 2^39 ns (9 minutes) and more share the last bucket. */
#define MHPS_BUCKETS	40

static const struct {
	const char *count;
	const char *errors;
	const char *histogram;
} stats_names[MHPS_EVENT_NR] = {
	[MHPS_MEM_PREPARE_ONLINE] = { "prepares", "prepare_errors", "ns_prepare" },
	[MHPS_MEM_FINISH_OFFLINE] = { "finishes", "finish_errors", "ns_finish" },
	[MHPS_ADD] = { "adds", "add_errors", "ns_add" },
	[MHPS_REMOVE] = { "removes", "remove_errors", "ns_remove" },
	[MHPS_READ] = { "reads", "read_errors", "ns_read" },
	[MHPS_ATTACH] = { "attaches", "attach_errors", "ns_attach" },
	[MHPS_ASSIGN] = { "assigns", "assign_errors", "ns_assign" },
	[MHPS_UNASSIGN] = { "unassigns", "unassign_errors", "ns_unassign" },
};

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

static void show_histogram(struct seq_file *m, enum mhps_event event)
{
	int bucket;

	seq_puts(m, stats_names[event].histogram);
	for (bucket = 0; bucket < MHPS_BUCKETS; bucket++) {
		s64 count = atomic64_read(&stats_ns[event][bucket]);

		if (count)
			seq_printf(m, " 2^%d:%lld", bucket, count);
	}
	seq_putc(m, '\n');
}

/**
 * mhps_stats_show() - print all counters, then the histograms
 * @m: where to
 * @unused: for seq_file
 *
 * A histogram's `2^K:N` says that N calls took 2^K to 2^(K+1)-1 nanoseconds.
 *
 * Return: 0.
 */
int mhps_stats_show(struct seq_file *m, void *unused)
{
	int event;

	for (event = 0; event < MHPS_EVENT_NR; event++) {
		if (!stats_names[event].count)
			continue;
		seq_printf(m, "%s %lld\n%s %lld\n", stats_names[event].count,
			   (s64)atomic64_read(&stats_ok[event]),
			   stats_names[event].errors,
			   (s64)atomic64_read(&stats_errors[event]));
	}
	mhps_canary_stats_show(m);
	seq_printf(m, "unpaired %llu\nlost %llu\nstuck %u\n",
		   mhps_ledger_unpaired(), mhps_ledger_lost(),
		   mhps_increments_stuck());
	for (event = 0; event < MHPS_EVENT_NR; event++) {
		if (stats_names[event].count)
			show_histogram(m, event);
	}
	return 0;
}
