// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "options.h"
#include "verb.h"

static void print_option(FILE *f, const struct option_spec *spec)
{
	char left[48];

	snprintf(left, sizeof(left), "--%s%s%s", spec->name,
		 spec->argument ? "=" : "", spec->argument ?: "");
	if (spec->letter)
		fprintf(f, " -%c, %-24s %s\n", spec->letter, left, spec->help);
	else
		fprintf(f, "     %-24s %s\n", left, spec->help);
}

/**
 * verb_help() - print how a verb is used
 * @f: where to
 * @verb: the verb; NULL for all of them
 */
void verb_help(FILE *f, const struct verb *verb)
{
	const struct option_spec *spec;
	size_t i;

	fprintf(f, "Usage: standbyctl %s [options]%s%s\n\n%s.\n\nOptions:\n",
		verb->name, verb->arguments ? " " : "", verb->arguments ?: "",
		verb->summary);
	for (spec = option_specs; spec < option_specs + nr_option_specs; spec++) {
		if (spec->groups & (verb->groups | TAKES_COMMON))
			print_option(f, spec);
	}
	if (verb->columns) {
		fputs("\nColumns (* usually shown):\n", f);
		for (i = 0; i < verb->columns->n; i++) {
			const struct column *column = &verb->columns->all[i];

			fprintf(f, " %c %-13s %s\n", column->usual ? '*' : ' ',
				column->name, column->help);
		}
	}
	fputs("\nSee standbyctl(8).\n", f);
}

/**
 * verbs_help() - print which verbs there are
 * @f: where to
 */
void verbs_help(FILE *f)
{
	const struct verb *verb;

	fputs("Usage: standbyctl [VERB] [options] [arguments]    see and change standby memory\n\n", f);
	for (verb = verbs; verb < verbs + nr_verbs; verb++)
		fprintf(f, " %-13s %s\n", verb->name, verb->summary);
	fputs("\nlist is the verb if there is none; standbyctl VERB --help shows its options.\n"
	      "See standbyctl(8) and, for the module's files, mhp_standby(4).\n", f);
}
