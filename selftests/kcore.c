// SPDX-License-Identifier: GPL-2.0-only
/*
 * kcore: read memory through /proc/kcore, which knows more than /dev/mem gives,
 * or through another file of its kind.
 *
 *	kcore [-f FILE] list		its segments: virtual address, physical
 *					address or "-", size
 *	kcore [-f FILE] pa ADDRESS SIZE	read at a physical address
 *	kcore [-f FILE] va ADDRESS SIZE	read at an address of the kernel's
 *
 * Reading prints "nonzero=N first=0x..": 64-bit words that are not zero, and the
 * first word; or "absent" if no segment has the address.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long long u64;

#define NO_ADDRESS	(~0ULL)
#define CHUNK		(64 << 10)

static struct elf64_phdr *segments;
static unsigned int nr_segments;
static const char *file = "/proc/kcore";
static int fd;

static void read_headers(void)
{
	struct elf64_hdr header;
	size_t size;

	fd = open(file, O_RDONLY);
	if (fd < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header))
		err(2, "%s", file);
	nr_segments = header.e_phnum;
	size = nr_segments * sizeof(*segments);
	segments = malloc(size);
	if (!segments ||
	    pread(fd, segments, size, header.e_phoff) != (ssize_t)size)
		err(2, "%s", file);
}

static void list(void)
{
	const struct elf64_phdr *s;

	for (s = segments; s < segments + nr_segments; s++) {
		if (s->p_type != PT_LOAD)
			continue;
		printf("0x%llx ", (u64)s->p_vaddr);
		if (s->p_paddr == NO_ADDRESS)
			printf("- ");
		else
			printf("0x%llx ", (u64)s->p_paddr);
		printf("0x%llx\n", (u64)s->p_filesz);
	}
}

/* Where in the file a memory address is, -1 if nowhere. */
static off_t find(u64 address, int physical)
{
	const struct elf64_phdr *s;

	for (s = segments; s < segments + nr_segments; s++) {
		u64 start = physical ? s->p_paddr : s->p_vaddr;

		if (s->p_type != PT_LOAD || start == NO_ADDRESS)
			continue;
		if (address >= start && address - start < s->p_filesz)
			return s->p_offset + (address - start);
	}
	return -1;
}

static void look(off_t at, u64 size)
{
	static u64 words[CHUNK / sizeof(u64)];
	u64 nonzero = 0, first = 0, done = 0, i;

	while (done < size) {
		u64 want = size - done < CHUNK ? size - done : CHUNK;
		ssize_t n = pread(fd, words, want, at + done);

		if (n <= 0)
			err(2, "%s at 0x%llx", file, (u64)at + done);
		if (!done)
			first = words[0];
		for (i = 0; i < n / sizeof(u64); i++)
			nonzero += !!words[i];
		done += n;
	}
	printf("nonzero=%llu first=0x%llx\n", nonzero, first);
}

int main(int argc, char **argv)
{
	off_t at;

	if (argc > 2 && !strcmp(argv[1], "-f")) {
		file = argv[2];
		argc -= 2;
		argv += 2;
	}
	if (argc == 2 && !strcmp(argv[1], "list")) {
		read_headers();
		list();
		return 0;
	}
	if (argc != 4 || (strcmp(argv[1], "pa") && strcmp(argv[1], "va")))
		errx(2, "usage: kcore [-f FILE] list, kcore [-f FILE] pa|va ADDRESS SIZE");
	read_headers();
	at = find(strtoull(argv[2], NULL, 0), argv[1][0] == 'p');
	if (at < 0)
		puts("absent");
	else
		look(at, strtoull(argv[3], NULL, 0));
	return 0;
}
