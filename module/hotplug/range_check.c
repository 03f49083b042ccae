// SPDX-License-Identifier: GPL-2.0-only
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/numa.h>
#include <linux/overflow.h>
#include <linux/range.h>

#include "core/compat.h"
#include "core/geometry.h"
#include "core/last_error.h"
#include "core/model.h"
#include "firmware/firmware.h"
#include "hotplug/range_check.h"
#include "storage/increment_table.h"

const struct mhps_name mhps_range_flag_names[] = {
	{ "none", 0 },
	{ "memmap_on_memory", MHPS_MEMMAP_ON_MEMORY },
	{ "offline_inaccessible", MHPS_INACCESSIBLE },
	{ "merge_resource", MHPS_MERGE_RESOURCE },
	{ "driver_managed", MHPS_DRIVER_MANAGED },
	{ }
};

const struct mhps_name mhps_range_type_names[] = {
	{ "memory", MHPS_RANGE_MEMORY },
	{ "device", MHPS_RANGE_DEVICE },
	{ }
};

/**
 * mhps_range_default_flags() - flags that are right for standby storage here
 * @type: of the range
 *
 * Return: memmap on memory where the kernel can, marked inaccessible while
 * offline where it knows that. Device ranges can everywhere: whether hotplugged
 * memory may has no say there.
 */
unsigned int mhps_range_default_flags(enum mhps_range_type type)
{
	if (type == MHPS_RANGE_DEVICE)
		return MHPS_MEMMAP_ON_MEMORY;
	if (!mhp_supports_memmap_on_memory())
		return 0;
	return MHPS_MEMMAP_ON_MEMORY |
	       (mhps_model.has_prepare ? MHPS_INACCESSIBLE : 0);
}

/**
 * mhps_range_check_geometry() - check start and size of a command
 * @command: its name
 * @start: physical address in bytes
 * @size: in bytes
 *
 * Return: 0; -EINVAL if a memory block is not their unit; -ERANGE if the end
 * does not fit 64 bits; with the reason in last_error.
 */
int mhps_range_check_geometry(const char *command, u64 start, u64 size)
{
	unsigned long block = memory_block_size_bytes();
	u64 end;

	if (!size)
		return mhps_refuse(-EINVAL, "%s: size=0", command);
	if (!IS_ALIGNED(start, block))
		return mhps_refuse(-EINVAL,
				   "%s: start=0x%llx is not a multiple of the block size %lu",
				   command, start, block);
	if (!IS_ALIGNED(size, block))
		return mhps_refuse(-EINVAL,
				   "%s: size=0x%llx is not a multiple of the block size %lu",
				   command, size, block);
	if (check_add_overflow(start, size, &end))
		return mhps_refuse(-ERANGE, "%s: the end of the range does not fit 64 bits",
				   command);
	return 0;
}

static int check_mappable(u64 start, u64 size)
{
	struct range range = mhp_get_pluggable_range(true);

	if (start < range.start || start + size - 1 > range.end)
		return mhps_refuse(-ERANGE, "add: the kernel can map 0x%llx-0x%llx only",
				   range.start, range.end);
	if (!mhps_memmap_fits(start, size))
		return mhps_refuse(-ERANGE,
				   "add: the vmemmap area ends below the struct pages of 0x%llx; boot with a larger mem=",
				   start + size);
	return 0;
}

static int check_increments(u64 start, u64 size)
{
	u32 rn, last = mhps_increment_last(start, size);

	for (rn = mhps_increment_first(start); rn <= last; rn++) {
		switch (mhps_increment_state(rn)) {
		case MHPS_ABSENT:
			return mhps_refuse(-ENOENT,
					   "add: the firmware has no increment rn=%u; see increments",
					   rn);
		case MHPS_RESERVED:
			return mhps_refuse(-EPERM, "add: rn=%u is boot storage; see increments",
					   rn);
		default:
			break;
		}
	}
	return 0;
}

static bool all_assigned(u64 start, u64 size)
{
	u32 rn, last = mhps_increment_last(start, size);

	for (rn = mhps_increment_first(start); rn <= last; rn++) {
		if (mhps_increment_state(rn) != MHPS_ASSIGNED)
			return false;
	}
	return true;
}

static int check_nid(const struct mhps_range_request *request)
{
	int nid = request->nid;

	/* add_memory() WARNs about an impossible node. */
	if (nid < 0 || nid >= MAX_NUMNODES || !node_possible(nid))
		return mhps_refuse(-EINVAL, "add: nid=%d is not a possible node",
				   nid);
	if (request->type == MHPS_RANGE_DEVICE && !node_online(nid))
		return mhps_refuse(-EINVAL,
				   "add: node %d is not online, and type=device does not bring it online",
				   nid);
	return 0;
}

/*
 * Does adding, or the kernel while the block is offline, access the memmap in
 * the block? sparse_add_section() poisons it in DEBUG_VM kernels unless told
 * that it is inaccessible.
 */
