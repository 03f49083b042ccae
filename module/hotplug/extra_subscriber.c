// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/memory.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core/fault.h"
#include "core/last_error.h"
#include "core/ledger.h"
#include "hotplug/extra_subscriber.h"
#include "hotplug/notifier.h"

/**
 * struct subscribed_rule - a rule and its place on the chain
 * @rule: the rule
 * @nb: its subscriber, if it has one
 */
struct subscribed_rule {
	struct mhps_fault_rule rule;
	struct notifier_block nb;
};

static DEFINE_MUTEX(inject_mutex);

/*
 * An extra subscriber writes what it sees into the ledger and vetoes what its
 * rule says. The rule outlives the callback: unregistering waits for it.
 */
static int extra_notifier(struct notifier_block *nb, unsigned long action,
			  void *data)
{
	struct subscribed_rule *subscribed =
		container_of(nb, struct subscribed_rule, nb);
	struct mhps_fault fault;
	struct mhps_row row;

	if (!mhps_row_of_notification(&row, action, data))
		return NOTIFY_DONE;
	row.extra_subscriber = true;
	row.priority = nb->priority;
	mhps_ledger_begin(&row);
	if (mhps_fault_of_rule(&subscribed->rule, row.event, row.block, &fault))
		row.flags |= MHPS_ROW_INJECTED;
	mhps_fault_delay(&fault, NULL);
	row.result = fault.error;
	mhps_ledger_end(&row);
	return notifier_from_errno(fault.error);
}

static int subscribe(struct subscribed_rule *subscribed)
{
	int err;

	if (!subscribed->rule.extra_subscriber)
		return 0;
	subscribed->nb.notifier_call = extra_notifier;
	subscribed->nb.priority = subscribed->rule.priority;
	err = register_memory_notifier(&subscribed->nb);
	if (err)
		return mhps_refuse(err, "inject: registering the subscriber failed");
	return 0;
}

static int inject(struct subscribed_rule *subscribed, char *text)
{
	int err;

	err = mhps_fault_rule_parse(text, &subscribed->rule);
	if (err)
		return err;
	guard(mutex)(&inject_mutex);
	err = mhps_fault_rule_add(&subscribed->rule);
	if (err)
		return err;
	err = subscribe(subscribed);
	if (err)
		mhps_fault_rule_delete(&subscribed->rule);
	return err;
}

/**
 * mhps_inject() - add a rule, or clear all
 * @text: what was written; cut up in place
 *
 * May sleep; must not be called from the memory notifier chain.
 *
 * Return: 0, or a negative errno with its reason in last_error.
 */
int mhps_inject(char *text)
{
	struct subscribed_rule *subscribed;
	int err;

	text = strim(text);
	if (!strcmp(text, "clear")) {
		mhps_inject_clear();
		return 0;
	}
	subscribed = kzalloc(sizeof(*subscribed), GFP_KERNEL);
	if (!subscribed)
		return mhps_refuse(-ENOMEM, "inject: no memory for a rule");
	err = inject(subscribed, text);
	if (err)
		kfree(subscribed);
	return err;
}

/**
 * mhps_inject_clear() - remove all rules and their subscribers
 *
 * May sleep; must not be called from the memory notifier chain.
 */
void mhps_inject_clear(void)
{
	struct subscribed_rule *subscribed, *next;
	LIST_HEAD(gone);

	guard(mutex)(&inject_mutex);
	mhps_fault_rules_take(&gone);
	list_for_each_entry_safe(subscribed, next, &gone, rule.node) {
		if (subscribed->rule.extra_subscriber)
			unregister_memory_notifier(&subscribed->nb);
		kfree(subscribed);
	}
}
