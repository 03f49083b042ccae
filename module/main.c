// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "core/command.h"
#include "core/ledger.h"
#include "debugfs/debugfs.h"
#include "firmware/firmware.h"
#include "firmware/sim_canary.h"
#include "hotplug/backing.h"
#include "hotplug/block.h"
#include "hotplug/detached.h"
#include "hotplug/extra_subscriber.h"
#include "hotplug/notifier.h"
#include "storage/increment_table.h"
#include "storage/manual.h"

#define CREATE_TRACE_POINTS
#include "core/trace.h"

static char *firmware = "auto";
module_param(firmware, charp, 0444);
MODULE_PARM_DESC(firmware, "auto, sclp (s390) or sim [auto]");

static char *sim_start = "0";
module_param_hw(sim_start, charp, iomem, 0444);
MODULE_PARM_DESC(sim_start, "sim: physical start of RAM hidden with mem=, K/M/G/T suffix [0: find it]");

static char *sim_size = "0";
module_param_hw(sim_size, charp, iomem, 0444);
MODULE_PARM_DESC(sim_size, "sim: bytes of it [0: all that is found]");

static char *sim_adopt = "0";
module_param(sim_adopt, charp, 0444);
MODULE_PARM_DESC(sim_adopt, "sim: bytes of idle RAM to take from the kernel instead, until unload (x86_64) [0]");

static char *increment_size = "0";
module_param(increment_size, charp, 0444);
MODULE_PARM_DESC(increment_size, "sim: bytes an increment, a power of two [0: a memory block]");

static unsigned int sim_elements;
module_param(sim_elements, uint, 0444);
MODULE_PARM_DESC(sim_elements, "sim: storage elements [0: as many as needed]");

static char *canary = "memmap";
module_param(canary, charp, 0444);
MODULE_PARM_DESC(canary, "sim: off, memmap or full: how much of standby storage is watched [memmap]");

static unsigned int ledger_size = 4096;
module_param(ledger_size, uint, 0444);
MODULE_PARM_DESC(ledger_size, "events kept, up to 1048576 [4096]");

static int __init parse_size(const char *name, const char *text, u64 *size)
{
	int err = mhps_parse_size(text, true, size);

	if (err)
		pr_err("%s=%s is not a size (%pe)\n", name, text, ERR_PTR(err));
	return err;
}

static int __init parse_config(struct mhps_firmware_config *config)
{
	int err;

	err = parse_size("sim_start", sim_start, &config->sim_start);
	if (!err)
		err = parse_size("sim_size", sim_size, &config->sim_size);
	if (!err)
		err = parse_size("sim_adopt", sim_adopt, &config->sim_adopt);
	if (!err)
		err = parse_size("increment_size", increment_size,
				 &config->increment_size);
	config->sim_elements = sim_elements;
	return err;
}

static int __init mhps_init(void)
{
	struct mhps_firmware_config config;
	int err;

	err = parse_config(&config);
	if (err)
		return err;
	err = mhps_canary_init(canary);
	if (err)
		return err;
	err = mhps_ledger_init(ledger_size);
	if (err)
		return err;
	err = mhps_firmware_init(firmware, &config);
	if (err)
		goto err_ledger;
	err = mhps_increment_table_init();
	if (err)
		goto err_firmware;
	mhps_backing_note_online();
	err = mhps_notifier_init();
	if (err)
		goto err_increments;
	mhps_debugfs_init();
	return 0;

err_increments:
	mhps_blocks_exit();
	mhps_increment_table_exit();
err_firmware:
	mhps_firmware_exit();
err_ledger:
	mhps_ledger_exit();
	return err;
}

static void __exit mhps_exit(void)
{
	mhps_debugfs_exit();
	mhps_inject_clear();
	mhps_detached_exit();
	mhps_notifier_exit();
	mhps_blocks_exit();
	mhps_manual_exit();
	mhps_increment_table_exit();
	mhps_firmware_exit();
	mhps_ledger_exit();
}

module_init(mhps_init);
module_exit(mhps_exit);

MODULE_DESCRIPTION("Standby memory laboratory: memory hotplug with memmap on memory, backed by firmware when online");
MODULE_LICENSE("GPL");
