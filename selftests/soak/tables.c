// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"

static char got[TABLE_SIZE];
static char want[TABLE_SIZE];

static const char * const block_states[] = {
	[BLOCK_OFFLINE] = "offline", [BLOCK_PREPARED] = "prepared",
	[BLOCK_GOING_ONLINE] = "going-online", [BLOCK_ONLINE] = "online",
	[BLOCK_GOING_OFFLINE] = "going-offline", [BLOCK_OFFLINED] = "offlined",
};

const char * const counters[EV_COUNTED][2] = {
	[EV_PREPARE] = { "prepares", "prepare_errors" },
	[EV_FINISH] = { "finishes", "finish_errors" },
	[EV_ADD] = { "adds", "add_errors" },
	[EV_REMOVE] = { "removes", "remove_errors" },
	[EV_READ] = { "reads", "read_errors" },
	[EV_ATTACH] = { "attaches", "attach_errors" },
	[EV_ASSIGN] = { "assigns", "assign_errors" },
	[EV_UNASSIGN] = { "unassigns", "unassign_errors" },
};

static const char *flags_text(unsigned int flags)
{
	static const char * const names[] = {
		"memmap_on_memory", "offline_inaccessible", "merge_resource",
		"driver_managed",
	};
	static char text[80];
	size_t at = 0;
	int i;

	if (!flags)
		return "none";
	for (i = 0; i < 4; i++) {
		if (flags & (1U << i))
			at += sprintf(text + at, "%s%s", at ? "," : "", names[i]);
	}
	return text;
}

static bool has_altmap(const struct range *range)
{
	return (range->flags & FLAG_ALTMAP) && (range->device || machine.altmaps);
}

static void want_ranges(const struct model *m, FILE *out)
{
	const struct range *range, *next;
	u64 from = 0;
	unsigned int i, nr;

	fprintf(out, "start size state flags nid blocks type group mgid memmap ");
	fprintf(out, "altmap_nr_pages origin\n");
	for (;; from = next->start + 1) {
		next = NULL;
		for (i = 0; i < MAX_BLOCKS; i++) {
			range = &m->ranges[i];
			if (range->there && range->start >= from &&
			    (!next || range->start < next->start))
				next = range;
		}
		if (!next)
			return;
		nr = next->size / machine.block_size;
		fprintf(out, "0x%llx %llu present %s %d ", next->start,
			next->size, flags_text(next->flags), next->nid);
		i = next->start / machine.block_size;
		if (next->device)
			fprintf(out, "- device ");
		else
			fprintf(out, "%u-%u memory ", i, i + nr - 1);
		if (next->group == GROUP_STATIC)
			fprintf(out, "static %d ", next->mgid);
		else if (next->group)
			fprintf(out, "dynamic:%llu %d ", next->unit, next->mgid);
		else
			fprintf(out, "- - ");
		fprintf(out, "%s %lu mhp_standby\n", has_altmap(next) ? "block" : "system",
			has_altmap(next) ? nr * machine.altmap_pages : 0);
	}
}

/* All but the last column, a time. */
static void want_blocks(const struct model *m, FILE *out)
{
	const struct block *block;
	const struct range *range;
	unsigned int nr, first, last;
	u64 start;

	fprintf(out, "block start size state owner flags nid altmap_start_pfn ");
	fprintf(out, "altmap_nr_pages memmap rn onlined offlined failed\n");
	for (nr = 0; nr < machine.nr_blocks; nr++) {
		block = &m->blocks[nr];
		if (block->range < 0)
			continue;
		range = &m->ranges[block->range];
		start = machine.start + nr * machine.block_size;
		fprintf(out, "%u 0x%llx %llu %s mhp_standby %s %d ",
			machine.first_block + nr, start, machine.block_size,
			block_states[block->state], flags_text(range->flags), range->nid);
		if (has_altmap(range))
			fprintf(out, "%llu %lu block ", start / machine.page_size,
				machine.altmap_pages);
		else
			fprintf(out, "- 0 system ");
		first = rn_of(start);
		last = rn_of(start + machine.block_size - 1);
		fprintf(out, "%u", first);
		if (last > first)
			fprintf(out, "-%u", last);
		fprintf(out, " %lu %lu %lu\n", block->onlined, block->offlined, block->failed);
	}
}

static void want_increments(const struct model *m, FILE *out)
{
	unsigned int rn;

	fprintf(out, "rn element start state users manual\n");
	for (rn = 1; rn <= machine.rnmax; rn++) {
		const struct increment *incr = &m->incr[rn];

		fprintf(out, "%u ", rn);
		if (incr->element >= 0)
			fprintf(out, "%d", incr->element);
		else
			fprintf(out, "%c", incr->element == ELEMENT_NONE ? '-' : '?');
		fprintf(out, " 0x%llx %s %u %d\n", (rn - 1) * machine.increment_size,
			increment_states[incr->state], incr->users, incr->manual);
	}
}