static bool accesses_offline(unsigned int flags)
{
	return (flags & MHPS_MEMMAP_ON_MEMORY) &&
	       !(flags & MHPS_INACCESSIBLE) &&
	       mhp_supports_memmap_on_memory();
}

/* What only makes sense for memory that goes online and offline. */
static int check_device(const struct mhps_range_request *request)
{
	if (!MHPS_HAVE_DEVICE)
		return mhps_refuse(-EOPNOTSUPP,
				   "add: this kernel has no ZONE_DEVICE, so no type=device");
	if (!mhps_firmware.drives)
		return mhps_refuse(-EOPNOTSUPP,
				   "add: the in-kernel SCLP driver assigns nothing for type=device");
	if (request->flags & ~MHPS_MEMMAP_ON_MEMORY)
		return mhps_refuse(-EINVAL,
				   "add: type=device knows flags=memmap_on_memory and none only");
	if (request->group.kind != MHPS_GROUP_NONE)
		return mhps_refuse(-EINVAL,
				   "add: type=device has no memory blocks for a group=");
	if (request->unsafe)
		return mhps_refuse(-EINVAL,
				   "add: type=device is always assigned, unsafe= has no use");
	return 0;
}

/* A unit is added and removed as one, so a range has whole ones. */
static int check_group(struct mhps_range_request *request)
{
	unsigned long block = memory_block_size_bytes();
	u64 unit = request->group.unit;

	if (request->group.kind != MHPS_GROUP_DYNAMIC)
		return 0;
	if (!unit)
		unit = block;
	if (!is_power_of_2(unit) || unit < block)
		return mhps_refuse(-EINVAL,
				   "add: group=dynamic:%llu is not a power of two of at least the block size %lu",
				   unit, block);
	if (!IS_ALIGNED(request->start, unit) ||
	    !IS_ALIGNED(request->size, unit))
		return mhps_refuse(-EINVAL,
				   "add: start=0x%llx size=0x%llx are not multiples of the group's unit %llu",
				   request->start, request->size, unit);
	request->group.unit = unit;
	return 0;
}

static int check_flags(const struct mhps_range_request *request, bool *storage_held)
{
	*storage_held = request->type == MHPS_RANGE_DEVICE;
	if (*storage_held)
		return 0;
	if (mhps_model.assigns_at_add && !mhps_firmware.drives)
		return mhps_refuse(-EOPNOTSUPP,
				   "add: the in-kernel SCLP driver configures memory here; see /sys/firmware/memory");
	if (mhps_model.assigns_at_add) {
		if (request->flags & MHPS_INACCESSIBLE)
			return mhps_refuse(-EOPNOTSUPP,
					   "add: this kernel has no MHP_OFFLINE_INACCESSIBLE; storage is assigned before it is added");
		*storage_held = true;
		return 0;
	}
	if (!accesses_offline(request->flags))
		return 0;
	if (mhps_firmware.drives &&
	    all_assigned(request->start, request->size)) {
		*storage_held = true;
		return 0;
	}
	if (!request->unsafe)
		return mhps_refuse(-EINVAL,
				   "add: memmap_on_memory without offline_inaccessible may touch standby storage; add that flag, assign the increments first, or say unsafe=1");
	return 0;
}

/*
 * What the firmware's table says, also of memory that mem= keeps from the
 * kernel: of that, memory_add_physaddr_to_nid() knows nothing and says the
 * first node. A device range brings no node online, so drivers of such memory
 * take the nearest that is.
 */
static int platform_nid(const struct mhps_range_request *request)
{
	int nid = first_online_node;

#ifdef CONFIG_NUMA_KEEP_MEMINFO
	nid = phys_to_target_node(request->start);
	if (nid == NUMA_NO_NODE)
		nid = memory_add_physaddr_to_nid(request->start);
#endif
	if (request->type == MHPS_RANGE_DEVICE && !node_online(nid))
		nid = numa_map_to_online_node(nid);
	return nid;
}

/**
 * mhps_range_check() - check an add command, and complete it
 * @request: what was asked for; nid and the unit of its group are filled in
 * @storage_held: set if the increments have to be assigned from add to remove
 *
 * Does not look at what else is there; mhps_range_publish() does.
 *
 * Return: 0 or a negative errno with its reason in last_error.
 */
int mhps_range_check(struct mhps_range_request *request, bool *storage_held)
{
	int err = 0;

	if (request->nid == NUMA_NO_NODE)
		request->nid = platform_nid(request);
	if (request->type == MHPS_RANGE_DEVICE)
		err = check_device(request);
	if (!err)
		err = mhps_range_check_geometry("add", request->start, request->size);
	if (!err)
		err = check_mappable(request->start, request->size);
	if (!err)
		err = check_nid(request);
	if (!err)
		err = check_increments(request->start, request->size);
	if (!err)
		err = check_group(request);
	if (!err)
		err = check_flags(request, storage_held);
	return err;
}
