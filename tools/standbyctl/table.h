/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module's tables: a line that names the columns, then rows of as many
 * words. Columns are found by name, so that new ones do no harm; a dash is a
 * value that is not there.
 */
#ifndef STANDBYCTL_TABLE_H
#define STANDBYCTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct table - a table that was read
 * @text: everything, cut into words
 * @comment: the line that begins with #, NULL if there is none
 * @names: of the columns
 * @columns: how many
 * @cells: row after row
 * @rows: how many
 */
struct table {
	char *text;
	const char *comment;
	const char **names;
	size_t columns;
	const char **cells;
	size_t rows;
};

bool table_parse(struct table *table, char *text, const char **why);
void table_free(struct table *table);
const char *table_get(const struct table *table, size_t row, const char *name);
bool table_number(const struct table *table, size_t row, const char *name,
		  uint64_t *number);
const char *table_missing(const struct table *table, const char * const *names);

#endif /* STANDBYCTL_TABLE_H */
