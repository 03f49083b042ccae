// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>

#include "options.h"
#include "totals.h"
#include "util.h"

/* Numbers are UNKNOWN where nobody tells. */
struct totals {
	int64_t by_state[BLOCK_STATES];
	int64_t all;
	int64_t standby_storage;
	int64_t assigned;
	int64_t memmap_system;
	int64_t memmap_saved;
};

static void add_up(const struct model *model, struct totals *t)
{
	int64_t cost = UNKNOWN;
	size_t i;

	*t = (struct totals){ };
	if (model->module)
		cost = model->expected_altmap * model->page_size;
	else
		t->standby_storage = t->assigned = t->memmap_system = t->memmap_saved = UNKNOWN;
	for (i = 0; i < model->nr_blocks; i++) {
		const struct block *block = &model->blocks[i];

		t->all += model->block_size;
		t->by_state[block->state] += model->block_size;
		if (cost == UNKNOWN || !block->storage || block->state == BLOCK_STANDBY)
			continue;
		if (block->memmap == MEMMAP_SYSTEM)
			t->memmap_system += cost;
		else if (block->altmap_pages > 0)
			t->memmap_saved += block->altmap_pages * model->page_size;
	}
	for (i = 0; i < model->nr_increments; i++) {
		if (model->increments[i].state == INCREMENT_RESERVED)
			continue;
		t->standby_storage += model->increment_size;
		if (model->increments[i].state != INCREMENT_STANDBY)
			t->assigned += model->increment_size;
	}
}

/**
 * total_online() - memory that is online
 * @model: the machine
 *
 * Return: bytes, in whole blocks.
 */
uint64_t total_online(const struct model *model)
{
	struct totals t;

	add_up(model, &t);
	return t.by_state[BLOCK_ONLINE];
}

static void line(FILE *f, const char *name, int64_t bytes)
{
	char *text;

	if (bytes == UNKNOWN)
		return;
	text = size_text(bytes, options.bytes);
	fprintf(f, "%-30s%10s\n", name, text);
	free(text);
}

/**
 * totals_print() - print the sums for people; what is not known is left out
 * @model: the machine
 * @f: where to
 */
void totals_print(const struct model *model, FILE *f)
{
	struct totals t;

	add_up(model, &t);
	line(f, "Memory block size:", model->block_size);
	line(f, "Memory in all:", t.all);
	line(f, "  online:", t.by_state[BLOCK_ONLINE]);
	line(f, "  offline:", t.by_state[BLOCK_OFFLINE] + t.by_state[BLOCK_GOING_OFFLINE]);
	if (model->module || model->firmware)
		line(f, "  standby:", t.by_state[BLOCK_STANDBY]);
	if (t.by_state[BLOCK_DEVICE])
		line(f, "  device:", t.by_state[BLOCK_DEVICE]);
	line(f, "Standby storage:", t.standby_storage);
	line(f, "  assigned:", t.assigned);
	line(f, "Its memmap in system memory:", t.memmap_system);
	line(f, "Saved by altmaps:", t.memmap_saved);
}

static void member(FILE *f, const char *name, int64_t number, const char *comma)
{
	fprintf(f, "      \"%s\": ", name);
	if (number == UNKNOWN)
		fprintf(f, "null%s\n", comma);
	else
		fprintf(f, "%" PRId64 "%s\n", number, comma);
}

/**
 * totals_json() - print the sums as a member of an object
 * @model: the machine
 * @f: where to
 */
void totals_json(const struct model *model, FILE *f)
{
	struct totals t;

	add_up(model, &t);
	fputs("   \"summary\": {\n", f);
	member(f, "block-size", model->block_size, ",");
	member(f, "total", t.all, ",");
	member(f, "online", t.by_state[BLOCK_ONLINE], ",");
	member(f, "offline", t.by_state[BLOCK_OFFLINE] + t.by_state[BLOCK_GOING_OFFLINE], ",");
	member(f, "standby", model->module || model->firmware ?
	       t.by_state[BLOCK_STANDBY] : UNKNOWN, ",");
	member(f, "device", t.by_state[BLOCK_DEVICE], ",");
	member(f, "storage", t.standby_storage, ",");
	member(f, "assigned", t.assigned, ",");
	member(f, "memmap-system", t.memmap_system, ",");
	member(f, "memmap-saved", t.memmap_saved, "");
	fputs("   }\n", f);
}
