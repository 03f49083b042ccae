/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The key=value words of a command, read as the README has them; nothing of the
 * module's own code, which is what is tested.
 */
#ifndef SOAK_WORDS_H
#define SOAK_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "op.h"
#include "types.h"

enum word_type {
	WORD_SIZE,	/* unsigned, with K, M, G or T behind */
	WORD_NUMBER,	/* unsigned */
	WORD_SIGNED,
	WORD_RANGE,	/* A or A-B */
	WORD_TEXT,
};

struct word {
	const char *key;
	enum word_type type;
	bool required;
	u64 min, max;
	bool given;
	u64 value, last;
	s64 number;
	char text[OP_TEXT];
};

int words_read(const char *text, size_t len, struct word *words, size_t nr);
int read_number(const char *text, size_t len, bool suffix, u64 *value);

#endif
