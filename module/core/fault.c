// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cleanup.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "core/command.h"
#include "core/compat.h"
#include "core/fault.h"
#include "core/ledger.h"
#include "core/last_error.h"

/* A minute: longer than any honest firmware, shorter than a hung-task report. */
#define MHPS_DELAY_MAX_MS	60000

/**
 * struct mhps_rule - one line of debugfs inject
 * @node: in inject_rules; changed under inject_mutex and inject_lock
 * @id: number shown to the user
 * @event: call or memory event it is about
 * @rn: increment, or 0 for any
 * @block: memory block, or MHPS_ROW_NO_BLOCK for any
 * @skip: matches still let pass, under inject_lock
 * @times: matches still acted upon, 0 for no limit, under inject_lock
 * @spent: @times has run out, under inject_lock
 * @hits: times it acted, under inject_lock
 * @fault: what it decides
 * @second: it has a subscriber of its own, @nb
 * @nb: that subscriber
 */
struct mhps_rule {
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
	bool second;
	struct notifier_block nb;
};

static DEFINE_MUTEX(inject_mutex);	/* adding and clearing; outer lock */
static DEFINE_SPINLOCK(inject_lock);	/* the list and what its fields say */
static LIST_HEAD(inject_rules);
static unsigned int inject_next_id = 1;	/* under inject_mutex */

