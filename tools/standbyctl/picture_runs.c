// SPDX-License-Identifier: GPL-2.0-only
/*
 * Increments by storage element: runs of the same state, as a table or a tree.
 */
#include <err.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdlib.h>

#include "picture.h"
#include "util.h"

/* Increments from here on that are in the same element and state. */
static size_t run_at(const struct model *model, size_t i)
{
	const struct increment *incr = &model->increments[i];
	size_t n = 1;

	while (i + n < model->nr_increments && incr[n].rn == incr->rn + n &&
	       incr[n].element == incr->element && incr[n].state == incr->state)
		n++;
	return n;
}

static void set(struct libscols_line *line, size_t column, char *text)
{
	if (!line || scols_line_refer_data(line, column, text))
		err(EXIT_FAILURE, "no memory");
}

static void set_run(struct libscols_line *line, size_t column, const struct model *model,
		    size_t i, size_t n)
{
	const struct increment *incr = &model->increments[i];
	uint64_t start = (incr->rn - 1) * model->increment_size;

	set(line, column++, n == 1 ? xasprintf("%u", incr->rn) :
	    xasprintf("%u-%u", incr->rn, incr->rn + (unsigned int)n - 1));
	set(line, column++, xasprintf("0x%010" PRIx64 "-0x%010" PRIx64, start,
				      start + n * model->increment_size - 1));
	set(line, column++, size_text(n * model->increment_size, false));
	set(line, column++, xstrdup(increment_state_names[incr->state]));
}

static char *element_name(int element)
{
	return element == UNKNOWN ? xstrdup("not attached") : xasprintf("%d", element);
}

static struct libscols_table *new_table(const char * const *names, size_t n, bool tree)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		err(EXIT_FAILURE, "no memory");
	for (i = 0; i < n; i++) {
		if (!scols_table_new_column(table, names[i], 0, !i && tree ? SCOLS_FL_TREE : 0))
			err(EXIT_FAILURE, "no memory");
	}
	return table;
}

/**
 * picture_runs() - print increments as a table, a row for each run
 * @model: the machine
 */
void picture_runs(const struct model *model)
{
	static const char * const names[] = { "ELEMENT", "RN", "RANGE", "SIZE", "STATE" };
	struct libscols_table *table = new_table(names, ARRAY_SIZE(names), false);
	size_t i, n;

	for (i = 0; i < model->nr_increments; i += n) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		n = run_at(model, i);
		set(line, 0, element_name(model->increments[i].element));
		set_run(line, 1, model, i, n);
	}
	scols_print_table(table);
	scols_unref_table(table);
}

/**
 * picture_tree() - print increments as a tree below their storage elements
 * @model: the machine
 */
void picture_tree(const struct model *model)
{
	static const char * const names[] = { "ELEMENT", "RANGE", "SIZE", "STATE" };
	struct libscols_table *table = new_table(names, ARRAY_SIZE(names), true);
	struct libscols_line *parent = NULL;
	int element = UNKNOWN - 1;
	size_t i, n;

	for (i = 0; i < model->nr_increments; i += n) {
		struct libscols_line *line;

		if (model->increments[i].element != element) {
			element = model->increments[i].element;
			parent = scols_table_new_line(table, NULL);
			set(parent, 0, element == UNKNOWN ? xstrdup("not attached") :
			    xasprintf("element %d", element));
		}
		n = run_at(model, i);
		line = scols_table_new_line(table, parent);
		set_run(line, 0, model, i, n);
	}
	scols_print_table(table);
	scols_unref_table(table);
}
