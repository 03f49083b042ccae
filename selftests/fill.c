// SPDX-License-Identifier: GPL-2.0-only
/*
 * fill: use memory for real. Takes pages until enough of them lie in a given
 * range of page frames, writes a pattern to every cache line that is nowhere the
 * same, runs a command, and reads everything back.
 *
 *	fill -r PFN:COUNT [-n NODE] [-p %] [-k MIB] [-m MIB] [-t KIND] [-f FILE]
 *	     [-x CMD]
 *
 *	-r	the range; which page is where is read from /proc/self/pagemap
 *	-n	the node the range is on: others are not emptied on the way to it, and
 *		have room for what is in the range as it goes offline
 *	-p	stop when this part of the range is ours (90)
 *	-k	leave this much free (64 MiB), whatever that means for -p
 *	-m	take no more than this, wherever it is
 *	-t	what the pages are of: anon (as is), shmem, locked (mlock), huge, same (all
 *		of the same contents, for KSM), pinned (for long, by io_uring), piped (a
 *		few of them, by vmsplice), file (mapped, of the one that -f names), swapped
 *		(out, and in again: in the swap cache as another process needs the copy),
 *		small (pages that khugepaged may make huge ones of)
 *	-f	what is made, and written to
 *	-x	run by sh between writing and reading back
 *
 * Prints in_range=N pages=N bad=N command=STATUS. Exit status 1 if a line
 * changed, 2 if something else went wrong.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/mempolicy.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef unsigned long long u64;

#define CHUNK		(4UL << 20)
#define LINE		(64 / sizeof(u64))	/* words */
#define MAX_CHUNKS	16384
#define PM_PRESENT	0x8000000000000000ULL
#define PM_PFN		0x007fffffffffffffULL

static u64 *chunks[MAX_CHUNKS];
static size_t nr_chunks;
static size_t page_size;

static const char *const kinds[] = {
	"anon", "shmem", "locked", "huge", "same", "pinned", "piped", "file", "swapped",
	"small"
};

static enum {
	ANON, SHMEM, LOCKED, HUGE, SAME, PINNED, PIPED, FROM_FILE, SWAPPED, SMALL,
	NR_KINDS
} kind;

static int file = -1;

static u64 pattern(size_t chunk, size_t word)
{
	if (kind == SAME) {
		chunk = 0;
		word %= page_size / sizeof(u64);
	}
	/* An odd multiplier: no two words of a run agree. */
	return ((u64)chunk << 32 | word) * 0x9e3779b97f4a7c15ULL;
}

static u64 pages_in_range(int pagemap, const void *mem, u64 pfn, u64 count)
{
	u64 entries[CHUNK / 4096], found = 0;
	size_t n = CHUNK / page_size, i;
	off_t at = (uintptr_t)mem / page_size * 8;

	if (pread(pagemap, entries, n * 8, at) != (ssize_t)(n * 8))
		err(2, "/proc/self/pagemap");
	for (i = 0; i < n; i++) {
		u64 p = entries[i] & PM_PFN;

		if (entries[i] & PM_PRESENT && p >= pfn && p < pfn + count)
			found++;
	}
	return found;
}

static u64 *map_chunk(void)
{
	/* What is to be huge has to be aligned. */
	size_t size = kind == HUGE || kind == SMALL ? 2 * CHUNK : CHUNK;
	int fd = -1, flags = MAP_PRIVATE | MAP_ANONYMOUS;
	off_t at = 0;
	char *mem;

	if (kind == FROM_FILE) {
		fd = file;
		at = nr_chunks * CHUNK;
		if (ftruncate(fd, at + CHUNK))
			err(2, "the file");
		flags = MAP_SHARED;
	}
	if (kind == SHMEM) {
		fd = memfd_create("fill", 0);
		if (fd < 0 || ftruncate(fd, size))
			err(2, "memfd");
		flags = MAP_SHARED;
	}
	mem = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, at);
	if (kind == SHMEM)
		close(fd);
	if (mem == MAP_FAILED)
		return NULL;
	if (kind == HUGE || kind == SMALL)
		mem += -(uintptr_t)mem % CHUNK;
	if (kind == LOCKED && mlock(mem, CHUNK))
		err(2, "mlock");
	if (kind == HUGE && madvise(mem, CHUNK, MADV_HUGEPAGE))
		err(2, "madvise(MADV_HUGEPAGE)");
	if (kind == SAME && madvise(mem, CHUNK, MADV_MERGEABLE))
		err(2, "madvise(MADV_MERGEABLE)");
	return (u64 *)mem;
}

/* As a device would have them that does DMA whenever it likes; until we end. */
static void pin(void)
{
	struct io_uring_params params = { 0 };
	struct iovec *vec = calloc(nr_chunks, sizeof(*vec));
	int ring = syscall(__NR_io_uring_setup, 1, &params);
	size_t i;

	if (!vec || ring < 0)
		err(2, "io_uring_setup");
	for (i = 0; i < nr_chunks; i++) {
		vec[i].iov_base = chunks[i];
		vec[i].iov_len = CHUNK;
	}
	if (syscall(__NR_io_uring_register, ring, IORING_REGISTER_BUFFERS, vec, nr_chunks))
		err(2, "io_uring_register");
	free(vec);
}

