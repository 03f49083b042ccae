// SPDX-License-Identifier: GPL-2.0-only
/* Which rules act, how often, and what several of them say together. */
#include <kunit/test.h>
#include <linux/jiffies.h>

#include "core/fault.c"
#ifdef CONFIG_FAULT_INJECTION
#include "core/fault_attr.c"
#endif

static int parse_rule(const char *command, struct mhps_fault_rule *rule)
{
	char text[160];

	strscpy(text, command, sizeof(text));
	memset(rule, 0, sizeof(*rule));
	return mhps_fault_rule_parse(text, rule);
}

static struct mhps_fault_rule *add_rule(struct kunit *test, const char *command)
{
	struct mhps_fault_rule *rule = kunit_kzalloc(test, sizeof(*rule), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rule);
	KUNIT_ASSERT_EQ_MSG(test, parse_rule(command, rule), 0, "'%s'", command);
	KUNIT_ASSERT_EQ_MSG(test, mhps_fault_rule_add(rule), 0, "'%s'", command);
	return rule;
}

/* The list of rules outlives a test that ends early. */
static void forget_rules(struct kunit *test)
{
	LIST_HEAD(rules);

	mhps_fault_rules_take(&rules);
}

/* Which of the next ten ASSIGNs of rn fail, as a string of 0 and 1. */
static void ten_assigns(u32 rn, char seen[11])
{
	struct mhps_fault fault;
	int i;

	for (i = 0; i < 10; i++) {
		mhps_fault_of_call(MHPS_ASSIGN, rn, &fault);
		seen[i] = fault.error ? '1' : '0';
	}
	seen[10] = '\0';
}

static void skip_and_times(struct kunit *test)
{
	static const struct {
		const char *command;
		const char *fires;
		u64 hits;
	} cases[] = {
		{ "what=assign errno=EIO", "1111111111", 10 },
		{ "what=assign errno=EIO times=1", "1000000000", 1 },
		{ "what=assign errno=EIO times=3", "1110000000", 3 },
		{ "what=assign errno=EIO skip=4", "0000111111", 6 },
		{ "what=assign errno=EIO skip=2 times=3", "0011100000", 3 },
		{ "what=assign errno=EIO skip=10", "0000000000", 0 },
		{ "what=assign errno=EIO skip=4294967295 times=1", "0000000000", 0 },
		{ "what=assign errno=EIO rn=7", "1111111111", 10 },
		{ "what=assign errno=EIO rn=8", "0000000000", 0 },
		{ "what=unassign errno=EIO", "0000000000", 0 },
	};
	struct mhps_fault_rule *rule;
	char seen[11];
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		rule = add_rule(test, cases[i].command);
		ten_assigns(7, seen);
		KUNIT_EXPECT_STREQ(test, seen, cases[i].fires);
		KUNIT_EXPECT_EQ(test, rule->hits, cases[i].hits);
		mhps_fault_rule_delete(rule);
	}
}

static void only_matches_are_skipped(struct kunit *test)
{
	struct mhps_fault fault;

	add_rule(test, "what=assign rn=5 errno=EIO skip=1");
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_call(MHPS_ASSIGN, 4, &fault));
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_call(MHPS_UNASSIGN, 5, &fault));
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_call(MHPS_ASSIGN, 5, &fault));
	KUNIT_EXPECT_TRUE(test, mhps_fault_of_call(MHPS_ASSIGN, 5, &fault));
}

static void the_first_errno_wins(struct kunit *test)
{
	struct mhps_fault fault;

	add_rule(test, "what=assign delay_ms=10");
	add_rule(test, "what=assign errno=ENOMEM times=1 delay_ms=20");
	add_rule(test, "what=assign errno=EIO delay_ms=400 times=2");
	add_rule(test, "what=assign response=0x1f0 times=3");
	add_rule(test, "what=assign response=0x300");
	KUNIT_EXPECT_TRUE(test, mhps_fault_of_call(MHPS_ASSIGN, 1, &fault));
	KUNIT_EXPECT_EQ(test, fault.error, -ENOMEM);
	KUNIT_EXPECT_EQ(test, fault.response, 0x1f0);
	KUNIT_EXPECT_EQ(test, fault.delay_ms, 430);
	/* A rule that is spent lets the next one speak. */
	mhps_fault_of_call(MHPS_ASSIGN, 1, &fault);
	KUNIT_EXPECT_EQ(test, fault.error, -EIO);
	KUNIT_EXPECT_EQ(test, fault.delay_ms, 410);
	mhps_fault_of_call(MHPS_ASSIGN, 1, &fault);
	KUNIT_EXPECT_EQ(test, fault.error, 0);
	KUNIT_EXPECT_EQ(test, fault.response, 0x1f0);
	mhps_fault_of_call(MHPS_ASSIGN, 1, &fault);
	KUNIT_EXPECT_EQ(test, fault.response, 0x300);
	KUNIT_EXPECT_EQ(test, fault.delay_ms, 10);
}

