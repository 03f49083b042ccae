// SPDX-License-Identifier: GPL-2.0-only
/* Increments: who needs which, and which calls the firmware gets for that. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "model.h"
#include "words.h"

const char * const increment_states[] = {
	[INCR_ABSENT] = "absent", [INCR_RESERVED] = "reserved",
	[INCR_STANDBY] = "standby", [INCR_ASSIGNED] = "assigned",
	[INCR_STUCK] = "stuck",
};

/* What READ answers for an element that is not there. */
#define NO_SUCH_ELEMENT	0x310

unsigned int rn_of(u64 address)
{
	u64 rn = address / machine.increment_size + 1;

	return rn > UINT_MAX ? UINT_MAX : rn;
}

static bool exists(const struct model *m, unsigned int rn)
{
	return rn <= machine.rnmax && m->incr[rn].state != INCR_ABSENT;
}

static bool is_needed(const struct increment *incr)
{
	return incr->users || incr->manual;
}

/* Responses that rules may give are refusals; generate.c sees to that. */
static int call(struct model *m, enum mem_event event, unsigned int rn)
{
	unsigned int response;
	int err = rules_of_call(m, event, rn, &response);

	if (!err && response)
		err = event == EV_READ && response == NO_SUCH_ELEMENT ? ENOENT : EIO;
	if (err)
		m->errors[event]++;
	else
		m->ok[event]++;
	return err;
}

static int unassign(struct model *m, unsigned int rn)
{
	int err = call(m, EV_UNASSIGN, rn);

	m->incr[rn].state = err ? INCR_STUCK : INCR_STANDBY;
	return err;
}

/*
 * Nothing of it is assigned then. Where the firmware does not say so, all that came
 * with it is unassigned.
 */
static int attach(struct model *m)
{
	unsigned int rn;
	int err;

	if (m->attached)
		return 0;
	err = call(m, EV_ATTACH, 0);
	if (err)
		return err;
	m->attached = true;
	for (rn = 1; rn <= machine.rnmax; rn++) {
		if (m->incr[rn].state >= INCR_STANDBY)
			m->incr[rn].element = ELEMENT_ASK;
	}
	if (!call(m, EV_READ, 0))
		return 0;
	for (rn = 1; rn <= machine.rnmax; rn++) {
		if (m->incr[rn].state >= INCR_STANDBY && !is_needed(&m->incr[rn]))
			unassign(m, rn);
	}
	return 0;
}

static int assign(struct model *m, unsigned int rn)
{
	int err = 0;

	if (m->incr[rn].element == ELEMENT_NONE)
		err = attach(m);
	if (err && m->incr[rn].element == ELEMENT_NONE)
		return err;
	err = call(m, EV_ASSIGN, rn);
	if (!err)
		m->incr[rn].state = INCR_ASSIGNED;
	return err;
}

static void put(struct model *m, unsigned int rn)
{
	struct increment *incr = &m->incr[rn];

	incr->users--;
	if (incr->state == INCR_ASSIGNED && !is_needed(incr))
		unassign(m, rn);
}

/* All or none. */
int storage_get(struct model *m, u64 start, u64 size)
{
	unsigned int rn, first = rn_of(start), last = rn_of(start + size - 1);
	int err = 0;

	for (rn = first; rn <= last; rn++) {
		if (m->incr[rn].state != INCR_RESERVED && !is_needed(&m->incr[rn]))
			err = assign(m, rn);
		if (err)
			break;
		m->incr[rn].users++;
	}
	while (err && rn-- > first)
		put(m, rn);
	return err;
}

/* The last one first. */
void storage_put(struct model *m, u64 start, u64 size)
{
	unsigned int rn;

	for (rn = rn_of(start + size - 1); rn >= rn_of(start); rn--)
		put(m, rn);
}

static int assign_by_hand(struct model *m, unsigned int first, unsigned int last)
{
	bool by_this[MAX_RNS] = { 0 };
	unsigned int rn;
	int err = 0;

	for (rn = first; rn <= last; rn++) {
		if (m->incr[rn].manual)
			continue;
		if (!is_needed(&m->incr[rn]))
			err = assign(m, rn);
		if (err)
			break;
		m->incr[rn].manual = true;
		by_this[rn] = true;
	}
	if (!err) {
		m->transitions += last - first + 1;
		return 0;
	}
	while (rn-- > first) {
		if (!by_this[rn])
			continue;
		m->incr[rn].manual = false;
		if (!is_needed(&m->incr[rn]))
			unassign(m, rn);
	}
	return err;
}

static int unassign_by_hand(struct model *m, unsigned int first, unsigned int last)
{
	int err, first_err = 0;
	unsigned int rn;

	for (rn = last; rn >= first; rn--) {
		m->incr[rn].manual = false;
		if (m->incr[rn].state == INCR_STANDBY)
			continue;
		err = unassign(m, rn);
		if (err && !first_err)
			first_err = err;
	}
	m->transitions += last - first + 1;
	return first_err;
}

void model_by_hand(struct model *m, bool assigning, const char *text, size_t len,
		   struct outcome *o)
{
	struct word w = {
		.key = "rn", .type = WORD_RANGE, .required = true, .min = 1, .max = 65535,
	};
	bool in_use = false;
	unsigned int rn;
	int err;

	err = words_read(text, len, &w, 1);
	if (err) {
		may(o, err);
		return;
	}
	for (rn = w.value; rn <= w.last; rn++) {
		/* All beyond are not there either. */
		if (!exists(m, rn)) {
			may(o, ENOENT);
			break;
		}
		if (m->incr[rn].state == INCR_RESERVED && !o->nr)
			may(o, EPERM);
		in_use |= m->incr[rn].users > 0;
	}
	if (!o->nr && !assigning && in_use)
		may(o, EBUSY);
	if (o->nr)
		return;
	if (assigning)
		err = assign_by_hand(m, w.value, w.last);
	else
		err = unassign_by_hand(m, w.value, w.last);
	if (err)
		may(o, err);
}
