// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real firmware: SCCBs go to the service processor of an LPAR, to z/VM, or to
 * the sclp-standby-memory device of QEMU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include <asm/asm-extable.h>
#include <asm/facility.h>
#include <asm/page.h>
#include <asm/sclp.h>

#include "core/geometry.h"
#include "firmware/firmware.h"
#include "firmware/sccb.h"
#include "firmware/sclp_req.h"

/* Waiting for a turn, as the in-kernel driver does (SCLP_QUEUE_INTERVAL). */
#define SCLP_QUEUE_SECONDS	5

/* Storage keys need no setting after an assign while the default one is 0. */
static_assert(!PAGE_DEFAULT_KEY);

/* ESSA operation codes: Principles of Operation of z/VM's CMMA; page-states.h */
#define ESSA_GET_STATE		0
#define ESSA_SET_STABLE		1
#define ESSA_SET_STABLE_NODAT	7
#define FACILITY_ESSA_NODAT	147

static void sclp_done(struct sclp_req *req, void *data)
{
	complete(data);
}

/*
 * The SCLP core calls back in the end, whatever happens: it repeats what the
 * firmware is too busy for and resets an interface that hangs. So the wait
 * needs no timeout of its own, and the request can live on the stack.
 */
static int sclp_execute(u32 command, void *sccb)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct sclp_req req = {
		.command = command,
		.sccb = sccb,
		.status = SCLP_REQ_FILLED,
		.callback = sclp_done,
		.callback_data = &done,
		.queue_timeout = SCLP_QUEUE_SECONDS,
	};
	int err;

	err = sclp_add_request(&req);
	if (err)
		return err;
	wait_for_completion(&done);
	switch (req.status) {
	case SCLP_REQ_DONE:
		return 0;
	case SCLP_REQ_QUEUED_TIMEOUT:
		return -ETIMEDOUT;
	default:
		return -EIO;
	}
}

/* Set or get a page's state; an operation exception where there is no CMMA. */
static __always_inline int sclp_essa(u64 address, const unsigned char operation)
{
	unsigned long state;
	int err = -EOPNOTSUPP;

	asm volatile("0:	.insn	rrf,0xb9ab0000,%[state],%[address],%[operation],0\n"
		     "1:	lghi	%[err],0\n"
		     "2:\n"
		     EX_TABLE(0b, 2b) EX_TABLE(1b, 2b)
		     : [state] "=d" (state), [err] "+d" (err)
		     : [address] "d" (address), [operation] "i" (operation)
		     : "memory");
	return err;
}

/* cmma_flag is not exported by 6.12, so ask the machine instead. */
static void sclp_set_nodat(unsigned long pfn, unsigned long nr_pages)
{
	if (!mhps_firmware.has_cmma)
		return;
	for (; nr_pages; pfn++, nr_pages--) {
		if (test_facility(FACILITY_ESSA_NODAT))
			sclp_essa(PFN_PHYS(pfn), ESSA_SET_STABLE_NODAT);
		else
			sclp_essa(PFN_PHYS(pfn), ESSA_SET_STABLE);
		if (!(pfn % 1024))
			cond_resched();
	}
}

/* The first of the parameters given that only the simulation understands. */
static const char *sim_parameter(const struct mhps_firmware_config *config)
{
	if (config->sim_start)
		return "sim_start";
	if (config->sim_size)
		return "sim_size";
	if (config->sim_adopt)
		return "sim_adopt";
	if (config->increment_size)
		return "increment_size";
	if (config->sim_elements)
		return "sim_elements";
	return NULL;
}

static int sclp_probe(const struct mhps_firmware_config *config)
{
	const char *parameter = sim_parameter(config);

	if (!(sclp.facilities & SCLP_FACILITY_READ_STORAGE) || !sclp.rzm)
		return -ENODEV;
	if (parameter) {
		pr_err("%s= is for firmware=sim only; this machine has real standby storage\n",
		       parameter);
		return -EINVAL;
	}
	mhps_firmware.increment_shift = ilog2(sclp.rzm);
	mhps_firmware.rnmax = min_t(unsigned long, sclp.rnmax, U16_MAX);
	/* With all storage facilities the in-kernel driver is active. */
	mhps_firmware.drives = (sclp.facilities & SCLP_FACILITY_STORAGE) !=
			       SCLP_FACILITY_STORAGE;
	mhps_firmware.facilities = sclp.facilities;
	mhps_firmware.has_cmma = !sclp_essa(0, ESSA_GET_STATE);
	return 0;
}

static void sclp_remove(void)
{
}

/*
 * Boot storage is what the kernel booted with, as opposed to memory that was
 * added. Of what it does not know at all, mem= may hide boot storage, which on
 * all machines begins in element 0; in others it is left over from who ran before.
 */
static bool sclp_is_boot_storage(unsigned int element, u32 rn)
{
	unsigned int shift = mhps_firmware.increment_shift;
	unsigned long pfn = PHYS_PFN(mhps_rn_address(rn, shift));
	unsigned long end = PHYS_PFN(mhps_rn_address(rn + 1, shift));
	bool known = false;

	for (; pfn < end; pfn += PAGES_PER_SECTION) {
		if (pfn_to_section_nr(pfn) >= NR_MEM_SECTIONS)
			break;
		if (early_section(__pfn_to_section(pfn)))
			return true;
		known |= valid_section(__pfn_to_section(pfn));
	}
	return !element && !known;
}

const struct mhps_firmware_ops mhps_firmware_sclp = {
	.name = "sclp",
	.probe = sclp_probe,
	.remove = sclp_remove,
	.execute = sclp_execute,
	.is_boot_storage = sclp_is_boot_storage,
	.set_nodat = sclp_set_nodat,
};
