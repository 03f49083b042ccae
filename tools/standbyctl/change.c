// SPDX-License-Identifier: GPL-2.0-only
/*
 * online, offline, configure, deconfigure, add, remove, resize: which blocks are
 * meant, and in which order their steps come.
 */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "options.h"
#include "steps.h"
#include "util.h"

/* Its memmap is known to be where it is wanted. */
static bool altmap_fits(const struct block *block)
{
	return options.altmap == UNKNOWN ||
	       (block->memmap != MEMMAP_UNKNOWN &&
		options.altmap == (block->memmap == MEMMAP_BLOCK));
}

/* It can be taken out and brought in again, alone. */
static bool can_come_again(const struct model *model, const struct block *block)
{
	uint64_t start = block->id * model->block_size;
	const struct range *range = model_range_at(model, start);

	if (model->firmware)
		return true;
	if (range)
		return range->start == start && range->size == model->block_size;
	return model->module && !model->drives && block->storage;
}

/*
 * The blocks of an array go online: those that the kernel does not have are
 * brought in first, a run of them as one range of the module.
 */
static void plan_online_blocks(struct plan *plan, const struct model *model,
			       const struct block **blocks, size_t n)
{
	size_t i, run, needs;

	for (i = 0; i < n; i += run) {
		run = 1;
		if (blocks[i]->state == BLOCK_OFFLINE) {
			needs = altmap_fits(blocks[i]) ? NEEDS_NOTHING :
				step_again(plan, model, blocks[i]);
			step_online(plan, blocks[i]->id, needs);
		} else if (model->firmware) {
			step_online(plan, blocks[i]->id, step_configure(plan, blocks[i]));
		} else {
			while (i + run < n && blocks[i + run]->state == BLOCK_STANDBY &&
			       blocks[i + run]->id == blocks[i]->id + run)
				run++;
			needs = step_add(plan, model, blocks[i]->id, run);
			for (size_t j = 0; j < run; j++)
				step_online(plan, blocks[i]->id + j, needs);
		}
	}
}

static void no_block(uint64_t id)
{
	errx(EXIT_FAILURE, "there is no block %" PRIu64 ", nor storage for one; see standbyctl list", id);
}

static void need_source(const struct model *model, const struct block *block)
{
	if (block->state == BLOCK_STANDBY && !model->firmware)
		model_need_module(model, "storage that the kernel does not have");
}

static bool is_ready(const struct model *model, const struct block *block)
{
	(void)model;
	return block->state == BLOCK_OFFLINE && altmap_fits(block);
}

static bool can_be_made_ready(const struct model *model, const struct block *block)
{
	return block->state == BLOCK_OFFLINE && !altmap_fits(block) &&
	       can_come_again(model, block);
}

static bool is_standby(const struct model *model, const struct block *block)
{
	return block->state == BLOCK_STANDBY && (model->firmware || model->module);
}

/* Blocks that are good for it, from low addresses on, up to so many in all. */
static size_t take_online(const struct model *model, const struct block **blocks, size_t n,
			  size_t all, bool (*good)(const struct model *, const struct block *))
{
	size_t i;

	for (i = 0; n < all && i < model->nr_blocks; i++) {
		if (good(model, &model->blocks[i]))
			blocks[n++] = &model->blocks[i];
	}
	return n;
}

/**
 * change_online() - plan to bring blocks online
 * @model: the machine
 * @selection: which
 * @plan: filled in
 */
void change_online(const struct model *model, const struct selection *selection,
		   struct plan *plan)
{
	const struct block **blocks = xcalloc(model->nr_blocks, sizeof(*blocks));
	size_t n = 0;
	uint64_t id;

