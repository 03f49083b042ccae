// SPDX-License-Identifier: GPL-2.0-only
/*
 * stopwatch: how long the kernel takes for one thing or another, in nanoseconds of
 * CLOCK_MONOTONIC. A shell would fork, and draw memory from the block it has just
 * brought; here nothing happens between two looks at the clock but the one call. With
 * CLOCK=cpu in the environment it is the time this task has run: what the kernel waits
 * for, such as a grace period of RCU, is left out.
 *
 *	stopwatch steps COUNT FILE TEXT [FILE TEXT]...	NS of each write, COUNT times
 *	stopwatch each WORD FIRST LAST		ID NS, for memory blocks one by one
 *	stopwatch tasks COUNT WORD FIRST LAST	NS of all, by so many tasks at once
 *	stopwatch write FILE TEXT		NS
 *	stopwatch read COUNT FILE		NS BYTES LINES, COUNT times
 *	stopwatch reread FILE			until it is killed
 *	stopwatch load MODULE PARAMETERS	NS
 *
 * Exit status 1 if a call failed, with its errno on stderr.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OFFLINE_TRIES	50

static char buffer[1 << 16];

static clockid_t clock_id = CLOCK_MONOTONIC;

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(clock_id, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static int open_to(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static unsigned long to_number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 0);

	if (!*text || *end)
		errx(2, "%s is no number", text);
	return n;
}

/* A page in flight makes an offline EBUSY now and then: that try does not count. */
static unsigned long long put(int fd, const char *path, const char *word)
{
	unsigned long long start, end;
	int tries = 0;

	for (;;) {
		start = now();
		if (write(fd, word, strlen(word)) >= 0)
			break;
		if (errno != EBUSY || ++tries == OFFLINE_TRIES)
			err(1, "%s to %s", word, path);
		usleep(20000);
	}
	end = now();
	return end - start;
}

/* A file may come with a step, and go with another: each is opened for itself. */
static void steps(unsigned long count, char **step, int nr)
{
	unsigned long long *ns = calloc(count * nr, sizeof(*ns));
	unsigned long i;
	int fd, k;

	if (!ns)
		err(1, "calloc");
	for (i = 0; i < count; i++) {
		for (k = 0; k < nr; k++) {
			fd = open_to(step[2 * k], O_WRONLY);
			ns[i * nr + k] = put(fd, step[2 * k], step[2 * k + 1]);
			close(fd);
		}
	}
	for (i = 0; i < count; i++)
		for (k = 0; k < nr; k++)
			printf("%llu%c", ns[i * nr + k], k < nr - 1 ? ' ' : '\n');
}

static void each(const char *word, unsigned long first, unsigned long last)
{
	unsigned long long *ns = calloc(last - first + 1, sizeof(*ns));
	unsigned long id;
	char path[80];
	int fd;

	if (!ns)
		err(1, "calloc");
	for (id = first; id <= last; id++) {
		snprintf(path, sizeof(path),
			 "/sys/devices/system/memory/memory%lu/state", id);
		fd = open_to(path, O_WRONLY);
		ns[id - first] = put(fd, path, word);
		close(fd);
	}
	for (id = first; id <= last; id++)
		printf("%lu %llu\n", id, ns[id - first]);
}

/* Task k has blocks k, k + count, ...: all of them want the same locks. */
static void tasks(unsigned long count, const char *word, unsigned long first,
		  unsigned long last)
{
	unsigned long long start, end;
	unsigned long id, k;
	char path[80];
	int status, failed = 0;
	int fd;

	start = now();
	for (k = 0; k < count; k++) {
		switch (fork()) {
		case -1:
			err(1, "fork");
		case 0:
			for (id = first + k; id <= last; id += count) {
				snprintf(path, sizeof(path),
					 "/sys/devices/system/memory/memory%lu/state", id);
				fd = open_to(path, O_WRONLY);
				put(fd, path, word);
				close(fd);
			}
			_exit(0);
		}
	}
	while (wait(&status) > 0)
		failed |= status;
	end = now();
	if (failed)
		errx(1, "a task failed");
	printf("%llu\n", end - start);
}

static void read_all(const char *path, unsigned long *bytes,
		     unsigned long *lines)
{
	int fd = open_to(path, O_RDONLY);
	const char *p;
	ssize_t n;

	*bytes = 0;
	*lines = 0;
	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		*bytes += n;
		for (p = buffer; (p = memchr(p, '\n', buffer + n - p)); p++)
			++*lines;
	}
	if (n < 0)
		err(1, "%s", path);
	close(fd);
}

static void read_count(unsigned long count, const char *path)
{
	unsigned long bytes, lines;
	unsigned long long start, end;

	while (count--) {
		start = now();
		read_all(path, &bytes, &lines);
		end = now();
		printf("%llu %lu %lu\n", end - start, bytes, lines);
	}
}

static void load(const char *path, const char *parameters)
{
	int fd = open_to(path, O_RDONLY);
	unsigned long long start = now();

	if (syscall(SYS_finit_module, fd, parameters, 0))
		err(1, "%s", path);
	printf("%llu\n", now() - start);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	const char *clock_name = getenv("CLOCK");
	unsigned long bytes, lines;

	if (clock_name && !strcmp(clock_name, "cpu"))
		clock_id = CLOCK_THREAD_CPUTIME_ID;
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		err(1, "mlockall");
	if (!strcmp(verb, "steps") && argc >= 5 && argc % 2)
		steps(to_number(argv[2]), argv + 3, (argc - 3) / 2);
	else if (!strcmp(verb, "each") && argc == 5)
		each(argv[2], to_number(argv[3]), to_number(argv[4]));
	else if (!strcmp(verb, "tasks") && argc == 6)
		tasks(to_number(argv[2]), argv[3], to_number(argv[4]),
		      to_number(argv[5]));
	else if (!strcmp(verb, "write") && argc == 4)
		printf("%llu\n", put(open_to(argv[2], O_WRONLY), argv[2], argv[3]));
	else if (!strcmp(verb, "read") && argc == 4)
		read_count(to_number(argv[2]), argv[3]);
	else if (!strcmp(verb, "reread") && argc == 3)
		for (;;)
			read_all(argv[2], &bytes, &lines);
	else if (!strcmp(verb, "load") && argc == 4)
		load(argv[2], argv[3]);
	else
		errx(2, "usage: stopwatch steps|each|tasks|write|read|reread|load ...");
	return 0;
}
