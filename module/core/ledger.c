// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/time64.h>

#include "hotplug/block.h"
#include "core/compat.h"
#include "core/ledger.h"
#include "core/stats.h"

const char * const mhps_event_names[MHPS_EVENT_NR] = {
	[MHPS_MEM_PREPARE_ONLINE] = "MEM_PREPARE_ONLINE",
	[MHPS_MEM_GOING_ONLINE] = "MEM_GOING_ONLINE",
	[MHPS_MEM_ONLINE] = "MEM_ONLINE",
	[MHPS_MEM_CANCEL_ONLINE] = "MEM_CANCEL_ONLINE",
	[MHPS_MEM_GOING_OFFLINE] = "MEM_GOING_OFFLINE",
	[MHPS_MEM_OFFLINE] = "MEM_OFFLINE",
	[MHPS_MEM_CANCEL_OFFLINE] = "MEM_CANCEL_OFFLINE",
	[MHPS_MEM_FINISH_OFFLINE] = "MEM_FINISH_OFFLINE",
	[MHPS_ADD] = "ADD",
	[MHPS_REMOVE] = "REMOVE",
	[MHPS_READ] = "READ",
	[MHPS_ATTACH] = "ATTACH",
	[MHPS_ASSIGN] = "ASSIGN",
	[MHPS_UNASSIGN] = "UNASSIGN",
};

static DEFINE_SPINLOCK(ledger_lock);
static struct mhps_row *ledger_ring;	/* rows under ledger_lock */
static unsigned int ledger_rows;	/* constant after init */
static u64 ledger_head;			/* seq of the next row, under ledger_lock */
static u64 ledger_tail;			/* oldest row kept, under ledger_lock */
static u64 ledger_lost;			/* overwritten since cleared, under ledger_lock */
static u64 ledger_unpaired;		/* flagged since cleared, under ledger_lock */

static struct mhps_row *ledger_slot(u64 seq)
{
	u32 index;

	div_u64_rem(seq, ledger_rows, &index);
	return &ledger_ring[index];
}

/**
 * mhps_row_of_notification() - a row that says what a memory notifier was told
 * @row: all set
 * @action: as passed to the notifier
 * @arg: as passed to the notifier
 *
 * Return: false for an action this module does not know.
 */
bool mhps_row_of_notification(struct mhps_row *row, unsigned long action,
			      const struct memory_notify *arg)
{
	enum mhps_event event = mhps_event_of_action(action);

	if (event == MHPS_EVENT_NR)
		return false;
	*row = (struct mhps_row){
		.event = event,
		.block = mhps_block_of_pfn(arg->start_pfn),
		.has_range = true,
		.start_pfn = arg->start_pfn,
		.nr_pages = arg->nr_pages,
		.element = MHPS_ROW_NO_ELEMENT,
	};
	row->has_altmap = mhps_notify_altmap(event, arg,
					     &row->altmap_start_pfn,
					     &row->altmap_nr_pages);
	return true;
}

/**
 * mhps_ledger_begin() - enter a row at the moment something begins
 * @row: filled in but for seq, times and result; those are set here
 *
 * The oldest row is overwritten, and counted as lost, when the ring is full.
 * Rows entered before mhps_ledger_end() is called for this one follow it, so
 * the firmware calls of an event stand below the event. Any context.
 */
void mhps_ledger_begin(struct mhps_row *row)
{
	unsigned long irq_flags;

	row->time_ns = local_clock();
	row->ns = 0;
	row->result = 0;
	row->done = false;

	spin_lock_irqsave(&ledger_lock, irq_flags);
	row->seq = ledger_head++;
	if (ledger_head - ledger_tail > ledger_rows) {
		ledger_tail++;
		ledger_lost++;
	}
	*ledger_slot(row->seq) = *row;
	spin_unlock_irqrestore(&ledger_lock, irq_flags);
}

/**
 * mhps_ledger_end() - complete a row with its outcome
 * @row: what mhps_ledger_begin() was given, with result, response and flags
 *
 * Also counts the event in the statistics, unless a second subscriber saw it.
 * Any context.
 */
void mhps_ledger_end(struct mhps_row *row)
{
	unsigned long irq_flags;

	row->ns = max_t(u64, local_clock() - row->time_ns, 1);
	row->done = true;
	if (!row->second)
		mhps_stats_event(row->event, row->result, row->ns);

	spin_lock_irqsave(&ledger_lock, irq_flags);
	if (row->flags & MHPS_ROW_UNPAIRED)
		ledger_unpaired++;
	if (row->seq >= ledger_tail)
		*ledger_slot(row->seq) = *row;
	spin_unlock_irqrestore(&ledger_lock, irq_flags);
}

/**
 * mhps_ledger_clear() - forget all rows and the lost and unpaired counts
 */
void mhps_ledger_clear(void)
{
	unsigned long irq_flags;

	spin_lock_irqsave(&ledger_lock, irq_flags);
	ledger_tail = ledger_head;
	ledger_lost = 0;
	ledger_unpaired = 0;
	spin_unlock_irqrestore(&ledger_lock, irq_flags);
}

/**
 * mhps_ledger_unpaired() - events flagged unpaired since the last clear
 *
 * Return: the count.
 */
