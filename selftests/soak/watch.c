// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "watch.h"

/*
 * How reports begin that end a soak at once; ../splats.awk has the whole log later.
 * "WARNING: possible" is lockdep, which sees a deadlock that cannot be when a block is
 * removed (docs/kernel-faults.md) and is left to splats.awk.
 */
static const char * const begins[] = {
	"WARNING: ", "BUG: ", "kernel BUG at ", "UBSAN: ", "Oops", "refcount_t: ",
	"list_add corruption", "list_del corruption", "general protection fault",
	"addressing exception", "Unable to handle", "page allocation failure",
};

static int kmsg = -1;

/* From now on. */
void watch_start(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg >= 0)
		lseek(kmsg, 0, SEEK_END);
}

static bool is_report(const char *text)
{
	size_t i;

	if (!strncmp(text, "WARNING: possible ", 18) || !strncmp(text, "WARNING: bad unlock", 19))
		return false;
	for (i = 0; i < ARRAY_SIZE(begins); i++) {
		if (!strncmp(text, begins[i], strlen(begins[i])))
			return true;
	}
	return false;
}

/* What allocations that fail on purpose bring about. */
static bool is_expected(const char *text)
{
	return machine.fail_nth && strstr(text, "vmalloc error");
}

bool watch_is_clean(char *why, size_t size)
{
	char record[8192], *text;
	ssize_t n;

	for (;;) {
		n = read(kmsg, record, sizeof(record) - 1);
		if (n < 0 && errno == EPIPE)
			continue;	/* overwritten, and the next one is there */
		if (n <= 0)
			return true;
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text || !is_report(text + 1) || is_expected(text + 1))
			continue;
		snprintf(why, size, "kernel log: %.*s", (int)strcspn(text + 1, "\n"), text + 1);
		return false;
	}
}

/* Whatever there was, and what is said once is said again. */
void watch_forget(void)
{
	lseek(kmsg, 0, SEEK_END);
	write_file("/sys/kernel/debug/clear_warn_once", "1", 1);
}
