// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "options.h"
#include "util.h"
#include "verb.h"

/* Text for troff: a dash that is one, and no line that begins with a dot. */
static void man_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '-')
			putchar('\\');
		putchar(*text);
	}
}

static void man_option(const struct option_spec *spec)
{
	puts(".TP");
	fputs(".BR ", stdout);
	if (spec->letter)
		printf("\\-%c \", \" ", spec->letter);
	fputs("\\-\\-", stdout);
	man_text(spec->name);
	if (spec->argument)
		printf(" =\\fI%s\\fR", spec->argument);
	putchar('\n');
	man_text(spec->help);
	puts(".");
}

static void man_verb(const struct verb *verb)
{
	const struct option_spec *spec;
	size_t i;

	printf(".SS %s", verb->name);
	if (verb->arguments)
		printf(" %s", verb->arguments);
	putchar('\n');
	man_text(verb->summary);
	puts(".");
	if (verb->about) {
		puts(".PP");
		man_text(verb->about);
		putchar('\n');
	}
	for (spec = option_specs; spec < option_specs + nr_option_specs; spec++) {
		if (spec->groups & verb->groups)
			man_option(spec);
	}
	for (i = 0; verb->columns && i < verb->columns->n; i++) {
		const struct column *column = &verb->columns->all[i];

		if (!i)
			puts(".PP\nColumns; those with a star are shown unless others are asked for:");
		puts(".TP 16");
		fputs(".B ", stdout);
		man_text(column->name);
		puts(column->usual ? " *" : "");
		man_text(column->help);
		puts(".");
	}
}

static void man(void)
{
	const struct option_spec *spec;
	size_t i;

	for (i = 0; i < nr_verbs; i++)
		man_verb(&verbs[i]);
	puts(".SS Options of all verbs");
	for (spec = option_specs; spec < option_specs + nr_option_specs; spec++) {
		if (spec->groups & TAKES_COMMON)
			man_option(spec);
	}
}

static bool verb_takes(const struct verb *verb, const struct option_spec *spec)
{
	return spec->groups & (verb->groups | TAKES_COMMON);
}

/* Words for --output and --split, each of which may follow a comma. */
static void column_words(const struct verb *verb)
{
	size_t i;

	for (i = 0; verb->columns && i < verb->columns->n; i++)
		printf("%s%s", i ? " " : "", verb->columns->all[i].name);
}

static void bash_verb(const struct verb *verb)
{
	const struct option_spec *spec;
	const char *space = "";

	printf("\t%s)\n\t\toptions='", verb->name);
	for (spec = option_specs; spec < option_specs + nr_option_specs; spec++) {
		if (!verb_takes(verb, spec))
			continue;
		printf("%s--%s", space, spec->name);
		space = " ";
	}
	printf("'\n\t\tcolumns='");
	column_words(verb);
	puts("' ;;");
}

/* The options whose argument is one of some words, or a file, or a folder. */
static void bash_words(void)
{
	const struct option_spec *spec;

	for (spec = option_specs; spec < option_specs + nr_option_specs; spec++) {
		if (!spec->argument)
			continue;
		printf("\t--%s", spec->name);
		if (spec->letter)
			printf(" | -%c", spec->letter);
		if (spec->words)
			printf(") words='%s' ;;\n", spec->words);
		else if (!strcmp(spec->argument, "FILE"))
			puts(") kind=file ;;");
		else if (!strcmp(spec->argument, "DIR"))
			puts(") kind=directory ;;");
		else if (!strcmp(spec->argument, "LIST"))
			puts(") kind=columns ;;");
		else
			puts(") kind=anything ;;");
	}
}

