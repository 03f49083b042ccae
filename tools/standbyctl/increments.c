// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>

#include "columns.h"
#include "model.h"
#include "options.h"
#include "util.h"
#include "verb.h"

struct increment_row {
	const struct model *model;
	const struct increment *incr;
};

static uint64_t start_of(const struct increment_row *row)
{
	return (row->incr->rn - 1) * row->model->increment_size;
}

static void get_rn(const void *p, struct value *value)
{
	const struct increment_row *row = p;

	set_number(value, row->incr->rn);
}

static void get_element(const void *p, struct value *value)
{
	const struct increment_row *row = p;

	if (row->incr->element != UNKNOWN)
		set_number(value, row->incr->element);
}

static void get_range(const void *p, struct value *value)
{
	const struct increment_row *row = p;

	set_own(value, xasprintf("0x%010" PRIx64 "-0x%010" PRIx64, start_of(row),
				 start_of(row) + row->model->increment_size - 1));
}

static void get_size(const void *p, struct value *value)
{
	const struct increment_row *row = p;

	set_number(value, row->model->increment_size);
}

static void get_state(const void *p, struct value *value)
{
	const struct increment_row *row = p;

	set_text(value, increment_state_names[row->incr->state]);
}

static void get_users(const void *p, struct value *value)
{
	const struct increment_row *row = p;

	set_number(value, row->incr->users);
}

static void get_manual(const void *p, struct value *value)
{
	const struct increment_row *row = p;

	set_number(value, row->incr->manual);
}

static void get_blocks(const void *p, struct value *value)
{
	const struct increment_row *row = p;
	uint64_t first = start_of(row) / row->model->block_size;
	uint64_t last = (start_of(row) + row->model->increment_size - 1) / row->model->block_size;

	if (first == last)
		set_own(value, xasprintf("%" PRIu64, first));
	else
		set_own(value, xasprintf("%" PRIu64 "-%" PRIu64, first, last));
}

static const struct column columns[] = {
	{ "RN", COLUMN_NUMBER, true, false, "number, from 1", get_rn },
	{ "ELEMENT", COLUMN_NUMBER, true, false,
	  "storage element; none before it is attached", get_element },
	{ "RANGE", COLUMN_TEXT, true, false, "physical addresses", get_range },
	{ "SIZE", COLUMN_SIZE, false, false, "of an increment", get_size },
	{ "STATE", COLUMN_TEXT, true, false,
	  "reserved (boot), standby, assigned, stuck (not taken back)", get_state },
	{ "USERS", COLUMN_NUMBER, true, false, "blocks that need it now", get_users },
	{ "MANUAL", COLUMN_BOOL, true, false, "assigned by hand", get_manual },
	{ "BLOCK", COLUMN_TEXT, true, false, "memory blocks in it", get_blocks },
};

const struct columns increment_columns = { columns, ARRAY_SIZE(columns), "increments" };

/**
 * verb_increments() - standbyctl increments
 * @n: arguments, of which it takes none
 * @arguments: unused
 *
 * Return: exit status.
 */
int verb_increments(int n __unused, char **arguments __unused)
{
	struct increment_row *rows;
	struct choice shown;
	struct model model;
	size_t i;

	columns_choose(&increment_columns, &shown);
	model_read(&model);
	model_need_module(&model, "increments");
	rows = xcalloc(model.nr_increments, sizeof(*rows));
	for (i = 0; i < model.nr_increments; i++)
		rows[i] = (struct increment_row){ &model, &model.increments[i] };
	columns_print(&increment_columns, &shown, rows, model.nr_increments,
		      sizeof(*rows), stdout);
	free(rows);
	model_free(&model);
	return EXIT_SUCCESS;
}
