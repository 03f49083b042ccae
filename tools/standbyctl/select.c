// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "select.h"
#include "util.h"

/* Cuts N-M in two; one alone is both. */
static void parse_pair(const char *word, const char *what, uint64_t *first, uint64_t *last)
{
	char *copy = xstrdup(word), *dash = strchr(copy, '-');
	bool good;

	if (dash)
		*dash++ = '\0';
	good = parse_number(copy, first) && parse_number(dash ?: copy, last) &&
	       *first <= *last;
	if (!good)
		errx(EXIT_FAILURE, "%s is no %s", word, what);
	free(copy);
}

/**
 * blocks_of_size() - how many blocks a size is
 * @model: the machine
 * @word: the size; the program ends if it is none, or not whole blocks
 *
 * Return: the number.
 */
uint64_t blocks_of_size(const struct model *model, const char *word)
{
	char *unit = size_text(model->block_size, false);
	uint64_t size;

	if (!parse_size(word, &size))
		errx(EXIT_FAILURE, "%s is neither a size nor a range 0xSTART-0xEND; for block numbers use --blocks", word);
	if (size % model->block_size)
		errx(EXIT_FAILURE, "%s is not a multiple of the block size, %s", word, unit);
	free(unit);
	return size / model->block_size;
}

/**
 * select_parse() - read the argument of a verb
 * @model: the machine
 * @n: arguments, of which it takes one
 * @arguments: they
 * @selection: filled in; the program ends if it cannot be
 */
void select_parse(const struct model *model, int n, char **arguments,
		  struct selection *selection)
{
	uint64_t start, end;

	*selection = (struct selection){ };
	if (n != 1)
		errx(EXIT_FAILURE, "which blocks? SIZE, 0xSTART-0xEND, or --blocks N[-M]");
	if (options.blocks) {
		parse_pair(arguments[0], "block number, nor two", &selection->first,
			   &selection->last);
		if (selection->last > UINT64_MAX / model->block_size - 1)
			errx(EXIT_FAILURE, "%s: such a block cannot be", arguments[0]);
		return;
	}
	if (!strchr(arguments[0], '-')) {
		selection->by_size = true;
		selection->count = blocks_of_size(model, arguments[0]);
		if (!selection->count)
			errx(EXIT_FAILURE, "%s is nothing to do", arguments[0]);
		return;
	}
	parse_pair(arguments[0], "range of addresses", &start, &end);
	if (start % model->block_size || (end + 1) % model->block_size)
		errx(EXIT_FAILURE, "%s does not begin and end where blocks do: they are 0x%" PRIx64 " bytes, and the end is the last byte",
		     arguments[0], model->block_size);
	selection->first = start / model->block_size;
	selection->last = end / model->block_size;
}
