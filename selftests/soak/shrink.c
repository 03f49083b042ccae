// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shortest trace that still ends in a difference, by leaving out ever smaller
 * pieces (ddmin). Each is tried from a clean slate, that is a fresh load; the model
 * knows what any rest must do. Before that the pieces that are most likely of no use.
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

static void copy(const struct ops *from, struct ops *to)
{
	unsigned int i;

	to->nr = 0;
	for (i = 0; i < from->nr; i++)
		ops_add(to, &from->op[i]);
}

/* What is left out of OPS by a pass; AT and LEN as it likes. */
typedef bool (*leaves_out)(const struct ops *ops, unsigned int i, unsigned int at,
			   unsigned int len);

static bool a_piece(const struct ops *ops, unsigned int i, unsigned int at, unsigned int len)
{
	(void)ops;
	return i >= at && i < at + len;
}

/* Reads and what was refused, which change nothing. */
static bool the_idle(const struct ops *ops, unsigned int i, unsigned int at, unsigned int len)
{
	(void)at;
	(void)len;
	return i + 1 < ops->nr && (ops->op[i].kind == OP_READ || ops->op[i].got);
}

/* All but the first, which loads, and the last LEN. */
static bool the_begin(const struct ops *ops, unsigned int i, unsigned int at, unsigned int len)
{
	(void)at;
	return i && i + len < ops->nr;
}

/* Do without; OPS and WHY are what is left, if that still differs. */
static bool without(struct ops *ops, leaves_out left_out, unsigned int at, unsigned int len,
		    char *why, size_t size)
{
	struct ops rest = { 0 };
	char other[512];
	unsigned int i;
	bool shorter;

	for (i = 0; i < ops->nr; i++) {
		if (!left_out(ops, i, at, len))
			ops_add(&rest, &ops->op[i]);
	}
	shorter = rest.nr && rest.nr < ops->nr && differs(&rest, why, other, sizeof(other));
	if (shorter) {
		snprintf(why, size, "%s", other);
		copy(&rest, ops);
	}
	free(rest.op);
	return shorter;
}

/* One walk with pieces of LEN; whether any could be left out. */
static bool walk(struct ops *ops, unsigned int len, double until, char *why, size_t size)
{
	unsigned int at = 0;
	bool shorter = false;

	while (at < ops->nr && now() < until && !gave_up) {
		if (without(ops, a_piece, at, len, why, size))
			shorter = true;
		else
			at += len;
	}
	return shorter;
}

/* Watching standby storage takes most of the time of a load. */
static void unwatched(struct ops *ops, char *why, size_t size)
{
	struct ops other = { 0 };
	char text[512];
	struct op *load;

	copy(ops, &other);
	load = &other.op[0];
	if (machine.simulated && load->kind == OP_LOAD && load->len + 12 < OP_TEXT &&
	    !strstr(load->text, "canary=off")) {
		load->len += sprintf(load->text + load->len, " canary=off");
		if (differs(&other, why, text, sizeof(text))) {
			copy(&other, ops);
			snprintf(why, size, "%s", text);
		}
	}
	free(other.op);
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
	bool shorter;

	gave_up = false;
	soak.until = 0;
	soak.next_progress = until + 3600;	/* there is another one */
	if (!seconds)
		return;
	say("shrinking %u operations, about %u s", nr, seconds);
	if (!differs(ops, kind, why, sizeof(why))) {
		say("it does not come again from a fresh load; the trace is all there is");
		return;
	}
	unwatched(ops, why, sizeof(why));
	without(ops, the_idle, 0, 0, why, sizeof(why));
	for (len = 4; len < ops->nr && now() < until && !gave_up; len *= 2) {
		if (without(ops, the_begin, 0, len, why, sizeof(why)))
			break;
	}
	for (len = (ops->nr + 1) / 2; len && now() < until && !gave_up; len = len / 2) {
		do {
			shorter = walk(ops, len, until, why, sizeof(why));
		} while (len == 1 && shorter && now() < until);
	}
	say("shrunk from %u operations to %u%s", nr, ops->nr,
	    now() >= until ? "; the time was up" : "");
	say_replay(ops, why);
}
