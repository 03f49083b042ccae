// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>

#include "core/last_error.c"

static void says_what_and_names_the_errno(struct kunit *test)
{
	char line[MHPS_LAST_ERROR_SIZE];

	KUNIT_EXPECT_EQ(test, mhps_refuse(-EBUSY, "remove: memory%u is %s", 7, "online"),
			-EBUSY);
	mhps_last_error(line);
	KUNIT_EXPECT_STREQ(test, line, IS_ENABLED(CONFIG_SYMBOLIC_ERRNAME) ?
			   "remove: memory7 is online (-EBUSY)" :
			   "remove: memory7 is online (-16)");
}

static void the_errno_survives_a_long_reason(struct kunit *test)
{
	char line[MHPS_LAST_ERROR_SIZE];
	char *x = kunit_kzalloc(test, 1000, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, x);
	memset(x, 'x', 999);
	mhps_refuse(-EOPNOTSUPP, "add: %s", x);
	mhps_last_error(line);
	KUNIT_EXPECT_LT(test, strlen(line), sizeof(line));
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, IS_ENABLED(CONFIG_SYMBOLIC_ERRNAME) ?
					   "x (-EOPNOTSUPP)" : "x (-95)"));
}

static void what_was_written_cannot_forge_lines(struct kunit *test)
{
	char line[MHPS_LAST_ERROR_SIZE];

	mhps_refuse(-EINVAL, "inject: %s", "a\nb\x1b[2Jc\xff");
	mhps_last_error(line);
	KUNIT_EXPECT_TRUE_MSG(test, strstarts(line, "inject: a?b?[2Jc? (-"), "'%s'", line);
}

static struct kunit_case last_error_cases[] = {
	KUNIT_CASE(says_what_and_names_the_errno),
	KUNIT_CASE(the_errno_survives_a_long_reason),
	KUNIT_CASE(what_was_written_cannot_forge_lines),
	{ }
};

static struct kunit_suite last_error_suite = {
	.name = "mhps_last_error",
	.test_cases = last_error_cases,
};

kunit_test_suite(last_error_suite);
