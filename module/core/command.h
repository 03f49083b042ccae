/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The grammar of what is written to debugfs: `key=value` words, one command a
 * write. Pure C without side effects, no lock, also built in user space, where
 * it is fuzzed.
 */
#ifndef MHPS_COMMAND_H
#define MHPS_COMMAND_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "core/command_user.h"
#endif

/**
 * enum mhps_arg_type - how a value is read
 * @MHPS_ARG_SIZE: unsigned, hex or decimal, K/M/G/T suffix
 * @MHPS_ARG_NUMBER: unsigned, hex or decimal
 * @MHPS_ARG_SIGNED: hex or decimal, may begin with '-'
 * @MHPS_ARG_RANGE: NUMBER or NUMBER-NUMBER, ascending
 * @MHPS_ARG_WORD: as it stands
 */
enum mhps_arg_type {
	MHPS_ARG_SIZE,
	MHPS_ARG_NUMBER,
	MHPS_ARG_SIGNED,
	MHPS_ARG_RANGE,
	MHPS_ARG_WORD,
};

/**
 * struct mhps_arg - one key a command knows, and what was found for it
 * @key: name left of '='
 * @type: how the value is read
 * @required: the command is refused without it
 * @min: least value allowed for numbers (ignored for SIGNED and WORD)
 * @max: greatest value allowed for numbers (ignored for SIGNED and WORD)
 * @present: set when the key was given
 * @value: value, or first number of a RANGE
 * @last: last number of a RANGE
 * @number: value of SIGNED
 * @word: value of WORD, inside the parsed text
 */
struct mhps_arg {
	const char *key;
	enum mhps_arg_type type;
	bool required;
	u64 min;
	u64 max;
	bool present;
	u64 value;
	u64 last;
	s64 number;
	const char *word;
};

/**
 * struct mhps_name - a word and its value, for lists such as flags
 * @name: the word; a NULL name ends a table
 * @value: bits or number it stands for
 */
struct mhps_name {
	const char *name;
	unsigned int value;
};

/**
 * enum mhps_group_kind - memory group of a range
 * @MHPS_GROUP_NONE: none
 * @MHPS_GROUP_STATIC: all of the range comes and goes as one
 * @MHPS_GROUP_DYNAMIC: unit by unit
 */
enum mhps_group_kind {
	MHPS_GROUP_NONE,
	MHPS_GROUP_STATIC,
	MHPS_GROUP_DYNAMIC,
};

/**
 * struct mhps_group - value of group=
 * @kind: of group
 * @unit: bytes that come and go together in a dynamic group, 0 if not given
 */
struct mhps_group {
	enum mhps_group_kind kind;
	u64 unit;
};

int mhps_parse_size(const char *text, bool suffix, u64 *value);
int mhps_parse_args(char *text, struct mhps_arg *args, size_t nr,
		    char *why, size_t why_size);
const struct mhps_name *mhps_name_find(const struct mhps_name *names,
				       const char *word, size_t len);
int mhps_parse_flags(const char *text, const struct mhps_name *names,
		     unsigned int *flags, char *why, size_t why_size);
int mhps_parse_group(const char *text, struct mhps_group *group,
		     char *why, size_t why_size);

#endif /* MHPS_COMMAND_H */
