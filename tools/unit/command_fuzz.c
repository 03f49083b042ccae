// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer on the grammar of debugfs commands (module/core/command.c), beside a second
 * reader of the same grammar that was written for the soak's model: they must agree on
 * every errno and every value, and whatever is refused has a reason.
 *
 * The first byte of an input chooses the parser: f flags, g group, s size, anything else
 * a command; the rest is the text.
 */
#include <stdlib.h>

#include "core/command.h"
#include "../../selftests/soak/words.h"

#define NR_KEYS	6

static const struct mhps_arg keys[NR_KEYS] = {
	{ .key = "start", .type = MHPS_ARG_SIZE, .required = true, .max = ~0ULL },
	{ .key = "nid", .type = MHPS_ARG_NUMBER, .max = 0x7fffffff },
	{ .key = "priority", .type = MHPS_ARG_SIGNED },
	{ .key = "rn", .type = MHPS_ARG_RANGE, .min = 1, .max = 65535 },
	{ .key = "times", .type = MHPS_ARG_NUMBER, .min = 1, .max = 0xffffffff },
	{ .key = "what", .type = MHPS_ARG_WORD },
};

static const struct word words[NR_KEYS] = {
	{ .key = "start", .type = WORD_SIZE, .required = true, .max = ~0ULL },
	{ .key = "nid", .type = WORD_NUMBER, .max = 0x7fffffff },
	{ .key = "priority", .type = WORD_SIGNED },
	{ .key = "rn", .type = WORD_RANGE, .min = 1, .max = 65535 },
	{ .key = "times", .type = WORD_NUMBER, .min = 1, .max = 0xffffffff },
	{ .key = "what", .type = WORD_TEXT },
};

static void must(bool good, const char *what, const char *text)
{
	if (good)
		return;
	fprintf(stderr, "%s: '%s'\n", what, text);
	abort();
}

/* An errno has its reason, and nothing else has one. */
static void check_reason(int err, const char *why, const char *text)
{
	must(!err || err == -EINVAL || err == -ERANGE, "another errno", text);
	must(!err == !*why, "a reason where there is none to give, or none", text);
	must(strlen(why) < 96, "a reason that has no end", text);
}

static bool same_value(const struct mhps_arg *arg, const struct word *word)
{
	if (arg->present != word->given)
		return false;
	if (!arg->present)
		return true;
	switch (arg->type) {
	case MHPS_ARG_WORD:
		return !strcmp(arg->word, word->text);
	case MHPS_ARG_SIGNED:
		return arg->number == word->number;
	default:
		return arg->value == word->value && arg->last == word->last;
	}
}

static void fuzz_command(char *text, size_t len)
{
	struct mhps_arg args[NR_KEYS];
	struct word other[NR_KEYS];
	char why[96] = "", *copy = strdup(text);
	int err, other_err, i;

	memcpy(args, keys, sizeof(keys));
	memcpy(other, words, sizeof(words));
	other_err = words_read(text, len, other, NR_KEYS);
	err = mhps_parse_args(text, args, NR_KEYS, why, sizeof(why));
	check_reason(err, why, copy);
	must(err == -other_err, "two readers, two errnos", copy);
	for (i = 0; !err && i < NR_KEYS; i++)
		must(same_value(&args[i], &other[i]), "two readers, two values", copy);
	free(copy);
}

static void fuzz_flags(const char *text)
{
	static const struct mhps_name names[] = {
		{ "none", 0 }, { "one", 1 }, { "two", 2 }, { "three", 4 }, { }
	};
	unsigned int bits = 0x100;
	char why[96] = "";
	int err = mhps_parse_flags(text, names, &bits, why, sizeof(why));

	check_reason(err, why, text);
	must(err ? bits == 0x100 : bits < 8, "flags that have no name", text);
}

static void fuzz_group(const char *text)
{
	struct mhps_group group = { 0 };
	char why[96] = "";
	int err = mhps_parse_group(text, &group, why, sizeof(why));

	check_reason(err, why, text);
	if (err)
		must(group.kind == MHPS_GROUP_NONE && !group.unit, "half a group", text);
	else
		must(group.kind == MHPS_GROUP_DYNAMIC || (group.kind && !group.unit),
		     "a group of no kind", text);
}

static void fuzz_size(const char *text, size_t len)
{
	u64 value = 0, other = 0;
	int err = mhps_parse_size(text, true, &value);

	must(err == -read_number(text, len, true, &other), "two readers, two errnos", text);
	must(err || value == other, "two readers, two sizes", text);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *text;

	/* The files take no NUL, and the model's words have a length. */
	if (!size || size >= OP_TEXT || memchr(data, '\0', size))
		return 0;
	text = malloc(size);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	switch (*data) {
	case 'f':
		fuzz_flags(text);
		break;
	case 'g':
		fuzz_group(text);
		break;
	case 's':
		fuzz_size(text, size - 1);
		break;
	default:
		fuzz_command(text, size - 1);
		break;
	}
	free(text);
	return 0;
}
