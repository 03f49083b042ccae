/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A plan: the writes that bring a machine to what was asked for, in order. It is
 * shown (--dry-run) or carried out, step by step, with progress, a time limit
 * and a clean stop between steps; what fails is looked at again and explained.
 */
#ifndef STANDBYCTL_PLAN_H
#define STANDBYCTL_PLAN_H

#include "model.h"

enum step_kind {
	STEP_MEMMAP,		/* choose where the memmap will be */
	STEP_CONFIGURE,
	STEP_DECONFIGURE,
	STEP_ADD,
	STEP_REMOVE,
	STEP_ONLINE,
	STEP_OFFLINE,
	STEP_ASSIGN,
	STEP_UNASSIGN,
	STEP_KINDS
};

#define NEEDS_NOTHING	SIZE_MAX

/**
 * struct step - one write
 * @kind: what it is for
 * @path: of the file
 * @text: what is written
 * @first: block, or increment for (UN)ASSIGN
 * @count: of blocks or increments
 * @needs: step without which this one makes no sense
 * @undo: what is written if it fails; NULL for nothing
 * @done: it has succeeded
 */
struct step {
	enum step_kind kind;
	char *path;
	char *text;
	uint64_t first;
	uint64_t count;
	size_t needs;
	char *undo;
	bool done;
};

/**
 * struct plan - writes in their order
 * @kind: of the steps that count as done
 * @wanted: blocks to do, after which no more are tried; 0 for all
 * @already: blocks that were there already
 */
struct plan {
	enum step_kind kind;
	uint64_t wanted;
	uint64_t already;
	struct step *steps;
	size_t n;
};

size_t plan_step(struct plan *plan, enum step_kind kind, uint64_t first,
		 uint64_t count, size_t needs, char *path, char *text);
int plan_run(struct plan *plan, const struct model *model);
void plan_free(struct plan *plan);

extern const char * const step_names[STEP_KINDS];

#endif /* STANDBYCTL_PLAN_H */
