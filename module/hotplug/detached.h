/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the in-kernel SCLP driver added all standby storage at boot: take
 * offline blocks of it out, so that they can be added again with other flags.
 * Owns the list of what was taken; the taken mutex guards it and serialises
 * commands. It is held across remove_memory(), as no notifier takes it.
 */
#ifndef MHPS_TAKEN_H
#define MHPS_TAKEN_H

#include <linux/types.h>

int mhps_taken_remove(u64 start, u64 size);
void mhps_taken_exit(void);

#endif /* MHPS_TAKEN_H */
