// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "core/ledger.h"
#include "core/stats.h"
#include "core/trace.h"

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

	lockdep_assert_held(&ledger_lock);
	div_u64_rem(seq, ledger_rows, &index);
	return &ledger_ring[index];
}

/**
 * mhps_ledger_begin() - enter a row at the moment something begins
 * @row: filled in but for seq, times and result; those are set here
 *
 * The oldest row is overwritten, and counted as lost, when the ring is full.
 * Rows entered before mhps_ledger_end() is called for this one follow it, so
 * the firmware calls of an event stand below the event. Any context but NMI.
 */
void mhps_ledger_begin(struct mhps_row *row)
{
	row->time_ns = local_clock();
	row->began_ns = ktime_get_ns();
	row->ns = 0;
	row->result = 0;
	row->done = false;

	guard(spinlock_irqsave)(&ledger_lock);
	row->seq = ledger_head++;
	if (ledger_head - ledger_tail > ledger_rows) {
		ledger_tail++;
		ledger_lost++;
	}
	*ledger_slot(row->seq) = *row;
}

static void trace_row(const struct mhps_row *row)
{
	if (row->event < MHPS_FIRMWARE_EVENT)
		trace_mhp_standby_event(row);
	else
		trace_mhp_standby_firmware(row);
}

/**
 * mhps_ledger_end() - complete a row with its outcome
 * @row: what mhps_ledger_begin() was given, with result, response and flags
 *
 * Also traces the row, and counts the event in the statistics unless an extra
 * subscriber saw it. Any context but NMI.
 */
void mhps_ledger_end(struct mhps_row *row)
{
	row->ns = max_t(u64, ktime_get_ns() - row->began_ns, 1);
	row->done = true;
	if (!row->extra_subscriber)
		mhps_stats_event(row->event, row->result, row->ns);
	trace_row(row);

	guard(spinlock_irqsave)(&ledger_lock);
	if (row->flags & MHPS_ROW_UNPAIRED)
		ledger_unpaired++;
	if (row->seq >= ledger_tail)
		*ledger_slot(row->seq) = *row;
}

/**
 * mhps_ledger_clear() - forget all rows and the lost and unpaired counts
 */
void mhps_ledger_clear(void)
{
	guard(spinlock_irqsave)(&ledger_lock);
	ledger_tail = ledger_head;
	ledger_lost = 0;
	ledger_unpaired = 0;
}

/**
 * mhps_ledger_next() - copy a row
 * @seq: the first one to take
 * @row: set to the oldest row from @seq on that is kept
 *
 * Return: false if there is none.
 */
bool mhps_ledger_next(u64 seq, struct mhps_row *row)
{
	guard(spinlock_irqsave)(&ledger_lock);
	seq = max(seq, ledger_tail);
	if (seq >= ledger_head)
		return false;
	*row = *ledger_slot(seq);
	return true;
}

/**
 * mhps_ledger_unpaired() - events flagged unpaired since the last clear
 *
 * Return: the count.
 */
u64 mhps_ledger_unpaired(void)
{
	guard(spinlock_irqsave)(&ledger_lock);
	return ledger_unpaired;
}

/**
 * mhps_ledger_lost() - rows overwritten since the last clear
 *
 * Return: the count.
 */
u64 mhps_ledger_lost(void)
{
	guard(spinlock_irqsave)(&ledger_lock);
	return ledger_lost;
}

/**
 * mhps_ledger_init() - allocate the ring
 * @rows: how many rows it keeps
 *
 * Return: 0, -EINVAL for no rows or too many, with the reason in the log;
 * -ENOMEM.
 */
int mhps_ledger_init(unsigned int rows)
{
	if (!rows || rows > MHPS_LEDGER_MAX) {
		pr_err("ledger_size=%u is not 1 to %u events\n", rows,
		       MHPS_LEDGER_MAX);
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
