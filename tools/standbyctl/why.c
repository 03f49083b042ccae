// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "pages.h"
#include "reason.h"
#include "sysroot.h"
#include "util.h"
#include "verb.h"

/* So many processes are named. */
#define USERS_SHOWN	8

static void tell_state(const struct model *model, const struct block *block)
{
	uint64_t start = block->id * model->block_size;

	printf("block %" PRIu64 ", 0x%" PRIx64 "-0x%" PRIx64 ": %s", block->id, start,
	       start + model->block_size - 1, block_state_names[block->state]);
	if (block->zone && block->state == BLOCK_ONLINE)
		printf(" in zone %s", block->zone);
	if (block->memmap)
		printf(", memmap %s", block->memmap == MEMMAP_BLOCK ? "in the block" :
		       block->memmap == MEMMAP_SYSTEM ? "in system memory" : "in both");
	putchar('\n');
	if (block->valid_zones)
		printf("  may go to: %s\n", block->valid_zones);
	if (block->state == BLOCK_STANDBY)
		printf("  the kernel does not have it: standbyctl online --blocks %" PRIu64 " brings it in\n",
		       block->id);
}

static void tell_increments(const struct model *model, const struct block *block)
{
	size_t i;

	for (i = 0; i < model->nr_increments; i++) {
		const struct increment *incr = &model->increments[i];

		if (incr->rn < block->rn_first || incr->rn > block->rn_last)
			continue;
		printf("  increment %u: %s%s\n", incr->rn, increment_state_names[incr->state],
		       incr->manual ? ", by hand" : "");
		if (incr->state == INCREMENT_STUCK)
			puts("    the firmware refused to take it back; it can be used again, standbyctl unassign tries once more");
	}
}

/* Rules that are set for this block, or for all. */
static void tell_rules(const struct block *block)
{
	static const char * const needed[] = { "id", "what", "rn", "block", NULL };
	uint64_t number;
	struct table t;
	size_t i;

	module_table(&t, "inject", needed);
	for (i = 0; i < t.rows; i++) {
		if (table_number(&t, i, "block", &number) && number != block->id)
			continue;
		if (table_number(&t, i, "rn", &number) &&
		    (number < block->rn_first || number > block->rn_last))
			continue;
		printf("  fault rule %s makes %s fail: standbyctl inject clear\n",
		       table_get(&t, i, "id"), table_get(&t, i, "what"));
	}
	table_free(&t);
}

static int by_pages(const void *a, const void *b)
{
	const struct page_user *x = a, *y = b;

	return (x->pages < y->pages) - (x->pages > y->pages);
}

static void tell_pages(const struct model *model, const struct block *block)
{
	uint64_t page_size = page_size_of(model), n = model->block_size / page_size;
	uint64_t altmap = block->altmap_pages > 0 ? block->altmap_pages : 0;
	uint64_t uses[PAGE_USES] = { [PAGE_ABSENT] = altmap }, stay;
	struct page_users users;
	enum page_use use;
	char *size;
	size_t i;

	if (!pages_count(block->id * n + altmap, n - altmap, uses)) {
		puts("  what its pages are used for is not told: /proc/kpageflags is for root, and ends on s390 where memory did at boot");
		memset(uses, 0, sizeof(uses));
	}
	for (use = 0; use < PAGE_USES; use++) {
		if (!uses[use])
			continue;
		size = size_text(uses[use] * page_size, false);
		printf("  %8s %s\n", size, page_use_names[use]);
		free(size);
	}
	stay = uses[PAGE_SLAB] + uses[PAGE_TABLE] + uses[PAGE_KERNEL];
	if (stay)
		printf("  %" PRIu64 " pages are the kernel's own and cannot be moved: it may not go offline%s\n",
		       stay, block->zone && !strcmp(block->zone, "Movable") ?
		       "" : "; memory for that belongs into the zone Movable");
	page_users_find(&users, block->id * n, n, page_size);
	if (users.n)
		qsort(users.users, users.n, sizeof(*users.users), by_pages);
	for (i = 0; i < users.n && i < USERS_SHOWN; i++)
		printf("  process %d (%s) has %" PRIu64 " pages of it\n", users.users[i].pid,
		       users.users[i].name, users.users[i].pages);
	page_users_free(&users);
}

static void tell_log(const struct model *model, const struct block *block)
{
	uint64_t page_size = page_size_of(model);
	int fd = kmsg_open(false);
	char *log = kmsg_read(fd);
	struct kmsg kmsg;

	if (fd >= 0)
		close(fd);
	kmsg_parse(&kmsg, log, block->id * model->block_size, model->block_size, page_size);
	free(log);
	if (kmsg.reason || kmsg.n) {
		puts("in the kernel log, from an attempt before:");
		kmsg_explain(stdout, model, &kmsg, page_size);
	}
	kmsg_free(&kmsg);
}

/**
 * verb_why() - standbyctl why
 * @n: arguments
 * @arguments: number of the block
 *
 * Return: exit status.
 */
int verb_why(int n, char **arguments)
{
	const struct block *block;
	struct model model;
	uint64_t id;

	if (n != 1 || !parse_number(arguments[0], &id))
		errx(EXIT_FAILURE, "which block? its number, as in memoryN");
	model_read(&model);
	block = model_block(&model, id);
	if (!block)
		errx(EXIT_FAILURE, "there is no block %" PRIu64 ", nor storage for one; see standbyctl list", id);
	tell_state(&model, block);
	if (model.module) {
		tell_increments(&model, block);
		tell_rules(block);
	}
	if (block->state == BLOCK_ONLINE)
		tell_pages(&model, block);
	if (model.module && block->counts && block->failed) {
		puts("in the ledger:");
		ledger_explain(stdout, 0, id, 1, true);
	}
	tell_log(&model, block);
	model_free(&model);
	return EXIT_SUCCESS;
}
