// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe: facts about the running kernel that do not come from the module
 * under test.
 *
 *	probe pagesize		bytes in a page
 *	probe sizeof STRUCT	bytes in a struct, from /sys/kernel/btf/vmlinux
 *	probe peek ADDRESS	the 64-bit word at a physical address, by /dev/mem
 *	probe poke ADDRESS	change that word
 *	probe memmap PFN COUNT	how many pages from PFN on, of COUNT, are held
 *				back from the page allocator as memmap (flags in
 *				/proc/kpageflags); "unknown" if the kernel does
 *				not show pages that far up
 *
 * Exit status 0, or 1 if the kernel does not say.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bits of /proc/kpageflags; those above 31 are "subject to change". */
#define KPF_UPTODATE		3
#define KPF_LRU			5
#define KPF_SLAB		7
#define KPF_BUDDY		10
#define KPF_ANON		12
#define KPF_OFFLINE		23
#define KPF_RESERVED		32
#define KPF_OWNER_2		34
#define KPF_OWNER_PRIVATE	37

/* PG_vmemmap_self_hosted is an alias of one of the owner bits. */
#define MEMMAP_FLAGS ((1ULL << KPF_OFFLINE) | (1ULL << KPF_RESERVED) | \
		      (1ULL << KPF_OWNER_2) | (1ULL << KPF_OWNER_PRIVATE))

typedef unsigned long long u64;

/* Pages in use have some of the same bits, but also one of these. */
#define USED_FLAGS ((1ULL << KPF_UPTODATE) | (1ULL << KPF_LRU) | \
		    (1ULL << KPF_SLAB) | (1ULL << KPF_BUDDY) | (1ULL << KPF_ANON))

static char *slurp(const char *path, size_t *size)
{
	size_t room = 1 << 20, len = 0;
	char *data = malloc(room);
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0 || !data)
		err(1, "%s", path);
	while ((n = read(fd, data + len, room - len)) > 0) {
		len += n;
		if (len == room) {
			room *= 2;
			data = realloc(data, room);
			if (!data)
				err(1, "%s", path);
		}
	}
	if (n < 0)
		err(1, "%s", path);
	close(fd);
	*size = len;
	return data;
}

/* Bytes of kind-specific data that follow a struct btf_type. */
static size_t btf_extra(const struct btf_type *t)
{
	size_t vlen = BTF_INFO_VLEN(t->info);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case 17: /* DECL_TAG */
		return 4;
	case BTF_KIND_ARRAY:
		return 12;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case 19: /* ENUM64 */
		return 12 * vlen;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return 8 * vlen;
	default:
		return 0;
	}
}

static int probe_sizeof(const char *name)
{
	size_t size;
	char *data = slurp("/sys/kernel/btf/vmlinux", &size);
	const struct btf_header *hdr = (const void *)data;
	const char *strings, *type, *end;

	if (size < sizeof(*hdr) || hdr->magic != BTF_MAGIC ||
	    (u64)hdr->hdr_len + hdr->type_off + hdr->type_len > size ||
	    (u64)hdr->hdr_len + hdr->str_off + hdr->str_len > size)
		errx(1, "no BTF in /sys/kernel/btf/vmlinux");
	strings = data + hdr->hdr_len + hdr->str_off;
	type = data + hdr->hdr_len + hdr->type_off;
	end = type + hdr->type_len;
	while (type + sizeof(struct btf_type) <= end) {
		const struct btf_type *t = (const void *)type;

		if (BTF_INFO_KIND(t->info) == BTF_KIND_STRUCT &&
		    t->name_off < hdr->str_len &&
		    !strcmp(strings + t->name_off, name)) {
			printf("%u\n", t->size);
			return 0;
		}
		type += sizeof(*t) + btf_extra(t);
	}
	errx(1, "struct %s not in BTF", name);
}

static int probe_memmap(u64 pfn, u64 count)
{
	u64 flags[1024], done = 0;
	int fd = open("/proc/kpageflags", O_RDONLY);

	if (fd < 0)
		err(1, "/proc/kpageflags");
	while (done < count) {
		u64 want = count - done, i;
		ssize_t n;

		if (want > 1024)
			want = 1024;
		n = pread(fd, flags, want * 8, (pfn + done) * 8);
		if (n < 8) {
			puts("unknown");
			return 1;
		}
		for (i = 0; i < (u64)n / 8; i++) {
			if (!(flags[i] & MEMMAP_FLAGS) ||
			    flags[i] & USED_FLAGS) {
				printf("%llu\n", done + i);
				return 0;
			}
		}
		done += i;
	}
	printf("%llu\n", done);
	return 0;
}

static int probe_word(u64 address, int change)
{
	size_t page = sysconf(_SC_PAGESIZE);
	/* Not O_SYNC: an uncached mapping beside a cached one is refused. */
	int fd = open("/dev/mem", change ? O_RDWR : O_RDONLY);
	char *mem;
	u64 word;

	if (fd < 0)
		err(1, "/dev/mem");
	mem = mmap(NULL, page, PROT_READ | (change ? PROT_WRITE : 0),
		   MAP_SHARED, fd, address & ~((u64)page - 1));
	if (mem == MAP_FAILED)
		err(1, "/dev/mem at 0x%llx", address);
	mem += address & (page - 1);
	memcpy(&word, mem, sizeof(word));
	if (change) {
		word = ~word;
		memcpy(mem, &word, sizeof(word));
	}
	printf("0x%llx\n", word);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "pagesize")) {
		printf("%ld\n", sysconf(_SC_PAGESIZE));
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "sizeof"))
		return probe_sizeof(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "memmap"))
		return probe_memmap(strtoull(argv[2], NULL, 0),
				    strtoull(argv[3], NULL, 0));
	if (argc == 3 && !strcmp(argv[1], "peek"))
		return probe_word(strtoull(argv[2], NULL, 0), 0);
	if (argc == 3 && !strcmp(argv[1], "poke"))
		return probe_word(strtoull(argv[2], NULL, 0), 1);
	errx(2, "usage: probe pagesize, sizeof NAME, memmap PFN COUNT, peek ADDR, poke ADDR");
}
