// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "core/ledger.h"
#include "core/stats.h"
#include "debugfs/tables.h"
#include "firmware/firmware.h"
#include "firmware/sim_canary.h"
#include "storage/increment_table.h"

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

static void show_histogram(struct seq_file *m, enum mhps_event event)
{
	unsigned int bucket;

	seq_puts(m, stats_names[event].histogram);
	for (bucket = 0; bucket < MHPS_BUCKETS; bucket++) {
		u64 count = mhps_stats_bucket(event, bucket);

		if (count)
			seq_printf(m, " 2^%u:%llu", bucket, count);
	}
	seq_putc(m, '\n');
}

static void show_canary(struct seq_file *m)
{
	struct mhps_canary_counts counts;

	mhps_canary_counts(&counts);
	seq_printf(m, "canary_checks %llu\ncanary_damage %llu\n",
		   counts.checks, counts.damage);
	if (counts.damage)
		seq_printf(m, "canary_bad_pfn %llu\n", counts.bad_pfn);
	else
		seq_puts(m, "canary_bad_pfn -\n");
}

/* A histogram's `2^K:N`: N calls took 2^K to 2^(K+1)-1 nanoseconds. */
static int stats_show(struct seq_file *m, void *unused)
{
	int event;

	for (event = 0; event < MHPS_EVENT_NR; event++) {
		if (!stats_names[event].count)
			continue;
		seq_printf(m, "%s %llu\n%s %llu\n", stats_names[event].count,
			   mhps_stats_ok(event), stats_names[event].errors,
			   mhps_stats_errors(event));
	}
	show_canary(m);
	seq_printf(m, "nodat_pages %llu\n", mhps_firmware_nodat_pages());
	seq_printf(m, "unpaired %llu\nlost %llu\nstuck %u\n",
		   mhps_ledger_unpaired(), mhps_ledger_lost(),
		   mhps_increments_stuck());
	for (event = 0; event < MHPS_EVENT_NR; event++) {
		if (stats_names[event].count)
			show_histogram(m, event);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

/**
 * mhps_stats_create() - create debugfs stats
 * @root: the module's folder
 */
void mhps_stats_create(struct dentry *root)
{
	debugfs_create_file("stats", 0400, root, NULL, &stats_fops);
}
