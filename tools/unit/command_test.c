// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grammar of debugfs commands (module/core/command.c) in user space: examples,
 * then a fuzzer with a fixed seed, under the sanitizers. KTAP on stdout.
 * Argument: how many inputs the fuzzer makes.
 */
#include <stdlib.h>

#include "core/command.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static unsigned int number, failures;

static void result(bool good, const char *name)
{
	number++;
	failures += !good;
	printf("%s %u %s\n", good ? "ok" : "not ok", number, name);
}

static void sizes(void)
{
	static const struct {
		const char *text;
		bool suffix;
		int err;
		u64 value;
	} cases[] = {
		{ "0", true, 0, 0 },
		{ "4096", true, 0, 4096 },
		{ "0x1F", true, 0, 31 },
		{ "0X1f", true, 0, 31 },
		{ "007", true, 0, 7 },		/* no octal */
		{ "4K", true, 0, 4096 },
		{ "2m", true, 0, 2 << 20 },
		{ "0x10G", true, 0, 16ULL << 30 },
		{ "1T", true, 0, 1ULL << 40 },
		{ "18446744073709551615", true, 0, ~0ULL },
		{ "0xffffffffffffffff", true, 0, ~0ULL },
		{ "18446744073709551616", true, -ERANGE, 0 },
		{ "16777216T", true, -ERANGE, 0 },
		{ "16777215T", true, 0, 16777215ULL << 40 },
		{ "4K", false, -EINVAL, 0 },
		{ "", true, -EINVAL, 0 },
		{ "K", true, -EINVAL, 0 },
		{ "0x", true, -EINVAL, 0 },
		{ "-1", true, -EINVAL, 0 },
		{ "+1", true, -EINVAL, 0 },
		{ "1 ", true, -EINVAL, 0 },
		{ "1KK", true, -EINVAL, 0 },
		{ "1.5G", true, -EINVAL, 0 },
		{ "0x1g", false, -EINVAL, 0 },
		{ "12a", true, -EINVAL, 0 },
	};
	char name[80];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u64 value = 0;
		int err = mhps_parse_size(cases[i].text, cases[i].suffix, &value);

		snprintf(name, sizeof(name), "size '%s'%s", cases[i].text,
			 cases[i].suffix ? "" : " without suffixes");
		result(err == cases[i].err && value == cases[i].value, name);
	}
}

enum { START, SIZE, PRIORITY, RN, WORD, GROUP, NR };

static const struct mhps_arg keys[NR] = {
	[START] = { .key = "start", .type = MHPS_ARG_SIZE, .required = true, .max = ~0ULL },
	[SIZE] = { .key = "size", .type = MHPS_ARG_SIZE, .max = ~0ULL },
	[PRIORITY] = { .key = "priority", .type = MHPS_ARG_SIGNED },
	[RN] = { .key = "rn", .type = MHPS_ARG_RANGE, .min = 1, .max = 65535 },
	[WORD] = { .key = "what", .type = MHPS_ARG_WORD },
	[GROUP] = { .key = "group", .type = MHPS_ARG_WORD },
};

static int parse(const char *command, struct mhps_arg *args, char *why, size_t size)
{
	static char text[4096];

	memcpy(args, keys, sizeof(keys));
	strcpy(text, command);
	return mhps_parse_args(text, args, NR, why, size);
}

static void commands(void)
{
	static const struct {
		const char *text;
		int err;
		const char *why;
	} cases[] = {
		{ "start=1", 0, "" },
		{ " \tstart=1\n", 0, "" },
		{ "size=2 start=1", 0, "" },
		{ "start=1 rn=3-4 what=assign priority=-5", 0, "" },
		{ "", -EINVAL, "start= is missing" },
		{ "size=1", -EINVAL, "start= is missing" },
		{ "start=1 start=2", -EINVAL, "start= given twice" },
		{ "start=1 sta=2", -EINVAL, "unknown key 'sta'" },
		{ "start=1 startx=2", -EINVAL, "unknown key 'startx'" },
		{ "start=1 =2", -EINVAL, "unknown key ''" },
		{ "start", -EINVAL, "'start' is not key=value" },
		{ "start=", -EINVAL, "start= is not a valid value" },
		{ "start==1", -EINVAL, "start==1 is not a valid value" },
		{ "start=99999999999999999999", -ERANGE,
		  "start=99999999999999999999 is too large" },
		{ "start=1 rn=0", -EINVAL, "rn=0 is not a valid value" },
		{ "start=1 rn=4-3", -EINVAL, "rn=4-3 is not a valid value" },
		{ "start=1 rn=1-65536", -ERANGE, "rn=1-65536 is too large" },
		{ "start=1 rn=1-2-3", -EINVAL, "rn=1-2-3 is not a valid value" },
		{ "start=1 rn=-3", -EINVAL, "rn=-3 is not a valid value" },
		{ "start=1 what=", -EINVAL, "what= is not a valid value" },
		{ "start=1 priority=--1", -EINVAL, "priority=--1 is not a valid value" },
		{ "start=1 priority=9223372036854775808", -ERANGE,
		  "priority=9223372036854775808 is too large" },
	};
	struct mhps_arg args[NR];
	char name[96], why[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int err;

		*why = '\0';
		err = parse(cases[i].text, args, why, sizeof(why));
		snprintf(name, sizeof(name), "command %zu: %s", i + 1,
			 *cases[i].why ? cases[i].why : "accepted");
		result(err == cases[i].err && !strcmp(why, cases[i].why), name);
	}
	parse("start=1G rn=3-4 what=assign priority=-5", args, why, sizeof(why));
	result(args[START].value == 1 << 30 && args[RN].value == 3 &&
	       args[RN].last == 4 && args[PRIORITY].number == -5 &&
	       !strcmp(args[WORD].word, "assign") && !args[SIZE].present,
	       "values arrive where they belong");
}

