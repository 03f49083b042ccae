/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why something failed: the module's last_error and ledger (who refused, which
 * firmware call, which response), the kernel log (which pages could not move),
 * and whose those pages are. Opened before the first attempt, as some of it is
 * only said while it happens.
 */
#ifndef STANDBYCTL_REASON_H
#define STANDBYCTL_REASON_H

#include <stdio.h>

#include "kmsg.h"
#include "model.h"
#include "plan.h"

/**
 * struct reason - where reasons come from
 * @model: the machine
 * @log: the kernel log
 * @debug: to be undone
 * @next_seq: first event of the ledger that may be ours
 */
struct reason {
	const struct model *model;
	int log;
	enum debug_state debug;
	uint64_t next_seq;
};

void reason_open(struct reason *reason, const struct model *model);
void reason_begin(struct reason *reason);
void reason_explain(struct reason *reason, const struct plan *plan,
		    const struct step *step, int error);
void reason_close(struct reason *reason);

/* The parts; also what `why` says without an attempt. */
uint64_t ledger_next(const struct model *model);
size_t ledger_explain(FILE *f, uint64_t from, uint64_t first, uint64_t count,
		      bool block);
void kmsg_explain(FILE *f, const struct model *model, const struct kmsg *kmsg,
		  uint64_t page_size);
uint64_t page_size_of(const struct model *model);

#endif /* STANDBYCTL_REASON_H */
