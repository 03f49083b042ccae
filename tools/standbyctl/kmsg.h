/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel log says about page frames: why offlining them failed, which
 * could not be moved, and what was printed about those. With dynamic debug the
 * kernel gives its reason; it is switched on for the time of an attempt only.
 */
#ifndef STANDBYCTL_KMSG_H
#define STANDBYCTL_KMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct kmsg_page - a page that could not be moved
 * @pfn: its number
 * @line: the first line of its dump, NULL if there was none
 * @why: what the dump says it is for
 * @owner: who allocated it, where page_owner=on; NULL otherwise
 */
struct kmsg_page {
	uint64_t pfn;
	char *line;
	char *why;
	char *owner;
};

/**
 * struct kmsg - what was found
 * @reason: the kernel gives, NULL if none
 * @pages: that could not be moved
 * @n: how many
 */
struct kmsg {
	char *reason;
	struct kmsg_page *pages;
	size_t n;
};

int kmsg_open(bool from_now);
char *kmsg_read(int fd);
void kmsg_parse(struct kmsg *kmsg, const char *log, uint64_t start, uint64_t size,
		uint64_t page_size);
void kmsg_free(struct kmsg *kmsg);

enum debug_state { DEBUG_NONE, DEBUG_WAS_ON, DEBUG_SWITCHED_ON };

enum debug_state debug_on(void);
void debug_off(enum debug_state state);

#endif /* STANDBYCTL_KMSG_H */
