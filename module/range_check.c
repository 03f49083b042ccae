// SPDX-License-Identifier: GPL-2.0-only
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/numa.h>
#include <linux/overflow.h>
#include <linux/range.h>

#include "command.h"
#include "compat.h"
#include "firmware.h"
#include "increment.h"
#include "memmap.h"
#include "range.h"
#include "report.h"

static const struct mhps_name range_flag_names[] = {
	{ "none", 0 },
	{ "memmap_on_memory", MHPS_MEMMAP_ON_MEMORY },
	{ "offline_inaccessible", MHPS_INACCESSIBLE },
	{ "merge_resource", MHPS_MERGE_RESOURCE },
	{ "driver_managed", MHPS_DRIVER_MANAGED },
	{ }
};

/**
 * mhps_range_default_flags() - flags that are right for standby storage here
 *
 * Return: memmap on memory where the kernel can, marked inaccessible while
 * offline where it knows that.
 */
unsigned int mhps_range_default_flags(void)
{
	if (!mhp_supports_memmap_on_memory())
		return 0;
	return MHPS_MEMMAP_ON_MEMORY |
	       (MHPS_EVENT_MODEL ? MHPS_INACCESSIBLE : 0);
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

static int check_nid(int nid)
{
	/* add_memory() WARNs about an impossible node. */
	if (nid < 0 || nid >= MAX_NUMNODES || !node_possible(nid))
		return mhps_fail(-EINVAL, "add: nid=%d is not a possible node",
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

static int check_flags(const struct mhps_range_request *request, bool *holds)
{
	*holds = false;
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

static int platform_nid(u64 start)
{
#ifdef CONFIG_NUMA_KEEP_MEMINFO
	return memory_add_physaddr_to_nid(start);
#else
	return first_online_node;
#endif
}

/**
 * mhps_range_check() - check an add command, and complete it
 * @request: what was asked for; nid is filled in
 * @holds: set if the increments have to be assigned from add to remove
 *
 * Does not look at what else is there; publish() in range.c does.
 *
 * Return: 0 or a negative errno with its reason in last_error.
 */
int mhps_range_check(struct mhps_range_request *request, bool *holds)
{
	int err;

	if (request->nid == NUMA_NO_NODE)
		request->nid = platform_nid(request->start);
	err = mhps_range_check_geometry("add", request->start, request->size);
	if (!err)
		err = check_mappable(request->start, request->size);
	if (!err)
		err = check_nid(request->nid);
	if (!err)
		err = check_increments(request->start, request->size);
	if (!err)
		err = check_flags(request, holds);
	return err;
}
