/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sums over the machine: how much memory is in which state, and what its memmap
 * costs.
 */
#ifndef STANDBYCTL_TOTALS_H
#define STANDBYCTL_TOTALS_H

#include <stdio.h>

#include "model.h"

void totals_print(const struct model *model, FILE *f);
void totals_json(const struct model *model, FILE *f);
uint64_t total_online(const struct model *model);

#endif /* STANDBYCTL_TOTALS_H */
