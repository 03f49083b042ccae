// SPDX-License-Identifier: GPL-2.0-only
/*
 * wr: give bytes to a file in exactly one write(2) and say which errno came
 * back. A shell's echo hides the errno and may split the write.
 *
 *	wr FILE TEXT		write TEXT and a newline
 *	wr -x FILE TEXT		TEXT holds \0 \n \t \\ \xHH, no newline is added
 *	wr -n LEN FILE TEXT	repeat TEXT up to LEN bytes, no newline is added
 *	wr -p N FILE TEXT	N processes write at once, a line for each
 *	wr -r FILE		open for reading and read
 *
 * Prints OK, SHORT, or the name of the errno (open:NAME if the file could not
 * be opened); the exit status says whether all went well.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "errname.h"

static char *buf;
static size_t len;

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	errx(2, "no hex digit: '%c'", c);
}

static void unescape(const char *text)
{
	for (; *text; text++) {
		char c = *text;

		if (c == '\\') {
			switch (*++text) {
			case '0':
				c = '\0';
				break;
			case 'n':
				c = '\n';
				break;
			case 't':
				c = '\t';
				break;
			case '\\':
				break;
			case 'x':
				if (!text[1] || !text[2])
					errx(2, "truncated \\x");
				c = hex_digit(text[1]) << 4 | hex_digit(text[2]);
				text += 2;
				break;
			default:
				errx(2, "unknown escape \\%c", *text);
			}
		}
		buf[len++] = c;
	}
}

static int say(const char *result)
{
	/* One write a line, so that lines of -p do not mix. */
	dprintf(STDOUT_FILENO, "%s\n", result);
	return strcmp(result, "OK") ? 1 : 0;
}

static int say_open(int err)
{
	char result[32];

	snprintf(result, sizeof(result), "open:%s", errname(err));
	return say(result);
}

static int write_once(int fd)
{
	ssize_t n = write(fd, buf, len);

	if (n < 0)
		return say(errname(errno));
	return say((size_t)n == len ? "OK" : "SHORT");
}

static int write_from_many(const char *file, long nproc)
{
	int gate[2], status, bad = 0;
	long i;

	if (pipe(gate))
		err(2, "pipe");
	for (i = 0; i < nproc; i++) {
		pid_t pid = fork();
		char c;
		int fd;

		if (pid < 0)
			err(2, "fork");
		if (pid)
			continue;
		close(gate[1]);
		fd = open(file, O_WRONLY);
		/* End of file on the gate: the parent opened it for all. */
		while (read(gate[0], &c, 1) < 0 && errno == EINTR)
			;
		_exit(fd < 0 ? say_open(errno) : write_once(fd));
	}
	close(gate[1]);
	while (wait(&status) > 0)
		bad |= !WIFEXITED(status) || WEXITSTATUS(status);
	return bad;
}

static int read_all(const char *file)
{
	char chunk[4096];
	int fd = open(file, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return say_open(errno);
	do {
		n = read(fd, chunk, sizeof(chunk));
	} while (n > 0);
	return say(n < 0 ? errname(errno) : "OK");
}

static long number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 0);

	if (*end || n <= 0)
		errx(2, "'%s' is not above zero", text);
	return n;
}

int main(int argc, char **argv)
{
	int escapes = 0, opt, fd;
	long nproc = 0, fill = 0;

	while ((opt = getopt(argc, argv, "xn:p:r")) != -1) {
		switch (opt) {
		case 'x':
			escapes = 1;
			break;
		case 'n':
			fill = number(optarg);
			break;
		case 'p':
			nproc = number(optarg);
			break;
		case 'r':
			if (argc - optind != 1)
				errx(2, "usage: wr -r FILE");
			return read_all(argv[optind]);
		default:
			return 2;
		}
	}
	if (argc - optind != 2)
		errx(2, "usage: wr [-x] [-n LEN] [-p N] FILE TEXT");

	buf = malloc(strlen(argv[optind + 1]) + 2 + fill);
	if (!buf)
		err(2, "malloc");
	if (escapes) {
		unescape(argv[optind + 1]);
	} else {
		len = strlen(argv[optind + 1]);
		memcpy(buf, argv[optind + 1], len);
		if (!fill)
			buf[len++] = '\n';
	}
	if (fill) {
		size_t unit = len;

		if (!unit)
			errx(2, "nothing to repeat");
		for (; len < (size_t)fill; len++)
			buf[len] = buf[len % unit];
		len = fill;
	}

	if (nproc)
		return write_from_many(argv[optind], nproc);
	fd = open(argv[optind], O_WRONLY);
	if (fd < 0)
		return say_open(errno);
	return write_once(fd);
}
