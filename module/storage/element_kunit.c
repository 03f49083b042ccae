// SPDX-License-Identifier: GPL-2.0-only
/*
 * Storage elements as machines have them, increments that are shared, stuck or
 * only looked at. The units under test are in increment_kunit.c.
 */
#include <kunit/test.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>

#include "core/row.h"
#include "storage/fake_firmware_kunit.h"
#include "storage/increment.h"
#include "storage/increment_table.h"
#include "storage/manual.h"

#define MIB(n)		((u64)(n) << 20)

/* Where increment rn begins, and the table learns what there is. */
#define AT(rn)		MIB((rn) - 1)

static void learn(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, mhps_increment_table_init(), 0);
	fake_forget_calls();
}

/* Boot storage 1-2, and 3-5 and 6-8 in elements that are not attached. */
static void two_elements(struct kunit *test)
{
	fake_machine(8, FAKE_SHIFT, 2);
	fake_element(0, 1, 2, true);
	fake_element(1, 3, 5, false);
	fake_element(2, 6, 8, false);
}

static void all_agree(struct kunit *test)
{
	u32 rn;

	for (rn = 1; rn <= mhps_firmware.rnmax; rn++)
		KUNIT_EXPECT_TRUE_MSG(test, fake_agrees(rn), "rn %u is %d, assigned %d", rn,
				      mhps_increment_state(rn), fake.assigned[rn]);
}

static void forget_table(struct kunit *test)
{
	clear_thread_flag(TIF_SIGPENDING);
	mhps_increment_table_exit();
}

static void arrives_assigned(struct kunit *test)
{
	two_elements(test);
	fake.arrives_assigned = true;
	learn(test);
	KUNIT_ASSERT_EQ(test, mhps_increments_get(AT(4), MIB(1)), 0);
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_ATTACH), 2);
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_UNASSIGN), 6);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(4), MHPS_ASSIGNED);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(3), MHPS_STANDBY);
	KUNIT_EXPECT_EQ(test, mhps_increment_find(8)->element, 2);
	all_agree(test);
	mhps_increments_put(AT(4), MIB(1));
	all_agree(test);
}

/* All that came is unassigned then: the firmware did not say what is assigned. */
static void read_fails_after_attach(struct kunit *test)
{
	unsigned int call;

	for (call = 2; call <= 4; call++) {
		two_elements(test);
		fake.arrives_assigned = true;
		learn(test);
		fake.fail_at = call;
		mhps_increments_get(AT(3), MIB(1));
		all_agree(test);
		KUNIT_EXPECT_EQ(test, mhps_increment_state(3), MHPS_ASSIGNED);
		mhps_increment_table_exit();
	}
}

/* Nothing is listed and nothing is told: it has to be asked again. */
static void read_fails_of_what_is_attached_already(struct kunit *test)
{
	two_elements(test);
	learn(test);
	fake.attached[1] = true;
	fake.says_already = true;
	fake.assigned[5] = true;
	fake.fail_at = 2;
	mhps_increments_get(AT(3), MIB(1));
	mhps_increments_get(AT(4), MIB(1));
	all_agree(test);
}

/* One that refuses does not keep the others back. */
static void attach_is_refused(struct kunit *test)
{
	two_elements(test);
	learn(test);
	fake.fail_at = 1;
	fake.fail_on = true;
	KUNIT_EXPECT_EQ(test, mhps_increments_get(AT(3), MIB(6)), FAKE_ERRNO(1));
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_ATTACH), 2);
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_ASSIGN), 0);
	all_agree(test);
	/* Of element 2 alone: that is no reason to refuse what is in element 1. */
	fake_forget_calls();
	fake.fail_at = 3;
	KUNIT_EXPECT_EQ(test, mhps_increments_get(AT(3), MIB(3)), 0);
	KUNIT_EXPECT_EQ(test, fake.calls[2].event, MHPS_ATTACH);
	fake_forget_calls();
	KUNIT_EXPECT_EQ(test, mhps_increments_get(AT(6), MIB(3)), 0);
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_ATTACH), 1);
	all_agree(test);
}

