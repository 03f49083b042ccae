// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "core/command.h"
#include "core/fault.h"
#include "core/fault_attr.h"
#include "core/last_error.h"
#include "core/model.h"
#include "core/row.h"

static DEFINE_SPINLOCK(fault_lock);
static LIST_HEAD(fault_rules);		/* under fault_lock */
static unsigned int fault_next_id = 1;	/* under fault_lock */

static const struct mhps_name fault_what[] = {
	{ "assign", MHPS_ASSIGN },
	{ "unassign", MHPS_UNASSIGN },
	{ "attach", MHPS_ATTACH },
	{ "read", MHPS_READ },
	{ "MEM_PREPARE_ONLINE", MHPS_MEM_PREPARE_ONLINE },
	{ "MEM_GOING_ONLINE", MHPS_MEM_GOING_ONLINE },
	{ "MEM_GOING_OFFLINE", MHPS_MEM_GOING_OFFLINE },
	{ }
};

/* What firmware and notifiers plausibly fail with; any number is taken too. */
static const struct mhps_name fault_errno[] = {
	{ "EPERM", EPERM }, { "ENOENT", ENOENT }, { "EINTR", EINTR },
	{ "EIO", EIO }, { "ENXIO", ENXIO }, { "EAGAIN", EAGAIN },
	{ "ENOMEM", ENOMEM }, { "EACCES", EACCES }, { "EFAULT", EFAULT },
	{ "EBUSY", EBUSY }, { "EEXIST", EEXIST }, { "ENODEV", ENODEV },
	{ "EINVAL", EINVAL }, { "ENOSPC", ENOSPC }, { "ERANGE", ERANGE },
	{ "EOPNOTSUPP", EOPNOTSUPP }, { "ETIMEDOUT", ETIMEDOUT },
	{ }
};

/* Let a matching rule act: count it, and add what it says to @fault. */
static bool rule_fires(struct mhps_fault_rule *rule, struct mhps_fault *fault)
{
	lockdep_assert_held(&fault_lock);
	if (rule->spent)
		return false;
	if (rule->skip) {
		rule->skip--;
		return false;
	}
	if (rule->times && !--rule->times)
		rule->spent = true;
	rule->hits++;
	if (!fault->error)
		fault->error = rule->fault.error;
	if (!fault->response)
		fault->response = rule->fault.response;
	fault->delay_ms += rule->fault.delay_ms;
	return true;
}

/* The same of the kernel's fault attribute. It knows no errno; a rule's counts. */
static bool attr_fires(enum mhps_event event, struct mhps_fault *fault)
{
	if (!mhps_fault_attr_fails(event))
		return false;
	if (!fault->error)
		fault->error = -EIO;
	return true;
}

/**
 * mhps_fault_delay() - wait as long as the rules that fired say
 * @fault: their decision
 * @budget_ms: what may still be waited while the caller's locks are held, in
 *	       milliseconds; NULL for one wait, which the rules bound themselves
 *
 * May sleep.
 */
void mhps_fault_delay(struct mhps_fault *fault, unsigned int *budget_ms)
{
	if (budget_ms) {
		fault->delay_ms = min(fault->delay_ms, *budget_ms);
		*budget_ms -= fault->delay_ms;
	}
	if (fault->delay_ms)
		msleep(fault->delay_ms);
}

/**
 * mhps_fault_of_call() - ask rules and fault attribute about a firmware call
 * @call: MHPS_READ, MHPS_ATTACH, MHPS_ASSIGN or MHPS_UNASSIGN
 * @rn: increment it is about, or 0
 * @fault: set to what they decide
 *
 * Not from interrupts.
 *
 * Return: true if one fired.
 */
bool mhps_fault_of_call(enum mhps_event call, u32 rn, struct mhps_fault *fault)
{
	struct mhps_fault_rule *rule;
	bool fired = false;

	*fault = (struct mhps_fault){ };
	guard(spinlock)(&fault_lock);
	list_for_each_entry(rule, &fault_rules, node) {
		if (rule->event == call && (!rule->rn || rule->rn == rn))
			fired |= rule_fires(rule, fault);
	}
	return attr_fires(call, fault) || fired;
}

static bool rule_matches(const struct mhps_fault_rule *rule,
			 enum mhps_event event, u32 block)
{
	return rule->event == event &&
	       (rule->block == MHPS_ROW_NO_BLOCK || rule->block == block);
}

