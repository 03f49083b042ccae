// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "op.h"
#include "words.h"

static int digit(char c, unsigned int base)
{
	static const char digits[] = "0123456789abcdef";
	const char *at;

	if (c >= 'A' && c <= 'F')
		c += 'a' - 'A';
	at = c ? strchr(digits, c) : NULL;
	return at && at - digits < (int)base ? at - digits : -1;
}

/* 0, EINVAL for what is no number, ERANGE for one beyond 64 bits. */
int read_number(const char *text, size_t len, bool suffix, u64 *value)
{
	static const char suffixes[] = "kKmMgGtT";
	unsigned int base = 10, shift = 0;
	__uint128_t number = 0;
	const char *at;
	size_t i = 0;
	int d;

	if (len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		i = 2;
	}
	if (suffix && len > i + 1) {
		at = strchr(suffixes, text[len - 1]);
		if (at && *at) {
			shift = ((at - suffixes) / 2 + 1) * 10;
			len--;
		}
	}
	if (i == len)
		return EINVAL;
	for (; i < len; i++) {
		d = digit(text[i], base);
		if (d < 0)
			return EINVAL;
		number = number * base + d;
		if (number >> 64)
			return ERANGE;
	}
	number <<= shift;
	if (number >> 64)
		return ERANGE;
	*value = number;
	return 0;
}

static int read_range(const char *text, size_t len, struct word *word)
{
	const char *dash = memchr(text, '-', len);
	size_t first = dash ? (size_t)(dash - text) : len;
	int err;

	err = read_number(text, first, false, &word->value);
	word->last = word->value;
	if (!err && dash)
		err = read_number(dash + 1, len - first - 1, false, &word->last);
	if (!err && word->last < word->value)
		err = EINVAL;
	return err;
}

static int read_signed(const char *text, size_t len, struct word *word)
{
	bool minus = len && text[0] == '-';
	int err = read_number(text + minus, len - minus, false, &word->value);

	if (!err && word->value > __LONG_LONG_MAX__)
		err = ERANGE;
	word->number = minus ? -(s64)word->value : (s64)word->value;
	return err;
}

static int read_value(const char *text, size_t len, struct word *word)
{
	int err;

	switch (word->type) {
	case WORD_TEXT:
		memcpy(word->text, text, len);
		word->text[len] = '\0';
		return len ? 0 : EINVAL;
	case WORD_SIGNED:
		return read_signed(text, len, word);
	case WORD_RANGE:
		err = read_range(text, len, word);
		break;
	default:
		err = read_number(text, len, word->type == WORD_SIZE, &word->value);
		word->last = word->value;
		break;
	}
	if (err)
		return err;
	if (word->value < word->min)
		return EINVAL;
	return word->last > word->max ? ERANGE : 0;
}

static int read_word(const char *text, size_t len, struct word *words, size_t nr)
{
	const char *equals = memchr(text, '=', len);
	size_t key = equals ? (size_t)(equals - text) : len;
	size_t i;

	for (i = 0; equals && i < nr; i++) {
		if (strlen(words[i].key) != key || memcmp(words[i].key, text, key))
			continue;
		if (words[i].given)
			return EINVAL;
		words[i].given = true;
		return read_value(equals + 1, len - key - 1, &words[i]);
	}
	return EINVAL;
}

/* The first word that is wrong says with which errno. */
int words_read(const char *text, size_t len, struct word *words, size_t nr)
{
	static const char blanks[] = " \t\n\r";
	size_t i, word;
	int err;

	if (memchr(text, '\0', len))
		return EINVAL;
	for (;;) {
		for (; len && strchr(blanks, *text); len--)
			text++;
		if (!len)
			break;
		for (word = 0; word < len && !strchr(blanks, text[word]); word++)
			;
		err = read_word(text, word, words, nr);
		if (err)
			return err;
		text += word;
		len -= word;
	}
	for (i = 0; i < nr; i++) {
		if (words[i].required && !words[i].given)
			return EINVAL;
	}
	return 0;
}
