/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RAM that the kernel does not use, as backing of the simulated firmware: one
 * physically contiguous region, found or named by the user, checked to be
 * there, and accessed word by word without the kernel's direct mapping. No
 * lock: set up at load, then accessed under the increment mutex.
 */
#ifndef MHPS_SIM_RAM_H
#define MHPS_SIM_RAM_H

#include <linux/types.h>

/* sim_ram_find.c */
u64 mhps_sim_ram_kernel_end(void);
int mhps_sim_ram_find(u64 *start, u64 *size);
bool mhps_sim_ram_is_ram(u64 start, u64 size);

/* sim_ram.c */
int mhps_sim_ram_map(u64 start, u64 size, u64 probe_step);
void mhps_sim_ram_unmap(void);
int mhps_sim_ram_read(u64 address, u64 *value);
int mhps_sim_ram_write(u64 address, u64 value);

#endif /* MHPS_SIM_RAM_H */