/**
 * mhps_fault_of_event() - ask fault attribute and rules without a priority about a memory event
 * @event: which
 * @block: memory block number
 * @fault: set to what they decide
 *
 * Not from interrupts.
 *
 * Return: true if one fired.
 */
bool mhps_fault_of_event(enum mhps_event event, u32 block,
			 struct mhps_fault *fault)
{
	struct mhps_fault_rule *rule;
	bool fired = false;

	*fault = (struct mhps_fault){ };
	guard(spinlock)(&fault_lock);
	list_for_each_entry(rule, &fault_rules, node) {
		if (!rule->extra_subscriber && rule_matches(rule, event, block))
			fired |= rule_fires(rule, fault);
	}
	return attr_fires(event, fault) || fired;
}

/**
 * mhps_fault_of_rule() - ask the rule of an extra subscriber about a memory event
 * @rule: the rule
 * @event: which
 * @block: memory block number
 * @fault: set to what it decides
 *
 * Not from interrupts.
 *
 * Return: true if it fired.
 */
bool mhps_fault_of_rule(struct mhps_fault_rule *rule, enum mhps_event event,
			u32 block, struct mhps_fault *fault)
{
	*fault = (struct mhps_fault){ };
	guard(spinlock)(&fault_lock);
	return rule_matches(rule, event, block) && rule_fires(rule, fault);
}

enum {
	RULE_WHAT, RULE_RN, RULE_BLOCK, RULE_SKIP, RULE_TIMES,
	RULE_ERRNO, RULE_RESPONSE, RULE_DELAY, RULE_PRIORITY,
	RULE_NR,
};

static int parse_errno(const char *word, int *error)
{
	const struct mhps_name *name;
	u64 number;
	int err;

	name = mhps_name_find(fault_errno, word, strlen(word));
	if (name) {
		*error = -(int)name->value;
		return 0;
	}
	err = mhps_parse_size(word + (*word == '-'), false, &number);
	if (err || !number || number > MAX_ERRNO)
		return mhps_refuse(-EINVAL,
				   "inject: errno=%.40s is neither a known name nor 1 to %d",
				   word, MAX_ERRNO);
	*error = -(int)number;
	return 0;
}

/* What makes no sense is refused, so that no test waits for it in vain. */
static int rule_check(const struct mhps_fault_rule *rule, const struct mhps_arg *args)
{
	bool call = rule->event >= MHPS_FIRMWARE_EVENT;

	if (!args[RULE_ERRNO].present && !args[RULE_RESPONSE].present &&
	    !args[RULE_DELAY].present)
		return mhps_refuse(-EINVAL, "inject: give errno=, response= or delay_ms=");
	if (args[RULE_ERRNO].present && args[RULE_RESPONSE].present)
		return mhps_refuse(-EINVAL, "inject: errno= and response= exclude each other");
	if (args[RULE_RN].present &&
	    rule->event != MHPS_ASSIGN && rule->event != MHPS_UNASSIGN)
		return mhps_refuse(-EINVAL, "inject: rn= goes with what=assign and what=unassign");
	if (args[RULE_RESPONSE].present && !call)
		return mhps_refuse(-EINVAL, "inject: response= goes with firmware calls");
	if (call && (args[RULE_BLOCK].present || rule->extra_subscriber))
		return mhps_refuse(-EINVAL, "inject: block= and priority= go with MEM_ events");
	if (!mhps_model.has_prepare && rule->event == MHPS_MEM_PREPARE_ONLINE)
		return mhps_refuse(-EOPNOTSUPP, "inject: this kernel has no MEM_PREPARE_ONLINE");
	return 0;
}

/**
 * mhps_fault_rule_parse() - read a rule
 * @text: key=value words; cut up in place
 * @rule: zeroed; set
 *
 * Return: 0, or a negative errno with its reason in last_error.
 */
