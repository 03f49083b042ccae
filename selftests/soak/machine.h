/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine that is soaked: where things are in debugfs and sysfs, and what the
 * module says of its firmware. Known anew after each load, as parameters change it.
 */
#ifndef SOAK_MACHINE_H
#define SOAK_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "types.h"

#define MHP	"/sys/kernel/debug/mhp_standby"
#define MEMORY	"/sys/devices/system/memory"
#define CPUS	"/sys/devices/system/cpu"

#define MAX_BLOCKS	64	/* of standby storage that the model can follow */
#define MAX_RNS		1024
#define TABLE_SIZE	(256 << 10)

struct machine {
	const char *module;		/* the .ko */
	const char *params;		/* what every load gets */
	bool simulated;
	bool event_model;
	bool altmaps;			/* memmap_on_memory=yes */
	bool devices;			/* type=device is possible */
	bool fail_nth;
	u64 block_size;
	u64 increment_size;
	u64 start;			/* of the run of standby storage, in bytes */
	unsigned int first_block;	/* N of memoryN */
	unsigned int nr_blocks;
	unsigned int rnmax;
	unsigned int elements;
	unsigned long altmap_pages;
	unsigned long page_size;
	char cpu[64];			/* cpuN/online of one that may go, or empty */
};

extern struct machine machine;

ssize_t read_file(const char *path, char *buf, size_t size);
int write_file(const char *path, const char *text, size_t len);
const char *next_line(const char *text);
bool is_loaded(void);
int module_load(const char *params);
int module_unload(void);
const char *machine_look(void);
void machine_find_cpu(void);
bool node_in(const char *list, u64 nid);
unsigned long mem_total(void);

#endif
