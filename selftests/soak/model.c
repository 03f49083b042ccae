// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../errname.h"
#include "model.h"

#define COMMAND_MAX	4095	/* bytes of one write */

static const char * const command_files[] = {
	"add", "remove", "assign", "unassign", "inject",
};

static bool is_command_file(const char *file)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(command_files); i++) {
		if (!strcmp(file, command_files[i]))
			return true;
	}
	return false;
}

/* Increments as the firmware has them at load. */
static const char *read_increments(struct model *m)
{
	static char text[TABLE_SIZE];
	char element[16], state[16];
	const char *line;
	unsigned int rn, i;

	if (read_file(MHP "/increments", text, sizeof(text)) <= 0)
		return "no increments";
	for (line = next_line(text); *line; line = next_line(line)) {
		if (sscanf(line, "%u %15s %*s %15s", &rn, element, state) != 3 ||
		    rn >= MAX_RNS)
			return "increments cannot be read";
		m->incr[rn].element = element[0] == '-' ? ELEMENT_NONE : atoi(element);
		for (i = INCR_RESERVED; i <= INCR_STUCK; i++) {
			if (!strcmp(increment_states[i], state))
				m->incr[rn].state = i;
		}
	}
	return NULL;
}

/*
 * Real firmware may have its elements attached by whoever came before, which no
 * table tells: have it done.
 */
static void attach_first(void)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "rn=%u\n",
			   (unsigned int)(machine.start / machine.increment_size + 1));

	write_file(MHP "/assign", text, len);
	write_file(MHP "/unassign", text, len);
}

/* A load went through: look, and begin anew. NULL, or why it cannot be followed. */
const char *model_fresh(struct model *m)
{
	const char *why = machine_look();
	unsigned long transitions = m->transitions;
	bool auto_online = m->auto_online;
	unsigned int i;

	if (why)
		return why;
	memset(m, 0, sizeof(*m));
	m->loaded = true;
	m->next_id = 1;
	m->transitions = transitions;
	m->auto_online = auto_online;
	m->adopt = true;	/* what loading did is in stats */
	for (i = 0; i < MAX_BLOCKS; i++)
		m->blocks[i].range = -1;
	if (!machine.simulated) {
		attach_first();
		m->attached = true;
	}
	return read_increments(m);
}

static bool owns_ranges(const struct model *m)
{
	unsigned int i;

	for (i = 0; i < MAX_BLOCKS; i++) {
		if (m->ranges[i].there)
			return true;
	}
	return false;
}

static void step_module(struct model *m, const struct op *op, struct outcome *o)
{
	if (op->kind == OP_LOAD) {
		if (m->loaded)
			may(o, EEXIST);
		return;		/* after it model_fresh() */
	}
	if (!m->loaded) {
		may(o, ENOENT);
	} else if (owns_ranges(m)) {
		may(o, EAGAIN);
		may(o, EBUSY);
	} else {
		m->loaded = false;
	}
}

static void step_command(struct model *m, const struct op *op, struct outcome *o)
{
	const char *text = op->text;
	size_t len = op->len;

	if (op->pad + op->len > COMMAND_MAX)
		may(o, E2BIG);
	else if (memchr(text, '\0', len))
		may(o, EINVAL);
	else if (op_is_for(op, "add"))
		model_add(m, text, len, o);
	else if (op_is_for(op, "remove"))
		model_remove(m, text, len, o);
	else if (op_is_for(op, "inject"))
		model_inject(m, text, len, o);
	else
		model_by_hand(m, op_is_for(op, "assign"), text, len, o);
}

/* block/N is there as long as the block is. */
static bool file_is_there(const struct model *m, const char *file)
{
	unsigned int id;

	if (sscanf(file, "block/%u", &id) != 1)
		return true;
	id -= machine.first_block;
	return id < machine.nr_blocks && m->blocks[id].range >= 0;
}

static void step_write(struct model *m, const struct op *op, int got, struct outcome *o)
{
	unsigned int id;

	if (op_is_state(op, &id)) {
		model_state(m, id, op, got, o);
	} else if (op_is_for(op, "auto_online_blocks")) {
		m->auto_online = !strncmp(op->text, "online", 6);
	} else if (!strncmp(op->file, "cpu", 3)) {
		return;		/* nothing of it shows here */
	} else if (!m->loaded || !file_is_there(m, op->file)) {
		may(o, ENOENT);
	} else if (is_command_file(op->file)) {
		step_command(m, op, o);
	} else if (op_is_for(op, "events")) {
		m->unpaired = 0;
	} else {
		may(o, EINVAL);	/* a table is not written */
		may(o, EACCES);
	}
}

static void step_read(struct model *m, const struct op *op, struct outcome *o)
{
	if (!m->loaded || !file_is_there(m, op->file))
		may(o, ENOENT);
}

/* A command that was refused: last_error has a line that says so. */
static bool last_error_says(const struct op *op, int got, char *why, size_t size)
{
	char line[1024], name[32], number[32];
	size_t len = strlen(op->file);

	read_file(MHP "/last_error", line, sizeof(line));
	snprintf(name, sizeof(name), "%s)", errname(got));
	snprintf(number, sizeof(number), "(-%d)", got);
	if (!strncmp(line, op->file, len) && line[len] == ':' &&
	    (strstr(line, name) || strstr(line, number)) &&
	    strlen(line) == strcspn(line, "\n") + 1)
		return true;
	snprintf(why, size, "last_error: expected '%s: ... (-%s)' got '%.*s'", op->file,
		 errname(got), (int)strcspn(line, "\n"), line);
	return false;
}

static bool is_allowed(const struct outcome *o, int got, char *why, size_t size)
{
	size_t at;
	unsigned int i;

	if (!got && !o->nr)
		return true;
	for (i = 0; i < o->nr; i++) {
		if (o->errnos[i] == got)
			return true;
	}
	at = snprintf(why, size, "expected %s", o->nr ? "" : "OK");
	for (i = 0; i < o->nr && at < size; i++)
		at += snprintf(why + at, size - at, "%s%s", i ? " or " : "",
			       errname(o->errnos[i]));
	if (at < size)
		snprintf(why + at, size - at, " got %s", got < 0 ? "SHORT" : errname(got));
	return false;
}

/* No memory, or what the kernel makes of it. Nothing has happened then. */
static bool is_for_want_of_memory(const struct op *op, int got)
{
	return op->nth && (got == ENOMEM || got == EEXIST || got == EPERM);
}

/*
 * Take an operation that was answered GOT into the model. False, and WHY, if that
 * answer is not right.
 */
bool model_step(struct model *m, const struct op *op, int got, char *why, size_t size)
{
	struct outcome o = { .nr = 0 };
	struct model before = *m;
	bool refused;

	if (op->kind == OP_WRITE)
		step_write(m, op, got, &o);
	else if (op->kind == OP_READ)
		step_read(m, op, &o);
	else
		step_module(m, op, &o);
	refused = got > 0 && m->loaded && op->kind == OP_WRITE && is_command_file(op->file);
	if (is_for_want_of_memory(op, got)) {
		*m = before;
		m->adopt = true;
	} else if (!is_allowed(&o, got, why, size)) {
		return false;
	}
	return !refused || last_error_says(op, got, why, size);
}
