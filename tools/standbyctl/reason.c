// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "pages.h"
#include "reason.h"
#include "sysroot.h"
#include "util.h"

/* So many pages are named; then their number must do. */
#define PAGES_SHOWN	8

/**
 * page_size_of() - size of a page
 * @model: the machine
 *
 * Return: bytes.
 */
uint64_t page_size_of(const struct model *model)
{
	return model->page_size != UNKNOWN ? model->page_size : sysconf(_SC_PAGESIZE);
}

/**
 * reason_open() - begin to listen
 * @reason: filled in
 * @model: the machine
 */
void reason_open(struct reason *reason, const struct model *model)
{
	reason->model = model;
	reason->log = kmsg_open(true);
	reason->debug = debug_on();
	reason->next_seq = ledger_next(model);
}

/**
 * reason_begin() - an attempt begins; what was said before is of no interest
 * @reason: open
 */
void reason_begin(struct reason *reason)
{
	if (!*sysroot)
		free(kmsg_read(reason->log));
}

/**
 * reason_close() - stop listening, and leave the kernel as it was
 * @reason: open
 */
void reason_close(struct reason *reason)
{
	debug_off(reason->debug);
	if (reason->log >= 0)
		close(reason->log);
}

static const struct {
	const char *reason;
	const char *means;
} kernel_reasons[] = {
	{ "signal backoff", "pages could not be moved in the time there was" },
	{ "unmovable page", "it holds pages that the kernel cannot move" },
	{ "notifier failure", "a subscriber of the memory notifier chain refused" },
	{ "failure to isolate range", "it holds pages that the kernel cannot move" },
	{ "multizone range", "it lies in more than one zone" },
	{ "memory holes", "it has holes" },
	{ "failure to dissolve huge pages", "huge pages in it are in use, and there is no room for them elsewhere" },
};

static void explain_kernel(FILE *f, const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kernel_reasons); i++) {
		if (!strcmp(text, kernel_reasons[i].reason)) {
			fprintf(f, "  the kernel: %s: %s\n", text, kernel_reasons[i].means);
			return;
		}
	}
	fprintf(f, "  the kernel: %s\n", text);
}

/* More references than page tables explain are somebody who holds the page. */
static void explain_references(FILE *f, const char *line)
{
	const char *ref = strstr(line, "refcount:"), *map = strstr(line, "mapcount:");
	long references, mapped;

	if (!ref || !map)
		return;
	references = strtol(ref + strlen("refcount:"), NULL, 10);
	mapped = strtol(map + strlen("mapcount:"), NULL, 10);
	fprintf(f, ", %ld references, mapped %ld times%s", references, mapped,
		references > mapped && mapped > 0 ? ": pinned" : "");
}

static void explain_page(FILE *f, const struct kmsg_page *page, uint64_t page_size)
{
	const char *use = page_use_name(page->pfn);
	struct page_users users;
	size_t i;

	fprintf(f, "  page 0x%" PRIx64, page->pfn);
	if (use)
		fprintf(f, " (%s)", use);
	fprintf(f, ": %s", page->why ?: "could not be moved");
	if (page->line)
		explain_references(f, page->line);
	putc('\n', f);
	if (page->owner)
		fprintf(f, "    allocated by %s\n", page->owner);
	page_users_find(&users, page->pfn, 1, page_size);
	for (i = 0; i < users.n; i++)
		fprintf(f, "    mapped by process %d (%s) at 0x%" PRIx64 "\n",
			users.users[i].pid, users.users[i].name, users.users[i].address);
	if (!users.n && !page->owner && !*sysroot)
		fputs("    no process maps it; page_owner=on on the kernel command line names who allocated it\n", f);
	page_users_free(&users);
}

/**
 * kmsg_explain() - tell what the kernel log says
 * @f: where to
 * @model: the machine
 * @kmsg: what was found in it
 * @page_size: in bytes
 */
void kmsg_explain(FILE *f, const struct model *model __unused, const struct kmsg *kmsg,
		  uint64_t page_size)
{
	size_t i;

	if (kmsg->reason)
		explain_kernel(f, kmsg->reason);
	for (i = 0; i < kmsg->n && i < PAGES_SHOWN; i++)
		explain_page(f, &kmsg->pages[i], page_size);
	if (kmsg->n > PAGES_SHOWN)
		fprintf(f, "  and %zu more pages\n", kmsg->n - PAGES_SHOWN);
}

/* What the errno means where the kernel says no more. */
static void explain_errno(FILE *f, const struct reason *reason, const struct step *step, int error)
{
	switch (error) {
	case -EACCES:
	case -EPERM:
		fputs("  become root; a locked down kernel (see standbyctl doctor) refuses debugfs to root, too\n", f);
		break;
	case -ENOENT:
		fprintf(f, "  %s is not there (any more): see standbyctl list\n", step->path);
		break;
	case -EBUSY:
		if (step->kind == STEP_OFFLINE && reason->debug == DEBUG_NONE)
			fputs("  this kernel has no CONFIG_DYNAMIC_DEBUG, and does not say more\n", f);
		break;
	case -EINTR:
		if (step->kind == STEP_OFFLINE)
			fputs("  to give it more time: --timeout; to have it gone: end or move who holds the pages\n", f);
		break;
	case -EINVAL:
		if (step->kind == STEP_ONLINE)
			fputs("  the zone is not possible for it, or the notifier chain refused: see valid zones (standbyctl list -o +valid-zones)\n", f);
		break;
	case -ENOMEM:
		fputs("  not enough free memory: what must be moved, or a memmap in system memory, has no place\n", f);
		break;
	}
}

/**
 * reason_explain() - tell on stderr why a step failed
 * @reason: open since before the step
 * @plan: it is of
 * @step: that failed
 * @error: negative errno
 */
void reason_explain(struct reason *reason, const struct plan *plan __unused,
		    const struct step *step, int error)
{
	const struct model *model = reason->model;
	uint64_t page_size = page_size_of(model);
	bool block = step->kind != STEP_ASSIGN && step->kind != STEP_UNASSIGN;
	struct kmsg kmsg = { };
	char *log, *line;
	size_t told = 0;

	fflush(stdout);
	if (model->module && !strncmp(step->path, SYS_MODULE, strlen(SYS_MODULE))) {
		line = sys_line(SYS_MODULE "/last_error");
		if (line && *line)
			told += fprintf(stderr, "  the module: %s\n", line);
		free(line);
	}
	if (model->module)
		told += ledger_explain(stderr, reason->next_seq, step->first,
				       step->count, block);
	if (block) {
		log = kmsg_read(reason->log);
		kmsg_parse(&kmsg, log, step->first * model->block_size,
			   step->count * model->block_size, page_size);
		free(log);
		kmsg_explain(stderr, model, &kmsg, page_size);
	}
	if (step->kind == STEP_ONLINE && !told && error != -EACCES && error != -ENOENT)
		fputs("  nothing in the ledger: who refused came before the module, or it is not loaded\n", stderr);
	explain_errno(stderr, reason, step, error);
	kmsg_free(&kmsg);
}
