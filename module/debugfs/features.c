// SPDX-License-Identifier: GPL-2.0-only
#include <linux/align.h>
#include <linux/debugfs.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/seq_file.h>

#include "core/compat.h"
#include "core/geometry.h"
#include "core/model.h"
#include "debugfs/tables.h"
#include "firmware/firmware.h"
#include "firmware/sim_canary.h"
#include "storage/increment_table.h"

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

static void show_memmap_on_memory(struct seq_file *m)
{
	unsigned long size = PHYS_PFN(memory_block_size_bytes()) *
			     sizeof(struct page);

	if (mhp_supports_memmap_on_memory())
		seq_puts(m, "memmap_on_memory=yes\n");
	else if (!IS_ALIGNED(size, PMD_SIZE))
		seq_printf(m, "memmap_on_memory=no (the struct pages of a block take %lu bytes, no multiple of %lu)\n",
			   size, PMD_SIZE);
	else
		seq_puts(m, "memmap_on_memory=no (boot with memory_hotplug.memmap_on_memory=1)\n");
}

static const char *device_support(void)
{
	if (!MHPS_HAVE_DEVICE)
		return "no (this kernel has no ZONE_DEVICE)";
	if (!mhps_firmware.drives)
		return "no (the in-kernel SCLP driver assigns nothing for it)";
	return "yes";
}

static void show_standby(struct seq_file *m)
{
	u64 start, size;

	if (mhps_increments_standby_run(&start, &size))
		seq_printf(m, "standby_start=0x%llx\nstandby_size=%llu\n",
			   start, size);
	else
		seq_puts(m, "standby_start=-\nstandby_size=0\n");
}

static int features_show(struct seq_file *m, void *unused)
{
	unsigned long block = memory_block_size_bytes();

	seq_printf(m, "model=%s\n", mhps_model.name);
	seq_printf(m, "firmware=%s\n", mhps_firmware.ops->name);
	seq_printf(m, "drives=%s\n", yes_no(mhps_firmware.drives));
	show_memmap_on_memory(m);
	seq_printf(m, "offline_inaccessible=%s\n",
		   yes_no(mhps_model.has_prepare));
	seq_printf(m, "device=%s\n", device_support());
	seq_printf(m, "block_size=%lu\n", block);
	seq_printf(m, "increment_size=%llu\n", mhps_increment_size());
	seq_printf(m, "rnmax=%u\n", mhps_firmware.rnmax);
	seq_printf(m, "elements=%u\n", mhps_increments_elements());
	seq_printf(m, "altmap_pages=%lu\n", mhps_memmap_pages(block));
	seq_printf(m, "page_size=%lu\n", PAGE_SIZE);
	seq_printf(m, "struct_page_size=%zu\n", sizeof(struct page));
	show_standby(m);
	if (mhps_firmware.ops == &mhps_firmware_sim)
		seq_printf(m, "canary=%s\n", mhps_canary_name());
	else
		seq_printf(m, "facilities=0x%016llx\ncmma=%s\n",
			   mhps_firmware.facilities,
			   yes_no(mhps_firmware.has_cmma));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(features);

/**
 * mhps_features_create() - create debugfs features
 * @root: the module's folder
 */
void mhps_features_create(struct dentry *root)
{
	debugfs_create_file("features", 0400, root, NULL, &features_fops);
}
