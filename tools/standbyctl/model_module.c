// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "sysroot.h"
#include "util.h"

/* The version of the debugfs files that this program reads. */
#define MODULE_VERSION	"1"

const char * const increment_state_names[INCREMENT_STATES] = {
	[INCREMENT_RESERVED] = "reserved",
	[INCREMENT_STANDBY] = "standby",
	[INCREMENT_ASSIGNED] = "assigned",
	[INCREMENT_STUCK] = "stuck",
};

/**
 * module_table() - read a table of the module; the program ends if it cannot
 * @table: filled in
 * @name: of the file in debugfs
 * @needed: columns that must be there, NULL-terminated
 */
void module_table(struct table *table, const char *name,
		  const char * const *needed)
{
	char *text = sys_read(SYS_MODULE "/%s", name);
	const char *missing, *why;

	if (!text)
		err(EXIT_FAILURE, "%s%s/%s", sysroot, SYS_MODULE, name);
	if (!table_parse(table, text, &why))
		errx(EXIT_FAILURE, SYS_MODULE "/%s: %s", name, why);
	missing = table_missing(table, needed);
	if (missing)
		errx(EXIT_FAILURE, SYS_MODULE "/%s has no column %s: this is not the standbyctl that came with the module",
		     name, missing);
}

static int64_t feature_number(const struct model *model, const char *name)
{
	char *value = model_feature(model, name);
	uint64_t number;

	if (!value || !parse_number(value, &number))
		errx(EXIT_FAILURE, SYS_MODULE "/features: no number %s", name);
	free(value);
	return number;
}

static bool feature_is(const struct model *model, const char *name, const char *want)
{
	char *value = model_feature(model, name);
	bool is = value && !strcmp(value, want);

	free(value);
	return is;
}

static void read_features(struct model *model)
{
	model->features = sys_read(SYS_MODULE "/features");
	if (!model->features)
		err(EXIT_FAILURE, "%s%s/features", sysroot, SYS_MODULE);
	model->page_size = feature_number(model, "page_size");
	model->struct_page_size = feature_number(model, "struct_page_size");
	model->increment_size = feature_number(model, "increment_size");
	model->expected_altmap = feature_number(model, "altmap_pages");
	model->drives = feature_is(model, "drives", "yes");
	model->prepares = feature_is(model, "model", "event");
	if (!model->increment_size || model->page_size <= 0)
		errx(EXIT_FAILURE, SYS_MODULE "/features: a size is 0");
}

static void read_ranges(struct model *model)
{
	static const char * const needed[] = {
		"start", "size", "state", "flags", "nid", "type", "memmap",
		"altmap_nr_pages", NULL
	};
	struct table t;
	size_t i;

	module_table(&t, "ranges", needed);
	model->ranges = xcalloc(t.rows, sizeof(*model->ranges));
	for (i = 0; i < t.rows; i++) {
		struct range *range = &model->ranges[i];
		uint64_t number;

		range->node = UNKNOWN;
		range->altmap_pages = UNKNOWN;
		table_number(&t, i, "start", &range->start);
		table_number(&t, i, "size", &range->size);
		if (table_number(&t, i, "nid", &number))
			range->node = number;
		if (table_number(&t, i, "altmap_nr_pages", &number))
			range->altmap_pages = number;
		range->memmap = memmap_parse(table_get(&t, i, "memmap"));
		range->state = table_get(&t, i, "state");
		range->flags = table_get(&t, i, "flags");
		range->type = table_get(&t, i, "type");
	}
	model->nr_ranges = t.rows;
	/* The strings are in there. */
	model_keep(model, t.text);
	t.text = NULL;
	table_free(&t);
}

static void read_increments(struct model *model)
{
	static const char * const needed[] = {
		"rn", "element", "state", "users", "manual", NULL
	};
	struct table t;
	size_t i, state;

	module_table(&t, "increments", needed);
	model->increments = xcalloc(t.rows, sizeof(*model->increments));
	for (i = 0; i < t.rows; i++) {
		struct increment *incr = &model->increments[i];
		const char *word = table_get(&t, i, "state");
		uint64_t number;

		incr->rn = table_number(&t, i, "rn", &number) ? number : 0;
		incr->element = table_number(&t, i, "element", &number) ?
				(int)number : UNKNOWN;
		incr->users = table_number(&t, i, "users", &number) ? number : 0;
		incr->manual = table_number(&t, i, "manual", &number) && number;
		for (state = 0; state < INCREMENT_STATES; state++) {
			if (word && !strcmp(word, increment_state_names[state]))
				break;
		}
		if (state == INCREMENT_STATES || !incr->rn)
			errx(EXIT_FAILURE, SYS_MODULE "/increments: row %zu is not understood",
			     i + 1);
		incr->state = state;
	}
	model->nr_increments = t.rows;
	table_free(&t);
}

static bool is_standby(const struct increment *incr)
{
	return incr->state != INCREMENT_RESERVED;
}

/* Storage whose blocks the kernel does not have, all of whose increments exist. */
static void add_standby_blocks(struct model *model)
{
	uint64_t mask = model->block_size - 1, start, next = 0;
	size_t i;

	for (i = 0; i < model->nr_increments; i++) {
		const struct increment *incr = &model->increments[i];
		uint64_t address = (incr->rn - 1) * model->increment_size;
		uint64_t end = address + model->increment_size;

		if (!is_standby(incr)) {
			next = end;
			continue;
		}
		/* A block may begin in an increment before this one. */
		if (!i || model->increments[i - 1].rn != incr->rn - 1 ||
		    !is_standby(&model->increments[i - 1]))
			next = (address + mask) & ~mask;
		for (start = next; start + model->block_size <= end;
		     start += model->block_size)
			model_add_block(model, start / model->block_size)->storage = true;
		next = start;
	}
}