static void flags(void)
{
	static const struct mhps_name names[] = {
		{ "none", 0 }, { "one", 1 }, { "two", 2 }, { }
	};
	static const struct {
		const char *text;
		int err;
		unsigned int flags;
	} cases[] = {
		{ "none", 0, 0 }, { "one", 0, 1 }, { "two,one", 0, 3 },
		{ "", -EINVAL, 0 }, { "one,", -EINVAL, 0 }, { ",one", -EINVAL, 0 },
		{ "one,one", -EINVAL, 0 }, { "none,one", -EINVAL, 0 },
		{ "three", -EINVAL, 0 }, { "on", -EINVAL, 0 }, { "none,none", -EINVAL, 0 },
	};
	char name[80], why[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned int bits = 0;
		int err = mhps_parse_flags(cases[i].text, names, &bits, why, sizeof(why));

		snprintf(name, sizeof(name), "flags '%s'", cases[i].text);
		result(err == cases[i].err && bits == cases[i].flags, name);
	}
}

static void groups(void)
{
	static const struct {
		const char *text;
		int err;
		enum mhps_group_kind kind;
		u64 unit;
	} cases[] = {
		{ "static", 0, MHPS_GROUP_STATIC, 0 },
		{ "dynamic", 0, MHPS_GROUP_DYNAMIC, 0 },
		{ "dynamic:256M", 0, MHPS_GROUP_DYNAMIC, 256 << 20 },
		{ "dynamic:0x10", 0, MHPS_GROUP_DYNAMIC, 16 },
		{ "dynamic:3", 0, MHPS_GROUP_DYNAMIC, 3 },	/* range_check.c looks */
		{ "", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "none", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "Static", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "stat", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "static:", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "static:128M", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "dynamic:", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "dynamic:0", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "dynamic:-1", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "dynamic:1M:2M", -EINVAL, MHPS_GROUP_NONE, 0 },
		{ "dynamic:16777216T", -ERANGE, MHPS_GROUP_NONE, 0 },
		{ ":1M", -EINVAL, MHPS_GROUP_NONE, 0 },
	};
	char name[80], why[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mhps_group group = { 0 };
		int err;

		*why = '\0';
		err = mhps_parse_group(cases[i].text, &group, why, sizeof(why));
		snprintf(name, sizeof(name), "group '%s'", cases[i].text);
		result(err == cases[i].err && group.kind == cases[i].kind &&
		       group.unit == cases[i].unit && !err == !*why, name);
	}
}

static u64 random_state = 0x6d68705f66757a7aULL;

static unsigned int random_below(unsigned int limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

/* Pieces of real commands and junk, so that deep paths are reached. */
static void random_command(char *text, size_t size)
{
	static const char * const pieces[] = {
		"start=", "size=", "rn=", "what=", "priority=", "0x", "1", "9",
		"65535", "18446744073709551615", "K", "G", "T", "-", "=", " ",
		"\t", "\n", ",", "f", "x", "\x01", "\xff", "assign",
		"group=", "dynamic", ":", "static",
	};
	size_t length = 0, piece;
	unsigned int words = random_below(24);

	while (words--) {
		const char *p = pieces[random_below(ARRAY_SIZE(pieces))];

		piece = strlen(p);
		if (length + piece + 1 > size)
			break;
		memcpy(text + length, p, piece);
		length += piece;
	}
	text[length] = '\0';
}

/* Either a kind of group, a unit only where there can be one, or a reason. */
static bool fuzz_group(const char *text)
{
	struct mhps_group group = { 0 };
	char why[96] = "";
	int err = mhps_parse_group(text, &group, why, sizeof(why));

	if (err)
		return (err == -EINVAL || err == -ERANGE) && *why &&
		       group.kind == MHPS_GROUP_NONE && !group.unit;
	return group.kind == MHPS_GROUP_DYNAMIC ||
	       (group.kind == MHPS_GROUP_STATIC && !group.unit);
}

/* Whatever comes in: a known errno, a reason with it, values within bounds. */
static bool fuzz_one(void)
{
	struct mhps_arg args[NR];
	char why[96], *text = malloc(512);
	bool good;
	int err;

	memcpy(args, keys, sizeof(keys));
	random_command(text, 512);
	*why = '\0';
	err = mhps_parse_args(text, args, NR, why, sizeof(why));
	good = (!err && !*why && args[START].present) ||
	       ((err == -EINVAL || err == -ERANGE) && *why);
	if (!err && args[RN].present)
		good &= args[RN].value >= 1 && args[RN].last <= 65535 &&
			args[RN].value <= args[RN].last;
	if (!err && args[WORD].present)
		good &= args[WORD].word > text && args[WORD].word < text + 512;
	if (!err && args[GROUP].present)
		good &= fuzz_group(args[GROUP].word);
	free(text);
	return good;
}

int main(int argc, char **argv)
{
	unsigned long inputs = argc > 1 ? strtoul(argv[1], NULL, 0) : 200000;
	unsigned long i, bad = 0;
	char name[80];

	printf("KTAP version 1\n");
	sizes();
	commands();
	flags();
	groups();
	for (i = 0; i < inputs; i++)
		bad += !fuzz_one();
	snprintf(name, sizeof(name), "%lu random commands", inputs);
	result(!bad && inputs, name);
	printf("1..%u\n# %u failed\n", number, failures);
	return failures != 0;
}