	plan->kind = STEP_ONLINE;
	for (id = selection->first; !selection->by_size && id <= selection->last; id++) {
		const struct block *block = model_block(model, id);

		if (!block)
			no_block(id);
		if (block->state == BLOCK_DEVICE)
			errx(EXIT_FAILURE, "block %" PRIu64 " is mapped as a device, which is never online: remove it first", id);
		need_source(model, block);
		if (block->state == BLOCK_OFFLINE && !altmap_fits(block) &&
		    !can_come_again(model, block))
			errx(EXIT_FAILURE, "the memmap of block %" PRIu64 " is not known to be there, and the block cannot be taken out alone: %s",
			     id, model_range_at(model, id * model->block_size) ?
			     "remove its range (standbyctl remove), then online" :
			     "that needs the module (modprobe mhp_standby)");
		if (block->state == BLOCK_ONLINE)
			plan->already++;
		else
			blocks[n++] = block;
	}
	if (selection->by_size) {
		n = take_online(model, blocks, 0, SIZE_MAX, is_ready);
		n = take_online(model, blocks, n, selection->count, can_be_made_ready);
		n = take_online(model, blocks, n, selection->count, is_standby);
		plan->wanted = selection->count;
		if (n < selection->count) {
			free(blocks);
			errx(EXIT_FAILURE, "there are %zu blocks to bring online, not %" PRIu64 "%s; see standbyctl list",
			     n, selection->count,
			     options.altmap == UNKNOWN ? "" : ", with their memmap there");
		}
	}
	plan_online_blocks(plan, model, blocks, n);
	free(blocks);
}

/* By size: from the end, and what is in the movable zone before what is not. */
static void offline_some(const struct model *model, struct plan *plan, bool movable)
{
	size_t i = model->nr_blocks;

	while (i--) {
		const struct block *block = &model->blocks[i];
		bool is = block->zone && !strcmp(block->zone, "Movable");

		if (block->state == BLOCK_ONLINE && is == movable &&
		    (!model->module || block->storage))
			step_offline(plan, block->id);
	}
}

/**
 * change_offline() - plan to take blocks offline
 * @model: the machine
 * @selection: which
 * @plan: filled in
 */
void change_offline(const struct model *model, const struct selection *selection,
		    struct plan *plan)
{
	uint64_t id;

	plan->kind = STEP_OFFLINE;
	if (selection->by_size) {
		offline_some(model, plan, true);
		offline_some(model, plan, false);
		plan->wanted = selection->count;
		if (plan->n < selection->count)
			errx(EXIT_FAILURE, "there are %zu blocks to take offline, not %" PRIu64,
			     plan->n, selection->count);
		return;
	}
	for (id = selection->first; id <= selection->last; id++) {
		const struct block *block = model_block(model, id);

		if (!block)
			no_block(id);
		if (block->state == BLOCK_ONLINE || block->state == BLOCK_GOING_OFFLINE)
			step_offline(plan, id);
		else
			plan->already++;
	}
}

/**
 * change_add() - plan to bring storage into the kernel
 * @model: the machine
 * @selection: which
 * @plan: filled in
 * @by_module: as a range of the module, even where the firmware has files of its own
 */
void change_add(const struct model *model, const struct selection *selection,
		struct plan *plan, bool by_module)
{
	bool module = by_module || !model->firmware;
	uint64_t id, count = 0;
	size_t i;

	if (module)
		model_need_module(model, by_module ? "add" :
				  "a kernel without /sys/firmware/memory");
	plan->kind = module ? STEP_ADD : STEP_CONFIGURE;
	if (selection->by_size)
		plan->wanted = selection->count;
	for (i = 0; i < model->nr_blocks; i++) {
		const struct block *block = &model->blocks[i];

		id = block->id;
		if (selection->by_size ? plan->wanted == count :
					 id < selection->first || id > selection->last)
			continue;
		if (block->state != BLOCK_STANDBY) {
			plan->already += !selection->by_size;
			continue;
		}
		count++;
		if (!module) {
			step_configure(plan, block);
		} else if (plan->n && plan->steps[plan->n - 1].first +
			   plan->steps[plan->n - 1].count == id) {
			struct step *step = &plan->steps[--plan->n];
			uint64_t first = step->first, n = step->count + 1;

			free(step->path);
			free(step->text);
			step_add(plan, model, first, n);
		} else {
			step_add(plan, model, id, 1);
		}
	}
	if (!selection->by_size && count + plan->already != selection->last - selection->first + 1)
		errx(EXIT_FAILURE, "not all of blocks %" PRIu64 "-%" PRIu64 " have storage; see standbyctl list",
		     selection->first, selection->last);
	if (selection->by_size && count < selection->count)
		errx(EXIT_FAILURE, "there are %" PRIu64 " blocks in standby, not %" PRIu64,
		     count, selection->count);
}