static const struct mhps_name inject_what[] = {
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
static const struct mhps_name inject_errno[] = {
	{ "EPERM", EPERM }, { "ENOENT", ENOENT }, { "EINTR", EINTR },
	{ "EIO", EIO }, { "ENXIO", ENXIO }, { "EAGAIN", EAGAIN },
	{ "ENOMEM", ENOMEM }, { "EACCES", EACCES }, { "EFAULT", EFAULT },
	{ "EBUSY", EBUSY }, { "EEXIST", EEXIST }, { "ENODEV", ENODEV },
	{ "EINVAL", EINVAL }, { "ENOSPC", ENOSPC }, { "ERANGE", ERANGE },
	{ "EOPNOTSUPP", EOPNOTSUPP }, { "ETIMEDOUT", ETIMEDOUT },
	{ }
};

/* Let a matching rule act: count it, and add what it says to @fault. */
static bool rule_fires(struct mhps_rule *rule, struct mhps_fault *fault)
{
	lockdep_assert_held(&inject_lock);
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

static void fault_delay(const struct mhps_fault *fault)
{
	if (fault->delay_ms)
		msleep(fault->delay_ms);
}

/**
 * mhps_inject_firmware() - ask the rules about a firmware call
 * @call: MHPS_READ, MHPS_ATTACH, MHPS_ASSIGN or MHPS_UNASSIGN
 * @rn: increment it is about, or 0
 * @fault: filled in
 *
 * Waits as long as the rules say. May sleep.
 *
 * Return: true if a rule fired.
 */
bool mhps_inject_firmware(enum mhps_event call, u32 rn,
			  struct mhps_fault *fault)
{
	struct mhps_rule *rule;
	bool fired = false;

	*fault = (struct mhps_fault){ };
	scoped_guard(spinlock, &inject_lock) {
		list_for_each_entry(rule, &inject_rules, node) {
			if (rule->event == call &&
			    (!rule->rn || rule->rn == rn))
				fired |= rule_fires(rule, fault);
		}
	}
	fault_delay(fault);
	return fired;
}

static bool rule_matches(const struct mhps_rule *rule, enum mhps_event event,
			 u32 block)
{
	return rule->event == event &&
	       (rule->block == MHPS_ROW_NO_BLOCK || rule->block == block);
}

/**
 * mhps_inject_event() - ask the rules without a priority about a memory event
 * @event: which
 * @block: memory block number
 *
 * Waits as long as the rules say. May sleep.
 *
 * Return: 0, or the negative errno the event shall be refused with.
 */
int mhps_inject_event(enum mhps_event event, u32 block)
{
	struct mhps_fault fault = { };
	struct mhps_rule *rule;

	scoped_guard(spinlock, &inject_lock) {
		list_for_each_entry(rule, &inject_rules, node) {
			if (!rule->second && rule_matches(rule, event, block))
				rule_fires(rule, &fault);
		}
	}
	fault_delay(&fault);
	return fault.error;
}

/*
 * A second subscriber writes what it sees into the ledger and vetoes what its
 * rule says. The rule outlives the callback: unregistering waits for it.
 */
static int inject_notifier(struct notifier_block *nb, unsigned long action,
			   void *data)
{
	struct mhps_rule *rule = container_of(nb, struct mhps_rule, nb);
	struct mhps_fault fault = { };
	struct mhps_row row;

	if (!mhps_row_of_notification(&row, action, data))
		return NOTIFY_DONE;
	row.second = true;
	row.priority = nb->priority;
	mhps_ledger_begin(&row);
	scoped_guard(spinlock, &inject_lock) {
		if (rule_matches(rule, row.event, row.block) &&
		    rule_fires(rule, &fault))
			row.flags |= MHPS_ROW_INJECTED;
	}
	fault_delay(&fault);
	row.result = fault.error;
	mhps_ledger_end(&row);
	return notifier_from_errno(fault.error);
}

enum {
	INJECT_WHAT, INJECT_RN, INJECT_BLOCK, INJECT_SKIP, INJECT_TIMES,
	INJECT_ERRNO, INJECT_RESPONSE, INJECT_DELAY, INJECT_PRIORITY,
	INJECT_NR,
};

static int parse_errno(const char *word, int *error)
{
	const struct mhps_name *name;
	u64 number;
	int err;

	name = mhps_name_find(inject_errno, word, strlen(word));
	if (name) {
		*error = -(int)name->value;
		return 0;
	}
	err = mhps_parse_size(word + (*word == '-'), false, &number);
	if (err || !number || number > MAX_ERRNO)
		return mhps_fail(-EINVAL, "inject: errno=%.40s is neither a known name nor 1 to %d",
				 word, MAX_ERRNO);
	*error = -(int)number;
	return 0;
}

/* What makes no sense is refused, so that no test waits for it in vain. */
static int rule_check(const struct mhps_rule *rule, const struct mhps_arg *args)
{
	bool call = rule->event >= MHPS_MEM_EVENT_NR;

	if (!args[INJECT_ERRNO].present && !args[INJECT_RESPONSE].present &&
	    !args[INJECT_DELAY].present)
		return mhps_fail(-EINVAL, "inject: give errno=, response= or delay_ms=");
	if (args[INJECT_ERRNO].present && args[INJECT_RESPONSE].present)
		return mhps_fail(-EINVAL, "inject: errno= and response= exclude each other");
	if (args[INJECT_RN].present &&
	    rule->event != MHPS_ASSIGN && rule->event != MHPS_UNASSIGN)
		return mhps_fail(-EINVAL, "inject: rn= goes with what=assign and what=unassign");
	if (args[INJECT_RESPONSE].present && !call)
		return mhps_fail(-EINVAL, "inject: response= goes with firmware calls");
	if (call && (args[INJECT_BLOCK].present || rule->second))
		return mhps_fail(-EINVAL, "inject: block= and priority= go with MEM_ events");
	if (!MHPS_EVENT_MODEL && rule->event == MHPS_MEM_PREPARE_ONLINE)
		return mhps_fail(-EOPNOTSUPP, "inject: this kernel has no MEM_PREPARE_ONLINE");
	return 0;
}

static int rule_parse(char *text, struct mhps_rule *rule)
{
	struct mhps_arg args[INJECT_NR] = {
		[INJECT_WHAT] = { "what", MHPS_ARG_WORD, .required = true },
		[INJECT_RN] = { "rn", MHPS_ARG_NUMBER, .min = 1, .max = U16_MAX },
		[INJECT_BLOCK] = { "block", MHPS_ARG_NUMBER, .max = U32_MAX - 1 },
		[INJECT_SKIP] = { "skip", MHPS_ARG_NUMBER, .max = U32_MAX },
		[INJECT_TIMES] = { "times", MHPS_ARG_NUMBER, .min = 1, .max = U32_MAX },
		[INJECT_ERRNO] = { "errno", MHPS_ARG_WORD },
		[INJECT_RESPONSE] = { "response", MHPS_ARG_NUMBER, .min = 1, .max = U16_MAX },
		[INJECT_DELAY] = { "delay_ms", MHPS_ARG_NUMBER, .max = MHPS_DELAY_MAX_MS },
		[INJECT_PRIORITY] = { "priority", MHPS_ARG_SIGNED },
	};
	const struct mhps_name *what;
	char why[96];
	int err;

	err = mhps_parse_args(text, args, INJECT_NR, why, sizeof(why));
	if (err)
		return mhps_fail(err, "inject: %s", why);
	what = mhps_name_find(inject_what, args[INJECT_WHAT].word,
			      strlen(args[INJECT_WHAT].word));
	if (!what)
		return mhps_fail(-EINVAL,
				 "inject: what=%.40s is not one of assign, unassign, attach, read, MEM_PREPARE_ONLINE, MEM_GOING_ONLINE, MEM_GOING_OFFLINE",
				 args[INJECT_WHAT].word);
	if (args[INJECT_PRIORITY].number < INT_MIN ||
	    args[INJECT_PRIORITY].number > INT_MAX)
		return mhps_fail(-ERANGE, "inject: priority= does not fit an int");
	if (args[INJECT_ERRNO].present) {
		err = parse_errno(args[INJECT_ERRNO].word, &rule->fault.error);
		if (err)
			return err;
	}
	rule->event = what->value;
	rule->rn = args[INJECT_RN].value;
	rule->block = args[INJECT_BLOCK].present ? args[INJECT_BLOCK].value :
						   MHPS_ROW_NO_BLOCK;
	rule->skip = args[INJECT_SKIP].value;
	rule->times = args[INJECT_TIMES].value;
	rule->fault.response = args[INJECT_RESPONSE].value;
	rule->fault.delay_ms = args[INJECT_DELAY].value;
	rule->second = args[INJECT_PRIORITY].present;
	rule->nb.priority = args[INJECT_PRIORITY].number;
	rule->nb.notifier_call = inject_notifier;
	return rule_check(rule, args);
}

/**
 * mhps_inject_command() - add a rule, or clear all
 * @text: what was written; cut up in place
 *
 * May sleep; must not be called from the memory notifier chain.
 *
 * Return: 0, or a negative errno with its reason in last_error.
 */
int mhps_inject_command(char *text)
{
	struct mhps_rule *rule;
	int err;

	text = strim(text);
	if (!strcmp(text, "clear")) {
		mhps_inject_clear();
		return 0;
	}
	rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	if (!rule)
		return mhps_fail(-ENOMEM, "inject: no memory for a rule");
	err = rule_parse(text, rule);
	if (err)
		goto err_free;

	mutex_lock(&inject_mutex);
	rule->id = inject_next_id;
	if (rule->second) {
		err = register_memory_notifier(&rule->nb);
		if (err) {
			err = mhps_fail(err, "inject: registering the subscriber failed");
			goto err_unlock;
		}
	}
	inject_next_id++;
	scoped_guard(spinlock, &inject_lock)
		list_add_tail(&rule->node, &inject_rules);
	mutex_unlock(&inject_mutex);
	return 0;

err_unlock:
	mutex_unlock(&inject_mutex);
err_free:
	kfree(rule);
	return err;
}

/**
 * mhps_inject_clear() - remove all rules and their subscribers
 *
 * May sleep; must not be called from the memory notifier chain.
 */
void mhps_inject_clear(void)
{
	struct mhps_rule *rule, *next;
	LIST_HEAD(gone);

	guard(mutex)(&inject_mutex);
	scoped_guard(spinlock, &inject_lock)
		list_splice_init(&inject_rules, &gone);
	list_for_each_entry_safe(rule, next, &gone, node) {
		if (rule->second)
			unregister_memory_notifier(&rule->nb);
		kfree(rule);
	}
}

static void show_rule(struct seq_file *m, const struct mhps_rule *rule)
{
	const struct mhps_name *what = inject_what;

	while (what->value != rule->event)
		what++;
	seq_printf(m, "%u %s ", rule->id, what->name);
	if (rule->rn)
		seq_printf(m, "%u ", rule->rn);
	else
		seq_puts(m, "- ");
	if (rule->block != MHPS_ROW_NO_BLOCK)
		seq_printf(m, "%u ", rule->block);
	else
		seq_puts(m, "- ");
	seq_printf(m, "%llu ", rule->skip);
	if (rule->times || rule->spent)
		seq_printf(m, "%llu ", rule->times);
	else
		seq_puts(m, "- ");
	seq_printf(m, "%d ", rule->fault.error);
	if (rule->fault.response)
		seq_printf(m, "0x%04x ", rule->fault.response);
	else
		seq_puts(m, "- ");
	seq_printf(m, "%u ", rule->fault.delay_ms);
	if (rule->second)
		seq_printf(m, "%d ", rule->nb.priority);
	else
		seq_puts(m, "- ");
	seq_printf(m, "%llu\n", rule->hits);
}

/**
 * mhps_inject_show() - print the rules, with what is left of skip and times
 * @m: where to
 * @unused: for seq_file
 *
 * Return: 0.
 */
int mhps_inject_show(struct seq_file *m, void *unused)
{
	struct mhps_rule *rule;

	seq_puts(m, "id what rn block skip times errno response delay_ms priority hits\n");
	spin_lock(&inject_lock);
	list_for_each_entry(rule, &inject_rules, node)
		show_rule(m, rule);
	spin_unlock(&inject_lock);
	return 0;
}
