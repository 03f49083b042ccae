// SPDX-License-Identifier: GPL-2.0-only
/*
 * standbyctl - see and change standby memory. Finds the verb and has its
 * options parsed; everything else is in a file of the verb's name.
 */
#include <err.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "util.h"
#include "verb.h"

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct verb *verb = &verbs[0];
	int first, status;

	setlocale(LC_ALL, "");
	if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
		verbs_help(stdout);
		return EXIT_SUCCESS;
	}
	/* What the manual page and the completions are made with. */
	if (!strcmp(name, "--generate"))
		return generate(argc - 2, argv + 2);
	if (*name && *name != '-') {
		verb = verb_find(name);
		if (!verb)
			errx(EXIT_FAILURE, "there is no verb %s; see standbyctl --help", name);
		argc--;
		argv++;
	}
	/* getopt_long() counts from a program's name on. */
	first = options_parse(verb, argc, argv);
	if (first < argc && !verb->arguments)
		errx(EXIT_FAILURE, "%s takes no argument %s; see standbyctl %s --help",
		     verb->name, argv[first], verb->name);
	status = verb->run(argc - first, argv + first);
	if (fflush(stdout) || ferror(stdout))
		err(EXIT_FAILURE, "stdout");
	return status;
}
