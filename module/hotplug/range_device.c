// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/page_ref.h>
#include <linux/pfn.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core/geometry.h"
#include "core/last_error.h"
#include "hotplug/memmap.h"
#include "hotplug/range_device.h"
#include "hotplug/range_table.h"

/* In /proc/iomem; any name but "System RAM", which kexec would use. */
#define MHPS_DEVICE_NAME	"mhp_standby (device)"

/*
 * The memmap comes out of the start of the range. One altmap for all of it,
 * where add_memory() makes one a block. Its fields are const: hence the copy.
 */
static void set_altmap(struct mhps_range *range)
{
	struct vmem_altmap altmap = {
		.base_pfn = PHYS_PFN(range->start),
		.end_pfn = PHYS_PFN(range->start + range->size - 1),
		.free = mhps_memmap_pages(range->size),
	};

	memcpy(&range->pgmap->altmap, &altmap, sizeof(altmap));
	range->pgmap->flags |= PGMAP_ALTMAP_VALID;
}

/* It says no more than that: something is there, or no memory for a resource. */
static int request_refused(const struct mhps_range *range)
{
	if (region_intersects(range->start, range->size, 0, IORES_DESC_NONE) ==
	    REGION_DISJOINT)
		return mhps_refuse(-ENOMEM, "add: no memory for a line in /proc/iomem");
	return mhps_refuse(-EBUSY, "add: /proc/iomem has something in 0x%llx-0x%llx",
			   range->start, range->start + range->size - 1);
}

/*
 * Each page behind the altmap has the reference of its range, which a struct page
 * that nobody initialised has by luck only.
 */
static int check_pages(const struct mhps_range *range)
{
	unsigned long pfn = PHYS_PFN(range->start) + range->altmap_pages;
	unsigned long end = PHYS_PFN(range->start + range->size);

	for (; pfn < end; pfn++) {
		if (page_ref_count(pfn_to_page(pfn)) != 1)
			return mhps_refuse(-EIO,
					   "add: the kernel left the struct page of pfn 0x%lx as it was",
					   pfn);
		cond_resched();
	}
	return 0;
}

static int map_pages(struct mhps_range *range)
{
	void *mapped;
	int err;

	range->pgmap->type = MEMORY_DEVICE_GENERIC;
	range->pgmap->range.start = range->start;
	range->pgmap->range.end = range->start + range->size - 1;
	range->pgmap->nr_range = 1;
	if (range->flags & MHPS_MEMMAP_ON_MEMORY)
		set_altmap(range);
	guard(rwsem_write)(&mhps_memmap_rwsem);
	mapped = memremap_pages(range->pgmap, range->nid);
	if (IS_ERR(mapped))
		return mhps_refuse(PTR_ERR(mapped),
				   "add: memremap_pages() refused 0x%llx-0x%llx; see dmesg",
				   range->start, range->start + range->size - 1);
	range->memmap = mhps_memmap_find(range->start, range->size);
	range->altmap_pages = range->pgmap->altmap.alloc;
	err = check_pages(range);
	if (err)
		memunmap_pages(range->pgmap);
	return err;
}

/**
 * mhps_device_map() - have the kernel make struct pages for a range
 * @range: in phase adding, its increments assigned
 *
 * May sleep; no lock held.
 *
 * Return: 0 or a negative errno with its reason in last_error.
 */
int mhps_device_map(struct mhps_range *range)
{
	int err;

	range->pgmap = kzalloc(sizeof(*range->pgmap), GFP_KERNEL);
	if (!range->pgmap)
		return mhps_refuse(-ENOMEM, "add: no memory for the pgmap");
	if (!request_mem_region(range->start, range->size, MHPS_DEVICE_NAME)) {
		err = request_refused(range);
		goto err_free;
	}
	err = map_pages(range);
	if (err)
		goto err_release;
	return 0;

err_release:
	release_mem_region(range->start, range->size);
err_free:
	kfree(range->pgmap);
	range->pgmap = NULL;
	return err;
}

/**
 * mhps_device_unmap() - undo mhps_device_map()
 * @range: in phase removing
 *
 * The kernel WARNs if pages of the altmap are left. Waits for whoever holds a
 * page; may sleep; no lock held.
 */
void mhps_device_unmap(struct mhps_range *range)
{
	scoped_guard(rwsem_write, &mhps_memmap_rwsem)
		memunmap_pages(range->pgmap);
	release_mem_region(range->start, range->size);
	kfree(range->pgmap);
	range->pgmap = NULL;
}
