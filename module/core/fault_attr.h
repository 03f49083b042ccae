/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's fault attributes for firmware calls and memory events, beside the fault
 * rules: probability, interval, times and the rest, as
 * Documentation/fault-injection/fault-injection.rst has them.
 */
#ifndef MHPS_FAULT_ATTR_H
#define MHPS_FAULT_ATTR_H

#include <linux/types.h>

#include "core/event.h"

struct dentry;

#ifdef CONFIG_FAULT_INJECTION
bool mhps_fault_attr_fails(enum mhps_event event);
void mhps_fault_attrs_create(struct dentry *dir);
#else
static inline bool mhps_fault_attr_fails(enum mhps_event event)
{
	return false;
}

static inline void mhps_fault_attrs_create(struct dentry *dir)
{
}
#endif

#endif /* MHPS_FAULT_ATTR_H */
