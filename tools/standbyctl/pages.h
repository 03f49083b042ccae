/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose pages they are: what /proc/kpageflags says they are used for, and which
 * processes have them mapped.
 */
#ifndef STANDBYCTL_PAGES_H
#define STANDBYCTL_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum page_use {
	PAGE_FREE,
	PAGE_ANON,
	PAGE_FILE,
	PAGE_HUGETLB,
	PAGE_SLAB,
	PAGE_TABLE,
	PAGE_KERNEL,		/* in use, and nothing that could be moved */
	PAGE_ABSENT,		/* no page, an altmap, or offline */
	PAGE_USES
};

extern const char * const page_use_names[PAGE_USES];

struct page_user {
	int pid;
	char name[32];
	uint64_t pages;
	uint64_t first_pfn;
	uint64_t address;
};

/**
 * struct page_users - processes that have pages of a range mapped
 * @users: they
 * @n: how many
 */
struct page_users {
	struct page_user *users;
	size_t n;
};

bool pages_count(uint64_t pfn, uint64_t n, uint64_t uses[PAGE_USES]);
const char *page_use_name(uint64_t pfn);
void page_users_find(struct page_users *users, uint64_t pfn, uint64_t n,
		     uint64_t page_size);
void page_users_free(struct page_users *users);

#endif /* STANDBYCTL_PAGES_H */
