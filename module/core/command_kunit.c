// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grammar of commands with the kernel's own strings and errnos. What any
 * bytes at all do to it tools/unit finds out, by fuzzing it on the host.
 */
#include <kunit/test.h>

#include "core/command.c"

static void numbers(struct kunit *test)
{
	static const struct {
		const char *text;
		bool suffix;
		int err;
		u64 value;
	} cases[] = {
		{ "0", false, 0, 0 },
		{ "010", false, 0, 10 },	/* no octal */
		{ "0x10", false, 0, 16 },
		{ "0XfF", false, 0, 255 },
		{ "18446744073709551615", false, 0, U64_MAX },
		{ "0xffffffffffffffff", false, 0, U64_MAX },
		{ "1K", true, 0, 1 << 10 },
		{ "0x1m", true, 0, 1 << 20 },
		{ "3G", true, 0, 3ULL << 30 },
		{ "15t", true, 0, 15ULL << 40 },
		{ "18446744073709551616", false, -ERANGE },
		{ "0x10000000000000000", false, -ERANGE },
		{ "16777216T", true, -ERANGE },
		{ "1K", false, -EINVAL },
		{ "", true, -EINVAL },
		{ "K", true, -EINVAL },
		{ "0x", true, -EINVAL },
		{ "0xK", true, -EINVAL },
		{ "1KK", true, -EINVAL },
		{ "-1", true, -EINVAL },
		{ "+1", true, -EINVAL },
		{ " 1", true, -EINVAL },
		{ "1g1", true, -EINVAL },
		{ "0x1g", false, -EINVAL },
	};
	u64 value;
	int i, err;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		value = 4711;
		err = mhps_parse_size(cases[i].text, cases[i].suffix, &value);
		KUNIT_EXPECT_EQ_MSG(test, err, cases[i].err, "'%s'", cases[i].text);
		KUNIT_EXPECT_EQ_MSG(test, value, err ? 4711 : cases[i].value,
				    "'%s'", cases[i].text);
	}
}

enum {
	KEY_SIZE, KEY_NUMBER, KEY_SIGNED, KEY_RANGE, KEY_WORD, KEY_NR,
};

static int parse(const char *command, struct mhps_arg args[KEY_NR], char why[96])
{
	static const struct mhps_arg known[KEY_NR] = {
		[KEY_SIZE] = { "size", MHPS_ARG_SIZE, .required = true, .max = U64_MAX },
		[KEY_NUMBER] = { "number", MHPS_ARG_NUMBER, .min = 2, .max = 9 },
		[KEY_SIGNED] = { "signed", MHPS_ARG_SIGNED },
		[KEY_RANGE] = { "range", MHPS_ARG_RANGE, .min = 1, .max = U16_MAX },
		[KEY_WORD] = { "word", MHPS_ARG_WORD },
	};
	char text[160];

	strscpy(text, command, sizeof(text));
	memcpy(args, known, sizeof(known));
	why[0] = '\0';
	return mhps_parse_args(text, args, KEY_NR, why, 96);
}

static void a_command_with_every_key(struct kunit *test)
{
	struct mhps_arg args[KEY_NR];
	char text[] = "\t word=a=b range=3-65535\n signed=-7  number=9 size=0x2M\n";
	char why[96];
	int i;

	parse("size=1", args, why);
	for (i = 0; i < KEY_NR; i++)
		args[i].present = false;
	KUNIT_ASSERT_EQ(test, mhps_parse_args(text, args, KEY_NR, why, sizeof(why)), 0);
	for (i = 0; i < KEY_NR; i++)
		KUNIT_EXPECT_TRUE_MSG(test, args[i].present, "%s", args[i].key);
	KUNIT_EXPECT_EQ(test, args[KEY_SIZE].value, 2 << 20);
	KUNIT_EXPECT_EQ(test, args[KEY_NUMBER].value, 9);
	KUNIT_EXPECT_EQ(test, args[KEY_SIGNED].number, -7);
	KUNIT_EXPECT_EQ(test, args[KEY_RANGE].value, 3);
	KUNIT_EXPECT_EQ(test, args[KEY_RANGE].last, 65535);
	KUNIT_EXPECT_STREQ(test, args[KEY_WORD].word, "a=b");
}

