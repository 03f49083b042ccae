// SPDX-License-Identifier: GPL-2.0-only
/* What only the kernel or the firmware decides, the model takes from the tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"

static char table[TABLE_SIZE];

static void get_table(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), MHP "/%s", name);
	read_file(path, table, sizeof(table));
}

static bool asks(const struct model *m)
{
	unsigned int i;

	for (i = 0; i < MAX_BLOCKS; i++) {
		if (m->ranges[i].there && m->ranges[i].nid == NID_ASK)
			return true;
	}
	for (i = 1; i <= machine.rnmax; i++) {
		if (m->incr[i].element == ELEMENT_ASK)
			return true;
	}
	return false;
}

/* Which element an increment is of, of those that are UNKNOWN. */
static bool ask_elements(struct model *m, int unknown)
{
	bool any = false;
	const char *line;
	unsigned int rn;
	int n;

	get_table("increments");
	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%u %d", &rn, &n) != 2 || rn >= MAX_RNS ||
		    m->incr[rn].element != unknown)
			continue;
		m->incr[rn].element = n;
		any = true;
	}
	return any;
}

/* Which node a range has come to, and which element an increment is of. */
static void ask(struct model *m)
{
	const char *line;
	unsigned int i;
	u64 start;
	int n;

	get_table("ranges");
	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%lli %*u %*s %*s %d", (s64 *)&start, &n) != 2)
			continue;
		for (i = 0; i < MAX_BLOCKS; i++) {
			if (m->ranges[i].there && m->ranges[i].start == start &&
			    m->ranges[i].nid == NID_ASK)
				m->ranges[i].nid = n;
		}
	}
	ask_elements(m, ELEMENT_ASK);
}

static void adopt_stats(struct model *m)
{
	char name[32];
	const char *line;
	u64 number;
	unsigned int event;

	get_table("stats");
	for (line = table; *line; line = next_line(line)) {
		if (sscanf(line, "%31s %llu", name, &number) != 2)
			continue;
		for (event = 0; event < EV_COUNTED; event++) {
			if (!strcmp(counters[event][0], name))
				m->ok[event] = number;
			if (!strcmp(counters[event][1], name))
				m->errors[event] = number;
		}
	}
}

/* What an answer that was the kernel's right leaves open: how far it came. */
static void adopt(struct model *m)
{
	unsigned long failed;
	const char *line;
	unsigned int id, i;
	char times[24];
	struct rule rule;

	m->adopt = false;
	adopt_stats(m);
	if (ask_elements(m, ELEMENT_NONE))
		m->attached = true;
	get_table("blocks");
	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%u %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu",
			   &id, &failed) == 2 && id - machine.first_block < MAX_BLOCKS)
			m->blocks[id - machine.first_block].failed = failed;
	}
	get_table("inject");
	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%u %*s %*s %*s %llu %23s %*s %*s %*s %*s %llu",
			   &id, &rule.skip, times, &rule.hits) != 4)
			continue;
		for (i = 0; i < m->nr_rules; i++) {
			if (m->rules[i].id != id)
				continue;
			m->rules[i].skip = rule.skip;
			m->rules[i].hits = rule.hits;
			m->rules[i].spent = !strcmp(times, "0");
			m->rules[i].times = strtoull(times, NULL, 10);
		}
	}
}

void learn(struct model *m)
{
	if (asks(m))
		ask(m);
	if (m->adopt)
		adopt(m);
}
