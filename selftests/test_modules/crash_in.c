// SPDX-License-Identifier: GPL-2.0-only
/*
 * A crash where a test wants it: the next memory event of a kind, whatever its block,
 * panics in the middle of the notifier chain, with every lock of memory hotplug held.
 *
 *	event=		MEM_PREPARE_ONLINE, ...
 *	priority=	in the chain; of equal ones the first to be loaded is called first
 *
 * Loading fails with EINVAL where the kernel has no such event.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/panic.h>
#include <linux/string.h>

static char *event = "";
module_param(event, charp, 0400);
MODULE_PARM_DESC(event, "the event to crash in");

static int priority;
module_param(priority, int, 0400);
MODULE_PARM_DESC(priority, "in the notifier chain");

/* By name: in some kernels these are macros, in others an enum with other values. */
static const struct {
	const char *name;
	unsigned long action;
} crash_events[] = {
#ifdef MHP_OFFLINE_INACCESSIBLE
	{ "MEM_PREPARE_ONLINE", MEM_PREPARE_ONLINE },
	{ "MEM_FINISH_OFFLINE", MEM_FINISH_OFFLINE },
#endif
	{ "MEM_GOING_ONLINE", MEM_GOING_ONLINE },
	{ "MEM_ONLINE", MEM_ONLINE },
	{ "MEM_GOING_OFFLINE", MEM_GOING_OFFLINE },
	{ "MEM_OFFLINE", MEM_OFFLINE },
};

static unsigned long crash_action;

static int crash_notifier(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct memory_notify *arg = data;

	if (action == crash_action)
		panic("crash_in: %s of pfn 0x%lx", event, arg->start_pfn);
	return NOTIFY_DONE;
}

static struct notifier_block crash_nb = {
	.notifier_call = crash_notifier,
};

static int __init crash_in_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(crash_events); i++) {
		if (strcmp(event, crash_events[i].name))
			continue;
		crash_action = crash_events[i].action;
		crash_nb.priority = priority;
		return register_memory_notifier(&crash_nb);
	}
	return -EINVAL;
}

static void __exit crash_in_exit(void)
{
	unregister_memory_notifier(&crash_nb);
}

module_init(crash_in_init);
module_exit(crash_in_exit);

MODULE_DESCRIPTION("Tests of standby memory: a crash inside a memory event");
MODULE_LICENSE("GPL");
