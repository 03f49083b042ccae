/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the in-kernel SCLP driver added all standby storage at boot: take
 * offline blocks of it out, so that they can be added again with other flags.
 * Detached blocks are ranges of another origin in the table of ranges, and go
 * through its phases. Owns nothing.
 */
#ifndef MHPS_DETACHED_H
#define MHPS_DETACHED_H

#include <linux/types.h>

int mhps_detach(u64 start, u64 size);
void mhps_detached_exit(void);

#endif /* MHPS_DETACHED_H */