static void the_sum_of_delays_is_bounded(struct kunit *test)
{
	struct mhps_fault_rule *rule, *more;
	struct mhps_fault fault;

	more = kunit_kzalloc(test, sizeof(*more), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, more);
	rule = add_rule(test, "what=assign delay_ms=40000");
	add_rule(test, "what=MEM_GOING_ONLINE delay_ms=20000");
	KUNIT_ASSERT_EQ(test, parse_rule("what=read delay_ms=1", more), 0);
	KUNIT_EXPECT_EQ(test, mhps_fault_rule_add(more), -ERANGE);
	/* The refused one is not in the list, and one that does not wait may come. */
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_call(MHPS_READ, 0, &fault));
	add_rule(test, "what=read errno=EIO");
	mhps_fault_rule_delete(rule);
	KUNIT_EXPECT_EQ(test, mhps_fault_rule_add(more), 0);
}

static void a_budget_is_used_up(struct kunit *test)
{
	struct mhps_fault fault = { .delay_ms = 20 };
	unsigned int budget = 30;
	unsigned long began = jiffies;

	mhps_fault_delay(&fault, &budget);
	KUNIT_EXPECT_EQ(test, fault.delay_ms, 20);
	KUNIT_EXPECT_EQ(test, budget, 10);
	KUNIT_EXPECT_GE(test, jiffies_to_msecs(jiffies - began), 19);
	mhps_fault_delay(&fault, &budget);
	KUNIT_EXPECT_EQ(test, fault.delay_ms, 10);
	KUNIT_EXPECT_EQ(test, budget, 0);
	fault.delay_ms = MHPS_DELAY_MAX_MS;
	began = jiffies;
	mhps_fault_delay(&fault, &budget);
	KUNIT_EXPECT_EQ(test, fault.delay_ms, 0);
	KUNIT_EXPECT_LT(test, jiffies_to_msecs(jiffies - began), MHPS_DELAY_MAX_MS / 2);
}

static void events_of_a_block(struct kunit *test)
{
	struct mhps_fault fault;

	add_rule(test, "what=MEM_GOING_ONLINE block=0 errno=EBUSY");
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_event(MHPS_MEM_GOING_ONLINE, 1, &fault));
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_event(MHPS_MEM_GOING_OFFLINE, 0, &fault));
	KUNIT_EXPECT_TRUE(test, mhps_fault_of_event(MHPS_MEM_GOING_ONLINE, 0, &fault));
	KUNIT_EXPECT_EQ(test, fault.error, -EBUSY);
	add_rule(test, "what=MEM_GOING_OFFLINE errno=EPERM");
	KUNIT_EXPECT_TRUE(test, mhps_fault_of_event(MHPS_MEM_GOING_OFFLINE, U32_MAX - 1, &fault));
}

/* A rule with a priority speaks through its own subscriber, and only there. */
static void extra_subscribers(struct kunit *test)
{
	struct mhps_fault_rule *early, *late;
	struct mhps_fault fault;

	early = add_rule(test, "what=MEM_GOING_ONLINE errno=EIO priority=100 skip=1");
	late = add_rule(test, "what=MEM_GOING_ONLINE errno=ENOMEM priority=-100 block=3");
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_event(MHPS_MEM_GOING_ONLINE, 3, &fault));
	KUNIT_EXPECT_EQ(test, fault.error, 0);
	KUNIT_EXPECT_EQ(test, early->skip, 1);
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_rule(late, MHPS_MEM_GOING_ONLINE, 4, &fault));
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_rule(late, MHPS_MEM_ONLINE, 3, &fault));
	KUNIT_EXPECT_TRUE(test, mhps_fault_of_rule(late, MHPS_MEM_GOING_ONLINE, 3, &fault));
	KUNIT_EXPECT_EQ(test, fault.error, -ENOMEM);
	KUNIT_EXPECT_FALSE(test, mhps_fault_of_rule(early, MHPS_MEM_GOING_ONLINE, 3, &fault));
	KUNIT_EXPECT_TRUE(test, mhps_fault_of_rule(early, MHPS_MEM_GOING_ONLINE, 3, &fault));
	KUNIT_EXPECT_EQ(test, fault.error, -EIO);
}

