// SPDX-License-Identifier: GPL-2.0-only
/* The ring of rows, with the tracepoints replaced by counters. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kunit/test.h>
#include <linux/string.h>

#include "core/row.h"

/* In place of core/trace.h, whose tracepoints are mhp_standby.ko's. */
#define MHPS_TRACE_H

static unsigned int traced_events, traced_calls;
static struct mhps_row traced;

static void trace_mhp_standby_event(const struct mhps_row *row)
{
	traced = *row;
	traced_events++;
}

static void trace_mhp_standby_firmware(const struct mhps_row *row)
{
	traced = *row;
	traced_calls++;
}

#include "core/ledger.c"
#include "core/stats.c"

#define ROWS	4

/* seq goes on from one use of the ring to the next. */
static u64 first_seq;

static int ledger_test_init(struct kunit *test)
{
	traced_events = 0;
	traced_calls = 0;
	first_seq = ledger_head;
	return mhps_ledger_init(ROWS);
}

static void ledger_test_exit(struct kunit *test)
{
	mhps_ledger_clear();
	mhps_ledger_exit();
}

/* A row from @seq on: its seq less the first one, -1 for none. */
static int next_row(unsigned int seq, struct mhps_row *row)
{
	return mhps_ledger_next(first_seq + seq, row) ? row->seq - first_seq : -1;
}

static void rows_are_kept_in_order(struct kunit *test)
{
	struct mhps_row event = { .event = MHPS_MEM_PREPARE_ONLINE, .block = 9 };
	struct mhps_row call = { .event = MHPS_ASSIGN, .rn = 65535 };
	struct mhps_row seen;

	KUNIT_EXPECT_EQ(test, next_row(0, &seen), -1);
	mhps_ledger_begin(&event);
	KUNIT_ASSERT_EQ(test, next_row(0, &seen), 0);
	KUNIT_EXPECT_FALSE(test, seen.done);
	KUNIT_EXPECT_EQ(test, traced_events, 0);
	/* The call stands below the event that made it, and is done before. */
	mhps_ledger_begin(&call);
	call.result = -EIO;
	call.response = 0x1f0;
	mhps_ledger_end(&call);
	KUNIT_EXPECT_EQ(test, traced_calls, 1);
	KUNIT_EXPECT_EQ(test, traced.rn, 65535);
	KUNIT_EXPECT_EQ(test, traced.result, -EIO);
	event.result = -EIO;
	mhps_ledger_end(&event);
	KUNIT_EXPECT_EQ(test, traced_events, 1);
	KUNIT_EXPECT_TRUE(test, traced.done);

	KUNIT_ASSERT_EQ(test, next_row(0, &seen), 0);
	KUNIT_EXPECT_TRUE(test, seen.done);
	KUNIT_EXPECT_EQ(test, seen.block, 9);
	KUNIT_EXPECT_GT(test, seen.ns, 0);
	KUNIT_ASSERT_EQ(test, next_row(1, &seen), 1);
	KUNIT_EXPECT_EQ(test, seen.rn, 65535);
	KUNIT_EXPECT_EQ(test, seen.response, 0x1f0);
	KUNIT_EXPECT_EQ(test, next_row(2, &seen), -1);
}

static void the_ring_wraps(struct kunit *test)
{
	struct mhps_row rows[ROWS + 3] = { }, seen;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i].block = 100 + i;
		mhps_ledger_begin(&rows[i]);
		KUNIT_EXPECT_EQ(test, mhps_ledger_lost(), i < ROWS ? 0 : i - ROWS + 1);
	}
	/* Those that were overwritten must not come back when they end. */
	for (i = ARRAY_SIZE(rows); i-- > 0;)
		mhps_ledger_end(&rows[i]);
	KUNIT_EXPECT_EQ(test, traced_events, ARRAY_SIZE(rows));
	KUNIT_EXPECT_EQ(test, next_row(0, &seen), 3);
	for (i = 3; i < ARRAY_SIZE(rows); i++) {
		KUNIT_ASSERT_EQ(test, next_row(i, &seen), i);
		KUNIT_EXPECT_EQ(test, seen.block, 100 + i);
		KUNIT_EXPECT_TRUE(test, seen.done);
	}
	KUNIT_EXPECT_EQ(test, next_row(i, &seen), -1);
}

