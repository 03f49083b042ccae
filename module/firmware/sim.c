// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulated firmware: interprets the SCCBs real firmware would get, over RAM
 * the kernel does not use. Increments below that RAM are boot storage and
 * belong to storage elements that are attached and fully assigned from the
 * start; those inside are spread over further elements, unattached.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/align.h>
#include <linux/crash_dump.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/range.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core/geometry.h"
#include "firmware/firmware.h"
#include "firmware/sccb.h"
#include "firmware/sim_adopt.h"
#include "firmware/sim_canary.h"
#include "firmware/sim_ram.h"

/* The model; changed by mhps_firmware_sim.execute only, calls are serialised. */
static u64 sim_start, sim_size;		/* standby storage, bytes */
static u64 sim_increment;		/* bytes an increment */
static u32 sim_first, sim_last;		/* its increments */
static u32 sim_per_element;		/* standby increments an element */
static unsigned int sim_boot_elements, sim_elements;	/* boot, and all */
static bool *sim_assigned;		/* by rn - sim_first */
static bool sim_attached[MHPS_MAX_ELEMENTS];

static bool sim_is_standby_rn(u32 rn)
{
	return rn >= sim_first && rn <= sim_last;
}

static unsigned int sim_element_of(u32 rn)
{
	return sim_boot_elements + (rn - sim_first) / sim_per_element;
}

static u64 sim_address_of(u32 rn)
{
	return (u64)(rn - 1) * sim_increment;
}

/* rnmax is sim_last: boot increments are all those below the standby ones. */
static u32 sim_boot_count(void)
{
	return sim_first - 1;
}

static u16 sim_read_boot(struct mhps_read_sccb *sccb, unsigned int id)
{
	u32 index = id * SCCB_MAX_ENTRIES;
	u32 nr = min_t(u32, sim_boot_count() - index, SCCB_MAX_ENTRIES);
	u32 i;

	for (i = 0; i < nr; i++)
		sccb->entries[i] = cpu_to_be32((index + i + 1) << 16 | 1);
	sccb->assigned = cpu_to_be16(nr);
	return SCLP_RC_NORMAL_READ;
}

/* First and last standby increment of an element. */
static u32 sim_element_range(unsigned int id, u32 *last)
{
	u32 first = sim_first + (id - sim_boot_elements) * sim_per_element;

	*last = min(first + sim_per_element - 1, sim_last);
	return first;
}

static u16 sim_read(struct mhps_read_sccb *sccb, unsigned int id)
{
	u32 rn, first, last, assigned = 0;

	if (id >= sim_elements)
		return SCLP_RC_NO_SUCH_ELEMENT;
	sccb->max_id = cpu_to_be16(sim_elements - 1);
	if (id < sim_boot_elements)
		return sim_read_boot(sccb, id);
	first = sim_element_range(id, &last);
	if (!sim_attached[id]) {
		/* Counted, not listed: Linux takes the gaps for standby. */
		sccb->assigned = cpu_to_be16(last - first + 1);
		return SCLP_RC_ELEMENT_NOT_ATTACHED;
	}
	for (rn = first; rn <= last; rn++) {
		if (sim_assigned[rn - sim_first])
			sccb->entries[assigned++] = cpu_to_be32(rn << 16 | 1);
	}
	sccb->assigned = cpu_to_be16(assigned);
	sccb->standby = cpu_to_be16(last - first + 1 - assigned);
	return SCLP_RC_NORMAL_READ;
}

static u16 sim_attach(struct mhps_attach_sccb *sccb, unsigned int id)
{
	u32 rn, first, last;

	if (sccb->header.function_code != SCLP_FUNCTION_ATTACH)
		return SCLP_RC_INVALID_COMMAND;
	if (id >= sim_elements)
		return SCLP_RC_NO_SUCH_ELEMENT;
	if (id < sim_boot_elements || sim_attached[id])
		return SCLP_RC_ALREADY;
	sim_attached[id] = true;
	first = sim_element_range(id, &last);
	for (rn = first; rn <= last; rn++)
		sccb->entries[rn - first] = cpu_to_be32(rn << 16 | 1);
	sccb->assigned = cpu_to_be16(last - first + 1);
	return SCLP_RC_NORMAL;
}

