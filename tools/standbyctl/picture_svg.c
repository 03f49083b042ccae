// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>

#include "picture.h"
#include "util.h"

#define COLUMNS		16
#define CELL_W		44
#define CELL_H		34
#define INCREMENT_H	10
#define ROW_H		(CELL_H + INCREMENT_H + 14)
#define LEFT		120
#define TOP		50
#define RIGHT		20

static void label(FILE *f, int x, int y, int size, const char *words)
{
	fprintf(f, "<text x=\"%d\" y=\"%d\" font-size=\"%d\">", x, y, size);
	for (; *words; words++) {
		if (*words == '<')
			fputs("&lt;", f);
		else if (*words == '&')
			fputs("&amp;", f);
		else
			putc(*words, f);
	}
	fputs("</text>\n", f);
}

static void box(FILE *f, double x, double y, double w, double h, const char *fill)
{
	fprintf(f, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
		x, y, w, h, fill);
}

static void draw_block(FILE *f, const struct model *model, const struct block *block)
{
	double x = LEFT + (double)(block->id % COLUMNS) * CELL_W;
	double y = TOP + (double)(block->id / COLUMNS) * ROW_H, share;
	const struct kind *kind = &block_kinds[block_kind(block)];
	char *id = xasprintf("%" PRIu64, block->id);

	fprintf(f, "<g><title>block %s: %s</title>\n", id, kind->means);
	box(f, x, y, CELL_W - 2, CELL_H, kind->fill);
	/* To scale it would be too thin to see: never less than four. */
	if (block->altmap_pages > 0) {
		share = (double)block->altmap_pages * model->page_size / model->block_size;
		share *= CELL_W - 2;
		box(f, x, y, share < 4 ? 4 : share, CELL_H, memmap_kinds[MEMMAP_BLOCK].fill);
	}
	label(f, x + 9, y + 21, 12, id);
	fputs("</g>\n", f);
	free(id);
}

/* An increment may be several blocks, over the end of a row, or a part of one. */
static void draw_increment(FILE *f, const struct model *model, const struct increment *incr)
{
	double per_block = (double)model->increment_size / model->block_size;
	double at = (incr->rn - 1) * per_block, end = at + per_block, stop;

	while (at < end) {
		uint64_t row = (uint64_t)at / COLUMNS;

		stop = (row + 1) * COLUMNS < end ? (row + 1) * COLUMNS : end;
		box(f, LEFT + (at - row * COLUMNS) * CELL_W,
		    TOP + (double)row * ROW_H + CELL_H + 2,
		    (stop - at) * CELL_W - 2, INCREMENT_H, increment_kinds[incr->state].fill);
		at = stop;
	}
}

static void draw_legend(FILE *f, const struct kind *kinds, size_t n, int x, int y, const char *what)
{
	size_t i;

	label(f, x, y, 13, what);
	for (i = 0; i < n; i++) {
		box(f, x, y + 9 + i * 18, 14, 12, kinds[i].fill);
		label(f, x + 20, y + 20 + i * 18, 12, kinds[i].means);
	}
}

/**
 * picture_svg() - draw as SVG
 * @f: where to
 * @model: the machine
 */
void picture_svg(FILE *f, const struct model *model)
{
	uint64_t rows = model->nr_blocks ?
			model->blocks[model->nr_blocks - 1].id / COLUMNS + 1 : 1;
	int legend = TOP + rows * ROW_H + 20, width = LEFT + COLUMNS * CELL_W + RIGHT;
	char *title = picture_title(model);
	struct kind altmap = memmap_kinds[MEMMAP_BLOCK];
	uint64_t row;
	size_t i;

	fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\">\n",
		width, legend + 150);
	box(f, 0, 0, width, legend + 150, "#ffffff");
	label(f, 16, 28, 16, title);
	free(title);
	for (row = 0; row < rows; row++) {
		char *address = xasprintf("0x%010" PRIx64, row * COLUMNS * model->block_size);

		label(f, 16, TOP + row * ROW_H + 21, 12, address);
		free(address);
	}
	for (i = 0; i < model->nr_increments; i++)
		draw_increment(f, model, &model->increments[i]);
	for (i = 0; i < model->nr_blocks; i++)
		draw_block(f, model, &model->blocks[i]);
	draw_legend(f, block_kinds, BLOCK_KINDS - 1, 16, legend, "Blocks");
	altmap.means = "its own memmap (altmap)";
	draw_legend(f, &altmap, 1, 280, legend, "In a block");
	if (model->nr_increments)
		draw_legend(f, increment_kinds, INCREMENT_STATES, 520, legend, "Increments, below the blocks");
	fputs("</svg>\n", f);
}
