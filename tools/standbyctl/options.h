/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options of all verbs. One table is what getopt_long(), --help, the manual page
 * and the completions come from; a verb says which groups it takes.
 */
#ifndef STANDBYCTL_OPTIONS_H
#define STANDBYCTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Groups of options. */
#define TAKES_COMMON	(1u << 0)
#define TAKES_OUTPUT	(1u << 1)	/* tables: columns, JSON and so on */
#define TAKES_MERGE	(1u << 2)	/* rows of several blocks */
#define TAKES_BLOCKS	(1u << 3)	/* which blocks: SIZE, range or numbers */
#define TAKES_ACT	(1u << 4)	/* changes something */
#define TAKES_ZONE	(1u << 5)
#define TAKES_ALTMAP	(1u << 6)
#define TAKES_ADD	(1u << 7)
#define TAKES_EVENTS	(1u << 8)
#define TAKES_MAP	(1u << 9)
#define TAKES_LAYOUT	(1u << 10)
#define TAKES_JSON	(1u << 11)	/* JSON is all there is to choose */
#define TAKES_LASTING	(1u << 12)	/* can be made to last */

/* What an option does beside setting its @flag or @word. */
enum option_key {
	OPTION_PLAIN,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_TIMEOUT,
	OPTION_ALTMAP,
	OPTION_NODE,
	OPTION_WIDTH,
};

/**
 * struct option_spec - an option
 * @key: for those that do more
 * @letter: 0 for one that has none
 * @name: after the two dashes
 * @argument: what follows; NULL for nothing
 * @words: what may follow, separated by blanks; NULL for anything
 * @groups: it belongs to
 * @help: one line
 * @flag: set to true; NULL for none
 * @word: set to the argument; NULL for none
 */
struct option_spec {
	enum option_key key;
	char letter;
	const char *name;
	const char *argument;
	const char *words;
	unsigned int groups;
	const char *help;
	bool *flag;
	const char **word;
};

extern const struct option_spec option_specs[];
extern const size_t nr_option_specs;

/**
 * struct options - what the command line said
 * @altmap: --memmap-on-memory, UNKNOWN where it is not given
 * @timeout: seconds for one block
 */
struct options {
	const char *columns;
	bool all_columns;
	bool json;
	bool pairs;
	bool raw;
	bool bytes;
	bool noheadings;
	bool all;
	const char *split;
	const char *summary;
	bool blocks;
	bool dry_run;
	bool quiet;
	unsigned int timeout;
	const char *zone;
	int altmap;
	const char *type;
	const char *node;
	const char *group;
	const char *flags;
	bool follow;
	bool jsonl;
	bool clear;
	bool watch;
	const char *color;
	bool ascii;
	const char *svg;
	unsigned int width;
	bool tree;
	bool table;
	const char *export_file;
	const char *import_file;
	bool persistent;
};

extern struct options options;

struct verb;

int options_parse(const struct verb *verb, int argc, char **argv);
bool option_has_word(const struct option_spec *spec, const char *word);

#endif /* STANDBYCTL_OPTIONS_H */
