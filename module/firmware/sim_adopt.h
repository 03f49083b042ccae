/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RAM for the simulation without a boot parameter: take idle memory blocks out
 * of the running kernel, and give them back at unload. Owns the list of what
 * it took; only module load and unload come here, so there is no lock.
 */
#ifndef MHPS_SIM_ADOPT_H
#define MHPS_SIM_ADOPT_H

#include <linux/types.h>

int mhps_sim_adopt(u64 size, u64 *start);
void mhps_sim_adopt_return(void);

#endif /* MHPS_SIM_ADOPT_H */
