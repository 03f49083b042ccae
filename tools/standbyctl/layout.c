// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "layout.h"
#include "options.h"
#include "persistent.h"
#include "util.h"
#include "verb.h"

#define HEADER	"# standbyctl layout 1"

static const char *zone_of(const struct block *block)
{
	return block->zone && !strcmp(block->zone, "Movable") ? "movable" : "kernel";
}

static bool same(const struct block *a, const struct block *b)
{
	return b->id == a->id + 1 && a->state == b->state && !strcmp(zone_of(a), zone_of(b)) &&
	       a->memmap == b->memmap;
}

/* Only standby storage: memory of the boot is there anyway. */
static bool is_in_layout(const struct model *model, const struct block *block)
{
	return block->state == BLOCK_ONLINE && (block->storage || !model->module);
}

/**
 * layout_export() - write the layout of a machine
 * @model: the machine
 * @path: of the file; - for stdout
 */
void layout_export(const struct model *model, const char *path)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "w") : stdout;
	size_t i, n;

	if (!f)
		err(EXIT_FAILURE, "%s", path);
	fprintf(f, HEADER ", blocks of %" PRIu64 "\n", model->block_size);
	for (i = 0; i < model->nr_blocks; i += n) {
		const struct block *block = &model->blocks[i];

		for (n = 1; i + n < model->nr_blocks && same(&block[n - 1], &block[n]); n++)
			;
		if (is_in_layout(model, block))
			fprintf(f, "%" PRIu64 "-%" PRIu64 " %s %s\n", block->id,
				block[n - 1].id, zone_of(block),
				memmap_names[block->memmap] ?: "any");
	}
	if (f != stdout ? fclose(f) : fflush(f))
		err(EXIT_FAILURE, "%s", path);
}

static void check_header(const struct model *model, const char *path, const char *line)
{
	char *want = xasprintf(HEADER ", blocks of %" PRIu64 "\n", model->block_size);

	if (strcmp(line, want))
		errx(EXIT_FAILURE, "%s is no layout for blocks of %" PRIu64 " bytes", path,
		     model->block_size);
	free(want);
}

/* One line, carried out at once: where a run is must be known for the next. */
static int import_line(const char *path, unsigned int number, const char *line)
{
	struct selection selection = { };
	struct plan plan = { };
	char zone[16], memmap[16];
	struct model model;
	int status;

	if (sscanf(line, "%" SCNu64 "-%" SCNu64 " %15s %15s", &selection.first,
		   &selection.last, zone, memmap) != 4 ||
	    selection.first > selection.last ||
	    (strcmp(zone, "movable") && strcmp(zone, "kernel")))
		errx(EXIT_FAILURE, "%s: line %u is not understood", path, number);
	options.zone = zone;
	options.altmap = !strcmp(memmap, "block") ? 1 : !strcmp(memmap, "system") ? 0 : UNKNOWN;
	model_read(&model);
	change_online(&model, &selection, &plan);
	status = plan_run(&plan, &model);
	plan_free(&plan);
	model_free(&model);
	return status;
}

static int import_layout(const struct model *model, const char *path)
{
	bool good = false, bad = false;
	unsigned int number = 1;
	char line[256];
	FILE *f = fopen(path, "r");

	if (!f || !fgets(line, sizeof(line), f))
		err(EXIT_FAILURE, "%s", path);
	check_header(model, path, line);
	while (fgets(line, sizeof(line), f)) {
		int status;

		number++;
		if (*line == '#' || *line == '\n')
			continue;
		status = import_line(path, number, line);
		good |= status != EXIT_FAILURE;
		bad |= status != EXIT_SUCCESS;
	}
	fclose(f);
	if (!bad)
		return EXIT_SUCCESS;
	return good ? EXIT_SOMEOK : EXIT_FAILURE;
}

/**
 * verb_layout() - standbyctl layout
 * @n: arguments, of which it takes none
 * @arguments: unused
 *
 * Return: exit status.
 */
int verb_layout(int n __unused, char **arguments __unused)
{
	int status = EXIT_SUCCESS;
	struct model model;

	if (!options.export_file == !options.import_file)
		errx(EXIT_FAILURE, "either --export=FILE or --import=FILE");
	if (options.export_file && options.persistent)
		errx(EXIT_FAILURE, "--persistent is for --import");
	persistent_check();
	model_read(&model);
	if (options.export_file)
		layout_export(&model, options.export_file);
	else
		status = persistent_save(import_layout(&model, options.import_file));
	model_free(&model);
	return status;
}