static void what_a_rule_says(struct kunit *test)
{
	struct mhps_fault_rule rule;

	KUNIT_ASSERT_EQ(test, parse_rule("what=unassign rn=65535 errno=-5 skip=1 times=2",
					 &rule), 0);
	KUNIT_EXPECT_EQ(test, rule.event, MHPS_UNASSIGN);
	KUNIT_EXPECT_STREQ(test, mhps_fault_what(&rule), "unassign");
	KUNIT_EXPECT_EQ(test, rule.rn, 65535);
	KUNIT_EXPECT_EQ(test, rule.block, MHPS_ROW_NO_BLOCK);
	KUNIT_EXPECT_EQ(test, rule.fault.error, -EIO);
	KUNIT_EXPECT_EQ(test, rule.skip, 1);
	KUNIT_EXPECT_EQ(test, rule.times, 2);
	KUNIT_EXPECT_FALSE(test, rule.extra_subscriber);
	KUNIT_ASSERT_EQ(test, parse_rule("what=MEM_GOING_OFFLINE errno=1 priority=-2147483648",
					 &rule), 0);
	KUNIT_EXPECT_TRUE(test, rule.extra_subscriber);
	KUNIT_EXPECT_EQ(test, rule.priority, INT_MIN);
	KUNIT_EXPECT_EQ(test, rule.fault.error, -EPERM);
}

static void refused_rules(struct kunit *test)
{
	static const struct {
		const char *command;
		int err;
	} cases[] = {
		{ "", -EINVAL },
		{ "errno=EIO", -EINVAL },
		{ "what=assign", -EINVAL },
		{ "what=ASSIGN errno=EIO", -EINVAL },
		{ "what=MEM_ONLINE errno=EIO", -EINVAL },
		{ "what=assign errno=EWHATEVER", -EINVAL },
		{ "what=assign errno=0", -EINVAL },
		{ "what=assign errno=4096", -EINVAL },
		{ "what=assign errno=EIO response=0x1f0", -EINVAL },
		{ "what=assign response=0x10000", -ERANGE },
		{ "what=assign errno=EIO rn=0", -EINVAL },
		{ "what=assign errno=EIO rn=65536", -ERANGE },
		{ "what=assign errno=EIO block=1", -EINVAL },
		{ "what=assign errno=EIO priority=1", -EINVAL },
		{ "what=attach errno=EIO rn=1", -EINVAL },
		{ "what=MEM_GOING_ONLINE errno=EIO rn=1", -EINVAL },
		{ "what=MEM_GOING_ONLINE response=0x1f0", -EINVAL },
		{ "what=MEM_GOING_ONLINE errno=EIO priority=2147483648", -ERANGE },
		{ "what=MEM_GOING_ONLINE errno=EIO priority=-2147483649", -ERANGE },
		{ "what=assign errno=EIO times=0", -EINVAL },
		{ "what=assign delay_ms=60001", -ERANGE },
	};
	struct mhps_fault_rule rule;
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, parse_rule(cases[i].command, &rule), cases[i].err,
				    "'%s'", cases[i].command);
	KUNIT_EXPECT_EQ(test, parse_rule("what=MEM_PREPARE_ONLINE errno=EIO", &rule),
			mhps_model.has_prepare ? 0 : -EOPNOTSUPP);
}

static struct kunit_case fault_cases[] = {
	KUNIT_CASE(skip_and_times),
	KUNIT_CASE(only_matches_are_skipped),
	KUNIT_CASE(the_first_errno_wins),
	KUNIT_CASE(the_sum_of_delays_is_bounded),
	KUNIT_CASE(a_budget_is_used_up),
	KUNIT_CASE(events_of_a_block),
	KUNIT_CASE(extra_subscribers),
	KUNIT_CASE(what_a_rule_says),
	KUNIT_CASE(refused_rules),
	{ }
};

static struct kunit_suite fault_suite = {
	.name = "mhps_fault",
	.exit = forget_rules,
	.test_cases = fault_cases,
};

kunit_test_suite(fault_suite);
