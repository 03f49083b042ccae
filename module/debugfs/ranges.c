// SPDX-License-Identifier: GPL-2.0-only
#include <linux/seq_file.h>

#include "hotplug/memmap.h"
#include "hotplug/range.h"

/* As group= takes it. */
static void show_group(struct seq_file *m, const struct mhps_range *range)
{
	switch (range->group.kind) {
	case MHPS_GROUP_STATIC:
		seq_puts(m, "static ");
		break;
	case MHPS_GROUP_DYNAMIC:
		seq_printf(m, "dynamic:%llu ", range->group.unit);
		break;
	default:
		seq_puts(m, "- ");
		break;
	}
}

/* What the kernel gave it; known while it is there. */
static void show_given(struct seq_file *m, const struct mhps_range *range)
{
	if (range->phase != MHPS_RANGE_PRESENT) {
		seq_puts(m, "- - -\n");
		return;
	}
	if (range->group.kind == MHPS_GROUP_NONE)
		seq_puts(m, "- ");
	else
		seq_printf(m, "%d ", range->mgid);
	seq_printf(m, "%s %lu\n", mhps_memmap_names[range->memmap],
		   range->altmap_pages);
}

/**
 * mhps_range_show_header() - print the names of what mhps_range_show() prints
 * @m: where to
 */
void mhps_range_show_header(struct seq_file *m)
{
	seq_puts(m, "start size state flags nid blocks type group mgid memmap altmap_nr_pages\n");
}

/**
 * mhps_range_show() - print a range as a row
 * @m: where to
 * @range: under the range mutex
 */
void mhps_range_show(struct seq_file *m, const struct mhps_range *range)
{
	seq_printf(m, "0x%llx %llu %s ", range->start, range->size,
		   mhps_range_phase_name(range));
	mhps_range_show_flags(m, range);
	seq_printf(m, " %d ", range->nid);
	if (range->nr_blocks)
		seq_printf(m, "%u-%u", range->first_block,
			   range->first_block + range->nr_blocks - 1);
	else
		seq_putc(m, '-');
	seq_printf(m, " %s ", mhps_range_type_name(range));
	show_group(m, range);
	show_given(m, range);
}
