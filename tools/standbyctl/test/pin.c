// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin - hold a page of anonymous memory in a pipe until killed, so that it cannot
 * be moved. Prints its page frame number.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void)
{
	long size = sysconf(_SC_PAGESIZE);
	struct iovec iov = { .iov_len = size };
	int pipes[2], fd;
	uint64_t word;

	iov.iov_base = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (iov.iov_base == MAP_FAILED)
		err(EXIT_FAILURE, "mmap");
	memset(iov.iov_base, 0x5a, size);
	/* The pipe takes a reference on the page, and not a copy. */
	if (pipe(pipes) || vmsplice(pipes[1], &iov, 1, 0) != size)
		err(EXIT_FAILURE, "vmsplice");
	fd = open("/proc/self/pagemap", O_RDONLY);
	if (fd < 0 || pread(fd, &word, sizeof(word), (uintptr_t)iov.iov_base / size *
			    sizeof(word)) != sizeof(word))
		err(EXIT_FAILURE, "/proc/self/pagemap");
	printf("%" PRIu64 "\n", word & (((uint64_t)1 << 55) - 1));
	fflush(stdout);
	pause();
	return EXIT_SUCCESS;
}
