/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which blocks a verb is about: SIZE, an address range, or with --blocks numbers,
 * as chmem takes them.
 */
#ifndef STANDBYCTL_SELECT_H
#define STANDBYCTL_SELECT_H

#include "model.h"

/**
 * struct selection - what the argument says
 * @by_size: @count blocks, whichever are good for it; else @first to @last
 * @count: of blocks
 * @first: block
 * @last: block
 */
struct selection {
	bool by_size;
	uint64_t count;
	uint64_t first;
	uint64_t last;
};

void select_parse(const struct model *model, int n, char **arguments,
		  struct selection *selection);
uint64_t blocks_of_size(const struct model *model, const char *word);

#endif /* STANDBYCTL_SELECT_H */
