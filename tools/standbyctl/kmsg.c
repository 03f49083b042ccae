// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kmsg.h"
#include "sysroot.h"
#include "util.h"

#define DYNAMIC_DEBUG	"/proc/dynamic_debug/control"

/**
 * kmsg_open() - open the kernel log
 * @from_now: only what is logged from now on
 *
 * Return: a file that does not wait, negative if there is none.
 */
int kmsg_open(bool from_now)
{
	char *path = sys_path("/dev/kmsg");
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	free(path);
	if (fd >= 0 && from_now && !*sysroot)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/**
 * kmsg_read() - what there is in the log now
 * @fd: from kmsg_open(), negative for nothing
 *
 * Return: its messages, a line each, to be freed.
 */
char *kmsg_read(int fd)
{
	char record[8192], *text = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		abort();
	while (fd >= 0) {
		n = read(fd, record, sizeof(record));
		/* The log went round: on with the oldest that is left. */
		if (n < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (n <= 0)
			break;
		fwrite(record, 1, n, f);
		if (record[n - 1] != '\n' && !*sysroot)
			putc('\n', f);
	}
	if (fclose(f))
		abort();
	return text;
}

/* "6,812,5012345,-;text" without what is before the text. */
static const char *message_of(const char *line)
{
	const char *semicolon = strchr(line, ';');

	return semicolon ? semicolon + 1 : line;
}

static struct kmsg_page *page_of(struct kmsg *kmsg, uint64_t pfn)
{
	size_t i;

	for (i = 0; i < kmsg->n; i++) {
		if (kmsg->pages[i].pfn == pfn)
			return &kmsg->pages[i];
	}
	kmsg->pages = xgrow(kmsg->pages, kmsg->n, sizeof(*kmsg->pages));
	kmsg->pages[kmsg->n].pfn = pfn;
	return &kmsg->pages[kmsg->n++];
}

static void replace(char **where, const char *text)
{
	free(*where);
	*where = xstrdup(text);
}

/* "page last allocated via order 0, ..., pid 123, tgid 123 (name), ts ..." */
static void take_owner(struct kmsg_page *page, const char *text)
{
	const char *pid = strstr(text, "pid ");
	const char *end = pid ? strstr(pid, ", ts ") : NULL;

	if (!pid)
		return;
	free(page->owner);
	page->owner = end ? xstrndup(pid, end - pid) : xstrdup(pid);
}

/**
 * kmsg_parse() - find what is about a range
 * @kmsg: filled in
 * @log: from kmsg_read()
 * @start: physical address in bytes
 * @size: in bytes
 * @page_size: in bytes
 */
void kmsg_parse(struct kmsg *kmsg, const char *log, uint64_t start, uint64_t size,
		uint64_t page_size)
{
	char *copy = xstrdup(log), *rest = copy, *line;
	struct kmsg_page *page = NULL;

	*kmsg = (struct kmsg){ };
	while ((line = strsep(&rest, "\n"))) {
		const char *text = message_of(line), *at;
		uint64_t pfn, from;

		if (sscanf(text, "memory offlining [mem %" SCNx64, &from) == 1) {
			at = strstr(text, "failed due to ");
			if (from >= start && from < start + size && at)
				replace(&kmsg->reason, at + strlen("failed due to "));
		} else if (sscanf(text, "migrating pfn %" SCNx64, &pfn) == 1) {
			page = NULL;
			if (pfn * page_size >= start && pfn * page_size < start + size)
				page = page_of(kmsg, pfn);
		} else if (!strncmp(text, "page:", 5) || !strncmp(text, "page: ", 6)) {
			at = strstr(text, "pfn:");
			page = NULL;
			if (!at)
				continue;
			pfn = strtoull(at + 4, NULL, 16);
			if (pfn * page_size >= start && pfn * page_size < start + size) {
				page = page_of(kmsg, pfn);
				replace(&page->line, text);
			}
		} else if (page && !strncmp(text, "page dumped because: ", 21)) {
			replace(&page->why, text + 21);
		} else if (page && !strncmp(text, "page last allocated via", 23)) {
			take_owner(page, text);
		}
	}
	free(copy);
}

/**
 * kmsg_free() - free what kmsg_parse() found
 * @kmsg: that
 */
void kmsg_free(struct kmsg *kmsg)
{
	while (kmsg->n) {
		kmsg->n--;
		free(kmsg->pages[kmsg->n].line);
		free(kmsg->pages[kmsg->n].why);
		free(kmsg->pages[kmsg->n].owner);
	}
	free(kmsg->pages);
	free(kmsg->reason);
	*kmsg = (struct kmsg){ };
}

/**
 * debug_on() - have the kernel say why offlining fails
 *
 * Return: what debug_off() has to undo.
 */
enum debug_state debug_on(void)
{
	enum debug_state state = DEBUG_NONE;
	char *control = sys_read(DYNAMIC_DEBUG), *rest = control, *line;
	bool found = false, off = false;

	while (control && (line = strsep(&rest, "\n"))) {
		if (!strstr(line, "]offline_pages "))
			continue;
		found = true;
		off |= !!strstr(line, " =_ ");
	}
	free(control);
	if (found && !off)
		state = DEBUG_WAS_ON;
	else if (found && !*sysroot &&
		 !sys_write(DYNAMIC_DEBUG, "func offline_pages +p"))
		state = DEBUG_SWITCHED_ON;
	return state;
}

/**
 * debug_off() - undo debug_on()
 * @state: what it returned
 */
void debug_off(enum debug_state state)
{
	if (state == DEBUG_SWITCHED_ON)
		sys_write(DYNAMIC_DEBUG, "func offline_pages -p");
}