static u16 sim_assign(u32 rn, bool assign)
{
	bool *assigned;

	if (!sim_is_standby_rn(rn))
		return SCLP_RC_NO_SUCH_ELEMENT;
	if (!sim_attached[sim_element_of(rn)])
		return SCLP_RC_ELEMENT_NOT_ATTACHED;
	assigned = &sim_assigned[rn - sim_first];
	if (*assigned == assign)
		return SCLP_RC_ALREADY;
	*assigned = assign;
	if (assign)
		mhps_canary_check(sim_address_of(rn), sim_increment, true);
	else
		mhps_canary_paint(sim_address_of(rn), sim_increment);
	return SCLP_RC_NORMAL;
}

static u16 sim_command(u32 command, struct mhps_sccb *header)
{
	unsigned int id = (command & SCLP_CMDW_ELEMENT_MASK) >> 8;
	unsigned int length = be16_to_cpu(header->length);
	struct mhps_assign_sccb *storage = (void *)header;

	if (!IS_ALIGNED((unsigned long)header, 8) ||
	    offset_in_page(header) + length > PAGE_SIZE)
		return SCLP_RC_BOUNDARY_VIOLATION;
	switch (command) {
	case SCLP_CMDW_ASSIGN_STORAGE:
	case SCLP_CMDW_UNASSIGN_STORAGE:
		if (length < sizeof(*storage))
			return SCLP_RC_INSUFFICIENT_LENGTH;
		return sim_assign(be16_to_cpu(storage->rn),
				  command == SCLP_CMDW_ASSIGN_STORAGE);
	}
	/* The others answer with a list, for which there must be room. */
	if (length < SCCB_SIZE)
		return SCLP_RC_INSUFFICIENT_LENGTH;
	switch (command & ~SCLP_CMDW_ELEMENT_MASK) {
	case SCLP_CMDW_READ_STORAGE_ELEMENT:
		return sim_read((void *)header, id);
	case SCLP_CMDW_ATTACH_STORAGE:
		return sim_attach((void *)header, id);
	}
	return SCLP_RC_INVALID_COMMAND;
}

static int sim_execute(u32 command, void *sccb)
{
	struct mhps_sccb *header = sccb;

	header->response_code = cpu_to_be16(sim_command(command, header));
	return 0;
}

static int sim_region(const struct mhps_firmware_config *config)
{
	u64 found_start, found_size;
	int err;

	if (config->sim_adopt) {
		if (config->sim_start || config->sim_size) {
			pr_err("sim_adopt= excludes sim_start= and sim_size=\n");
			return -EINVAL;
		}
		sim_size = ALIGN(config->sim_adopt,
				 max_t(u64, memory_block_size_bytes(),
				       sim_increment));
		err = mhps_sim_adopt(sim_size, &sim_start);
		if (err == -EOPNOTSUPP)
			pr_err("sim_adopt= needs x86_64 with memory hot-remove\n");
		else if (err)
			pr_err("sim_adopt: no run of 0x%llx bytes of RAM is idle (%pe)\n",
			       sim_size, ERR_PTR(err));
		return err;
	}
	sim_start = config->sim_start;
	sim_size = config->sim_size;
	if (sim_start && !sim_size) {
		pr_err("sim_start= needs sim_size=\n");
		return -EINVAL;
	}
	if (!sim_start) {
		err = mhps_sim_ram_find(&found_start, &found_size);
		if (err)
			return err;
		sim_start = ALIGN(found_start, sim_increment);
		found_size -= min(found_size, sim_start - found_start);
		if (sim_size > found_size) {
			pr_err("sim_size=0x%llx: only 0x%llx bytes of RAM are hidden\n",
			       sim_size, found_size);
			return -EINVAL;
		}
		if (!sim_size)
			sim_size = ALIGN_DOWN(found_size, sim_increment);
		if (!sim_size)
			return -ENODEV;
	}
	return 0;
}

static int sim_check_region(void)
{
	struct range range = mhp_get_pluggable_range(true);
	u64 unit = max_t(u64, memory_block_size_bytes(), sim_increment);

	if (!IS_ALIGNED(sim_start, unit) || !IS_ALIGNED(sim_size, unit)) {
		pr_err("sim: start 0x%llx and size 0x%llx must be multiples of 0x%llx, the larger of memory block and increment\n",
		       sim_start, sim_size, unit);
		return -EINVAL;
	}
	if (sim_start + sim_size < sim_start || sim_start < range.start ||
	    sim_start + sim_size - 1 > range.end ||
	    !mhps_memmap_fits(sim_start, sim_size)) {
		pr_err("sim: the kernel cannot address 0x%llx-0x%llx: its mappable range is 0x%llx-0x%llx and the vmemmap area may be smaller\n",
		       sim_start, sim_start + sim_size - 1, range.start,
		       range.end);
		return -ERANGE;
	}
	if (div64_u64(sim_start + sim_size, sim_increment) > U16_MAX) {
		pr_err("sim: increment_size=0x%llx gives more than %u increments\n",
		       sim_increment, U16_MAX);
		return -EINVAL;
	}
	return 0;
}

