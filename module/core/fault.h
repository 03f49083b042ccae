/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fault rules: make a firmware call or a memory event fail, answer otherwise,
 * or take long. Owns the list of rules; a spinlock guards it and what is
 * counted in a rule. Who adds and removes rules is serialised by the caller
 * (hotplug/extra_subscriber.c), as is the subscriber that a rule with a
 * priority has on the memory notifier chain.
 */
#ifndef MHPS_FAULT_H
#define MHPS_FAULT_H

#include <linux/list.h>
#include <linux/types.h>

#include "core/event.h"

/*
 * All rules together may wait a minute: longer than any honest firmware, shorter
 * than it takes to be reported as a hung task with the hotplug locks held.
 */
#define MHPS_DELAY_MAX_MS	60000

/**
 * struct mhps_fault - what the rules that match decide, together
 * @error: negative errno, or 0
 * @response: response code the firmware is made to give, or 0
 * @delay_ms: time to wait first, in milliseconds
 */
struct mhps_fault {
	int error;
	u16 response;
	unsigned int delay_ms;
};

/**
 * struct mhps_fault_rule - one line of debugfs inject
 * @node: in the list of rules, under its lock
 * @id: number shown to the user
 * @event: call or memory event it is about
 * @rn: increment, or 0 for any
 * @block: memory block, or MHPS_ROW_NO_BLOCK for any
 * @skip: matches still let pass, under the lock
 * @times: matches still acted upon, 0 for no limit, under the lock
 * @spent: @times has run out, under the lock
 * @hits: times it acted, under the lock
 * @fault: what it decides
 * @extra_subscriber: it has a subscriber of its own
 * @priority: of that subscriber
 */
struct mhps_fault_rule {
	struct list_head node;
	unsigned int id;
	enum mhps_event event;
	u32 rn;
	u32 block;
	u64 skip;
	u64 times;
	bool spent;
	u64 hits;
	struct mhps_fault fault;
	bool extra_subscriber;
	int priority;
};

int mhps_fault_rule_parse(char *text, struct mhps_fault_rule *rule);
int mhps_fault_rule_add(struct mhps_fault_rule *rule);
void mhps_fault_rule_delete(struct mhps_fault_rule *rule);
void mhps_fault_rules_take(struct list_head *rules);
void mhps_fault_rules_walk(void (*look)(const struct mhps_fault_rule *rule, void *arg),
			   void *arg);
const char *mhps_fault_what(const struct mhps_fault_rule *rule);

bool mhps_fault_of_call(enum mhps_event call, u32 rn, struct mhps_fault *fault);
bool mhps_fault_of_event(enum mhps_event event, u32 block,
			 struct mhps_fault *fault);
bool mhps_fault_of_rule(struct mhps_fault_rule *rule, enum mhps_event event,
			u32 block, struct mhps_fault *fault);
void mhps_fault_delay(struct mhps_fault *fault, unsigned int *budget_ms);

#endif /* MHPS_FAULT_H */
