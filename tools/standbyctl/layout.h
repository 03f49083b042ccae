/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A layout: which blocks of a machine are online, in which zone, and where their
 * memmap is. A line a run of blocks: N-M ZONE MEMMAP.
 */
#ifndef STANDBYCTL_LAYOUT_H
#define STANDBYCTL_LAYOUT_H

#include "model.h"

void layout_export(const struct model *model, const char *path);

#endif /* STANDBYCTL_LAYOUT_H */
