// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <err.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "options.h"
#include "util.h"

static size_t find(const struct columns *columns, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < columns->n; i++) {
		if (strlen(columns->all[i].name) == len &&
		    !strncasecmp(columns->all[i].name, word, len))
			return i;
	}
	errx(EXIT_FAILURE, "there is no column %.*s; --help names those there are",
	     (int)len, word);
}

/**
 * columns_list() - columns by name
 * @columns: those there are
 * @words: names separated by commas
 * @choice: added to; one that is there already is not added again
 */
void columns_list(const struct columns *columns, const char *words,
		  struct choice *choice)
{
	size_t len, i, column;

	for (; *words; words += len + !!words[len]) {
		len = strcspn(words, ",");
		column = find(columns, words, len);
		for (i = 0; i < choice->n && choice->index[i] != column; i++)
			;
		if (i == choice->n)
			choice->index[choice->n++] = column;
	}
	if (!choice->n)
		errx(EXIT_FAILURE, "no columns");
}

/**
 * columns_choose() - which columns to show, by options and environment
 * @columns: those there are
 * @choice: filled in
 */
void columns_choose(const struct columns *columns, struct choice *choice)
{
	const char *words = options.columns;
	size_t i;

	choice->n = 0;
	if (!words && !options.all_columns)
		words = getenv("STANDBYCTL_COLUMNS");
	if (!words || *words == '+') {
		for (i = 0; i < columns->n; i++) {
			if (options.all_columns || columns->all[i].usual)
				choice->index[choice->n++] = i;
		}
		words = words ? words + 1 : NULL;
	}
	if (words)
		columns_list(columns, words, choice);
}

/* NULL for a value that is not known. */
static char *text_of(const struct column *column, const void *row, bool exact)
{
	struct value value = { };
	char *text = NULL;

	column->get(row, &value);
	if (!value.known)
		return NULL;
	switch (column->type) {
	case COLUMN_TEXT:
		text = value.own ? (char *)value.text : xstrdup(value.text);
		break;
	case COLUMN_NUMBER:
		text = xasprintf("%" PRId64, value.number);
		break;
	case COLUMN_SIZE:
		text = size_text(value.number, exact);
		break;
	case COLUMN_BOOL:
		text = xstrdup(options.json || options.jsonl ?
			       value.number ? "true" : "false" :
			       value.number ? "yes" : "no");
		break;
	}
	return text;
}

/*
 * To libsmartcols true and false are numbers: its own type for them says false
 * where nothing is known.
 */
static int json_type(const struct column *column)
{
	return column->type == COLUMN_TEXT ? SCOLS_JSON_STRING : SCOLS_JSON_NUMBER;
}

static struct libscols_table *new_table(const struct columns *columns,
					const struct choice *choice)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		err(EXIT_FAILURE, "no memory");
	scols_table_set_name(table, columns->name);
	scols_table_enable_json(table, options.json);
	scols_table_enable_export(table, options.pairs);
	scols_table_enable_shellvar(table, options.pairs);
	scols_table_enable_raw(table, options.raw);
	scols_table_enable_noheadings(table, options.noheadings);
	for (i = 0; i < choice->n; i++) {
		const struct column *column = &columns->all[choice->index[i]];
		struct libscols_column *cl;

		cl = scols_table_new_column(table, column->name, 0,
					    column->type == COLUMN_NUMBER ||
					    column->type == COLUMN_SIZE ?
					    SCOLS_FL_RIGHT : 0);
		if (!cl)
			err(EXIT_FAILURE, "no memory");
		scols_column_set_json_type(cl, json_type(column));
	}
	return table;
}

/**
 * columns_print() - print a table the way the options say
 * @columns: those there are
 * @choice: those to show
 * @rows: an array
 * @n: of so many
 * @row_size: bytes of one
 * @f: where to
 */
void columns_print(const struct columns *columns, const struct choice *choice,
		   const void *rows, size_t n, size_t row_size, FILE *f)
{
	struct libscols_table *table = new_table(columns, choice);
	size_t row, i;

	scols_table_set_stream(table, f);
	for (row = 0; row < n; row++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line)
			err(EXIT_FAILURE, "no memory");
		for (i = 0; i < choice->n; i++) {
			char *text = text_of(&columns->all[choice->index[i]],
					     (const char *)rows + row * row_size,
					     options.bytes || options.json);

			/* An empty cell would move the others in a row of words. */
			if (!text && !options.json && !options.pairs)
				text = xstrdup("-");
			if (text && scols_line_refer_data(line, i, text))
				err(EXIT_FAILURE, "no memory");
		}
	}
	if (scols_print_table(table) < 0)
		errx(EXIT_FAILURE, "writing the table failed");
	scols_unref_table(table);
}

/**
 * json_string() - write a string as JSON has it
 * @f: where to
 * @text: the string
 */
void json_string(FILE *f, const char *text)
{
	putc('"', f);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(f, "\\%c", *text);
		else if ((unsigned char)*text < ' ')
			fprintf(f, "\\u%04x", *text);
		else
			putc(*text, f);
	}
	putc('"', f);
}

/**
 * columns_print_line() - print a row as a JSON object on one line
 * @columns: those there are
 * @choice: those to show
 * @row: the row
 * @f: where to
 */
void columns_print_line(const struct columns *columns,
			const struct choice *choice, const void *row, FILE *f)
{
	size_t i;

	for (i = 0; i < choice->n; i++) {
		const struct column *column = &columns->all[choice->index[i]];
		char *text = text_of(column, row, true);
		const char *c;

		fputs(i ? ",\"" : "{\"", f);
		for (c = column->name; *c; c++)
			putc(tolower((unsigned char)*c), f);
		fputs("\":", f);
		if (text && column->type == COLUMN_TEXT)
			json_string(f, text);
		else
			fputs(text ?: "null", f);
		free(text);
	}
	fputs("}\n", f);
}
