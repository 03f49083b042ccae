// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../errname.h"
#include "machine.h"
#include "put_back.h"

#define OFFLINE_TRIES	30

static char table[TABLE_SIZE];
static char *reason;
static size_t reason_size;
static bool good;

/* The first one counts, and what is left to do is done all the same. */
static void complain(const char *what, const char *name, int err)
{
	if (good)
		snprintf(reason, reason_size, "at the end: %s %s: %s", what, name,
			 err < 0 ? "SHORT" : errname(err));
	good = false;
}

static void write_or_complain(const char *file, const char *text)
{
	char path[96];
	int err;

	snprintf(path, sizeof(path), MHP "/%s", file);
	err = write_file(path, text, strlen(text));
	if (err)
		complain(file, text, err);
}

/* Pages in flight make it busy now and then. */
static void offline(unsigned int id)
{
	char path[96];
	int err, try;

	snprintf(path, sizeof(path), MEMORY "/memory%u/state", id);
	for (try = 0; try < OFFLINE_TRIES; try++) {
		alarm(30);
		err = write_file(path, "offline", 7);
		alarm(0);
		if (err != EBUSY && err != EINTR)
			break;
		write_file("/proc/sys/vm/drop_caches", "3", 1);
		usleep(200000);
	}
	if (err)
		complain(path, "offline", err);
}

static void all_offline(void)
{
	char state[32], owner[32];
	const char *line;
	unsigned int id;

	read_file(MHP "/blocks", table, sizeof(table));
	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%u %*s %*s %31s %31s", &id, state, owner) == 3 &&
		    !strcmp(owner, "mhp_standby") &&
		    strcmp(state, "offline") && strcmp(state, "prepared"))
			offline(id);
	}
}

static void all_removed(void)
{
	char start[32], size[32], text[96];
	const char *line;

	read_file(MHP "/ranges", table, sizeof(table));
	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%31s %31s", start, size) != 2)
			continue;
		snprintf(text, sizeof(text), "start=%s size=%s", start, size);
		write_or_complain("remove", text);
	}
}

/* By hand, or because the firmware would not. */
static void all_unassigned(void)
{
	char state[32], text[32];
	unsigned int rn, manual;
	const char *line;

	read_file(MHP "/increments", table, sizeof(table));
	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%u %*s %*s %31s %*u %u", &rn, state, &manual) != 3 ||
		    (!manual && strcmp(state, "stuck")))
			continue;
		snprintf(text, sizeof(text), "rn=%u", rn);
		write_or_complain("unassign", text);
	}
}

static void check_standby(void)
{
	unsigned int rn, users;
	char state[32], name[96];
	const char *line;

	read_file(MHP "/increments", table, sizeof(table));
	for (line = next_line(table); *line; line = next_line(line)) {
		if (sscanf(line, "%u %*s %*s %31s %u", &rn, state, &users) != 3 ||
		    !strcmp(state, "reserved") || (!strcmp(state, "standby") && !users))
			continue;
		snprintf(name, sizeof(name), "rn=%u %s with %u users", rn, state, users);
		complain("increments", name, EBUSY);
	}
}

static void check_counter(const char *name)
{
	size_t len = strlen(name);
	const char *line;

	for (line = table; *line; line = next_line(line)) {
		if (!strncmp(line, name, len) && line[len] == ' ' && line[len + 1] != '0')
			complain("stats", name, ERANGE);
	}
}

static void unload(void)
{
	int err, try;

	/* A reader of a table may be on its way out. */
	for (try = 0; try < 50; try++) {
		err = module_unload();
		if (err != EAGAIN && err != EBUSY)
			break;
		usleep(20000);
	}
	if (err)
		complain("unload", "mhp_standby", err);
}

/* TOTAL: MemTotal as it was before the module was loaded. */
bool put_back(unsigned long total, char *why, size_t size)
{
	char name[96];

	good = true;
	reason = why;
	reason_size = size;
	write_file(MEMORY "/auto_online_blocks", "offline", 7);
	if (*machine.cpu) {
		snprintf(name, sizeof(name), CPUS "/%s", machine.cpu);
		write_file(name, "1", 1);
	}
	if (is_loaded()) {
		write_or_complain("inject", "clear");
		all_offline();
		all_removed();
		all_unassigned();
		check_standby();
		read_file(MHP "/stats", table, sizeof(table));
		check_counter("canary_damage");
		check_counter("stuck");
		unload();
	}
	if (good && mem_total() != total) {
		snprintf(name, sizeof(name), "%lu kB, expected %lu kB", mem_total(), total);
		complain("MemTotal", name, ERANGE);
	}
	return good;
}
