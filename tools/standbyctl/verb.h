/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs: what each is called, takes and does. A file of its own has what a
 * verb does; help, manual page and completion come from the table in verb.c.
 */
#ifndef STANDBYCTL_VERB_H
#define STANDBYCTL_VERB_H

#include <stddef.h>
#include <stdio.h>

struct columns;

/**
 * struct verb - a verb
 * @name: as it is typed
 * @arguments: what follows the options, for the usage line; NULL for nothing
 * @summary: one line
 * @about: what the manual page says, paragraphs separated by a line break
 * @groups: of options it takes (options.h)
 * @columns: of its table; NULL for none
 * @run: does it; @n arguments that are no options; returns the exit status
 */
struct verb {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *about;
	unsigned int groups;
	const struct columns *columns;
	int (*run)(int n, char **arguments);
};

extern const struct verb verbs[];
extern const size_t nr_verbs;

const struct verb *verb_find(const char *name);
void verb_help(FILE *f, const struct verb *verb);
void verbs_help(FILE *f);
int generate(int n, char **arguments);

int verb_list(int n, char **arguments);
int verb_increments(int n, char **arguments);
int verb_events(int n, char **arguments);
int verb_map(int n, char **arguments);
int verb_online(int n, char **arguments);
int verb_offline(int n, char **arguments);
int verb_configure(int n, char **arguments);
int verb_deconfigure(int n, char **arguments);
int verb_add(int n, char **arguments);
int verb_remove(int n, char **arguments);
int verb_resize(int n, char **arguments);
int verb_layout(int n, char **arguments);
int verb_assign(int n, char **arguments);
int verb_unassign(int n, char **arguments);
int verb_why(int n, char **arguments);
int verb_inject(int n, char **arguments);
int verb_stats(int n, char **arguments);
int verb_doctor(int n, char **arguments);

#endif /* STANDBYCTL_VERB_H */