static void boot_and_standby_in_one_element(struct kunit *test)
{
	u64 start, size;

	fake_machine(8, FAKE_SHIFT, 2);
	fake_element(0, 1, 8, true);
	learn(test);
	KUNIT_EXPECT_TRUE(test, mhps_increments_standby_run(&start, &size));
	KUNIT_EXPECT_EQ(test, start, AT(3));
	KUNIT_EXPECT_EQ(test, size, MIB(6));
	KUNIT_EXPECT_TRUE(test, mhps_increments_are_standby(AT(3), MIB(6)));
	KUNIT_EXPECT_FALSE(test, mhps_increments_are_standby(AT(2), MIB(2)));
	KUNIT_EXPECT_FALSE(test, mhps_increments_are_standby(AT(8), MIB(2)));
	KUNIT_EXPECT_EQ(test, mhps_increments_get(AT(2), MIB(3)), 0);
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_ATTACH), 0);
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_ASSIGN), 2);
	all_agree(test);
	mhps_increments_put(AT(2), MIB(3));
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_UNASSIGN), 2);
	KUNIT_EXPECT_EQ(test, mhps_manual_unassign(2, 3), -EPERM);
	all_agree(test);
}

/* By whoever ran before, in an element that is attached at load. */
static void assigned_at_load(struct kunit *test)
{
	two_elements(test);
	fake.attached[1] = true;
	fake.assigned[4] = true;
	learn(test);
	all_agree(test);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(4), MHPS_ASSIGNED);
	KUNIT_EXPECT_EQ(test, mhps_increments_get(AT(4), MIB(1)), 0);
	mhps_increments_put(AT(4), MIB(1));
	KUNIT_EXPECT_EQ(test, mhps_increment_state(4), MHPS_STANDBY);
	all_agree(test);
}

/* ids with gaps up to the last, and an rn that no machine has or has twice. */
static void odd_machines(struct kunit *test)
{
	static const u32 listed[] = { 0, 1, 5, 9, 65535 };
	int i;

	for (i = 0; i < ARRAY_SIZE(listed); i++) {
		fake_machine(8, FAKE_SHIFT, 2);
		fake_element(0, 1, 2, true);
		fake_element(7, 3, 5, false);
		fake_element(255, 6, 8, false);
		fake.listed = listed[i];
		learn(test);
		KUNIT_EXPECT_EQ(test, mhps_increments_elements(), 3);
		KUNIT_EXPECT_NULL(test, mhps_increment_find(0));
		KUNIT_EXPECT_NULL(test, mhps_increment_find(9));
		KUNIT_EXPECT_EQ(test, mhps_increments_get(AT(3), MIB(6)), 0);
		KUNIT_EXPECT_EQ(test, fake.assigned[1] + fake.assigned[2], 2);
		KUNIT_EXPECT_EQ(test, mhps_increments_get(AT(8), MIB(2)), -ENOENT);
		mhps_increments_put(AT(3), MIB(6));
		all_agree(test);
		mhps_increment_table_exit();
	}
}

static void stuck_are_counted(struct kunit *test)
{
	two_elements(test);
	learn(test);
	KUNIT_ASSERT_EQ(test, mhps_increments_get(AT(3), MIB(3)), 0);
	fake_forget_calls();
	fake.fail_at = 1;
	fake.fail_on = true;
	mhps_increments_put(AT(3), MIB(3));
	KUNIT_EXPECT_EQ(test, mhps_increments_stuck(), 3);
	KUNIT_EXPECT_EQ(test, mhps_manual_unassign(3, 5), FAKE_ERRNO(4));
	KUNIT_EXPECT_EQ(test, mhps_increments_stuck(), 3);
	/* Whoever needs one gets it, and it may go then. */
	fake_forget_calls();
	KUNIT_EXPECT_EQ(test, mhps_increments_get(AT(4), MIB(1)), 0);
	KUNIT_EXPECT_EQ(test, mhps_increments_stuck(), 2);
	mhps_increments_put(AT(4), MIB(1));
	KUNIT_EXPECT_EQ(test, mhps_increment_state(4), MHPS_STANDBY);
	mhps_manual_exit();
	KUNIT_EXPECT_EQ(test, mhps_increments_stuck(), 0);
	all_agree(test);
}

