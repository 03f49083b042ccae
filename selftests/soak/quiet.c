// SPDX-License-Identifier: GPL-2.0-only
/* Nothing is on its way: what tables, sysfs and increments must say of each other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"
#include "together.h"

static char table[TABLE_SIZE];
static unsigned int users[MAX_RNS];	/* as blocks and ranges need them */

static void needs(u64 start, u64 size)
{
	unsigned int rn;

	for (rn = rn_of(start); rn <= rn_of(start + size - 1) && rn < MAX_RNS; rn++)
		users[rn]++;
}

static bool blocks_fit(char *why, size_t size)
{
	char state[32], owner[32], sysfs[32];
	const char *line, *wanted;
	u64 start, bytes;
	unsigned int id;

	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%u %lli %llu %31s %31s", &id,
			   (s64 *)&start, &bytes, state, owner) != 5) {
			snprintf(why, size, "blocks: a row that cannot be read: %.*s",
				 (int)strcspn(line, "\n"), line);
			return false;
		}
		if (strcmp(owner, "mhp_standby"))
			continue;
		wanted = strcmp(state, "prepared") ? state : "offline";
		sysfs_state(id, sysfs, sizeof(sysfs));
		if (strcmp(sysfs, wanted)) {
			snprintf(why, size, "memory%u: '%s' in blocks, '%s' in sysfs", id,
				 state, sysfs);
			return false;
		}
		if (machine.event_model && strcmp(state, "offline"))
			needs(start, bytes);
	}
	return true;
}

static bool ranges_fit(char *why, size_t size)
{
	char state[32], type[32];
	const char *line;
	u64 start, bytes;

	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%lli %llu %31s %*s %*s %*s %31s",
			   (s64 *)&start, &bytes, state, type) != 4 ||
		    strcmp(state, "present")) {
			snprintf(why, size, "ranges: expected a range that is present got '%.*s'",
				 (int)strcspn(line, "\n"), line);
			return false;
		}
		if (!machine.event_model || !strcmp(type, "device"))
			needs(start, bytes);
	}
	return true;
}

static bool increments_fit(char *why, size_t size)
{
	unsigned int rn, nr, manual;
	char state[32];
	const char *line;
	bool fits;

	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%u %*s %*s %31s %u %u", &rn, state, &nr, &manual) != 4 ||
		    rn >= MAX_RNS)
			continue;
		if (!strcmp(state, "reserved"))
			continue;
		if (nr || manual)
			fits = !strcmp(state, "assigned");
		else
			fits = !strcmp(state, "standby") || !strcmp(state, "stuck");
		if (fits && nr == users[rn])
			continue;
		snprintf(why, size, "rn=%u: %s with %u users%s, where blocks and ranges are %u",
			 rn, state, nr, manual ? " and by hand" : "", users[rn]);
		return false;
	}
	return true;
}

static bool stats_fit(char *why, size_t size)
{
	static const char * const zeros[] = { "canary_damage ", "unpaired " };
	const char *line;
	int i;

	for (line = table; *line; line = next_line(line)) {
		for (i = 0; i < 2; i++) {
			if (strncmp(line, zeros[i], strlen(zeros[i])) ||
			    !atol(line + strlen(zeros[i])))
				continue;
			snprintf(why, size, "stats: expected '%s0' got '%.*s'", zeros[i],
				 (int)strcspn(line, "\n"), line);
			return false;
		}
	}
	return true;
}

static bool look(const char *name, bool (*fit)(char *why, size_t size), char *why, size_t size)
{
	char path[96];

	snprintf(path, sizeof(path), MHP "/%s", name);
	if (read_file(path, table, sizeof(table)) > 0)
		return fit(why, size);
	snprintf(why, size, "%s cannot be read", name);
	return false;
}

bool is_quiet(char *why, size_t size)
{
	if (!is_loaded())
		return true;
	memset(users, 0, sizeof(users));
	return look("blocks", blocks_fit, why, size) &&
	       look("ranges", ranges_fit, why, size) &&
	       look("increments", increments_fit, why, size) &&
	       look("stats", stats_fit, why, size);
}
