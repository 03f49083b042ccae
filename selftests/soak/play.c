// SPDX-License-Identifier: GPL-2.0-only
/* Operations are done and held against the model, from a clean slate. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "put_back.h"
#include "soak.h"
#include "tables.h"
#include "together.h"
#include "watch.h"

void ops_add(struct ops *ops, const struct op *op)
{
	if (ops->nr == ops->max) {
		ops->max = ops->max ? 2 * ops->max : 256;
		ops->op = realloc(ops->op, ops->max * sizeof(*ops->op));
		if (!ops->op) {
			perror("realloc");
			exit(2);
		}
	}
	ops->op[ops->nr++] = *op;
}

/* Nothing added, nothing loaded; false if it cannot be had any more. */
bool slate(char *why, size_t size)
{
	unsigned long transitions = soak.model.transitions;
	bool good = put_back(soak.total, why, size);
	unsigned int i;

	memset(&soak.model, 0, sizeof(soak.model));
	soak.model.transitions = transitions;
	for (i = 0; i < MAX_BLOCKS; i++)
		soak.model.blocks[i].range = -1;
	return good;
}

/* One operation; false, and WHY, if anything is other than it must be. */
bool step(struct op *op, char *why, size_t size)
{
	const char *cannot;
	int got;

	if (soak.every_op)
		say_op("op", op);
	progress();
	got = op_run(op);
	op->got = got;
	soak.operations++;
	soak.refused += got != 0;
	if (!watch_is_clean(why, size))
		return false;
	if (!model_step(&soak.model, op, got, why, size))
		return false;
	if (op->kind == OP_LOAD && !got) {
		cannot = model_fresh(&soak.model);
		if (cannot) {
			snprintf(why, size, "after load: %s", cannot);
			return false;
		}
	}
	return tables_agree(&soak.model, why, size);
}

bool round_end(char *why, size_t size)
{
	return slate(why, size) && watch_is_clean(why, size);
}

/* First those of one process, then those of several. */
bool play(struct ops *ops, char *why, size_t size)
{
	unsigned int i;

	for (i = 0; i < ops->nr && !ops->op[i].who; i++) {
		if (!step(&ops->op[i], why, size))
			return false;
	}
	if (i < ops->nr && !together(ops, i, 0, 0, NULL, why, size))
		return false;
	return round_end(why, size);
}
