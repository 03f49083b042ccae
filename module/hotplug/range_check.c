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
#include <linux/string.h>

#include "core/command.h"
#include "core/compat.h"
#include "firmware/firmware.h"
#include "storage/increment.h"
#include "hotplug/memmap.h"
#include "hotplug/range.h"
#include "core/last_error.h"

static const struct mhps_name range_flag_names[] = {
	{ "none", 0 },
	{ "memmap_on_memory", MHPS_MEMMAP_ON_MEMORY },
	{ "offline_inaccessible", MHPS_INACCESSIBLE },
	{ "merge_resource", MHPS_MERGE_RESOURCE },
	{ "driver_managed", MHPS_DRIVER_MANAGED },
	{ }
};

static const struct mhps_name range_type_names[] = {
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
	       (MHPS_EVENT_MODEL ? MHPS_INACCESSIBLE : 0);
}

/**
 * mhps_range_parse_type() - read type=
 * @text: memory or device
 * @type: set on success
 * @why: set to a reason on error
 * @why_size: its size in bytes
 *
 * Return: 0, -EINVAL.
 */
int mhps_range_parse_type(const char *text, enum mhps_range_type *type,
			  char *why, size_t why_size)
{
	const struct mhps_name *name = mhps_name_find(range_type_names, text,
						      strlen(text));

	if (!name) {
		snprintf(why, why_size, "type=%.40s is not memory or device",
			 text);
		return -EINVAL;
	}
	*type = name->value;
	return 0;
}

/**
 * mhps_range_type_name() - type of a range
 * @range: whose
 *
 * Return: as type= takes it.
 */
const char *mhps_range_type_name(const struct mhps_range *range)
{
	return range_type_names[range->type].name;
}

/**
 * mhps_range_parse_flags() - read flags=
 * @text: comma separated names
 * @flags: set on success
 * @why: set to a reason on error
 * @why_size: its size in bytes
 *
 * Return: 0, -EINVAL.
 */
int mhps_range_parse_flags(const char *text, unsigned int *flags,
			   char *why, size_t why_size)
{
	return mhps_parse_flags(text, range_flag_names, flags, why, why_size);
}

/**
 * mhps_range_show_flags() - print flags as flags= takes them
 * @m: where to
 * @range: whose
 */
void mhps_range_show_flags(struct seq_file *m, const struct mhps_range *range)
{
	const struct mhps_name *name;
	const char *comma = "";

	if (!range->flags)
		seq_puts(m, range_flag_names[0].name);
	for (name = range_flag_names; name->name; name++) {
		if (range->flags & name->value) {
			seq_printf(m, "%s%s", comma, name->name);
			comma = ",";
		}
	}
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
		return mhps_fail(-EINVAL, "%s: size=0", command);
	if (!IS_ALIGNED(start, block))
		return mhps_fail(-EINVAL,
				 "%s: start=0x%llx is not a multiple of the block size %lu",
				 command, start, block);
	if (!IS_ALIGNED(size, block))
		return mhps_fail(-EINVAL, "%s: size=0x%llx is not a multiple of the block size %lu",
				 command, size, block);
	if (check_add_overflow(start, size - 1, &end))
		return mhps_fail(-ERANGE, "%s: the end of the range does not fit 64 bits",
				 command);
	return 0;
}

static int check_mappable(u64 start, u64 size)
{
	struct range range = mhp_get_pluggable_range(true);

	if (start < range.start || start + size - 1 > range.end)
		return mhps_fail(-ERANGE, "add: the kernel can map 0x%llx-0x%llx only",
				 range.start, range.end);
	if (!mhps_memmap_fits(start, size))
		return mhps_fail(-ERANGE,
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
			return mhps_fail(-ENOENT,
					 "add: the firmware has no increment rn=%u; see increments",
					 rn);
		case MHPS_RESERVED:
			return mhps_fail(-EPERM, "add: rn=%u is boot storage; see increments",
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
		return mhps_fail(-EINVAL, "add: nid=%d is not a possible node",
				 nid);
	if (request->type == MHPS_RANGE_DEVICE && !node_online(nid))
		return mhps_fail(-EINVAL,
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
		return mhps_fail(-EOPNOTSUPP,
				 "add: this kernel has no ZONE_DEVICE, so no type=device");
	if (!mhps_firmware.drives)
		return mhps_fail(-EOPNOTSUPP,
				 "add: the in-kernel SCLP driver assigns nothing for type=device");
	if (request->flags & ~MHPS_MEMMAP_ON_MEMORY)
		return mhps_fail(-EINVAL,
				 "add: type=device knows flags=memmap_on_memory and none only");
	if (request->group.kind != MHPS_GROUP_NONE)
		return mhps_fail(-EINVAL,
				 "add: type=device has no memory blocks for a group=");
	if (request->unsafe)
		return mhps_fail(-EINVAL,
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
		return mhps_fail(-EINVAL,
				 "add: group=dynamic:%llu is not a power of two of at least the block size %lu",
				 unit, block);
	if (!IS_ALIGNED(request->start, unit) ||
	    !IS_ALIGNED(request->size, unit))
		return mhps_fail(-EINVAL,
				 "add: start=0x%llx size=0x%llx are not multiples of the group's unit %llu",
				 request->start, request->size, unit);
	request->group.unit = unit;
	return 0;
}

static int check_flags(const struct mhps_range_request *request, bool *holds)
{
	*holds = request->type == MHPS_RANGE_DEVICE;
	if (*holds)
		return 0;
	if (!MHPS_EVENT_MODEL && !mhps_firmware.drives)
		return mhps_fail(-EOPNOTSUPP,
				 "add: the in-kernel SCLP driver configures memory here; see /sys/firmware/memory");
	if (!MHPS_EVENT_MODEL) {
		if (request->flags & MHPS_INACCESSIBLE)
			return mhps_fail(-EOPNOTSUPP,
					 "add: this kernel has no MHP_OFFLINE_INACCESSIBLE; storage is assigned before it is added");
		*holds = true;
		return 0;
	}
	if (!accesses_offline(request->flags))
		return 0;
	if (mhps_firmware.drives &&
	    all_assigned(request->start, request->size)) {
		*holds = true;
		return 0;
	}
	if (!request->unsafe)
		return mhps_fail(-EINVAL,
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
 * @holds: set if the increments have to be assigned from add to remove
 *
 * Does not look at what else is there; publish() in range.c does.
 *
 * Return: 0 or a negative errno with its reason in last_error.
 */
int mhps_range_check(struct mhps_range_request *request, bool *holds)
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
		err = check_flags(request, holds);
	return err;
}
