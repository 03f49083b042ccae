// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "util.h"

/* "0x0123456789  blocks      " */
#define LABEL		26
#define MAX_CELL	8	/* letters of a block */

/**
 * struct canvas - how it is drawn
 * @cell: letters of a block: as many as it has increments
 * @width: of the terminal
 * @columns: blocks in a row
 * @details: rows for memmap and increments below each row of blocks
 */
struct canvas {
	FILE *f;
	const struct model *model;
	bool colour;
	bool utf8;
	unsigned int cell;
	unsigned int width;
	unsigned int columns;
	bool details;
};

static void letter(const struct canvas *c, const struct kind *kind, char l)
{
	if (c->colour && kind->letter != ' ')
		fprintf(c->f, "\033[%sm", kind->colour);
	if (l == '.' && c->utf8)
		fputs("\302\267", c->f);
	else
		putc(l, c->f);
	if (c->colour && kind->letter != ' ')
		fputs("\033[0m", c->f);
}

static void end_line(const struct canvas *c)
{
	if (c->colour)
		fputs("\033[K", c->f);
	putc('\n', c->f);
}

/* Groups of eight are easier to count. */
static void gap(const struct canvas *c, unsigned int column)
{
	if (column % 8 == 7 && column + 1 < c->columns)
		putc(' ', c->f);
}

static void block_row(const struct canvas *c, uint64_t first)
{
	unsigned int column, i;

	fprintf(c->f, "0x%010" PRIx64 "  %-12s", first * c->model->block_size, "blocks");
	for (column = 0; column < c->columns; column++) {
		const struct kind *kind =
			&block_kinds[block_kind(model_block(c->model, first + column))];

		for (i = 0; i < c->cell; i++)
			letter(c, kind, kind->letter);
		gap(c, column);
	}
	end_line(c);
}

static void memmap_row(const struct canvas *c, uint64_t first)
{
	unsigned int column, i;

	fprintf(c->f, "%*s%-12s", LABEL - 12, "", "memmap");
	for (column = 0; column < c->columns; column++) {
		const struct block *block = model_block(c->model, first + column);
		const struct kind *kind =
			&memmap_kinds[block && block->state != BLOCK_STANDBY ?
				      block->memmap : MEMMAP_UNKNOWN];

		for (i = 0; i < c->cell; i++)
			letter(c, kind, i ? ' ' : kind->letter);
		gap(c, column);
	}
	end_line(c);
}

static const struct increment *increment_at(const struct model *model, uint64_t address)
{
	uint64_t rn = address / model->increment_size + 1;
	size_t i = rn - 1 < model->nr_increments ? rn - 1 : model->nr_increments;

	if (i < model->nr_increments && model->increments[i].rn == rn)
		return &model->increments[i];
	/* Not all that could be are there. */
	for (i = 0; i < model->nr_increments; i++) {
		if (model->increments[i].rn == rn)
			return &model->increments[i];
	}
	return NULL;
}

static void increment_row(const struct canvas *c, uint64_t first)
{
	uint64_t block_size = c->model->block_size, address;
	unsigned int column, i;

	fprintf(c->f, "%*s%-12s", LABEL - 12, "", "increments");
	for (column = 0; column < c->columns; column++) {
		for (i = 0; i < c->cell; i++) {
			const struct increment *incr;

			address = (first + column) * block_size + i * (block_size / c->cell);
			incr = increment_at(c->model, address);
			if (!incr)
				putc(' ', c->f);
			else if (address % c->model->increment_size)
				letter(c, &increment_kinds[incr->state], '-');
			else
				letter(c, &increment_kinds[incr->state],
				       increment_kinds[incr->state].letter);
		}
		gap(c, column);
	}
	end_line(c);
}

static void legend_of(const struct canvas *c, const char *what, const struct kind *kinds, size_t n)
{
	unsigned int at = 12, length;
	size_t i;

	fprintf(c->f, "%-12s", what);
	for (i = 0; i < n; i++) {
		length = strlen(kinds[i].means) + 4;
		if (i && at + length > c->width) {
			end_line(c);
			fprintf(c->f, "%-12s", "");
			at = 12;
		} else if (i) {
			fputs("  ", c->f);
		}
		letter(c, &kinds[i], kinds[i].letter);
		fprintf(c->f, " %s", kinds[i].means);
		at += length;
	}
	end_line(c);
}

static void legend(const struct canvas *c)
{
	const struct model *model = c->model;

	end_line(c);
	legend_of(c, "blocks", block_kinds, BLOCK_KINDS - 1);
	if (!c->details)
		return;
	legend_of(c, "memmap", memmap_kinds + MEMMAP_BLOCK, 3);
	if (model->expected_altmap != UNKNOWN) {
		char *share = size_text(model->expected_altmap * model->page_size, false);

		fprintf(c->f, "%-12saltmap: %s of a block, %.1f %%", "", share, 100.0 *
			model->expected_altmap * model->page_size / model->block_size);
		free(share);
		end_line(c);
	}
	if (model->nr_increments)
		legend_of(c, "increments", increment_kinds, INCREMENT_STATES);
}

/* Rows of 2^n blocks, so that addresses in the margin are round. */
static void choose_columns(struct canvas *c)
{
	unsigned int columns = 8;

	while (columns < 64 && LABEL + 2 * columns * c->cell + 2 * columns / 8 <= c->width)
		columns *= 2;
	c->columns = columns;
}

/**
 * picture_terminal() - draw with letters
 * @f: where to
 * @model: the machine
 * @width: columns of the terminal
 * @height: its lines, 0 for no end
 * @colour: it has
 * @utf8: it has
 */
void picture_terminal(FILE *f, const struct model *model, unsigned int width,
		      unsigned int height, bool colour, bool utf8)
{
	struct canvas c = { f, model, colour, utf8, 1, width, 8, true };
	uint64_t row, last = 0, lines = 0, rows;
	char *title = picture_title(model);

	if (model->increment_size && model->increment_size < model->block_size)
		c.cell = model->block_size / model->increment_size;
	if (c.cell > MAX_CELL)
		c.cell = MAX_CELL;
	choose_columns(&c);
	if (model->nr_blocks)
		last = model->blocks[model->nr_blocks - 1].id;
	rows = last / c.columns + 1;
	/* Title, legend and gaps are eight lines. */
	if (height && rows * 4 + 8 > height)
		c.details = false;
	fputs(title, f);
	free(title);
	end_line(&c);
	end_line(&c);
	for (row = 0; row < rows; row++) {
		if (height && lines + 8 > height) {
			fprintf(f, "... %" PRIu64 " more rows", rows - row);
			end_line(&c);
			break;
		}
		block_row(&c, row * c.columns);
		lines++;
		if (!c.details)
			continue;
		memmap_row(&c, row * c.columns);
		if (model->nr_increments)
			increment_row(&c, row * c.columns);
		if (row + 1 < rows)
			end_line(&c);
		lines += 3;
	}
	legend(&c);
}
