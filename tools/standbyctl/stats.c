// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "options.h"
#include "sysroot.h"
#include "util.h"
#include "verb.h"

#define BAR	40

/* A time of 2^power nanoseconds, as people say it. */
static void show_time(int power)
{
	double ns = (double)(1ULL << power);

	if (ns < 1e3)
		printf("%6.0f ns", ns);
	else if (ns < 1e6)
		printf("%6.1f us", ns / 1e3);
	else if (ns < 1e9)
		printf("%6.1f ms", ns / 1e6);
	else
		printf("%6.1f s ", ns / 1e9);
}

/* "ns_assign 2^13:4 2^14:1": a bar for each power. */
static void show_histogram(char *line)
{
	char *name = strsep(&line, " "), *word, *rest, *copy;
	uint64_t count, most = 0;
	int power, i;

	copy = xstrdup(line ?: "");
	for (rest = copy; (word = strsep(&rest, " "));) {
		if (sscanf(word, "2^%d:%" SCNu64, &power, &count) == 2 && count > most)
			most = count;
	}
	free(copy);
	if (!most)
		return;
	printf("\n%s, at least:\n", name + strlen("ns_"));
	while ((word = strsep(&line, " "))) {
		if (sscanf(word, "2^%d:%" SCNu64, &power, &count) != 2 || power < 0 || power > 62)
			continue;
		fputs("  ", stdout);
		show_time(power);
		printf(" %8" PRIu64 " ", count);
		for (i = 0; (uint64_t)i < (count * BAR + most - 1) / most; i++)
			putchar('#');
		putchar('\n');
	}
}

static void json_histogram(char *line)
{
	char *name = strsep(&line, " "), *word;
	const char *comma = "";
	uint64_t count;
	int power;

	printf("   \"%s\": {", name);
	while ((word = strsep(&line, " "))) {
		if (sscanf(word, "2^%d:%" SCNu64, &power, &count) != 2 || power < 0 || power > 62)
			continue;
		printf("%s\"%" PRIu64 "\": %" PRIu64, comma, (uint64_t)1 << power, count);
		comma = ", ";
	}
	putchar('}');
}

/**
 * verb_stats() - standbyctl stats
 * @n: arguments, of which it takes none
 * @arguments: unused
 *
 * Return: exit status.
 */
int verb_stats(int n __unused, char **arguments __unused)
{
	char *text, *rest, *line;
	const char *comma = "";
	struct model model;
	size_t name;

	model_read(&model);
	model_need_module(&model, "stats");
	model_free(&model);
	rest = text = sys_read(SYS_MODULE "/stats");
	if (!text)
		err(EXIT_FAILURE, "%s%s/stats", sysroot, SYS_MODULE);
	if (options.json)
		fputs("{\n", stdout);
	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		name = strcspn(line, " ");
		if (options.json)
			fputs(comma, stdout);
		comma = ",\n";
		if (!strncmp(line, "ns_", 3)) {
			if (options.json)
				json_histogram(line);
			else
				show_histogram(line);
		} else if (options.json) {
			printf("   \"%.*s\": %s", (int)name, line,
			       strcmp(line + name, " -") ? line + name + 1 : "null");
		} else {
			printf("%-20.*s %s\n", (int)name, line, line + name + 1);
		}
	}
	if (options.json)
		fputs("\n}\n", stdout);
	free(text);
	return EXIT_SUCCESS;
}
