// SPDX-License-Identifier: GPL-2.0-only
#include "core/command.h"

#ifdef __KERNEL__
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/overflow.h>
#include <linux/string.h>
#endif

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int shift_of(char c)
{
	switch (c) {
	case 'k': case 'K':
		return 10;
	case 'm': case 'M':
		return 20;
	case 'g': case 'G':
		return 30;
	case 't': case 'T':
		return 40;
	default:
		return -1;
	}
}

/*
 * Unlike kstrtoull() with base 0 there is no octal: an operator who pads a
 * number with zeros means the number. Stops at @end, which must be a digit's
 * or suffix's right neighbour.
 */
static int parse_number(const char *text, const char *end, bool suffix,
			u64 *value)
{
	unsigned int base = 10;
	int digit, shift = 0;
	u64 number = 0;

	if (end - text > 2 && text[0] == '0' &&
	    (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (suffix && end - text > 1) {
		shift = shift_of(end[-1]);
		if (shift < 0)
			shift = 0;
		else
			end--;
	}
	if (text == end)
		return -EINVAL;
	for (; text < end; text++) {
		digit = digit_of(*text);
		if (digit < 0 || digit >= (int)base)
			return -EINVAL;
		if (check_mul_overflow(number, (u64)base, &number) ||
		    check_add_overflow(number, (u64)digit, &number))
			return -ERANGE;
	}
	if (check_mul_overflow(number, 1ULL << shift, &number))
		return -ERANGE;
	*value = number;
	return 0;
}

/**
 * mhps_parse_size() - read a whole string as an unsigned number
 * @text: hex with 0x, or decimal
 * @suffix: whether one of K, M, G, T (powers of 1024) may follow
 * @value: set on success
 *
 * Return: 0, -EINVAL if it is no number, -ERANGE if it does not fit.
 */
int mhps_parse_size(const char *text, bool suffix, u64 *value)
{
	return parse_number(text, text + strlen(text), suffix, value);
}

static int parse_range(struct mhps_arg *arg, const char *text)
{
	const char *dash = strchr(text, '-');
	int err;

	if (!dash) {
		err = parse_number(text, text + strlen(text), false,
				   &arg->value);
		arg->last = arg->value;
		return err;
	}
	err = parse_number(text, dash, false, &arg->value);
	if (err)
		return err;
	err = parse_number(dash + 1, text + strlen(text), false, &arg->last);
	if (err)
		return err;
	return arg->last < arg->value ? -EINVAL : 0;
}

static int parse_signed(struct mhps_arg *arg, const char *text)
{
	bool minus = *text == '-';
	u64 number;
	int err;

	err = parse_number(text + minus, text + strlen(text), false, &number);
	if (err)
		return err;
	if (number > (u64)S64_MAX)
		return -ERANGE;
	arg->number = minus ? -(s64)number : (s64)number;
	return 0;
}

static int parse_value(struct mhps_arg *arg, const char *text)
{
	int err;

	switch (arg->type) {
	case MHPS_ARG_SIZE:
	case MHPS_ARG_NUMBER:
		err = parse_number(text, text + strlen(text),
				   arg->type == MHPS_ARG_SIZE, &arg->value);
		arg->last = arg->value;
		break;
	case MHPS_ARG_RANGE:
		err = parse_range(arg, text);
		break;
	case MHPS_ARG_SIGNED:
		return parse_signed(arg, text);
	case MHPS_ARG_WORD:
		arg->word = text;
		return *text ? 0 : -EINVAL;
	default:
		return -EINVAL;
	}
	if (err)
		return err;
	if (arg->value < arg->min)
		return -EINVAL;
	return arg->last > arg->max ? -ERANGE : 0;
}

static struct mhps_arg *find_arg(struct mhps_arg *args, size_t nr,
				 const char *key, size_t len)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		if (strlen(args[i].key) == len && !memcmp(args[i].key, key, len))
			return &args[i];
	}
	return NULL;
}

static int parse_word(char *word, struct mhps_arg *args, size_t nr,
		      char *why, size_t why_size)
{
	char *equals = strchr(word, '=');
	struct mhps_arg *arg;
	int err;

	if (!equals) {
		snprintf(why, why_size, "'%.40s' is not key=value", word);
		return -EINVAL;
	}
	arg = find_arg(args, nr, word, equals - word);
	if (!arg) {
		snprintf(why, why_size, "unknown key '%.*s'",
			 (int)(equals - word > 40 ? 40 : equals - word), word);
		return -EINVAL;
	}
	if (arg->present) {
		snprintf(why, why_size, "%s= given twice", arg->key);
		return -EINVAL;
	}
	arg->present = true;
	err = parse_value(arg, equals + 1);
	if (err == -ERANGE)
		snprintf(why, why_size, "%s=%.40s is too large", arg->key,
			 equals + 1);
	else if (err)
		snprintf(why, why_size, "%s=%.40s is not a valid value",
			 arg->key, equals + 1);
	return err;
}

