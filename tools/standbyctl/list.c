// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "model.h"
#include "options.h"
#include "totals.h"
#include "util.h"
#include "verb.h"

/**
 * struct list_row - blocks that follow each other
 * @model: they are of
 * @first: of them
 * @n: how many
 */
struct list_row {
	const struct model *model;
	const struct block *first;
	size_t n;
};

static void get_range(const void *p, struct value *value)
{
	const struct list_row *row = p;
	uint64_t start = row->first->id * row->model->block_size;

	set_own(value, xasprintf("0x%010" PRIx64 "-0x%010" PRIx64, start,
				 start + row->n * row->model->block_size - 1));
}

static void get_size(const void *p, struct value *value)
{
	const struct list_row *row = p;

	set_number(value, row->n * row->model->block_size);
}

static void get_state(const void *p, struct value *value)
{
	const struct list_row *row = p;

	set_text(value, block_state_names[row->first->state]);
}

static void get_zone(const void *p, struct value *value)
{
	const struct list_row *row = p;

	set_text(value, row->first->zone);
}

static void get_valid_zones(const void *p, struct value *value)
{
	const struct list_row *row = p;

	set_text(value, row->first->valid_zones);
}

static void get_node(const void *p, struct value *value)
{
	const struct list_row *row = p;

	if (row->first->node != UNKNOWN)
		set_number(value, row->first->node);
}

static void get_block(const void *p, struct value *value)
{
	const struct list_row *row = p;
	uint64_t id = row->first->id;

	if (row->n == 1)
		set_own(value, xasprintf("%" PRIu64, id));
	else
		set_own(value, xasprintf("%" PRIu64 "-%" PRIu64, id, id + row->n - 1));
}

static void get_owner(const void *p, struct value *value)
{
	const struct list_row *row = p;

	set_text(value, row->first->owner);
}

static void get_flags(const void *p, struct value *value)
{
	const struct list_row *row = p;

	set_text(value, row->first->flags);
}

static void get_configured(const void *p, struct value *value)
{
	const struct list_row *row = p;

	set_number(value, row->first->state != BLOCK_STANDBY);
}

static void get_storage(const void *p, struct value *value)
{
	const struct list_row *row = p;

	/* sysfs alone does not tell. */
	if (row->model->module)
		set_number(value, row->first->storage);
}

static void get_memmap(const void *p, struct value *value)
{
	const struct list_row *row = p;

	set_text(value, memmap_names[row->first->memmap]);
}

/* Sum over the blocks; not known if it is not of one. */
static void sum(const struct list_row *row, struct value *value,
		int64_t (*get)(const struct list_row *row, const struct block *block))
{
	int64_t all = 0, one;
	size_t i;

	for (i = 0; i < row->n; i++) {
		one = get(row, &row->first[i]);
		if (one == UNKNOWN)
			return;
		all += one;
	}
	set_number(value, all);
}

static int64_t altmap_pages(const struct list_row *row __unused, const struct block *block)
{
	return block->altmap_pages;
}

static int64_t altmap_bytes(const struct list_row *row, const struct block *block)
{
	if (block->altmap_pages == UNKNOWN)
		return UNKNOWN;
	/* None is none, whatever the size of a page. */
	if (!block->altmap_pages)
		return 0;
	return row->model->page_size == UNKNOWN ? UNKNOWN :
	       block->altmap_pages * row->model->page_size;
}

static int64_t usable_bytes(const struct list_row *row, const struct block *block)
{
	int64_t altmap = altmap_bytes(row, block);

	return altmap == UNKNOWN ? UNKNOWN : (int64_t)row->model->block_size - altmap;
}

static int64_t onlined(const struct list_row *row __unused, const struct block *block)
{
	return block->counts ? (int64_t)block->onlined : UNKNOWN;
}

static int64_t offlined(const struct list_row *row __unused, const struct block *block)
{
	return block->counts ? (int64_t)block->offlined : UNKNOWN;
}

