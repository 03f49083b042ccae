// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include "firmware.h"

static int sclp_probe(const struct mhps_firmware_config *config)
{
	return -ENODEV;
}

const struct mhps_firmware_ops mhps_firmware_sclp = {
	.name = "sclp",
	.probe = sclp_probe,
};
