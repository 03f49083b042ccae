// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages: take pages, which no movable zone has, and give them back, and do little else.
 *
 *	pages N		N times as many as a pipe holds
 *
 * In a pipe of packets each byte that is written has a page to itself.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int ends[2], full, times, n;
	char byte = 0;

	if (argc != 2)
		errx(2, "usage: pages N");
	if (pipe2(ends, O_DIRECT | O_NONBLOCK))
		err(2, "pipe2");
	for (times = atoi(argv[1]); times > 0; times--) {
		for (full = 0; write(ends[1], &byte, 1) == 1; full++)
			;
		if (!full)
			err(2, "write");
		for (n = 0; n < full; n++)
			if (read(ends[0], &byte, 1) != 1)
				err(2, "read");
	}
	return 0;
}