static void bash(void)
{
	size_t i;

	puts("# bash completion for standbyctl, made from its option table.\n"
	     "_standbyctl()\n{\n"
	     "\tlocal cur prev verb='' word options='' columns='' words='' kind='' verbs\n"
	     "\tcur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	     "\t# An = is a word of its own: --option = value.\n"
	     "\tif [ \"$cur\" = '=' ]; then\n"
	     "\t\tcur=''\n"
	     "\telif [ \"$prev\" = '=' ]; then\n"
	     "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	     "\tfi\n"
	     "\tCOMPREPLY=()");
	fputs("\tverbs='", stdout);
	for (i = 0; i < nr_verbs; i++)
		printf("%s%s", i ? " " : "", verbs[i].name);
	puts("'\n"
	     "\tword=${COMP_WORDS[1]}\n"
	     "\tif [ \"$COMP_CWORD\" = 1 ] && [[ $cur != -* ]]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$verbs\" -- \"$cur\")\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tcase $word in -*) verb=list ;; *) verb=$word ;; esac\n"
	     "\tcase $verb in");
	for (i = 0; i < nr_verbs; i++)
		bash_verb(&verbs[i]);
	puts("\tesac\n\tcase $prev in");
	bash_words();
	puts("\tesac\n"
	     "\t# -b and the like are no option with an argument in every verb.\n"
	     "\tcase $kind in\n"
	     "\tfile) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
	     "\tdirectory) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
	     "\tcolumns)\n"
	     "\t\tlocal done=''\n"
	     "\t\tcase $cur in *,*) done=${cur%,*}, ;; +*) done=+ ;; esac\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -P \"$done\" -W \"$columns\" -- \"${cur#\"$done\"}\") ;;\n"
	     "\tanything) ;;\n"
	     "\t*)\n"
	     "\t\tif [ -n \"$words\" ]; then\n"
	     "\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	     "\t\telif [[ $cur == -* ]]; then\n"
	     "\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
	     "\t\tfi ;;\n"
	     "\tesac\n"
	     "}\n"
	     "complete -F _standbyctl standbyctl");
}

/* Brackets, colons and quotes mean something to _arguments. */
static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (strchr("[]:\\", *text))
			putchar('\\');
		if (*text == '\'')
			fputs("'\\'", stdout);
		putchar(*text);
	}
}

static void zsh_action(const struct verb *verb, const struct option_spec *spec)
{
	if (!spec->argument)
		return;
	printf(":%s:", spec->argument);
	if (spec->words) {
		printf("(%s)", spec->words);
	} else if (!strcmp(spec->argument, "FILE")) {
		fputs("_files", stdout);
	} else if (!strcmp(spec->argument, "DIR")) {
		fputs("_files -/", stdout);
	} else if (!strcmp(spec->argument, "LIST")) {
		fputs("_sequence compadd - ", stdout);
		column_words(verb);
	}
}

static void zsh(void)
{
	const struct option_spec *spec;
	const struct verb *verb;

	puts("#compdef standbyctl\n"
	     "# zsh completion for standbyctl, made from its option table.\n"
	     "_standbyctl()\n{\n"
	     "\tlocal -a verbs options\n"
	     "\tverbs=(");
	for (verb = verbs; verb < verbs + nr_verbs; verb++) {
		printf("\t\t'%s:", verb->name);
		zsh_text(verb->summary);
		puts("'");
	}
	puts("\t)\n"
	     "\tif (( CURRENT == 2 )); then\n"
	     "\t\t_describe verb verbs\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tcase $words[2] in");
	for (verb = verbs; verb < verbs + nr_verbs; verb++) {
		printf("\t%s)\n\t\toptions=(\n", verb->name);
		for (spec = option_specs; spec < option_specs + nr_option_specs; spec++) {
			if (!verb_takes(verb, spec))
				continue;
			if (spec->letter)
				printf("\t\t\t'(-%c --%s)'{-%c%s,--%s%s}'[", spec->letter,
				       spec->name, spec->letter, spec->argument ? "+" : "",
				       spec->name, spec->argument ? "=" : "");
			else
				printf("\t\t\t'--%s%s[", spec->name, spec->argument ? "=" : "");
			zsh_text(spec->help);
			putchar(']');
			zsh_action(verb, spec);
			puts("'");
		}
		puts("\t\t) ;;");
	}
	puts("\tesac\n"
	     "\tshift words\n"
	     "\t(( CURRENT-- ))\n"
	     "\t_arguments -s $options\n"
	     "}\n"
	     "_standbyctl \"$@\"");
}

/**
 * generate() - write what is made from the tables at build time
 * @n: 1
 * @arguments: man, bash or zsh
 *
 * Return: exit status.
 */
int generate(int n, char **arguments)
{
	const char *what = n == 1 ? arguments[0] : "";

	if (!strcmp(what, "man"))
		man();
	else if (!strcmp(what, "bash"))
		bash();
	else if (!strcmp(what, "zsh"))
		zsh();
	else
		errx(EXIT_FAILURE, "--generate wants man, bash or zsh");
	return EXIT_SUCCESS;
}