int mhps_fault_rule_parse(char *text, struct mhps_fault_rule *rule)
{
	struct mhps_arg args[RULE_NR] = {
		[RULE_WHAT] = { "what", MHPS_ARG_WORD, .required = true },
		[RULE_RN] = { "rn", MHPS_ARG_NUMBER, .min = 1, .max = U16_MAX },
		[RULE_BLOCK] = { "block", MHPS_ARG_NUMBER, .max = U32_MAX - 1 },
		[RULE_SKIP] = { "skip", MHPS_ARG_NUMBER, .max = U32_MAX },
		[RULE_TIMES] = { "times", MHPS_ARG_NUMBER, .min = 1, .max = U32_MAX },
		[RULE_ERRNO] = { "errno", MHPS_ARG_WORD },
		[RULE_RESPONSE] = { "response", MHPS_ARG_NUMBER, .min = 1, .max = U16_MAX },
		[RULE_DELAY] = { "delay_ms", MHPS_ARG_NUMBER, .max = MHPS_DELAY_MAX_MS },
		[RULE_PRIORITY] = { "priority", MHPS_ARG_SIGNED },
	};
	const struct mhps_name *what;
	char why[96];
	int err;

	err = mhps_parse_args(text, args, RULE_NR, why, sizeof(why));
	if (err)
		return mhps_refuse(err, "inject: %s", why);
	what = mhps_name_find(fault_what, args[RULE_WHAT].word,
			      strlen(args[RULE_WHAT].word));
	if (!what)
		return mhps_refuse(-EINVAL,
				   "inject: what=%.40s is not one of assign, unassign, attach, read, MEM_PREPARE_ONLINE, MEM_GOING_ONLINE, MEM_GOING_OFFLINE",
				   args[RULE_WHAT].word);
	if (args[RULE_PRIORITY].number < INT_MIN ||
	    args[RULE_PRIORITY].number > INT_MAX)
		return mhps_refuse(-ERANGE, "inject: priority= does not fit an int");
	if (args[RULE_ERRNO].present) {
		err = parse_errno(args[RULE_ERRNO].word, &rule->fault.error);
		if (err)
			return err;
	}
	rule->event = what->value;
	rule->rn = args[RULE_RN].value;
	rule->block = args[RULE_BLOCK].present ? args[RULE_BLOCK].value :
						   MHPS_ROW_NO_BLOCK;
	rule->skip = args[RULE_SKIP].value;
	rule->times = args[RULE_TIMES].value;
	rule->fault.response = args[RULE_RESPONSE].value;
	rule->fault.delay_ms = args[RULE_DELAY].value;
	rule->extra_subscriber = args[RULE_PRIORITY].present;
	rule->priority = args[RULE_PRIORITY].number;
	return rule_check(rule, args);
}

/**
 * mhps_fault_rule_add() - have a rule act from now on
 * @rule: from mhps_fault_rule_parse(); its id is set
 *
 * Not from interrupts.
 *
 * Return: 0, -ERANGE with its reason in last_error if all rules together would
 * wait too long.
 */
int mhps_fault_rule_add(struct mhps_fault_rule *rule)
{
	unsigned int delay_ms = rule->fault.delay_ms;
	struct mhps_fault_rule *other;

	guard(spinlock)(&fault_lock);
	list_for_each_entry(other, &fault_rules, node)
		delay_ms += other->fault.delay_ms;
	if (rule->fault.delay_ms && delay_ms > MHPS_DELAY_MAX_MS)
		return mhps_refuse(-ERANGE,
				   "inject: delay_ms= of all rules would be %u, more than %u; clear some",
				   delay_ms, MHPS_DELAY_MAX_MS);
	rule->id = fault_next_id++;
	list_add_tail(&rule->node, &fault_rules);
	return 0;
}

/**
 * mhps_fault_rule_delete() - undo mhps_fault_rule_add()
 * @rule: the rule
 */
void mhps_fault_rule_delete(struct mhps_fault_rule *rule)
{
	guard(spinlock)(&fault_lock);
	list_del(&rule->node);
}

/**
 * mhps_fault_rules_take() - no rule acts any more
 * @rules: an empty list; they go there
 */
void mhps_fault_rules_take(struct list_head *rules)
{
	guard(spinlock)(&fault_lock);
	list_splice_init(&fault_rules, rules);
}

/**
 * mhps_fault_rules_walk() - look at every rule
 * @look: called with a spinlock held
 * @arg: for it
 */
void mhps_fault_rules_walk(void (*look)(const struct mhps_fault_rule *rule, void *arg),
			   void *arg)
{
	struct mhps_fault_rule *rule;

	guard(spinlock)(&fault_lock);
	list_for_each_entry(rule, &fault_rules, node)
		look(rule, arg);
}

/**
 * mhps_fault_what() - what a rule is about, as what= takes it
 * @rule: the rule
 *
 * Return: a word.
 */
const char *mhps_fault_what(const struct mhps_fault_rule *rule)
{
	const struct mhps_name *what = fault_what;

	while (what->value != rule->event)
		what++;
	return what->name;
}