/* Four blocks to an increment. */
static void shared_by_blocks(struct kunit *test)
{
	static const int order[] = { 2, 0, 3, 1 };
	u64 block = SZ_256K;
	int i;

	two_elements(test);
	learn(test);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, mhps_increments_get(AT(3) + order[i] * block, block), 0);
		KUNIT_EXPECT_EQ(test, mhps_increment_find(3)->users, i + 1);
	}
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_ASSIGN), 1);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, mhps_manual_unassign(3, 3), -EBUSY);
		KUNIT_EXPECT_EQ(test, fake_count(MHPS_UNASSIGN), 0);
		mhps_increments_put(AT(3) + i * block, block);
	}
	KUNIT_EXPECT_EQ(test, fake_count(MHPS_UNASSIGN), 1);
	all_agree(test);
}

/* Beside the in-kernel driver, two blocks to an increment. */
static void observing(struct kunit *test)
{
	u64 block = SZ_512K;

	two_elements(test);
	learn(test);
	mhps_firmware.drives = false;
	mhps_increments_observe(AT(3), block, true, 1);
	mhps_increments_observe(AT(3) + block, block, true, 1);
	KUNIT_EXPECT_EQ(test, mhps_increment_find(3)->users, 2);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(3), MHPS_ASSIGNED);
	/* It takes the increment with the first block that goes. */
	mhps_increments_observe(AT(3), block, false, -1);
	KUNIT_EXPECT_EQ(test, mhps_increment_find(3)->users, 1);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(3), MHPS_STANDBY);
	mhps_increments_observe(AT(3), block, false, 0);
	KUNIT_EXPECT_EQ(test, mhps_increment_find(3)->users, 1);
	mhps_increments_observe(AT(3) + block, block, false, -1);
	KUNIT_EXPECT_EQ(test, mhps_increment_find(3)->users, 0);
	/* Boot storage and what is not there stay as they are. */
	mhps_increments_observe(AT(2), MIB(1), false, 1);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(2), MHPS_RESERVED);
	KUNIT_EXPECT_EQ(test, mhps_increment_find(2)->users, 0);
	mhps_increments_observe(AT(9), MIB(1), true, 1);
	KUNIT_EXPECT_EQ(test, fake.nr, 0);
	KUNIT_EXPECT_EQ(test, mhps_manual_assign(3, 3), -EOPNOTSUPP);
}

static void refreshing(struct kunit *test)
{
	two_elements(test);
	learn(test);
	KUNIT_EXPECT_EQ(test, mhps_increments_refresh(), 0);
	KUNIT_EXPECT_EQ(test, fake.nr, 0);
	mhps_firmware.drives = false;
	fake.attached[1] = true;
	fake.attached[2] = true;
	fake.assigned[4] = true;
	fake.assigned[8] = true;
	fake.fail_at = 3;
	KUNIT_EXPECT_EQ(test, mhps_increments_refresh(), FAKE_ERRNO(3));
	KUNIT_EXPECT_EQ(test, mhps_increment_state(4), MHPS_STANDBY);
	KUNIT_EXPECT_EQ(test, mhps_increments_refresh(), 0);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(4), MHPS_ASSIGNED);
	all_agree(test);
	fake.assigned[4] = false;
	KUNIT_EXPECT_EQ(test, mhps_increments_refresh(), 0);
	all_agree(test);
}