static void clearing_forgets(struct kunit *test)
{
	struct mhps_row rows[ROWS + 1] = { }, late = { .flags = MHPS_ROW_UNPAIRED }, seen;
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i].flags = MHPS_ROW_UNPAIRED;
		mhps_ledger_begin(&rows[i]);
		mhps_ledger_end(&rows[i]);
	}
	KUNIT_EXPECT_EQ(test, mhps_ledger_lost(), 1);
	KUNIT_EXPECT_EQ(test, mhps_ledger_unpaired(), ROWS + 1);
	mhps_ledger_begin(&late);
	mhps_ledger_clear();
	KUNIT_EXPECT_EQ(test, mhps_ledger_lost(), 0);
	KUNIT_EXPECT_EQ(test, mhps_ledger_unpaired(), 0);
	KUNIT_EXPECT_EQ(test, next_row(0, &seen), -1);
	/* In progress over the clearing: it stays forgotten, its flag counts. */
	mhps_ledger_end(&late);
	KUNIT_EXPECT_EQ(test, next_row(0, &seen), -1);
	KUNIT_EXPECT_EQ(test, mhps_ledger_unpaired(), 1);
	mhps_ledger_begin(&rows[0]);
	KUNIT_EXPECT_EQ(test, next_row(0, &seen), ROWS + 2);
}

static u64 in_buckets(enum mhps_event event)
{
	unsigned int i;
	u64 n = 0;

	for (i = 0; i < MHPS_BUCKETS; i++)
		n += mhps_stats_bucket(event, i);
	return n;
}

static void what_extra_subscribers_see_is_not_counted(struct kunit *test)
{
	struct mhps_row row = { .event = MHPS_MEM_GOING_ONLINE };
	struct mhps_row extra = { .event = MHPS_MEM_GOING_ONLINE, .extra_subscriber = true };
	u64 ok = mhps_stats_ok(MHPS_MEM_GOING_ONLINE);
	u64 errors = mhps_stats_errors(MHPS_MEM_GOING_ONLINE);
	u64 timed = in_buckets(MHPS_MEM_GOING_ONLINE);

	mhps_ledger_begin(&extra);
	mhps_ledger_end(&extra);
	mhps_ledger_begin(&row);
	mhps_ledger_end(&row);
	mhps_ledger_begin(&row);
	row.result = -EBUSY;
	mhps_ledger_end(&row);
	KUNIT_EXPECT_EQ(test, mhps_stats_ok(MHPS_MEM_GOING_ONLINE), ok + 1);
	KUNIT_EXPECT_EQ(test, mhps_stats_errors(MHPS_MEM_GOING_ONLINE), errors + 1);
	KUNIT_EXPECT_EQ(test, in_buckets(MHPS_MEM_GOING_ONLINE), timed + 2);
	KUNIT_EXPECT_EQ(test, traced_events, 3);
}

static void durations_have_their_bucket(struct kunit *test)
{
	static const struct {
		u64 ns;
		unsigned int bucket;
	} cases[] = {
		{ 0, 0 }, { 1, 0 }, { 2, 1 }, { 3, 1 }, { 4, 2 }, { 1023, 9 }, { 1024, 10 },
		{ 1ULL << 32, 32 }, { (1ULL << 39) - 1, 38 }, { 1ULL << 39, 39 },
		{ 1ULL << 40, 39 }, { U64_MAX, 39 },
	};
	u64 n;
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		n = mhps_stats_bucket(MHPS_READ, cases[i].bucket);
		mhps_stats_event(MHPS_READ, 0, cases[i].ns);
		KUNIT_EXPECT_EQ_MSG(test, mhps_stats_bucket(MHPS_READ, cases[i].bucket), n + 1,
				    "%llu ns", cases[i].ns);
	}
}

static void sizes_of_the_ring(struct kunit *test)
{
	mhps_ledger_exit();
	KUNIT_EXPECT_EQ(test, mhps_ledger_init(0), -EINVAL);
	KUNIT_EXPECT_EQ(test, mhps_ledger_init(MHPS_LEDGER_MAX + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, mhps_ledger_init(ROWS), 0);
}

static struct kunit_case ledger_cases[] = {
	KUNIT_CASE(rows_are_kept_in_order),
	KUNIT_CASE(the_ring_wraps),
	KUNIT_CASE(clearing_forgets),
	KUNIT_CASE(what_extra_subscribers_see_is_not_counted),
	KUNIT_CASE(durations_have_their_bucket),
	KUNIT_CASE(sizes_of_the_ring),
	{ }
};

static struct kunit_suite ledger_suite = {
	.name = "mhps_ledger",
	.init = ledger_test_init,
	.exit = ledger_test_exit,
	.test_cases = ledger_cases,
};

kunit_test_suite(ledger_suite);