static int sim_elements_init(unsigned int wanted)
{
	u32 standby = sim_last - sim_first + 1;
	unsigned int least = DIV_ROUND_UP(standby, SCCB_MAX_ENTRIES);

	sim_boot_elements = DIV_ROUND_UP(sim_boot_count(), SCCB_MAX_ENTRIES);
	/* Element 0 is boot storage even where standby storage is all there is. */
	sim_boot_elements = max(sim_boot_elements, 1U);
	if (!wanted)
		wanted = least;
	if (wanted < least || wanted > standby ||
	    wanted + sim_boot_elements > MHPS_MAX_ELEMENTS) {
		pr_err("sim_elements=%u: %u standby increments need %u to %u elements\n",
		       wanted, standby, least,
		       min(standby, MHPS_MAX_ELEMENTS - sim_boot_elements));
		return -EINVAL;
	}
	sim_per_element = DIV_ROUND_UP(standby, wanted);
	sim_elements = sim_boot_elements +
		       DIV_ROUND_UP(standby, sim_per_element);
	memset(sim_attached, 0, sizeof(sim_attached));
	memset(sim_attached, true, sim_boot_elements);
	return 0;
}

/* To a kernel that dumps another one, that one's memory looks hidden. */
static bool sim_is_dump_kernel(void)
{
#ifdef CONFIG_CRASH_DUMP
	return elfcorehdr_addr != ELFCORE_ADDR_MAX;
#else
	return false;
#endif
}

static int sim_probe(const struct mhps_firmware_config *config)
{
	int err;

	if (sim_is_dump_kernel()) {
		pr_err("no simulation in a kernel that is here to dump memory: it would be painted over\n");
		return -EPERM;
	}
	sim_increment = config->increment_size ?: memory_block_size_bytes();
	if (!is_power_of_2(sim_increment) || sim_increment < SZ_1M) {
		pr_err("increment_size=0x%llx is not a power of two of at least 1M\n",
		       sim_increment);
		return -EINVAL;
	}
	err = sim_region(config);
	if (err)
		return err;
	err = sim_check_region();
	if (err)
		goto err_adopted;
	sim_first = div64_u64(sim_start, sim_increment) + 1;
	sim_last = div64_u64(sim_start + sim_size, sim_increment);
	mhps_firmware.increment_shift = ilog2(sim_increment);
	mhps_firmware.rnmax = sim_last;
	mhps_firmware.drives = true;
	err = sim_elements_init(config->sim_elements);
	if (err)
		goto err_adopted;
	sim_assigned = kvcalloc(sim_last - sim_first + 1,
				sizeof(*sim_assigned), GFP_KERNEL);
	if (!sim_assigned) {
		err = -ENOMEM;
		goto err_adopted;
	}
	err = mhps_sim_ram_map(sim_start, sim_size,
			       min_t(u64, sim_increment,
				     memory_block_size_bytes()));
	if (err)
		goto err_assigned;
	mhps_canary_paint(sim_start, sim_size);
	return 0;

err_assigned:
	kvfree(sim_assigned);
err_adopted:
	mhps_sim_adopt_return();
	return err;
}

static void sim_remove(void)
{
	u32 rn;

	/* The last word on who touched standby storage. */
	for (rn = sim_first; rn <= sim_last; rn++) {
		if (!sim_assigned[rn - sim_first])
			mhps_canary_check(sim_address_of(rn), sim_increment,
					  false);
	}
	mhps_sim_ram_unmap();
	kvfree(sim_assigned);
	mhps_sim_adopt_return();
}

static bool sim_is_boot_storage(unsigned int element, u32 rn)
{
	return !sim_is_standby_rn(rn);
}

const struct mhps_firmware_ops mhps_firmware_sim = {
	.name = "sim",
	.probe = sim_probe,
	.remove = sim_remove,
	.execute = sim_execute,
	.is_boot_storage = sim_is_boot_storage,
	.words = mhps_canary_words,
};