static void want_rules(const struct model *m, FILE *out)
{
	unsigned int i;

	fprintf(out, "id what rn block skip times errno response delay_ms priority hits\n");
	for (i = 0; i < m->nr_rules; i++) {
		const struct rule *rule = &m->rules[i];

		fprintf(out, "%u %s ", rule->id, rule_what(rule));
		if (rule->rn)
			fprintf(out, "%u ", rule->rn);
		else
			fprintf(out, "- ");
		if (rule->of_block)
			fprintf(out, "%llu ", rule->block);
		else
			fprintf(out, "- ");
		fprintf(out, "%llu ", rule->skip);
		if (rule->times || rule->spent)
			fprintf(out, "%llu ", rule->times);
		else
			fprintf(out, "- ");
		fprintf(out, "%d ", -rule->error);
		if (rule->response)
			fprintf(out, "0x%04x ", rule->response);
		else
			fprintf(out, "- ");
		fprintf(out, "%u ", rule->delay_ms);
		if (rule->subscribes)
			fprintf(out, "%d ", rule->priority);
		else
			fprintf(out, "- ");
		fprintf(out, "%llu\n", rule->hits);
	}
}

static unsigned int stuck(const struct model *m)
{
	unsigned int rn, nr = 0;

	for (rn = 1; rn <= machine.rnmax; rn++)
		nr += m->incr[rn].state == INCR_STUCK;
	return nr;
}

static void want_stats(const struct model *m, FILE *out)
{
	unsigned int event;

	for (event = 0; event < EV_COUNTED; event++)
		fprintf(out, "%s %llu\n%s %llu\n", counters[event][0],
			m->ok[event], counters[event][1], m->errors[event]);
	fprintf(out, "canary_damage 0\ncanary_bad_pfn -\nunpaired %llu\nstuck %u\n",
		m->unpaired, stuck(m));
}

/* What no model of this machine knows: times, and what is only counted up. */
static void drop_some(char *table)
{
	char *line, *end, *to = table;
	bool drop;

	for (line = table; *line; line = end) {
		end = line + strcspn(line, "\n");
		end += *end == '\n';
		drop = !strncmp(line, "ns_", 3) || !strncmp(line, "canary_checks ", 14) ||
		       !strncmp(line, "nodat_pages ", 12) || !strncmp(line, "lost ", 5);
		if (drop)
			continue;
		memmove(to, line, end - line);
		to += end - line;
	}
	*to = '\0';
}

static void drop_last_column(char *table)
{
	char *line, *end, *last, *to = table;

	for (line = table; *line; line = end + 1) {
		end = line + strcspn(line, "\n");
		if (!*end)
			break;
		for (last = end; last > line && *last != ' '; last--)
			;
		memmove(to, line, last - line);
		to += last - line;
		*to++ = '\n';
	}
	*to = '\0';
}

/* The first line in which they differ. */
static bool same(const char *table, char *why, size_t size)
{
	size_t at = 0;

	if (!strcmp(got, want))
		return true;
	while (got[at] == want[at])
		at++;
	while (at && got[at - 1] != '\n')
		at--;
	snprintf(why, size, "%s: expected '%.*s' got '%.*s'", table,
		 (int)strcspn(want + at, "\n"), want + at,
		 (int)strcspn(got + at, "\n"), got + at);
	return false;
}

static bool get(const char *table)
{
	char path[96];

	snprintf(path, sizeof(path), MHP "/%s", table);
	return read_file(path, got, sizeof(got)) > 0;
}

static bool table_agrees(const struct model *m, const char *table,
			 void (*wanted)(const struct model *m, FILE *out),
			 void (*drop)(char *table), char *why, size_t size)
{
	FILE *out = fmemopen(want, sizeof(want), "w");

	wanted(m, out);
	fclose(out);
	if (!get(table)) {
		snprintf(why, size, "%s cannot be read", table);
		return false;
	}
	if (drop)
		drop(got);
	return same(table, why, size);
}

/* What memoryN/state says: 0 or a negative errno. */
int sysfs_state(unsigned int block, char *state, size_t size)
{
	char path[96];
	ssize_t n;

	snprintf(path, sizeof(path), MEMORY "/memory%u/state", block);
	n = read_file(path, state, size);
	state[strcspn(state, "\n")] = '\0';
	return n < 0 ? n : 0;
}

static bool sysfs_agrees(const struct model *m, char *why, size_t size)
{
	char state[32];
	const char *wanted;
	unsigned int nr;

	for (nr = 0; nr < machine.nr_blocks; nr++) {
		const struct block *block = &m->blocks[nr];

		wanted = block->range < 0 ? "" : block->online ? "online" : "offline";
		sysfs_state(machine.first_block + nr, state, sizeof(state));
		if (!strcmp(state, wanted))
			continue;
		snprintf(why, size, "memory%u/state: expected '%s' got '%s'",
			 machine.first_block + nr, wanted, state);
		return false;
	}
	return true;
}

/* All of them; WHY is the first difference. */
bool tables_agree(struct model *m, char *why, size_t size)
{
	if (!m->loaded)
		return true;
	learn(m);
	return table_agrees(m, "ranges", want_ranges, NULL, why, size) &&
	       table_agrees(m, "blocks", want_blocks, drop_last_column, why, size) &&
	       table_agrees(m, "increments", want_increments, NULL, why, size) &&
	       table_agrees(m, "inject", want_rules, NULL, why, size) &&
	       table_agrees(m, "stats", want_stats, drop_some, why, size) &&
	       sysfs_agrees(m, why, size);
}