static void refused_commands(struct kunit *test)
{
	static const struct {
		const char *text;
		int err;
		const char *why;
	} cases[] = {
		{ "", -EINVAL, "size= is missing" },
		{ "number=3", -EINVAL, "size= is missing" },
		{ "size=1 size=1", -EINVAL, "size= given twice" },
		{ "size=1 Size=1", -EINVAL, "unknown key 'Size'" },
		{ "size=1 sizes=1", -EINVAL, "unknown key 'sizes'" },
		{ "size=1 =1", -EINVAL, "unknown key ''" },
		{ "size", -EINVAL, "'size' is not key=value" },
		{ "size=", -EINVAL, "size= is not a valid value" },
		{ "size=1 word=", -EINVAL, "word= is not a valid value" },
		{ "size=1 number=1", -EINVAL, "number=1 is not a valid value" },
		{ "size=1 number=10", -ERANGE, "number=10 is too large" },
		{ "size=1 number=1K", -EINVAL, "number=1K is not a valid value" },
		{ "size=1 range=0", -EINVAL, "range=0 is not a valid value" },
		{ "size=1 range=65536", -ERANGE, "range=65536 is too large" },
		{ "size=1 range=1-65536", -ERANGE, "range=1-65536 is too large" },
		{ "size=1 range=3-2", -EINVAL, "range=3-2 is not a valid value" },
		{ "size=1 range=3-", -EINVAL, "range=3- is not a valid value" },
		{ "size=1 range=-3", -EINVAL, "range=-3 is not a valid value" },
		{ "size=1 range=1-2-3", -EINVAL, "range=1-2-3 is not a valid value" },
		{ "size=1 signed=--1", -EINVAL, "signed=--1 is not a valid value" },
		{ "size=1 signed=9223372036854775808", -ERANGE,
		  "signed=9223372036854775808 is too large" },
		{ "size=1 number=abcdefghijabcdefghijabcdefghijabcdefghijK", -EINVAL,
		  "number=abcdefghijabcdefghijabcdefghijabcdefghij is not a valid value" },
	};
	struct mhps_arg args[KEY_NR];
	char why[96];
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_EXPECT_EQ_MSG(test, parse(cases[i].text, args, why),
				    cases[i].err, "'%s'", cases[i].text);
		KUNIT_EXPECT_STREQ(test, why, cases[i].why);
	}
}

static void flags(struct kunit *test)
{
	static const struct mhps_name names[] = {
		{ "none", 0 }, { "one", 1 }, { "two", 2 }, { }
	};
	static const struct {
		const char *text;
		int err;
		unsigned int bits;
	} cases[] = {
		{ "none", 0, 0 }, { "one", 0, 1 }, { "two,one", 0, 3 },
		{ "", -EINVAL }, { ",", -EINVAL }, { "one,", -EINVAL },
		{ "one,one", -EINVAL }, { "one,none", -EINVAL },
		{ "none,none", -EINVAL }, { "on", -EINVAL }, { "ones", -EINVAL },
	};
	unsigned int bits;
	char why[96];
	int i, err;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bits = 64;
		err = mhps_parse_flags(cases[i].text, names, &bits, why, sizeof(why));
		KUNIT_EXPECT_EQ_MSG(test, err, cases[i].err, "'%s'", cases[i].text);
		KUNIT_EXPECT_EQ_MSG(test, bits, err ? 64 : cases[i].bits, "'%s'",
				    cases[i].text);
	}
}

static void groups(struct kunit *test)
{
	static const struct {
		const char *text;
		int err;
		enum mhps_group_kind kind;
		u64 unit;
	} cases[] = {
		{ "static", 0, MHPS_GROUP_STATIC, 0 },
		{ "dynamic", 0, MHPS_GROUP_DYNAMIC, 0 },
		{ "dynamic:4G", 0, MHPS_GROUP_DYNAMIC, 4ULL << 30 },
		{ "dynamic:0", -EINVAL }, { "dynamic:", -EINVAL },
		{ "static:1G", -EINVAL }, { "", -EINVAL }, { "dyn", -EINVAL },
		{ "dynamic:16777216T", -ERANGE },
	};
	struct mhps_group group;
	char why[96];
	int i, err;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		group = (struct mhps_group){ };
		err = mhps_parse_group(cases[i].text, &group, why, sizeof(why));
		KUNIT_EXPECT_EQ_MSG(test, err, cases[i].err, "'%s'", cases[i].text);
		KUNIT_EXPECT_EQ_MSG(test, group.kind, cases[i].kind, "'%s'",
				    cases[i].text);
		KUNIT_EXPECT_EQ_MSG(test, group.unit, cases[i].unit, "'%s'",
				    cases[i].text);
	}
}

static struct kunit_case command_cases[] = {
	KUNIT_CASE(numbers),
	KUNIT_CASE(a_command_with_every_key),
	KUNIT_CASE(refused_commands),
	KUNIT_CASE(flags),
	KUNIT_CASE(groups),
	{ }
};

static struct kunit_suite command_suite = {
	.name = "mhps_command",
	.test_cases = command_cases,
};

kunit_test_suite(command_suite);

MODULE_DESCRIPTION("KUnit suites of mhp_standby");
MODULE_LICENSE("GPL");
