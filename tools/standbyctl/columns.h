/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Columns of the tables that verbs print. One table of columns drives the
 * output, the types in JSON, --help, the manual page and the completion.
 */
#ifndef STANDBYCTL_COLUMNS_H
#define STANDBYCTL_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum column_type { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_SIZE, COLUMN_BOOL };

/**
 * struct value - what a column says about a row
 * @known: there is a value
 * @number: of one that is no text; 0 or 1 for a bool
 * @text: of one that is
 * @own: @text is to be freed
 */
struct value {
	bool known;
	int64_t number;
	const char *text;
	bool own;
};

/**
 * struct column - a column
 * @name: heading, word for --output and, in lower case, key in JSON
 * @type: of its values
 * @usual: it is shown where no other columns are asked for
 * @splits: rows are merged only where it is the same
 * @help: one line
 * @get: fills in a zeroed value
 */
struct column {
	const char *name;
	enum column_type type;
	bool usual;
	bool splits;
	const char *help;
	void (*get)(const void *row, struct value *value);
};

/**
 * struct columns - the columns of a table
 * @all: of them
 * @n: how many
 * @name: of the array in JSON
 */
struct columns {
	const struct column *all;
	size_t n;
	const char *name;
};

/**
 * struct choice - which columns are shown
 * @index: into columns->all, in the order they are shown
 * @n: how many
 */
struct choice {
	size_t index[64];
	size_t n;
};

extern const struct columns list_columns, increment_columns, event_columns,
	rule_columns;

void columns_choose(const struct columns *columns, struct choice *choice);
void columns_list(const struct columns *columns, const char *words,
		  struct choice *choice);
void columns_print(const struct columns *columns, const struct choice *choice,
		   const void *rows, size_t n, size_t row_size, FILE *f);
void columns_print_line(const struct columns *columns,
			const struct choice *choice, const void *row, FILE *f);
void json_string(FILE *f, const char *text);

static inline void set_number(struct value *value, int64_t number)
{
	value->known = true;
	value->number = number;
}

static inline void set_text(struct value *value, const char *text)
{
	value->known = text;
	value->text = text;
}

/* The value frees it. */
static inline void set_own(struct value *value, char *text)
{
	set_text(value, text);
	value->own = true;
}

#endif /* STANDBYCTL_COLUMNS_H */
