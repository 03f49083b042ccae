/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The steps that plans are made of: for each, the file of the kernel and what is
 * written to it, as the options want it.
 */
#ifndef STANDBYCTL_STEPS_H
#define STANDBYCTL_STEPS_H

#include "model.h"
#include "plan.h"

size_t step_add(struct plan *plan, const struct model *model, uint64_t first, uint64_t count);
size_t step_remove(struct plan *plan, const struct model *model, uint64_t first, uint64_t count);
size_t step_configure(struct plan *plan, const struct block *block);
size_t step_deconfigure(struct plan *plan, const struct block *block);
size_t step_again(struct plan *plan, const struct model *model, const struct block *block);
size_t step_online(struct plan *plan, uint64_t id, size_t needs);
size_t step_offline(struct plan *plan, uint64_t id);

#endif /* STANDBYCTL_STEPS_H */
