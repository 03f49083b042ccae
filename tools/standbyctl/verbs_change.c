// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "options.h"
#include "persistent.h"
#include "sysroot.h"
#include "totals.h"
#include "util.h"
#include "verb.h"

/* Carries a plan out, has it last if that is wanted, and forgets it. */
static int carry_out(struct plan *plan, struct model *model)
{
	int status;

	persistent_check();
	status = persistent_save(plan_run(plan, model));
	plan_free(plan);
	model_free(model);
	return status;
}

enum change { ONLINE, OFFLINE, CONFIGURE, DECONFIGURE, ADD, REMOVE };

static int change(int n, char **arguments, enum change what)
{
	struct selection selection;
	struct plan plan = { };
	struct model model;

	model_read(&model);
	select_parse(&model, n, arguments, &selection);
	switch (what) {
	case ONLINE:
		change_online(&model, &selection, &plan);
		break;
	case OFFLINE:
		change_offline(&model, &selection, &plan);
		break;
	case CONFIGURE:
	case ADD:
		change_add(&model, &selection, &plan, what == ADD);
		break;
	case DECONFIGURE:
	case REMOVE:
		change_remove(&model, &selection, &plan, what == REMOVE);
		break;
	}
	return carry_out(&plan, &model);
}

/**
 * verb_online() - standbyctl online
 * @n: arguments
 * @arguments: which blocks
 *
 * Return: exit status.
 */
int verb_online(int n, char **arguments)
{
	return change(n, arguments, ONLINE);
}

/**
 * verb_offline() - standbyctl offline
 * @n: arguments
 * @arguments: which blocks
 *
 * Return: exit status.
 */
int verb_offline(int n, char **arguments)
{
	return change(n, arguments, OFFLINE);
}

/**
 * verb_configure() - standbyctl configure
 * @n: arguments
 * @arguments: which blocks
 *
 * Return: exit status.
 */
int verb_configure(int n, char **arguments)
{
	return change(n, arguments, CONFIGURE);
}

/**
 * verb_deconfigure() - standbyctl deconfigure
 * @n: arguments
 * @arguments: which blocks
 *
 * Return: exit status.
 */
int verb_deconfigure(int n, char **arguments)
{
	return change(n, arguments, DECONFIGURE);
}

/**
 * verb_add() - standbyctl add
 * @n: arguments
 * @arguments: which blocks
 *
 * Return: exit status.
 */
int verb_add(int n, char **arguments)
{
	return change(n, arguments, ADD);
}

/**
 * verb_remove() - standbyctl remove
 * @n: arguments
 * @arguments: which blocks
 *
 * Return: exit status.
 */
int verb_remove(int n, char **arguments)
{
	return change(n, arguments, REMOVE);
}

/**
 * verb_resize() - standbyctl resize
 * @n: arguments
 * @arguments: the size, with + or - for a difference
 *
 * Return: exit status.
 */
int verb_resize(int n, char **arguments)
{
	struct selection selection = { .by_size = true };
	uint64_t blocks, online;
	struct plan plan = { };
	struct model model;
	char sign;

	if (n != 1)
		errx(EXIT_FAILURE, "to which size? SIZE, +SIZE or -SIZE");
	sign = *arguments[0];
	model_read(&model);
	blocks = blocks_of_size(&model, arguments[0] + (sign == '+' || sign == '-'));
	online = total_online(&model) / model.block_size;
	if (sign == '-' && blocks > online)
		errx(EXIT_FAILURE, "there are %" PRIu64 " blocks online, not %" PRIu64, online, blocks);
	if (sign == '+')
		blocks += online;
	else if (sign == '-')
		blocks = online - blocks;
	if (blocks > online) {
		selection.count = blocks - online;
		change_online(&model, &selection, &plan);
	} else {
		plan.kind = STEP_OFFLINE;
		selection.count = online - blocks;
		if (selection.count)
			change_offline(&model, &selection, &plan);
	}
	return carry_out(&plan, &model);
}

static int by_hand(int n, char **arguments, enum step_kind kind)
{
	uint64_t first, last;
	struct plan plan = { .kind = kind };
	struct model model;
	char *dash, *word;

	if (n != 1)
		errx(EXIT_FAILURE, "which increments? RN[-RN]");
	word = xstrdup(arguments[0]);
	dash = word;
	strsep(&dash, "-");
	if (!parse_number(word, &first) || !parse_number(dash ?: word, &last) ||
	    !first || first > last)
		errx(EXIT_FAILURE, "%s is neither an increment nor two, from 1", arguments[0]);
	free(word);
	model_read(&model);
	model_need_module(&model, step_names[kind]);
	plan_step(&plan, kind, first, last - first + 1, NEEDS_NOTHING,
		  xasprintf(SYS_MODULE "/%s", step_names[kind]),
		  xasprintf("rn=%" PRIu64 "-%" PRIu64, first, last));
	return carry_out(&plan, &model);
}

/**
 * verb_assign() - standbyctl assign
 * @n: arguments
 * @arguments: which increments
 *
 * Return: exit status.
 */
int verb_assign(int n, char **arguments)
{
	return by_hand(n, arguments, STEP_ASSIGN);
}

/**
 * verb_unassign() - standbyctl unassign
 * @n: arguments
 * @arguments: which increments
 *
 * Return: exit status.
 */
int verb_unassign(int n, char **arguments)
{
	return by_hand(n, arguments, STEP_UNASSIGN);
}
