// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core/fault.h"
#include "core/ledger.h"
#include "firmware/firmware.h"
#include "firmware/sccb.h"

struct mhps_firmware mhps_firmware;

/*
 * One SCCB serves all calls, which the caller serialises: onlining must not
 * need memory. Below 2 GiB, as the service call takes a 31-bit address.
 */
static void *firmware_sccb;
static u16 *firmware_rn;		/* increments of the last READ or ATTACH */
static unsigned int firmware_delay_ms;	/* what fault rules may still wait */
static atomic64_t firmware_nodat;	/* pages, since load */

/* Rules that wait in many calls under one lock end long before it is a hang. */
#define FIRMWARE_DELAY_MS	50000

static struct mhps_sccb *sccb_prepare(void)
{
	struct mhps_sccb *header = firmware_sccb;

	memset(firmware_sccb, 0, SCCB_SIZE);
	header->length = cpu_to_be16(SCCB_SIZE);
	return header;
}

static bool response_is_good(enum mhps_event call, u16 response)
{
	switch (call) {
	case MHPS_READ:
		return response == SCLP_RC_NORMAL_READ ||
		       response == SCLP_RC_ELEMENT_NOT_ATTACHED;
	case MHPS_ATTACH:
	case MHPS_ASSIGN:
	case MHPS_UNASSIGN:
		return response == SCLP_RC_NORMAL ||
		       response == SCLP_RC_ALREADY;
	default:
		return false;
	}
}

/*
 * Send the prepared SCCB; the response code goes to row->response. A refusal
 * is logged by who knows whether it is one of thousands.
 */
static int firmware_call(struct mhps_row *row)
{
	struct mhps_sccb *header = firmware_sccb;
	struct mhps_fault fault;

	row->block = MHPS_ROW_NO_BLOCK;
	mhps_ledger_begin(row);
	if (mhps_fault_of_call(row->event, row->rn, &fault))
		row->flags |= MHPS_ROW_INJECTED;
	mhps_fault_delay(&fault, &firmware_delay_ms);
	row->result = fault.error;
	if (!fault.error && fault.response)
		header->response_code = cpu_to_be16(fault.response);
	else if (!fault.error)
		row->result = mhps_firmware.ops->execute(row->command, header);
	if (!row->result) {
		row->response = be16_to_cpu(header->response_code);
		if (row->event == MHPS_READ &&
		    row->response == SCLP_RC_NO_SUCH_ELEMENT)
			row->result = -ENOENT;
		else if (!response_is_good(row->event, row->response))
			row->result = -EIO;
	}
	mhps_ledger_end(row);
	return row->result;
}

static int firmware_element(struct mhps_row *row)
{
	int err = firmware_call(row);

	if (err && err != -ENOENT)
		pr_err("%s of storage element %d failed: command 0x%08x response 0x%04x (%pe)\n",
		       mhps_event_names[row->event], row->element, row->command,
		       row->response, ERR_PTR(err));
	return err;
}

/**
 * mhps_firmware_begin() - calls follow, with a lock held that others wait for
 *
 * By who serialises the calls, whenever it has taken its lock.
 */
void mhps_firmware_begin(void)
{
	firmware_delay_ms = FIRMWARE_DELAY_MS;
}

/* Firmware may count more than fits the SCCB; what is not there is not read. */
static unsigned int copy_entries(const __be32 *entries, unsigned int nr)
{
	unsigned int i, found = 0;
	u16 rn;

	nr = min_t(unsigned int, nr, SCCB_MAX_ENTRIES);
	for (i = 0; i < nr; i++) {
		rn = be32_to_cpu(entries[i]) >> 16;
		if (rn)
			firmware_rn[found++] = rn;
	}
	return found;
}

/**
 * mhps_firmware_read() - READ STORAGE ELEMENT INFORMATION
 * @id: storage element
 * @element: filled in; its rn array is valid until the next call
 *
 * Calls must be serialised. May sleep.
 *
 * Return: 0, -ENOENT if there is no such element, -EIO if the firmware
 * refuses, another negative errno if it cannot be reached.
 */
int mhps_firmware_read(u8 id, struct mhps_element *element)
{
	struct mhps_row row = {
		.event = MHPS_READ,
		.element = id,
		.command = SCLP_CMDW_READ_STORAGE_ELEMENT | SCLP_CMDW_ELEMENT(id),
	};
	struct mhps_read_sccb *sccb = firmware_sccb;
	int err;

	sccb_prepare();
	err = firmware_element(&row);
	if (err)
		return err;
	element->max_id = min_t(unsigned int, be16_to_cpu(sccb->max_id),
				MHPS_MAX_ELEMENTS - 1);
	element->attached = row.response == SCLP_RC_NORMAL_READ;
	element->assigned = be16_to_cpu(sccb->assigned);
	element->standby = be16_to_cpu(sccb->standby);
	element->rn = firmware_rn;
	element->nr = copy_entries(sccb->entries, element->assigned);
	return 0;
}

/**
 * mhps_firmware_attach() - ATTACH STORAGE ELEMENT
 * @id: storage element
 * @element: rn and nr are set to the increments that came with it; none are
 *	     listed if it was attached before. Valid until the next call.
 *
 * Calls must be serialised. May sleep.
 *
 * Return: 0, -EIO if the firmware refuses, another negative errno if it cannot
 * be reached.
 */
