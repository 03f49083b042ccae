// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges are added and removed. Whatever speaks against an add is a reason to refuse
 * it; which of several is named first is the module's business.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "model.h"
#include "words.h"

enum { START, SIZE, TYPE, NID, GROUP, FLAGS, UNSAFE, NR };

static const struct {
	const char *name;
	unsigned int flag;
} flags[] = {
	{ "none", 0 },
	{ "memmap_on_memory", FLAG_ALTMAP },
	{ "offline_inaccessible", FLAG_INACCESSIBLE },
	{ "merge_resource", FLAG_MERGE },
	{ "driver_managed", FLAG_DRIVER },
};

static int read_flags(const char *text, unsigned int *bits)
{
	unsigned int i, seen = 0;
	size_t len;

	*bits = 0;
	for (;;) {
		len = strcspn(text, ",");
		for (i = 0; i < 5; i++) {
			if (strlen(flags[i].name) == len && !memcmp(flags[i].name, text, len))
				break;
		}
		/* Unknown, given twice, or none beside others. */
		if (i == 5 || (seen & (1U << i)) || (seen && !i) || (seen & 1))
			return EINVAL;
		seen |= 1U << i;
		*bits |= flags[i].flag;
		if (!text[len])
			return 0;
		text += len + 1;
	}
}

static int read_group(const char *text, struct range *range)
{
	size_t len = strcspn(text, ":");
	int err;

	if (!strcmp(text, "static")) {
		range->group = GROUP_STATIC;
		return 0;
	}
	if (len != strlen("dynamic") || memcmp(text, "dynamic", len))
		return EINVAL;
	range->group = GROUP_DYNAMIC;
	if (!text[len])
		return 0;
	err = read_number(text + len + 1, strlen(text + len + 1), true, &range->unit);
	return !err && !range->unit ? EINVAL : err;
}

/* What a write to add asks for: 0 or an errno. */
int request_read(const char *text, size_t len, struct request *request)
{
	struct word w[NR] = {
		[START] = { .key = "start", .required = true, .max = ~0ULL },
		[SIZE] = { .key = "size", .required = true, .max = ~0ULL },
		[TYPE] = { .key = "type", .type = WORD_TEXT },
		[NID] = { .key = "nid", .type = WORD_NUMBER, .max = INT_MAX },
		[GROUP] = { .key = "group", .type = WORD_TEXT },
		[FLAGS] = { .key = "flags", .type = WORD_TEXT },
		[UNSAFE] = { .key = "unsafe", .type = WORD_NUMBER, .max = 1 },
	};
	struct range *range = &request->range;
	int err;

	memset(request, 0, sizeof(*request));
	err = words_read(text, len, w, NR);
	if (!err && w[TYPE].given) {
		range->device = !strcmp(w[TYPE].text, "device");
		if (!range->device && strcmp(w[TYPE].text, "memory"))
			err = EINVAL;
	}
	if (!err && w[GROUP].given)
		err = read_group(w[GROUP].text, range);
	if (!err && w[FLAGS].given)
		err = read_flags(w[FLAGS].text, &range->flags);
	range->start = w[START].value;
	range->size = w[SIZE].value;
	request->flags_given = w[FLAGS].given;
	request->nid_given = w[NID].given;
	request->nid = w[NID].value;
	request->unsafe = w[UNSAFE].value;
	return err;
}

/* Flags that are right for standby storage. */
static unsigned int default_flags(const struct range *range)
{
	if (range->device)
		return FLAG_ALTMAP;
	if (!machine.altmaps)
		return 0;
	return FLAG_ALTMAP | (machine.event_model ? FLAG_INACCESSIBLE : 0);
}

static bool all_assigned(const struct model *m, u64 start, u64 size)
{
	unsigned int rn;

	for (rn = rn_of(start); rn <= rn_of(start + size - 1); rn++) {
		if (rn > machine.rnmax || m->incr[rn].state != INCR_ASSIGNED)
			return false;
	}
	return true;
}

/* Adding it accesses its memmap, which is in standby storage. */
static bool touches_standby(const struct model *m, const struct range *range)
{
	return machine.event_model && !range->device && machine.altmaps &&
	       (range->flags & FLAG_ALTMAP) && !(range->flags & FLAG_INACCESSIBLE) &&
	       !all_assigned(m, range->start, range->size);
}

/* It may do harm, and the module lets it. */
bool request_is_unsafe(const struct model *m, const struct request *request)
{
	return request->unsafe && touches_standby(m, &request->range);
}

static void check_geometry(const struct range *range, struct outcome *o)
{
	if (!range->size || range->start % machine.block_size ||
	    range->size % machine.block_size)
		may(o, EINVAL);
	if (range->start + range->size < range->start)
		may(o, ERANGE);
}

static void check_device(const struct request *request, struct outcome *o)
{
	const struct range *range = &request->range;

	if (!machine.devices)
		may(o, EOPNOTSUPP);
	if (range->flags & ~FLAG_ALTMAP || range->group || request->unsafe)
		may(o, EINVAL);
	if (request->nid_given && !node_in("online", request->nid))
		may(o, EINVAL);
}

static void check_group(struct range *range, struct outcome *o)
{
	if (range->group != GROUP_DYNAMIC)
		return;
	if (!range->unit)
		range->unit = machine.block_size;
	if (range->unit & (range->unit - 1) || range->unit < machine.block_size ||
	    range->start % range->unit || range->size % range->unit)
		may(o, EINVAL);
}

