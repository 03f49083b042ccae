// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "core/fault_attr.h"
#include "core/last_error.h"
#include "debugfs/debugfs.h"
#include "debugfs/tables.h"

/* Raised when a column or key goes or changes its meaning; new ones may come. */
#define MHPS_INTERFACE_VERSION	1

static struct dentry *debugfs_root;

static int version_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\n", MHPS_INTERFACE_VERSION);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(version);

static int last_error_show(struct seq_file *m, void *unused)
{
	char line[MHPS_LAST_ERROR_SIZE];

	mhps_last_error(line);
	seq_printf(m, "%s\n", line);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(last_error);

/**
 * mhps_debugfs_init() - create the files; commands can come from here on
 *
 * Nothing fails: without debugfs the module goes on without files.
 */
void mhps_debugfs_init(void)
{
	debugfs_root = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("version", 0400, debugfs_root, NULL, &version_fops);
	debugfs_create_file("last_error", 0400, debugfs_root, NULL,
			    &last_error_fops);
	mhps_blocks_create(debugfs_root);
	mhps_events_create(debugfs_root);
	mhps_features_create(debugfs_root);
	mhps_increments_create(debugfs_root);
	mhps_memmap_create(debugfs_root);
	mhps_ranges_create(debugfs_root);
	mhps_stats_create(debugfs_root);
	mhps_commands_create(debugfs_root);
	mhps_fault_attrs_create(debugfs_root);
}

/**
 * mhps_debugfs_exit() - remove the files; waits for handlers to end
 */
void mhps_debugfs_exit(void)
{
	debugfs_remove(debugfs_root);
	mhps_blocks_forget();
}