static void interrupted_by_hand(struct kunit *test)
{
	two_elements(test);
	learn(test);
	KUNIT_ASSERT_EQ(test, mhps_manual_assign(4, 4), 0);
	fake_forget_calls();
	fake.signal_at = 2;
	KUNIT_EXPECT_EQ(test, mhps_manual_assign(3, 8), -EINTR);
	clear_thread_flag(TIF_SIGPENDING);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(3), MHPS_STANDBY);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(4), MHPS_ASSIGNED);
	KUNIT_EXPECT_EQ(test, mhps_increment_find(5)->manual, MHPS_MANUAL_NO);
	all_agree(test);
	fake_forget_calls();
	KUNIT_ASSERT_EQ(test, mhps_manual_assign(3, 8), 0);
	fake_forget_calls();
	fake.signal_at = 2;
	KUNIT_EXPECT_EQ(test, mhps_manual_unassign(3, 8), -EINTR);
	clear_thread_flag(TIF_SIGPENDING);
	KUNIT_EXPECT_EQ(test, fake.nr, 2);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(7), MHPS_STANDBY);
	KUNIT_EXPECT_EQ(test, mhps_increment_state(6), MHPS_ASSIGNED);
	KUNIT_EXPECT_EQ(test, mhps_increment_find(6)->manual, MHPS_MANUAL);
	all_agree(test);
	KUNIT_EXPECT_EQ(test, mhps_manual_unassign(3, 8), 0);
	all_agree(test);
}

/* 65,535 increments of 4 GiB: 256 TiB. */
static void the_largest_machine(struct kunit *test)
{
	u64 start, size;

	fake_machine(FAKE_RN_MAX, 32, 1);
	fake_element(0, 1, 1, true);
	fake_element(1, 2, FAKE_RN_MAX, false);
	learn(test);
	KUNIT_EXPECT_TRUE(test, mhps_increments_standby_run(&start, &size));
	KUNIT_EXPECT_EQ(test, start, 1ULL << 32);
	KUNIT_EXPECT_EQ(test, size, 65534ULL << 32);
	KUNIT_EXPECT_TRUE(test, mhps_increments_are_standby(start, size));
	KUNIT_EXPECT_FALSE(test, mhps_increments_are_standby(start, size + 1));
	KUNIT_EXPECT_EQ(test, mhps_increments_get(65534ULL << 32, 4ULL << 30), 0);
	KUNIT_EXPECT_TRUE(test, fake.assigned[FAKE_RN_MAX]);
	KUNIT_EXPECT_EQ(test, mhps_increments_get(65535ULL << 32, 4ULL << 30), -ENOENT);
	KUNIT_EXPECT_EQ(test, mhps_increments_get(U64_MAX - SZ_1M + 1, SZ_1M), -ENOENT);
	mhps_increments_put(65534ULL << 32, 4ULL << 30);
	KUNIT_EXPECT_FALSE(test, fake.assigned[FAKE_RN_MAX]);
	KUNIT_EXPECT_EQ(test, mhps_manual_assign(2, FAKE_RN_MAX), 0);
	KUNIT_EXPECT_EQ(test, mhps_manual_unassign(2, FAKE_RN_MAX), 0);
	all_agree(test);
}

static struct kunit_case element_cases[] = {
	KUNIT_CASE(arrives_assigned),
	KUNIT_CASE(read_fails_after_attach),
	KUNIT_CASE(read_fails_of_what_is_attached_already),
	KUNIT_CASE(attach_is_refused),
	KUNIT_CASE(boot_and_standby_in_one_element),
	KUNIT_CASE(assigned_at_load),
	KUNIT_CASE(odd_machines),
	KUNIT_CASE(stuck_are_counted),
	KUNIT_CASE(shared_by_blocks),
	KUNIT_CASE(observing),
	KUNIT_CASE(refreshing),
	KUNIT_CASE(interrupted_by_hand),
	KUNIT_CASE_SLOW(the_largest_machine),
	{ }
};

static struct kunit_suite element_suite = {
	.name = "mhps_element",
	.exit = forget_table,
	.test_cases = element_cases,
};

kunit_test_suite(element_suite);
