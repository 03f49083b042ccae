/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Increments that an operator assigns and unassigns by hand. A command may be
 * about all there are, so it takes the increment mutex for one increment at a
 * time: a block that goes online in between waits for one, not for 65,535. A
 * mutex of its own, outside that one, serialises commands.
 */
#ifndef MHPS_MANUAL_H
#define MHPS_MANUAL_H

#include <linux/types.h>

int mhps_manual_assign(u32 first, u32 last);
int mhps_manual_unassign(u32 first, u32 last);
void mhps_manual_exit(void);

#endif /* MHPS_MANUAL_H */
