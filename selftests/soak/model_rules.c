// SPDX-License-Identifier: GPL-2.0-only
/* Fault rules: which act, in which order, and who is heard. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "words.h"

static const struct {
	const char *name;
	enum mem_event event;
} subjects[] = {
	{ "assign", EV_ASSIGN },
	{ "unassign", EV_UNASSIGN },
	{ "attach", EV_ATTACH },
	{ "read", EV_READ },
	{ "MEM_PREPARE_ONLINE", EV_PREPARE },
	{ "MEM_GOING_ONLINE", EV_GOING_ONLINE },
	{ "MEM_GOING_OFFLINE", EV_GOING_OFFLINE },
};

static const struct {
	const char *name;
	int error;
} errors[] = {
	{ "EPERM", EPERM }, { "ENOENT", ENOENT }, { "EINTR", EINTR },
	{ "EIO", EIO }, { "ENXIO", ENXIO }, { "EAGAIN", EAGAIN },
	{ "ENOMEM", ENOMEM }, { "EACCES", EACCES }, { "EFAULT", EFAULT },
	{ "EBUSY", EBUSY }, { "EEXIST", EEXIST }, { "ENODEV", ENODEV },
	{ "EINVAL", EINVAL }, { "ENOSPC", ENOSPC }, { "ERANGE", ERANGE },
	{ "EOPNOTSUPP", EOPNOTSUPP }, { "ETIMEDOUT", ETIMEDOUT },
};

const char *rule_what(const struct rule *rule)
{
	size_t i = 0;

	while (subjects[i].event != rule->event)
		i++;
	return subjects[i].name;
}

static int error_of(const char *text)
{
	u64 number;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		if (!strcmp(errors[i].name, text))
			return errors[i].error;
	}
	text += *text == '-';
	if (read_number(text, strlen(text), false, &number) || number > 4095)
		return 0;
	return number;
}

enum { WHAT, RN, BLOCK, SKIP, TIMES, ERROR, RESPONSE, DELAY, PRIORITY, NR };

/* Whether what is said of a rule makes sense together. */
static bool makes_sense(const struct rule *rule, const struct word *w)
{
	bool call = rule->event >= EV_READ && rule->event < EV_COUNTED;

	if (!w[ERROR].given && !w[RESPONSE].given && !w[DELAY].given)
		return false;
	if (w[ERROR].given && (w[RESPONSE].given || !rule->error))
		return false;
	if (w[RN].given && rule->event != EV_ASSIGN && rule->event != EV_UNASSIGN)
		return false;
	if (call)
		return !w[BLOCK].given && !w[PRIORITY].given;
	return !w[RESPONSE].given;
}

/* 0, or an errno; one that only the model of the kernel decides is not here. */
int rule_read(const char *text, size_t len, struct rule *rule)
{
	struct word w[NR] = {
		[WHAT] = { .key = "what", .type = WORD_TEXT, .required = true },
		[RN] = { .key = "rn", .type = WORD_NUMBER, .min = 1, .max = 65535 },
		[BLOCK] = { .key = "block", .type = WORD_NUMBER, .max = UINT_MAX - 1 },
		[SKIP] = { .key = "skip", .type = WORD_NUMBER, .max = UINT_MAX },
		[TIMES] = { .key = "times", .type = WORD_NUMBER, .min = 1, .max = UINT_MAX },
		[ERROR] = { .key = "errno", .type = WORD_TEXT },
		[RESPONSE] = { .key = "response", .type = WORD_NUMBER, .min = 1, .max = 65535 },
		[DELAY] = { .key = "delay_ms", .type = WORD_NUMBER, .max = 60000 },
		[PRIORITY] = { .key = "priority", .type = WORD_SIGNED },
	};
	size_t i;
	int err;

	memset(rule, 0, sizeof(*rule));
	err = words_read(text, len, w, NR);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(subjects); i++) {
		if (!strcmp(subjects[i].name, w[WHAT].text))
			break;
	}
	if (i == ARRAY_SIZE(subjects))
		return EINVAL;
	if (w[PRIORITY].number < INT_MIN || w[PRIORITY].number > INT_MAX)
		return ERANGE;
	rule->event = subjects[i].event;
	rule->rn = w[RN].value;
	rule->of_block = w[BLOCK].given;
	rule->block = w[BLOCK].value;
	rule->skip = w[SKIP].value;
	rule->times = w[TIMES].value;
	rule->response = w[RESPONSE].value;
	rule->delay_ms = w[DELAY].value;
	rule->subscribes = w[PRIORITY].given;
	rule->priority = w[PRIORITY].number;
	if (w[ERROR].given)
		rule->error = error_of(w[ERROR].text);
	return makes_sense(rule, w) ? 0 : EINVAL;
}

