// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "progress.h"
#include "util.h"

#define BAR	30

static bool progress_on;
static uint64_t progress_all, progress_block_size;
static double progress_began;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/**
 * progress_start() - begin
 * @all: blocks there are to do
 * @block_size: in bytes
 */
void progress_start(uint64_t all, uint64_t block_size)
{
	progress_on = all > 1 && !options.quiet && isatty(STDERR_FILENO);
	progress_all = all;
	progress_block_size = block_size;
	progress_began = now();
}

/**
 * progress_show() - draw
 * @done: blocks
 * @what: is being done
 * @block: to this one
 */
void progress_show(uint64_t done, const char *what, uint64_t block)
{
	double took = now() - progress_began, rate;
	char *size;
	int i;

	if (!progress_on)
		return;
	fprintf(stderr, "\r%s %" PRIu64 " [", what, block);
	for (i = 0; i < BAR; i++)
		putc(done * BAR > i * progress_all ? '#' : '.', stderr);
	fprintf(stderr, "] %" PRIu64 "/%" PRIu64, done, progress_all);
	/* A rate over the first moments says nothing. */
	if (done && took > 0.5) {
		rate = done / took;
		size = size_text(rate * progress_block_size, false);
		fprintf(stderr, " %s/s, %.0f s left", size, (progress_all - done) / rate);
		free(size);
	}
	fputs("\033[K", stderr);
}

/**
 * progress_clear() - take the bar away, for others to write
 */
void progress_clear(void)
{
	if (progress_on)
		fputs("\r\033[K", stderr);
}