int mhps_firmware_attach(u8 id, struct mhps_element *element)
{
	struct mhps_row row = {
		.event = MHPS_ATTACH,
		.element = id,
		.command = SCLP_CMDW_ATTACH_STORAGE | SCLP_CMDW_ELEMENT(id),
	};
	struct mhps_attach_sccb *sccb = firmware_sccb;
	int err;

	sccb_prepare()->function_code = SCLP_FUNCTION_ATTACH;
	err = firmware_element(&row);
	if (err)
		return err;
	element->rn = firmware_rn;
	element->nr = 0;
	if (row.response == SCLP_RC_NORMAL)
		element->nr = copy_entries(sccb->entries,
					   be16_to_cpu(sccb->assigned));
	return 0;
}

static int firmware_storage(enum mhps_event call, u32 command, u32 rn,
			    u8 row_flags, u16 *response)
{
	struct mhps_row row = {
		.event = call,
		.rn = rn,
		.element = MHPS_ROW_NO_ELEMENT,
		.command = command,
		.flags = row_flags,
	};
	struct mhps_assign_sccb *sccb = firmware_sccb;
	int err;

	sccb_prepare();
	sccb->rn = cpu_to_be16(rn);
	err = firmware_call(&row);
	*response = row.response;
	return err;
}

/**
 * mhps_firmware_assign() - ASSIGN STORAGE
 * @rn: increment
 * @row_flags: MHPS_ROW_* for the ledger
 * @response: set to the response code, 0 if there was none
 *
 * An increment that is assigned already is no error. Calls must be serialised.
 * May sleep.
 *
 * Return: 0, -EIO if the firmware refuses, another negative errno if it cannot
 * be reached.
 */
int mhps_firmware_assign(u32 rn, u8 row_flags, u16 *response)
{
	return firmware_storage(MHPS_ASSIGN, SCLP_CMDW_ASSIGN_STORAGE, rn,
				row_flags, response);
}

/**
 * mhps_firmware_unassign() - UNASSIGN STORAGE
 * @rn: increment
 * @row_flags: MHPS_ROW_* for the ledger
 * @response: set to the response code, 0 if there was none
 *
 * An increment that is in standby already is no error. Calls must be
 * serialised. May sleep.
 *
 * Return: as mhps_firmware_assign().
 */
int mhps_firmware_unassign(u32 rn, u8 row_flags, u16 *response)
{
	return firmware_storage(MHPS_UNASSIGN, SCLP_CMDW_UNASSIGN_STORAGE, rn,
				row_flags, response);
}

/**
 * mhps_firmware_set_nodat() - pages will never hold DAT tables
 * @pfn: first page, of assigned storage
 * @nr_pages: how many
 *
 * The kernel tells the hypervisor about pages as they pass the page allocator;
 * a memmap in the block itself never does (sclp_mem_notifier() of 6.12 does this
 * for the altmap, sclp_config_mem_store() of 7.x for the whole block). May sleep.
 */
void mhps_firmware_set_nodat(unsigned long pfn, unsigned long nr_pages)
{
	atomic64_add(nr_pages, &firmware_nodat);
	if (mhps_firmware.ops->set_nodat)
		mhps_firmware.ops->set_nodat(pfn, nr_pages);
}

/**
 * mhps_firmware_nodat_pages() - pages mhps_firmware_set_nodat() was told of
 *
 * Return: the count since load, also where no hypervisor listens.
 */
u64 mhps_firmware_nodat_pages(void)
{
	return atomic64_read(&firmware_nodat);
}

static int firmware_probe(const char *name,
			  const struct mhps_firmware_config *config)
{
	static const struct mhps_firmware_ops * const all[] = {
		IS_ENABLED(CONFIG_S390) ? &mhps_firmware_sclp : NULL,
		&mhps_firmware_sim,
	};
	bool automatic = !strcmp(name, "auto");
	int err = -EINVAL;
	int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		if (!all[i] || (!automatic && strcmp(name, all[i]->name)))
			continue;
		mhps_firmware.ops = all[i];
		err = all[i]->probe(config);
		if (err != -ENODEV || !automatic)
			break;
	}
	if (err == -EINVAL && !mhps_firmware.ops)
		pr_err("firmware=%s is not one of auto, sclp (s390 only), sim\n",
		       name);
	else if (err == -ENODEV)
		pr_err("no standby storage for firmware=%s: boot with mem= to hide RAM, give sim_start= and sim_size=, or on x86_64 sim_adopt=\n",
		       name);
	return err;
}

/**
 * mhps_firmware_init() - find the firmware and allocate its SCCB
 * @name: auto, sclp or sim; auto prefers real firmware
 * @config: parameters of the simulation
 *
 * Return: 0, -ENODEV if there is none, -EINVAL for bad parameters, another
 * negative errno of the implementation. The reason is in the log.
 */
int mhps_firmware_init(const char *name,
		       const struct mhps_firmware_config *config)
{
	int err;

	firmware_sccb = (void *)get_zeroed_page(GFP_KERNEL | GFP_DMA);
	if (!firmware_sccb)
		return -ENOMEM;
	firmware_rn = kcalloc(SCCB_MAX_ENTRIES, sizeof(*firmware_rn),
			      GFP_KERNEL);
	if (!firmware_rn) {
		err = -ENOMEM;
		goto err_page;
	}
	err = firmware_probe(name, config);
	if (err)
		goto err_rn;
	return 0;

err_rn:
	kfree(firmware_rn);
err_page:
	free_page((unsigned long)firmware_sccb);
	return err;
}

/**
 * mhps_firmware_exit() - undo mhps_firmware_init()
 */
void mhps_firmware_exit(void)
{
	mhps_firmware.ops->remove();
	kfree(firmware_rn);
	free_page((unsigned long)firmware_sccb);
}
