// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "util.h"

static size_t cut(char *line, const char ***words, size_t n)
{
	char *word;

	for (word = strtok(line, " \t"); word; word = strtok(NULL, " \t")) {
		*words = xgrow(*words, n, sizeof(**words));
		(*words)[n++] = word;
	}
	return n;
}

/**
 * table_parse() - take a table apart
 * @table: filled in; to be freed also after a failure
 * @text: what was read; belongs to the table from here on
 * @why: set to a reason
 *
 * Return: false if it is no table.
 */
bool table_parse(struct table *table, char *text, const char **why)
{
	char *line, *rest = text;
	size_t n = 0;

	*table = (struct table){ .text = text };
	while ((line = strsep(&rest, "\n"))) {
		size_t before = n;

		if (*line == '#') {
			table->comment = line;
		} else if (!table->columns) {
			table->columns = cut(line, &table->names, 0);
		} else {
			n = cut(line, &table->cells, n);
			if (n == before)
				continue;
			if (n - before != table->columns) {
				*why = "a row has another number of columns than the header";
				return false;
			}
			table->rows++;
		}
	}
	*why = "it has no header";
	return table->columns;
}

/**
 * table_free() - free what table_parse() made
 * @table: the table
 */
void table_free(struct table *table)
{
	free(table->text);
	free(table->names);
	free(table->cells);
	*table = (struct table){ };
}

static size_t column_of(const struct table *table, const char *name)
{
	size_t i;

	for (i = 0; i < table->columns; i++) {
		if (!strcmp(table->names[i], name))
			break;
	}
	return i;
}

/**
 * table_get() - a value
 * @table: the table
 * @row: from 0
 * @name: of the column
 *
 * Return: the word; NULL for a dash, and where there is no such column.
 */
const char *table_get(const struct table *table, size_t row, const char *name)
{
	size_t column = column_of(table, name);
	const char *word;

	if (column == table->columns || row >= table->rows)
		return NULL;
	word = table->cells[row * table->columns + column];
	return strcmp(word, "-") ? word : NULL;
}

/**
 * table_number() - a value that is a number
 * @table: the table
 * @row: from 0
 * @name: of the column
 * @number: set to it; not touched if there is none
 *
 * Return: false if there is none.
 */
bool table_number(const struct table *table, size_t row, const char *name,
		  uint64_t *number)
{
	const char *word = table_get(table, row, name);
	uint64_t value;

	if (!word || !parse_number(word, &value))
		return false;
	*number = value;
	return true;
}

/**
 * table_missing() - whether a table has the columns that are needed
 * @table: the table
 * @names: of the columns, NULL-terminated
 *
 * Return: the first that is not there; NULL if all are.
 */
const char *table_missing(const struct table *table, const char * const *names)
{
	for (; *names; names++) {
		if (column_of(table, *names) == table->columns)
			return *names;
	}
	return NULL;
}