static void complete_block(struct model *model, struct block *block)
{
	uint64_t start = block->id * model->block_size;
	const struct range *range = model_range_at(model, start);
	size_t i;

	block->rn_first = start / model->increment_size + 1;
	block->rn_last = (start + model->block_size - 1) / model->increment_size + 1;
	block->assigned = 0;
	/* Sorted by number, and without gaps but on odd machines. */
	i = block->rn_first - 1 < model->nr_increments ? block->rn_first - 1 : model->nr_increments;
	while (i && model->increments[i - 1].rn >= block->rn_first)
		i--;
	for (; i < model->nr_increments && model->increments[i].rn <= block->rn_last; i++)
		block->assigned += model->increments[i].state == INCREMENT_ASSIGNED ||
				   model->increments[i].state == INCREMENT_STUCK ||
				   model->increments[i].state == INCREMENT_RESERVED;
	if (!range)
		return;
	block->owner = "mhp_standby";
	block->flags = range->flags;
	if (block->state == BLOCK_STANDBY && range->type && !strcmp(range->type, "device")) {
		block->state = BLOCK_DEVICE;
		block->node = range->node;
		block->memmap = range->memmap;
	}
}

static void read_blocks(struct model *model)
{
	static const char * const needed[] = {
		"block", "owner", "flags", "altmap_nr_pages", "memmap", "onlined",
		"offlined", "failed", "last", NULL
	};
	struct block *block;
	struct table t;
	uint64_t number;
	size_t i;

	module_table(&t, "blocks", needed);
	for (i = 0; i < t.rows; i++) {
		if (!table_number(&t, i, "block", &number))
			continue;
		/* Gone since the folders were read, or to come. */
		block = model_block(model, number);
		if (!block || block->state == BLOCK_STANDBY)
			continue;
		block->owner = table_get(&t, i, "owner") ?: block->owner;
		block->flags = table_get(&t, i, "flags");
		block->last = table_get(&t, i, "last");
		block->memmap = memmap_parse(table_get(&t, i, "memmap")) ?: block->memmap;
		if (block->memmap && table_number(&t, i, "altmap_nr_pages", &number))
			block->altmap_pages = number;
		block->counts = table_number(&t, i, "onlined", &block->onlined) &&
				table_number(&t, i, "offlined", &block->offlined) &&
				table_number(&t, i, "failed", &block->failed);
	}
	model_keep(model, t.text);
	t.text = NULL;
	table_free(&t);
}

/* Of blocks without an event yet, and of those of the kernel. */
static void read_memmaps(struct model *model)
{
	static const char * const needed[] = { "block", "mapped", "inside", NULL };
	uint64_t id, mapped, inside;
	struct block *block;
	struct table t;
	size_t i;

	module_table(&t, "memmap", needed);
	for (i = 0; i < t.rows; i++) {
		if (!table_number(&t, i, "block", &id) ||
		    !table_number(&t, i, "mapped", &mapped) ||
		    !table_number(&t, i, "inside", &inside) || !mapped)
			continue;
		block = model_block(model, id);
		if (!block || block->state == BLOCK_STANDBY || block->memmap)
			continue;
		block->memmap = inside == mapped ? MEMMAP_BLOCK :
				inside ? MEMMAP_MIXED : MEMMAP_SYSTEM;
		block->altmap_pages = inside;
	}
	table_free(&t);
}

/* Memory that was there at boot has its memmap there, too. */
static void complete_boot_memory(struct model *model)
{
	size_t i;

	for (i = 0; i < model->nr_blocks; i++) {
		struct block *block = &model->blocks[i];

		if (block->storage || block->memmap)
			continue;
		block->memmap = MEMMAP_SYSTEM;
		block->altmap_pages = 0;
	}
}

static bool tables_are_here(struct model *model)
{
	char *version;

	if (model_without_module)
		return false;
	if (!sys_exists(SYS_MODULE)) {
		if (sys_exists("/sys/module/mhp_standby"))
			model->why_no_module = sys_exists("/sys/kernel/debug/tracing") ||
				sys_exists("/sys/kernel/debug/sleep_time") ||
				sys_exists("/sys/kernel/debug/memblock") ?
				"its folder is not in debugfs: is the kernel locked down?" :
				"its tables are not to be seen: become root, and mount -t debugfs debugfs /sys/kernel/debug";
		return false;
	}
	version = sys_line(SYS_MODULE "/version");
	if (!version && (errno == EACCES || errno == EPERM)) {
		model->why_no_module = "its tables may not be read: become root";
		return false;
	}
	if (!version)
		errx(EXIT_FAILURE, "the module is older than this program, its tables have no version: update it, or look without it (--no-module)");
	if (strcmp(version, MODULE_VERSION))
		errx(EXIT_FAILURE, "the module's tables have version %s, this program reads version " MODULE_VERSION ": take the standbyctl that came with the module, or look without it (--no-module)",
		     version);
	free(version);
	return true;
}

/**
 * model_read_module() - what the module knows about blocks and storage
 * @model: with the blocks of sysfs and firmware; completed
 */
void model_read_module(struct model *model)
{
	size_t i;

	model->module = tables_are_here(model);
	if (!model->module)
		return;
	read_features(model);
	read_ranges(model);
	read_increments(model);
	add_standby_blocks(model);
	for (i = 0; i < model->nr_blocks; i++)
		complete_block(model, &model->blocks[i]);
	read_blocks(model);
	if (model->drives)
		read_memmaps(model);
	complete_boot_memory(model);
}
