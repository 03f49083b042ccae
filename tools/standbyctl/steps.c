// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "steps.h"
#include "sysroot.h"
#include "util.h"

static char *state_path(uint64_t id)
{
	return xasprintf(SYS_MEMORY "/memory%" PRIu64 "/state", id);
}

static char *state_word(void)
{
	const char *zone = options.zone ?: "movable";

	if (!strcmp(zone, "online"))
		return xstrdup(zone);
	return xasprintf("online_%s", zone);
}

/* Flags of a range, where anything but the module's own choice is wanted. */
static char *add_flags(const struct model *model)
{
	char *can;
	bool inaccessible;

	if (options.flags)
		return xasprintf(" flags=%s", options.flags);
	if (options.altmap == UNKNOWN)
		return xstrdup("");
	if (!options.altmap)
		return xstrdup(" flags=none");
	can = model_feature(model, "offline_inaccessible");
	inaccessible = can && !strcmp(can, "yes") &&
		       !(options.type && !strcmp(options.type, "device"));
	free(can);
	return xasprintf(" flags=memmap_on_memory%s",
			 inaccessible ? ",offline_inaccessible" : "");
}

/**
 * step_add() - bring a run of blocks in, as one range of the module
 * @plan: added to
 * @model: the machine
 * @first: block
 * @count: of them
 *
 * Return: number of the step.
 */
size_t step_add(struct plan *plan, const struct model *model, uint64_t first, uint64_t count)
{
	char *flags = add_flags(model), *text;

	text = xasprintf("start=0x%" PRIx64 " size=%" PRIu64 "%s%s%s%s%s%s%s",
			 first * model->block_size, count * model->block_size,
			 options.type ? " type=" : "", options.type ?: "",
			 options.node ? " nid=" : "", options.node ?: "",
			 options.group ? " group=" : "", options.group ?: "", flags);
	free(flags);
	return plan_step(plan, STEP_ADD, first, count, NEEDS_NOTHING,
			 xstrdup(SYS_MODULE "/add"), text);
}

/**
 * step_configure() - have /sys/firmware/memory bring a block in, offline
 * @plan: added to
 * @block: which
 *
 * Return: number of the step.
 */
size_t step_configure(struct plan *plan, const struct block *block)
{
	size_t needs = NEEDS_NOTHING;

	if (options.altmap != UNKNOWN && options.altmap != block->want_altmap)
		needs = plan_step(plan, STEP_MEMMAP, block->id, 1, NEEDS_NOTHING,
				  xasprintf(SYS_FIRMWARE "/memory%" PRIu64 "/memmap_on_memory",
					    block->id),
				  xstrdup(options.altmap ? "1" : "0"));
	return plan_step(plan, STEP_CONFIGURE, block->id, 1, needs,
			 xasprintf(SYS_FIRMWARE "/memory%" PRIu64 "/config", block->id),
			 xstrdup("1"));
}

/**
 * step_deconfigure() - the opposite
 * @plan: added to
 * @block: which
 *
 * Return: number of the step.
 */
size_t step_deconfigure(struct plan *plan, const struct block *block)
{
	return plan_step(plan, STEP_DECONFIGURE, block->id, 1, NEEDS_NOTHING,
			 xasprintf(SYS_FIRMWARE "/memory%" PRIu64 "/config", block->id),
			 xstrdup("0"));
}

/**
 * step_remove() - take out what was added
 * @plan: added to
 * @model: the machine
 * @first: block of the range
 * @count: of its blocks
 *
 * Return: number of the step.
 */
size_t step_remove(struct plan *plan, const struct model *model, uint64_t first, uint64_t count)
{
	return plan_step(plan, STEP_REMOVE, first, count, NEEDS_NOTHING,
			 xstrdup(SYS_MODULE "/remove"),
			 xasprintf("start=0x%" PRIx64 " size=%" PRIu64,
				   first * model->block_size, count * model->block_size));
}

/**
 * step_online() - bring a block online, in the zone that is asked for
 * @plan: added to
 * @id: its number
 * @needs: the step that brings it in, or NEEDS_NOTHING
 *
 * Return: number of the step.
 */
size_t step_online(struct plan *plan, uint64_t id, size_t needs)
{
	return plan_step(plan, STEP_ONLINE, id, 1, needs, state_path(id), state_word());
}

/**
 * step_again() - take an offline block out and bring it in, its memmap where it is wanted
 * @plan: added to
 * @model: the machine
 * @block: which
 *
 * Return: number of the step that brings it in.
 */
size_t step_again(struct plan *plan, const struct model *model, const struct block *block)
{
	size_t out, in;

	if (model->firmware) {
		out = step_deconfigure(plan, block);
		in = step_configure(plan, block);
		plan->steps[out + 1].needs = out;
		return in;
	}
	out = step_remove(plan, model, block->id, 1);
	in = step_add(plan, model, block->id, 1);
	plan->steps[in].needs = out;
	/* If it cannot come back as is wanted, then as the module likes it. */
	plan->steps[in].undo = xasprintf("start=0x%" PRIx64 " size=%" PRIu64,
					 block->id * model->block_size, model->block_size);
	return in;
}

/**
 * step_offline() - take a block offline
 * @plan: added to
 * @id: its number
 *
 * Return: number of the step.
 */
size_t step_offline(struct plan *plan, uint64_t id)
{
	return plan_step(plan, STEP_OFFLINE, id, 1, NEEDS_NOTHING, state_path(id),
			 xstrdup("offline"));
}
