// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shortest trace that still ends in a difference, by leaving out ever smaller
 * pieces (ddmin). Each is tried from a clean slate, that is a fresh load; the model
 * knows what any rest must do.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "put_back.h"
#include "soak.h"
#include "watch.h"

#define TRIES_TOGETHER	4	/* who comes first is luck */

static bool gave_up;

/* What a difference is about: its words, up to a colon, without numbers. */
static bool is_same_kind(const char *a, const char *b)
{
	for (;;) {
		while (*a && *a != ':' && !isalpha(*a))
			a++;
		while (*b && *b != ':' && !isalpha(*b))
			b++;
		if (!*a || *a == ':' || *a != *b)
			return (!*a || *a == ':') && (!*b || *b == ':');
		a++;
		b++;
	}
}

static bool is_together(const struct ops *ops)
{
	return ops->nr && ops->op[ops->nr - 1].who;
}

/* Whether OPS end in a difference of the KIND, which WHY is then. */
static bool differs(struct ops *ops, const char *kind, char *why, size_t size)
{
	int tries = is_together(ops) ? TRIES_TOGETHER : 1;
	bool found = false;
	char left[512];

	while (!found && tries-- && !gave_up) {
		if (!slate(left, sizeof(left)) && is_loaded()) {
			say("nothing more can be tried in this guest, %s", left);
			gave_up = true;
			return false;
		}
		watch_forget();
		found = !play(ops, why, size) && is_same_kind(kind, why);
	}
	return found;
}

/* OPS without LEN of them from AT on. */
static void without(const struct ops *ops, unsigned int at, unsigned int len, struct ops *rest)
{
	unsigned int i;

	rest->nr = 0;
	for (i = 0; i < ops->nr; i++) {
		if (i < at || i >= at + len)
			ops_add(rest, &ops->op[i]);
	}
}

/* One walk with pieces of LEN; whether any could be left out. */
static bool walk(struct ops *ops, unsigned int len, double until, char *why, size_t size)
{
	struct ops rest = { 0 };
	bool shorter = false;
	unsigned int at = 0;
	unsigned int i;
	char other[512];

	while (at < ops->nr && now() < until && !gave_up) {
		without(ops, at, len, &rest);
		if (differs(&rest, why, other, sizeof(other))) {
			snprintf(why, size, "%s", other);
			ops->nr = 0;
			for (i = 0; i < rest.nr; i++)
				ops_add(ops, &rest.op[i]);
			shorter = true;
		} else {
			at += len;
		}
	}
	free(rest.op);
	return shorter;
}

static void say_replay(const struct ops *ops, const char *why)
{
	unsigned int i;

	for (i = 0; i < ops->nr; i++)
		say_op("replay", &ops->op[i]);
	say("replay ends in: %s", why);
}

/* OPS ended in a difference, KIND. */
void shrink(struct ops *ops, const char *kind, unsigned int seconds)
{
	unsigned int nr = ops->nr, len;
	double until = now() + seconds;
	char why[512] = "";

	gave_up = false;
	soak.until = 0;
	soak.next_progress = until + 3600;	/* there is another one */
	if (!seconds)
		return;
	say("shrinking %u operations, at most %u s", nr, seconds);
	if (!differs(ops, kind, why, sizeof(why))) {
		say("it does not come again from a fresh load; the trace is all there is");
		return;
	}
	for (len = (ops->nr + 1) / 2; len; ) {
		bool shorter = walk(ops, len, until, why, sizeof(why));

		if (now() >= until || gave_up)
			break;
		if (len > 1)
			len = len / 2;
		else if (!shorter)
			break;
	}
	say("shrunk from %u operations to %u%s", nr, ops->nr,
	    now() >= until ? "; the time was up" : "");
	say_replay(ops, why);
}
