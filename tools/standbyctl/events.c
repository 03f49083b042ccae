// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"
#include "model.h"
#include "options.h"
#include "sysroot.h"
#include "util.h"
#include "verb.h"

/* How often --follow looks, in microseconds. */
#define FOLLOW_US	200000

struct event_row {
	const struct table *table;
	size_t row;
};

static void get_word(const struct event_row *row, const char *name, struct value *value)
{
	const char *word = table_get(row->table, row->row, name);

	/* Three dots are what is not over yet. */
	if (word && strcmp(word, "..."))
		set_text(value, word);
}

static void get_integer(const struct event_row *row, const char *name, struct value *value)
{
	struct value word = { };

	get_word(row, name, &word);
	if (word.known)
		set_number(value, strtoll(word.text, NULL, 0));
}

#define GET(kind, name, column)						\
static void get_##name(const void *row, struct value *value)		\
{									\
	get_##kind(row, column, value);					\
}

GET(integer, seq, "seq")
GET(word, time, "time")
GET(word, event, "event")
GET(word, by, "by")
GET(integer, block, "block")
GET(integer, start_pfn, "start_pfn")
GET(integer, nr_pages, "nr_pages")
GET(integer, altmap_pfn, "altmap_start_pfn")
GET(integer, altmap_pages, "altmap_nr_pages")
GET(integer, rn, "rn")
GET(integer, element, "element")
GET(word, response, "response")
GET(integer, errno, "errno")
GET(integer, ns, "ns")
GET(word, flags, "flags")

static void get_result(const void *row, struct value *value)
{
	struct value number = { };
	const char *name;

	get_integer(row, "errno", &number);
	if (!number.known)
		return;
	name = number.number ? strerrorname_np(-number.number) : "OK";
	if (name)
		set_text(value, name);
	else
		set_own(value, xasprintf("%" PRId64, number.number));
}

static const struct column columns[] = {
	{ "SEQ", COLUMN_NUMBER, true, false, "number since the module was loaded", get_seq },
	{ "TIME", COLUMN_TEXT, true, false, "as in the kernel log", get_time },
	{ "EVENT", COLUMN_TEXT, true, false,
	  "MEM_* of the notifier chain, ADD, REMOVE, or a firmware call", get_event },
	{ "BY", COLUMN_TEXT, false, false,
	  "subscriber that saw it: main, or prio:N of a fault rule", get_by },
	{ "BLOCK", COLUMN_NUMBER, true, false, "memory block", get_block },
	{ "START-PFN", COLUMN_NUMBER, false, false, "first page frame", get_start_pfn },
	{ "PAGES", COLUMN_NUMBER, true, false, "how many", get_nr_pages },
	{ "ALTMAP-PFN", COLUMN_NUMBER, false, false,
	  "first page frame of the altmap", get_altmap_pfn },
	{ "ALTMAP-PAGES", COLUMN_NUMBER, true, false, "how many", get_altmap_pages },
	{ "RN", COLUMN_NUMBER, true, false, "increment of a firmware call", get_rn },
	{ "ELEMENT", COLUMN_NUMBER, false, false,
	  "storage element of a firmware call", get_element },
	{ "RESPONSE", COLUMN_TEXT, true, false, "of the firmware", get_response },
	{ "RESULT", COLUMN_TEXT, true, false, "OK or the name of an errno", get_result },
	{ "ERRNO", COLUMN_NUMBER, false, false, "0 or a negative errno", get_errno },
	{ "NS", COLUMN_NUMBER, true, false, "how long it took", get_ns },
	{ "FLAGS", COLUMN_TEXT, true, false, "unpaired, unwind, manual, injected", get_flags },
};

const struct columns event_columns = { columns, ARRAY_SIZE(columns), "events" };

static volatile sig_atomic_t stop;

static void on_signal(int number __unused)
{
	stop = 1;
}

static void read_events(struct table *table)
{
	static const char * const needed[] = {
		"seq", "time", "event", "by", "block", "start_pfn", "nr_pages",
		"altmap_start_pfn", "altmap_nr_pages", "rn", "element", "response",
		"errno", "ns", "flags", NULL
	};

	module_table(table, "events", needed);
}

/*
 * Prints the rows from *next on that are over, and says which comes then. Rows
 * are printed in their order, so one that is not over holds up those behind it.
 */
static void print_from(const struct table *table, const struct choice *shown,
		       uint64_t *next, bool follow)
{
	struct event_row *rows = NULL;
	uint64_t seq;
	size_t i, n = 0;

	for (i = 0; i < table->rows; i++) {
		const char *result = table_get(table, i, "errno");

		if (!table_number(table, i, "seq", &seq) || seq < *next)
			continue;
		if (follow && result && !strcmp(result, "..."))
			break;
		if (follow && seq > *next && *next)
			warnx("%" PRIu64 " events went by unseen", seq - *next);
		*next = seq + 1;
		rows = xgrow(rows, n, sizeof(*rows));
		rows[n++] = (struct event_row){ table, i };
	}
	if (options.jsonl) {
		for (i = 0; i < n; i++)
			columns_print_line(&event_columns, shown, &rows[i], stdout);
	} else if (n || !follow) {
		columns_print(&event_columns, shown, rows, n, sizeof(*rows), stdout);
	}
	free(rows);
	if (fflush(stdout))
		err(EXIT_FAILURE, "stdout");
}

static void follow(const struct choice *shown)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct table table;
	uint64_t next = 0;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	do {
		read_events(&table);
		print_from(&table, shown, &next, true);
		table_free(&table);
		/* Headings once. */
		options.noheadings = true;
	} while (!stop && (usleep(FOLLOW_US), !stop));
}

/**
 * verb_events() - standbyctl events
 * @n: arguments, of which it takes none
 * @arguments: unused
 *
 * Return: exit status.
 */
int verb_events(int n __unused, char **arguments __unused)
{
	struct choice shown;
	struct table table;
	struct model model;
	uint64_t next = 0;
	int error;

	if (options.follow && options.json)
		errx(EXIT_FAILURE, "--follow writes no JSON document, as it has no end: take --jsonl");
	columns_choose(&event_columns, &shown);
	model_read(&model);
	model_need_module(&model, "events");
	model_free(&model);
	if (options.clear) {
		error = sys_write(SYS_MODULE "/events", "\n");
		if (error)
			errx(EXIT_FAILURE, SYS_MODULE "/events: %s", strerror(-error));
		return EXIT_SUCCESS;
	}
	if (options.follow) {
		follow(&shown);
		return EXIT_SUCCESS;
	}
	read_events(&table);
	print_from(&table, &shown, &next, false);
	if (table.comment && strcmp(table.comment, "# lost=0 unpaired=0") &&
	    !options.json && !options.jsonl && !options.pairs && !options.raw)
		printf("\n%s\n", table.comment + strspn(table.comment, "# "));
	table_free(&table);
	return EXIT_SUCCESS;
}