/**
 * mhps_parse_args() - read a command of `key=value` words
 * @text: the command; words are cut out of it in place
 * @args: the keys it knows; filled in
 * @nr: how many
 * @why: set to a reason on error
 * @why_size: its size in bytes
 *
 * Return: 0; -EINVAL for an unknown, missing or repeated key or a value that
 * cannot be read; -ERANGE for a number above the key's maximum.
 */
int mhps_parse_args(char *text, struct mhps_arg *args, size_t nr,
		    char *why, size_t why_size)
{
	static const char blanks[] = " \t\n\r";
	size_t i;
	int err;

	for (;;) {
		char *word;

		text += strspn(text, blanks);
		if (!*text)
			break;
		word = text;
		text += strcspn(text, blanks);
		if (*text)
			*text++ = '\0';
		err = parse_word(word, args, nr, why, why_size);
		if (err)
			return err;
	}
	for (i = 0; i < nr; i++) {
		if (args[i].required && !args[i].present) {
			snprintf(why, why_size, "%s= is missing", args[i].key);
			return -EINVAL;
		}
	}
	return 0;
}

/**
 * mhps_name_find() - look a word up in a table
 * @names: table ended by a NULL name
 * @word: not NUL-terminated
 * @len: its length in bytes
 *
 * Return: the entry, or NULL.
 */
const struct mhps_name *mhps_name_find(const struct mhps_name *names,
				       const char *word, size_t len)
{
	for (; names->name; names++) {
		if (strlen(names->name) == len && !memcmp(names->name, word, len))
			return names;
	}
	return NULL;
}

/**
 * mhps_parse_flags() - read a comma separated list of names into bits
 * @text: the list; the word of value 0 ("none") must stand alone
 * @names: table ended by a NULL name
 * @flags: set on success
 * @why: set to a reason on error
 * @why_size: its size in bytes
 *
 * Return: 0, or -EINVAL for a name that is unknown, empty, repeated, or
 * "none" in company.
 */
int mhps_parse_flags(const char *text, const struct mhps_name *names,
		     unsigned int *flags, char *why, size_t why_size)
{
	const struct mhps_name *name;
	unsigned int bits = 0;
	bool none = false;
	size_t len, words = 0;

	for (;; text += len + 1) {
		len = strcspn(text, ",");
		name = mhps_name_find(names, text, len);
		if (!name) {
			snprintf(why, why_size, "unknown flag '%.*s'",
				 (int)(len > 40 ? 40 : len), text);
			return -EINVAL;
		}
		if (name->value && (bits & name->value)) {
			snprintf(why, why_size, "flag '%s' given twice",
				 name->name);
			return -EINVAL;
		}
		bits |= name->value;
		none |= !name->value;
		words++;
		if (!text[len])
			break;
	}
	if (none && words > 1) {
		snprintf(why, why_size, "'none' excludes other flags");
		return -EINVAL;
	}
	*flags = bits;
	return 0;
}

/**
 * mhps_parse_group() - read group=
 * @text: static, dynamic or dynamic:SIZE
 * @group: set on success
 * @why: set to a reason on error
 * @why_size: its size in bytes
 *
 * Return: 0; -EINVAL if it is none of these, or SIZE is 0 or no number;
 * -ERANGE if SIZE does not fit.
 */
int mhps_parse_group(const char *text, struct mhps_group *group,
		     char *why, size_t why_size)
{
	static const struct mhps_name kinds[] = {
		{ "static", MHPS_GROUP_STATIC },
		{ "dynamic", MHPS_GROUP_DYNAMIC },
		{ }
	};
	size_t len = strcspn(text, ":");
	const struct mhps_name *kind = mhps_name_find(kinds, text, len);
	u64 unit = 0;
	int err = 0;

	if (!kind || (text[len] && kind->value != MHPS_GROUP_DYNAMIC))
		err = -EINVAL;
	else if (text[len])
		err = mhps_parse_size(text + len + 1, true, &unit);
	if (!err && text[len] && !unit)
		err = -EINVAL;
	if (err) {
		snprintf(why, why_size,
			 "group=%.40s is not static, dynamic or dynamic:SIZE",
			 text);
		return err;
	}
	group->kind = kind->value;
	group->unit = unit;
	return 0;
}
