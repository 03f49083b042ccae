// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kernel-page-flags.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pages.h"
#include "sysroot.h"
#include "util.h"

#define CHUNK	4096	/* entries read at a time */

/* Not in the header for programs, but in the file. */
#define KPF_RESERVED	32

/* A word of /proc/PID/pagemap; Documentation/admin-guide/mm/pagemap.rst. */
#define PAGEMAP_PRESENT	(1ULL << 63)
#define PAGEMAP_PFN	((1ULL << 55) - 1)

const char * const page_use_names[PAGE_USES] = {
	[PAGE_FREE] = "free",
	[PAGE_ANON] = "anonymous memory",
	[PAGE_FILE] = "files",
	[PAGE_HUGETLB] = "huge pages (hugetlb)",
	[PAGE_SLAB] = "slab",
	[PAGE_TABLE] = "page tables",
	[PAGE_KERNEL] = "other kernel memory",
	[PAGE_ABSENT] = "no pages (altmap, hole)",
};

static enum page_use use_of(uint64_t flags)
{
	if (flags & (1ULL << KPF_NOPAGE | 1ULL << KPF_OFFLINE | 1ULL << KPF_HWPOISON))
		return PAGE_ABSENT;
	if (flags & 1ULL << KPF_BUDDY)
		return PAGE_FREE;
	if (flags & 1ULL << KPF_HUGE)
		return PAGE_HUGETLB;
	if (flags & 1ULL << KPF_SLAB)
		return PAGE_SLAB;
	if (flags & 1ULL << KPF_PGTABLE)
		return PAGE_TABLE;
	if (flags & 1ULL << KPF_ANON)
		return PAGE_ANON;
	/* Reserved is what never was given to the allocator: an altmap. */
	if (flags & 1ULL << KPF_RESERVED)
		return PAGE_ABSENT;
	if (flags & (1ULL << KPF_LRU | 1ULL << KPF_MMAP))
		return PAGE_FILE;
	/* Nothing known of it: on the lists of a CPU, or the kernel's own. */
	return flags ? PAGE_KERNEL : PAGE_FREE;
}

/**
 * pages_count() - what the pages of a range are used for
 * @pfn: first
 * @n: how many
 * @uses: counted up
 *
 * Return: false if the kernel does not tell.
 */
bool pages_count(uint64_t pfn, uint64_t n, uint64_t uses[PAGE_USES])
{
	char *path = sys_path("/proc/kpageflags");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t flags[CHUNK];
	enum page_use tail = PAGE_KERNEL, use;
	ssize_t got = -1;
	ssize_t i;

	free(path);
	if (fd < 0)
		return false;
	while (n) {
		got = pread(fd, flags, sizeof(*flags) * (n < CHUNK ? n : CHUNK),
			    pfn * sizeof(*flags));
		if (got < (ssize_t)sizeof(*flags))
			break;
		got /= sizeof(*flags);
		for (i = 0; i < got; i++) {
			/* Only the head of a compound page says what it is. */
			use = flags[i] & 1ULL << KPF_COMPOUND_TAIL ? tail : use_of(flags[i]);
			tail = use;
			uses[use]++;
		}
		n -= got;
		pfn += got;
	}
	close(fd);
	return !n;
}

/**
 * page_use_name() - what a page is used for
 * @pfn: its number
 *
 * Return: some words; NULL if the kernel does not tell.
 */
const char *page_use_name(uint64_t pfn)
{
	uint64_t uses[PAGE_USES] = { };
	enum page_use use;

	if (!pages_count(pfn, 1, uses))
		return NULL;
	for (use = 0; use < PAGE_USES && !uses[use]; use++)
		;
	return page_use_names[use];
}

static void note(struct page_users *users, int pid, uint64_t pfn, uint64_t address)
{
	struct page_user *user;
	char *name;

	if (!users->n || users->users[users->n - 1].pid != pid) {
		users->users = xgrow(users->users, users->n, sizeof(*users->users));
		user = &users->users[users->n++];
		user->pid = pid;
		user->first_pfn = pfn;
		user->address = address;
		name = sys_line("/proc/%d/comm", pid);
		snprintf(user->name, sizeof(user->name), "%s", name ?: "?");
		free(name);
	}
	users->users[users->n - 1].pages++;
}

/* A mapping of a process, a chunk at a time. */
static void look_at_mapping(struct page_users *users, int fd, int pid, uint64_t from,
			    uint64_t to, uint64_t pfn, uint64_t n, uint64_t page_size)
{
	uint64_t words[CHUNK], page = from / page_size, left = (to - from) / page_size;
	ssize_t got, i;

	while (left) {
		got = pread(fd, words, sizeof(*words) * (left < CHUNK ? left : CHUNK),
			    page * sizeof(*words));
		if (got < (ssize_t)sizeof(*words))
			return;
		got /= sizeof(*words);
		for (i = 0; i < got; i++) {
			uint64_t frame = words[i] & PAGEMAP_PFN;

			if ((words[i] & PAGEMAP_PRESENT) && frame >= pfn && frame - pfn < n)
				note(users, pid, frame, (page + i) * page_size);
		}
		page += got;
		left -= got;
	}
}

/**
 * page_users_find() - processes that have pages of a range mapped
 * @users: filled in; none where the kernel does not tell
 * @pfn: first page
 * @n: how many
 * @page_size: in bytes
 */
void page_users_find(struct page_users *users, uint64_t pfn, uint64_t n,
		     uint64_t page_size)
{
	char **pids = sys_list("/proc", "");
	uint64_t from, to;
	size_t i;

	*users = (struct page_users){ };
	for (i = 0; pids && pids[i]; i++) {
		char *maps = sys_read("/proc/%s/maps", pids[i]), *rest = maps, *line;
		char *path = sys_path("/proc/%s/pagemap", pids[i]);
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		while (maps && fd >= 0 && (line = strsep(&rest, "\n"))) {
			if (sscanf(line, "%" SCNx64 "-%" SCNx64, &from, &to) == 2)
				look_at_mapping(users, fd, atoi(pids[i]), from, to, pfn, n,
						page_size);
		}
		if (fd >= 0)
			close(fd);
		free(path);
		free(maps);
		free(pids[i]);
	}
	free(pids);
}

/**
 * page_users_free() - free what page_users_find() found
 * @users: that
 */
void page_users_free(struct page_users *users)
{
	free(users->users);
	*users = (struct page_users){ };
}
