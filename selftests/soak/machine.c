// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine.h"

struct machine machine;

/* All of it and a NUL; a negative errno. */
ssize_t read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;

	buf[0] = '\0';
	if (fd < 0)
		return -errno;
	while (len < size - 1) {
		n = read(fd, buf + len, size - 1 - len);
		if (n <= 0)
			break;
		len += n;
	}
	if (n < 0)
		n = -errno;
	close(fd);
	buf[len] = '\0';
	return n < 0 ? n : (ssize_t)len;
}

/* One write: 0 or an errno, -1 if it took less. */
int write_file(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return errno;
	n = write(fd, text, len);
	err = n < 0 ? errno : 0;
	close(fd);
	if (!err && (size_t)n != len)
		return -1;
	return err;
}

const char *next_line(const char *text)
{
	text += strcspn(text, "\n");
	return *text ? text + 1 : text;
}

bool is_loaded(void)
{
	return !access("/sys/module/mhp_standby", F_OK);
}

int module_load(const char *params)
{
	char all[1024];
	int fd, err;

	fd = open(machine.module, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	/* What is given twice counts as given last. */
	snprintf(all, sizeof(all), "%s %s", machine.params, params);
	err = syscall(SYS_finit_module, fd, all, 0) ? errno : 0;
	close(fd);
	return err;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, "mhp_standby", O_NONBLOCK) ? errno : 0;
}

static const char *feature(const char *features, const char *key)
{
	size_t len = strlen(key);

	for (; *features; features = next_line(features)) {
		if (!strncmp(features, key, len) && features[len] == '=')
			return features + len + 1;
	}
	return "";
}

static u64 feature_number(const char *features, const char *key)
{
	return strtoull(feature(features, key), NULL, 0);
}

static bool feature_yes(const char *features, const char *key)
{
	return !strncmp(feature(features, key), "yes", 3);
}

/* After a load. NULL, or why this machine is not one to soak. */
const char *machine_look(void)
{
	static char text[16384];
	u64 start, size, unit;

	if (read_file(MHP "/features", text, sizeof(text)) <= 0)
		return "no features";
	machine.simulated = !strncmp(feature(text, "firmware"), "sim", 3);
	machine.event_model = !strncmp(feature(text, "model"), "event", 5);
	machine.altmaps = feature_yes(text, "memmap_on_memory");
	machine.devices = feature_yes(text, "device");
	machine.block_size = feature_number(text, "block_size");
	machine.increment_size = feature_number(text, "increment_size");
	machine.rnmax = feature_number(text, "rnmax");
	machine.elements = feature_number(text, "elements");
	machine.altmap_pages = feature_number(text, "altmap_pages");
	machine.page_size = feature_number(text, "page_size");
	start = feature_number(text, "standby_start");
	size = feature_number(text, "standby_size");
	if (!feature_yes(text, "drives"))
		return "the in-kernel driver assigns and unassigns here";
	if (!machine.block_size || !machine.increment_size || !size)
		return "no standby storage";
	unit = machine.block_size > machine.increment_size ?
	       machine.block_size : machine.increment_size;
	machine.start = (start + unit - 1) / unit * unit;
	machine.nr_blocks = (start + size - machine.start) / machine.block_size;
	machine.first_block = machine.start / machine.block_size;
	if (machine.start != start)
		return "standby storage does not begin with a block";
	if (machine.nr_blocks < 2 || machine.nr_blocks > MAX_BLOCKS)
		return "too few or too many blocks";
	if (machine.rnmax >= MAX_RNS)
		return "too many increments";
	return NULL;
}

/* The last CPU that can be taken offline, if another one stays. */
void machine_find_cpu(void)
{
	char path[96], state[8];
	int cpu;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return;
	for (cpu = 1; cpu < 64; cpu++) {
		snprintf(path, sizeof(path), CPUS "/cpu%d/online", cpu);
		if (read_file(path, state, sizeof(state)) > 0 && state[0] == '1')
			snprintf(machine.cpu, sizeof(machine.cpu), "cpu%d/online", cpu);
	}
}

/* Whether LIST of /sys/devices/system/node (possible, online) has a node. */
bool node_in(const char *list, u64 nid)
{
	char path[96], text[256], *at = text;
	u64 first, last;

	snprintf(path, sizeof(path), "/sys/devices/system/node/%s", list);
	if (read_file(path, text, sizeof(text)) <= 0)
		return !nid;
	while (*at >= '0' && *at <= '9') {
		first = strtoull(at, &at, 10);
		last = first;
		if (*at == '-')
			last = strtoull(at + 1, &at, 10);
		if (nid >= first && nid <= last)
			return true;
		at += *at == ',';
	}
	return false;
}

unsigned long mem_total(void)
{
	char text[4096];

	if (read_file("/proc/meminfo", text, sizeof(text)) <= 0)
		return 0;
	return strtoul(text + strlen("MemTotal:"), NULL, 10);
}
