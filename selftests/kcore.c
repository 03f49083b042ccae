// SPDX-License-Identifier: GPL-2.0-only
/*
 * kcore: read memory through /proc/kcore, which knows more than /dev/mem gives,
 * or through another file of its kind.
 *
 *	kcore [-f FILE] list		its segments: virtual address, physical
 *					address or "-", size
 *	kcore [-f FILE] pa ADDRESS SIZE [KEY]	read at a physical address
 *	kcore [-f FILE] va ADDRESS SIZE	read at an address of the kernel's
 *	kcore [-f FILE] all		read all of it
 *
 * Reading prints "nonzero=N first=0x..": 64-bit words that are not zero, and the
 * first word; or "absent" if no segment has the address. With KEY also "keyed=N":
 * words that are their address with the bits of KEY changed. All is "segments=N
 * bytes=N".
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

static u64 words[CHUNK / sizeof(u64)];

static ssize_t read_words(off_t at, u64 size)
{
	ssize_t n = pread(fd, words, size < CHUNK ? size : CHUNK, at);

	if (n <= 0)
		err(2, "%s at 0x%llx", file, (u64)at);
	return n;
}

static void look(off_t at, u64 size, u64 address, const char *key)
{
	u64 bits = key ? strtoull(key, NULL, 0) : 0;
	u64 nonzero = 0, keyed = 0, first = 0, done = 0, i;

	while (done < size) {
		ssize_t n = read_words(at + done, size - done);

		if (!done)
			first = words[0];
		for (i = 0; i < n / sizeof(u64); i++) {
			nonzero += !!words[i];
			keyed += words[i] == ((address + done + i * sizeof(u64)) ^ bits);
		}
		done += n;
	}
	printf("nonzero=%llu first=0x%llx", nonzero, first);
	if (key)
		printf(" keyed=%llu", keyed);
	putchar('\n');
}

static void read_all(void)
{
	const struct elf64_phdr *s;
	u64 done, bytes = 0;
	unsigned int n = 0;

	for (s = segments; s < segments + nr_segments; s++) {
		if (s->p_type != PT_LOAD)
			continue;
		for (done = 0; done < s->p_filesz;)
			done += read_words(s->p_offset + done, s->p_filesz - done);
		bytes += done;
		n++;
	}
	printf("segments=%u bytes=%llu\n", n, bytes);
}

int main(int argc, char **argv)
{
	u64 address;
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
	if (argc == 2 && !strcmp(argv[1], "all")) {
		read_headers();
		read_all();
		return 0;
	}
	if ((argc != 4 || strcmp(argv[1], "va")) &&
	    ((argc != 4 && argc != 5) || strcmp(argv[1], "pa")))
		errx(2, "usage: kcore [-f FILE] list|all|va ADDRESS SIZE|pa ADDRESS SIZE [KEY]");
	read_headers();
	address = strtoull(argv[2], NULL, 0);
	at = find(address, argv[1][0] == 'p');
	if (at < 0)
		puts("absent");
	else
		look(at, strtoull(argv[3], NULL, 0), address, argv[4]);
	return 0;
}
