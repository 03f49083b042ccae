// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that does what a broken one might do, chosen by a parameter, so that
 * the lab can be seen to notice.
 */
#include <linux/bug.h>
#include <linux/module.h>
#include <linux/panic.h>
#include <linux/smp.h>

static char *act = "nothing";
module_param(act, charp, 0);
MODULE_PARM_DESC(act, "nothing, panic, warn, oops or hang");

/* Runs with interrupts off. */
static void hang(void *unused)
{
	for (;;)
		cpu_relax();
}

static int __init act_init(void)
{
	if (!strcmp(act, "panic"))
		panic("selfcheck wants a panic");
	WARN(!strcmp(act, "warn"), "selfcheck wants a warning");
	if (!strcmp(act, "oops"))
		*(volatile int *)8 = 1;
	if (!strcmp(act, "hang"))
		on_each_cpu(hang, NULL, 0);
	return 0;
}
module_init(act_init);

static void __exit act_exit(void)
{
}
module_exit(act_exit);

MODULE_DESCRIPTION("Misbehaves on request");
MODULE_LICENSE("GPL");