static void remove_range(const struct model *model, const struct selection *selection,
			 struct plan *plan, const struct range *range)
{
	uint64_t first = range->start / model->block_size;
	uint64_t count = range->size / model->block_size;

	if (first < selection->first || first + count - 1 > selection->last)
		errx(EXIT_FAILURE, "a range goes as it came: that of block %" PRIu64 " is --blocks %" PRIu64 "-%" PRIu64,
		     selection->first > first ? selection->first : first, first,
		     first + count - 1);
	step_remove(plan, model, first, count);
}

/* By size: whole ranges from the end, all of whose blocks are offline. */
static void remove_some(const struct model *model, const struct selection *selection,
			struct plan *plan)
{
	uint64_t left = selection->count, first, count, id;
	size_t i = model->nr_ranges;

	while (i-- && left) {
		first = model->ranges[i].start / model->block_size;
		count = model->ranges[i].size / model->block_size;
		for (id = first; id < first + count; id++) {
			const struct block *block = model_block(model, id);

			if (block && block->state != BLOCK_OFFLINE)
				break;
		}
		if (id < first + count || count > left)
			continue;
		step_remove(plan, model, first, count);
		left -= count;
	}
	if (left)
		errx(EXIT_FAILURE, "there are no offline ranges of %" PRIu64 " blocks in all: a range goes as it came; see standbyctl list",
		     selection->count);
}

/**
 * change_remove() - plan to take storage out of the kernel
 * @model: the machine
 * @selection: which
 * @plan: filled in
 * @by_module: a range of the module, even where the firmware has files of its own
 */
void change_remove(const struct model *model, const struct selection *selection,
		   struct plan *plan, bool by_module)
{
	bool module = by_module || !model->firmware;
	const struct range *range, *before = NULL;
	size_t i = model->nr_blocks;

	if (module)
		model_need_module(model, by_module ? "remove" :
				  "a kernel without /sys/firmware/memory");
	plan->kind = module ? STEP_REMOVE : STEP_DECONFIGURE;
	if (module && selection->by_size) {
		remove_some(model, selection, plan);
		return;
	}
	while (i--) {
		const struct block *block = &model->blocks[i];

		if (selection->by_size) {
			if (block->state == BLOCK_OFFLINE && plan->n < selection->count)
				step_deconfigure(plan, block);
			continue;
		}
		if (block->id < selection->first || block->id > selection->last)
			continue;
		if (block->state == BLOCK_ONLINE || block->state == BLOCK_GOING_OFFLINE)
			errx(EXIT_FAILURE, "block %" PRIu64 " is online: standbyctl offline --blocks %" PRIu64 " first",
			     block->id, block->id);
		if (block->state == BLOCK_STANDBY) {
			plan->already++;
			continue;
		}
		if (!module) {
			step_deconfigure(plan, block);
			continue;
		}
		range = model_range_at(model, block->id * model->block_size);
		if (!range && (model->drives || !block->storage))
			errx(EXIT_FAILURE, "block %" PRIu64 " was not added through the module", block->id);
		if (!range)
			step_remove(plan, model, block->id, 1);
		else if (range != before)
			remove_range(model, selection, plan, range);
		before = range;
	}
	if (selection->by_size && plan->n < selection->count)
		errx(EXIT_FAILURE, "there are %zu offline blocks, not %" PRIu64,
		     plan->n, selection->count);
	if (!plan->n && !plan->already)
		no_block(selection->first);
}
