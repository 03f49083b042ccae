// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/fault-inject.h>

#include "core/fault_attr.h"
#include "core/model.h"

/* Of what may be refused. Zeroed ones never fail. */
static struct {
	const char *name;
	struct fault_attr attr;
} fault_attrs[MHPS_EVENT_NR] = {
	[MHPS_ASSIGN] = { "fail_assign", FAULT_ATTR_INITIALIZER },
	[MHPS_UNASSIGN] = { "fail_unassign", FAULT_ATTR_INITIALIZER },
	[MHPS_ATTACH] = { "fail_attach", FAULT_ATTR_INITIALIZER },
	[MHPS_READ] = { "fail_read", FAULT_ATTR_INITIALIZER },
	[MHPS_MEM_PREPARE_ONLINE] = { "fail_prepare_online", FAULT_ATTR_INITIALIZER },
	[MHPS_MEM_GOING_ONLINE] = { "fail_going_online", FAULT_ATTR_INITIALIZER },
	[MHPS_MEM_GOING_OFFLINE] = { "fail_going_offline", FAULT_ATTR_INITIALIZER },
};

/**
 * mhps_fault_attr_fails() - ask the fault attribute of a call or event
 * @event: firmware call or memory event
 *
 * Counts as one try for the attribute, if that is set. Any context that fault_lock of
 * fault.c may be held in.
 *
 * Return: true if it is to fail.
 */
bool mhps_fault_attr_fails(enum mhps_event event)
{
	struct fault_attr *attr = &fault_attrs[event].attr;

	/* /proc/PID/fail-nth counts in tries of what nobody has set: it is for allocations. */
	return fault_attrs[event].name && attr->probability && should_fail(attr, 1);
}

/**
 * mhps_fault_attrs_create() - create the attributes' directories
 * @dir: where to; they go with it
 *
 * Without CONFIG_FAULT_INJECTION_DEBUG_FS there are none, and nothing fails.
 */
void mhps_fault_attrs_create(struct dentry *dir)
{
	unsigned int i;

	for (i = 0; i < MHPS_EVENT_NR; i++) {
		if (!fault_attrs[i].name ||
		    (i == MHPS_MEM_PREPARE_ONLINE && !mhps_model.has_prepare))
			continue;
		fault_create_debugfs_attr(fault_attrs[i].name, dir, &fault_attrs[i].attr);
	}
}
