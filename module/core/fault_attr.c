// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/fault-inject.h>
#include <linux/kernel.h>

#include "core/fault_attr.h"
#include "core/model.h"

/* Of an event, what may be refused. Zeroed ones never fail. */
static struct {
	const char *name;
	enum mhps_event event;
	struct fault_attr attr;
} fault_attrs[] = {
	{ "fail_assign", MHPS_ASSIGN, FAULT_ATTR_INITIALIZER },
	{ "fail_unassign", MHPS_UNASSIGN, FAULT_ATTR_INITIALIZER },
	{ "fail_attach", MHPS_ATTACH, FAULT_ATTR_INITIALIZER },
	{ "fail_read", MHPS_READ, FAULT_ATTR_INITIALIZER },
	{ "fail_prepare_online", MHPS_MEM_PREPARE_ONLINE, FAULT_ATTR_INITIALIZER },
	{ "fail_going_online", MHPS_MEM_GOING_ONLINE, FAULT_ATTR_INITIALIZER },
	{ "fail_going_offline", MHPS_MEM_GOING_OFFLINE, FAULT_ATTR_INITIALIZER },
};

/**
 * mhps_fault_attr_fails() - ask the fault attribute of a call or event
 * @event: firmware call or memory event
 *
 * Counts as one try for the attribute. Any context that fault_lock of fault.c may be
 * held in.
 *
 * Return: true if it is to fail.
 */
bool mhps_fault_attr_fails(enum mhps_event event)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fault_attrs); i++) {
		if (fault_attrs[i].event == event)
			return should_fail(&fault_attrs[i].attr, 1);
	}
	return false;
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

	for (i = 0; i < ARRAY_SIZE(fault_attrs); i++) {
		if (fault_attrs[i].event != MHPS_MEM_PREPARE_ONLINE || mhps_model.has_prepare)
			fault_create_debugfs_attr(fault_attrs[i].name, dir, &fault_attrs[i].attr);
	}
}