u64 mhps_ledger_unpaired(void)
{
	unsigned long irq_flags;
	u64 count;

	spin_lock_irqsave(&ledger_lock, irq_flags);
	count = ledger_unpaired;
	spin_unlock_irqrestore(&ledger_lock, irq_flags);
	return count;
}

/**
 * mhps_ledger_lost() - rows overwritten since the last clear
 *
 * Return: the count.
 */
u64 mhps_ledger_lost(void)
{
	unsigned long irq_flags;
	u64 count;

	spin_lock_irqsave(&ledger_lock, irq_flags);
	count = ledger_lost;
	spin_unlock_irqrestore(&ledger_lock, irq_flags);
	return count;
}

/**
 * mhps_ledger_init() - allocate the ring
 * @rows: how many rows it keeps
 *
 * Return: 0, -EINVAL for no rows, -ENOMEM.
 */
int mhps_ledger_init(unsigned int rows)
{
	if (!rows) {
		pr_err("ledger_size=0 keeps no events\n");
		return -EINVAL;
	}
	ledger_ring = kvcalloc(rows, sizeof(*ledger_ring), GFP_KERNEL);
	if (!ledger_ring)
		return -ENOMEM;
	ledger_rows = rows;
	return 0;
}

/**
 * mhps_ledger_exit() - free the ring; nothing may write to it any more
 */
void mhps_ledger_exit(void)
{
	kvfree(ledger_ring);
	ledger_ring = NULL;
}

/*
 * The iterator is a row's seq + 2, so that neither NULL nor SEQ_START_TOKEN is
 * a row; *pos is seq + 1. Rows that vanish between two reads are skipped.
 */
static void *ledger_seq_at(loff_t *pos)
{
	unsigned long irq_flags;
	bool found;

	spin_lock_irqsave(&ledger_lock, irq_flags);
	*pos = max_t(u64, *pos, ledger_tail + 1);
	found = *pos - 1 < ledger_head;
	spin_unlock_irqrestore(&ledger_lock, irq_flags);
	return found ? (void *)(unsigned long)(*pos + 1) : NULL;
}

static void *ledger_seq_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? ledger_seq_at(pos) : SEQ_START_TOKEN;
}

static void *ledger_seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return ledger_seq_at(pos);
}

static void ledger_seq_stop(struct seq_file *m, void *v)
{
}

static void show_flags(struct seq_file *m, unsigned int flags)
{
	static const char * const names[] = {
		"unpaired", "unwind", "hand", "injected",
	};
	const char *comma = "";
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (flags & BIT(i)) {
			seq_printf(m, "%s%s", comma, names[i]);
			comma = ",";
		}
	}
	seq_puts(m, flags ? "\n" : "-\n");
}

static void show_row(struct seq_file *m, const struct mhps_row *row)
{
	u32 ns_rest;
	u64 seconds = div_u64_rem(row->time_ns, NSEC_PER_SEC, &ns_rest);

	seq_printf(m, "%llu %llu.%06u %s ", row->seq, seconds,
		   ns_rest / (u32)NSEC_PER_USEC, mhps_event_names[row->event]);
	if (row->second)
		seq_printf(m, "prio:%d ", row->priority);
	else
		seq_puts(m, "main ");
	if (row->block != MHPS_ROW_NO_BLOCK)
		seq_printf(m, "%u ", row->block);
	else
		seq_puts(m, "- ");
	if (row->has_range)
		seq_printf(m, "%lu %lu ", row->start_pfn, row->nr_pages);
	else
		seq_puts(m, "- - ");
	if (row->has_altmap)
		seq_printf(m, "%lu %lu ", row->altmap_start_pfn,
			   row->altmap_nr_pages);
	else
		seq_puts(m, "- - ");
	if (row->rn)
		seq_printf(m, "%u ", row->rn);
	else
		seq_puts(m, "- ");
	if (row->element != MHPS_ROW_NO_ELEMENT)
		seq_printf(m, "%d ", row->element);
	else
		seq_puts(m, "- ");
	if (row->response)
		seq_printf(m, "0x%04x ", row->response);
	else
		seq_puts(m, "- ");
	if (row->done)
		seq_printf(m, "%d %llu ", row->result, row->ns);
	else
		seq_puts(m, "... ... ");
	show_flags(m, row->flags);
}

static int ledger_seq_show(struct seq_file *m, void *v)
{
	unsigned long irq_flags;
	struct mhps_row row;
	u64 seq;

	if (v == SEQ_START_TOKEN) {
		seq_printf(m, "# lost=%llu unpaired=%llu\n",
			   mhps_ledger_lost(), mhps_ledger_unpaired());
		seq_puts(m, "seq time event by block start_pfn nr_pages altmap_start_pfn altmap_nr_pages rn element response errno ns flags\n");
		return 0;
	}
	seq = (unsigned long)v - 2;
	spin_lock_irqsave(&ledger_lock, irq_flags);
	row = *ledger_slot(seq);
	spin_unlock_irqrestore(&ledger_lock, irq_flags);
	/* Overwritten since it was chosen? Then a later turn shows what is there. */
	if (row.seq != seq)
		return SEQ_SKIP;
	show_row(m, &row);
	return 0;
}

const struct seq_operations mhps_ledger_sops = {
	.start = ledger_seq_start,
	.next = ledger_seq_next,
	.stop = ledger_seq_stop,
	.show = ledger_seq_show,
};