/* Whose increments these are; beyond them the kernel may have a word first. */
static void check_increments(const struct model *m, const struct range *range,
			     struct outcome *o)
{
	unsigned int rn = rn_of(range->start), last = rn_of(range->start + range->size - 1);

	if (last > machine.rnmax) {
		may(o, ENOENT);
		may(o, ERANGE);
	}
	for (; rn <= last && rn <= machine.rnmax; rn++) {
		if (m->incr[rn].state == INCR_RESERVED) {
			may(o, EPERM);
			return;
		}
	}
}

static struct range *find_overlap(struct model *m, u64 start, u64 size)
{
	unsigned int i;

	for (i = 0; i < MAX_BLOCKS; i++) {
		struct range *range = &m->ranges[i];

		if (range->there && start < range->start + range->size &&
		    range->start < start + size)
			return range;
	}
	return NULL;
}

static void check(struct model *m, struct request *request, struct outcome *o)
{
	struct range *range = &request->range;
	unsigned int before;

	if (!request->flags_given)
		range->flags = default_flags(range);
	if (range->device)
		check_device(request, o);
	before = o->nr;
	check_geometry(range, o);
	if (o->nr > before)
		return;
	if (request->nid_given && !node_in("possible", request->nid))
		may(o, EINVAL);
	check_increments(m, range, o);
	check_group(range, o);
	if (!range->device && !machine.event_model && (range->flags & FLAG_INACCESSIBLE))
		may(o, EOPNOTSUPP);
	if (!request->unsafe && touches_standby(m, range))
		may(o, EINVAL);
	if (find_overlap(m, range->start, range->size))
		may(o, EEXIST);
}

/* The lowest number that no group has. */
static int new_group(const struct model *m)
{
	int mgid = 0;
	unsigned int i;

	for (i = 0; i < MAX_BLOCKS; i++) {
		if (m->ranges[i].there && m->ranges[i].group && m->ranges[i].mgid == mgid) {
			mgid++;
			i = -1;
		}
	}
	return mgid;
}

static void add_blocks(struct model *m, unsigned int index)
{
	struct range *range = &m->ranges[index];
	unsigned int nr = (range->start - machine.start) / machine.block_size;
	unsigned int last = nr + range->size / machine.block_size;
	unsigned int i;

	for (i = nr; i < last; i++)
		m->blocks[i] = (struct block){ .range = index };
	m->transitions += last - nr;
	/* The kernel stops at the first that does not, and adds all the same. */
	for (i = nr; m->auto_online && i < last; i++) {
		if (block_online(m, i))
			break;
	}
}

void model_add(struct model *m, const char *text, size_t len, struct outcome *o)
{
	struct request request;
	struct range *range = &request.range;
	unsigned int index;
	int err;

	err = request_read(text, len, &request);
	if (err) {
		may(o, err);
		return;
	}
	check(m, &request, o);
	if (o->nr)
		return;
	range->held = range->device || !machine.event_model ||
		      ((range->flags & FLAG_ALTMAP) && machine.altmaps &&
		       !(range->flags & FLAG_INACCESSIBLE) &&
		       all_assigned(m, range->start, range->size));
	if (range->held) {
		err = storage_get(m, range->start, range->size);
		if (err) {
			m->errors[EV_ADD]++;
			may(o, err);
			return;
		}
	}
	for (index = 0; m->ranges[index].there; index++)
		;
	range->nid = request.nid_given ? (int)request.nid : NID_ASK;
	if (range->group)
		range->mgid = new_group(m);
	range->there = true;
	m->ranges[index] = *range;
	m->ok[EV_ADD]++;
	if (range->device)
		m->transitions++;
	else
		add_blocks(m, index);
}

static void remove_blocks(struct model *m, const struct range *range)
{
	unsigned int nr = (range->start - machine.start) / machine.block_size;
	unsigned int last = nr + range->size / machine.block_size;

	for (; nr < last; nr++) {
		/* Prepared, and vetoed behind the module's back. */
		if (m->blocks[nr].held)
			storage_put(m, machine.start + nr * machine.block_size,
				    machine.block_size);
		m->blocks[nr] = (struct block){ .range = -1 };
		m->transitions++;
	}
}

static bool has_online(const struct model *m, const struct range *range)
{
	unsigned int nr = (range->start - machine.start) / machine.block_size;
	unsigned int last = nr + range->size / machine.block_size;

	for (; !range->device && nr < last; nr++) {
		if (m->blocks[nr].online)
			return true;
	}
	return false;
}

void model_remove(struct model *m, const char *text, size_t len, struct outcome *o)
{
	struct word w[] = {
		{ .key = "start", .required = true, .max = ~0ULL },
		{ .key = "size", .required = true, .max = ~0ULL },
	};
	struct range *range, wanted = { 0 };
	int err;

	err = words_read(text, len, w, 2);
	if (err) {
		may(o, err);
		return;
	}
	wanted.start = w[0].value;
	wanted.size = w[1].value;
	check_geometry(&wanted, o);
	if (o->nr)
		return;
	range = find_overlap(m, wanted.start, wanted.size);
	if (!range)
		may(o, ENOENT);
	else if (range->start != wanted.start || range->size != wanted.size)
		may(o, EINVAL);
	else if (has_online(m, range))
		may(o, EBUSY);
	if (o->nr)
		return;
	if (range->device)
		m->transitions++;
	else
		remove_blocks(m, range);
	if (range->held)
		storage_put(m, range->start, range->size);
	range->there = false;
	m->ok[EV_REMOVE]++;
}
