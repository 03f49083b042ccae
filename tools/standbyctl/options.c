// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "options.h"
#include "sysroot.h"
#include "util.h"
#include "verb.h"

/**
 * option_has_word() - whether an option takes a word
 * @spec: the option
 * @word: the word
 *
 * Return: false if it takes certain words only, and this is none of them.
 */
bool option_has_word(const struct option_spec *spec, const char *word)
{
	const char *at = spec->words;
	size_t len = strlen(word);

	if (!at)
		return true;
	while (*at) {
		size_t n = strcspn(at, " ");

		if (n == len && !strncmp(at, word, n))
			return true;
		at += n + strspn(at + n, " ");
	}
	return false;
}

static unsigned int number_argument(const struct option_spec *spec, const char *word)
{
	uint64_t number;

	if (!parse_number(word, &number) || number > 1000000)
		errx(EXIT_FAILURE, "--%s=%s is no number of %s", spec->name, word,
		     spec->argument);
	return number;
}

static void take(const struct verb *verb, const struct option_spec *spec, char *word)
{
	/* Lists and dynamic:UNIT are the module's to look at. */
	if (word && !(spec->groups & TAKES_ADD) && !option_has_word(spec, word))
		errx(EXIT_FAILURE, "--%s=%s: one of %s is wanted", spec->name, word,
		     spec->words);
	if (spec->flag)
		*spec->flag = true;
	if (spec->word)
		*spec->word = word;
	switch (spec->key) {
	case OPTION_PLAIN:
		break;
	case OPTION_HELP:
		verb_help(stdout, verb);
		exit(EXIT_SUCCESS);
	case OPTION_VERSION:
		puts("standbyctl " STANDBYCTL_VERSION);
		exit(EXIT_SUCCESS);
	case OPTION_TIMEOUT:
		options.timeout = number_argument(spec, word);
		break;
	case OPTION_ALTMAP:
		options.altmap = *word == '1';
		break;
	case OPTION_NODE:
		number_argument(spec, word);
		options.node = word;
		break;
	case OPTION_WIDTH:
		options.width = number_argument(spec, word);
		break;
	}
}

static void check_combinations(void)
{
	if (options.json + options.pairs + options.raw + options.jsonl > 1)
		errx(EXIT_FAILURE, "--json, --jsonl, --pairs and --raw exclude each other");
	if (options.watch + options.tree + options.table + !!options.svg > 1)
		errx(EXIT_FAILURE, "--watch, --tree, --table and --svg exclude each other");
	if (options.all && options.split)
		errx(EXIT_FAILURE, "--all and --split exclude each other");
}

/**
 * options_parse() - take the options of a verb
 * @verb: the verb
 * @argc: as for main(), from the verb on
 * @argv: as for main()
 *
 * Return: index of the first argument that is no option. The program ends with
 * a line of what is wrong if something is.
 */
int options_parse(const struct verb *verb, int argc, char **argv)
{
	struct option *longs = xcalloc(nr_option_specs + 1, sizeof(*longs));
	const struct option_spec *spec;
	/* The colon has getopt_long() tell a missing argument from an unknown option. */
	char letters[3 * 64] = ":", *letter = letters + 1;
	size_t i, n = 0;
	int c;

	for (spec = option_specs; spec < option_specs + nr_option_specs; spec++) {
		if (!(spec->groups & (verb->groups | TAKES_COMMON)))
			continue;
		longs[n++] = (struct option){
			.name = spec->name,
			.has_arg = spec->argument ? required_argument : no_argument,
			.val = 256 + (spec - option_specs),
		};
		if (spec->letter) {
			*letter++ = spec->letter;
			if (spec->argument)
				*letter++ = ':';
		}
	}
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (c == '?' && optopt && optopt < 256)
			errx(EXIT_FAILURE, "%s takes no option -%c; see standbyctl %s --help",
			     verb->name, optopt, verb->name);
		if (c == '?')
			errx(EXIT_FAILURE, "%s: %s is no option of it, or takes no argument; see standbyctl %s --help",
			     verb->name, argv[optind - 1], verb->name);
		if (c == ':')
			errx(EXIT_FAILURE, "%s wants an argument; see standbyctl %s --help",
			     argv[optind - 1], verb->name);
		for (i = 0; i < nr_option_specs; i++) {
			spec = &option_specs[i];
			if ((spec->groups & (verb->groups | TAKES_COMMON)) &&
			    (c == 256 + (int)i || c == spec->letter))
				take(verb, spec, optarg);
		}
	}
	free(longs);
	check_combinations();
	return optind;
}
