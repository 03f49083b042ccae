// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reason.h"
#include "util.h"

static const char * const needed[] = {
	"seq", "event", "by", "block", "rn", "response", "errno", "flags", NULL
};

/* SCLP response codes; drivers/s390/char/sclp.h and sclp_cmd.c. */
static const struct {
	const char *code;
	const char *means;
} responses[] = {
	{ "0x0010", "done" },
	{ "0x0020", "done" },
	{ "0x0120", "it is so already" },
	{ "0x0100", "the block of data crosses a page boundary" },
	{ "0x0300", "the block of data is too short" },
	{ "0x0310", "there is no such storage element" },
	{ "0x0410", "the storage element is not attached" },
	{ "0x01f0", "the firmware does not know the command, or not now" },
	{ "0x0330", "the firmware has no storage for it" },
};

static const char *meaning_of(const char *response)
{
	size_t i;

	for (i = 0; response && i < ARRAY_SIZE(responses); i++) {
		if (!strcmp(response, responses[i].code))
			return responses[i].means;
	}
	return "a code this program does not know";
}

/**
 * ledger_next() - where the ledger stands
 * @model: the machine
 *
 * Return: the number the next event will have.
 */
uint64_t ledger_next(const struct model *model)
{
	struct table t;
	uint64_t seq;

	if (!model->module)
		return 0;
	module_table(&t, "events", needed);
	seq = t.rows && table_number(&t, t.rows - 1, "seq", &seq) ? seq + 1 : 0;
	table_free(&t);
	return seq;
}

/* It failed, or the firmware did not do it: a refusal. */
static bool is_refusal(const struct table *t, size_t row)
{
	const char *error = table_get(t, row, "errno");

	return error && strcmp(error, "0") && strcmp(error, "...");
}

static void tell(FILE *f, const struct table *t, size_t row)
{
	const char *event = table_get(t, row, "event");
	const char *by = table_get(t, row, "by");
	const char *rn = table_get(t, row, "rn");
	const char *response = table_get(t, row, "response");
	const char *flags = table_get(t, row, "flags");
	const char *name = strerrorname_np(-atoi(table_get(t, row, "errno")));

	fprintf(f, "  event %s: %s", table_get(t, row, "seq"), event);
	if (rn)
		fprintf(f, " of increment %s", rn);
	fprintf(f, ": %s", name ?: table_get(t, row, "errno"));
	if (response)
		fprintf(f, ", the firmware answered %s (%s)", response, meaning_of(response));
	if (by && strcmp(by, "main"))
		fprintf(f, ", by a subscriber of priority %s", by + strcspn(by, ":") + 1);
	if (flags && strstr(flags, "injected"))
		fputs("; a fault rule had it fail (standbyctl inject)", f);
	putc('\n', f);
}

/**
 * ledger_explain() - tell who refused what
 * @f: where to
 * @from: first event that is of interest
 * @first: block or increment
 * @count: of them
 * @block: it is blocks
 *
 * Firmware calls stand behind the event of the block that they are for.
 *
 * Return: how many refusals were told.
 */
size_t ledger_explain(FILE *f, uint64_t from, uint64_t first, uint64_t count,
		      bool block)
{
	uint64_t seq, number;
	bool ours = !block;
	size_t i, told = 0;
	struct table t;

	module_table(&t, "events", needed);
	for (i = 0; i < t.rows; i++) {
		if (!table_number(&t, i, "seq", &seq) || seq < from)
			continue;
		if (table_number(&t, i, block ? "block" : "rn", &number))
			ours = number >= first && number < first + count;
		if (ours && is_refusal(&t, i)) {
			tell(f, &t, i);
			told++;
		}
	}
	table_free(&t);
	return told;
}
