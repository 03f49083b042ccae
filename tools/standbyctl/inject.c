// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "model.h"
#include "options.h"
#include "sysroot.h"
#include "util.h"
#include "verb.h"

struct rule_row {
	const struct table *table;
	size_t row;
};

static void get_word(const void *p, const char *name, struct value *value)
{
	const struct rule_row *row = p;

	set_text(value, table_get(row->table, row->row, name));
}

static void get_integer(const void *p, const char *name, struct value *value)
{
	struct value word = { };

	get_word(p, name, &word);
	if (word.known)
		set_number(value, strtoll(word.text, NULL, 0));
}

#define GET(kind, name)							\
static void get_##name(const void *row, struct value *value)		\
{									\
	get_##kind(row, #name, value);					\
}

GET(integer, id)
GET(word, what)
GET(integer, rn)
GET(integer, block)
GET(integer, skip)
GET(integer, times)
GET(integer, errno)
GET(word, response)
GET(integer, delay_ms)
GET(integer, priority)
GET(integer, hits)

static const struct column columns[] = {
	{ "ID", COLUMN_NUMBER, true, false, "number of the rule", get_id },
	{ "WHAT", COLUMN_TEXT, true, false, "firmware call or event", get_what },
	{ "RN", COLUMN_NUMBER, true, false, "of this increment only", get_rn },
	{ "BLOCK", COLUMN_NUMBER, true, false, "of this block only", get_block },
	{ "SKIP", COLUMN_NUMBER, true, false, "so many before it fires", get_skip },
	{ "TIMES", COLUMN_NUMBER, true, false, "it fires, still; none: always", get_times },
	{ "ERRNO", COLUMN_NUMBER, true, false, "it answers with", get_errno },
	{ "RESPONSE", COLUMN_TEXT, true, false, "the firmware answers with", get_response },
	{ "DELAY-MS", COLUMN_NUMBER, true, false, "it waits before", get_delay_ms },
	{ "PRIORITY", COLUMN_NUMBER, true, false,
	  "of a second subscriber that answers", get_priority },
	{ "HITS", COLUMN_NUMBER, true, false, "times it fired", get_hits },
};

const struct columns rule_columns = { columns, ARRAY_SIZE(columns), "rules" };

static void list_rules(const struct choice *shown)
{
	static const char * const needed[] = {
		"id", "what", "rn", "block", "skip", "times", "errno", "response",
		"delay_ms", "priority", "hits", NULL
	};
	struct rule_row *rows;
	struct table t;
	size_t i;

	module_table(&t, "inject", needed);
	rows = xcalloc(t.rows, sizeof(*rows));
	for (i = 0; i < t.rows; i++)
		rows[i] = (struct rule_row){ &t, i };
	if (t.rows || options.json)
		columns_print(&rule_columns, shown, rows, t.rows, sizeof(*rows), stdout);
	else
		puts("no fault rules");
	free(rows);
	table_free(&t);
}

/**
 * verb_inject() - standbyctl inject
 * @n: arguments
 * @arguments: words of a rule, or clear; none to list
 *
 * Return: exit status.
 */
int verb_inject(int n, char **arguments)
{
	struct choice shown;
	struct model model;
	char *text, *more, *line;
	int error, i;

	columns_choose(&rule_columns, &shown);
	model_read(&model);
	model_need_module(&model, "inject");
	model_free(&model);
	if (!n) {
		list_rules(&shown);
		return EXIT_SUCCESS;
	}
	text = xstrdup(arguments[0]);
	for (i = 1; i < n; i++) {
		more = xasprintf("%s %s", text, arguments[i]);
		free(text);
		text = more;
	}
	if (options.dry_run) {
		printf("echo '%s' > " SYS_MODULE "/inject\n", text);
		error = 0;
	} else {
		error = sys_write(SYS_MODULE "/inject", text);
	}
	free(text);
	if (!error)
		return EXIT_SUCCESS;
	line = sys_line(SYS_MODULE "/last_error");
	warnx("inject: %s%s%s", strerror(-error), line && *line ? ": " : "", line ?: "");
	free(line);
	return EXIT_FAILURE;
}