static bool is_clear(const char *text, size_t len)
{
	static const char blanks[] = " \t\n\v\f\r";

	for (; len && *text && strchr(blanks, *text); len--)
		text++;
	for (; len && text[len - 1] && strchr(blanks, text[len - 1]); len--)
		;
	return len == 5 && !memcmp(text, "clear", 5);
}

void model_inject(struct model *m, const char *text, size_t len, struct outcome *o)
{
	struct rule rule;
	int err;

	if (is_clear(text, len)) {
		m->nr_rules = 0;
		return;
	}
	err = rule_read(text, len, &rule);
	if (!err && rule.event == EV_PREPARE && !machine.event_model)
		err = EOPNOTSUPP;
	if (!err && m->nr_rules == MAX_RULES)
		err = ENOSPC;	/* the model's own limit, which no generator reaches */
	if (err) {
		may(o, err);
		return;
	}
	rule.id = m->next_id++;
	m->rules[m->nr_rules++] = rule;
}

/* It matches; does it act? */
static bool fires(struct rule *rule)
{
	if (rule->spent)
		return false;
	if (rule->skip) {
		rule->skip--;
		return false;
	}
	if (rule->times && !--rule->times)
		rule->spent = true;
	rule->hits++;
	return true;
}

/* The first errno of all that act. */
int rules_of_call(struct model *m, enum mem_event call, unsigned int rn, unsigned int *response)
{
	unsigned int i;
	int error = 0;

	*response = 0;
	for (i = 0; i < m->nr_rules; i++) {
		struct rule *rule = &m->rules[i];

		if (rule->event != call || (rule->rn && rule->rn != rn) || !fires(rule))
			continue;
		error = error ? error : rule->error;
		*response = *response ? *response : rule->response;
	}
	return error;
}

static bool is_about(const struct rule *rule, enum mem_event event, unsigned int block)
{
	return rule->event == event && (!rule->of_block || rule->block == block);
}

/* Those of the module itself. */
int rules_of_event(struct model *m, enum mem_event event, unsigned int block)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < m->nr_rules; i++) {
		struct rule *rule = &m->rules[i];

		if (rule->subscribes || !is_about(rule, event, block) || !fires(rule))
			continue;
		error = error ? error : rule->error;
	}
	return error;
}

/*
 * Those that subscribe for themselves, in the order of their priorities; the first
 * that vetoes ends it. The module has the lowest priority and was there first.
 */
int rules_of_subscribers(struct model *m, enum mem_event event, unsigned int block, bool before)
{
	bool done[MAX_RULES] = { 0 };
	struct rule *next;
	unsigned int i;

	for (;;) {
		next = NULL;
		for (i = 0; i < m->nr_rules; i++) {
			struct rule *rule = &m->rules[i];

			if (!rule->subscribes || done[i])
				continue;
			if (rule->priority == INT_MIN ? before : !before)
				continue;
			if (!next || rule->priority > next->priority)
				next = rule;
		}
		if (!next)
			return 0;
		done[next - m->rules] = true;
		if (is_about(next, event, block) && fires(next) && next->error)
			return next->error;
	}
}
