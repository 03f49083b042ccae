// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/**
 * xcalloc() - zeroed memory; the program ends if there is none
 * @n: elements
 * @size: of one, in bytes
 *
 * Return: the memory.
 */
void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ?: 1, size);

	if (!p)
		err(EXIT_FAILURE, "no memory");
	return p;
}

/**
 * xgrow() - room for one more element
 * @array: what there is, of @n elements; NULL for none
 * @n: how many
 * @size: of one, in bytes
 *
 * Return: the array; the new element is zeroed.
 */
void *xgrow(void *array, size_t n, size_t size)
{
	/* Doubles: only at powers of two is there anything to do. */
	if (!(n & (n - 1))) {
		array = reallocarray(array, n ? 2 * n : 1, size);
		if (!array)
			err(EXIT_FAILURE, "no memory");
	}
	memset((char *)array + n * size, 0, size);
	return array;
}

/**
 * xstrdup() - copy a string
 * @s: the string
 *
 * Return: the copy.
 */
char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

/**
 * xstrndup() - copy the beginning of a string
 * @s: the string
 * @n: at most so many bytes
 *
 * Return: the copy.
 */
char *xstrndup(const char *s, size_t n)
{
	char *copy = strndup(s, n);

	if (!copy)
		err(EXIT_FAILURE, "no memory");
	return copy;
}

/**
 * xvasprintf() - format into memory of its own
 * @format: as for printf()
 * @args: its arguments
 *
 * Return: the text.
 */
char *xvasprintf(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		err(EXIT_FAILURE, "no memory");
	return text;
}

/**
 * xasprintf() - format into memory of its own
 * @format: as for printf()
 *
 * Return: the text.
 */
char *xasprintf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = xvasprintf(format, args);
	va_end(args);
	return text;
}

/**
 * parse_number() - read a decimal or 0x hexadecimal number
 * @word: nothing but the number
 * @number: set to it
 *
 * Return: false if it is none, or does not fit 64 bits.
 */
bool parse_number(const char *word, uint64_t *number)
{
	char *end;

	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	*number = strtoull(word, &end, word[1] == 'x' || word[1] == 'X' ? 16 : 10);
	return !errno && !*end;
}

/**
 * parse_size() - read a number of bytes
 * @word: number with an optional suffix K, M, G or T, which may go on in B or iB
 * @size: set to it
 *
 * Return: false if it is none, or does not fit 64 bits.
 */
bool parse_size(const char *word, uint64_t *size)
{
	static const char suffixes[] = "KMGT";
	const char *suffix;
	uint64_t number;
	int shift = 0;
	char *end;

	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	number = strtoull(word, &end, word[1] == 'x' || word[1] == 'X' ? 16 : 10);
	if (errno)
		return false;
	if (*end) {
		suffix = strchr(suffixes, toupper((unsigned char)*end));
		if (!suffix)
			return false;
		shift = 10 * (suffix - suffixes + 1);
		end++;
		if (!strcasecmp(end, "b") || !strcasecmp(end, "ib"))
			end += strlen(end);
	}
	if (*end || number > UINT64_MAX >> shift)
		return false;
	*size = number << shift;
	return true;
}

/**
 * size_text() - write a number of bytes as operators do
 * @bytes: the number
 * @exact: no suffix
 *
 * Return: text to be freed; what is no whole number has two digits more.
 */
char *size_text(uint64_t bytes, bool exact)
{
	static const char suffixes[] = "BKMGTPE";
	char *text, *with_unit;
	int i = 0;

	if (exact || !bytes)
		return xasprintf("%" PRIu64, bytes);
	while (suffixes[i + 1] && bytes >> (10 * (i + 1)))
		i++;
	if (!i)
		return xasprintf("%" PRIu64 "B", bytes);
	if (!(bytes & ((1ULL << (10 * i)) - 1)))
		return xasprintf("%" PRIu64 "%c", bytes >> (10 * i), suffixes[i]);
	text = xasprintf("%.2f", (double)bytes / (1ULL << (10 * i)));
	text[strlen(text) - (text[strlen(text) - 1] == '0')] = '\0';
	with_unit = xasprintf("%s%c", text, suffixes[i]);
	free(text);
	return with_unit;
}
