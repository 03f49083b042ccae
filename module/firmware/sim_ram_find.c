// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where RAM is that mem= hides: asked of whatever this platform was told at
 * boot and the kernel did not cut.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/range.h>
#include <linux/sizes.h>

#ifdef CONFIG_S390
#include <asm/sclp.h>
#endif
#ifdef MHPS_HAVE_E820_RAW
#include <asm/e820/api.h>
#endif

#include "firmware/sim_ram.h"

#ifdef CONFIG_S390

bool mhps_sim_ram_is_ram(u64 start, u64 size)
{
	return true;	/* The probe finds out: absent storage faults. */
}

/* mem= does not change what the machine told at boot. */
static void platform_find(struct range *found, u64 from, u64 end)
{
	end = min_t(u64, end, sclp.rnmax * sclp.rzm);
	end = ALIGN_DOWN(end, memory_block_size_bytes());
	if (from < end)
		*found = (struct range){ from, end - 1 };
}

#else /* !CONFIG_S390 */

/* Let found be the longest run of blocks that are RAM, if there is a longer one. */
static void find_run(struct range *found, u64 from, u64 end)
{
	u64 block = memory_block_size_bytes();
	u64 address, run = 0;

	for (address = ALIGN(from, block); address + block <= end;
	     address += block) {
		run = mhps_sim_ram_is_ram(address, block) ? run + block : 0;
		if (run > range_len(found)) {
			found->start = address + block - run;
			found->end = address + block - 1;
		}
	}
}

#ifdef MHPS_HAVE_E820_RAW	/* by Kbuild; x86 only */

/* The firmware's map is not cut by mem=. It tells of parts, so ask for many. */
bool mhps_sim_ram_is_ram(u64 start, u64 size)
{
	u64 address;

	for (address = start; address < start + size; address += SZ_64K) {
		if (!e820__mapped_raw_any(address, address + SZ_4K,
					  E820_TYPE_RAM))
			return false;
	}
	return true;
}

static void platform_find(struct range *found, u64 from, u64 end)
{
	/* 64 TiB and more of simulated standby memory has to be named. */
	find_run(found, from, min(end, (u64)SZ_1T * 64));
}

#else /* !MHPS_HAVE_E820_RAW */

/* Bytes of a range that a node of the device tree describes. */
static u64 of_overlap(struct device_node *node, u64 start, u64 size)
{
	struct resource res;
	u64 bytes = 0, from, end;
	int i;

	for (i = 0; !of_address_to_resource(node, i, &res); i++) {
		from = max_t(u64, start, res.start);
		end = min_t(u64, start + size, res.end + 1);
		bytes += end > from ? end - from : 0;
	}
	return bytes;
}

/* Firmware keeps some RAM for itself; the kernel looks for it below mem= only. */
static bool of_reserved(u64 start, u64 size)
{
	struct device_node *parent, *node;
	bool found = false;

	parent = of_find_node_by_path("/reserved-memory");
	for_each_child_of_node(parent, node)
		found |= of_overlap(node, start, size) != 0;
	of_node_put(parent);
	return found;
}

/**
 * mhps_sim_ram_is_ram() - what the firmware says about a range
 * @start: physical address in bytes
 * @size: in bytes
 *
 * Return: false if some of it is certainly no RAM for the kernel. Without memory
 * nodes in a device tree nothing that modules may ask knows, and the probe of
 * mhps_sim_ram_map() has to do.
 */
bool mhps_sim_ram_is_ram(u64 start, u64 size)
{
	struct device_node *node;
	bool told = false;
	u64 bytes = 0;

	for_each_node_by_type(node, "memory") {
		told = true;
		bytes += of_overlap(node, start, size);
	}
	return !told || (bytes >= size && !of_reserved(start, size));
}

static void platform_find(struct range *found, u64 from, u64 end)
{
	struct device_node *node;
	struct resource res;
	int i;

	for_each_node_by_type(node, "memory") {
		for (i = 0; !of_address_to_resource(node, i, &res); i++)
			find_run(found, max_t(u64, from, res.start),
				 min_t(u64, end, res.end + 1));
	}
}

#endif /* !MHPS_HAVE_E820_RAW */
#endif /* !CONFIG_S390 */

static int ram_end_cb(struct resource *res, void *data)
{
	u64 *end = data;

	*end = max_t(u64, *end, res->end + 1);
	return 0;
}

/**
 * mhps_sim_ram_kernel_end() - where the kernel's own RAM ends
 *
 * Return: physical address in bytes behind the last System RAM.
 */
u64 mhps_sim_ram_kernel_end(void)
{
	u64 end = 0;

	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM, 0, -1ULL,
			    &end, ram_end_cb);
	return end;
}

/**
 * mhps_sim_ram_find() - find RAM hidden with mem=
 * @start: set to its physical address in bytes
 * @size: set to its size in bytes, whole memory blocks
 *
 * Return: 0, -ENODEV if there is none or this platform cannot tell.
 */
int mhps_sim_ram_find(u64 *start, u64 *size)
{
	struct range pluggable = mhp_get_pluggable_range(true);
	u64 from = ALIGN(mhps_sim_ram_kernel_end(), memory_block_size_bytes());
	struct range found = { 1, 0 };	/* empty */

	platform_find(&found, from, pluggable.end + 1);
	if (!range_len(&found))
		return -ENODEV;
	*start = found.start;
	*size = range_len(&found);
	return 0;
}