static int64_t failed(const struct list_row *row __unused, const struct block *block)
{
	return block->counts ? (int64_t)block->failed : UNKNOWN;
}

#define GET_SUM(name)							\
static void get_##name(const void *p, struct value *value)		\
{									\
	sum(p, value, name);						\
}

GET_SUM(altmap_pages)
GET_SUM(altmap_bytes)
GET_SUM(usable_bytes)
GET_SUM(onlined)
GET_SUM(offlined)
GET_SUM(failed)

static void get_altmap_pfn(const void *p, struct value *value)
{
	const struct list_row *row = p;

	if (row->first->altmap_pages > 0 && row->model->page_size != UNKNOWN)
		set_number(value, row->first->id *
			   (row->model->block_size / row->model->page_size));
}

static void get_increments(const void *p, struct value *value)
{
	const struct list_row *row = p;
	unsigned int first = row->first->rn_first, last = row->first[row->n - 1].rn_last;

	if (!first)
		return;
	if (first == last)
		set_own(value, xasprintf("%u", first));
	else
		set_own(value, xasprintf("%u-%u", first, last));
}

/* Not a sum over the blocks: several may be in one increment. */
static void get_assigned(const void *p, struct value *value)
{
	const struct list_row *row = p;
	const struct model *model = row->model;
	int64_t n = 0;
	size_t i;

	if (!row->first->rn_first)
		return;
	for (i = 0; i < model->nr_increments; i++) {
		const struct increment *incr = &model->increments[i];

		n += incr->rn >= row->first->rn_first &&
		     incr->rn <= row->first[row->n - 1].rn_last &&
		     incr->state != INCREMENT_STANDBY;
	}
	set_number(value, n);
}

static void get_last(const void *p, struct value *value)
{
	const struct list_row *row = p;

	set_text(value, row->first->last);
}

static const struct column columns[] = {
	{ "RANGE", COLUMN_TEXT, true, false, "physical addresses", get_range },
	{ "SIZE", COLUMN_SIZE, true, false, "of the blocks", get_size },
	{ "STATE", COLUMN_TEXT, true, true,
	  "online, offline, going-offline, device, standby (not added)", get_state },
	{ "ZONE", COLUMN_TEXT, true, true, "an online block is in", get_zone },
	{ "VALID-ZONES", COLUMN_TEXT, false, true,
	  "an offline block may go to", get_valid_zones },
	{ "NODE", COLUMN_NUMBER, true, true, "NUMA node", get_node },
	{ "BLOCK", COLUMN_TEXT, true, false, "N of memoryN in sysfs", get_block },
	{ "OWNER", COLUMN_TEXT, true, true,
	  "who added it: mhp_standby or kernel", get_owner },
	{ "FLAGS", COLUMN_TEXT, false, true, "it was added with", get_flags },
	{ "CONFIGURED", COLUMN_BOOL, false, true, "the kernel has it", get_configured },
	{ "STORAGE", COLUMN_BOOL, false, true,
	  "standby storage, not memory of the boot", get_storage },
	{ "MEMMAP", COLUMN_TEXT, true, true,
	  "where its struct pages are: block, system, mixed", get_memmap },
	{ "ALTMAP", COLUMN_SIZE, true, false,
	  "of the block, taken by its own memmap", get_altmap_bytes },
	{ "ALTMAP-PAGES", COLUMN_NUMBER, false, false, "the same in pages", get_altmap_pages },
	{ "ALTMAP-PFN", COLUMN_NUMBER, false, false,
	  "first page frame of the first altmap", get_altmap_pfn },
	{ "USABLE", COLUMN_SIZE, true, false, "size less altmap", get_usable_bytes },
	{ "INCREMENTS", COLUMN_TEXT, true, false, "rn of its storage", get_increments },
	{ "ASSIGNED", COLUMN_NUMBER, false, false,
	  "how many of those are assigned", get_assigned },
	{ "ONLINED", COLUMN_NUMBER, false, false, "times it went online", get_onlined },
	{ "OFFLINED", COLUMN_NUMBER, false, false, "times it went offline", get_offlined },
	{ "FAILED", COLUMN_NUMBER, false, false, "times it could not", get_failed },
	{ "LAST", COLUMN_TEXT, false, true,
	  "time of the last event, as in the kernel log", get_last },
};

