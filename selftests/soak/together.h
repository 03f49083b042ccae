/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations of several processes at once. Of each only what it may be answered is
 * known; afterwards, when all is quiet, the tables must fit each other and sysfs.
 */
#ifndef SOAK_TOGETHER_H
#define SOAK_TOGETHER_H

#include <stdbool.h>
#include <stddef.h>

#include "op.h"
#include "types.h"

#define MAX_PROCESSES	8

void together_init(void);
bool together(struct ops *ops, unsigned int from, u64 seed, unsigned int seconds,
	      const struct op *load, char *why, size_t size);
bool is_quiet(char *why, size_t size);

#endif