/* The pages themselves are in the pipe, as many as it has room for. */
static void splice_pages(int ends[2])
{
	struct iovec vec = { chunks[nr_chunks - 1], CHUNK };

	if (pipe(ends) || vmsplice(ends[1], &vec, 1, SPLICE_F_NONBLOCK) <= 0)
		err(2, "vmsplice");
}

/* What is read of swap stays in its cache as long as somebody else wants it. */
static void swap_out_and_in(void)
{
	volatile const char *mem;
	size_t i, at;

	for (i = 0; i < nr_chunks; i++)
		if (madvise(chunks[i], CHUNK, MADV_PAGEOUT))
			err(2, "madvise(MADV_PAGEOUT)");
	switch (fork()) {
	case -1:
		err(2, "fork");
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	for (i = 0; i < nr_chunks; i++)
		for (at = 0, mem = (char *)chunks[i]; at < CHUNK; at += page_size)
			(void)mem[at];
}

static int write_chunk(void)
{
	size_t words = CHUNK / sizeof(u64), w;
	u64 *mem;

	if (nr_chunks == MAX_CHUNKS)
		return 0;
	mem = map_chunk();
	if (!mem)
		return 0;
	for (w = 0; w < words; w += LINE)
		mem[w] = pattern(nr_chunks, w);
	if (kind == SMALL && madvise(mem, CHUNK, MADV_HUGEPAGE))
		err(2, "madvise(MADV_HUGEPAGE)");
	chunks[nr_chunks++] = mem;
	return 1;
}

static u64 verify(void)
{
	size_t words = CHUNK / sizeof(u64), c, w;
	u64 bad = 0;

	for (c = 0; c < nr_chunks; c++)
		for (w = 0; w < words; w += LINE)
			bad += chunks[c][w] != pattern(c, w);
	return bad;
}

static u64 available(void)
{
	struct sysinfo si;

	if (sysinfo(&si))
		err(2, "sysinfo");
	return (u64)si.freeram * si.mem_unit;
}

static void prefer_node(unsigned long node)
{
	unsigned long mask[16] = { 0 };
	const unsigned long bits = 8 * sizeof(*mask);

	/* A kernel without nodes has no such call, and needs none. */
	if (access("/sys/devices/system/node", F_OK))
		return;
	if (node >= 16 * bits)
		errx(2, "node %lu is too much", node);
	mask[node / bits] = 1UL << node % bits;
	if (syscall(SYS_set_mempolicy, MPOL_PREFERRED, mask, 16 * bits))
		err(2, "node %lu", node);
}

int main(int argc, char **argv)
{
	u64 pfn = 0, count = 0, want, in_range = 0, bad, keep = 64ULL << 20;
	size_t i, most = MAX_CHUNKS;
	const char *command = NULL;
	int opt, pagemap, status = 0, ends[2];
	unsigned int percent = 90;
	char *end;

	page_size = sysconf(_SC_PAGESIZE);
	while ((opt = getopt(argc, argv, "r:n:p:k:m:t:f:x:")) != -1) {
		switch (opt) {
		case 'r':
			pfn = strtoull(optarg, &end, 0);
			if (*end != ':')
				errx(2, "-r wants PFN:COUNT");
			count = strtoull(end + 1, NULL, 0);
			break;
		case 'n':
			prefer_node(strtoul(optarg, NULL, 0));
			break;
		case 'p':
			percent = strtoul(optarg, NULL, 0);
			break;
		case 'k':
			keep = strtoull(optarg, NULL, 0) << 20;
			break;
		case 'm':
			most = strtoull(optarg, NULL, 0) * (1 << 20) / CHUNK;
			break;
		case 't':
			while (kind < NR_KINDS && strcmp(optarg, kinds[kind]))
				kind++;
			if (kind == NR_KINDS)
				errx(2, "-t: no kind %s", optarg);
			break;
		case 'f':
			file = open(optarg, O_RDWR | O_CREAT | O_TRUNC, 0600);
			if (file < 0)
				err(2, "%s", optarg);
			break;
		case 'x':
			command = optarg;
			break;
		default:
			return 2;
		}
	}
	if (!count || optind != argc)
		errx(2, "usage: fill -r PFN:COUNT [-npkmtfx VALUE]..., see its head");
	if (kind == FROM_FILE && file < 0)
		errx(2, "-t file wants -f");

	pagemap = open("/proc/self/pagemap", O_RDONLY);
	if (pagemap < 0)
		err(2, "/proc/self/pagemap");
	want = count * percent / 100;
	while (in_range < want && nr_chunks < most && available() > keep + CHUNK && write_chunk())
		in_range += pages_in_range(pagemap, chunks[nr_chunks - 1], pfn,
					   count);
	if (kind == SWAPPED) {
		swap_out_and_in();
		for (in_range = 0, i = 0; i < nr_chunks; i++)
			in_range += pages_in_range(pagemap, chunks[i], pfn, count);
	}
	if (kind == PINNED && nr_chunks)
		pin();
	if (kind == PIPED && nr_chunks)
		splice_pages(ends);
	if (command) {
		fflush(stdout);
		status = system(command);
		status = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
	}
	bad = verify();
	printf("in_range=%llu pages=%llu bad=%llu command=%d\n",
	       in_range,
	       (u64)(nr_chunks * (CHUNK / page_size)),
	       bad, status);
	return bad ? 1 : 0;
}
