// SPDX-License-Identifier: GPL-2.0-only
/* A block goes online and offline: who is told what, and what he makes of it. */
#include <errno.h>
#include <string.h>

#include "model.h"

#define FROM(state)	(1U << BLOCK_##state)

/*
 * State an event leads to, and those it may come from; what comes from another one
 * has no pair. A veto before us keeps GOING_* from us, and not the CANCEL_* behind it.
 */
static const struct {
	enum block_state to;
	unsigned int from;
} with_prepare[] = {
	[EV_PREPARE] = { BLOCK_PREPARED, FROM(OFFLINE) },
	[EV_GOING_ONLINE] = { BLOCK_GOING_ONLINE, FROM(PREPARED) },
	[EV_ONLINE] = { BLOCK_ONLINE, FROM(GOING_ONLINE) },
	[EV_CANCEL_ONLINE] = { BLOCK_PREPARED, FROM(GOING_ONLINE) | FROM(PREPARED) },
	[EV_GOING_OFFLINE] = { BLOCK_GOING_OFFLINE, FROM(ONLINE) },
	[EV_OFFLINE] = { BLOCK_OFFLINED, FROM(GOING_OFFLINE) },
	[EV_CANCEL_OFFLINE] = { BLOCK_ONLINE, FROM(GOING_OFFLINE) | FROM(ONLINE) },
	[EV_FINISH] = { BLOCK_OFFLINE, FROM(OFFLINED) | FROM(PREPARED) },
}, without[] = {
	[EV_GOING_ONLINE] = { BLOCK_GOING_ONLINE, FROM(OFFLINE) },
	[EV_ONLINE] = { BLOCK_ONLINE, FROM(GOING_ONLINE) },
	[EV_CANCEL_ONLINE] = { BLOCK_OFFLINE, FROM(GOING_ONLINE) | FROM(OFFLINE) },
	[EV_GOING_OFFLINE] = { BLOCK_GOING_OFFLINE, FROM(ONLINE) },
	[EV_OFFLINE] = { BLOCK_OFFLINE, FROM(GOING_OFFLINE) },
	[EV_CANCEL_OFFLINE] = { BLOCK_ONLINE, FROM(GOING_OFFLINE) | FROM(ONLINE) },
};

static void advance(struct model *m, struct block *block, enum mem_event event)
{
	enum block_state to = machine.event_model ? with_prepare[event].to :
						    without[event].to;
	unsigned int from = machine.event_model ? with_prepare[event].from :
						  without[event].from;

	m->unpaired += !(from & (1U << block->state));
	block->state = to;
	block->onlined += event == EV_ONLINE;
	block->offlined += event == EV_OFFLINE;
	block->failed += event == EV_CANCEL_ONLINE || event == EV_CANCEL_OFFLINE;
}

static u64 address_of(unsigned int nr)
{
	return machine.start + nr * machine.block_size;
}

/* The module itself. */
static int tell_module(struct model *m, enum mem_event event, unsigned int nr)
{
	struct block *block = &m->blocks[nr];
	int err = 0;

	if (event == EV_PREPARE || event == EV_GOING_ONLINE || event == EV_GOING_OFFLINE)
		err = rules_of_event(m, event, machine.first_block + nr);
	if (!err && event == EV_PREPARE && !block->held) {
		err = storage_get(m, address_of(nr), machine.block_size);
		block->held = !err;
	}
	if (event == EV_FINISH && block->held) {
		storage_put(m, address_of(nr), machine.block_size);
		block->held = false;
	}
	if (!err)
		advance(m, block, event);
	else if (event == EV_PREPARE)
		block->failed++;
	if (event < EV_COUNTED) {
		if (err)
			m->errors[event]++;
		else
			m->ok[event]++;
	}
	return err;
}

/* Everybody, until one vetoes. */
static int tell(struct model *m, enum mem_event event, unsigned int nr)
{
	unsigned int id = machine.first_block + nr;
	int err;

	err = rules_of_subscribers(m, event, id, true);
	if (!err)
		err = tell_module(m, event, nr);
	if (!err)
		err = rules_of_subscribers(m, event, id, false);
	return err;
}

int block_online(struct model *m, unsigned int nr)
{
	int err;

	if (machine.event_model) {
		err = tell(m, EV_PREPARE, nr);
		if (err)
			return err;
	}
	err = tell(m, EV_GOING_ONLINE, nr);
	if (err) {
		tell_module(m, EV_CANCEL_ONLINE, nr);
		if (machine.event_model)
			tell_module(m, EV_FINISH, nr);
		return err;
	}
	tell_module(m, EV_ONLINE, nr);
	m->blocks[nr].online = true;
	m->transitions++;
	return 0;
}

int block_offline(struct model *m, unsigned int nr)
{
	int err = tell(m, EV_GOING_OFFLINE, nr);

	if (err) {
		tell_module(m, EV_CANCEL_OFFLINE, nr);
		return err;
	}
	tell_module(m, EV_OFFLINE, nr);
	if (machine.event_model)
		tell_module(m, EV_FINISH, nr);
	m->blocks[nr].online = false;
	m->transitions++;
	return 0;
}

static bool is_word(const struct op *op, const char *word)
{
	size_t len = op->len;

	if (len && op->text[len - 1] == '\n')
		len--;
	return len == strlen(word) && !memcmp(op->text, word, len);
}

/* A write to memoryN/state. */
void model_state(struct model *m, unsigned int id, const struct op *op, int got,
		 struct outcome *o)
{
	unsigned int nr = id - machine.first_block;
	struct model before;
	bool online;
	int err;

	if (nr >= machine.nr_blocks || m->blocks[nr].range < 0) {
		may(o, ENOENT);
		return;
	}
	online = is_word(op, "online") || is_word(op, "online_movable") ||
		 is_word(op, "online_kernel");
	if ((!online && !is_word(op, "offline")) || online == m->blocks[nr].online) {
		may(o, EINVAL);
		return;
	}
	before = *m;
	err = online ? block_online(m, nr) : block_offline(m, nr);
	/* A page in flight, or it took too long: the kernel's right, rules or not. */
	if (!online && (got == EBUSY || got == EINTR)) {
		*m = before;
		m->adopt = true;
		may(o, got);
	} else if (err) {
		may(o, err);
	}
}