const struct columns list_columns = { columns, ARRAY_SIZE(columns), "memory" };

static bool same(const struct model *model, const struct choice *split,
		 const struct block *a, const struct block *b)
{
	const struct list_row row_a = { model, a, 1 }, row_b = { model, b, 1 };
	bool is = a->id + 1 == b->id;
	size_t i;

	for (i = 0; is && i < split->n; i++) {
		struct value va = { }, vb = { };

		columns[split->index[i]].get(&row_a, &va);
		columns[split->index[i]].get(&row_b, &vb);
		is = va.known == vb.known && va.number == vb.number &&
		     (!va.text || !strcmp(va.text, vb.text));
		if (va.own)
			free((char *)va.text);
		if (vb.own)
			free((char *)vb.text);
	}
	return is;
}

/* Shown columns that split, unless --split names others. */
static void choose_split(const struct choice *shown, struct choice *split)
{
	size_t i;

	split->n = 0;
	if (options.split) {
		if (strcmp(options.split, "none"))
			columns_list(&list_columns, options.split, split);
		return;
	}
	for (i = 0; i < shown->n; i++) {
		if (columns[shown->index[i]].splits)
			split->index[split->n++] = shown->index[i];
	}
}

static void print_rows(const struct model *model, FILE *f)
{
	struct list_row *rows = NULL;
	struct choice shown, split;
	size_t i, n = 0;

	columns_choose(&list_columns, &shown);
	choose_split(&shown, &split);
	for (i = 0; i < model->nr_blocks; i++) {
		const struct block *block = &model->blocks[i];

		if (n && !options.all && same(model, &split, block - 1, block)) {
			rows[n - 1].n++;
			continue;
		}
		rows = xgrow(rows, n, sizeof(*rows));
		rows[n++] = (struct list_row){ model, block, 1 };
	}
	columns_print(&list_columns, &shown, rows, n, sizeof(*rows), f);
	free(rows);
}

/*
 * libsmartcols writes an object with one table in it. Version and sums go into
 * the same object.
 */
static void print_json(const struct model *model)
{
	char *text = NULL, *end;
	size_t size;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		err(EXIT_FAILURE, "no memory");
	print_rows(model, f);
	if (fclose(f))
		err(EXIT_FAILURE, "no memory");
	end = strrchr(text, '}');
	if (*text != '{' || !end)
		errx(EXIT_FAILURE, "libsmartcols wrote no JSON object");
	while (end > text && (end[-1] == '\n' || end[-1] == ' '))
		end--;
	*end = '\0';
	printf("{\n   \"version\": 1,%s,\n", text + 1);
	free(text);
	totals_json(model, stdout);
	puts("}");
}

/**
 * verb_list() - standbyctl list
 * @n: arguments, of which it takes none
 * @arguments: unused
 *
 * Return: exit status.
 */
int verb_list(int n __unused, char **arguments __unused)
{
	bool words = options.pairs || options.raw;
	const char *summary = options.summary ?: words ? "never" : "always";
	struct model model;

	model_read(&model);
	if (options.json) {
		print_json(&model);
	} else {
		if (strcmp(summary, "only"))
			print_rows(&model, stdout);
		if (!strcmp(summary, "always"))
			putchar('\n');
		if (strcmp(summary, "never"))
			totals_print(&model, stdout);
	}
	if (model.why_no_module)
		warnx("the module is loaded, but %s", model.why_no_module);
	model_free(&model);
	return EXIT_SUCCESS;
}
