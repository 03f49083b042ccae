// SPDX-License-Identifier: GPL-2.0-only
/*
 * cycle: bring a memory block online, look at files, and take it offline again
 * at once. Memory in a kernel zone draws the kernel's own allocations from the
 * moment it is online, and one page that cannot move keeps the block online for
 * good: a shell would fork into it. So everything is opened, read once and
 * locked in memory before, and nothing but reads happens in between.
 *
 *	cycle FILE TEXT STATE-FILE DIRECTORY LOOK...
 *
 * TEXT written to FILE brings the block of STATE-FILE online. What the files
 * LOOK say then goes to DIRECTORY under their last path components. Prints
 * "online=NAME offline=NAME tries=N", OK or names of errnos. Exit status 0 if
 * both went well, 1 if the block did not go online, 3 if it stays online.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "errname.h"

#define MAX_FILES	16
#define MAX_SIZE	(256 << 10)
#define MAX_TRIES	50

static struct {
	const char *path;
	char *data;
	size_t len;
	int fd;
} files[MAX_FILES];

static void look(int i)
{
	ssize_t n;

	files[i].len = 0;
	if (lseek(files[i].fd, 0, SEEK_SET) < 0)
		err(2, "%s", files[i].path);
	do {
		n = read(files[i].fd, files[i].data + files[i].len,
			 MAX_SIZE - files[i].len);
		if (n > 0)
			files[i].len += n;
	} while (n > 0);
}

static void save(int i, const char *directory)
{
	const char *name = strrchr(files[i].path, '/');
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory,
		 name ? name + 1 : files[i].path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, files[i].data, files[i].len) !=
	    (ssize_t)files[i].len)
		err(2, "%s", path);
	close(fd);
}

static int put(int fd, const char *word)
{
	return write(fd, word, strlen(word)) < 0 ? errno : 0;
}

int main(int argc, char **argv)
{
	int file, state, caches, online, offline = 0, tries = 0, i;
	int nr = argc - 5;

	if (nr < 0 || nr > MAX_FILES)
		errx(2, "usage: cycle FILE TEXT STATE-FILE DIRECTORY LOOK...");
	file = open(argv[1], O_WRONLY);
	if (file < 0)
		err(2, "%s", argv[1]);
	caches = open("/proc/sys/vm/drop_caches", O_WRONLY);
	/* It may come with the block only. */
	state = open(argv[3], O_WRONLY);
	for (i = 0; i < nr; i++) {
		files[i].path = argv[i + 5];
		files[i].fd = open(files[i].path, O_RDONLY);
		files[i].data = malloc(MAX_SIZE);
		if (files[i].fd < 0 || !files[i].data)
			err(2, "%s", files[i].path);
	}
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		err(2, "mlockall");
	for (i = 0; i < nr; i++)
		look(i);

	online = put(file, argv[2]);
	if (!online) {
		for (i = 0; i < nr; i++)
			look(i);
		/* A file that says more than before has a new buffer. */
		for (i = 0; i < nr; i++)
			close(files[i].fd);
		if (state < 0)
			state = open(argv[3], O_WRONLY);
		do {
			if (tries++) {
				put(caches, "2");
				usleep(20000);
			}
			offline = put(state, "offline");
		} while (offline == EBUSY && tries < MAX_TRIES);
	}
	for (i = 0; i < nr; i++)
		save(i, argv[4]);
	printf("online=%s ", errname(online));
	printf("offline=%s tries=%d\n", errname(offline), tries);
	if (!online && offline)
		return 3;
	return online ? 1 : 0;
}
