// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "totals.h"
#include "util.h"

const struct kind block_kinds[BLOCK_KINDS] = {
	[KIND_MOVABLE] = { 'M', "30;42", "#4caf50", "online, zone Movable" },
	[KIND_KERNEL] = { 'K', "30;43", "#e0a030", "online, a zone of the kernel" },
	[KIND_OFFLINE] = { 'o', "37;44", "#5b8dd9", "offline" },
	[KIND_GOING] = { 'g', "30;46", "#40b0b0", "going offline" },
	[KIND_STANDBY] = { '.', "2", "#e4e4e4", "standby: not in the kernel" },
	[KIND_DEVICE] = { 'D', "30;45", "#b070c0", "device" },
	[KIND_HOLE] = { ' ', "0", "#ffffff", "nothing" },
};

const struct kind increment_kinds[INCREMENT_STATES] = {
	[INCREMENT_RESERVED] = { 'r', "33", "#e0c890", "reserved: memory of the boot" },
	[INCREMENT_STANDBY] = { '.', "2", "#e4e4e4", "standby" },
	[INCREMENT_ASSIGNED] = { 'A', "32", "#2e7d32", "assigned" },
	[INCREMENT_STUCK] = { '!', "1;31", "#d32f2f", "stuck: not taken back" },
};

const struct kind memmap_kinds[] = {
	[MEMMAP_UNKNOWN] = { ' ', "0", "#ffffff", "" },
	[MEMMAP_BLOCK] = { 'b', "36", "#1a237e", "in the block (altmap)" },
	[MEMMAP_SYSTEM] = { 's', "2", "#ffffff", "in system memory" },
	[MEMMAP_MIXED] = { 'x', "31", "#d32f2f", "in both" },
};

/**
 * block_kind() - how a block is drawn
 * @block: the block; NULL where there is none
 *
 * Return: the kind.
 */
enum block_kind block_kind(const struct block *block)
{
	if (!block)
		return KIND_HOLE;
	switch (block->state) {
	case BLOCK_ONLINE:
		return block->zone && !strcmp(block->zone, "Movable") ? KIND_MOVABLE : KIND_KERNEL;
	case BLOCK_OFFLINE:
		return KIND_OFFLINE;
	case BLOCK_GOING_OFFLINE:
		return KIND_GOING;
	case BLOCK_DEVICE:
		return KIND_DEVICE;
	default:
		return KIND_STANDBY;
	}
}

/**
 * picture_title() - what stands above
 * @model: the machine
 *
 * Return: a line, to be freed.
 */
char *picture_title(const struct model *model)
{
	uint64_t all = model->nr_blocks * model->block_size;
	char *total = size_text(all, false), *online = size_text(total_online(model), false);
	char *block = size_text(model->block_size, false);
	char *incr = model->increment_size ? size_text(model->increment_size, false) : NULL;
	char *title;

	title = xasprintf("%s of memory, %s online; block %s%s%s", total, online, block,
			  incr ? ", increment " : "", incr ?: "");
	free(total);
	free(online);
	free(block);
	free(incr);
	return title;
}
