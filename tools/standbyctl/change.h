/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From which blocks to a plan. Nothing here writes.
 */
#ifndef STANDBYCTL_CHANGE_H
#define STANDBYCTL_CHANGE_H

#include "plan.h"
#include "select.h"

void change_online(const struct model *model, const struct selection *selection,
		   struct plan *plan);
void change_offline(const struct model *model, const struct selection *selection,
		    struct plan *plan);
void change_add(const struct model *model, const struct selection *selection,
		struct plan *plan, bool by_module);
void change_remove(const struct model *model, const struct selection *selection,
		   struct plan *plan, bool by_module);

#endif /* STANDBYCTL_CHANGE_H */
