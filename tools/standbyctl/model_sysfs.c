// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "sysroot.h"
#include "util.h"

/* The kernel writes this one in hexadecimal without 0x. */
static uint64_t read_block_size(void)
{
	char *line = sys_line(SYS_MEMORY "/block_size_bytes");
	uint64_t size;

	if (!line)
		err(EXIT_FAILURE, "%s%s", sysroot,
		    SYS_MEMORY "/block_size_bytes: is CONFIG_MEMORY_HOTPLUG in this kernel?");
	size = strtoull(line, NULL, 16);
	if (!size || size & (size - 1))
		errx(EXIT_FAILURE, SYS_MEMORY "/block_size_bytes: '%s' is no block size", line);
	free(line);
	return size;
}

static enum block_state read_state(const char *name)
{
	char *line = sys_line(SYS_MEMORY "/%s/state", name);
	enum block_state state = BLOCK_OFFLINE;

	/* A block that goes away while we look is not there. */
	if (!line)
		return BLOCK_STANDBY;
	if (!strncmp(line, "online", 6))
		state = BLOCK_ONLINE;
	else if (!strcmp(line, "going-offline"))
		state = BLOCK_GOING_OFFLINE;
	free(line);
	return state;
}

static int64_t read_node(const char *name)
{
	char *folder = xasprintf(SYS_MEMORY "/%s", name);
	char **nodes = sys_list(folder, "node");
	int64_t node = UNKNOWN;
	size_t i;

	free(folder);
	for (i = 0; nodes && nodes[i]; i++) {
		if (!i)
			node = strtoll(nodes[i] + strlen("node"), NULL, 10);
		free(nodes[i]);
	}
	free(nodes);
	return node;
}

/**
 * model_read_sysfs() - the blocks that the kernel has
 * @model: filled in
 */
void model_read_sysfs(struct model *model)
{
	char **names, *zones;
	size_t i;

	model->block_size = read_block_size();
	names = sys_list(SYS_MEMORY, "memory");
	if (!names)
		err(EXIT_FAILURE, "%s%s", sysroot, SYS_MEMORY);
	for (i = 0; names[i]; i++) {
		enum block_state state = read_state(names[i]);
		struct block *block;

		if (state != BLOCK_STANDBY) {
			block = model_add_block(model, strtoull(names[i] + strlen("memory"),
								NULL, 10));
			block->state = state;
			block->node = read_node(names[i]);
			block->owner = "kernel";
			zones = sys_line(SYS_MEMORY "/%s/valid_zones", names[i]);
			if (zones && !*zones) {
				free(zones);
				zones = NULL;
			}
			if (state == BLOCK_OFFLINE)
				block->valid_zones = model_keep(model, zones);
			else
				block->zone = model_keep(model, zones);
		}
		free(names[i]);
	}
	free(names);
}

static int read_flag(const char *name, const char *file)
{
	char *line = sys_line(SYS_FIRMWARE "/%s/%s", name, file);
	int flag = line ? *line == '1' || *line == 'Y' : UNKNOWN;

	free(line);
	return flag;
}

/**
 * model_read_firmware() - the storage that /sys/firmware/memory shows, boot memory too
 * @model: with the blocks of sysfs; completed
 */
void model_read_firmware(struct model *model)
{
	char **names = sys_list(SYS_FIRMWARE, "memory");
	struct block *block;
	size_t i;

	if (!names)
		return;
	model->firmware = names[0];
	for (i = 0; names[i]; i++) {
		block = model_add_block(model, strtoull(names[i] + strlen("memory"), NULL, 10));
		block->want_altmap = read_flag(names[i], "memmap_on_memory");
		/* What it was configured with is how it is; else what it will be. */
		if (block->state != BLOCK_STANDBY && block->want_altmap != UNKNOWN)
			block->memmap = block->want_altmap ? MEMMAP_BLOCK : MEMMAP_SYSTEM;
		if (block->memmap == MEMMAP_SYSTEM)
			block->altmap_pages = 0;
		free(names[i]);
	}
	free(names);
}
