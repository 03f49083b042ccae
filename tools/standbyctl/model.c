// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "util.h"

bool model_without_module;

const char * const block_state_names[BLOCK_STATES] = {
	[BLOCK_STANDBY] = "standby",
	[BLOCK_OFFLINE] = "offline",
	[BLOCK_ONLINE] = "online",
	[BLOCK_GOING_OFFLINE] = "going-offline",
	[BLOCK_DEVICE] = "device",
};

const char * const memmap_names[] = {
	[MEMMAP_UNKNOWN] = NULL,
	[MEMMAP_BLOCK] = "block",
	[MEMMAP_SYSTEM] = "system",
	[MEMMAP_MIXED] = "mixed",
};

/**
 * memmap_parse() - where a memmap is, from a word of the module
 * @word: NULL where it does not say
 *
 * Return: the place.
 */
enum memmap memmap_parse(const char *word)
{
	enum memmap i;

	for (i = MEMMAP_BLOCK; word && i <= MEMMAP_MIXED; i++) {
		if (!strcmp(word, memmap_names[i]))
			return i;
	}
	return MEMMAP_UNKNOWN;
}

/**
 * model_keep() - have the model own a string
 * @model: the model
 * @string: to be freed with it; may be NULL
 *
 * Return: the string.
 */
const char *model_keep(struct model *model, char *string)
{
	if (!string)
		return NULL;
	model->strings = xgrow(model->strings, model->nr_strings,
			       sizeof(*model->strings));
	model->strings[model->nr_strings++] = string;
	return string;
}

/**
 * model_block() - look a block up
 * @model: the model
 * @id: its number
 *
 * Return: the block, NULL if there is none.
 */
struct block *model_block(const struct model *model, uint64_t id)
{
	size_t low = 0, high = model->nr_blocks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (model->blocks[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < model->nr_blocks && model->blocks[low].id == id ?
	       &model->blocks[low] : NULL;
}

/**
 * model_add_block() - a block for the table, or the one that is there
 * @model: the model
 * @id: its number
 *
 * Pointers to other blocks are not valid any more.
 *
 * Return: the block.
 */
struct block *model_add_block(struct model *model, uint64_t id)
{
	struct block *block = model_block(model, id);
	size_t i = model->nr_blocks;

	if (block)
		return block;
	model->blocks = xgrow(model->blocks, i, sizeof(*model->blocks));
	for (; i && model->blocks[i - 1].id > id; i--)
		model->blocks[i] = model->blocks[i - 1];
	model->nr_blocks++;
	model->blocks[i] = (struct block){
		.id = id,
		.node = UNKNOWN,
		.altmap_pages = UNKNOWN,
		.assigned = UNKNOWN,
		.want_altmap = UNKNOWN,
	};
	return &model->blocks[i];
}

/**
 * model_range_at() - the range of the module that an address is in
 * @model: the model
 * @address: physical, in bytes
 *
 * Return: the range, NULL if there is none.
 */
const struct range *model_range_at(const struct model *model, uint64_t address)
{
	size_t i;

	for (i = 0; i < model->nr_ranges; i++) {
		if (address >= model->ranges[i].start &&
		    address - model->ranges[i].start < model->ranges[i].size)
			return &model->ranges[i];
	}
	return NULL;
}

/**
 * model_feature() - what the module says about itself
 * @model: the model
 * @name: key of a line in features
 *
 * Return: the value, to be freed; NULL if it does not say.
 */
char *model_feature(const struct model *model, const char *name)
{
	const char *line = model->features;
	size_t len = strlen(name);

	while (line && *line) {
		if (!strncmp(line, name, len) && line[len] == '=')
			return xstrndup(line + len + 1, strcspn(line + len + 1, "\n"));
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return NULL;
}

/**
 * model_need_module() - end the program where the module is missing
 * @model: the model
 * @what: it is needed for
 */
void model_need_module(const struct model *model, const char *what)
{
	if (model->module)
		return;
	if (model->why_no_module)
		errx(EXIT_FAILURE, "%s needs the module: %s", what, model->why_no_module);
	errx(EXIT_FAILURE, "%s needs the module, which is not loaded: modprobe mhp_standby", what);
}

/**
 * model_read() - read the machine
 * @model: filled in; the program ends if there is no memory hotplug
 */
void model_read(struct model *model)
{
	*model = (struct model){
		.page_size = UNKNOWN,
		.struct_page_size = UNKNOWN,
		.expected_altmap = UNKNOWN,
	};
	model_read_sysfs(model);
	model_read_firmware(model);
	model_read_module(model);
}

/**
 * model_free() - free a model
 * @model: the model
 */
void model_free(struct model *model)
{
	while (model->nr_strings)
		free(model->strings[--model->nr_strings]);
	free(model->strings);
	free(model->features);
	free(model->blocks);
	free(model->increments);
	free(model->ranges);
	*model = (struct model){ };
}
